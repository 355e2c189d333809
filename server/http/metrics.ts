/** A few counters of this process, as Prometheus reads them. */
import type { PolicyFigures } from '../kernel/policy.ts';

/** What somebody else counts and can tell at any time. */
export interface Gauge {
  name: string;
  help: string;
  value: number;
}

export type OperationOutcome = 'done' | 'refused' | 'failed';

export interface Metrics {
  count(status: number, milliseconds: number): void;
  /** An operation of GraphQL, of which one request may have many: `type` is unknown where it could not be read. */
  countOperation(type: 'query' | 'mutation' | 'subscription' | 'unknown', outcome: OperationOutcome): void;
  render(more: { schemaVersion: number; version: string; policy?: PolicyFigures; gauges?: readonly Gauge[] }): string;
}

/** Upper bounds of the latency histogram, in seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export function createMetrics(): Metrics {
  const byStatus = new Map<number, number>();
  const operations = new Map<string, number>();
  const buckets = BUCKETS.map(() => 0);
  let total = 0;
  let seconds = 0;
  return {
    count(status, milliseconds) {
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      total++;
      seconds += milliseconds / 1000;
      const bucket = BUCKETS.findIndex((bound) => milliseconds <= bound * 1000);
      if (bucket !== -1) buckets[bucket] = (buckets[bucket] as number) + 1;
    },
    countOperation(type, outcome) {
      const labels = `{type="${type}",outcome="${outcome}"}`;
      operations.set(labels, (operations.get(labels) ?? 0) + 1);
    },
    render({ schemaVersion, version, policy, gauges = [] }) {
      const cumulated = buckets.map((_, index) => buckets.slice(0, index + 1).reduce((sum, count) => sum + count));
      return [
        metric('framework_m_info', 'gauge', 'The running version.', [[`{version="${version}"}`, 1]]),
        metric('framework_m_schema_version', 'gauge', 'Version of the schema that this process serves.', [
          ['', schemaVersion],
        ]),
        metric(
          'http_requests_total',
          'counter',
          'Requests answered, by status.',
          [...byStatus].sort().map(([status, count]) => [`{status="${status}"}`, count]),
        ),
        metric('http_request_duration_seconds', 'histogram', 'From the first byte of a request to its answer.', [
          ...BUCKETS.map((bound, index): Sample => [`_bucket{le="${bound}"}`, cumulated[index] as number]),
          ['_bucket{le="+Inf"}', total],
          ['_sum', seconds],
          ['_count', total],
        ]),
        operations.size > 0
          ? metric('graphql_operations_total', 'counter', 'Operations answered by GraphQL.', [...operations].sort())
          : '',
        ...gauges.map(({ name, help, value }) => metric(name, 'gauge', help, [['', value]])),
        policy
          ? metric(
              'framework_m_policy_answers_total',
              'counter',
              'Answers of the policy engine; away: it gave none, and the configured one was taken.',
              Object.entries(policy).map(([answer, count]): Sample => [`{answer="${answer}"}`, count]),
            )
          : '',
        metric('process_resident_memory_bytes', 'gauge', 'Memory of the process.', [['', process.memoryUsage.rss()]]),
        metric('process_uptime_seconds', 'gauge', 'Seconds since the start.', [['', process.uptime()]]),
      ].join('');
    },
  };
}

type Sample = [suffix: string, value: number];

function metric(name: string, type: string, help: string, samples: readonly Sample[]): string {
  const lines = samples.map(([suffix, value]) => `${name}${suffix} ${value}\n`).join('');
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines}`;
}
