/**
 * One connection on which processes tell each other, by NOTIFY. Its own: a notice in the transaction of a write
 * would make all commits wait for each other. Connects again when it is lost; knows nothing of what is told.
 */
import type { Database } from '../db/pool.ts';
import type { Logger } from '../kernel/ports.ts';

export interface ChannelInput {
  db: Pick<Database, 'connect'>;
  log: Logger;
  /** A notice of any process, this one's own among them. */
  onNotice(text: string): void;
  /** It was lost and is back: what was told meanwhile is not heard. */
  onReturn(): void;
}

export interface Channel {
  /** Resolves when PostgreSQL has it. Rejects while the connection is away. */
  notify(text: string): Promise<void>;
  close(): Promise<void>;
}

type Client = Awaited<ReturnType<Database['connect']>>;

/** A connection that does not answer for so long is dead, whatever the network says. */
const ANSWER_MS = 5000;
const PROBE_MS = 15_000;
const MAX_PAUSE_MS = 5000;

/** Throws when the first connection cannot be made. */
export async function openChannel(input: ChannelInput): Promise<Channel> {
  let current: { client: Client; name: string } | undefined;
  let connecting: Promise<void> | undefined;
  let pause: NodeJS.Timeout | undefined;
  let isClosed = false;

  const connect = async (): Promise<void> => {
    const client = await input.db.connect();
    client.on('error', () => undefined);
    client.on('notification', ({ payload = '' }) => input.onNotice(payload));
    client.on('end', () => {
      if (current?.client !== client) return;
      current = undefined;
      if (isClosed) return;
      input.log.warn({}, 'the connection for changes was lost');
      again(0);
    });
    try {
      const name = await answered(client, join(client));
      if (isClosed) throw new Error('closed meanwhile');
      current = { client, name };
    } catch (error) {
      await client.end();
      throw error;
    }
  };
  /** Jittered, so that all processes do not come at once when the database is back. */
  const again = (attempt: number): void => {
    const ms = (0.5 + Math.random()) * Math.min(MAX_PAUSE_MS, 100 * 2 ** attempt);
    pause = setTimeout(() => {
      connecting = connect().then(input.onReturn, () => {
        if (!isClosed) again(attempt + 1);
      });
    }, ms).unref();
  };
  const ask = async (text: string, valuesOf: (name: string) => readonly string[]): Promise<void> => {
    if (!current) throw new Error('the connection for changes is away');
    const { client, name } = current;
    await answered(client, client.query({ text, values: [...valuesOf(name)] }));
  };

  await connect();
  const probing = setInterval(() => void ask('select 1', () => []).catch(() => undefined), PROBE_MS).unref();
  return {
    notify: (text) => ask('select pg_notify($1, $2)', (name) => [name, text]),
    async close() {
      isClosed = true;
      clearInterval(probing);
      clearTimeout(pause);
      await connecting;
      await current?.client.end();
    },
  };
}

/** The name of the channel: that of this database's schema, since others may be in the same database. */
async function join(client: Client): Promise<string> {
  await client.query(`set application_name = 'framework-m changes'`);
  // A notice that a crash loses is lost with whoever would have heard it: nobody waits for the disk.
  await client.query('set synchronous_commit = off');
  const { rows } = await client.query(`select 'm_changes_' || current_schema() as name`);
  const name = String(rows[0].name);
  await client.query(`listen "${name.replaceAll('"', '""')}"`);
  return name;
}

/** The answer in time; otherwise the connection is given up, and its end is heard as any other. */
async function answered<T>(client: Client, answer: Promise<T>): Promise<T> {
  const timer = setTimeout(() => void client.end(), ANSWER_MS).unref();
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}
