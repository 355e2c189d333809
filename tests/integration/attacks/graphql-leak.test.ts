/**
 * ORCL, LEAK, GQLX-09, GQLX-11 and AUTZ over GraphQL: what is hidden is not there, byte for byte, at every place of a
 * query; no caller gets another's answer; pages of other sites change nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type Reply } from '../../support/app.ts';
import { at, must, openRightsWorld, type Person, type RightsWorld, type Who } from './rights-world.ts';

let world: RightsWorld;
beforeAll(async () => {
  world = await openRightsWorld();
});
afterAll(async () => {
  expect(world.failures).toEqual([]);
  await world.app.close();
});

const LIMITED: readonly Who[] = ['alice', 'bob', 'pat', 'svc', 'guest', 'mgr'];
const gql = (who: Person, query: string, variables?: object): Promise<Reply> =>
  who.ask('POST /graphql', { query, variables });

/** Without the number of the request, and with one word for the name. */
function told(reply: Reply, name = ''): string {
  const plain = reply.text.replace(/"request_id":"[^"]*"/g, '');
  return `${reply.status} ${name === '' ? plain : plain.replaceAll(name, '·')}`;
}

/** Every place where a name can stand; `·` is the name of a DocType, `¤` of a field of Invoice or Customer. */
const TYPE_PLACES: readonly string[] = [
  '{ · { name } }',
  '{ ·_by_pk(name: "x") { name } }',
  '{ ·_aggregate { aggregate { count } } }',
  '{ ·_groups(by: [name]) { key { name } } }',
  '{ ·_connection(first: 1) { totalCount } }',
  '{ customer { ·_by_customer { name } } }',
  '{ customer { ·_by_company { name } } }',
  '{ customer(where: {·_by_person: {name: {_eq: "x"}}}) { name } }',
  '{ company { ... on · { name } } }',
  '{ __typename ... on · { name } }',
  '{ ...f } fragment f on · { name }',
  'query($v: ·_bool_exp) { __typename @include(if: $v) }',
  'query($v: ·_insert_input) { __typename }',
  'query($v: [·_select_column!]) { __typename }',
  'query($v: ·) { __typename }',
  'mutation { insert_·_one(object: {}) { name } }',
  'mutation { insert_·(objects: []) { affected_rows } }',
  'mutation { update_·_by_pk(pk_columns: {name: "x"}, _set: {}) { name } }',
  'mutation { update_·(where: {}, _set: {}) { affected_rows } }',
  'mutation { delete_·(where: {}) { affected_rows } }',
  'mutation { delete_·_by_pk(name: "x") { name } }',
  'mutation { submit_·(name: "x") { name } }',
  'mutation { rename_·(name: "x", new_name: "y") { name } }',
  'mutation { call_·(method: "x") }',
  '{ __type(name: "·") { name } }',
  '{ __type(name: "·_bool_exp") { name } }',
  '{ __type(name: "·_select_column") { enumValues { name } } }',
];

const FIELD_PLACES: readonly string[] = [
  '{ invoice { ¤ } }',
  '{ invoice { ¤ { name } } }',
  '{ invoice { ¤_doc { name } } }',
  '{ invoice_by_pk(name: "x") { ¤ } }',
  '{ invoice(where: {¤: {_eq: 1}}) { name } }',
  '{ invoice(where: {¤: {_is_null: true}}) { name } }',
  '{ invoice(where: {_not: {_or: [{¤: {_gt: 1}}]}}) { name } }',
  '{ invoice(where: {¤_doc: {name: {_eq: "x"}}}) { name } }',
  '{ invoice(where: {items: {¤: {_gt: 1}}}) { name } }',
  '{ invoice(order_by: {¤: asc}) { name } }',
  '{ invoice(order_by: {customer_doc: {¤: asc}}) { name } }',
  '{ invoice(distinct_on: [¤]) { name } }',
  '{ invoice_aggregate { aggregate { sum { ¤ } } } }',
  '{ invoice_aggregate { aggregate { min { ¤ } max { ¤ } avg { ¤ } } } }',
  '{ invoice_aggregate { aggregate { count(columns: [¤]) } } }',
  '{ invoice_aggregate { nodes { ¤ } } }',
  '{ invoice_groups(by: [¤]) { aggregate { count } } }',
  '{ invoice_groups(by: [name]) { key { ¤ } } }',
  '{ invoice_groups(by: [name], order_by_aggregate: {sum: {¤: asc}}) { aggregate { count } } }',
  '{ invoice_connection(first: 1, order_by: {¤: asc}) { totalCount } }',
  '{ invoice_connection(first: 1, where: {¤: {_eq: 1}}) { totalCount } }',
  '{ customer { ¤ invoice_by_customer { ¤ } } }',
  '{ customer { invoice_by_customer(where: {¤: {_eq: 1}}) { name } } }',
  '{ customer { invoice_by_¤ { name } } }',
  '{ customer(where: {invoice_by_¤: {name: {_eq: "x"}}}) { name } }',
  '{ invoice { items { ¤ } } }',
  '{ invoice { items(where: {¤: {_eq: 1}}) { name } } }',
  '{ invoice { items(order_by: {¤: asc}) { name } } }',
  '{ invoice { ...f } } fragment f on invoice { ¤ }',
  'mutation { insert_invoice_one(object: {¤: 1}) { name } }',
  'mutation { insert_invoice_one(object: {items: [{¤: 1}]}) { name } }',
  'mutation { insert_invoice_one(object: {}) { ¤ } }',
  'mutation { update_invoice_by_pk(pk_columns: {name: "x"}, _set: {¤: 1}) { name } }',
  'mutation { update_invoice_by_pk(pk_columns: {name: "x"}, _inc: {¤: 1}) { name } }',
  'mutation { update_invoice(where: {¤: {_eq: 1}}, _set: {}) { affected_rows } }',
  'mutation { delete_invoice(where: {¤: {_eq: 1}}) { affected_rows } }',
];

/** By values of variables, which are judged elsewhere. */
const FIELD_VARIABLES: readonly [query: string, make: (name: string) => unknown][] = [
  ['query($v: invoice_bool_exp) { invoice(where: $v) { name } }', (name) => ({ [name]: { _eq: 1 } })],
  ['query($v: invoice_bool_exp) { invoice(where: $v) { name } }', (name) => ({ items: { [name]: { _eq: 1 } } })],
  ['query($v: [invoice_order_by!]) { invoice(order_by: $v) { name } }', (name) => [{ [name]: 'asc' }]],
  ['query($v: [invoice_select_column!]) { invoice(distinct_on: $v) { name } }', (name) => [name]],
  ['query($v: [invoice_select_column!]!) { invoice_groups(by: $v) { key { name } } }', (name) => [name]],
  ['query($v: [invoice_select_column!]) { invoice_aggregate { aggregate { count(columns: $v) } } }', (name) => [name]],
  ['mutation($v: invoice_insert_input!) { insert_invoice_one(object: $v) { name } }', (name) => ({ [name]: 1 })],
  [
    'mutation($v: invoice_set_input) { update_invoice(where: {}, _set: $v) { affected_rows } }',
    (name) => ({ [name]: 1 }),
  ],
];

/** As long as the hidden one, so that places in the text are the same. */
const missing = (name: string): string => `q${'x'.repeat(name.length - 2)}q`;

describe('ORCL-12 what is hidden answers like what is not there', () => {
  test.each(LIMITED)('DocTypes, for %s', async (who) => {
    const hidden = ['salary', 'secret', 'secret_row', 'inner_item'].filter(
      (name) => !(who === 'mgr' && name === 'secret'),
    );
    for (const name of hidden) {
      for (const place of TYPE_PLACES) {
        const [a, b] = [name, missing(name)];
        const replies = [
          await gql(world[who], place.replaceAll('·', a)),
          await gql(world[who], place.replaceAll('·', b)),
        ];
        expect(told(replies[0] as Reply, a), place).toBe(told(replies[1] as Reply, b));
      }
    }
    const metas = ['Salary', 'Secret', 'Nothing'].map((name) => gql(world[who], `{ doctype_meta(name: "${name}") }`));
    const texts = (await Promise.all(metas)).map((reply) => told(reply));
    expect(new Set(texts).size).toBe(1);
    for (const name of ['Salary', 'Nothing!'])
      expect((await gql(world[who], `{ search(text: "CANARY", doctypes: ["${name}"]) { name } }`)).body.data).toEqual({
        search: [],
      });
  });

  test.each(['alice', 'bob', 'svc', 'guest', 'pat'] as const)('fields, for %s', async (who) => {
    for (const name of ['margin', 'inner_note', 'inner_items', 'inner_customer', 'cost', 'credit_limit']) {
      const [a, b] = [name, missing(name)];
      for (const place of FIELD_PLACES) {
        const replies = [
          await gql(world[who], place.replaceAll('¤', a)),
          await gql(world[who], place.replaceAll('¤', b)),
        ];
        expect(told(replies[0] as Reply, a), place).toBe(told(replies[1] as Reply, b));
        expect((replies[0] as Reply).body.errors, place).toBeDefined();
      }
      for (const [query, make] of FIELD_VARIABLES) {
        const replies = [await gql(world[who], query, { v: make(a) }), await gql(world[who], query, { v: make(b) })];
        expect(told(replies[0] as Reply, a), query).toBe(told(replies[1] as Reply, b));
      }
    }
  });

  test('documents, for every way to name one', async () => {
    const ways = [
      '{ invoice_by_pk(name: "·") { name remark } }',
      '{ invoice(where: {name: {_eq: "·"}}) { name } }',
      'mutation { update_invoice_by_pk(pk_columns: {name: "·"}, _set: {remark: "x"}) { name } }',
      'mutation { update_invoice(where: {name: {_eq: "·"}}, _set: {remark: "x"}) { affected_rows returning { name } } }',
      'mutation { delete_invoice(where: {name: {_eq: "·"}}) { affected_rows returning { name } } }',
      'mutation { delete_invoice_by_pk(name: "·") { name remark } }',
      'mutation { submit_invoice(name: "·") { name } }',
      'mutation { cancel_invoice(name: "·") { name } }',
      'mutation { amend_invoice(name: "·") { name } }',
      'mutation { insert_invoice_one(object: {customer: "·"}) { name } }',
    ];
    for (const way of ways) {
      const [a, b] = ['INV-00003', 'INV-99999'];
      const replies = [await gql(world.alice, way.replaceAll('·', a)), await gql(world.alice, way.replaceAll('·', b))];
      expect(told(replies[0] as Reply, a), way).toBe(told(replies[1] as Reply, b));
    }
    const id = (await must(world.app, 'GET', at('Invoice', 'INV-00003'))).id as string;
    const other = `${id.slice(0, -4)}0000`;
    for (const way of ['{ invoice_by_pk(id: "·") { name } }', 'mutation { delete_invoice_by_pk(id: "·") { name } }'])
      expect(told(await gql(world.alice, way.replace('·', id)), id)).toBe(
        told(await gql(world.alice, way.replace('·', other)), other),
      );
  });

  test('no error makes a suggestion of what is hidden', async () => {
    for (const query of [
      '{ invoice { margins } }',
      '{ salarys { name } }',
      '{ invoice(where: {margn: {_eq: 1}}) { name } }',
      '{ invoice(order_by: {inner_not: asc}) { name } }',
    ])
      expect((await gql(world.alice, query)).text).not.toMatch(/mean|margin"|salary"|inner_note/);
  });
});

describe('LEAK-16 introspection names only what may be read', () => {
  const WHOLE =
    '{ __schema { types { name description fields { name description args { name description } } inputFields { name description } enumValues { name description } possibleTypes { name } } } }';

  test.each(LIMITED)('for %s', async (who) => {
    const { text } = await gql(world[who], WHOLE);
    const reads = { hr: true } as Partial<Record<Who, boolean>>;
    expect(reads[who]).toBeUndefined();
    expect(text).not.toMatch(
      /"(?:salary|secret)(?:_|")|"margin"|"cost"|"credit_limit"|"inner_(?:note|items|customer|item)/,
    );
    expect(text).not.toMatch(/_by_inner|salary_by|Inner Item/);
  });

  test('hr and Administrator find them', async () => {
    expect((await gql(world.hr, WHOLE)).text).toMatch(/"margin"/);
    expect((await gql(world.admin, WHOLE)).text).toMatch(/"secret_row"/);
  });
});

/** Everything that introspection shows, asked for: each document with its rows, targets and what points there. */
async function dump(who: Person): Promise<Reply[]> {
  const ask =
    '{ __type(name: "query_root") { fields { name args { name } type { ofType { ofType { ofType { name } } } } } } }';
  const { body } = await gql(who, ask);
  const roots = (
    body.data.__type.fields as { name: string; type: { ofType?: { ofType?: { ofType?: { name: string } } } } }[]
  )
    .map(({ name, type }) => ({ name, type: type.ofType?.ofType?.ofType?.name }))
    .filter(({ name, type }) => type === name);
  const replies: Reply[] = [];
  for (const { name } of roots) {
    const selection = await selectionOf(who, name, 2);
    replies.push(await gql(who, `{ ${name}(limit: 20) ${selection} }`));
  }
  return replies;
}

interface Told {
  name: string;
  args: { name: string }[];
  type: { kind: string; name: string | null; ofType?: Told['type'] };
}

async function selectionOf(who: Person, type: string, depth: number): Promise<string> {
  const level = '{ kind name ofType { kind name ofType { kind name ofType { kind name } } } }';
  const { body } = await gql(who, `{ __type(name: "${type}") { fields { name args { name } type ${level} } } }`);
  const parts: string[] = [];
  for (const field of body.data.__type.fields as Told[]) {
    let inner = field.type;
    while (inner.ofType) inner = inner.ofType;
    if (inner.kind === 'SCALAR') parts.push(field.name);
    else if (depth > 0 && inner.kind === 'OBJECT' && parts.length < 60)
      parts.push(
        `${field.name}${field.args.length > 0 ? '(limit: 5)' : ''} ${await selectionOf(who, inner.name as string, depth - 1)}`,
      );
    else if (inner.kind === 'INTERFACE') parts.push(`${field.name} { __typename name owner }`);
  }
  return `{ ${parts.join(' ')} }`;
}

describe('LEAK-02, -03, -05 everything that can be asked is asked', () => {
  test.each(['alice', 'bob', 'pat', 'svc', 'guest'] as const)(
    'and holds nothing that %s may not see',
    async (who) => {
      for (const reply of await dump(world[who])) {
        const isSized = reply.text.includes('more than 1000 fields') || reply.text.includes('may bring');
        expect(reply.body.data !== undefined || isSized, reply.text.slice(0, 500)).toBe(true);
      }
    },
    60_000,
  );

  test('LEAK-01 a target that may not be read is null, and nothing of it tells', async () => {
    const { body } = await gql(
      world.alice,
      '{ invoice(order_by: {name: asc}) { name customer customer_doc { full_name tax_id } ref_name_doc { name owner } items { made_for made_for_doc { full_name } } } }',
    );
    const far = body.data.invoice.filter(({ customer }: { customer: string }) => customer === 'cust-b');
    for (const each of far)
      expect([each.customer_doc, each.ref_name_doc, each.items[0].made_for_doc]).toEqual([null, null, null]);
    const sorted = await gql(
      world.alice,
      '{ invoice(order_by: [{customer_doc: {full_name: desc_nulls_last}}, {name: asc}]) { name } }',
    );
    const there = await gql(
      world.alice,
      '{ invoice(where: {customer_doc: {full_name: {_like: "CANARY-of-b%"}}}) { name } }',
    );
    expect(sorted.body.errors).toBeUndefined();
    expect(there.body.data.invoice).toEqual([]);
  });
});

describe('GQLX-09 callers share no answer', () => {
  const TEXTS = [
    '{ invoice(order_by: {name: asc}) { name remark customer_doc { full_name } items { item } } }',
    '{ invoice(order_by: {name: asc}) { name margin } }',
    '{ invoice_aggregate { aggregate { count sum { amount } } nodes { name } } }',
    '{ customer(limit: 50) { name invoice_by_customer { name } } me { user } }',
    '{ note { name text } }',
    '{ salary { name } }',
    '{ search(text: "CANARY") { doctype name title } }',
    '{ __type(name: "invoice") { fields { name } } }',
  ];
  const PEOPLE: readonly Who[] = ['admin', 'hr', 'alice', 'bob', 'pat', 'svc', 'guest', 'mgr'];

  test('the same text at once by people of different rights', async () => {
    const ask = async (who: Who, text: string): Promise<string> => told(await gql(world[who], text));
    const alone = new Map<string, string>();
    for (const who of PEOPLE) for (const text of TEXTS) alone.set(`${who} ${text}`, await ask(who, text));
    for (let round = 0; round < 4; round++) {
      const pairs = TEXTS.flatMap((text) => PEOPLE.map((who) => ({ who, text }))).sort(() => Math.random() - 0.5);
      const answers = await Promise.all(pairs.map(({ who, text }) => ask(who, text)));
      for (const [index, { who, text }] of pairs.entries())
        expect(answers[index], `${who}: ${text}`).toBe(alone.get(`${who} ${text}`));
    }
  });

  test('what is hidden may change as it likes', async () => {
    const ask = async (): Promise<string[]> =>
      Promise.all(TEXTS.map(async (text) => told(await gql(world.alice, text))));
    const before = await ask();
    await must(world.app, 'POST', at('Salary'), { name: 'pay-2', text: 'x', pay: 1 });
    await must(world.app, 'POST', at('Note'), { name: 'of-admin', text: 'CANARY' });
    await must(world.app, 'POST', at('Customer'), { name: 'cust-b3', company: 'B', full_name: 'CANARY of b' });
    await must(world.app, 'POST', at('Invoice'), { company: 'B', customer: 'cust-b3', margin: 1, amount: 7 });
    await must(world.app, 'PATCH', at('Invoice', 'INV-00001'), { margin: 12, inner_note: 'CANARY inner' });
    expect((await ask()).map(undated)).toEqual(before.map(undated));
    const { fields } = await must(world.app, 'GET', at('DocType', 'Invoice'));
    const more = { fieldname: 'inner_more', fieldtype: 'Link', options: 'Customer', permlevel: 1 };
    await must(world.app, 'PATCH', at('DocType', 'Invoice'), { fields: [...fields, more] });
    expect((await ask()).map(undated)).toEqual(before.map(undated));
    const [a, b] = ['inner_more', missing('inner_more')];
    expect(told(await gql(world.alice, `{ customer { invoice_by_${a} { name } } }`), a)).toBe(
      told(await gql(world.alice, `{ customer { invoice_by_${b} { name } } }`), b),
    );
    expect((await gql(world.hr, `{ customer(limit: 9) { invoice_by_${a} { name } } }`)).body.errors).toBeUndefined();
  });

  /** Search has the newest first, which a change of what is hidden moves. */
  function undated(text: string): string {
    return text.includes('"search"') ? [...text].sort().join('') : text;
  }
});

describe('credentials, pages of other sites, guests', () => {
  test('a key that reads does nothing else', async () => {
    for (const query of [
      'mutation { insert_customer_one(object: {name: "x"}) { name } }',
      'mutation { update_invoice(where: {}, _set: {remark: "x"}) { affected_rows } }',
      'mutation { delete_invoice_by_pk(name: "INV-00001") { name } }',
      'mutation { call_invoice(method: "x") }',
    ]) {
      const { body } = await gql(world.svc, query);
      expect(body.errors[0].extensions.status, query).toBe(403);
      expect(body.data ?? null).toBeNull();
    }
    expect((await gql(world.svc, '{ invoice { name } }')).body.data.invoice.length).toBeGreaterThan(0);
  });

  test('GQLX-11 a page of another site, a form, a GET change nothing', async () => {
    const { client } = world.bob;
    const text = 'mutation { insert_note_one(object: {name: "by another site"}) { name } }';
    const cookie = { cookie: `sid=${client.token}` };
    const evil = { ...cookie, origin: 'https://evil.example' };
    const send = (headers: Record<string, string>, body: string) =>
      fetch(`${world.app.url}/graphql`, { method: 'POST', body, headers });
    const json = JSON.stringify({ query: text });
    expect((await send({ ...evil, 'content-type': 'application/json' }, json)).status).toBe(403);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      for (const headers of [evil, cookie, {}])
        expect([403, 415], type).toContain((await send({ ...headers, 'content-type': type }, json)).status);
    const own = { origin: world.app.url, ...cookie };
    for (const type of ['text/plain', 'application/x-www-form-urlencoded'])
      expect((await send({ ...own, 'content-type': type }, json)).status).toBe(415);
    for (const query of [text, `query A { me { user } } ${text.replace('mutation', 'mutation B')}`]) {
      const url = `${world.app.url}/graphql?operationName=B&query=${encodeURIComponent(query)}`;
      expect((await fetch(url.replace(query === text ? 'operationName=B&' : '', ''), { headers: cookie })).status).toBe(
        405,
      );
    }
    expect(
      (await gql(world.admin, '{ note_by_pk(name: "by another site") { name } }')).body.data.note_by_pk,
    ).toBeNull();
  });

  test('PROT-02 maps of multipart requests lead nowhere', async () => {
    const form = new FormData();
    form.set('operations', JSON.stringify({ query: '{ me { user } }', variables: {} }));
    form.set('map', JSON.stringify({ 0: ['variables.__proto__.polluted', 'variables.hasOwnProperty.call'] }));
    form.set('0', new Blob(['x']), 'x.txt');
    const reply = await fetch(`${world.app.url}/graphql`, { method: 'POST', body: form });
    expect(reply.status).toBe(415);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('in production guests are told nothing of the schema, and there is no page', async () => {
    const app = await createTestApp({ isProduction: true });
    try {
      const guest = (query: string) => app.anonymous.json('POST', '/graphql', { query });
      for (const query of [
        '{ __schema { types { name } } }',
        '{ __type(name: "user") { name } }',
        '{ ...f } fragment f on query_root { __schema { queryType { name } } }',
      ]) {
        const { body } = await guest(query);
        expect([body.data, body.errors[0].message]).toEqual([
          undefined,
          expect.stringContaining('introspection has been disabled'),
        ]);
      }
      expect((await guest('{ __typename }')).body).toEqual({ data: { __typename: 'query_root' } });
      expect(
        (await app.json('POST', '/graphql', { query: '{ __schema { queryType { name } } }' })).body.errors,
      ).toBeUndefined();
      const page = await fetch(`${app.url}/graphql`, { headers: { accept: 'text/html' } });
      expect(await page.text()).not.toMatch(/<html|graphiql/i);
    } finally {
      await app.close();
    }
  });
});
