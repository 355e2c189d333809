/** Live queries when something breaks, and between tenants: revocation order, lost connections, floods of changes. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { OPERATOR } from '../../../server/kernel/tenancy.ts';
import { createContext } from '../../../server/services.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import { adminOf } from '../tenancy/world.ts';
import { type Following, stream } from './following.ts';

const RIGHTS: Partial<DocTypeJson> = {
  autoname: 'prompt',
  permissions: [
    { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
    { role: 'Clerk', read: 1 },
  ],
};
const LETTER = docType('Letter', ['title'], RIGHTS);
const query = 'subscription { letter(order_by: {name: asc}) { name title } }';

const open: Following[] = [];
async function follow(at: TestApp, token: string, text = query) {
  const made = await stream(at, { token, query: text });
  open.push(made);
  return made;
}
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

describe('two processes', () => {
  let first: TestApp;
  let second: TestApp;
  beforeAll(async () => {
    first = await createTestApp();
    second = await createTestApp({ databaseUrl: first.databaseUrl });
    expect((await first.json('POST', '/api/v1/DocType', LETTER)).status).toBe(201);
    await first.json('POST', '/api/v1/Role', { role_name: 'Clerk' });
    await second.app.store.refresh();
  });
  afterAll(async () => {
    await second?.close();
    await first?.close();
  });
  const letter = async (name: string, title = name): Promise<void> => {
    expect((await first.json('POST', '/api/v1/Letter', { name, title })).status).toBe(201);
  };

  test('R-13 what is written after a right was taken away reaches nobody who had it', async () => {
    for (let round = 0; round < 5; round++) {
      const user = `bob${round}@x.org`;
      const bob = await first.user({ name: user, roles: ['Clerk'] });
      const lives = [await follow(first, bob.token), await follow(second, bob.token)];
      for (const live of lives) await live.next();
      // Warm: the rights are remembered in both processes.
      await letter(`warm${round}`);
      for (const live of lives) await live.next();
      expect((await first.json('PUT', `/api/v1/User/${user}`, { roles: [] })).status).toBe(200);
      await letter(`secret${round}`);
      for (const live of lives) {
        await live.ended();
        expect(JSON.stringify(live.answers)).not.toContain(`secret${round}`);
        expect(live.answers.at(-1).errors).toBeDefined();
      }
    }
  });

  test('R-32 connections are cut: it goes on, and has what was written meanwhile', async () => {
    const lives = [await follow(first, first.token), await follow(second, first.token)];
    for (const live of lives) await live.next();
    await first.app.db.query({
      text: `select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`,
      values: [],
    });
    await expect
      .poll(async () => (await first.json('POST', '/api/v1/Letter', { name: 'after the cut' })).status, {
        timeout: 8000,
      })
      .toBe(201);
    for (const live of lives)
      await expect.poll(() => JSON.stringify(live.answers.at(-1)), { timeout: 8000 }).toContain('after the cut');
  });

  test('R-48 a flood of changes is told in the end, in both processes, in few runs', async () => {
    const lives = [await follow(first, first.token), await follow(second, first.token)];
    for (const live of lives) await live.next();
    const runs = [first, second].map(({ app }) => app.live.figures().runs);
    const names = Array.from({ length: 600 }, (_, index) => `flood ${index}`);
    await Promise.all(names.map((name) => letter(name)));
    for (const live of lives)
      await expect
        .poll(() => names.every((name) => JSON.stringify(live.answers.at(-1)).includes(`"${name}"`)), { timeout: 8000 })
        .toBe(true);
    for (const [index, { app }] of [first, second].entries())
      expect(app.live.figures().runs - (runs[index] ?? 0)).toBeLessThan(200);
  });

  test('who comes and goes all the time leaves nothing', async () => {
    const coming = Array.from({ length: 60 }, async (_, index) => {
      await pause(index * 5);
      const live = await follow(first, first.token);
      if (index % 2 === 0) await live.next();
      await live.close();
    });
    for (let index = 0; index < 20; index++) await letter(`while ${index}`);
    await Promise.all(coming);
    await expect.poll(() => first.app.live.figures().followers).toBe(0);
  });
});

describe('two tenants', () => {
  let app: TestApp;
  const tokens: string[] = [];
  beforeAll(async () => {
    app = await createTestApp({ tenancy: 'column' });
    expect((await app.json('POST', '/api/v1/DocType', LETTER)).status).toBe(201);
    const { create } = app.app.services.doors;
    for (const tenant of ['t1', 't2']) {
      await create(createContext(app.app, adminOf(OPERATOR)), 'Tenant', { name: tenant, label: tenant });
      const name = `boss-${tenant}`;
      const ctx = createContext(app.app, adminOf(tenant));
      await create(ctx, 'User', { name, first_name: name, roles: [{ role: 'System Manager' }] });
      tokens.push((await app.as(name)).token);
    }
  });
  afterAll(() => app?.close());

  test('each is told of its own, and the other is not even asked again', async () => {
    const [one, two] = [await follow(app, tokens[0] as string), await follow(app, tokens[1] as string)];
    for (const live of [one, two]) expect((await live.next()).data.letter).toEqual([]);
    const { runs } = app.app.live.figures();
    const context = createContext(app.app, adminOf('t1'));
    await app.app.services.doors.create(context, 'Letter', { name: 'mine', title: 'of t1' });
    expect((await one.next()).data.letter).toEqual([{ name: 'mine', title: 'of t1' }]);
    await two.silent();
    expect(app.app.live.figures().runs - runs).toBe(1);
  });

  test('one that is switched off is told no more', async () => {
    const live = await follow(app, tokens[1] as string);
    await live.next();
    const operator = createContext(app.app, adminOf(OPERATOR));
    await app.app.services.doors.update(operator, 'Tenant', 't2', { enabled: 0 });
    expect((await live.next()).errors[0].extensions.code).toBe('forbidden');
    await live.ended();
  });
});
