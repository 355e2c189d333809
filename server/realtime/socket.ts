/**
 * The stream over a WebSocket: greeted by the cookie or header of the upgrade, or by a first message, and held to
 * a rate. Codes of the close: 1001 the server stops, 1009 a message too long, 1013 too many or too slow, 4400 no
 * message of this protocol, 4401 not signed in any more, 4403 refused, 4408 no greeting, 4429 too many messages.
 */
import { hasExplicit } from '../auth/chain/contract.ts';
import { cookieToken } from '../auth/chain/session.ts';
import type { Call } from '../http/call.ts';
import { operationCall, signInSocket, withParams } from '../http/socket/credentials.ts';
import type { Connection, Door, Opening } from '../http/socket/sockets.ts';
import { AppError, type ErrorCode } from '../kernel/error.ts';
import { beginSpeaking, type Room, type Spoken } from './connection.ts';
import { type ClientMessage, readMessage } from './messages.ts';
import { createOutbox } from './outbox.ts';

export interface SocketRoom extends Room {
  slowMs: number;
}

const MAX_MESSAGE = 16 * 1024;
const GOING_AWAY = 1001;
const BAD_MESSAGE = 4400;
const NO_GREETING = 4408;
const TOO_FAST = 4429;
const CLOSES: Partial<Record<ErrorCode, number>> = {
  unauthenticated: 4401,
  forbidden: 4403,
  rate_limited: 1013,
  unavailable: 1013,
};
/** At once, as a client does that comes back; and in each second after that. */
const MOST_AT_ONCE = 600;
const A_SECOND = 20;

export function streamDoor(room: SocketRoom): Door {
  return {
    path: ['api', 'v1', 'stream'],
    binaryCode: BAD_MESSAGE,
    maxMessage: MAX_MESSAGE,
    open: (opening) => openStream(room, opening),
  };
}

function openStream(room: SocketRoom, { channel, call, greetingMs, enter }: Opening): Connection {
  const { hub } = room;
  const outbox = createOutbox(
    { send: (message) => channel.send(JSON.stringify(message)), close: channel.close },
    { slowMs: room.slowMs, cursor: hub.cursor },
  );
  const rate = createRate();
  const leave: (() => void)[] = [];
  let line: Promise<void> = Promise.resolve();
  let spoken: Spoken | undefined;
  let isGone = false;
  const late = setTimeout(() => channel.close(NO_GREETING, 'No greeting came'), greetingMs).unref();

  const greet = async (own: Call): Promise<void> => {
    clearTimeout(late);
    try {
      await signInSocket(own);
      if (isGone) return;
      leave.push(enter(own));
      spoken = beginSpeaking(room, { call: own, outbox });
    } catch (error) {
      const isOurs = !(error instanceof AppError);
      if (isOurs) call.http.services.log.error({ error }, 'a greeting of the stream failed');
      outbox.close(
        isOurs ? 1011 : (CLOSES[error.code] ?? BAD_MESSAGE),
        isOurs ? 'Internal server error' : error.message,
      );
      gone();
    }
  };
  const take = async (message: ClientMessage): Promise<void> => {
    if (isGone) return;
    if (!spoken) {
      const said = message.type === 'hello' ? { authorization: message.authorization } : {};
      await greet(withParams(operationCall(call), said));
      if (message.type === 'hello') return;
    }
    await spoken?.take(message);
  };
  const gone = (): void => {
    isGone = true;
    clearTimeout(late);
    outbox.end();
    if (spoken) hub.followers.leave(spoken.listener);
    for (const undo of leave.splice(0)) undo();
  };
  if (hasExplicit(call) || cookieToken(call) !== undefined) line = greet(operationCall(call));
  return {
    receive(text) {
      if (isGone) return;
      if (!rate.take()) {
        outbox.close(TOO_FAST, 'Too many messages');
        gone();
        return;
      }
      try {
        const message = readMessage(text);
        line = line.then(() => take(message));
      } catch (error) {
        outbox.close(BAD_MESSAGE, (error as Error).message);
        gone();
      }
    },
    end() {
      outbox.close(GOING_AWAY, 'The server is stopping');
      gone();
    },
    gone,
  };
}

function createRate() {
  let left = MOST_AT_ONCE;
  let since = performance.now();
  return {
    take(): boolean {
      const now = performance.now();
      left = Math.min(MOST_AT_ONCE, left + ((now - since) / 1000) * A_SECOND);
      since = now;
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}
