/** Requests as bytes, for what no HTTP client would send. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

export async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Sends the parts and ends; what came back until the connection closed, or until it stayed silent for too long. */
export async function sendBytes(
  url: string,
  parts: readonly (string | Buffer)[],
  q: { half?: boolean; wait?: number } = {},
): Promise<string> {
  const socket = await open(url);
  let answer = '';
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1');
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  for (const part of parts) socket.write(part);
  if (q.half) socket.end();
  await Promise.race([closed, pause(q.wait ?? 2000)]);
  socket.destroy();
  return answer;
}

/** A request's head, signed in, that asks for the connection to be closed. */
export function head(token: string, line: string, ...headers: string[]): string {
  return [line, 'Host: x', 'Connection: close', `Authorization: Bearer ${token}`, ...headers, '', ''].join('\r\n');
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
}
