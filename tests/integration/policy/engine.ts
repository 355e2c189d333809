/** A policy engine of the tests: a real HTTP server that keeps what it was asked and says what the test wants. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PolicyQuestion } from '../../../server/kernel/policy.ts';

export interface Engine {
  url: string;
  /** Every body that came, in order. */
  // biome-ignore lint/suspicious/noExplicitAny: the shapes differ, and a test says which member it means
  bodies: any[];
  headers: http.IncomingHttpHeaders[];
  /** Of Open Policy Agent's shape: `action DocType` of each question, sorted. */
  asked(): string[];
  /** Answers from now on by this rule, in Open Policy Agent's words. Forgets what was asked. */
  rule(allows: (question: PolicyQuestion) => unknown): void;
  /** Answers from now on in any way. Forgets what was asked. */
  respond(answer: Respond): void;
  stop(): Promise<void>;
  /** On the port that it had. */
  start(): Promise<void>;
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export type Respond = (response: http.ServerResponse, body: any, request: http.IncomingMessage) => void;

export async function startEngine(): Promise<Engine> {
  let answer: Respond = (response) => sendJson(response, { result: true });
  let server: http.Server | undefined;
  let port = 0;
  const engine: Engine = {
    url: '',
    bodies: [],
    headers: [],
    asked: () => engine.bodies.map(({ input }) => `${input.action} ${input.resource.doctype}`).sort(),
    rule: (allows) => engine.respond((response, { input }) => sendJson(response, { result: allows(input) })),
    respond(next) {
      engine.bodies = [];
      engine.headers = [];
      answer = next;
    },
    async stop() {
      const ended = new Promise((resolve) => server?.close(resolve));
      server?.closeAllConnections();
      await ended;
    },
    async start() {
      const begun = http.createServer(async (request, response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of request) chunks.push(chunk as Buffer);
        const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null');
        engine.bodies.push(body);
        engine.headers.push(request.headers);
        answer(response, body, request);
      });
      await new Promise<void>((resolve) => begun.listen(port, '127.0.0.1', resolve));
      server = begun;
      port = (begun.address() as AddressInfo).port;
      engine.url = `http://127.0.0.1:${port}/v1/data/framework/allow`;
    },
  };
  await engine.start();
  return engine;
}

export function sendJson(response: http.ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
