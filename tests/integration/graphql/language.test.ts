/** The language itself: aliases, fragments, directives, variables, merged fields; and values that are hard to carry. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { ask, createCrm, dataOf, errorOf, makeDocType } from './asking.ts';

let app: TestApp;

beforeAll(async () => {
  app = await createCrm();
  await makeDocType(app, {
    name: 'Odd Value',
    autoname: 'prompt',
    fields: [
      { fieldname: 'whole', fieldtype: 'Int' },
      { fieldname: 'fraction', fieldtype: 'Float' },
      { fieldname: 'text', fieldtype: 'Text' },
      { fieldname: 'extra', fieldtype: 'JSON' },
      { fieldname: 'secret', fieldtype: 'Password' },
      { fieldname: 'moment', fieldtype: 'Datetime' },
      { fieldname: 'clock', fieldtype: 'Time' },
      { fieldname: 'day', fieldtype: 'Date' },
      { fieldname: 'flag', fieldtype: 'Check' },
      { fieldname: 'second_choice', fieldtype: 'Data' },
      { fieldname: 'html', fieldtype: 'Text Editor' },
    ],
  });
});
afterAll(() => app?.close());

const ORDER = 'SO-2026-00001';

describe('aliases and merging', () => {
  test('aliases everywhere, of roots, links, rows and aggregates', async () => {
    const data = await dataOf(
      app,
      `{ first: sales_order_by_pk(name: "${ORDER}") { n: name who: customer_doc { label: customer_name } lines: items(limit: 1) { what: item_doc { code: name } } }
         other: sales_order_by_pk(name: "SO-2026-00002") { n: name }
         all: sales_order_aggregate { total: aggregate { howMany: count } } }`,
    );
    expect(data).toMatchObject({
      first: { n: ORDER, who: { label: expect.any(String) }, lines: [{ what: { code: expect.any(String) } }] },
      other: { n: 'SO-2026-00002' },
      all: { total: { howMany: 42 } },
    });
    expect(Object.keys(data)).toEqual(['first', 'other', 'all']);
  });

  test('longer than 63 bytes, on every level, that differ only at their end', async () => {
    const long = 'a'.repeat(70);
    const data = await dataOf(
      app,
      `{ ${long}1: sales_order_by_pk(name: "${ORDER}") { ${long}1: name ${long}2: customer ${long}3: customer_doc { ${long}1: name ${long}2: customer_name }
          ${long}4: items(limit: 1) { ${long}1: item ${long}2: qty } ${long}5: doctype ${long}6: delivery_date ${long}7: terms }
         ${long}2: sales_order_aggregate { ${long}1: aggregate { ${long}1: count ${long}2: sum { ${long}1: total ${long}2: grand_total } } }
         ${long}3: sales_order_groups(by: status) { ${long}1: key { ${long}1: status ${long}2: status } ${long}2: aggregate { ${long}1: count } }
         ${long}4: sales_order_connection(first: 1) { ${long}1: edges { ${long}1: cursor ${long}2: node { ${long}1: name ${long}2: doctype } } ${long}2: pageInfo { ${long}1: hasNextPage } ${long}3: totalCount } }`,
    );
    const plain = await dataOf(
      app,
      `{ a1: sales_order_by_pk(name: "${ORDER}") { a1: name a2: customer a3: customer_doc { a1: name a2: customer_name }
          a4: items(limit: 1) { a1: item a2: qty } a5: doctype a6: delivery_date a7: terms }
         a2: sales_order_aggregate { a1: aggregate { a1: count a2: sum { a1: total a2: grand_total } } }
         a3: sales_order_groups(by: status) { a1: key { a1: status a2: status } a2: aggregate { a1: count } }
         a4: sales_order_connection(first: 1) { a1: edges { a1: cursor a2: node { a1: name a2: doctype } } a2: pageInfo { a1: hasNextPage } a3: totalCount } }`,
    );
    expect(JSON.parse(JSON.stringify(data).replaceAll(long, 'a'))).toEqual(plain);
  });

  test('names of JavaScript and of SQL as aliases', async () => {
    const query =
      '{ __proto__: me { constructor: user toString: full_name } select: sales_order(limit: 1) { __proto__: name from: status } }';
    const { text } = await ask(app, query);
    expect(text).toContain('"__proto__":{"constructor":"Administrator"');
    expect(text).toMatch(/"select":\[\{"__proto__":"SO/);
  });

  test('the same field twice is one, with all that is selected of it', async () => {
    const data = await dataOf(
      app,
      `{ sales_order_by_pk(name: "${ORDER}") { name customer_doc { name } items(limit: 1) { item } }
         sales_order_by_pk(name: "${ORDER}") { name status customer_doc { territory } items(limit: 1) { qty } } }`,
    );
    expect(Object.keys(data.sales_order_by_pk)).toEqual(['name', 'customer_doc', 'items', 'status']);
    expect(Object.keys(data.sales_order_by_pk.customer_doc)).toEqual(['name', 'territory']);
    expect(Object.keys(data.sales_order_by_pk.items[0])).toEqual(['item', 'qty']);
  });

  test.each([
    '{ sales_order(limit: 1) { name } sales_order(limit: 2) { name } }',
    '{ sales_order(limit: 1) { a: name a: status } }',
    '{ sales_order(limit: 1) { items(limit: 1) { qty } items { qty } } }',
    'query q($n: Int) { sales_order(limit: $n) { name } sales_order(limit: 2) { name } }',
    '{ sales_order(limit: 1) { customer_doc { a: name } ... on sales_order { customer_doc { a: territory } } } }',
  ])('a conflict is refused: %s', async (query) => {
    const error = await errorOf(app, query, { n: 2 });
    expect(error.extensions.code).toBe('bad_request');
    expect(error.message).toMatch(/two ways/);
    expect(error.locations?.length).toBe(2);
  });

  test('arguments in another order are the same', async () => {
    await dataOf(app, '{ sales_order(limit: 1, offset: 0) { name } sales_order(offset: 0, limit: 1) { status } }');
  });
});

describe('fragments', () => {
  test('named, inline, within each other, on what all documents have', async () => {
    const { sales_order_by_pk: order } = await dataOf(
      app,
      `query { sales_order_by_pk(name: "${ORDER}") { ...head ... on sales_order { status } ... { currency } ...keys customer_doc { ...keys ...who } } }
       fragment head on sales_order { name ...more }
       fragment more on sales_order { customer items(limit: 1) { ...line } }
       fragment line on sales_order_item { qty }
       fragment who on customer { customer_name }
       fragment keys on document { id doctype __typename _version }`,
    );
    expect(order).toEqual({
      name: ORDER,
      customer: expect.any(String),
      items: [{ qty: expect.any(Number) }],
      status: 'Delivered',
      currency: 'EUR',
      id: expect.any(String),
      doctype: 'Sales Order',
      __typename: 'sales_order',
      _version: expect.any(Number),
      customer_doc: expect.objectContaining({
        doctype: 'Customer',
        __typename: 'customer',
        customer_name: expect.any(String),
      }),
    });
  });

  test('on the types that a Dynamic Link leads to', async () => {
    const { opportunity } = await dataOf(
      app,
      `{ opportunity(order_by: {name: asc}) { party_type party party_doc { __typename name doctype
          ... on customer { customer_name territory_doc { name } contacts(limit: 1) { contact_name } }
          ... on lead { lead_name lead_owner_doc { full_name } }
          ... on document { id } } } }`,
    );
    const kinds = new Set<string>();
    for (const { party_type, party, party_doc } of opportunity) {
      kinds.add(party_type);
      expect(party_doc).toMatchObject({
        name: party,
        doctype: party_type,
        __typename: party_type.toLowerCase(),
        id: expect.any(String),
      });
      expect('customer_name' in party_doc).toBe(party_type === 'Customer');
      expect('lead_name' in party_doc).toBe(party_type === 'Lead');
    }
    expect([...kinds].sort()).toEqual(['Customer', 'Lead']);
  });

  test.each([
    ['{ sales_order { ...nothing } }', 'Unknown fragment'],
    ['{ me { user } } fragment unused on customer { name }', 'never used'],
    ['{ sales_order { ...f } } fragment f on customer { name }', 'can never be of type'],
    ['{ sales_order { ... on nothing { name } } }', 'Unknown type'],
    ['{ sales_order { ...f } } fragment f on sales_order { ...f }', 'itself'],
    ['{ opportunity { party_doc { customer_name } } }', 'Cannot query field'],
    ['{ opportunity { party_doc { ... on sales_order_item { qty } } } }', 'can never be of type'],
    ['{ sales_order }', 'must have a selection'],
    ['{ sales_order { name { x } } }', 'must not have a selection'],
    ['{ sales_order { nme } }', 'Cannot query field'],
    ['{ sales_order(lmit: 1) { name } }', 'Unknown argument'],
    ['{ sales_order_by_pk(name: 5) { name } }', 'String cannot represent'],
    ['query q($a: Int, $a: Int) { sales_order(limit: $a) { name } }', 'only one variable'],
    ['query q($a: Int) { me { user } }', 'never used'],
    ['{ sales_order(limit: $a) { name } }', 'not defined'],
    ['query q($a: String) { sales_order(limit: $a) { name } }', 'used in position expecting'],
    ['query q($a: nothing) { sales_order(limit: $a) { name } }', 'Unknown type'],
    ['query q($a: sales_order) { sales_order(where: $a) { name } }', 'cannot be non-input'],
    ['{ me @nothing { user } }', 'Unknown directive'],
    ['{ me { user @include } }', 'required'],
    ['mutation { insert_sales_order_one { name } }', 'required'],
    ['query a { me { user } } query a { me { user } }', '2 operations (a, a)'],
  ])('%s is refused', async (query, text) => {
    const { body } = await ask(app, query);
    expect(body.data).toBeUndefined();
    expect(body.errors[0].message).toContain(text);
    expect(body.errors[0].extensions).toMatchObject({ code: 'bad_request', status: 400 });
  });
});

describe('directives', () => {
  const query = `query q($a: Boolean!, $b: Boolean = true) { sales_order_by_pk(name: "${ORDER}") {
    name status @include(if: $a) customer @skip(if: $a) ... @include(if: $b) { currency } ...f @skip(if: $b) customer_doc @include(if: $a) { name } }
    me @skip(if: $a) { user } }
    fragment f on sales_order { total }`;

  test.each([
    [{ a: true }, ['name', 'status', 'currency', 'customer_doc'], false],
    [{ a: false }, ['name', 'customer', 'currency'], true],
    [{ a: false, b: false }, ['name', 'customer', 'total'], true],
    [{ a: true, b: false }, ['name', 'status', 'total', 'customer_doc'], false],
    // Again: what was compiled for other values is not taken.
    [{ a: true }, ['name', 'status', 'currency', 'customer_doc'], false],
  ])('%j', async (variables, keys, hasMe) => {
    const data = await dataOf(app, query, variables);
    expect(Object.keys(data.sales_order_by_pk)).toEqual(keys);
    expect('me' in data).toBe(hasMe);
  });

  test('nothing left of a selection', async () => {
    expect(await dataOf(app, '{ me @skip(if: true) { user } }')).toEqual({});
    expect(await dataOf(app, `{ sales_order(limit: 1) { name @skip(if: true) } }`)).toEqual({ sales_order: [{}] });
    expect(
      await dataOf(
        app,
        `{ sales_order_aggregate { aggregate { count @skip(if: true) } nodes @skip(if: true) { name } } }`,
      ),
    ).toEqual({
      sales_order_aggregate: { aggregate: {} },
    });
    expect(await dataOf(app, '{ sales_order_connection(first: 1) { totalCount @skip(if: true) } }')).toEqual({
      sales_order_connection: {},
    });
    expect(
      await dataOf(app, '{ sales_order_groups(by: currency, limit: 1) { key { currency @skip(if: true) } } }'),
    ).toEqual({
      sales_order_groups: [{ key: {} }],
    });
    expect(
      await dataOf(
        app,
        `{ sales_order(limit: 1) { customer_doc { name @skip(if: true) } items(limit: 1) { qty @skip(if: true) } } }`,
      ),
    ).toEqual({
      sales_order: [{ customer_doc: {}, items: [{}] }],
    });
  });
});

describe('__typename', () => {
  test('everywhere', async () => {
    const data = await dataOf(
      app,
      `{ __typename me { __typename } search(text: "Heron", limit: 1) { __typename }
        sales_order(limit: 1) { __typename items(limit: 1) { __typename item_doc { __typename } } }
        sales_order_aggregate { __typename aggregate { __typename sum { __typename } } nodes { __typename } }
        sales_order_groups(by: status, limit: 1) { __typename key { __typename } }
        sales_order_connection(first: 1) { __typename edges { __typename node { __typename } } pageInfo { __typename } }
        sales_settings { __typename } docfield: doctype_by_pk(name: "Lead") { __typename fields(limit: 1) { __typename } }
        __schema { __typename queryType { __typename } } }`,
    );
    expect(data).toMatchObject({
      __typename: 'query_root',
      me: { __typename: 'user_info' },
      sales_order: [
        {
          __typename: 'sales_order',
          items: [{ __typename: 'sales_order_item', item_doc: { __typename: 'sales_item' } }],
        },
      ],
      sales_order_aggregate: {
        __typename: 'sales_order_aggregate',
        aggregate: { __typename: 'sales_order_aggregate_fields', sum: { __typename: 'sales_order_sum_fields' } },
      },
      sales_order_groups: [{ __typename: 'sales_order_groups_item', key: { __typename: 'sales_order_groups_key' } }],
      sales_order_connection: {
        __typename: 'sales_order_connection',
        edges: [{ __typename: 'sales_order_edge', node: { __typename: 'sales_order' } }],
        pageInfo: { __typename: 'PageInfo' },
      },
      sales_settings: [{ __typename: 'sales_settings' }],
      docfield: { __typename: 'doctype', fields: [{ __typename: 'docfield' }] },
      __schema: { __typename: '__Schema', queryType: { __typename: '__Type' } },
    });
    const { __typename } = await dataOf(app, 'mutation { __typename }');
    expect(__typename).toBe('mutation_root');
  });
});

describe('operations and variables', () => {
  const two =
    'query one { me { user } } query two($n: Int = 2) { sales_order(limit: $n) { name } } mutation three { __typename }';

  test('operationName says which is meant', async () => {
    expect((await ask(app, two, {}, { operationName: 'one' })).body.data).toEqual({ me: { user: 'Administrator' } });
    expect((await ask(app, two, {}, { operationName: 'two' })).body.data.sales_order).toHaveLength(2);
    expect((await ask(app, two, { n: 3 }, { operationName: 'two' })).body.data.sales_order).toHaveLength(3);
    expect((await ask(app, two, {}, { operationName: 'three' })).body.data).toEqual({ __typename: 'mutation_root' });
    expect((await ask(app, two, {}, { operationName: 'four' })).body.errors[0].message).toContain('"four"');
    expect((await ask(app, two)).body.errors[0].message).toContain('operationName');
    expect((await ask(app, '{ me { user } }', {}, { operationName: 'four' })).body.errors[0].message).toContain(
      '"four"',
    );
  });

  test('defaults hold where nothing is given, and null is something', async () => {
    const query = `query q($where: sales_order_bool_exp = {status: {_eq: "Draft"}}, $order: [sales_order_order_by!] = [{name: desc}], $limit: Int = 2) {
      sales_order(where: $where, order_by: $order, limit: $limit) { name status } }`;
    const usual = (await dataOf(app, query)).sales_order;
    expect(usual).toHaveLength(2);
    expect(usual[0].status).toBe('Draft');
    expect((await dataOf(app, query, { where: null, limit: null })).sales_order).toHaveLength(42);
    expect((await dataOf(app, query, { where: {}, order: { name: 'asc' }, limit: 1 })).sales_order[0].name).toBe(ORDER);
  });

  test.each([
    ['$v: String!', 'sales_order_by_pk(name: $v)', ORDER],
    ['$v: ID!', 'sales_order_by_pk(name: $v)', ORDER],
    ['$v: [String!]!', 'sales_order(where: {name: {_in: $v}})', [ORDER]],
    ['$v: [String!]', 'sales_order(where: {name: {_in: $v}})', ORDER],
    ['$v: String!', 'sales_order(where: {name: {_in: [$v]}})', ORDER],
    ['$v: String_comparison_exp!', 'sales_order(where: {name: $v})', { _eq: ORDER }],
    ['$v: [sales_order_bool_exp!]', 'sales_order(where: {_or: $v})', [{ name: { _eq: ORDER } }]],
    ['$v: sales_order_bool_exp!', 'sales_order(where: {_and: [$v, {}]})', { name: { _eq: ORDER } }],
    ['$v: sales_order_item_bool_exp', 'sales_order(limit: 1, where: {items: $v})', { qty: { _gt: 1 } }],
    ['$v: sales_order_order_by!', 'sales_order(limit: 1, order_by: [$v])', { name: 'asc' }],
    ['$v: order_by', 'sales_order(limit: 1, order_by: {name: $v})', 'asc'],
    ['$v: [sales_order_select_column!]', 'sales_order(limit: 1, distinct_on: $v)', ['status']],
    ['$v: sales_order_select_column!', 'sales_order(limit: 1, distinct_on: [$v])', 'status'],
    ['$v: Int', 'sales_order(limit: 1, where: {grand_total: {_gt: $v}})', 5],
    ['$v: Float', 'sales_order(limit: 1, where: {grand_total: {_gt: $v}})', 5.5],
    ['$v: numeric!', 'sales_order(limit: 1, where: {grand_total: {_gt: $v}})', '5.5'],
    ['$v: date', 'sales_order(limit: 1, where: {order_date: {_gt: $v}})', '2020-01-01'],
    ['$v: String', 'sales_order(limit: 1, where: {order_date: {_gt: $v}})', '2020-01-01'],
    ['$v: timestamptz', 'sales_order(limit: 1, where: {creation: {_gt: $v}})', '2020-01-01T00:00:00Z'],
    ['$v: Boolean', 'sales_order(limit: 1, where: {apply_discount: {_eq: $v}})', false],
  ])('%s in %s', async (declared, field, v) => {
    const data = await dataOf(app, `query q(${declared}) { found: ${field} { name } }`, { v });
    expect([data.found].flat()).toHaveLength(1);
  });

  test.each([
    ['$v: Int', 1.5],
    ['$v: Int', '1'],
    ['$v: Int', 2 ** 31],
    ['$v: Int!', null],
    ['$v: Int!', undefined],
    ['$v: Int', true],
    ['$v: Int', [1, 2]],
  ])('%s is not %j', async (declared, v) => {
    const error = await errorOf(app, `query q(${declared}) { sales_order(limit: $v) { name } }`, { v });
    expect(error.extensions.errors[0]?.field).toBe('$v');
  });

  test("what is given and not declared is nobody's", async () => {
    expect(await dataOf(app, '{ me { user } }', { more: 1 })).toEqual({ me: { user: 'Administrator' } });
  });
});

describe('values as REST has them', () => {
  const VALUES: readonly [field: string, given: unknown, read?: unknown][] = [
    ['whole', 9007199254740991],
    ['whole', '9007199254740993'],
    ['whole', '-9223372036854775808'],
    ['whole', '9223372036854775807'],
    ['whole', '12', 12],
    ['fraction', 0.1],
    ['fraction', 123456789.123456],
    ['fraction', 1e-7],
    ['fraction', 123456789012345],
    ['fraction', -0.000123456789012345],
    ['text', 'é☂𝄞 \u2028 "quoted" \\ \n\t <b>'],
    ['text', '\u{1F469}\u200D\u{1F680}'],
    ['extra', { a: [1, 'two', null, { deep: true }], é: 1.5, __proto: 1 }],
    ['extra', [1, 2]],
    ['extra', null],
    ['moment', '2026-03-29T01:30:00.123456Z'],
    ['moment', '2026-03-29T03:30:00.123456+02:00', '2026-03-29T01:30:00.123456Z'],
    ['clock', '10:20:30.000001'],
    ['day', '0001-01-01'],
    ['day', '9999-12-31'],
    ['flag', true],
    ['second_choice', 'second'],
    ['html', '<p>a &amp; b</p>'],
  ];

  test.each(VALUES)('%s %j', async (field, given, read = given) => {
    const key = field;
    const name = `v ${Math.random()}`;
    const insert = `mutation m($object: odd_value_insert_input!) { insert_odd_value_one(object: $object) { value: ${key} } }`;
    const written = await dataOf(app, insert, { object: { name, [key]: given } });
    expect(written.insert_odd_value_one).toEqual({ value: read });
    const { odd_value_by_pk: again } = await dataOf(
      app,
      `query q($name: String) { odd_value_by_pk(name: $name) { value: ${key} name } }`,
      { name },
    );
    expect(again).toEqual({ value: read, name });
    const rest = await app.json('GET', `/api/v1/Odd%20Value/${encodeURIComponent(name)}`);
    expect(rest.body[field]).toEqual(read);
  });

  test('in the text of the query', async () => {
    const { a, b } = await dataOf(
      app,
      `mutation { a: insert_odd_value_one(object: {name: "inline", whole: 9007199254740993, fraction: 1.25e3, text: """
          block "text"
            é
        """, extra: {a: [1, "two", null, true], b: {c: 1.5}}, flag: true, day: "2026-01-01", second_choice: "\\u00e9\\n"}) { whole fraction text extra flag day second_choice }
        b: update_odd_value_by_pk(pk_columns: {name: "inline"}, _set: {extra: [1], whole: -5, text: null}) { extra whole text } }`,
    );
    expect(a).toEqual({
      whole: '9007199254740993',
      fraction: 1250,
      text: 'block "text"\n  é',
      extra: { a: [1, 'two', null, true], b: { c: 1.5 } },
      flag: true,
      day: '2026-01-01',
      second_choice: 'é\n',
    });
    expect(b).toEqual({ extra: [1], whole: -5, text: null });
    const found = await dataOf(
      app,
      '{ odd_value(where: {second_choice: {_eq: "é\\n"}, whole: {_lt: -4}}, order_by: {second_choice: asc}) { name } }',
    );
    expect(found.odd_value).toEqual([{ name: 'inline' }]);
    const big = await dataOf(app, '{ odd_value(where: {whole: {_gte: 9223372036854775807}}) { whole } }');
    expect(big.odd_value).toEqual([{ whole: '9223372036854775807' }]);
  });

  test('variables within JSON', async () => {
    const query =
      'mutation m($a: Int, $b: json, $c: String) { insert_odd_value_one(object: {name: "json", extra: {a: $a, list: [$b, $c]}}) { extra } }';
    const data = await dataOf(app, query, { a: 1, b: { deep: [true] } });
    expect(data.insert_odd_value_one.extra).toEqual({ a: 1, list: [{ deep: [true] }, null] });
  });

  test('secrets are masked as over REST', async () => {
    const { insert_odd_value_one: made } = await dataOf(
      app,
      'mutation { insert_odd_value_one(object: {name: "secret", secret: "hush"}) { secret } }',
    );
    const rest = await app.json('GET', '/api/v1/Odd%20Value/secret');
    expect(made.secret).toBe(rest.body.secret);
    expect(made.secret).not.toContain('hush');
    const read = await dataOf(
      app,
      '{ odd_value_by_pk(name: "secret") { secret } odd_value(where: {name: {_eq: "secret"}}) { secret } none: odd_value_by_pk(name: "json") { secret } }',
    );
    expect(read.odd_value_by_pk.secret).toBe(rest.body.secret);
    expect(read.odd_value[0].secret).toBe(rest.body.secret);
    expect(read.none.secret).toBe((await app.json('GET', '/api/v1/Odd%20Value/json')).body.secret);
  });
});

describe('computed fields', () => {
  test('of one, of many, in nodes, in links and in lists of documents that point here', async () => {
    const data = await dataOf(
      app,
      `{ sales_order_by_pk(name: "${ORDER}") { items_count n: items_count items { qty } }
         sales_order(limit: 3) { items_count items { item } }
         sales_order_connection(first: 2) { edges { node { items_count } } }
         sales_order_aggregate(limit: 1) { nodes { items_count } }
         customer(where: {sales_order_by_customer: {}}, limit: 2) { sales_order_by_customer(limit: 2) { items_count items { qty } } } 
         opportunity(limit: 2, order_by: {amount: desc}) { weighted_amount amount probability } }`,
    );
    expect(data.sales_order_by_pk.items_count).toBe(data.sales_order_by_pk.items.length);
    expect(data.sales_order_by_pk.n).toBe(data.sales_order_by_pk.items.length);
    for (const order of [
      ...data.sales_order,
      ...data.customer.flatMap((each: { sales_order_by_customer: [] }) => each.sales_order_by_customer),
    ])
      expect(order.items_count).toBe(order.items.length);
    expect(data.sales_order_connection.edges[0].node.items_count).toBeGreaterThan(0);
    expect(data.sales_order_aggregate.nodes[0]).toEqual({ items_count: expect.any(Number) });
    for (const { weighted_amount, amount, probability } of data.opportunity)
      expect(weighted_amount).toBeCloseTo((amount * probability) / 100, 6);
  });
});
