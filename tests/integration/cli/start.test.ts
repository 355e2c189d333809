import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { createProject, login, type Project, type Server } from './command.ts';

let database: TestDatabase;
let project: Project;

beforeAll(async () => {
  database = await createDatabase();
  project = await createProject({ DATABASE_URL: database.url, LOG_LEVEL: 'info' });
});

afterAll(async () => {
  await project.remove();
  await database.drop();
});

const NOTE = {
  doctype: 'DocType',
  name: 'Load Note',
  module: 'Load',
  fields: [{ fieldname: 'text', fieldtype: 'Data', label: 'Text' }],
  permissions: [],
};

async function stop(server: Server, signal: NodeJS.Signals = 'SIGTERM'): Promise<unknown> {
  server.child.kill(signal);
  return server.ended;
}

let password = '';

test('a first start prints its address and a password once, as plain text; the next one prints none', async () => {
  const first = await project.start();
  password = /with the password (\S+) \(/.exec(first.output())?.[1] ?? '';
  expect(password).toMatch(/^[\w-]{16}$/);
  expect(first.output().split(password)).toHaveLength(2);
  // Behind the address, where somebody looks for it, and not before it is of use.
  expect(first.output()).toMatch(/ is at http:\S+ after [\d.]+ s\. Log in as Administrator with the password \S+ \(/);
  await login(first.url, password);
  expect(await stop(first)).toEqual({ code: 0, signal: null });

  const second = await project.start();
  expect(second.output()).not.toMatch(/password/);
  await login(second.url, password);
  expect(await stop(second, 'SIGINT')).toEqual({ code: 0, signal: null });
});

test('what the command line changes, a running server knows; no demo in a database of one’s own', async () => {
  const server = await project.start();
  const headers = { authorization: `Bearer ${await login(server.url, password)}` };
  const ask = (path: string) => fetch(`${server.url}/api/v1/${path}`, { headers }).then(({ status }) => status);
  expect(await ask('Load%20Note')).toBe(404);
  expect(await ask('Sales%20Order')).toBe(404);
  const imported = await project.m(['doctype', 'import', await project.write('note.json', NOTE)]);
  expect(imported.code).toBe(0);
  expect(await ask('Load%20Note')).toBe(200);

  const set = await project.m(['user', 'passwd'], { input: 'another-one\n' });
  expect(set.stdout).toContain('The password of Administrator is set');
  await expect(login(server.url, password)).rejects.toThrow(/401/);
  password = 'another-one';
  await login(server.url, password);
  await stop(server);
});

test('SIGTERM under load: every request that was taken is answered, and what is answered is kept', async () => {
  const server = await project.start();
  const headers = { authorization: `Bearer ${await login(server.url, password)}`, 'content-type': 'application/json' };
  const answers = new Map<number, number>();
  const lost: unknown[] = [];
  let isOver = false;
  const client = async (): Promise<void> => {
    while (!isOver) {
      try {
        const response = await fetch(`${server.url}/api/v1/Load%20Note`, {
          method: 'POST',
          headers,
          body: '{"text":"x"}',
        });
        await response.arrayBuffer();
        answers.set(response.status, (answers.get(response.status) ?? 0) + 1);
      } catch (error) {
        // Not taken at all is not lost: a balancer asks the next server.
        if ((error as { cause?: { code?: string } }).cause?.code === 'ECONNREFUSED') return;
        lost.push((error as { cause?: unknown }).cause ?? error);
      }
    }
  };
  const clients = Array.from({ length: 16 }, client);
  await vi.waitUntil(() => (answers.get(201) ?? 0) > 100, { timeout: 20_000 });
  const asked = performance.now();
  expect(await stop(server)).toEqual({ code: 0, signal: null });
  expect(performance.now() - asked).toBeLessThan(10_000);
  isOver = true;
  await Promise.all(clients);
  expect(lost).toEqual([]);
  expect([...answers.keys()]).toEqual([201]);

  const { stdout } = await project.m(['console'], {
    input: "'kept ' + (await app.db.query({ text: 'select count(*) from load_note', values: [] }))[0].count\n",
  });
  expect(stdout).toContain(`'kept ${answers.get(201)}'`);
}, 60_000);

test('a second signal does not wait', async () => {
  const server = await project.start();
  const token = await login(server.url, password);
  const hanging = request(`${server.url}/api/v1/Load%20Note`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', expect: '100-continue' },
  });
  const cut = once(hanging, 'error');
  hanging.flushHeaders();
  // The server has the request now, and waits for a body that never ends.
  await once(hanging, 'continue');
  hanging.write('{');
  server.child.kill('SIGTERM');
  await sleep(700);
  expect(server.child.exitCode).toBeNull();
  expect(await stop(server)).toEqual({ code: 143, signal: null });
  await cut;
});

test('a first start that comes to nothing still tells the password that it made', async () => {
  const [empty, holder] = [await createDatabase(), createServer()];
  holder.listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const { code, stdout } = await project.m(['start'], { env: { DATABASE_URL: empty.url, PORT: String(port) } });
  holder.close();
  expect(code).toBe(1);
  expect(stdout).not.toContain(' is at ');
  const told = /with the password (\S+) \(/.exec(stdout)?.[1] ?? '';
  const server = await project.start({ DATABASE_URL: empty.url });
  await login(server.url, told);
  await stop(server);
  await empty.drop();
});

test('a port that is taken stops the start with one sentence', async () => {
  const server = await project.start();
  const { code, stderr } = await project.m(['start'], { env: { PORT: new URL(server.url).port } });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^Something listens on 127\.0\.0\.1:\d+ already\. Stop it, or set PORT/);
  await stop(server);
});

test('an error that nobody caught is logged, and ends the server with 1', async () => {
  await project.m(['new:app', 'faulty']);
  await project.write(
    'apps/faulty/app.ts',
    "export default { functions: { 'faulty.go': () => { setTimeout(() => Promise.reject(new Error('out of the blue'))); return 1; } } };",
  );
  const server = await project.start({ APPS: 'apps/faulty' });
  const headers = { authorization: `Bearer ${await login(server.url, password)}` };
  const called = await fetch(`${server.url}/api/v1/rpc/fn/faulty.go`, { method: 'POST', headers });
  expect(called.status).toBe(200);
  expect(await server.ended).toEqual({ code: 1, signal: null });
  expect(server.output()).toMatch(/"level":"error".*out of the blue/);
});
