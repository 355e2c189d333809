/** Serves the app on a socket and stops without losing a request. Knows Node's HTTP server and nothing of the product. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { Server as NetServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import type { Hono } from 'hono';
import { COMMON } from './response.ts';

export interface Listening {
  url: string;
  /** Takes no new connection, lets running requests finish, then resolves: after 8 s at the latest. */
  close(): Promise<void>;
}

/** What goes on after an answer has begun, or without one: it has no end of its own. */
export interface Lasting {
  /** A client asks for a WebSocket: the socket is this one's from now on. */
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** The server stops: ends all, and refuses what comes. */
  end(): void;
}

const DRAIN_MS = 8_000;
/** A client that is just about to use its idle connection gets its answer, and is told to close. */
const GRACE_MS = 250;
const POLL_MS = 50;

/** Rejects with Node's error (EADDRINUSE …) when the address cannot be had. */
export async function listen(app: Hono, q: { host: string; port: number; lasting?: Lasting }): Promise<Listening> {
  const { lasting } = q;
  const listener = getRequestListener(app.fetch, { errorHandler: refuseRequest });
  const server = createServer({
    maxHeaderSize: 32_768,
    keepAliveTimeout: 65_000,
    headersTimeout: 20_000,
    requestTimeout: 120_000,
    // Other upgrades that are offered (h2c) need not be taken: they are plain requests.
    shouldUpgradeCallback: ({ headers }) => lasting !== undefined && headers.upgrade?.toLowerCase() === 'websocket',
  });
  let isClosing = false;
  server.on('request', (incoming, outgoing) => {
    if (isClosing) outgoing.shouldKeepAlive = false;
    void listener(incoming, outgoing);
  });
  if (lasting) server.on('upgrade', lasting.upgrade);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(q.port, q.host, resolve);
  });
  const close = (): Promise<void> => {
    isClosing = true;
    lasting?.end();
    return drain(server);
  };
  return { url: urlOf(server, q.host), close };
}

async function drain(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // http's own close() cuts idle connections at once, and with them a request that is on its way.
    NetServer.prototype.close.call(server, () => resolve());
  });
  const begun = Date.now();
  const timer = setInterval(() => {
    const waited = Date.now() - begun;
    if (waited >= DRAIN_MS) server.closeAllConnections();
    else if (waited >= GRACE_MS) server.closeIdleConnections();
  }, POLL_MS);
  await closed;
  clearInterval(timer);
  // Ends its own bookkeeping too.
  server.close();
}

/** What cannot even be read as a request: no host, a backslash in the path. */
function refuseRequest(): Response {
  const id = randomUUID();
  const detail = 'The request line or the Host header is malformed.';
  const body = JSON.stringify({
    type: '/problems/bad_request',
    title: 'Bad request',
    status: 400,
    detail,
    request_id: id,
    errors: [],
  });
  return new Response(body, {
    status: 400,
    headers: { ...COMMON, 'content-type': 'application/problem+json; charset=utf-8', 'x-request-id': id },
  });
}

function urlOf(server: Server, host: string): string {
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
