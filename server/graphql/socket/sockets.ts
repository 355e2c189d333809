/**
 * WebSockets at `/graphql`: which upgrades are taken, how many there are, and that their other ends are alive.
 * What is refused gets a proper HTTP answer.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { hasExplicit } from '../../auth/chain/contract.ts';
import { cookieToken } from '../../auth/chain/session.ts';
import { beginCall } from '../../http/begin.ts';
import type { Answer, Call, Served } from '../../http/call.ts';
import type { Lasting } from '../../http/listen.ts';
import { parseTarget } from '../../http/path.ts';
import { toProblem } from '../../http/problem.ts';
import { COMMON } from '../../http/response.ts';
import { refuseForeignSocket } from '../../http/sign-in.ts';
import { GUEST_ACTOR } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/error.ts';
import type { Edge } from '../edge.ts';
import { createAdmission } from '../live/admission.ts';
import { counted } from '../live/live.ts';
import { createChannel } from './channel.ts';
import { type Connection, openConnection } from './connection.ts';

export interface SocketTimes {
  greetingMs: number;
  /** Who has not answered a ping when the next one is due is gone. */
  pingMs: number;
}

const DEFAULT_TIMES: SocketTimes = { greetingMs: 10_000, pingMs: 30_000 };
/** A query as long as may be, and its variables. */
const MAX_MESSAGE = 1024 * 1024;
/** So long operations under way may take when the server stops. */
const LAST_MS = 5_000;

interface Open {
  socket: WebSocket;
  connection: Connection;
  isAlive: boolean;
}

export function createSockets(q: { edge: Edge; http: Served; times?: Partial<SocketTimes> }): Lasting {
  const { edge, http } = q;
  const { limits } = edge;
  const times = { ...DEFAULT_TIMES, ...q.times };
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE,
    handleProtocols: (protocols) => protocols.has(GRAPHQL_TRANSPORT_WS_PROTOCOL) && GRAPHQL_TRANSPORT_WS_PROTOCOL,
  });
  const open = new Set<Open>();
  const all = createAdmission(limits.allSockets, full);
  const users = createAdmission(limits.userSockets, fullForUser);
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
  const take = (socket: WebSocket, call: Call): void => {
    const connection = openConnection({
      edge,
      call,
      channel: createChannel(socket),
      greetingMs: times.greetingMs,
      enter: (own) => users.enter(counted(own, own.actor ?? GUEST_ACTOR)),
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
      if (isBinary) socket.close(CloseCode.BadRequest, 'Invalid message received');
      else connection.receive(String(data));
    });
    if (socket.protocol !== GRAPHQL_TRANSPORT_WS_PROTOCOL)
      socket.close(CloseCode.SubprotocolNotAcceptable, 'Subprotocol not acceptable');
    if (isEnded) connection.end();
  };
  return {
    upgrade(incoming, socket, head) {
      socket.on('error', () => undefined);
      const call = beginCall(http, { request: toRequest(incoming), peer: incoming.socket.remoteAddress });
      try {
        if (isEnded) throw new AppError('unavailable', 'The server is stopping. Connect again in a moment.');
        checkUpgrade(call, incoming);
        const leave = all.enter('');
        socket.once('close', leave);
      } catch (error) {
        const { requestId, method, path } = call;
        refuse(socket, toProblem(error, { requestId, log: http.services.log, method, path }), requestId);
        return;
      }
      server.handleUpgrade(incoming, socket, head, (taken) => take(taken, call));
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

/** Throws `not_found` for another path, and `forbidden` when a page of another site comes with a cookie. */
function checkUpgrade(call: Call, incoming: IncomingMessage): void {
  Object.assign(call, parseTarget(incoming.url ?? '/'));
  if (call.segments.length !== 1 || call.segments[0] !== 'graphql')
    throw new AppError('not_found', 'There is no WebSocket at this path; it is at /graphql.');
  if (incoming.headers.upgrade?.toLowerCase() !== 'websocket')
    throw new AppError('bad_request', 'Only an upgrade to "websocket" is known here.');
  if (!hasExplicit(call) && cookieToken(call) !== undefined) refuseForeignSocket(call);
}

function toRequest(incoming: IncomingMessage): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers))
    if (value !== undefined) headers.set(name, String(value));
  // Its path is parsed as it came; nobody asks this one.
  return new Request('http://localhost/graphql', { headers });
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

function full(most: number): string {
  return `This server has ${most} WebSockets open already, which is all it takes. Try again later.`;
}

function fullForUser(most: number): string {
  return `You have ${most} WebSockets open, which is all that one user may. Close some first.`;
}
