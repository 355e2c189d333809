import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createProject, login, type Project, type Server } from './command.ts';

let project: Project;

beforeAll(async () => {
  project = await createProject({ ADMIN_PASSWORD: 'given-by-the-test' });
});

afterAll(() => project.remove());

async function totals(server: Server): Promise<Record<string, number>> {
  const headers = { authorization: `Bearer ${await login(server.url, 'given-by-the-test')}` };
  const total = async (doctype: string): Promise<[string, number]> => {
    const response = await fetch(`${server.url}/api/v1/${encodeURIComponent(doctype)}?limit=1`, { headers });
    return [doctype, ((await response.json()) as { total: number }).total];
  };
  return Object.fromEntries(await Promise.all(['Sales Order', 'Customer', 'Task Item'].map(total)));
}

test('with nothing given: a database in .data with the demo, shared with the command line, stopped with the server', async () => {
  const first = await project.start();
  const loaded = await totals(first);
  expect(Math.min(...Object.values(loaded))).toBeGreaterThan(20);
  expect(first.output()).not.toContain('given-by-the-test');

  const info = JSON.parse((await project.m(['info', '--json'])).stdout);
  expect(info).toMatchObject({ database: { kind: 'embedded' }, project: project.folder });
  expect(info.active_apps.map((app: { name: string }) => app.name)).toEqual(['crm', 'todo']);
  first.child.kill('SIGTERM');
  expect(await first.ended).toEqual({ code: 0, signal: null });
  expect(existsSync(path.join(project.folder, '.data/postgres/postmaster.pid'))).toBe(false);

  const second = await project.start();
  expect(await totals(second)).toEqual(loaded);
  expect(second.output()).not.toContain('demo loaded');
  second.child.kill('SIGTERM');
  await second.ended;
}, 90_000);

test('a first start that is stopped half-way is finished by the next one, with no document twice', async () => {
  const other = await createProject({ ADMIN_PASSWORD: 'given-by-the-test' });
  try {
    const { child, output } = other.launch(['start'], { PORT: '0' });
    await expect.poll(output, { timeout: 60_000, interval: 5 }).toMatch(/"created":11\b/);
    child.kill('SIGTERM');
    await expect.poll(() => child.exitCode, { timeout: 15_000 }).toBe(0);
    expect(output()).not.toContain('Framework M');

    const next = await other.start();
    expect(await totals(next)).toEqual(await demoOf(project));
    next.child.kill('SIGTERM');
    await next.ended;
  } finally {
    await other.remove();
  }
}, 120_000);

async function demoOf(whole: Project): Promise<Record<string, number>> {
  const server = await whole.start();
  const loaded = await totals(server);
  server.child.kill('SIGTERM');
  await server.ended;
  return loaded;
}
