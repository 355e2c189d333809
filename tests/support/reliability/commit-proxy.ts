/**
 * A TCP proxy in front of PostgreSQL that can cut a connection at the worst moment: when COMMIT has been
 * passed on, and its reply has not come back. It knows just enough of the protocol to see the word.
 */
import { connect, createServer, type Socket } from 'node:net';

export interface CommitProxy {
  /** The database's URL through the proxy. */
  url: string;
  /**
   * The next COMMIT of a transaction that wrote to `about` (a text in its statements or values) reaches the database,
   * nothing of what the database answers to it or to what was sent with it comes back.
   */
  cutNextCommit(about: string): void;
  /** The same before the COMMIT is passed on: the database never sees it. */
  cutBeforeNextCommit(about: string): void;
  cuts(): number;
  close(): Promise<void>;
}

interface Trap {
  about: string;
  when: 'before' | 'after';
}

export async function startCommitProxy(databaseUrl: string): Promise<CommitProxy> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  let trap: Trap | undefined;
  let cuts = 0;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => sockets.delete(socket));
    }
    let isConcerned = false;
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (trap && text.includes(trap.about)) isConcerned = true;
      const isCommit = /commit\0/i.test(text);
      if (trap && isConcerned && isCommit) {
        const { when } = trap;
        trap = undefined;
        cuts += 1;
        cut({ client, upstream, chunk, when });
        return;
      }
      if (isCommit || /rollback\0/i.test(text)) isConcerned = false;
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => client.write(chunk));
    client.on('close', () => upstream.end());
    upstream.on('close', () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as { port: number }).port);
  return {
    url: url.href,
    cutNextCommit: (about) => {
      trap = { about, when: 'after' };
    },
    cutBeforeNextCommit: (about) => {
      trap = { about, when: 'before' };
    },
    cuts: () => cuts,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Passes the chunk on and lets the database work it off, while the other end hears nothing but the end. */
function cut(q: { client: Socket; upstream: Socket; chunk: Buffer; when: 'before' | 'after' }): void {
  const { client, upstream, chunk, when } = q;
  upstream.removeAllListeners('data');
  upstream.removeAllListeners('close');
  client.removeAllListeners('close');
  if (when === 'before') {
    upstream.destroy();
    client.destroy();
    return;
  }
  let heard = '';
  const end = (): void => {
    upstream.end();
    client.destroy();
  };
  upstream.on('data', (reply) => {
    heard += reply.toString('latin1');
    if (/COMMIT\0|ROLLBACK\0/.test(heard)) end();
  });
  upstream.on('close', () => client.destroy());
  upstream.write(chunk);
}
