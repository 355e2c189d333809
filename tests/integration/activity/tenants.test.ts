/** With many tenants: what hangs on a document of one is not there for another’s document of the same name. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemActor } from '../../../server/kernel/actor.ts';
import { OPERATOR } from '../../../server/kernel/tenancy.ts';
import { createContext } from '../../../server/services.ts';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { adminOf } from '../tenancy/world.ts';
import { ok } from './world.ts';

let app: TestApp;
const people = new Map<string, UserClient>();
const of = (tenant: string): UserClient => people.get(tenant) as UserClient;

beforeAll(async () => {
  app = await createTestApp({ tenancy: 'column' });
  const { create } = app.app.services.doors;
  await create(createContext(app.app, systemActor('a test')), 'DocType', {
    name: 'Paper',
    module: 'Test',
    autoname: 'prompt',
    fields: [{ fieldname: 'text', fieldtype: 'Data' }],
    permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }],
  });
  for (const tenant of ['t1', 't2']) {
    await create(createContext(app.app, adminOf(OPERATOR)), 'Tenant', { name: tenant, label: tenant });
    const user = `manager-${tenant}`;
    const given = { name: user, first_name: user, roles: [{ role: 'System Manager' }] };
    await create(createContext(app.app, adminOf(tenant)), 'User', given);
    people.set(tenant, await app.as(user));
    await ok(of(tenant), 'POST', '/api/v1/Paper', { name: 'one', text: 'x' });
  }
}, 120_000);
afterAll(() => app?.close());

test('comments, assignments, tags, likes and words are their tenant’s', async () => {
  await ok(of('t1'), 'POST', '/api/v1/Paper/one/comments', { content: 'CANARY-t1 @manager-t2' });
  await ok(of('t1'), 'POST', '/api/v1/Paper/one/assignments', { user: 'manager-t1' });
  await ok(of('t1'), 'POST', '/api/v1/Paper/one/tags', { tag: 'CANARY' });
  await ok(of('t1'), 'PUT', '/api/v1/Paper/one/like');
  await ok(of('t1'), 'POST', '/api/v1/Translation', { language: 'de', source_text: 'x', translated_text: 'CANARY' });
  for (const path of [
    '/api/v1/Paper/one/docinfo',
    '/api/v1/Paper/one/timeline',
    '/api/v1/Paper?with=assign,tags,comments,likes',
    '/api/v1/activity/mentions',
    '/api/v1/activity/tags?doctype=Paper',
    '/api/v1/settings/translations?lang=de',
  ]) {
    const { status, text } = await of('t2').json('GET', path);
    expect(status, text).toBe(200);
    expect(text, path).not.toMatch(/CANARY|manager-t1/);
  }
  expect((await of('t1').json('GET', '/api/v1/Paper/one/docinfo')).text).toContain('CANARY');
  await ok(of('t2'), 'DELETE', '/api/v1/Paper/one?hard=true');
  expect(await ok(of('t1'), 'GET', '/api/v1/Paper/one/comments')).toMatchObject({
    total: 1,
    items: [{ mentions: [] }],
  });
  const refused = await of('t1').json('POST', '/api/v1/Paper/one/assignments', { user: 'manager-t2' });
  expect(refused.body.errors[0].code).toBe('bad_assignee');
});
