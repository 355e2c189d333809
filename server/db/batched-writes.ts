/**
 * Statements of one turn of the event loop leave in one packet: a pipelined transaction is a handful of
 * statements, and a write to the socket for each of them costs more than the statement's own text.
 */
import type pg from 'pg';

interface Corkable {
  cork(): void;
  uncork(): void;
}

const corked = new WeakSet<Corkable>();

/** To be called before a statement is sent; what is sent until the end of this turn goes together. */
export function batchWrites(client: pg.ClientBase): void {
  const stream = streamOf(client);
  if (!stream || corked.has(stream)) return;
  corked.add(stream);
  stream.cork();
  setImmediate(() => {
    corked.delete(stream);
    stream.uncork();
  });
}

/** What `send` sends goes together, and at once. */
export function writeTogether<T>(client: pg.ClientBase, send: () => T): T {
  const stream = streamOf(client);
  stream?.cork();
  try {
    return send();
  } finally {
    stream?.uncork();
  }
}

/** pg keeps its socket at `connection.stream`; were it elsewhere one day, nothing is batched and all is well. */
function streamOf(client: pg.ClientBase): Corkable | undefined {
  const { connection } = client as unknown as { connection?: { stream?: Partial<Corkable> } };
  const stream = connection?.stream;
  return typeof stream?.cork === 'function' && typeof stream.uncork === 'function' ? (stream as Corkable) : undefined;
}
