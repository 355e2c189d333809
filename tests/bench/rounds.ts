/** Alternating rounds of load against two servers, and the median ratio of their throughput. */
import autocannon from 'autocannon';

export interface Side {
  url: string;
  /** A path for each connection, so that they do not wait for each other's row; else all ask `url`. */
  paths?: readonly string[];
  method: 'GET' | 'POST' | 'PATCH';
  headers: Record<string, string>;
  body?: string;
}

export interface Compared {
  /** Requests per second, medians over the rounds. */
  ours: number;
  theirs: number;
  /** Median of the rounds' ratios ours / theirs. */
  ratio: number;
  lowest: number;
  highest: number;
  /** Answers that were no 2xx, of both: a benchmark of errors is none. */
  failed: number;
}

export async function compare(q: {
  ours: Side;
  theirs: Side;
  rounds: number;
  seconds: number;
  connections: number;
}): Promise<Compared> {
  await run(q.ours, 1, q.connections);
  await run(q.theirs, 1, q.connections);
  const ours: number[] = [];
  const theirs: number[] = [];
  let failed = 0;
  for (let round = 0; round < q.rounds; round++) {
    const sides = round % 2 === 0 ? [q.ours, q.theirs] : [q.theirs, q.ours];
    for (const side of sides) {
      const result = await run(side, q.seconds, q.connections);
      failed += result.failed;
      (side === q.ours ? ours : theirs).push(result.perSecond);
    }
  }
  const ratios = ours.map((value, index) => value / (theirs[index] as number)).sort((a, b) => a - b);
  return {
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ratios),
    lowest: ratios[0] as number,
    highest: ratios.at(-1) as number,
    failed,
  };
}

async function run(side: Side, seconds: number, connections: number): Promise<{ perSecond: number; failed: number }> {
  let started = 0;
  const result = await autocannon({
    url: side.url,
    method: side.method,
    headers: side.headers,
    body: side.body,
    duration: seconds,
    connections,
    setupClient(client) {
      const path = side.paths?.[started++ % side.paths.length];
      if (path) client.setRequest({ method: side.method, path, headers: side.headers, body: side.body });
    },
  });
  return { perSecond: result.requests.total / result.duration, failed: result.non2xx + result.errors };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
