/** The predicate of the query alone keeps the tenants apart: row security is told that all rows are meant. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Context } from '../../../server/documents/contract.ts';
import { readCount, readDocument, readList } from '../../../server/documents/read.ts';
import { ALL } from '../../../server/kernel/filter.ts';
import { EVERY_TENANT } from '../../../server/kernel/tenancy.ts';
import { parseListRequest } from '../../../server/query/wire.ts';
import { refusal } from '../../support/services.ts';
import { openWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await openWorld();
  for (const tenant of ['t1', 't2']) {
    const { doors } = world.of(tenant);
    await doors.create('Customer', { customer_name: 'Acme', tax_id: `CANARY ${tenant}` });
    await doors.create('Order', { customer: 'Acme', items: [{ item: `Nut of ${tenant}`, customer: 'Acme' }] });
  }
}, 60_000);

afterAll(() => world.close());

/** As a request of the tenant, but with the wall beneath taken away. */
function unguarded(tenant: string): Context {
  const ctx = world.of(tenant).context();
  return { ...ctx, services: { ...ctx.services, db: ctx.services.db.forTenant(EVERY_TENANT) } };
}

const list = async (tenant: string, query: Record<string, string>): Promise<string> =>
  readList(unguarded(tenant), { doctype: 'Order', request: parseListRequest(new Map(Object.entries(query))) });

test.each(['t1', 't2'])('%s reads its own documents by every path', async (tenant) => {
  const other = tenant === 't1' ? 't2' : 't1';
  const answers = [
    await list(tenant, { fields: '["*"]', expand: 'customer,items.customer' }),
    await list(tenant, { fields: '["name","customer.tax_id","items.item"]' }),
    await list(tenant, { filters: '[["customer.tax_id","like","CANARY%"]]', fields: '["customer.tax_id"]' }),
    await list(tenant, { fields: '[{"count":"*","as":"n"},"customer.tax_id"]', group_by: 'customer.tax_id' }),
    await list(tenant, { q: 'Acme', fields: '["*"]' }),
    (await readDocument(unguarded(tenant), { doctype: 'Customer', name: 'Acme' })).text,
    (await readDocument(unguarded(tenant), { doctype: 'Order', name: 'ORD-0001', expand: ['customer'] })).text,
  ];
  for (const answer of answers) expect(answer).not.toContain(other);
  expect(answers.filter((answer) => answer.includes(tenant)).length).toBeGreaterThanOrEqual(6);
  expect(JSON.parse(await list(tenant, { count: 'exact', limit: '1' })).total).toBe(1);
  expect(JSON.parse(await list(tenant, { count: 'estimated', limit: '1' })).total).toBe(1);
  expect(await readCount(unguarded(tenant), { doctype: 'Order', filter: ALL })).toBe(1);
});

test('an id of another tenant is the id of nothing', async () => {
  const { id } = await world.of('t1').doors.get('Customer', 'Acme');
  expect((await refusal(readDocument(unguarded('t2'), { doctype: 'Customer', name: id }))).code).toBe('not_found');
});
