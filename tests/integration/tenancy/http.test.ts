import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setPassword } from '../../../server/auth/login.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import { OPERATOR } from '../../../server/kernel/tenancy.ts';
import { createContext } from '../../../server/services.ts';
import { type Client, clientOf, createTestApp, type Reply, type TestApp } from '../../support/app.ts';
import { adminOf, DOCTYPES } from './world.ts';

const PASSWORD = 'correct horse battery staple 7';
const TENANTS = ['t1', 't2'];

/** Behind a proxy that it trusts, and a second process that trusts none. */
let behind: TestApp;
let open: TestApp;
const people = new Map<string, Client>();
const of = (user: string): Client => people.get(user) as Client;
const within = (tenant: string) => ({ 'x-tenant-id': tenant });
const names = (reply: Reply): string[] => reply.body.items.map((item: { name: string }) => item.name).sort();

beforeAll(async () => {
  behind = await createTestApp({ tenancy: 'column', trustedProxies: ['127.0.0.0/8', '::1'] });
  open = await createTestApp({ tenancy: 'column', databaseUrl: behind.databaseUrl });
  const { app } = behind;
  const files = DOCTYPES.map((definition) => ({
    definition: { ...definition, permissions: definition.istable ? [] : [{ role: 'System Manager', ...RIGHTS }] },
    app: 'test',
    file: `${definition.name}.json`,
  }));
  await importDocTypes(app.schema, {
    actor: systemActor('a test'),
    files: { doctypes: files, customFields: [], propertySetters: [] },
  });
  const { create } = app.services.doors;
  for (const tenant of TENANTS) {
    await create(createContext(app, adminOf(OPERATOR)), 'Tenant', { name: tenant, label: tenant });
    const ctx = () => createContext(app, adminOf(tenant));
    const user = `manager-${tenant}`;
    await create(ctx(), 'User', {
      name: user,
      first_name: user,
      email: 'boss@example.com',
      roles: [{ role: 'System Manager' }],
    });
    await setPassword(app.db, user, PASSWORD);
    people.set(tenant, await signIn(behind, user));
    people.set(`${tenant} open`, await signIn(open, user));
  }
  for (const tenant of TENANTS) {
    await of(tenant).json('POST', '/api/v1/Customer', { customer_name: 'Acme', tax_id: `CANARY-${tenant}` });
    await of(tenant).json('POST', '/api/v1/Order', { customer: 'Acme' });
  }
}, 120_000);

const RIGHTS = { read: 1, write: 1, create: 1, delete: 1, export: 1, report: 1, share: 1 };

afterAll(async () => {
  await open.close();
  await behind.close();
});

async function signIn(app: TestApp, user: string): Promise<Client> {
  const reply = await app.anonymous.json('POST', '/api/v1/auth/login', { user, password: PASSWORD });
  expect(reply.status).toBe(200);
  return clientOf(app.url, reply.body.token);
}

describe('TENT-01 the tenant of a request', () => {
  test('is the user’s', async () => {
    for (const tenant of TENANTS) {
      const reply = await of(tenant).json('GET', '/api/v1/Customer/Acme');
      expect(reply.body.tax_id).toBe(`CANARY-${tenant}`);
    }
  });

  test('may be named by a trusted proxy, and must then be the user’s', async () => {
    expect((await of('t1').json('GET', '/api/v1/Customer', undefined, within('t1'))).status).toBe(200);
    expect((await of('t1').json('GET', '/api/v1/Customer', undefined, within('t2'))).status).toBe(403);
    expect((await of('t1').json('GET', '/api/v1/Customer', undefined, within('t9'))).status).toBe(403);
    expect((await of('t1').json('GET', '/api/v1/Customer', undefined, within('t1, t2'))).status).toBe(400);
    expect((await of('t1').json('GET', '/api/v1/Customer', undefined, within('*'))).status).toBe(400);
  });

  test('is never what somebody else says', async () => {
    const tricks = ['x-tenant-id', 'x-tenant', 'x-forwarded-host', 'x-hasura-tenant', 'tenant'];
    for (const header of tricks) {
      const reply = await of('t1 open').json('GET', '/api/v1/Customer/Acme', undefined, { [header]: 't2' });
      expect(reply.body.tax_id).toBe('CANARY-t1');
    }
    const reply = await of('t1 open').json('GET', '/api/v1/Customer/Acme?tenant=t2');
    expect(reply.text).not.toContain('CANARY-t2');
    const body = await of('t1 open').json('POST', '/api/v1/Customer', { customer_name: 'Y', tenant: 't2' });
    expect(body.status).toBe(400);
    const cookie = await fetch(`${open.url}/api/v1/Customer`, {
      headers: { cookie: `sid=${of('t2 open').token}x`, 'x-tenant-id': 't1' },
    });
    expect(cookie.status).toBe(401);
  });

  test('of the operator is none, until a proxy names one', async () => {
    expect(names(await behind.json('GET', '/api/v1/Customer'))).toEqual([]);
    expect((await behind.json('GET', '/api/v1/Customer/Acme', undefined, within('t2'))).body.tax_id).toBe('CANARY-t2');
    expect(names(await open.json('GET', '/api/v1/Customer', undefined, within('t2')))).toEqual([]);
  });
});

describe('TENT-02 what is of one tenant is nothing in another', () => {
  test('an id', async () => {
    const { id } = (await of('t1').json('GET', '/api/v1/Customer/Acme')).body;
    for (const [method, ask] of [['GET'], ['PATCH', { tax_id: 'x' }], ['DELETE']] as const)
      expect((await of('t2').json(method, `/api/v1/Customer/${id}`, ask)).status).toBe(404);
  });

  test('an Idempotency-Key, of the operator too', async () => {
    const key = { 'idempotency-key': 'the same' };
    const ask = { customer_name: 'Keyed' };
    for (const tenant of TENANTS) {
      const reply = await behind.json('POST', '/api/v1/Customer', ask, { ...key, ...within(tenant) });
      expect(reply.status).toBe(201);
      expect(names(await of(tenant).json('GET', '/api/v1/Customer'))).toContain('Keyed');
    }
  });

  test('a cursor gives only the own rows', async () => {
    const path = '/api/v1/Customer?fields=["name","tax_id"]&order_by=name&limit=1&cursor=';
    const first = await of('t1').json('GET', path);
    const next = await of('t2').json('GET', path + (first.body.next_cursor ?? ''));
    expect(next.text).not.toContain('CANARY-t1');
  });

  test('a definition: no tenant edits it, or sees a plan with the counts of all', async () => {
    const change = { fields: [{ fieldname: 'customer_name', fieldtype: 'Int', label: 'X' }] };
    expect((await of('t1').json('PUT', '/api/v1/DocType/Customer', change)).status).toBe(403);
    const plan = await of('t1').json('POST', '/api/v1/doctype/Customer/plan', change);
    expect(plan.status).toBe(403);
    const own = await behind.json('POST', '/api/v1/doctype/Customer/plan', { description: 'as it is' });
    expect(own.body.changes ?? own.body).toEqual([]);
  });
});

describe('TENT-03 what is kept is kept per tenant', () => {
  test('the same requests in turns', async () => {
    const paths = [
      '/api/v1/Customer/Acme',
      '/api/v1/Customer?fields=["*"]&filters=[["name","=","Acme"]]',
      '/api/v1/Order?fields=["customer.tax_id"]&expand=customer',
      '/api/v1/Customer?q=CANARY&fields=["tax_id"]',
    ];
    for (let round = 0; round < 6; round++)
      for (const path of paths)
        for (const tenant of TENANTS) {
          const reply = await of(tenant).json('GET', path);
          expect(reply.text).toContain(`CANARY-${tenant}`);
          expect(reply.text).not.toContain(`CANARY-${tenant === 't1' ? 't2' : 't1'}`);
        }
  });

  test('an ETag of one tenant is no answer in another', async () => {
    const mine = await of('t1').json('GET', '/api/v1/Customer/Acme');
    const theirs = await of('t2').json('GET', '/api/v1/Customer/Acme', undefined, {
      'if-none-match': mine.headers.get('etag') ?? '',
    });
    expect(theirs.status).toBe(200);
  });
});

test('TENT-07 an administrator of a tenant finds no users, tenants, roles to change, or versions of others', async () => {
  const one = of('t1');
  expect(names(await one.json('GET', '/api/v1/User'))).toEqual(['manager-t1']);
  expect((await one.json('GET', '/api/v1/Tenant')).status).not.toBe(200);
  expect((await one.json('PATCH', '/api/v1/Role/Guest', { disabled: true })).status).toBe(403);
  const all = await Promise.all(
    ['Version', 'Deleted Document', 'Naming Counter', 'File'].map((doctype) =>
      one.json('GET', `/api/v1/${encodeURIComponent(doctype)}?fields=["*"]&limit=1000`),
    ),
  );
  for (const reply of all) expect(reply.text).not.toContain('t2');
});

test('TENT-02 nobody is told of another tenant’s users', async () => {
  const ask = (user: string) => of('t1').json('GET', `/api/v1/permissions/explain?doctype=Customer&user=${user}`);
  expect((await ask('manager-t1')).status).toBe(200);
  const [foreign, missing] = [await ask('manager-t2'), await ask('manager-t9')];
  expect(foreign.status).toBe(missing.status);
  expect(foreign.body.detail.replace('t2', 't9')).toBe(missing.body.detail);
});

test('a tenant that is switched off lets nobody in', async () => {
  await behind.json('PATCH', '/api/v1/Tenant/t2', { enabled: false });
  expect((await of('t2').json('GET', '/api/v1/Customer')).status).toBe(403);
  await behind.json('PATCH', '/api/v1/Tenant/t2', { enabled: true });
  expect((await of('t2').json('GET', '/api/v1/Customer')).status).toBe(200);
});
