/** People at a document vanish with their process, by whatever it ended. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { type ServerProcess, startServer } from '../../support/reliability/server-process.ts';
import { type Ear, hearken, TASK } from './listening.ts';

let app: TestApp;
let server: ServerProcess;
beforeAll(async () => {
  // Longer than the other one waits until it says again who is there.
  app = await createTestApp({ liveTimes: { presenceMs: 14_000 } });
  for (const role of ['Clerk', 'European', 'Rich']) await app.json('POST', '/api/v1/Role', { role_name: role });
  expect((await app.json('POST', '/api/v1/DocType', TASK)).status).toBe(201);
  expect((await app.json('POST', '/api/v1/Task', { name: 'P1', title: 'x' })).status).toBe(201);
  server = await startServer(app.databaseUrl);
}, 60_000);
afterAll(async () => {
  await server?.kill();
  await app?.close();
});

const open = (ear: Ear): void => ear.send({ type: 'open', doctype: 'Task', name: 'P1' });

test('kill -9', async () => {
  const clerk = await app.user({ name: 'ada@x.org', roles: ['Clerk'], fields: { first_name: 'Ada' } });
  const there = await hearken(server, { token: clerk.token });
  open(there);
  await there.nextOf('presence');
  // Who comes to a process later is told by it of those who are there already.
  const here = await hearken(app, { token: app.token });
  open(here);
  let told = await here.nextOf('presence');
  if (told.users.length === 0) told = await here.nextOf('presence');
  expect(told.users).toEqual([{ user: 'ada@x.org', full_name: 'Ada' }]);
  // It says so again in time.
  await here.silent(11_000);
  const since = Date.now();
  await server.kill();
  expect(await there.closed()).toBe(1006);
  await expect.poll(() => here.all.at(-1).users, { timeout: 20_000 }).toEqual([]);
  expect(Date.now() - since).toBeLessThan(18_000);
  await here.close();
}, 60_000);
