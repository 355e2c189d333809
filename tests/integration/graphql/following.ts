/** Live queries as clients have them: over an event stream, read by hand, and over a WebSocket, spoken by hand. */
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { TestApp } from '../../support/app.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test reads into answers of every shape
export type Body = any;

export interface Following {
  /** What came, in order. */
  answers: Body[];
  /** The next answer that was not taken yet. Throws when none comes, or the end. */
  next(): Promise<Body>;
  /** Resolves when it has ended. Throws when it does not. */
  ended(): Promise<void>;
  /** Throws when something comes within the time. */
  silent(ms?: number): Promise<void>;
  close(): Promise<void> | void;
}

const PATIENCE_MS = 8_000;

/** What a reader does with what comes. */
export function inbox(close: () => Promise<void> | void): Following & { put(body: Body): void; finish(): void } {
  const answers: Body[] = [];
  let taken = 0;
  let isEnded = false;
  let look: () => void = () => undefined;
  const until = async (isThere: () => boolean, ms: number): Promise<boolean> => {
    const limit = Date.now() + ms;
    while (!isThere()) {
      const left = limit - Date.now();
      if (left <= 0) return false;
      const came = new Promise<void>((resolve) => {
        look = resolve;
      });
      await Promise.race([came, pause(left)]);
    }
    return true;
  };
  return {
    answers,
    close,
    put(body) {
      answers.push(body);
      look();
    },
    finish() {
      isEnded = true;
      look();
    },
    async next() {
      await until(() => answers.length > taken || isEnded, PATIENCE_MS);
      if (answers.length <= taken) throw new Error(isEnded ? 'it has ended' : 'nothing came in time');
      return answers[taken++];
    },
    async ended() {
      if (!(await until(() => isEnded, PATIENCE_MS))) throw new Error('it does not end');
    },
    async silent(ms = 400) {
      await pause(ms);
      if (answers.length > taken) throw new Error(`something came: ${JSON.stringify(answers.slice(taken))}`);
    },
  };
}

export interface Asking {
  query: string;
  variables?: Readonly<Record<string, unknown>>;
}

/** An event stream by POST, taken apart as the specification says. */
export async function stream(
  app: Pick<TestApp, 'url'>,
  q: Asking & { token: string; headers?: Readonly<Record<string, string>> },
): Promise<Following & { response: Response; comments: string[] }> {
  const ending = new AbortController();
  const { query, variables } = q;
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    signal: ending.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(q.token === '' ? {} : { authorization: `Bearer ${q.token}` }),
      ...q.headers,
    },
    body: JSON.stringify({ query, variables }),
  });
  const box = inbox(() => ending.abort());
  const comments: string[] = [];
  void readEvents(response, box, comments).catch(() => box.finish());
  return Object.assign(box, { response, comments });
}

export async function readEvents(
  response: Response,
  box: { put(body: Body): void; finish(): void },
  comments: string[] = [],
): Promise<void> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    rest += decoder.decode(chunk, { stream: true });
    const events = rest.split('\n\n');
    rest = events.pop() as string;
    for (const event of events) {
      const lines = event.split('\n');
      const data = lines.find((line) => line.startsWith('data: '))?.slice('data: '.length);
      if (event.startsWith(':')) comments.push(event);
      if (lines.includes('event: next')) box.put(JSON.parse(data as string));
      if (lines.includes('event: complete')) box.finish();
    }
  }
  box.finish();
}

export interface Socket {
  socket: WebSocket;
  /** Messages that came and were not taken yet, whatever they are. */
  next(): Promise<Body>;
  silent(ms?: number): Promise<void>;
  send(message: unknown): void;
  /** Resolves with the code of the close. */
  closed(): Promise<number>;
  close(): Promise<void>;
}

/** Opens a socket and greets; with `params` undefined it does not greet. */
export async function connect(
  app: Pick<TestApp, 'url'>,
  q: { params?: unknown; headers?: Readonly<Record<string, string>>; protocol?: string; path?: string } = {},
): Promise<Socket> {
  const { protocol = 'graphql-transport-ws', path = '/graphql' } = q;
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}${path}`, protocol, { headers: q.headers });
  const box = inbox(() => socket.close());
  let code: number | undefined;
  socket.on('message', (data) => box.put(JSON.parse(String(data))));
  socket.on('close', (given) => {
    code = given;
    box.finish();
  });
  await once(socket, 'open');
  const send = (message: unknown): void => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const made: Socket = {
    socket,
    send,
    next: box.next,
    silent: box.silent,
    async closed() {
      await box.ended();
      return code as number;
    },
    async close() {
      socket.close();
      await box.ended();
    },
  };
  if (q.params !== undefined) {
    send({ type: 'connection_init', payload: q.params });
    const { type } = await made.next();
    if (type !== 'connection_ack') throw new Error(`greeted with ${type}`);
  }
  return made;
}

/** The answer to an upgrade that is refused. */
export function refusal(
  app: Pick<TestApp, 'url'>,
  q: { headers?: Readonly<Record<string, string>>; path?: string } = {},
): Promise<{ status: number; body: Body }> {
  const url = `${app.url.replace('http', 'ws')}${q.path ?? '/graphql'}`;
  const socket = new WebSocket(url, 'graphql-transport-ws', { headers: q.headers });
  return new Promise((resolve, reject) => {
    socket.on('open', () => {
      socket.terminate();
      reject(new Error('it was not refused'));
    });
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
  });
}
