import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Logger } from '../../../server/kernel/ports.ts';
import { type Engine, type Respond, sendJson, startEngine } from './engine.ts';
import { must, openWorld, type World } from './world.ts';

const TOKEN = 'token-of-the-engine';

let engine: Engine;
let world: World;
/** What Administrator reads of a deal that the seller may read by the built-in rules. */
let path: string;
const logged: string[] = [];

const note = (data: object, message: string) => void logged.push(JSON.stringify([message, data]));
const log: Logger = { debug: note, info: note, warn: note, error: note };

beforeAll(async () => {
  engine = await startEngine();
  world = await openWorld(engine, { log, settings: { token: TOKEN } });
  const { name } = await must(world.app, 'POST', '/api/v1/Deal', { title: 'a deal' });
  path = `/api/v1/Deal/${name}`;
});

afterAll(async () => {
  await world?.app.close();
  await engine?.stop();
});

async function timed(work: () => Promise<{ status: number }>): Promise<{ status: number; ms: number }> {
  const begun = performance.now();
  const { status } = await work();
  return { status, ms: performance.now() - begun };
}

const read = () => timed(() => world.seller.json('GET', path));

/** The engine is well again, and the server has noticed. */
async function recover(): Promise<void> {
  engine.rule(() => true);
  await expect.poll(async () => (await read()).status, { timeout: 5000, interval: 100 }).toBe(200);
}

describe('what is no answer of the engine is a refusal', () => {
  const answers: [string, Respond][] = [
    ['no JSON', (response) => response.end('allow')],
    ['nothing', (response) => response.end()],
    ['204', (response) => response.writeHead(204).end()],
    ['a result that is a text', (response) => sendJson(response, { result: 'true' })],
    ['a result that is a number', (response) => sendJson(response, { result: 1 })],
    ['a result that is null', (response) => sendJson(response, { result: null })],
    ['allow as a text', (response) => sendJson(response, { result: { allow: 'true' } })],
    ['allow by inheritance', (response) => response.end('{"result":{"__proto__":{"allow":true}}}')],
    ['result by inheritance', (response) => response.end('{"__proto__":{"result":true}}')],
    ['a list', (response) => sendJson(response, [{ result: true }])],
    ['null', (response) => sendJson(response, null)],
    ['no result, as where no rule holds', (response) => sendJson(response, {})],
    ['the words of another engine', (response) => sendJson(response, { decision: 'Allow' })],
    ['404 with an answer', (response) => response.writeHead(404).end('{"result":true}')],
    ['500 with an answer', (response) => response.writeHead(500).end('{"result":true}')],
    ['201 with an answer', (response) => response.writeHead(201).end('{"result":true}')],
    ['too much', (response) => sendJson(response, { result: true, more: 'x'.repeat(70_000) })],
    ['a connection that ends', (response) => response.destroy()],
    [
      'an answer that ends early',
      (response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"result":true}');
        setTimeout(() => response.destroy(), 20);
      },
    ],
  ];

  test.each(answers)('%s', async (_, respond) => {
    await recover();
    engine.respond(respond);
    expect((await read()).status).toBe(403);
  });

  test('a redirect to somebody who allows', async () => {
    await recover();
    const other = await startEngine();
    engine.respond((response) => response.writeHead(307, { location: other.url }).end());
    expect((await read()).status).toBe(403);
    expect(other.bodies).toEqual([]);
    await other.stop();
  });

  test('silence: after the time-out, within a second', async () => {
    await recover();
    engine.respond(() => undefined);
    const { status, ms } = await read();
    expect(status).toBe(403);
    expect(ms).toBeGreaterThan(400);
    expect(ms).toBeLessThan(1000);
  });

  test('an answer that trickles: the time is that of the whole answer', async () => {
    await recover();
    engine.respond((response) => {
      const text = '{"result":true}'.padEnd(200);
      let at = 0;
      const timer = setInterval(() => {
        if (at === text.length || response.destroyed) return clearInterval(timer);
        return void response.write(text[at++]);
      }, 40);
    });
    const { status, ms } = await read();
    expect(status).toBe(403);
    expect(ms).toBeLessThan(1000);
  });
});

test('Administrator works while the engine is away, at once', async () => {
  await recover();
  engine.respond(() => undefined);
  const { status, ms } = await timed(() => world.app.json('PUT', path, { title: 'mended' }));
  expect(status).toBe(200);
  expect(ms).toBeLessThan(400);
});

test('an engine that does not answer is left alone for two seconds after five failures, and then found again', async () => {
  await recover();
  engine.respond(() => undefined);
  for (let turn = 0; turn < 5; turn++) await read();
  engine.rule(() => true);
  const { status, ms } = await read();
  expect([status, engine.bodies.length]).toEqual([403, 0]);
  expect(ms).toBeLessThan(400);
  await recover();
});

test('an engine that restarts is found again', async () => {
  await recover();
  await engine.stop();
  expect((await read()).status).toBe(403);
  await engine.start();
  engine.rule(() => true);
  expect((await read()).status).toBe(200);
});

test('questions that the engine chokes on close it for nobody else', async () => {
  await recover();
  engine.respond((response, { input }) =>
    input.action === 'write' ? response.writeHead(400).end('bad input') : sendJson(response, { result: true }),
  );
  for (let turn = 0; turn < 8; turn++) expect((await world.seller.json('PUT', path, { title: 'x' })).status).toBe(403);
  expect((await read()).status).toBe(200);
});

test('it is logged once a minute, with neither token nor person; the token goes to the engine', async () => {
  await recover();
  await read();
  expect(engine.headers.at(-1)?.authorization).toBe(`Bearer ${TOKEN}`);
  const warnings = logged.filter((line) => line.includes('the policy engine gives no answer'));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(engine.url);
  expect(logged.join('\n')).not.toContain(TOKEN);
  expect(warnings[0]).not.toContain('seller');
});

test('the figures of the process tell how often it was asked and how often away', async () => {
  await recover();
  const { text } = await world.app.json('GET', '/metrics');
  const figure = (answer: string) =>
    Number(new RegExp(`^framework_m_policy_answers_total\\{answer="${answer}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
  expect(figure('allowed')).toBeGreaterThan(0);
  expect(figure('away')).toBeGreaterThan(20);
  // The three whose JSON has no `result` of its own.
  expect(figure('denied')).toBe(3);
});
