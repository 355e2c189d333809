import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Queryable } from '../../../server/db/pool.ts';
import { findDrift } from '../../../server/doctypes/drift.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { FIRST_TENANT, readTenancy } from '../../../server/doctypes/tenancy-mode.ts';
import { ensureGivenRecords } from '../../../server/first-start.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import { OPERATOR, type TenancyMode } from '../../../server/kernel/tenancy.ts';
import { createContext, type OpenServices, openServices } from '../../../server/services.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { refusal } from '../../support/services.ts';
import { silentLog } from '../../support/silent-log.ts';
import { ROOT } from '../../support/sources.ts';
import { adminOf, DOCTYPES } from './world.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

function open(tenancy: TenancyMode, databaseUrl = database.url): Promise<OpenServices> {
  return openServices({
    databaseUrl,
    secret: 'a secret of the tests',
    log: silentLog,
    root: ROOT,
    poolSize: 2,
    tenancy,
  });
}

function doorsOf(services: OpenServices, tenant: string | undefined) {
  const ctx = () => createContext(services, tenant === undefined ? systemActor('a test') : adminOf(tenant));
  const { create, get, list } = services.services.doors;
  return {
    create: (doctype: string, given: Record<string, unknown>) => create(ctx(), doctype, given),
    get: (doctype: string, name: string) => get(ctx(), doctype, name),
    names: async (doctype: string) => (await list(ctx(), doctype)).map(({ name }) => name).sort(),
  };
}

test('a database of one tenant becomes one of many; what was there is the tenant default’s', async () => {
  const single = await open('single');
  await ensureGivenRecords(single);
  const files = DOCTYPES.map((definition) => ({
    definition,
    app: 'test',
    file: path.join('x', `${definition.name}.json`),
  }));
  await importDocTypes(single.schema, {
    actor: systemActor('a test'),
    files: { doctypes: files, customFields: [], propertySetters: [] },
  });
  const before = doorsOf(single, undefined);
  await before.create('Country', { code: 'DE' });
  await before.create('Role', { role_name: 'Seller' });
  await before.create('Role Profile', { role_profile: 'Sellers', roles: [{ role: 'Seller' }] });
  await before.create('User', { name: 'ann', first_name: 'Ann', roles: [{ role: 'Seller' }] });
  await before.create('Customer', { customer_name: 'Acme', tax_id: '1', country: 'DE', manager: 'Administrator' });
  const order = await before.create('Order', { customer: 'Acme', items: [{ item: 'Nut', customer: 'Acme' }] });
  await single.close();

  const many = await open('column');
  const [first, other] = [doorsOf(many, FIRST_TENANT), doorsOf(many, 't2')];
  expect(await first.get('Order', String(order.name))).toMatchObject({ customer: 'Acme', items: [{ item: 'Nut' }] });
  expect((await first.create('Order', { customer: 'Acme' })).name).toBe('ORD-0002');
  expect(await other.names('Customer')).toEqual([]);
  expect(await other.names('Country')).toEqual(['DE']);
  expect((await other.get('Role Profile', 'Sellers')).roles).toMatchObject([{ role: 'Seller' }]);
  await other.create('Customer', { customer_name: 'Acme', tax_id: '1' });
  expect((await other.create('Order', { customer: 'Acme' })).name).toBe('ORD-0001');
  const [ann, administrator] = [await many.principals.of('ann'), await many.principals.of('Administrator')];
  expect(ann).toMatchObject({ tenant: FIRST_TENANT, roles: expect.arrayContaining(['Seller']) });
  expect(administrator?.tenant).toBe(OPERATOR);
  expect(await many.tenants?.place(ann as never, undefined)).toMatchObject({ tenant: FIRST_TENANT });
  expect((await findDrift(many.db, many.store.current())).changes).toEqual([]);
  await many.close();
  const again = await open('column');
  expect(await doorsOf(again, FIRST_TENANT).names('Customer')).toEqual(['Acme']);
  await again.close();
}, 60_000);

test('there is no way back', async () => {
  const refused = await refusal(open('single'));
  expect(refused.message).toContain('Set TENANCY=column');
});

test('CONF-01 a role that row security does not bind is refused by name', async () => {
  // The PostgreSQL of the tests lets no superuser in, so what the catalog says of one is said for it.
  const catalogOf = (role: object): Queryable => ({
    query: async ({ text }) => (text.includes('pg_roles') ? [{ name: 'boss', ...role }] : [{ mode: 'single' }]),
  });
  const refused = await refusal(readTenancy(catalogOf({ is_super: true }), 'column'));
  expect(refused.message).toContain('"boss" is a superuser');
  expect((await refusal(readTenancy(catalogOf({ is_super: false }), 'column'))).message).toContain(
    '"boss" has BYPASSRLS',
  );
  expect(await readTenancy(catalogOf({ is_super: true }), 'single')).toBe('single');
});
