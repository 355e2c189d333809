/** Queries at the edges of the schema: Singles and their rows, computed fields, choosers, titles that are hidden. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../support/app.ts';
import { must, openWorld, type World } from '../attacks/world.ts';

let world: World;
const field = (fieldname: string, fieldtype: string, options?: string, more: object = {}): object => ({
  ...{ fieldname, fieldtype, options },
  ...more,
});

beforeAll(async () => {
  world = await openWorld();
  const computed = { is_virtual: 1 };
  const docTypes: [name: string, fields: object[], more?: object][] = [
    ['Odd Row', [field('cust', 'Link', 'Customer'), field('twice', 'Int', 'doc.idx * 2', computed)], { istable: 1 }],
    ['Odd Rules', [field('cust', 'Link', 'Customer'), field('rows', 'Table', 'Odd Row')], { issingle: 1 }],
    [
      'Odd Host',
      [
        ...[field('cust', 'Link', 'Customer'), field('rules', 'Link', 'Odd Rules'), field('kind', 'Link', 'DocType')],
        ...[field('thing', 'Dynamic Link', 'kind'), field('n', 'Int'), field('twice', 'Int', 'doc.n * 2', computed)],
        field('rows', 'Table', 'Odd Row'),
      ],
      { autoname: 'prompt' },
    ],
    [
      'Picked',
      [field('label', 'Data', undefined, { in_global_search: 1 }), field('inner', 'Data')],
      {
        ...{ autoname: 'prompt', title_field: 'label' },
        permissions: [
          { role: 'Chooser', select: 1 },
          { role: 'System Manager', read: 1, share: 1, write: 1, create: 1 },
        ],
      },
    ],
    [
      'Titled',
      [field('label', 'Data', undefined, { permlevel: 1 }), field('open', 'Data', undefined, { in_global_search: 1 })],
      { autoname: 'prompt', title_field: 'label', permissions: [{ role: 'Chooser', read: 1 }] },
    ],
  ];
  for (const [name, fields, more] of docTypes)
    await must(world, 'POST', '/api/v1/DocType', { name, module: 'Attacks', fields, permissions: [], ...more });
  await must(world, 'PATCH', '/api/v1/Odd Rules/Odd Rules', { cust: 'ada', rows: [{ cust: 'bob' }] });
  const host = { name: 'h', cust: 'ada', kind: 'Customer', thing: 'ada', n: 3, rows: [{ cust: 'bob' }] };
  await must(world, 'POST', '/api/v1/Odd Host', host);
  for (const name of ['one', 'two'])
    await must(world, 'POST', '/api/v1/Picked', { name, label: `word ${name}`, inner: 'x' });
  await must(world, 'POST', '/api/v1/Titled', { name: 'three', label: 'hidden', open: 'word' });
});
afterAll(async () => {
  expect(world.failures).toEqual([]);
  await world.close();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON, and a test says which member it means
async function ask(query: string, client: Client = world): Promise<any> {
  return (await client.json('POST', '/graphql', { query })).body;
}

describe('Singles, rows, computed fields', () => {
  test('targets of rows, wherever the rows are', async () => {
    const { data } = await ask(
      '{ odd_host { twice thing_doc { __typename name } rows { cust_doc { full_name } } } odd_rules { cust_doc { name } rows { cust_doc { full_name } } } }',
    );
    expect(data).toEqual({
      odd_host: [
        { twice: 6, thing_doc: { __typename: 'customer', name: 'ada' }, rows: [{ cust_doc: { full_name: 'Bob' } }] },
      ],
      odd_rules: [{ cust_doc: { name: 'ada' }, rows: [{ cust_doc: { full_name: 'Bob' } }] }],
    });
  });

  test('what a mutation of a Single gives back is looked up too', async () => {
    const { data } = await ask(
      'mutation { it: update_odd_rules_by_pk(pk_columns: {name: "Odd Rules"}, _set: {cust: "bob"}) { cust_doc { full_name } rows { cust_doc { name } } } }',
    );
    expect(data).toEqual({ it: { cust_doc: { full_name: 'Bob' }, rows: [{ cust_doc: { name: 'bob' } }] } });
  });

  test('of one document the cost is that of one', async () => {
    const { data } = await ask(
      'mutation { it: insert_customer_one(object: {name: "new", full_name: "N"}) { name odd_host_by_cust { name } invoice_by_customer { name } } }',
    );
    expect(data.it).toEqual({ name: 'new', odd_host_by_cust: [], invoice_by_customer: [] });
    const far = await ask('{ odd_host { thing_doc { ... on customer { odd_host_by_cust { name } } } } }');
    expect(far.data.odd_host).toEqual([{ thing_doc: { odd_host_by_cust: [{ name: 'h' }] } }]);
  });

  test('fields that rows do not have are not there', async () => {
    for (const query of ['{ odd_host { rows { twice } } }', '{ odd_rules { odd_host_by_rules { name } } }'])
      expect((await ask(query)).errors[0].message).toMatch(/^Cannot query field/);
  });
});

describe('who may only choose, and titles that are hidden', () => {
  test('a list shows what may be chosen, a document by its key what was shared', async () => {
    const eve = await world.user({ name: 'eve', roles: ['Chooser'] });
    expect((await ask('{ picked_by_pk(name: "one") { name } }', eve)).errors[0].message).toMatch(/^Cannot query/);
    await must(world, 'POST', '/api/v1/share', { doctype: 'Picked', name: 'one', user: 'eve', read: true });
    const { data } = await ask(
      '{ a: picked_by_pk(name: "one") { name inner } list: picked(order_by: {name: asc}) { name } b: picked_by_pk(name: "two") { name } }',
      eve,
    );
    expect(JSON.stringify(data)).toBe(
      JSON.stringify({ a: { name: 'one', inner: 'x' }, list: [{ name: 'one' }, { name: 'two' }], b: null }),
    );
  });

  test('a search finds for each what each may read', async () => {
    const fay = await world.user({ name: 'fay', roles: ['Chooser'] });
    const { data } = await ask('{ search(text: "word") { doctype name title modified } }', fay);
    const [first, ...others] = data.search as { name: string }[];
    expect([first, ...others.sort((a, b) => (a.name < b.name ? -1 : 1))]).toEqual([
      { doctype: 'Titled', name: 'three', title: null, modified: expect.any(String) },
      ...['one', 'two'].map((name) => ({ doctype: 'Picked', name, title: `word ${name}`, modified: null })),
    ]);
    expect((await ask('{ search(text: "hidden") { name } }', fay)).data.search).toEqual([]);
  });
});

test('a mutation whose text is known by its hash is not done by GET', async () => {
  const query = 'mutation { insert_note_one(object: {name: "by get"}) { name } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };
  const eve = await world.user({ name: 'gus' });
  await eve.json('POST', '/graphql', { query, extensions });
  const url = `/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`;
  const replies = [
    await world.json('GET', url),
    await world.json('GET', `${url}&query=`),
    await world.json('GET', `${url}&query=%20`),
  ];
  for (const { body } of replies) expect([body.data ?? null, body.errors.length]).toEqual([null, 1]);
  expect(replies[0]?.status).toBe(405);
  expect((await ask('{ note_by_pk(name: "by get") { name } }')).data.note_by_pk).toBeNull();
});
