/**
 * GQLX: what a GraphQL request may be at most. Each limit says what it is; what is hostile is refused quickly, as
 * one clear error, while others are served and nothing stays behind.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client, Reply } from '../../support/app.ts';
import { INSIDE, primordials } from '../attacks/oracles.ts';
import { must, openWorld, type World } from '../attacks/world.ts';

let world: World;
let before: string;
beforeAll(async () => {
  world = await openWorld();
  before = primordials();
});
afterAll(() => world?.close());

/** Nobody else waits longer, in time of this thread: what the machine does beside is not the request's. */
const MOST_WAIT_MS = 250;

interface Ask {
  query?: unknown;
  variables?: unknown;
  operationName?: unknown;
  extensions?: unknown;
}

/** The answer, if a request beside it was answered soon all the time. */
async function gently(ask: Ask | readonly unknown[], path = '/graphql', client: Client = world): Promise<Reply> {
  let wait = Number.POSITIVE_INFINITY;
  let reply: Reply | undefined;
  for (let attempt = 0; attempt < 4 && wait > MOST_WAIT_MS; attempt++) {
    const text = JSON.stringify(ask);
    let isDone = false;
    const asked = client.json('POST', path, text).finally(() => {
      isDone = true;
    });
    wait = 0;
    while (!isDone) {
      const begun = process.threadCpuUsage();
      await world.anonymous.json('GET', '/health');
      const { user, system } = process.threadCpuUsage(begun);
      wait = Math.max(wait, (user + system) / 1000);
    }
    reply = await asked;
  }
  expect(wait, `${JSON.stringify(ask).slice(0, 200)}: others waited`).toBeLessThan(MOST_WAIT_MS);
  return reply as Reply;
}

/** One refusal, of the request's own making, that tells nothing of the inside. */
async function refused(ask: Ask | readonly unknown[], message: RegExp): Promise<Reply> {
  const reply = await gently(ask);
  const asked = JSON.stringify(ask);
  expect(reply.status, asked.slice(0, 200)).toBeLessThan(500);
  const errors = reply.body.errors as { message: string; extensions: { status: number; request_id: string } }[];
  expect(reply.body.data ?? null, reply.text.slice(0, 300)).toBeNull();
  expect(errors?.[0]?.message, reply.text.slice(0, 300)).toMatch(message);
  expect(errors.length).toBeLessThanOrEqual(10);
  for (const { extensions } of errors) {
    expect(extensions.status, reply.text.slice(0, 300)).toBe(400);
    expect(extensions.request_id).toBe(reply.headers.get('x-request-id'));
  }
  const told = [...reply.text.matchAll(INSIDE)].map(([match]) => match).filter((match) => !asked.includes(match));
  expect(told).toEqual([]);
  return reply;
}

async function answered(ask: Ask): Promise<Record<string, unknown>> {
  const reply = await gently(ask);
  expect(reply.body.errors, reply.text.slice(0, 300)).toBeUndefined();
  return reply.body.data;
}

const times = (count: number, make: (index: number) => string, between = ' '): string =>
  Array.from({ length: count }, (_, index) => make(index)).join(between);

/** `{ note { about_doc { about_doc { … name } } } }` of so many levels. */
const levels = (count: number): string =>
  `{ note(limit: 1) ${'{ about_doc '.repeat(count - 2)}{ name }${' }'.repeat(count - 1)}`;

describe('each limit, and what is just within', () => {
  test('depth: 12', async () => {
    await answered({ query: levels(12) });
    await refused({ query: levels(13) }, /^The query is 13 levels deep; at most 12 are answered\./);
    const inFragment = '{ note(limit: 1) { ...a } } fragment a on note { about_doc { ...b } } fragment b on note ';
    await refused({ query: `${inFragment}${'{ about_doc '.repeat(11)}{ name }${' }'.repeat(11)}` }, /levels deep/);
  });

  test('fields: 1,000 after fragments', async () => {
    await answered({ query: `{ note(limit: 1) { ${times(999, (index) => `a${index}: name`)} } }` });
    await refused(
      { query: `{ note(limit: 1) { ${times(1000, (index) => `a${index}: name`)} } }` },
      /more than 1000 fields/,
    );
    const fragments = times(20, (index) => `fragment f${index} on note { ...f${index + 1} ...f${index + 1} }`);
    await refused({ query: `{ note { ...f0 } } ${fragments} fragment f20 on note { name }` }, /more than 1000 fields/);
  });

  test('root fields: 30, under whatever aliases', async () => {
    await answered({ query: `{ ${times(30, (index) => `a${index}: me { user }`)} }` });
    for (const field of ['me { user }', 'note { name }', '__typename', 'search(text: "a") { name }'])
      await refused({ query: `{ ${times(31, (index) => `a${index}: ${field}`)} }` }, /has 31 root fields/);
    await refused({ query: `{ ${times(10_000, (index) => `a${index}:me{user}`)} }` }, /bytes; at most 65536/);
  });

  test('operations in one request: 10', async () => {
    const one = { query: '{ me { user } }' };
    const reply = await gently(Array.from({ length: 10 }, () => one));
    expect(reply.body).toHaveLength(10);
    for (const count of [11, 1000]) {
      const { status, body } = await gently(Array.from({ length: count }, () => one));
      expect([status, body.detail]).toEqual([400, expect.stringContaining(`${count} operations came`)]);
    }
    expect((await gently([])).status).toBe(400);
    const odd = await gently([one, null, 1, 'x', [one]]);
    expect(odd.body.map((each: Reply['body']) => each.errors?.[0]?.message ?? '')).toEqual([
      '',
      ...Array.from({ length: 4 }, () => expect.stringMatching(/^The query is missing/)),
    ]);
  });

  test('cost: rows within rows', async () => {
    await answered({ query: '{ note(limit: 100) { note_by_about(limit: 100) { name } } }' });
    await refused(
      { query: '{ note(limit: 1000) { note_by_about(limit: 1000) { name } } }' },
      /^The query may bring some 1001000 rows; at most 100000 are answered/,
    );
    await refused({ query: '{ note_aggregate { nodes { note_by_about(limit: 101) { name } } } }' }, /may bring/);
    await refused(
      { query: 'query($n: Int) { note(limit: $n) { note_by_about(limit: $n) { name } } }', variables: { n: 999 } },
      /may bring/,
    );
  });

  test('text: 64 KiB', async () => {
    const padded = (bytes: number): string => `{ me { user } }`.padEnd(bytes, ' ');
    await answered({ query: padded(65_536) });
    await refused({ query: padded(65_537) }, /^The query has 65537 bytes; at most 65536 are read/);
    await refused({ query: `{ me { user } } # ${'ü'.repeat(33_000)}` }, /at most 65536/);
    await refused({ query: `{ me { user } }${' '.repeat(5_000_000)}` }, /at most 65536/);
  });

  test('nodes of aggregates: 1,000 documents without a limit', async () => {
    for (let part = 0; part < 3; part++)
      await must(world, 'POST', '/api/v1/Label/bulk', {
        action: 'insert',
        docs: Array.from({ length: 400 }, (_, index) => ({ text: `label ${part * 400 + index}` })),
      });
    const data = await answered({ query: '{ label_aggregate { aggregate { count } nodes { name } } label { name } }' });
    const { aggregate, nodes } = data.label_aggregate as { aggregate: object; nodes: unknown[] };
    expect([aggregate, nodes.length, (data.label as unknown[]).length]).toEqual([{ count: 1200 }, 1000, 1000]);
  });

  test('others are taken from the settings', async () => {
    const small = await openWorld({
      graphqlLimits: { depth: 2, fields: 3, rootFields: 2, batch: 1, cost: 5, queryBytes: 100 },
    });
    try {
      for (const [query, message] of [
        ['{ note(limit: 1) { about_doc { name } } }', '3 levels deep; at most 2'],
        ['{ note(limit: 1) { name title docstatus } }', 'more than 3 fields'],
        ['{ a: __typename b: __typename c: __typename }', 'at most 2'],
        ['{ note(limit: 6) { name } }', 'at most 5'],
        [`{ me { user } }${' '.repeat(90)}`, 'at most 100'],
      ]) {
        const { body } = await small.json('POST', '/graphql', { query });
        expect(body.errors[0].message).toContain(message);
      }
      expect((await small.json('POST', '/graphql', [{ query: '{ me { user } }' }])).status).toBe(200);
      expect((await small.json('POST', '/graphql', [{}, {}])).status).toBe(400);
    } finally {
      await small.close();
    }
  });
});

describe('hostile texts', () => {
  const deep = (count: number, open: string, close: string): string => open.repeat(count) + close.repeat(count);
  const chain = (count: number): string =>
    times(count, (index) => `fragment f${index} on query_root{...f${index + 1}}`);
  const hostile: readonly [name: string, query: string, message: RegExp][] = [
    ['a fragment that contains itself', '{ ...a } fragment a on query_root { me { user } ...a }', /contains itself/],
    [
      'fragments in a circle',
      '{ ...a } fragment a on query_root { ...b } fragment b on query_root { ...a }',
      /contains itself/,
    ],
    [
      'a circle that nobody asks for',
      '{ me { user } } fragment a on note { ...b } fragment b on note { ...a }',
      /fragment/i,
    ],
    [
      'fragments that multiply and end nowhere',
      `{ __schema { ...f0 } } ${times(30, (i) => `fragment f${i} on __Schema { ...f${i + 1} ...f${i + 1} }`)}`,
      /Unknown fragment/,
    ],
    [
      'fragments that multiply where nobody looks',
      `query A { me { user } } ${times(40, (i) => `fragment f${i} on note { ...f${i + 1} ...f${i + 1} }`)} fragment f40 on note { name }`,
      /never used|Fragment/,
    ],
    [
      'a long chain of fragments',
      `{ ...f0 } ${chain(1500)} fragment f1500 on query_root { nope }`,
      /Cannot query field/,
    ],
    ['selections within selections', '{a'.repeat(6000), /brackets more than 100 levels deep/],
    [
      'selections behind a comment that ends at a carriage return',
      `#\r${deep(5000, '{a', '}')}`,
      /brackets more than 100/,
    ],
    [
      'selections behind a text with quotes in it',
      `query($a: json = """ \\""" """) { me { user } } query B ${deep(3000, '{a', '}')}`,
      /brackets more than 100/,
    ],
    ['lists within lists', `{ note(where: ${deep(20_000, '[', ']')}) { name } }`, /brackets more than 100/],
    [
      'objects within objects',
      `{ note(where: ${'{_not:'.repeat(3000)}{}${'}'.repeat(3000)}) { name } }`,
      /brackets more than 100/,
    ],
    [
      'conditions within conditions',
      `{ note(where: ${'{_not:'.repeat(30)}{}${'}'.repeat(30)}) { name } }`,
      /nested deeper than 20/,
    ],
    [
      'the same field 1,000 times deep within',
      `{ note { about_doc { about_doc { ${'name '.repeat(1000)} } } } }`,
      /more than 1000 fields/,
    ],
    ['unknown fields by the thousands', `{ note { ${times(6000, (i) => `u${i}`)} } }`, /more than 1000 fields/],
    ['unknown root fields', `{ ${times(30, (i) => `u${i}`)} }`, /Cannot query field "u0"/],
    ['unused fragments', `{ me { user } } ${times(2000, (i) => `fragment f${i} on note{name}`)}`, /never used/],
    ['unused variables', `query(${times(3000, (i) => `$v${i}: Int`)}) { me { user } }`, /never used/],
    ['operations by the thousands', times(2500, (i) => `query q${i}{me{user}}`), /2500 operations/],
    [
      'directives by the thousands',
      `{ me ${'@include(if: true) '.repeat(2000)} { user } }`,
      /can only be used once|20000 tokens/,
    ],
    ['unknown directives', `{ me ${times(3000, (i) => `@d${i}`)} { user } }`, /Unknown directive/],
    ['more tokens than anybody writes', `{ me { ${'a '.repeat(25_000)} } }`, /20000 tokens/],
    ['__typename without end', `{ note { ${times(1200, (i) => `t${i}: __typename`)} } }`, /more than 1000 fields/],
    [
      'types of types of types',
      '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
      /introspection depth/i,
    ],
    ['no text', '   ', /The query is missing/],
    ['a comment alone', '# nothing', /Syntax Error/],
    ['NUL', '{ me { user\u0000 } }', /Syntax Error/],
    ['half a surrogate', '{ note_by_pk(name: "\\uD800") { name } }', /Syntax Error/],
    ['an escape beyond all characters', '{ note_by_pk(name: "\\u{110000}") { name } }', /Syntax Error/],
    ['a number beyond all numbers', '{ customer(where: {credit_limit: {_gt: 1e999}}) { name } }', /too large/],
    ['an Int beyond 32 bits', '{ note(limit: 99999999999) { name } }', /Int/],
    ['a schema', 'type Query { a: Int }', /no operation/],
    ['a subscription of two', 'subscription { note { name } label { name } }', /./],
    ['two things under one key', '{ note { a: name a: title } }', /selected in two ways/],
    ['the same argument twice', '{ note(limit: 1, limit: 2) { name } }', /only be one argument|one argument/],
    ['a limit of -1', '{ note(limit: -1) { name } }', /whole number from 0 to 1000/],
    ['a limit of a million', '{ note(limit: 1000000) { name } }', /whole number from 0 to 1000/],
    ['an offset below nothing', '{ note(offset: -1) { name } }', /whole number from 0/],
    ['a cursor of nothing', '{ note_connection(first: 1, after: "abc") { totalCount } }', /cursor/],
    [
      'a cursor of odd JSON',
      `{ note_connection(first: 1, after: "${Buffer.from('{"a":1}').toString('base64url')}") { totalCount } }`,
      /cursor/,
    ],
    ['a page in both directions', '{ note_connection(first: 1, last: 1) { totalCount } }', /not both/],
    ['an enum value called __proto__', '{ note(distinct_on: [__proto__]) { name } }', /does not exist|__proto__/],
    ['a field called constructor', '{ note { constructor } }', /Cannot query field "constructor"/],
    ['a root field called toString', '{ toString }', /Cannot query field "toString"/],
    ['a type called __proto__', '{ note { ... on __proto__ { name } } }', /Unknown type "__proto__"/],
    ['a key called hasOwnProperty', '{ note(where: {hasOwnProperty: {_eq: 1}}) { name } }', /hasOwnProperty/],
    ['an argument called valueOf', '{ note(valueOf: 1) { name } }', /Unknown argument "valueOf"/],
    ['a variable of type constructor', 'query($a: constructor) { note { name } }', /Unknown type "constructor"/],
  ];

  test.each(hostile)('%s', async (_, query, message) => {
    await refused({ query }, message);
  });

  test('what only looks hostile is answered', async () => {
    await answered({ query: '\uFEFF{ me { user } }' });
    await answered({ query: '# {{{{ """ \n{ me { user } } # }}}' });
    await answered({ query: `{ note_by_pk(name: "${'{['.repeat(500)}") { name } }` });
    await answered({ query: '{ note_by_pk(name: """ }}} \\""" {{{ """) { name } }' });
    await answered({ query: '{ note(offset: 2147483647) { name } }' });
    for (const alias of ['__proto__', 'constructor', 'toString', 'toJSON', 'then', 'hasOwnProperty', '__typename__']) {
      const data = await answered({ query: `{ ${alias}: me { ${alias}: user } note(limit: 1) { ${alias}: name } }` });
      expect(Object.entries(data)[0]?.[0]).toBe(alias);
      expect(Object.keys(data[Object.keys(data)[0] as string] as object)).toEqual([alias]);
    }
    const made = await answered({
      query: 'mutation { __proto__: insert_note_one(object: {name: "of proto", title: "x"}) { __proto__: name } }',
    });
    expect(JSON.stringify(made)).toBe('{"__proto__":{"__proto__":"of proto"}}');
  });

  test('aliases that are one in their first 63 bytes stay two', async () => {
    const long = 'a'.repeat(70);
    const data = await answered({
      query: `{ ${long}1: note(limit: 1) { ${long}1: name ${long}2: __typename } ${long}2: me { ${long}1: user ${long}2: user } }`,
    });
    expect(Object.keys(data)).toEqual([`${long}1`, `${long}2`]);
    const [first] = data[`${long}1`] as Record<string, unknown>[];
    expect(Object.keys(first ?? {})).toEqual([`${long}1`, `${long}2`]);
    expect(first?.[`${long}2`]).toBe('note');
  });
});

describe('hostile values', () => {
  const NAMES = 'query($w: note_bool_exp) { note(where: $w) { name } }';
  const columns = (text: string): string => `query($c: [note_select_column!]) { ${text} }`;
  const many = (count: number): string[] => Array.from({ length: count }, () => 'name');
  const hostile: readonly [name: string, ask: Ask, message: RegExp][] = [
    ['200,000 values', { query: NAMES, variables: { w: { name: { _in: many(200_000) } } } }, /at most 10000 values/],
    [
      '200,000 empty conditions',
      { query: NAMES, variables: { w: { _and: many(200_000).map(() => ({})) } } },
      /at most 1000 objects/,
    ],
    [
      '600 conditions',
      { query: NAMES, variables: { w: { _or: many(600).map((name) => ({ name: { _eq: name } })) } } },
      /at most 500 conditions/,
    ],
    [
      '30 levels of conditions',
      { query: NAMES, variables: JSON.parse(`{"w":${'{"_not":'.repeat(30)}{}${'}'.repeat(30)}}`) },
      /nested deeper than 20/,
    ],
    ['null as a condition', { query: NAMES, variables: { w: { name: null } } }, /got null/],
    ['null as a value', { query: NAMES, variables: { w: { name: { _eq: null } } } }, /_is_null/],
    ['NUL in a value', { query: NAMES, variables: { w: { name: { _eq: 'a\u0000' } } } }, /U\+0000/],
    ['NUL in a pattern', { query: NAMES, variables: { w: { name: { _like: '%\u0000' } } } }, /U\+0000/],
    [
      'a variable without a value',
      { query: NAMES.replace('where: $w', 'where: {name: {_eq: $w}}').replace('note_bool_exp', 'String') },
      /given no value/,
    ],
    [
      'a key called constructor',
      { query: NAMES, variables: { w: { constructor: { _eq: 1 } } } },
      /no field "constructor"/,
    ],
    [
      '100 order terms',
      {
        query: 'query($o: [note_order_by!]) { note(order_by: $o) { name } }',
        variables: { o: many(100).map(() => ({ name: 'asc' })) },
      },
      /at most \d+ fields/,
    ],
    [
      'an order of no direction',
      {
        query: 'query($o: [note_order_by!]) { note(order_by: $o) { name } }',
        variables: { o: [{ name: "asc'; drop table note" }] },
      },
      /expected a value of order_by/,
    ],
    [
      '2,000 documents',
      {
        query: 'mutation($o: [note_insert_input!]!) { insert_note(objects: $o) { affected_rows } }',
        variables: { o: many(2000).map(() => ({})) },
      },
      /at most 1000 documents/,
    ],
    ['variables as a list', { query: '{ me { user } }', variables: [1] }, /variables must be an object/],
    ['variables as a text', { query: '{ me { user } }', variables: '{}' }, /variables must be an object/],
    ['a query that is a number', { query: 7 }, /The query is missing/],
    ['a query that is an object', { query: { kind: 'Document' } }, /The query is missing/],
    ['an operation called by a number', { query: '{ me { user } }', operationName: 7 }, /operationName must be a text/],
    ['an operation called __proto__', { query: '{ me { user } }', operationName: '__proto__' }, /no operation called/],
    ['a hash that is none', { extensions: { persistedQuery: { sha256Hash: 'x' } } }, /64 hexadecimal/],
    ['a hash of an array', { extensions: { persistedQuery: { sha256Hash: ['a'.repeat(64)] } } }, /64 hexadecimal/],
    [
      'a hash that nobody sent',
      { extensions: { persistedQuery: { sha256Hash: 'a'.repeat(64) } } },
      /PersistedQueryNotFound/,
    ],
    [
      'a hash of another text',
      { query: '{ me { user } }', extensions: { persistedQuery: { sha256Hash: 'a'.repeat(64) } } },
      /is not the SHA-256/,
    ],
  ];

  test.each(hostile)('%s', async (_, ask, message) => {
    await refused(ask, message);
  });

  test('columns that are named thousands of times are named once', async () => {
    await answered({ query: columns('note(distinct_on: $c) { name }'), variables: { c: many(5000) } });
    await answered({
      query: columns('note_aggregate { aggregate { count(columns: $c, distinct: true) } }'),
      variables: { c: many(5000) },
    });
    await answered({
      query: columns('note_groups(by: $c) { aggregate { count } }').replace('column!])', 'column!]!)'),
      variables: { c: many(5000) },
    });
  });

  const KINDS: readonly [type: string, use: string][] = [
    ['Int', 'note(limit: $v) { name }'],
    ['Boolean', 'note { name @include(if: $v) }'],
    ['String', 'note_by_pk(name: $v) { name }'],
    ['uuid', 'note_by_pk(id: $v) { name }'],
    ['timestamptz', 'note(where: {creation: {_gt: $v}}) { name }'],
    ['date', 'invoice(where: {posted: {_eq: $v}}) { name }'],
    ['time', 'invoice(where: {at: {_eq: $v}}) { name }'],
    ['numeric', 'invoice(where: {amount: {_eq: $v}}) { name }'],
    ['bigint', 'invoice(where: {count_of: {_eq: $v}}) { name }'],
    ['note_bool_exp', 'note(where: $v) { name }'],
    ['[note_order_by!]', 'note(order_by: $v) { name }'],
    ['[note_select_column!]', 'note(distinct_on: $v) { name }'],
    ['note_insert_input!', 'insert_note_one(object: $v) { name }'],
    ['json', 'call_note(method: "x", args: $v)'],
  ];
  const VALUES: readonly unknown[] = [
    ...[0, -1, 1.5, 2 ** 31, 2 ** 53, 1e300, true, '', 'x', "' or 1=1 --", '\ud800', '9'.repeat(30), '1e999'],
    ...[[], [[]], [null], ['a', 1], {}, { length: 1, 0: 'a' }, { toString: 1, valueOf: 2, toJSON: 3 }, { next: 'x' }],
  ];

  test.each(KINDS)('every kind of value for %s', async (type, use) => {
    const isWrite = use.startsWith('insert') || use.startsWith('call');
    for (const v of VALUES) {
      const query = `${isWrite ? 'mutation' : 'query'}($v: ${type === 'Boolean' ? 'Boolean!' : type}) { ${use} }`;
      const reply = await world.json('POST', '/graphql', { query, variables: { v } });
      expect(reply.status).toBeLessThan(500);
      const statuses = (reply.body.errors ?? []).map((each: Reply['body']) => each.extensions.status);
      expect(
        statuses.filter((status: number) => status >= 500),
        `${query} ${JSON.stringify(v)}: ${reply.text}`,
      ).toEqual([]);
    }
  });

  test('SQL in every text stays a value', async () => {
    const evil = `zq9x'"\\;--$1); select pg_sleep(3)`;
    const texts = [
      'note_by_pk(name: $v) { name }',
      'note(where: {name: {_eq: $v}}) { name }',
      'note(where: {title: {_like: $v}}) { name }',
      'note(where: {title: {_in: [$v]}}) { name }',
      'note(where: {about_doc: {title: {_neq: $v}}}) { name }',
      'search(text: $v) { name }',
      'search(text: "a", doctypes: [$v]) { name }',
      'doctype_meta(name: $v)',
      'note_connection(first: 1, after: $v) { totalCount }',
      '__type(name: $v) { name }',
    ];
    for (const text of texts) {
      const reply = await gently({ query: `query($v: String!) { ${text} }`, variables: { v: evil } });
      const isRefused = reply.body.errors?.[0]?.extensions.status === 400;
      expect(isRefused || reply.body.data !== undefined, reply.text).toBe(true);
    }
  });

  test.each(['', ' ', "x' or 1=1", '__proto__', 'constructor', '\u0000', 'ü'.repeat(2000), '../..'])(
    'module=%j',
    async (module) => {
      const path = `/graphql?module=${encodeURIComponent(module)}`;
      const { status, body } = await gently({ query: '{ note { name } }' }, path);
      expect([status, body.errors[0].message]).toEqual([200, 'Cannot query field "note" on type "query_root".']);
      const other = await gently({ query: '{ note { name } }' }, '/graphql?module=Attacks');
      expect(other.body.errors).toBeUndefined();
    },
  );
});

describe('nothing stays behind', () => {
  test('2,000 different hostile queries leave no memory behind', async () => {
    const round = async (from: number): Promise<void> => {
      for (let index = from; index < from + 125; index++) {
        const ask = [
          { query: `{ note { u${index} } }` },
          {
            query: `query($c: [note_select_column!]) { note_aggregate { aggregate { count(columns: $c) a${index}: count } } }`,
            variables: { c: Array.from({ length: 2000 }, () => 'name') },
          },
          { query: `{ note(where: {title: {_eq: "x${index}${'y'.repeat(2000)}"}}) { a${index}: name } }` },
          {
            query: `query q${index}($a: note_bool_exp) { note(where: $a) { name } }`,
            variables: { a: { _or: Array.from({ length: 1 + (index % 60) }, () => ({ name: { _eq: 'a' } })) } },
          },
        ];
        await world.json('POST', `/graphql?module=m${index}`, ask);
        await world.json('POST', '/graphql', ask);
      }
    };
    const heap = (): number => {
      globalThis.gc?.();
      return process.memoryUsage().heapUsed / 2 ** 20;
    };
    await round(0);
    const begun = heap();
    await round(1000);
    // Memories of texts and statements are bounded; they may still be filling.
    expect(heap() - begun).toBeLessThan(200);
  }, 60_000);

  test('the server has logged no failure, and its objects are as they were', async () => {
    expect(world.failures).toEqual([]);
    expect(primordials()).toBe(before);
    expect((await world.json('POST', '/graphql', { query: '{ me { user } }' })).body).toEqual({
      data: { me: { user: 'Administrator' } },
    });
  });
});
