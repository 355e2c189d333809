/**
 * The stream as server-sent events, for clients that only listen: what to follow stands in the URL, and a browser
 * that comes back says by itself how far it was.
 */
import type { Answer, Call, Route } from '../http/call.ts';
import { refuseForeignSocket } from '../http/sign-in.ts';
import { type Connections, counted } from '../http/socket/admission.ts';
import { GUEST_ACTOR } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { beginSpeaking, type Room } from './connection.ts';
import type { ServerMessage } from './messages.ts';
import { createOutbox, type Outbox, type Sink } from './outbox.ts';

export interface StreamRoom extends Room {
  connections: Connections;
  slowMs: number;
  /** Something is sent at least this often, so that nobody between takes the connection for dead. */
  pingMs: number;
  /** Those that go on, to be ended when the server stops. */
  streams: Set<Outbox>;
  isEnded(): boolean;
}

const HEADERS = { 'content-type': 'text/event-stream; charset=utf-8', 'x-accel-buffering': 'no' };
const GOING_AWAY = 'The server is stopping. Connect again in a moment.';

export function streamRoutes(room: StreamRoom): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/stream',
      query: ['subscribe', 'cursor'],
      access: 'many',
      guests: true,
      scoped: true,
      answer: async (call) => answer(room, call),
    },
  ];
}

async function answer(room: StreamRoom, call: Call): Promise<Answer> {
  if (!call.header('accept')?.includes('text/event-stream'))
    throw new AppError(
      'bad_request',
      'This is a stream: ask with "accept: text/event-stream", or open a WebSocket here.',
    );
  if (call.identity?.isCookie || call.identity?.via === 'gateway') refuseForeignSocket(call);
  const wishes = wishesOf(call.query.get('subscribe') ?? '');
  if (call.method === 'HEAD') return { status: 200, headers: HEADERS };
  if (room.isEnded()) throw new AppError('unavailable', GOING_AWAY);
  const leave = [room.connections.all.enter('')];
  try {
    leave.push(room.connections.users.enter(counted(call, call.actor ?? GUEST_ACTOR)));
  } catch (error) {
    for (const undo of leave) undo();
    throw error;
  }
  return { status: 200, headers: HEADERS, body: bodyOf(room, call, { wishes, leave }) };
}

interface Wish {
  doctype: string;
  name?: string;
}

function bodyOf(
  room: StreamRoom,
  call: Call,
  { wishes, leave }: { wishes: readonly Wish[]; leave: readonly (() => void)[] },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let taken: () => void = () => undefined;
  let finish: () => void = () => undefined;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const { hub } = room;
      let isOver = false;
      const write = (text: string): void => {
        if (!isOver) controller.enqueue(encoder.encode(text));
      };
      const sink: Sink = {
        send(message) {
          write(textOf(message));
          if (isOver || (controller.desiredSize ?? 0) > 0) return Promise.resolve();
          return new Promise((resolve) => {
            taken = resolve;
          });
        },
        close(_, reason) {
          write(`event: close\ndata: ${JSON.stringify({ reason })}\n\n`);
          if (!isOver) controller.close();
          finish();
        },
      };
      const outbox = createOutbox(sink, { slowMs: room.slowMs, cursor: hub.cursor });
      const pinging = setInterval(() => {
        if ((controller.desiredSize ?? 0) > 0) write(`id: ${hub.cursor()}\n: \n\n`);
      }, room.pingMs).unref();
      const spoken = beginSpeaking(room, { call, outbox });
      room.streams.add(outbox);
      finish = () => {
        if (isOver) return;
        isOver = true;
        clearInterval(pinging);
        room.streams.delete(outbox);
        outbox.end();
        hub.followers.leave(spoken.listener);
        for (const undo of leave) undo();
        taken();
      };
      const begin = async (): Promise<void> => {
        for (const [index, wish] of wishes.entries())
          await spoken.take({ type: 'subscribe', id: String(index), ...wish });
        const cursor = call.query.get('cursor') ?? call.header('last-event-id');
        if (cursor) await spoken.take({ type: 'resume', cursor });
      };
      void begin();
    },
    pull: () => taken(),
    cancel: () => finish(),
  });
}

function textOf(message: ServerMessage): string {
  const id = 'cursor' in message ? `id: ${message.cursor}\n` : '';
  return `${id}data: ${JSON.stringify(message)}\n\n`;
}

/** `Book`, or a list as JSON of such and of `["Book", "BOOK-1"]`. */
function wishesOf(text: string): Wish[] {
  const given: unknown = text.startsWith('[') ? parsed(text) : text === '' ? [] : [text];
  if (!Array.isArray(given)) throw refuse();
  return given.map((each: unknown) => {
    const [doctype, name, ...more] = Array.isArray(each) ? (each as unknown[]) : [each];
    if (!isName(doctype) || more.length > 0 || !(name === undefined || isName(name))) throw refuse();
    return name === undefined ? { doctype } : { doctype, name };
  });
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 300 && !value.includes('\0');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(): AppError {
  const message = 'subscribe must be a DocType, or a JSON list such as ["Book", ["Book", "BOOK-1"]].';
  return new AppError('bad_request', message, { errors: [{ field: 'subscribe', code: 'bad_request', message }] });
}
