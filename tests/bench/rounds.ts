/** Alternating rounds of load against two or more servers, and the median ratio of their throughput. */
import autocannon from 'autocannon';

export interface Side {
  url: string;
  /** A path for each connection, so that they do not wait for each other's row; else all ask `url`. */
  paths?: readonly string[];
  method: 'GET' | 'POST' | 'PATCH';
  headers: Record<string, string>;
  body?: string;
  /** Bodies that the requests rotate through, dealt out to the connections that have no path of their own; instead of `body`. */
  bodies?: readonly string[];
  /** What no answer may hold: GraphQL sends its errors with 200. */
  mustNotHold?: string;
}

export interface Measured {
  /** Requests per second of each round. */
  perSecond: number[];
  /** Answers that were no 2xx, or held what they must not: a benchmark of errors is none. */
  failed: number;
}

export interface Load {
  rounds: number;
  seconds: number;
  connections: number;
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

export async function compare(q: Load & { ours: Side; theirs: Side }): Promise<Compared> {
  const [ours, theirs] = (await measure({ ...q, sides: [q.ours, q.theirs] })) as [Measured, Measured];
  return {
    ours: median(ours.perSecond),
    theirs: median(theirs.perSecond),
    ...ratioOf(ours, theirs),
    failed: ours.failed + theirs.failed,
  };
}

/** Each side once in each round, in turn forwards and backwards. */
export async function measure(q: Load & { sides: readonly Side[] }): Promise<Measured[]> {
  const measured = q.sides.map((side) => ({ side, perSecond: [] as number[], failed: 0 }));
  for (const { side } of measured) await run(side, Math.min(1, q.seconds), q.connections);
  for (let round = 0; round < q.rounds; round++) {
    for (const one of round % 2 === 0 ? measured : measured.toReversed()) {
      const result = await run(one.side, q.seconds, q.connections);
      one.failed += result.failed;
      one.perSecond.push(result.perSecond);
    }
  }
  return measured;
}

/** Median of the rounds' ratios a / b, with the lowest and the highest. */
export function ratioOf(a: Measured, b: Measured): { ratio: number; lowest: number; highest: number } {
  const ratios = a.perSecond.map((value, index) => value / (b.perSecond[index] as number)).sort((x, y) => x - y);
  return { ratio: median(ratios), lowest: ratios[0] as number, highest: ratios.at(-1) as number };
}

async function run(side: Side, seconds: number, connections: number): Promise<{ perSecond: number; failed: number }> {
  let started = 0;
  const { method, headers, mustNotHold } = side;
  const result = await autocannon({
    url: side.url,
    method,
    headers,
    body: side.body,
    duration: seconds,
    // It ends at a sample only; the default of a second would make short rounds longer.
    sampleInt: 100,
    connections,
    ...(mustNotHold === undefined ? {} : { verifyBody: (body: unknown) => !String(body).includes(mustNotHold) }),
    setupClient(client) {
      const number = started++;
      const path = side.paths?.[number % side.paths.length];
      const bodies = path ? side.bodies : dealtTo(number, connections, side.bodies);
      // setRequest would hold for the first request only.
      if (path ?? bodies) {
        const asked = path ?? new URL(side.url).pathname;
        client.setRequests((bodies ?? [side.body]).map((body) => ({ method, path: asked, headers, body })));
      }
    },
  });
  return {
    perSecond: result.requests.total / result.duration,
    failed: result.non2xx + result.errors + result.mismatches,
  };
}

/** What one connection asks in turn: bodies of its own where there are enough, else all, begun elsewhere. */
function dealtTo(connection: number, connections: number, bodies: readonly string[] | undefined) {
  if (!bodies || bodies.length >= connections) return bodies?.filter((_, n) => n % connections === connection);
  const start = connection % bodies.length;
  return [...bodies.slice(start), ...bodies.slice(0, start)];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}
