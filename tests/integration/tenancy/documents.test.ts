import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findDrift } from '../../../server/doctypes/drift.ts';
import { readCount } from '../../../server/documents/read.ts';
import { renameDocument } from '../../../server/documents/rename.ts';
import { ALL } from '../../../server/kernel/filter.ts';
import { OPERATOR } from '../../../server/kernel/tenancy.ts';
import { refusal } from '../../support/services.ts';
import { openWorld, type Side, type World } from './world.ts';

let world: World;
let one: Side;
let two: Side;

beforeAll(async () => {
  world = await openWorld();
  one = world.of('t1');
  two = world.of('t2');
  const operator = world.of(OPERATOR);
  await operator.doors.create('Country', { code: 'DE' });
  for (const side of [one, two]) {
    await side.doors.create('Customer', { customer_name: 'Acme', tax_id: `of ${side.actor.tenant}`, country: 'DE' });
    await side.doors.create('Order', { customer: 'Acme', items: [{ item: 'Nut', qty: 1, customer: 'Acme' }] });
  }
  await one.doors.create('Customer', { customer_name: 'Only One', tax_id: 'CANARY-one' });
}, 60_000);

afterAll(() => world.close());

const names = (rows: { name: string }[]) => rows.map((row) => row.name).sort();

describe('each tenant', () => {
  test('has documents of its own under the same names', async () => {
    expect((await one.doors.get('Customer', 'Acme')).tax_id).toBe('of t1');
    expect((await two.doors.get('Customer', 'Acme')).tax_id).toBe('of t2');
    expect(names(await one.doors.list('Customer'))).toEqual(['Acme', 'Only One']);
    expect(names(await two.doors.list('Customer'))).toEqual(['Acme']);
  });

  test('counts from 1', async () => {
    expect(names(await one.doors.list('Order'))).toEqual(['ORD-0001']);
    expect(names(await two.doors.list('Order'))).toEqual(['ORD-0001']);
    await one.doors.create('Order', { customer: 'Acme' });
    expect((await two.doors.create('Order', { customer: 'Acme' })).name).toBe('ORD-0002');
  });

  test('has its own unique values, and is told of its own duplicates', async () => {
    await two.doors.create('Customer', { customer_name: 'Beta', tax_id: 'CANARY-one' });
    const twin = await refusal(two.doors.create('Customer', { customer_name: 'Gamma', tax_id: 'CANARY-one' }));
    expect(twin.errors.map(({ field, code }) => `${field} ${code}`)).toEqual(['tax_id duplicate']);
    const same = await refusal(two.doors.create('Customer', { customer_name: 'Beta' }));
    expect(same.code).toBe('duplicate');
    expect(same.errors[0]?.field).toBe('name');
  });

  test('has its own tree, its own Single, and names of a sequence that no other has', async () => {
    for (const side of [one, two]) {
      await side.doors.create('Area', { area_name: 'World', is_group: true });
      await side.doors.create('Area', { area_name: 'Here', parent_area: 'World' });
      await side.doors.update('Shop Settings', 'Shop Settings', { motto: `we are ${side.actor.tenant}` });
    }
    for (const side of [one, two]) {
      const world = await side.doors.get('Area', 'World');
      expect([world.lft, world.rgt]).toEqual([1, 4]);
      expect((await side.doors.get('Shop Settings', 'Shop Settings')).motto).toBe(`we are ${side.actor.tenant}`);
    }
    const [a, b] = [await one.doors.create('Ticket', {}), await two.doors.create('Ticket', {})];
    expect(a.name).not.toBe(b.name);
  });
});

describe('nobody reaches another tenant', () => {
  test('TENT-02 by name, by id, by filter, by search, by count, by version', async () => {
    const { id } = await one.doors.get('Customer', 'Only One');
    expect((await refusal(two.doors.get('Customer', 'Only One'))).code).toBe('not_found');
    expect((await refusal(two.doors.get('Customer', id))).code).toBe('not_found');
    expect((await refusal(two.doors.update('Customer', id, { tax_id: 'stolen' }))).code).toBe('not_found');
    expect((await refusal(two.doors.remove('Customer', id))).code).toBe('not_found');
    expect(await two.doors.list('Customer', { filters: [['id', '=', id]] })).toEqual([]);
    expect(await two.doors.list('Customer', { q: 'Only' })).toEqual([]);
    expect(await two.doors.list('Version', { filters: [['docname', '=', 'Only One']] })).toEqual([]);
    expect((await one.doors.get('Customer', id)).tax_id).toBe('CANARY-one');
  });

  test('TENT-02 by a change of a document that both have, in one statement or many', async () => {
    const versionsOf = async (side: Side) =>
      (await side.doors.list('Version', { filters: [['docname', '=', 'Acme']], fields: '["data"]' })).length;
    const before = [await versionsOf(one), await versionsOf(two)];
    const kept = await two.doors.get('Customer', 'Acme');
    const changes = Array.from({ length: 12 }, (_, n) =>
      one.doors.update('Customer', 'Acme', { tax_id: `of t1 ${n}` }),
    );
    await Promise.all(changes);
    expect(await two.doors.get('Customer', 'Acme')).toEqual(kept);
    expect([await versionsOf(one), await versionsOf(two)]).toEqual([(before[0] ?? 0) + 12, before[1]]);
    expect((await refusal(world.of(undefined).doors.update('Customer', 'Acme', { tax_id: 'x' }))).code).toBe(
      'not_found',
    );
    await one.doors.update('Customer', 'Acme', { tax_id: 'of t1' });
  });

  test('TENT-07 by aggregates, link paths, child paths and expansion', async () => {
    const rows = await two.doors.list('Order', {
      fields: JSON.stringify(['name', 'customer.tax_id', 'items.item', { count: '*', as: 'n' }]),
      group_by: 'name,customer.tax_id,items.item',
    });
    expect(JSON.stringify(rows)).not.toContain('t1');
    const count = (side: Side) => readCount(side.context(), { doctype: 'Order', filter: ALL });
    expect([await count(one), await count(two), await count(world.of(undefined))]).toEqual([2, 2, 0]);
    const expanded = await two.doors.list('Order', { expand: 'customer,items.customer', fields: '["*"]' });
    expect(JSON.stringify(expanded)).not.toContain('of t1');
    expect(JSON.stringify(expanded)).toContain('of t2');
  });

  test('TENT-02 by a Link, a Dynamic Link or a row', async () => {
    const link = await refusal(two.doors.create('Order', { customer: 'Only One' }));
    expect(link.errors.map(({ code }) => code)).toEqual(['link_not_found']);
    const dynamic = { customer: 'Acme', ref_type: 'Customer', ref: 'Only One' };
    expect((await refusal(two.doors.create('Order', dynamic))).errors[0]?.code).toBe('link_not_found');
    const row = { customer: 'Acme', items: [{ item: 'x', customer: 'Only One' }] };
    expect((await refusal(two.doors.create('Order', row))).errors[0]?.code).toBe('link_not_found');
  });

  test('PRIV: the tenant is no key of a body', async () => {
    for (const key of ['tenant', '_tenant']) {
      const refused = await refusal(two.doors.create('Customer', { customer_name: 'Z', [key]: 't1' }));
      expect(refused.code).toBe('validation');
    }
    expect((await refusal(two.doors.list('Customer', { filters: [['_tenant', '=', 't1']] }))).code).toBe('bad_request');
    expect((await refusal(two.doors.list('Customer', { fields: '["_tenant"]' }))).code).toBe('bad_request');
  });

  test('a rename and its links stay at home', async () => {
    await renameDocument(one.context(), { doctype: 'Customer', name: 'Acme', to: 'Acme Ltd', merge: false });
    expect((await one.doors.get('Order', 'ORD-0001')).customer).toBe('Acme Ltd');
    expect((await two.doors.get('Order', 'ORD-0001')).customer).toBe('Acme');
    await renameDocument(one.context(), { doctype: 'Customer', name: 'Acme Ltd', to: 'Acme', merge: false });
  });

  test('deleting asks only the own links', async () => {
    await two.doors.create('Customer', { customer_name: 'Lonely' });
    await one.doors.create('Customer', { customer_name: 'Lonely' });
    await one.doors.create('Order', { customer: 'Lonely' });
    await two.doors.remove('Customer', 'Lonely');
    expect((await refusal(one.doors.remove('Customer', 'Lonely'))).code).toBe('linked');
  });
});

describe('what is common', () => {
  test('all read it, and link to it', async () => {
    expect(names(await two.doors.list('Country'))).toEqual(['DE']);
    expect(names(await two.doors.list('Role'))).toContain('System Manager');
  });

  test('only the operator writes it', async () => {
    for (const write of [
      two.doors.create('Country', { code: 'FR' }),
      two.doors.update('Country', 'DE', { code: 'XX' }),
      two.doors.remove('Country', 'DE'),
      two.doors.create('Role', { role_name: 'Mine' }),
      two.doors.create('Custom Field', { dt: 'Customer', fieldname: 'x', fieldtype: 'Data', label: 'X' }),
      two.doors.create('DocType', { name: 'Mine', module: 'Test', fields: [] }),
      two.doors.update('DocType', 'Customer', { description: 'mine' }),
      two.doors.create('Tenant', { name: 't9' }),
    ])
      expect((await refusal(write)).code).toBe('forbidden');
    expect(names(await world.of(OPERATOR).doors.list('Country'))).toEqual(['DE']);
  });

  test('a linked one cannot be deleted', async () => {
    expect((await refusal(world.of(OPERATOR).doors.remove('Country', 'DE'))).code).toBe('linked');
  });
});

describe('nobody, and the operator', () => {
  test('without a tenant there is nothing', async () => {
    const nobody = world.of(undefined);
    expect(await nobody.doors.list('Customer')).toEqual([]);
    expect(await nobody.doors.list('Country')).toEqual([]);
    expect((await refusal(nobody.doors.create('Customer', { customer_name: 'Stray' }))).code).not.toBe('');
    expect(await world.sql('select 1 from customer where customer_name = $1', ['Stray'])).toEqual([]);
  });

  test('the operator has documents of its own, which no tenant sees', async () => {
    const operator = world.of(OPERATOR);
    await operator.doors.create('Customer', { customer_name: 'House' });
    expect(names(await operator.doors.list('Customer'))).toEqual(['House']);
    expect((await refusal(one.doors.get('Customer', 'House'))).code).toBe('not_found');
    expect(names(await one.doors.list('User'))).toEqual([]);
  });

  test('user names are unique among all, and the tenants of users are their own', async () => {
    await one.doors.create('User', { name: 'alice', first_name: 'Alice', email: 'a@example.com' });
    expect((await refusal(two.doors.create('User', { name: 'alice', first_name: 'Al' }))).code).toBe('duplicate');
    await two.doors.create('User', { name: 'alice2', first_name: 'Alice', email: 'a@example.com' });
    expect((await world.open.principals.of('alice'))?.tenant).toBe('t1');
    expect((await world.open.principals.of('alice2'))?.tenant).toBe('t2');
    expect((await world.open.principals.of('Administrator'))?.tenant).toBe(OPERATOR);
    const refused = await refusal(two.doors.update('Customer', 'Acme', { manager: 'alice' }));
    expect(refused.errors[0]?.code).toBe('link_not_found');
  });
});

test('edits of a DocType count the rows of all tenants, and leave no difference', async () => {
  const operator = world.of(OPERATOR);
  const order = await operator.doors.get('DocType', 'Order');
  const fields = order.fields.map((field: { fieldname: string }) =>
    field.fieldname === 'total' ? { ...field, fieldtype: 'Float' } : field,
  );
  await operator.doors.update('DocType', 'Order', { fields });
  const customer = await operator.doors.get('DocType', 'Customer');
  const unique = customer.fields.map((field: { fieldname: string }) =>
    field.fieldname === 'country' ? { ...field, unique: 1 } : field,
  );
  // One customer of each tenant is German: no tenant has two.
  await operator.doors.update('DocType', 'Customer', { fields: unique });
  expect((await refusal(one.doors.create('Customer', { customer_name: 'Second', country: 'DE' }))).code).toBe(
    'duplicate',
  );
  const drift = await findDrift(world.open.db, world.open.store.current());
  expect(drift.changes).toEqual([]);
  const common = await refusal(operator.doors.update('DocType', 'Customer', { tenancy: 'Common' }));
  expect(common.message).toContain('would have to be common to all tenants');
});
