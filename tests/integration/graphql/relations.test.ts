/** What documents lead to beyond plain Links: virtual DocTypes, Dynamic Links, Table MultiSelect, the built-in DocTypes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../server/documents/contract.ts';
import type { Document } from '../../../server/kernel/document.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { dataOf, errorOf, makeDocType, names } from './asking.ts';

let app: TestApp;

const RATES = new Map<string, Document>([
  ['EUR', { name: 'EUR', rate: 1, official: true, since: '1999-01-01' }],
  ['USD', { name: 'USD', rate: 1.1, official: false, since: null }],
  ['GBP', { name: 'GBP', rate: 0.85, official: true, since: '2001-05-05' }],
]);

const rates: App = {
  repositories: {
    Rate: {
      list: async () => [...RATES.values()],
      get: async (_ctx, _plan, name) => RATES.get(name),
      insert: async (_ctx, _plan, given) => {
        RATES.set(String(given.name), { official: false, since: null, ...given });
        return String(given.name);
      },
      update: async (_ctx, _plan, name, given) => {
        RATES.set(name, { ...RATES.get(name), ...given, name });
        return name;
      },
      remove: async (_ctx, _plan, name) => void RATES.delete(name),
    },
  },
};

beforeAll(async () => {
  app = await createTestApp({ apps: [rates] });
  await makeDocType(app, {
    name: 'Rate',
    is_virtual: 1,
    autoname: 'prompt',
    fields: [
      { fieldname: 'rate', fieldtype: 'Float' },
      { fieldname: 'official', fieldtype: 'Check' },
      { fieldname: 'since', fieldtype: 'Date' },
    ],
  });
  const label = { fieldname: 'label', fieldtype: 'Data' };
  await makeDocType(app, {
    name: 'Topic',
    autoname: 'prompt',
    fields: [label],
    links: [
      {
        link_doctype: 'Topic Of',
        link_fieldname: 'topic',
        is_child_table: 1,
        parent_doctype: 'Remark',
        table_fieldname: 'topics',
      },
    ],
  });
  await makeDocType(app, {
    name: 'Topic Of',
    istable: 1,
    fields: [{ fieldname: 'topic', fieldtype: 'Link', options: 'Topic' }],
  });
  await makeDocType(app, {
    name: 'Shop',
    autoname: 'prompt',
    show_name_in_global_search: 1,
    fields: [label],
    links: [{ link_doctype: 'Remark', link_fieldname: 'about', group: 'Remarks' }],
  });
  await makeDocType(app, {
    name: 'Remark',
    autoname: 'prompt',
    fields: [
      label,
      { fieldname: 'about_type', fieldtype: 'Link', options: 'DocType' },
      { fieldname: 'about', fieldtype: 'Dynamic Link', options: 'about_type' },
      { fieldname: 'rate', fieldtype: 'Link', options: 'Rate' },
      { fieldname: 'topics', fieldtype: 'Table MultiSelect', options: 'Topic Of' },
    ],
  });
  await makeDocType(app, {
    name: 'Purse',
    issingle: 1,
    fields: [{ fieldname: 'rate', fieldtype: 'Link', options: 'Rate' }, label],
  });
  const given: [string, object][] = [
    ['Topic', { name: 't1', label: 'One' }],
    ['Topic', { name: 't2', label: 'Two' }],
    ['Shop', { name: 's1', label: 'First' }],
    ['Shop', { name: 't1', label: 'Called like a topic' }],
    [
      'Remark',
      { name: 'r1', about_type: 'Shop', about: 's1', rate: 'USD', topics: [{ topic: 't1' }, { topic: 't2' }] },
    ],
    ['Remark', { name: 'r2', about_type: 'Topic', about: 't1', rate: 'EUR', topics: [{ topic: 't2' }] }],
    ['Remark', { name: 'r3', about_type: 'Shop', about: 't1' }],
    ['Remark', { name: 'r4' }],
    ['Remark', { name: 'r5', about_type: 'Rate', about: 'GBP' }],
    ['Remark', { name: 'r6', about_type: 'DocType', about: 'Shop' }],
  ];
  for (const [doctype, values] of given) {
    const reply = await app.json('POST', `/api/v1/${doctype}`, values);
    expect(reply.status, `${doctype} ${JSON.stringify(values)} ${reply.text}`).toBe(201);
  }
});
afterAll(() => app?.close());

describe('a virtual DocType', () => {
  test('lists with where, order, limit, offset; and one', async () => {
    const data = await dataOf(
      app,
      `{ all: rate(order_by: {rate: desc}) { name rate official since __typename doctype }
         some: rate(where: {official: {_eq: true}, _not: {name: {_eq: "EUR"}}}) { name }
         part: rate(order_by: {name: asc}, limit: 1, offset: 1) { name }
         none: rate(where: {since: {_is_null: true}}) { name }
         rate_by_pk(name: "GBP") { rate } missing: rate_by_pk(name: "nothing") { rate } }`,
    );
    expect(names(data.all)).toEqual(['USD', 'EUR', 'GBP']);
    expect(data.all[1]).toEqual({
      name: 'EUR',
      rate: 1,
      official: true,
      since: '1999-01-01',
      __typename: 'rate',
      doctype: 'Rate',
    });
    expect(data).toMatchObject({
      some: [{ name: 'GBP' }],
      part: [{ name: 'GBP' }],
      none: [{ name: 'USD' }],
      rate_by_pk: { rate: 0.85 },
      missing: null,
    });
  });

  test('is written', async () => {
    const data = await dataOf(
      app,
      `mutation { insert_rate_one(object: {name: "CHF", rate: 0.95}) { name rate }
        update_rate_by_pk(pk_columns: {name: "CHF"}, _set: {official: true}) { name official rate } }`,
    );
    expect(data).toEqual({
      insert_rate_one: { name: 'CHF', rate: 0.95 },
      update_rate_by_pk: { name: 'CHF', official: true, rate: 0.95 },
    });
    expect(await dataOf(app, 'mutation { delete_rate_by_pk(name: "CHF") { name rate } }')).toEqual({
      delete_rate_by_pk: { name: 'CHF', rate: 0.95 },
    });
    expect((await dataOf(app, '{ rate { name } }')).rate).toHaveLength(3);
  });

  test('Links lead to it, from a table and from a Single', async () => {
    const { remark } = await dataOf(
      app,
      '{ remark(order_by: {name: asc}, limit: 3) { rate rate_doc { name rate __typename } } }',
    );
    expect(remark).toEqual([
      { rate: 'USD', rate_doc: { name: 'USD', rate: 1.1, __typename: 'rate' } },
      { rate: 'EUR', rate_doc: { name: 'EUR', rate: 1, __typename: 'rate' } },
      { rate: null, rate_doc: null },
    ]);
    const { update_purse_by_pk: purse } = await dataOf(
      app,
      'mutation { update_purse_by_pk(pk_columns: {name: "Purse"}, _set: {rate: "GBP"}) { rate_doc { rate } label } }',
    );
    expect(purse).toEqual({ rate_doc: { rate: 0.85 }, label: null });
  });
});

describe('a Dynamic Link', () => {
  test('leads to whatever it names', async () => {
    const { remark } = await dataOf(
      app,
      `{ remark(order_by: {name: asc}) { about_doc { __typename name doctype ... on shop { label remark_by_about { name } } ... on topic { title: label } ... on doctype { module } } about_type_doc { name module } } }`,
    );
    expect(remark.map(({ about_doc }: { about_doc: unknown }) => about_doc)).toEqual([
      { __typename: 'shop', name: 's1', doctype: 'Shop', label: 'First', remark_by_about: [{ name: 'r1' }] },
      { __typename: 'topic', name: 't1', doctype: 'Topic', title: 'One' },
      {
        __typename: 'shop',
        name: 't1',
        doctype: 'Shop',
        label: 'Called like a topic',
        remark_by_about: [{ name: 'r3' }],
      },
      null,
      expect.anything(),
      { __typename: 'doctype', name: 'Shop', doctype: 'DocType', module: 'Test' },
    ]);
    expect(remark[0].about_type_doc).toEqual({ name: 'Shop', module: 'Test' });
  });

  test('is found from there where the links of the DocType say so, and of its own DocType alone', async () => {
    const { shop } = await dataOf(
      app,
      '{ shop(order_by: {name: asc}) { name remark_by_about(where: {name: {_neq: "r9"}}, order_by: {name: desc}, limit: 5) { name about_type } } }',
    );
    expect(shop).toEqual([
      { name: 's1', remark_by_about: [{ name: 'r1', about_type: 'Shop' }] },
      { name: 't1', remark_by_about: [{ name: 'r3', about_type: 'Shop' }] },
    ]);
    const found = await dataOf(
      app,
      '{ shop(where: {remark_by_about: {rate: {_eq: "USD"}}}) { name } none: shop(where: {remark_by_about: {name: {_eq: "r2"}}}) { name } }',
    );
    expect(found).toEqual({ shop: [{ name: 's1' }], none: [] });
    expect((await errorOf(app, '{ topic { remark_by_about { name } } }')).message).toContain('Cannot query field');
  });
});

describe('a Link in rows that the links of the DocType name', () => {
  const query = `{ topic(order_by: {name: asc}, limit: 9) { name remark_by_topics_topic(order_by: {name: asc}, limit: 5, where: {name: {_neq: "r9"}}) {
    name topics(order_by: {topic: asc}) { topic } } } }`;

  test('gives the documents that have such rows, each once', async () => {
    const { topic } = await dataOf(app, query);
    const [t1, t2] = topic;
    expect(t1).toEqual({
      name: 't1',
      remark_by_topics_topic: [{ name: 'r1', topics: [{ topic: 't1' }, { topic: 't2' }] }],
    });
    expect(names(t2.remark_by_topics_topic)).toEqual(['r1', 'r2']);
  });

  test('may be a condition, and is in the introspection', async () => {
    const { topic, none, __type } = await dataOf(
      app,
      `{ topic(where: {remark_by_topics_topic: {name: {_eq: "r2"}}}) { name }
         none: topic(where: {remark_by_topics_topic: {name: {_eq: "r3"}}}) { name }
         __type(name: "topic") { fields { name } } }`,
    );
    expect([topic, none]).toEqual([[{ name: 't2' }], []]);
    expect(names(__type.fields)).toContain('remark_by_topics_topic');
  });

  test('gives nobody more than they may read: neither documents, nor a table of them', async () => {
    const person = await app.user({ name: 'topics@x.org', roles: ['Reader of topics'] });
    const reads = { role: 'Reader of topics', read: 1 };
    const topic = await app.json('POST', '/api/v1/Custom%20DocPerm', { ref_doctype: 'Topic', ...reads });
    expect(topic.status, topic.text).toBe(201);
    expect((await errorOf(person, query)).message).toContain('Cannot query field');
    const remark = await app.json('POST', '/api/v1/Custom%20DocPerm', { ref_doctype: 'Remark', ...reads, if_owner: 1 });
    expect(remark.status, remark.text).toBe(201);
    const { topic: seen } = await dataOf(person, query);
    expect(seen.map((each: { remark_by_topics_topic: unknown[] }) => each.remark_by_topics_topic)).toEqual([[], []]);
  });
});

describe('a Table MultiSelect', () => {
  test('is rows that link', async () => {
    const { remark } = await dataOf(
      app,
      '{ remark(where: {topics: {topic_doc: {label: {_eq: "Two"}}}}, order_by: {name: asc}) { name topics(order_by: {topic: desc}) { topic topic_doc { label } } } }',
    );
    expect(remark).toEqual([
      {
        name: 'r1',
        topics: [
          { topic: 't2', topic_doc: { label: 'Two' } },
          { topic: 't1', topic_doc: { label: 'One' } },
        ],
      },
      { name: 'r2', topics: [{ topic: 't2', topic_doc: { label: 'Two' } }] },
    ]);
    const { update_remark_by_pk: changed } = await dataOf(
      app,
      'mutation { update_remark_by_pk(pk_columns: {name: "r3"}, _set: {topics: [{topic: "t1"}]}) { topics { topic_doc { label } } } }',
    );
    expect(changed).toEqual({ topics: [{ topic_doc: { label: 'One' } }] });
  });
});

describe('the built-in DocTypes', () => {
  test('users, roles and DocTypes', async () => {
    const data = await dataOf(
      app,
      `{ user_by_pk(name: "Administrator") { name full_name enabled roles { role role_doc { name } } }
         role(where: {name: {_eq: "System Manager"}}) { name }
         doctype(where: {name: {_in: ["Shop", "Remark"]}}, order_by: {name: asc}) { name module issingle fields(limit: 1) { fieldname fieldtype } permissions { role read } }
         doctype_by_pk(name: "Purse") { issingle fields { fieldname } }
         doctype_meta(name: "Shop")
         nothing: doctype_meta(name: "Nothing") }`,
    );
    expect(data.user_by_pk).toMatchObject({ name: 'Administrator', enabled: true });
    expect(data.role).toEqual([{ name: 'System Manager' }]);
    expect(names(data.doctype)).toEqual(['Remark', 'Shop']);
    expect(data.doctype[1].fields).toEqual([{ fieldname: 'label', fieldtype: 'Data' }]);
    expect(data.doctype_by_pk.fields).toEqual([{ fieldname: 'rate' }, { fieldname: 'label' }]);
    expect(data.doctype_meta).toEqual((await app.json('GET', '/api/meta/Shop')).body);
    expect(data.nothing).toBeNull();
  });
});

describe('search', () => {
  test('finds words in all DocTypes, or in some', async () => {
    const data = await dataOf(
      app,
      `{ all: search(text: "s1") { doctype name title } some: search(text: "t1", doctypes: ["Topic"], limit: 3) { doctype name modified }
         none: search(text: "   ") { name } zero: search(text: "t1", limit: 0) { name } }`,
    );
    expect(data.all).toEqual(expect.arrayContaining([expect.objectContaining({ doctype: 'Shop', name: 's1' })]));
    expect(data.some).toEqual([{ doctype: 'Topic', name: 't1', modified: expect.any(String) }]);
    expect(data.none).toEqual([]);
    expect(data.zero).toEqual([]);
    expect((await errorOf(app, '{ search(text: "a", limit: 101) { name } }')).extensions.code).toBe('bad_request');
  });
});
