/** The stream as clients have it: over a WebSocket, spoken by hand, and as an event stream, read by hand. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { TestApp } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import { type Body, inbox } from '../graphql/following.ts';

export interface Ear {
  socket: WebSocket;
  next(): Promise<Body>;
  /** The next one of a type; those before it are passed over. */
  nextOf(type: string): Promise<Body>;
  silent(ms?: number): Promise<void>;
  send(message: unknown): void;
  /** Subscribes and waits until it is. */
  follow(id: string, doctype: string, name?: string): Promise<string>;
  closed(): Promise<number>;
  close(): Promise<void>;
  /** As welcomed. */
  cursor: string;
  all: Body[];
}

interface Wish {
  token?: string;
  headers?: Readonly<Record<string, string>>;
  /** False: nothing is said at first. */
  isGreeting?: boolean;
}

/** With a token it is said in the first message. */
export async function hearken(app: Pick<TestApp, 'url'>, { token, headers, isGreeting = true }: Wish): Promise<Ear> {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/api/v1/stream`, { headers });
  const box = inbox(() => socket.close());
  let code: number | undefined;
  socket.on('message', (data) => box.put(JSON.parse(String(data))));
  socket.on('error', () => undefined);
  socket.on('close', (given) => {
    code = given;
    box.finish();
  });
  await once(socket, 'open');
  const send = (message: unknown): void => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  const nextOf = async (type: string): Promise<Body> => {
    for (;;) {
      const message = await box.next();
      if (message.type === type) return message;
    }
  };
  const ear: Ear = {
    socket,
    send,
    nextOf,
    next: box.next,
    silent: box.silent,
    all: box.answers,
    cursor: '',
    async follow(id, doctype, name) {
      send({ type: 'subscribe', id, doctype, name });
      for (;;) {
        const answer = await box.next();
        if (answer.type === 'subscribed' && answer.id === id) return answer.cursor;
        if (answer.type === 'error') throw new Error(JSON.stringify(answer));
      }
    },
    async closed() {
      await box.ended();
      return code as number;
    },
    async close() {
      socket.close();
      await box.ended();
    },
  };
  if (!isGreeting) return ear;
  if (token !== undefined) send({ type: 'hello', authorization: `Bearer ${token}` });
  else if (!headers) send({ type: 'hello' });
  const welcome = await box.next();
  if (welcome.type !== 'welcome') throw new Error(JSON.stringify(welcome));
  ear.cursor = welcome.cursor;
  return ear;
}

/** Rules that can be told from the document, one that only PostgreSQL can tell, and everything. */
export const TASK = docType('Task', ['title', 'region', 'amount Int'], {
  autoname: 'prompt',
  allow_rename: 1,
  permissions: [
    { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
    { role: 'Clerk', read: 1, write: 1, create: 1 },
    { role: 'European', read: 1, condition: 'doc.region == "EU"' },
    { role: 'Rich', read: 1, condition: 'doc.amount > 5' },
  ],
});
export const SECRET = docType('Secret', ['title'], {
  autoname: 'prompt',
  permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }],
});
export const NEWS = docType('News', ['title'], {
  autoname: 'prompt',
  permissions: [
    { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
    { role: 'Guest', read: 1 },
  ],
});

/** Without what differs from run to run. */
export function plain(message: Body): Body {
  const { cursor: _, modified: __, ...rest } = message;
  return rest;
}
