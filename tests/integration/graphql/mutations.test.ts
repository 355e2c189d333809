/** What mutations write, give back and refuse: in one transaction, all of it or nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { ask, createCrm, dataOf, errorOf, makeDocType, names } from './asking.ts';

let app: TestApp;

beforeAll(async () => {
  app = await createCrm();
  await makeDocType(app, {
    name: 'Counter',
    autoname: 'prompt',
    allow_rename: 1,
    fields: [
      { fieldname: 'whole', fieldtype: 'Int' },
      { fieldname: 'fraction', fieldtype: 'Float' },
      { fieldname: 'label', fieldtype: 'Data', unique: 1 },
      { fieldname: 'other', fieldtype: 'Link', options: 'Counter' },
    ],
  });
});
afterAll(() => app?.close());

const ORDER = `customer: "CUST-00001", order_date: "2026-03-01", delivery_date: "2026-03-05"`;

async function count(doctype: string): Promise<number> {
  return (await app.json('GET', `/api/v1/${encodeURIComponent(doctype)}/count`)).body.count;
}

describe('insert', () => {
  test('one, with its rows, as POST makes it', async () => {
    const { insert_sales_order_one: made } = await dataOf(
      app,
      `mutation { insert_sales_order_one(object: {${ORDER}, items: [{item: "AF-L100", qty: 2, rate: 10.5}, {item: "AF-D300", qty: 1, rate: 100}]}) {
        id name docstatus _version customer customer_name grand_total items_count creation owner
        customer_doc { customer_name sales_order_by_customer(where: {order_date: {_eq: "2026-03-01"}}) { name } }
        items(order_by: {idx: desc}) { idx item amount item_doc { item_name } } } }`,
    );
    expect(made).toMatchObject({
      docstatus: 0,
      _version: 1,
      grand_total: 121,
      items_count: 2,
      owner: 'Administrator',
      items: [
        { idx: 2, item: 'AF-D300', amount: 100, item_doc: { item_name: expect.any(String) } },
        { idx: 1, item: 'AF-L100', amount: 21 },
      ],
    });
    // What it leads to sees it already.
    expect(names(made.customer_doc.sales_order_by_customer)).toContain(made.name);
    const rest = await app.json('GET', `/api/v1/Sales%20Order/${made.name}`);
    expect(rest.body).toMatchObject({ id: made.id, grand_total: 121, customer_name: made.customer_doc.customer_name });
    expect(rest.body.items).toHaveLength(2);
  });

  test('a row that stands alone is a list of one', async () => {
    const { insert_sales_order_one: made } = await dataOf(
      app,
      `mutation { insert_sales_order_one(object: {${ORDER}, items: {item: "AF-L100", qty: 2, rate: 3}}) { items { qty } grand_total } }`,
    );
    expect(made).toEqual({ items: [{ qty: 2 }], grand_total: 6 });
  });

  test('many, in their order', async () => {
    const query = `mutation m($objects: [counter_insert_input!]!) { insert_counter(objects: $objects) {
      affected_rows returning { name whole other_doc { name whole } counter_by_other { name } } } }`;
    const objects = [
      { name: 'z', whole: 1 },
      { name: 'a', whole: 2, other: 'z' },
      { name: 'm', other: 'a' },
    ];
    const { insert_counter: made } = await dataOf(app, query, { objects });
    expect(made).toEqual({
      affected_rows: 3,
      returning: [
        { name: 'z', whole: 1, other_doc: null, counter_by_other: [{ name: 'a' }] },
        { name: 'a', whole: 2, other_doc: { name: 'z', whole: 1 }, counter_by_other: [{ name: 'm' }] },
        { name: 'm', whole: 0, other_doc: { name: 'a', whole: 2 }, counter_by_other: [] },
      ],
    });
    expect(await dataOf(app, query, { objects: [] })).toEqual({ insert_counter: { affected_rows: 0, returning: [] } });
    expect(await dataOf(app, 'mutation { insert_counter(objects: {name: "lone"}) { affected_rows } }')).toEqual({
      insert_counter: { affected_rows: 1 },
    });
  });

  test('one that is wrong, and none is made', async () => {
    const before = await count('Counter');
    const error = await errorOf(
      app,
      'mutation { insert_counter(objects: [{name: "q1"}, {name: "q2", label: "same"}, {name: "q3", label: "same"}]) { affected_rows } }',
    );
    expect(error.extensions).toMatchObject({ code: 'duplicate', status: 409 });
    expect(error.path).toEqual(['insert_counter']);
    expect(error.extensions.errors).toMatchObject([{ field: 'objects[2].label', code: 'duplicate' }]);
    expect(await count('Counter')).toBe(before);
  });
});

describe('update by its key', () => {
  test('by name and by id, with the version that was seen', async () => {
    const { insert_counter_one: made } = await dataOf(
      app,
      'mutation { insert_counter_one(object: {name: "u", whole: 5}) { id _version } }',
    );
    const query = `mutation m($pk: counter_pk_columns_input!, $set: counter_set_input, $version: Int) {
      update_counter_by_pk(pk_columns: $pk, _set: $set, _version: $version) { name whole label _version } }`;
    const first = await dataOf(app, query, { pk: { id: made.id }, set: { whole: 6 }, version: 1 });
    expect(first.update_counter_by_pk).toEqual({ name: 'u', whole: 6, label: null, _version: 2 });
    const error = await errorOf(app, query, { pk: { name: 'u' }, set: { whole: 7 }, version: 1 });
    expect(error.extensions).toMatchObject({ code: 'conflict', status: 409 });
    expect(error.path).toEqual(['update_counter_by_pk']);
    const third = await dataOf(app, query, { pk: { name: 'u' }, set: { label: 'named' } });
    expect(third.update_counter_by_pk).toEqual({ name: 'u', whole: 6, label: 'named', _version: 3 });
  });

  test('numbers added to what is there, by many at once', async () => {
    await dataOf(app, 'mutation { insert_counter_one(object: {name: "inc", whole: 1, fraction: 0.1}) { name } }');
    const add =
      'mutation { update_counter_by_pk(pk_columns: {name: "inc"}, _inc: {whole: 2, fraction: 0.2}, _set: {label: "added"}) { whole fraction } }';
    expect((await dataOf(app, add)).update_counter_by_pk).toEqual({ whole: 3, fraction: 0.3 });
    await Promise.all(Array.from({ length: 8 }, () => dataOf(app, add)));
    const { counter_by_pk: after } = await dataOf(app, '{ counter_by_pk(name: "inc") { whole fraction label } }');
    expect(after).toEqual({ whole: 19, fraction: 1.9, label: 'added' });
    const big =
      'mutation { update_counter_by_pk(pk_columns: {name: "inc"}, _inc: {whole: "9007199254740993"}) { whole } }';
    expect((await dataOf(app, big)).update_counter_by_pk).toEqual({ whole: '9007199254741012' });
    const down =
      'mutation { update_counter_by_pk(pk_columns: {name: "inc"}, _inc: {whole: -9007199254741012, fraction: -1.9}) { whole fraction } }';
    expect((await dataOf(app, down)).update_counter_by_pk).toEqual({ whole: 0, fraction: 0 });
    const twice =
      'mutation { update_counter_by_pk(pk_columns: {name: "inc"}, _inc: {whole: 1}, _set: {whole: 1}) { whole } }';
    expect((await errorOf(app, twice)).extensions.errors[0]?.field).toBe('_inc.whole');
    const stale =
      'mutation { update_counter_by_pk(pk_columns: {name: "inc"}, _inc: {whole: 1}, _version: 1) { whole } }';
    expect((await errorOf(app, stale)).extensions.code).toBe('conflict');
  });

  test('rows that are given replace those that are there, matched by name', async () => {
    const { insert_sales_order_one: made } = await dataOf(
      app,
      `mutation { insert_sales_order_one(object: {${ORDER}, items: [{item: "AF-L100", qty: 1, rate: 1}, {item: "AF-D300", qty: 2, rate: 1}, {item: "AF-L100", qty: 3, rate: 1}]}) { name items { name id item } } }`,
    );
    const [first, second] = made.items;
    const query = `mutation m($name: String!, $items: [sales_order_item_insert_input!]) {
      update_sales_order_by_pk(pk_columns: {name: $name}, _set: {items: $items}) { items { name id item qty rate idx } grand_total } }`;
    const { update_sales_order_by_pk: changed } = await dataOf(app, query, {
      name: made.name,
      items: [{ name: second.name, qty: 20 }, { item: 'AF-D300', qty: 9, rate: 2 }, { name: first.name }],
    });
    expect(changed.items).toEqual([
      { ...second, qty: 20, rate: 1, idx: 1 },
      { name: expect.any(String), id: expect.any(String), item: 'AF-D300', qty: 9, rate: 2, idx: 2 },
      { ...first, qty: 1, rate: 1, idx: 3 },
    ]);
    expect(changed.grand_total).toBe(39);
    // Without the list the rows stay; an empty one takes them away, as far as the DocType allows it.
    const { update_sales_order_by_pk: kept } = await dataOf(
      app,
      'mutation m($name: String!) { update_sales_order_by_pk(pk_columns: {name: $name}, _set: {po_no: "4711"}) { po_no items { idx } } }',
      { name: made.name },
    );
    expect(kept).toEqual({ po_no: '4711', items: [{ idx: 1 }, { idx: 2 }, { idx: 3 }] });
    const none = await ask(app, query, { name: made.name, items: [] });
    const rest = await app.json('PATCH', `/api/v1/Sales%20Order/${made.name}`, { items: [] });
    expect(none.body.errors?.[0].extensions.status ?? 200).toBe(rest.status);
  });

  test.each([
    ['{}', 'name'],
    ['{name: "u", id: "01a22054-eb9f-7389-bd93-dca679f5303f"}', 'name'],
    ['{name: null}', 'name'],
  ])('pk_columns %s is refused', async (pk, field) => {
    const error = await errorOf(app, `mutation { update_counter_by_pk(pk_columns: ${pk}, _set: {whole: 1}) { name } }`);
    expect(error.extensions).toMatchObject({ code: 'bad_request', errors: [{ field }] });
  });

  test('a name that changes in the same write, and the name of another', async () => {
    const missing = await errorOf(
      app,
      'mutation { update_counter_by_pk(pk_columns: {name: "nobody"}, _set: {whole: 1}) { name } }',
    );
    expect(missing.extensions).toMatchObject({ code: 'not_found', status: 404 });
    const field = 'mutation { update_counter_by_pk(pk_columns: {name: "u"}, _set: {name: "v"}) { name } }';
    expect((await errorOf(app, field)).extensions.code).toBe('bad_request');
  });
});

describe('by a condition', () => {
  test('update: how many, and what they are then', async () => {
    await dataOf(
      app,
      'mutation { insert_counter(objects: [{name: "w1", whole: 100}, {name: "w2", whole: 100}, {name: "w3", whole: 101}]) { affected_rows } }',
    );
    const { update_counter: changed } = await dataOf(
      app,
      'mutation { update_counter(where: {whole: {_eq: 100}}, _set: {whole: 102}) { __typename affected_rows returning { name whole _version } } }',
    );
    expect(changed.affected_rows).toBe(2);
    expect(changed.__typename).toBe('counter_mutation_response');
    expect(new Set(changed.returning)).toEqual(
      new Set([
        { name: 'w1', whole: 102, _version: 2 },
        { name: 'w2', whole: 102, _version: 2 },
      ]),
    );
    const added = await dataOf(
      app,
      'mutation { update_counter(where: {whole: {_gte: 101}}, _inc: {whole: 10}) { affected_rows returning { whole } } }',
    );
    expect(added.update_counter.affected_rows).toBe(3);
    expect(added.update_counter.returning.map(({ whole }: { whole: number }) => whole).sort()).toEqual([111, 112, 112]);
    const none = await dataOf(
      app,
      'mutation { update_counter(where: {whole: {_eq: 100}}, _set: {whole: 1}) { affected_rows returning { name } } }',
    );
    expect(none.update_counter).toEqual({ affected_rows: 0, returning: [] });
  });

  test('delete: what they were, links and documents that point here with them', async () => {
    await dataOf(
      app,
      'mutation { insert_counter(objects: [{name: "d1", whole: 200}, {name: "d2", whole: 200}]) { affected_rows } }',
    );
    const { delete_counter: gone } = await dataOf(
      app,
      'mutation { delete_counter(where: {whole: {_eq: 200}}) { affected_rows returning { name whole other_doc { name } counter_by_other { name } } again: returning { id } } }',
    );
    expect(gone.affected_rows).toBe(2);
    expect(new Set(names(gone.returning))).toEqual(new Set(['d1', 'd2']));
    expect(gone.again).toHaveLength(2);
    expect((await app.json('GET', '/api/v1/Counter/d1')).status).toBe(404);
    // As over REST they lie in the recycle bin.
    expect((await app.json('POST', '/api/v1/Counter/d1/restore')).status).toBe(200);
  });

  test('one by its key, and one that is not there', async () => {
    const { delete_counter_by_pk: gone } = await dataOf(
      app,
      'mutation { delete_counter_by_pk(name: "d1") { name whole } }',
    );
    expect(gone).toEqual({ name: 'd1', whole: 200 });
    const error = await errorOf(app, 'mutation { delete_counter_by_pk(name: "d1") { name } }');
    expect(error.extensions).toMatchObject({ code: 'not_found', status: 404 });
  });

  test('linked documents stay, all of them', async () => {
    await dataOf(
      app,
      'mutation { insert_counter(objects: [{name: "l1", whole: 300}, {name: "l2", whole: 300}, {name: "l3", other: "l2"}]) { affected_rows } }',
    );
    const rest = await app.json('DELETE', '/api/v1/Counter/l2');
    const one = await errorOf(app, 'mutation { delete_counter_by_pk(name: "l2") { name } }');
    expect(one.extensions).toMatchObject({ code: 'linked', status: rest.status });
    expect(one.message).toBe(rest.body.detail);
    const all = await errorOf(app, 'mutation { delete_counter(where: {whole: {_eq: 300}}) { affected_rows } }');
    expect(all.extensions.code).toBe('linked');
    expect((await app.json('GET', '/api/v1/Counter/l1')).status).toBe(200);
  });

  test('a condition is needed, and one that got lost is none', async () => {
    expect((await ask(app, 'mutation { delete_counter { affected_rows } }')).body.errors[0].message).toContain(
      'required',
    );
    expect(
      (await ask(app, 'mutation { delete_counter(where: null) { affected_rows } }')).body.errors[0].message,
    ).toContain('Expected value');
    const lost = 'mutation m($n: Int) { delete_counter(where: {whole: {_eq: $n}}) { affected_rows } }';
    expect((await errorOf(app, lost)).message).toContain('$n');
  });
});

describe('the states of a document', () => {
  test('submit, cancel, amend', async () => {
    const { insert_sales_order_one: made } = await dataOf(
      app,
      `mutation { insert_sales_order_one(object: {${ORDER}, items: [{item: "AF-L100", qty: 1, rate: 1}]}) { name _version } }`,
    );
    const { name } = made;
    const stale = await errorOf(app, `mutation { submit_sales_order(name: "${name}", _version: 9) { name } }`);
    expect(stale.extensions.code).toBe('conflict');
    const { submit_sales_order: submitted } = await dataOf(
      app,
      `mutation { submit_sales_order(name: "${name}", _version: 1) { docstatus status customer_doc { name } items { docstatus } } }`,
    );
    expect(submitted).toEqual({
      docstatus: 1,
      status: 'To Deliver',
      customer_doc: { name: 'CUST-00001' },
      items: [{ docstatus: 1 }],
    });
    const again = await errorOf(app, `mutation { submit_sales_order(name: "${name}") { name } }`);
    const rest = await app.json('POST', `/api/v1/Sales%20Order/${name}/submit`);
    expect(again.extensions).toMatchObject({
      status: rest.status,
      code: rest.body.type.split('/').at(-1).replaceAll('-', '_'),
    });
    const { cancel_sales_order: cancelled } = await dataOf(
      app,
      `mutation { cancel_sales_order(name: "${name}") { docstatus status } }`,
    );
    expect(cancelled).toEqual({ docstatus: 2, status: 'Cancelled' });
    const { amend_sales_order: amended } = await dataOf(
      app,
      `mutation { amend_sales_order(name: "${name}") { name docstatus amended_from amended_from_doc { docstatus sales_order_by_amended_from { name } } items { item } } }`,
    );
    expect(amended).toEqual({
      name: `${name}-1`,
      docstatus: 0,
      amended_from: name,
      amended_from_doc: { docstatus: 2, sales_order_by_amended_from: [{ name: `${name}-1` }] },
      items: [{ item: 'AF-L100' }],
    });
  });

  test('what has no states has no such fields', async () => {
    for (const field of ['submit_counter', 'cancel_counter', 'amend_counter', 'rename_sales_order'])
      expect((await ask(app, `mutation { ${field}(name: "x") { name } }`)).body.errors[0].message).toContain(
        'Cannot query field',
      );
  });

  test('rename, and merge', async () => {
    await dataOf(
      app,
      'mutation { insert_counter(objects: [{name: "old", whole: 1}, {name: "into", whole: 2}, {name: "ref", other: "old"}]) { affected_rows } }',
    );
    const { rename_counter: renamed } = await dataOf(
      app,
      'mutation { rename_counter(name: "old", new_name: "new") { name whole counter_by_other { name } } }',
    );
    expect(renamed).toEqual({ name: 'new', whole: 1, counter_by_other: [{ name: 'ref' }] });
    const taken = await errorOf(app, 'mutation { rename_counter(name: "new", new_name: "into") { name } }');
    expect(taken.extensions).toMatchObject({ code: 'duplicate', status: 409 });
    const { rename_counter: merged } = await dataOf(
      app,
      'mutation { rename_counter(name: "new", new_name: "into", merge: true) { name whole counter_by_other { name other } } }',
    );
    expect(merged).toEqual({ name: 'into', whole: 2, counter_by_other: [{ name: 'ref', other: 'into' }] });
    expect((await app.json('GET', '/api/v1/Counter/new')).status).toBe(404);
  });

  test('a tree is moved and asked', async () => {
    const { insert_territory_one: made } = await dataOf(
      app,
      'mutation { insert_territory_one(object: {territory_name: "Moon", parent_territory: "Germany", is_group: true}) { name parent_territory_doc { name } } }',
    ).catch(() =>
      dataOf(
        app,
        'mutation { insert_territory_one(object: {territory_name: "Moon", is_group: true}) { name parent_territory_doc { name } } }',
      ),
    );
    expect(made.name).toBe('Moon');
    const { insert_territory_one: inner } = await dataOf(
      app,
      'mutation { insert_territory_one(object: {territory_name: "Crater", parent_territory: "Moon"}) { name parent_territory_doc { lft rgt territory_by_parent_territory { name } } } }',
    );
    expect(inner.parent_territory_doc.territory_by_parent_territory).toEqual([{ name: 'Crater' }]);
    expect(inner.parent_territory_doc.rgt - inner.parent_territory_doc.lft).toBe(3);
  });

  test('a Single is written and read', async () => {
    const { update_sales_settings_by_pk: changed } = await dataOf(
      app,
      'mutation { update_sales_settings_by_pk(pk_columns: {name: "Sales Settings"}, _set: {payment_days: 17}) { name payment_days default_territory_doc { name } } }',
    );
    expect(changed).toMatchObject({ name: 'Sales Settings', payment_days: 17 });
    const { sales_settings, sales_settings_by_pk: one } = await dataOf(
      app,
      '{ sales_settings { payment_days } sales_settings_by_pk(name: "Sales Settings") { payment_days default_territory_doc { name } } }',
    );
    expect(sales_settings).toEqual([{ payment_days: 17 }]);
    expect(one).toEqual({ payment_days: 17, default_territory_doc: changed.default_territory_doc });
  });
});

describe('several fields', () => {
  test('one after another, each sees what was done before', async () => {
    const data = await dataOf(
      app,
      `mutation { a: insert_counter_one(object: {name: "s1", whole: 1}) { name }
        b: update_counter_by_pk(pk_columns: {name: "s1"}, _inc: {whole: 4}) { whole }
        c: insert_counter_one(object: {name: "s2", other: "s1"}) { other_doc { whole } }
        d: update_counter(where: {other_doc: {name: {_eq: "s1"}}}, _set: {whole: 9}) { affected_rows returning { name whole } }
        e: rename_counter(name: "s1", new_name: "s3") { counter_by_other { name whole } }
        f: delete_counter_by_pk(name: "s2") { other } __typename }`,
    );
    expect(data).toEqual({
      a: { name: 's1' },
      b: { whole: 5 },
      c: { other_doc: { whole: 5 } },
      d: { affected_rows: 1, returning: [{ name: 's2', whole: 9 }] },
      e: { counter_by_other: [{ name: 's2', whole: 9 }] },
      f: { other: 's3' },
      __typename: 'mutation_root',
    });
    expect(Object.keys(data)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', '__typename']);
  });

  test.each([
    [
      'the last fails',
      'z: update_counter_by_pk(pk_columns: {name: "nobody"}, _set: {whole: 1}) { name }',
      'not_found',
      ['z'],
    ],
    [
      'a hook throws',
      `z: insert_sales_order_one(object: {${ORDER}, items: [{item: "AF-L100", qty: -1}]}) { name }`,
      'validation',
      ['z'],
    ],
    ['a condition is wrong', 'z: delete_counter(where: {whole: {}}) { affected_rows }', 'bad_request', ['z']],
  ])('%s: nothing is written', async (_, last, code, path) => {
    const before = await count('Counter');
    const query = `mutation { a: insert_counter_one(object: {name: "none1"}) { name } b: insert_counter(objects: [{name: "none2"}]) { affected_rows } ${last} }`;
    const error = await errorOf(app, query);
    expect(error.extensions.code).toBe(code);
    expect(error.path).toEqual(path);
    expect(await count('Counter')).toBe(before);
  });

  test('selecting what is wrong writes nothing', async () => {
    const before = await count('Counter');
    const query =
      'mutation m($o: [counter_order_by!]) { insert_counter_one(object: {name: "none3"}) { counter_by_other(limit: 5000, order_by: $o) { name } } }';
    expect((await errorOf(app, query)).extensions.code).toBe('bad_request');
    expect(await count('Counter')).toBe(before);
  });
});

describe("errors are REST's", () => {
  test('a hook that throws says where', async () => {
    const object = {
      customer: 'CUST-00001',
      order_date: '2026-03-01',
      delivery_date: '2026-02-01',
      items: [
        { item: 'AF-L100', qty: 1 },
        { item: 'AF-L100', qty: 0 },
      ],
    };
    const rest = await app.json('POST', '/api/v1/Sales%20Order', object);
    const error = await errorOf(
      app,
      'mutation m($object: sales_order_insert_input!) { insert_sales_order_one(object: $object) { name } }',
      { object },
    );
    expect(error.extensions).toMatchObject({ code: 'validation', status: rest.status, errors: rest.body.errors });
    expect(error.extensions.errors[0]?.field).toBe('items[1].qty');
    expect(error.message).toBe(rest.body.detail);
  });

  test.each([
    ['a value that does not fit', { name: 'x', whole: '99999999999999999999' }],
    ['a text that is too long', { name: 'x'.repeat(141) }],
    ['a link to nothing', { name: 'x', other: 'nobody' }],
    ['no name', {}],
    ['a name that is taken', { name: 'l1' }],
  ])('%s', async (_, object) => {
    const rest = await app.json('POST', '/api/v1/Counter', object);
    expect(rest.status).toBeGreaterThanOrEqual(400);
    const { body } = await ask(
      app,
      'mutation m($object: counter_insert_input!) { insert_counter_one(object: $object) { name } }',
      { object },
    );
    const { extensions } = body.errors[0];
    expect(extensions.status).toBe(rest.status);
    const strip = (errors: { field: string }[]) => errors.map(({ field }) => field.replace(/^\$object\./, ''));
    expect(strip(extensions.errors)).toEqual(strip(rest.body.errors));
  });

  test('a key that is not there, in a row', async () => {
    const query = 'mutation m($object: sales_order_insert_input!) { insert_sales_order_one(object: $object) { name } }';
    const error = await errorOf(app, query, { object: { items: [{ itm: 'x' }] } });
    expect(error.message).toContain('has no field "itm"');
    expect(error.extensions.errors[0]?.field).toContain('items[0]');
  });
});

describe('methods of apps', () => {
  test('one that is not there', async () => {
    const error = await errorOf(app, 'mutation { call_counter(name: "u", method: "nothing", args: {a: 1}) }');
    const rest = await app.json('POST', '/api/v1/rpc/Counter/nothing', { name: 'u', a: 1 });
    expect(error.extensions.status).toBe(rest.status);
  });
});

describe('an Idempotency-Key', () => {
  test('has one effect and the first answer', async () => {
    const query = {
      query: 'mutation { update_counter_by_pk(pk_columns: {name: "u"}, _inc: {whole: 1}) { whole _version } }',
    };
    const headers = { 'idempotency-key': 'key 1' };
    const first = await app.json('POST', '/graphql', query, headers);
    const second = await app.json('POST', '/graphql', query, headers);
    expect(first.body.errors).toBeUndefined();
    expect(second.text).toBe(first.text);
    const other = await app.json('POST', '/graphql', { query: `${query.query} ` }, headers);
    expect(other.body.errors[0].extensions).toMatchObject({ code: 'conflict', status: 409 });
    // Queries have no effect, and no need of it.
    const read = await app.json('POST', '/graphql', { query: '{ counter_by_pk(name: "u") { whole } }' }, headers);
    expect(read.body.data.counter_by_pk).toEqual({ whole: first.body.data.update_counter_by_pk.whole });
  });

  test('of one that failed may be used again', async () => {
    const headers = { 'idempotency-key': 'key 2' };
    const query = { query: 'mutation { insert_counter_one(object: {name: "later", other: "target"}) { name } }' };
    expect((await app.json('POST', '/graphql', query, headers)).body.errors).toHaveLength(1);
    await app.json('POST', '/api/v1/Counter', { name: 'target' });
    expect((await app.json('POST', '/graphql', query, headers)).body.data).toEqual({
      insert_counter_one: { name: 'later' },
    });
  });
});
