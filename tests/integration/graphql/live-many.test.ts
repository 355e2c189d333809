/** A thousand live queries: what a change costs, how long it takes, and that nothing is left of them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import { connect, type Socket, stream } from './following.ts';

const PERMISSIONS = [
  { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
  { role: 'Clerk', read: 1 },
  { role: 'Owner', read: 1, write: 1, create: 1, if_owner: 1 },
] as const;
const TASK = docType('Task Card', ['title', 'body Text'], { autoname: 'prompt', permissions: [...PERMISSIONS] });
const USERS = 5;
const SOCKETS = 4;
const EACH = 50;
const ALL = USERS * SOCKETS * EACH;
const LIVE = 'subscription { task_card(order_by: {name: asc}, limit: 20) { name title } }';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp({ liveTimes: { pingMs: 60_000 } });
  for (const role of ['Clerk', 'Owner']) await app.json('POST', '/api/v1/Role', { role_name: role });
  expect((await app.json('POST', '/api/v1/DocType', TASK)).status).toBe(201);
});
afterAll(() => app?.close());

const write = async (method: string, name: string, body: unknown): Promise<void> => {
  const { status, text } = await app.json(method, `/api/v1/Task Card${name}`.replace(' ', '%20'), body);
  expect(status, text).toBeLessThan(300);
};

test('a thousand followers cost a run for each set of rights, and are told soon', async () => {
  const sockets: Socket[] = [];
  for (let number = 0; number < USERS; number++) {
    const roles = [number < 3 ? 'Clerk' : 'Owner'];
    const { token } = await app.user({ name: `many${number}@x.org`, roles });
    for (let count = 0; count < SOCKETS; count++)
      sockets.push(await connect(app, { params: { authorization: `Bearer ${token}` } }));
  }
  const before = process.memoryUsage().heapUsed;
  const since = performance.now();
  for (const socket of sockets)
    for (let id = 0; id < EACH; id++) socket.send({ type: 'subscribe', id: String(id), payload: { query: LIVE } });
  const take = (): Promise<unknown> =>
    Promise.all(
      sockets.map(async (socket) => {
        for (let id = 0; id < EACH; id++) expect((await socket.next()).type).toBe('next');
      }),
    );
  await take();
  const begun = performance.now() - since;
  expect(app.app.live.figures().followers).toBe(ALL);

  const figures: number[] = [];
  const { runs } = app.app.live.figures();
  const clerks = sockets.slice(0, 3 * SOCKETS);
  for (let number = 0; number < 5; number++) {
    const at = performance.now();
    await write('POST', '', { name: `T${number}`, title: 'x' });
    await Promise.all(
      clerks.map(async (socket) => {
        for (let id = 0; id < EACH; id++) expect((await socket.next()).payload.data.task_card).toHaveLength(number + 1);
      }),
    );
    figures.push(performance.now() - at);
  }
  await expect.poll(() => app.app.live.figures().runs - runs).toBe(5 * 3);
  const grown = (process.memoryUsage().heapUsed - before) / 1e6;
  expect(begun).toBeLessThan(10_000);
  expect(Math.max(...figures)).toBeLessThan(3_000);
  expect(grown).toBeLessThan(150);

  // Requests come in between.
  const writing = write('PATCH', '/T0', { title: 'y' });
  const at = performance.now();
  await app.json('GET', '/api/v1/Task%20Card/T1');
  expect(performance.now() - at).toBeLessThan(500);
  await writing;
  for (const { socket } of sockets) socket.terminate();
  await expect.poll(() => app.app.live.figures().followers).toBe(0);
  const { runs: last } = app.app.live.figures();
  await write('PATCH', '/T0', { title: 'z' });
  expect(app.app.live.figures().runs).toBe(last);
}, 60_000);

test('an event stream that is not read has one answer waiting', async () => {
  await write('POST', '', { name: 'slow', title: '0' });
  const query = 'subscription { task_card_by_pk(name: "slow") { title body } }';
  const quick = await stream(app, { token: app.token, query });
  await quick.next();
  const ending = new AbortController();
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    signal: ending.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${app.token}`,
    },
    body: JSON.stringify({ query }),
  });
  const pushes = 60;
  const before = process.memoryUsage().rss;
  for (let number = 1; number <= pushes; number++) {
    await write('PATCH', '/slow', { title: String(number), body: `${number} `.repeat(60_000) });
    expect((await quick.next()).data.task_card_by_pk.title).toBe(String(number));
  }
  expect((process.memoryUsage().rss - before) / 1e6).toBeLessThan(300);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as ReadableStream<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes(`"title":"${pushes}"`) || text.includes(`"title": "${pushes}"`)) break;
  }
  const titles = [...text.matchAll(/"title"\s*:\s*"(\d+)"/g)].map((match) => Number(match[1]));
  expect(titles.length).toBeLessThan(pushes);
  expect(titles.at(-1)).toBe(pushes);
  expect(titles).toEqual([...titles].sort((a, b) => a - b));
  ending.abort();
  await quick.close();
  await expect.poll(() => app.app.live.figures().followers).toBe(0);
}, 60_000);
