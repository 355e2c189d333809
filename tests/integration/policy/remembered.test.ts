import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Engine, sendJson, startEngine } from './engine.ts';
import { must, openWorld, type World } from './world.ts';

const CACHE_MS = 600;

let engine: Engine;
let world: World;
/** On the same engine, where `allow` holds while it is away. */
let lenient: World;

beforeAll(async () => {
  engine = await startEngine();
  world = await openWorld(engine, { settings: { cacheMs: CACHE_MS } });
  lenient = await openWorld(engine, { settings: { onError: 'allow', timeoutMs: 200 } });
  for (const { app, junior } of [world, lenient]) {
    await must(app, 'POST', '/api/v1/Deal', { title: 'a deal' });
    await junior.json('POST', '/api/v1/Deal', { title: 'mine' });
  }
});

afterAll(async () => {
  await world?.app.close();
  await lenient?.app.close();
  await engine?.stop();
});

const list = async () => (await world.seller.json('GET', '/api/v1/Deal')).status;
const forgotten = () => new Promise((resolve) => setTimeout(resolve, CACHE_MS + 20));

test('an answer holds for its time and no longer, refusals too', async () => {
  await forgotten();
  engine.rule(() => true);
  expect(await list()).toBe(200);
  engine.rule(() => false);
  expect([await list(), engine.bodies.length]).toEqual([200, 0]);
  await forgotten();
  expect([await list(), await list(), engine.bodies.length]).toEqual([403, 403, 1]);
  await forgotten();
  engine.rule(() => true);
  expect(await list()).toBe(200);
});

test('an answer is about one person as they are: other roles are another question', async () => {
  await forgotten();
  engine.rule(({ principal }) => !principal.roles.includes('Suspended'));
  expect(await list()).toBe(200);
  await must(world.app, 'POST', '/api/v1/Role', { role_name: 'Suspended' });
  await must(world.app, 'PATCH', `/api/v1/User/${world.seller.user}`, {
    roles: [{ role: 'Seller' }, { role: 'Suspended' }],
  });
  expect(await list()).toBe(403);
  await must(world.app, 'PATCH', `/api/v1/User/${world.seller.user}`, { roles: [{ role: 'Seller' }] });
});

test('fifty requests at once ask one question', async () => {
  await forgotten();
  engine.respond((response) => setTimeout(() => sendJson(response, { result: true }), 100));
  const statuses = await Promise.all(Array.from({ length: 50 }, list));
  expect(statuses).toEqual(Array(50).fill(200));
  expect(engine.asked()).toEqual(['read Deal']);
});

test('what fails is not remembered', async () => {
  await forgotten();
  engine.respond((response) => response.writeHead(400).end());
  expect(await list()).toBe(403);
  engine.rule(() => true);
  expect(await list()).toBe(200);
});

test('where it is so configured, the built-in rules decide alone while the engine is away, and no more than they', async () => {
  engine.respond(() => undefined);
  const names = async (path: string) => (await lenient.junior.json('GET', path)).body.items?.length;
  expect(await names('/api/v1/Deal')).toBe(1);
  expect((await lenient.seller.json('GET', '/api/v1/Deal')).body.total).toBe(2);
  expect((await lenient.stranger.json('GET', '/api/v1/Deal')).status).toBe(404);
  expect((await lenient.junior.json('POST', '/api/v1/Role', { role_name: 'Boss' })).status).toBe(404);
});

test('but an engine that answers is still obeyed there', async () => {
  engine.rule(() => false);
  await expect
    .poll(async () => (await lenient.seller.json('GET', '/api/v1/Deal')).status, { timeout: 5000, interval: 100 })
    .toBe(403);
});
