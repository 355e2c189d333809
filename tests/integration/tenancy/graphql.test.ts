/** TENT over GraphQL: two tenants, the same names, the same texts at once; each has its own rows and no other. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setPassword } from '../../../server/auth/login.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import { OPERATOR } from '../../../server/kernel/tenancy.ts';
import { createContext } from '../../../server/services.ts';
import { type Client, clientOf, createTestApp, type Reply, type TestApp } from '../../support/app.ts';
import { adminOf, DOCTYPES } from './world.ts';

const PASSWORD = 'correct horse battery staple 7';
const TENANTS = ['t1', 't2'] as const;
const RIGHTS = { read: 1, write: 1, create: 1, delete: 1, submit: 1, export: 1, report: 1, share: 1 };

let app: TestApp;
const people = new Map<string, Client>();

beforeAll(async () => {
  app = await createTestApp({ tenancy: 'column' });
  const files = DOCTYPES.map((definition) => ({
    definition: { ...definition, permissions: definition.istable ? [] : [{ role: 'System Manager', ...RIGHTS }] },
    app: 'test',
    file: `${definition.name}.json`,
  }));
  await importDocTypes(app.app.schema, {
    actor: systemActor('a test'),
    files: { doctypes: files, customFields: [], propertySetters: [] },
  });
  const { create } = app.app.services.doors;
  for (const tenant of TENANTS) {
    await create(createContext(app.app, adminOf(OPERATOR)), 'Tenant', { name: tenant, label: tenant });
    const user = `manager-${tenant}`;
    const given = { name: user, first_name: user, roles: [{ role: 'System Manager' }] };
    await create(createContext(app.app, adminOf(tenant)), 'User', given);
    await setPassword(app.app.db, user, PASSWORD);
    const { body } = await app.anonymous.json('POST', '/api/v1/auth/login', { user, password: PASSWORD });
    people.set(tenant, clientOf(app.url, body.token));
    const { errors } = await ask(
      tenant,
      `mutation {
        a: insert_customer_one(object: {customer_name: "Acme", tax_id: "CANARY-${tenant}"}) { name }
        b: insert_customer_one(object: {customer_name: "Only ${tenant}", tax_id: "CANARY-${tenant} too"}) { name }
        c: insert_order_one(object: {customer: "Acme", ref_type: "Customer", ref: "Acme", total: 5, items: [{item: "CANARY-${tenant}", qty: 1, customer: "Acme"}]}) { name }
        d: update_shop_settings_by_pk(pk_columns: {name: "Shop Settings"}, _set: {motto: "CANARY-${tenant}"}) { motto }
      }`,
    );
    expect(errors).toBeUndefined();
  }
}, 120_000);
afterAll(() => app?.close());

function send(tenant: string, query: string, variables?: object): Promise<Reply> {
  return (people.get(tenant) as Client).json('POST', '/graphql', { query, variables });
}

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON, and a test says which member it means
async function ask(tenant: string, query: string, variables?: object): Promise<any> {
  return (await send(tenant, query, variables)).body;
}

const TEXTS = [
  '{ customer { name tax_id } }',
  '{ customer_by_pk(name: "Acme") { tax_id order_by_customer { name customer_doc { tax_id } items { item customer_doc { tax_id } } } } }',
  '{ order { name customer_doc { tax_id } ref_doc { __typename name ... on customer { tax_id order_by_customer { items { item } } } } } }',
  '{ customer_aggregate { aggregate { count min { tax_id } max { tax_id } } nodes { tax_id } } }',
  '{ customer_groups(by: [tax_id]) { key { tax_id } aggregate { count } } }',
  '{ customer_connection(first: 9) { totalCount edges { cursor node { tax_id } } } }',
  '{ order(where: {customer_doc: {tax_id: {_like: "CANARY-t1%"}}}) { name } }',
  '{ order(where: {items: {item: {_like: "CANARY-t1%"}}}) { name } }',
  '{ customer(where: {order_by_customer: {items: {item: {_like: "CANARY-t1%"}}}}) { name } }',
  '{ order(order_by: {customer_doc: {tax_id: desc}}) { name } }',
  '{ search(text: "CANARY") { doctype name title } }',
  '{ shop_settings { motto } }',
];

describe('two tenants ask the same', () => {
  test('at once, each is answered of its own', async () => {
    for (let round = 0; round < 5; round++) {
      const asked = TEXTS.flatMap((text) => TENANTS.map((tenant) => ({ tenant, text })));
      const replies = await Promise.all(asked.map(({ tenant, text }) => send(tenant, text)));
      for (const [index, { tenant, text }] of asked.entries()) {
        const reply = replies[index] as Reply;
        const other = tenant === 't1' ? 't2' : 't1';
        expect(reply.body.errors, `${text}: ${reply.text}`).toBeUndefined();
        expect(reply.text, text).not.toContain(`CANARY-${other}`);
        expect(reply.text, text).not.toContain(`Only ${other}`);
      }
    }
    const [one, two] = await Promise.all(TENANTS.map((tenant) => ask(tenant, TEXTS[6] as string)));
    expect([one.data.order.length, two.data.order.length]).toEqual([1, 0]);
    const counts = await Promise.all(
      TENANTS.map((tenant) => ask(tenant, '{ customer_aggregate { aggregate { count } } }')),
    );
    expect(counts.map(({ data }) => data.customer_aggregate.aggregate.count)).toEqual([2, 2]);
  });

  test('an id of the other is nothing, whatever is done with it', async () => {
    const { data } = await ask('t1', '{ customer_by_pk(name: "Acme") { id } }');
    const v = { id: data.customer_by_pk.id };
    expect(
      (await ask('t2', 'query($id: uuid) { customer_by_pk(id: $id) { name } }', v)).data.customer_by_pk,
    ).toBeNull();
    expect(
      (await ask('t2', 'query($id: uuid) { customer(where: {id: {_eq: $id}}) { name } }', v)).data.customer,
    ).toEqual([]);
    for (const text of [
      'mutation($id: uuid) { update_customer_by_pk(pk_columns: {id: $id}, _set: {tax_id: "x"}) { name } }',
      'mutation($id: uuid) { delete_customer_by_pk(id: $id) { name } }',
    ])
      expect((await ask('t2', text, v)).errors[0].extensions.status, text).toBe(404);
    const many = await ask(
      't2',
      'mutation($id: uuid) { delete_customer(where: {id: {_eq: $id}}) { affected_rows } }',
      v,
    );
    expect(many.data.delete_customer.affected_rows).toBe(0);
    expect((await ask('t1', '{ customer_by_pk(name: "Acme") { tax_id } }')).data.customer_by_pk.tax_id).toBe(
      'CANARY-t1',
    );
  });

  test('a cursor of the other leads through one’s own rows only', async () => {
    const { data } = await ask(
      't1',
      '{ customer_connection(first: 1, order_by: {tax_id: asc}) { pageInfo { endCursor } } }',
    );
    const after = data.customer_connection.pageInfo.endCursor;
    const text =
      'query($a: String) { customer_connection(first: 9, after: $a, order_by: {tax_id: asc}) { edges { node { tax_id } } } }';
    expect(JSON.stringify(await ask('t2', text, { a: after }))).not.toContain('CANARY-t1');
  });
});
