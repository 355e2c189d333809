/**
 * What one connection has yet to be told, in order, small however slow it is: of one document only the newest, of
 * too many documents only their DocTypes, of too much only that there was something. Who does not take what is
 * sent for too long is dropped.
 */
import type { ServerMessage } from './messages.ts';

/** The other end: a WebSocket, or an event stream. */
export interface Sink {
  /** Resolves when the system has taken it, or nobody is there any more. */
  send(message: ServerMessage): Promise<void>;
  close(code: number, reason: string): void;
}

export interface Outbox {
  put(message: ServerMessage): void;
  /** Nothing more is taken in; what waits is forgotten. */
  close(code: number, reason: string): void;
  /** The same, once all that waits is sent. */
  closeAfter(code: number, reason: string): void;
  end(): void;
}

const MOST_WAITING = 1_000;
const TRY_LATER = 1013;

export function createOutbox(sink: Sink, q: { slowMs: number; cursor(): string }): Outbox {
  const waiting = new Map<string, ServerMessage>();
  let isSending = false;
  let isEnded = false;
  let last: { code: number; reason: string } | undefined;

  const close = (code: number, reason: string): void => {
    if (isEnded) return;
    end();
    sink.close(code, reason);
  };
  const end = (): void => {
    isEnded = true;
    waiting.clear();
  };
  const send = async (): Promise<void> => {
    isSending = true;
    for (const [key, message] of waiting) {
      waiting.delete(key);
      const late = setTimeout(close, q.slowMs, TRY_LATER, 'You read too slowly. Connect again and reload').unref();
      await sink.send(message);
      clearTimeout(late);
    }
    isSending = false;
    if (last) close(last.code, last.reason);
  };
  const fold = (): void => {
    const messages = [...waiting.values()];
    waiting.clear();
    for (const message of messages) {
      const told = message.type === 'event' ? toList(message) : message;
      const key = keyOf(told);
      waiting.delete(key);
      waiting.set(key, told);
    }
    if (waiting.size <= MOST_WAITING / 2) return;
    const rest = [...waiting.values()].filter(({ type }) => ['error', 'subscribed', 'meta'].includes(type));
    waiting.clear();
    for (const message of rest.slice(0, MOST_WAITING / 2)) waiting.set(keyOf(message), message);
    put({ type: 'resync', cursor: q.cursor() });
  };
  const put = (message: ServerMessage): void => {
    if (isEnded || last) return;
    const key = keyOf(message);
    const before = waiting.get(key);
    // Behind what came since: the cursor of what is sent last is the newest.
    waiting.delete(key);
    waiting.set(key, afterInsert(before, message));
    if (waiting.size > MOST_WAITING) fold();
    if (!isSending) void send();
  };
  return {
    put,
    close,
    end,
    closeAfter(code, reason) {
      last = { code, reason };
      if (!isSending) close(code, reason);
    },
  };
}

/** Nobody has heard of it yet: it is still new. */
function afterInsert(before: ServerMessage | undefined, message: ServerMessage): ServerMessage {
  const isStillNew =
    before?.type === 'event' && before.event === 'insert' && message.type === 'event' && message.event === 'update';
  return isStillNew ? { ...message, event: 'insert' } : message;
}

function toList({ cursor, doctype }: ServerMessage & { type: 'event' }): ServerMessage {
  return { type: 'list', cursor, doctype };
}

/** What has the same key gives way to the newer. */
function keyOf(message: ServerMessage): string {
  switch (message.type) {
    case 'event':
    case 'presence':
      return `${message.type}\n${message.doctype}\n${message.name}`;
    case 'list':
      return `list\n${message.doctype}`;
    case 'subscribed':
      return `subscribed\n${message.id}`;
    case 'error':
      return `error\n${message.id ?? ''}\n${message.doctype ?? ''}\n${message.name ?? ''}`;
    default:
      return message.type;
  }
}
