/**
 * WebSockets: which upgrades are taken, how many there are, and that their other ends are alive. What is refused
 * gets a proper HTTP answer. What is spoken over them is the business of the doors.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { hasExplicit } from '../../auth/chain/contract.ts';
import { cookieToken } from '../../auth/chain/session.ts';
import { GUEST_ACTOR } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/error.ts';
import { beginCall } from '../begin.ts';
import type { Answer, Call, Served } from '../call.ts';
import type { Lasting } from '../listen.ts';
import { parseTarget } from '../path.ts';
import { toProblem } from '../problem.ts';
import { COMMON } from '../response.ts';
import { refuseForeignSocket } from '../sign-in.ts';
import { type Connections, counted } from './admission.ts';
import { type Channel, createChannel } from './channel.ts';

/** What is spoken over the sockets of one path. */
export interface Door {
  path: readonly string[];
  /** The one that a client must offer; undefined: it offers none. */
  protocol?: { name: string; closeCode: number };
  /** What closes a socket that sends bytes that are no text. */
  binaryCode: number;
  /** Bytes of one message. */
  maxMessage: number;
  open(opening: Opening): Connection;
}

export interface Opening {
  channel: Channel;
  /** The upgrade request. */
  call: Call;
  /** So long it may wait with its greeting. */
  greetingMs: number;
  /** Gives the way out. Throws when the user has too many. */
  enter(call: Call): () => void;
}

export interface Connection {
  receive(text: string): void;
  /** Ends when what is under way is done; nothing new begins. */
  end(): void;
  /** The socket is gone. */
  gone(): void;
}

export interface SocketTimes {
  greetingMs: number;
  /** Who has not answered a ping when the next one is due is gone. */
  pingMs: number;
}

const DEFAULT_TIMES: SocketTimes = { greetingMs: 10_000, pingMs: 30_000 };
/** So long operations under way may take when the server stops. */
const LAST_MS = 5_000;

interface Open {
  socket: WebSocket;
  connection: Connection;
  isAlive: boolean;
}

interface SocketsInput {
  http: Served;
  doors: readonly Door[];
  connections: Connections;
  times?: Partial<SocketTimes>;
}

export function createSockets({ http, connections, ...q }: SocketsInput): Lasting {
  const times = { ...DEFAULT_TIMES, ...q.times };
  const doors = q.doors.map((door) => ({ door, server: serverOf(door) }));
  const open = new Set<Open>();
  let isEnded = false;
  let pinging: NodeJS.Timeout | undefined;

  const ping = (): void => {
    for (const each of open) {
      if (!each.isAlive) each.socket.terminate();
      else {
        each.isAlive = false;
        each.socket.ping();
      }
    }
  };
  const take = (socket: WebSocket, { door, call }: { door: Door; call: Call }): void => {
    const connection = door.open({
      call,
      channel: createChannel(socket),
      greetingMs: times.greetingMs,
      enter: (own) => connections.users.enter(counted(own, own.actor ?? GUEST_ACTOR)),
    });
    const entry: Open = { socket, connection, isAlive: true };
    open.add(entry);
    pinging ??= setInterval(ping, times.pingMs).unref();
    socket.on('pong', () => {
      entry.isAlive = true;
    });
    // What was wrong is told by the close that follows.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      connection.gone();
      open.delete(entry);
      if (open.size > 0) return;
      clearInterval(pinging);
      pinging = undefined;
    });
    socket.on('message', (data, isBinary) => {
      entry.isAlive = true;
      if (isBinary) socket.close(door.binaryCode, 'Invalid message received');
      else connection.receive(String(data));
    });
    if (door.protocol && socket.protocol !== door.protocol.name)
      socket.close(door.protocol.closeCode, 'Subprotocol not acceptable');
    if (isEnded) connection.end();
  };
  return {
    upgrade(incoming, socket, head) {
      socket.on('error', () => undefined);
      const call = beginCall(http, { request: toRequest(incoming), peer: incoming.socket.remoteAddress });
      let found: ServedDoor;
      try {
        if (isEnded) throw new AppError('unavailable', 'The server is stopping. Connect again in a moment.');
        found = doorOf(doors, call, incoming);
        socket.once('close', connections.all.enter(''));
      } catch (error) {
        const { requestId, method, path } = call;
        refuse(socket, toProblem(error, { requestId, log: http.services.log, method, path }), requestId);
        return;
      }
      const { door, server } = found;
      server.handleUpgrade(incoming, socket, head, (taken) => take(taken, { door, call }));
    },
    end() {
      isEnded = true;
      for (const { connection } of [...open]) connection.end();
      setTimeout(() => {
        for (const { socket } of [...open]) socket.terminate();
      }, LAST_MS).unref();
    },
  };
}

function serverOf({ protocol, maxMessage }: Door): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: maxMessage,
    handleProtocols: (offered) => protocol !== undefined && offered.has(protocol.name) && protocol.name,
  });
}

type ServedDoor = { door: Door; server: WebSocketServer };

/** Throws `not_found` for another path, and `forbidden` when a page of another site comes with a cookie. */
function doorOf(doors: readonly ServedDoor[], call: Call, incoming: IncomingMessage): ServedDoor {
  Object.assign(call, parseTarget(incoming.url ?? '/'));
  const found = doors.find(({ door: { path } }) => path.join('\n') === call.segments.join('\n'));
  if (!found) {
    const paths = doors.map(({ door }) => `/${door.path.join('/')}`).join(' and ');
    throw new AppError('not_found', `There is no WebSocket at this path; there are some at ${paths}.`);
  }
  if (incoming.headers.upgrade?.toLowerCase() !== 'websocket')
    throw new AppError('bad_request', 'Only an upgrade to "websocket" is known here.');
  if (!hasExplicit(call) && cookieToken(call) !== undefined) refuseForeignSocket(call);
  return found;
}

function toRequest(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers.set(name, String(value));
  // Its path is parsed as it came; nobody asks this one.
  return new Request('http://localhost/', { headers });
}

function refuse(socket: Duplex, { status, body, headers }: Answer, requestId: string): void {
  const text = typeof body === 'string' ? body : '';
  const all = {
    ...COMMON,
    ...headers,
    'x-request-id': requestId,
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`);
}
