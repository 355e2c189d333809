/** Rights over rights: shares (AUTZ-05), who manages whom (AUTZ-14), one's own User (MASS-03), the schema (SCHM-09). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type Reply, type TestApp, type UserClient } from '../../support/app.ts';

let app: TestApp;
let alice: UserClient;
let bob: UserClient;
let boss: UserClient;
let hr: UserClient;

const path = (doctype: string, ...rest: string[]) => `/api/v1/${[doctype, ...rest].map(encodeURIComponent).join('/')}`;
const REFUSED = [401, 403, 404];
const refused = (reply: Reply) => expect(REFUSED, reply.text.slice(0, 300)).toContain(reply.status);

beforeAll(async () => {
  app = await createTestApp();
  const made = await app.json('POST', path('DocType'), {
    name: 'Letter',
    module: 'Attacks',
    autoname: 'prompt',
    fields: [{ fieldname: 'text', fieldtype: 'Data', in_list_view: 1 }],
    permissions: [
      { role: 'Writer', read: 1, write: 1, create: 1, share: 1, if_owner: 1 },
      { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
      { role: 'Sharer', read: 1, share: 1 },
    ],
  });
  expect(made.status, made.text).toBe(201);
  alice = await app.user({ name: 'alice', roles: ['Writer'] });
  bob = await app.user({ name: 'bob', roles: ['Sharer'] });
  boss = await app.user({ name: 'boss', roles: ['System Manager'] });
  hr = await app.user({ name: 'hr', roles: ['People'] });
  const rights = { ref_doctype: 'User', role: 'People', read: true, write: true, create: true, delete: true };
  for (const row of [
    rights,
    { ...rights, permlevel: 1, create: false, delete: false },
    { ...rights, role: 'System Manager' },
    { ref_doctype: 'User', role: 'All', read: true, condition: 'doc.name == user' },
    { ...rights, role: 'System Manager', permlevel: 1 },
    { ref_doctype: 'Role', role: 'People', select: true },
    { ...rights, ref_doctype: 'Role', role: 'System Manager' },
  ])
    expect((await app.json('POST', path('Custom DocPerm'), row)).status).toBe(201);
  expect((await app.json('POST', path('Letter'), { name: 'of-admin', text: 'a' })).status).toBe(201);
  expect((await alice.json('POST', path('Letter'), { name: 'of-alice', text: 'a' })).status).toBe(201);
});

afterAll(() => app?.close());

describe('AUTZ-05', () => {
  const share = (who: UserClient | TestApp, body: object) =>
    who.json('POST', '/api/v1/share', { doctype: 'Letter', ...body });

  test('nobody gives more than they hold, and nothing of what they do not see', async () => {
    expect((await share(bob, { name: 'of-admin', user: 'alice', write: 1 })).status).toBe(403);
    expect((await share(alice, { name: 'of-admin', user: 'hr' })).status).toBe(404);
    expect((await share(alice, { name: 'of-alice', user: 'hr', read: 1, share: 1 })).status).toBe(200);
    expect((await share(hr, { name: 'of-alice', user: 'boss', write: 1 })).status).toBe(403);
    expect((await share(hr, { name: 'of-alice', everyone: true })).status).toBe(200);
    const gone = await alice.json('DELETE', '/api/v1/share?doctype=Letter&name=of-alice&user=hr');
    expect(gone.status).toBe(204);
    expect((await hr.json('GET', path('Letter', 'of-alice'))).status).toBe(404);
    const third = await app.user({ name: 'third' });
    expect((await third.json('GET', path('Letter', 'of-alice'))).status).toBe(404);
  });

  test('rows of DocShare are written by no generic route', async () => {
    await share(alice, { name: 'of-alice', user: 'bob' });
    const stored = await app.json(
      'GET',
      `${path('DocShare')}?filters=${encodeURIComponent('[["share_name","=","of-alice"]]')}`,
    );
    const { name } = stored.body.items[0];
    const forged = {
      share_doctype: 'Letter',
      share_name: 'of-admin',
      user: 'alice',
      read: true,
      write: true,
      shared_by: 'Administrator',
    };
    for (const who of [alice, bob, boss, app]) {
      refused(await who.json('POST', path('DocShare'), forged));
      refused(await who.json('PUT', path('DocShare', name), { write: true }));
      refused(await who.json('DELETE', path('DocShare', name)));
      const bulk = await who.json('POST', path('DocShare', 'bulk'), { action: 'insert', docs: [forged], atomic: true });
      expect(bulk.status).toBeGreaterThanOrEqual(400);
    }
    expect((await alice.json('GET', path('Letter', 'of-admin'))).status).toBe(404);
    refused(await alice.json('GET', path('DocShare', name)));
  });

  test('a hostile body is a bad request, never a failure', async () => {
    for (const body of [
      {},
      { name: 'x' },
      { name: 'of-alice', user: { a: 1 } },
      { name: 'of-alice', user: 'a\0b' },
      { name: 'a\0b', user: 'bob' },
      { name: 'of-alice', user: 'bob', read: 'maybe' },
      { name: 'of-alice', user: 'bob', shared_by: 'Administrator' },
      { doctype: '__proto__', name: 'x', user: 'bob' },
      { doctype: 'DocShare', name: 'x', user: 'bob' },
    ]) {
      const { status, text } = await share(alice, body);
      expect(status, text).toBeGreaterThanOrEqual(400);
      expect(status, text).toBeLessThan(500);
    }
  });
});

describe('AUTZ-14', () => {
  const roles = (...names: string[]) => ({ roles: names.map((role) => ({ role })) });

  test('a manager of users gives only what they have', async () => {
    const made = await hr.json('POST', path('User'), { name: 'new', first_name: 'New', ...roles('People') });
    expect(made.status, made.text).toBe(201);
    for (const role of ['System Manager', 'Writer', 'Administrator', 'Desk User'])
      expect((await hr.json('PATCH', path('User', 'new'), roles('People', role))).status).toBeGreaterThanOrEqual(400);
    refused(await hr.json('PATCH', path('User', 'hr'), roles('People', 'System Manager')));
    refused(await hr.json('PATCH', path('User', 'boss'), { email: 'hr@evil.example' }));
    refused(await hr.json('POST', `${path('User', 'boss')}/rename`, { name: 'new', merge: true }));
    refused(await hr.json('DELETE', path('User', 'boss')));
    const stored = await app.json('GET', path('User', 'new'));
    expect(stored.body.roles.map((row: { role: string }) => row.role)).toEqual(['People']);
  });

  test('a System Manager becomes no Administrator, and touches neither him nor the guest', async () => {
    for (const name of ['Administrator', 'Guest'])
      for (const given of [{ enabled: false }, { email: 'boss@evil.example' }, roles('Writer'), { first_name: 'x' }])
        refused(await boss.json('PATCH', path('User', name), given));
    for (const name of ['boss', 'alice'])
      expect((await boss.json('PATCH', path('User', name), roles('Administrator'))).status).toBe(400);
    refused(await boss.json('POST', `${path('User', 'boss')}/rename`, { name: 'Administrator', merge: true }));
    refused(await boss.json('POST', `${path('Role', 'Writer')}/rename`, { name: 'Administrator', merge: true }));
    refused(await boss.json('DELETE', path('User', 'boss')));
  });

  test('one’s own restrictions are others’ to change', async () => {
    const row = await app.json('POST', path('User Permission'), {
      user: 'boss',
      allow: 'Letter',
      for_value: 'of-admin',
    });
    expect(row.status, row.text).toBe(201);
    const { name } = row.body;
    refused(await boss.json('PATCH', path('User Permission', name), { for_value: 'of-alice' }));
    refused(await boss.json('PATCH', path('User Permission', name), { user: 'bob' }));
    refused(await boss.json('DELETE', path('User Permission', name)));
    refused(await boss.json('POST', path('User Permission'), { user: 'boss', allow: 'Letter', for_value: 'of-alice' }));
    const bulk = await boss.json('POST', path('User Permission', 'bulk'), { action: 'delete', docs: [{ name }] });
    expect(bulk.status).toBeGreaterThanOrEqual(400);
    expect((await boss.json('GET', path('Letter', 'of-alice'))).status).toBe(404);
    expect((await app.json('DELETE', path('User Permission', name))).status).toBe(204);
  });

  test('rights on rights are refused to everybody else', async () => {
    const writes: [string, object][] = [
      ['Custom DocPerm', { ref_doctype: 'Letter', role: 'Writer', read: true, write: true }],
      ['User Permission', { user: 'bob', allow: 'Letter', for_value: 'of-alice' }],
      ['Role Profile', { role_profile: 'Mine', ...roles('System Manager') }],
      ['Role', { role_name: 'Mine' }],
      ['Team', { team_name: 'Mine', members: [{ user: 'alice' }] }],
      ['System Settings', { disable_document_sharing: true }],
    ];
    for (const who of [alice, hr])
      for (const [doctype, given] of writes) refused(await who.json('POST', path(doctype), given));
    refused(await alice.json('POST', '/api/v1/permissions/Letter/customize', {}));
    refused(await alice.json('POST', '/api/v1/permissions/User/reset', {}));
    refused(await alice.json('GET', '/api/v1/permissions/explain?doctype=Letter&name=of-admin'));
    refused(await alice.json('GET', '/api/v1/permissions/explain?doctype=Letter&user=boss'));
  });

  test('who is disabled has lost what they had within a second', async () => {
    const leaver = await app.user({ name: 'leaver', roles: ['Sharer'] });
    expect((await leaver.json('GET', path('Letter', 'of-admin'))).status).toBe(200);
    expect((await app.json('PATCH', path('User', 'leaver'), { enabled: false })).status).toBe(200);
    refused(await leaver.json('GET', path('Letter', 'of-admin')));
  });
});

test('MASS-03: one’s own User document is read, not written', async () => {
  expect((await alice.json('GET', path('User', 'alice'))).body).toMatchObject({ name: 'alice', enabled: true });
  expect((await alice.json('GET', path('User', 'alice'))).body).not.toHaveProperty('roles');
  refused(await alice.json('GET', path('User', 'boss')));
  for (const given of [
    { roles: [{ role: 'System Manager' }] },
    { role_profiles: [{ role_profile: 'x' }] },
    { enabled: true, user_type: 'System User' },
    { attributes: { a: 1 } },
    { first_name: 'x' },
  ]) {
    const one = await alice.json('PATCH', path('User', 'alice'), given);
    expect([400, 403], one.text).toContain(one.status);
    const bulk = await alice.json('POST', path('User', 'bulk'), {
      action: 'update',
      docs: [{ name: 'alice', ...given }],
    });
    expect(bulk.status).toBeGreaterThanOrEqual(400);
  }
  const stored = await app.json('GET', path('User', 'alice'));
  expect(stored.body).toMatchObject({ first_name: 'alice', roles: [{ role: 'Writer' }], attributes: null });
});

test('SCHM-09: the schema is not written by who has no right on it', async () => {
  const before = (await app.json('GET', path('DocType', 'Letter'))).body._version;
  const permissions = [{ role: 'All', read: 1, write: 1, create: 1, delete: 1 }];
  for (const who of [alice, hr, app.anonymous]) {
    refused(await who.json('PUT', path('DocType', 'Letter'), { permissions }));
    refused(await who.json('POST', path('DocType'), { name: 'Mine', fields: [], permissions }));
    refused(await who.json('DELETE', `${path('DocType', 'Letter')}?confirm=x`));
    refused(await who.json('POST', '/api/v1/doctype/Letter/plan', { permissions }));
    for (const doctype of ['DocPerm', 'DocField', 'Custom Field', 'Property Setter', 'Custom DocPerm', 'DocType Link'])
      for (const method of ['POST', 'GET'])
        refused(
          await who.json(
            method,
            path(doctype),
            method === 'GET' ? undefined : { parent: 'Letter', role: 'All', read: 1 },
          ),
        );
  }
  expect((await app.json('GET', path('DocType', 'Letter'))).body._version).toBe(before);
});
