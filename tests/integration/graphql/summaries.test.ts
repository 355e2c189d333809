/** Aggregates and groups against SQL. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { dataOf, errorOf, makeDocType } from './asking.ts';

let app: TestApp;

beforeAll(async () => {
  app = await createTestApp();
  await makeDocType(app, {
    name: 'Reading',
    autoname: 'prompt',
    fields: [
      { fieldname: 'place', fieldtype: 'Data' },
      { fieldname: 'number', fieldtype: 'Int' },
      { fieldname: 'amount', fieldtype: 'Currency' },
      { fieldname: 'wet', fieldtype: 'Check' },
      { fieldname: 'day', fieldtype: 'Date' },
      { fieldname: 'moment', fieldtype: 'Datetime' },
      { fieldname: 'clock', fieldtype: 'Time' },
      { fieldname: 'note', fieldtype: 'JSON' },
      { fieldname: 'secret', fieldtype: 'Password' },
    ],
  });
  const docs = Array.from({ length: 23 }, (_, n) => ({
    name: `r${String(n).padStart(2, '0')}`,
    place: n % 5 === 0 ? null : `place ${n % 4}`,
    number: n % 7 === 0 ? 0 : n - 8,
    amount: n * 1.1,
    wet: n % 3 === 0,
    day: n % 4 === 0 ? null : `2026-03-${String((n % 6) + 1).padStart(2, '0')}`,
    moment: n % 2 === 0 ? null : `2026-03-01T10:00:00.${String(n).padStart(6, '0')}Z`,
    clock: n % 2 === 0 ? null : `10:00:${String(n).padStart(2, '0')}`,
    note: n % 2 === 0 ? { n } : null,
  }));
  const reply = await app.json('POST', '/api/v1/Reading/bulk', { action: 'insert', docs });
  expect(reply.status, reply.text).toBe(200);
});
afterAll(() => app?.close());

async function sqlRows(text: string): Promise<readonly unknown[]> {
  const [row] = await app.app.db.query({
    text: `select coalesce(json_agg(x), '[]') as rows from (${text}) as x`,
    values: [],
  });
  return row?.rows as unknown[];
}

const SUMS = `count(*)::int as count, sum(number) as sum_number, sum(amount) as sum_amount, sum(wet::int) as sum_wet,
  avg(number)::float8 as avg_number, avg(wet::int)::float8 as avg_wet, min(number) as min_number, max(amount) as max_amount,
  min(day) as min_day, max(day) as max_day, min(place) as min_place, max(name) as max_name, count(day)::int as days,
  count(distinct place)::int as places, count(distinct (place, day)) filter (where place is not null and day is not null)::int as pairs,
  count(distinct wet)::int as wets`;

const ASKED = `count sum { number amount wet } avg { number wet } min { number day place } max { amount day name }
  days: count(columns: [day]) places: count(columns: place, distinct: true)
  pairs: count(columns: [place, day], distinct: true) wets: count(columns: [wet], distinct: true)`;

// biome-ignore lint/suspicious/noExplicitAny: an answer
function flat(of: any): unknown {
  return {
    count: of.count,
    sum_number: of.sum.number,
    sum_amount: of.sum.amount,
    sum_wet: of.sum.wet,
    avg_number: expect.closeTo(of.avg.number, 9),
    avg_wet: expect.closeTo(of.avg.wet, 9),
    min_number: of.min.number,
    max_amount: of.max.amount,
    min_day: of.min.day,
    max_day: of.max.day,
    min_place: of.min.place,
    max_name: of.max.name,
    days: of.days,
    places: of.places,
    pairs: of.pairs,
    wets: of.wets,
  };
}

describe('aggregates', () => {
  const CASES: readonly [args: string, from: string][] = [
    ['', 'select * from reading'],
    ['(where: {wet: {_eq: true}})', 'select * from reading where wet'],
    [
      '(where: {number: {_gt: 0}, _not: {day: {_is_null: true}}})',
      'select * from reading where number > 0 and day is not null',
    ],
    ['(limit: 5, order_by: {name: asc})', 'select * from reading order by name limit 5'],
    ['(limit: 7, offset: 3, order_by: {amount: desc})', 'select * from reading order by amount desc limit 7 offset 3'],
    [
      '(distinct_on: place, order_by: {place: asc, name: desc})',
      'select distinct on (place) * from reading order by place, name desc',
    ],
    [
      '(where: {wet: {_eq: false}}, limit: 6, order_by: {name: desc})',
      'select * from reading where not wet order by name desc limit 6',
    ],
  ];
  test.each(CASES)('%s', async (args, from) => {
    const { reading_aggregate: found } = await dataOf(app, `{ reading_aggregate${args} { aggregate { ${ASKED} } } }`);
    const [row] = await sqlRows(`select ${SUMS} from (${from}) as r`);
    expect(row).toEqual(flat(found.aggregate));
  });

  test('of nothing', async () => {
    const { reading_aggregate: found } = await dataOf(
      app,
      '{ reading_aggregate(where: {name: {_eq: "none"}}) { aggregate { count sum { number } avg { wet } min { day } max { moment } } nodes { name } } }',
    );
    expect(found).toEqual({
      aggregate: { count: 0, sum: { number: null }, avg: { wet: null }, min: { day: null }, max: { moment: null } },
      nodes: [],
    });
  });

  test('moments to the microsecond, times, and values of JSON counted', async () => {
    const { reading_aggregate: found } = await dataOf(
      app,
      '{ reading_aggregate { aggregate { min { moment clock creation } max { moment clock } notes: count(columns: note) } } }',
    );
    expect(found.aggregate).toEqual({
      min: { moment: '2026-03-01T10:00:00.000001Z', clock: '10:00:01', creation: expect.stringMatching(/\.\d{6}Z$/) },
      max: { moment: '2026-03-01T10:00:00.000021Z', clock: '10:00:21' },
      notes: 12,
    });
  });

  test('nodes are the documents of the same list; both under aliases, twice', async () => {
    const { one, two } = await dataOf(
      app,
      `{ one: reading_aggregate(limit: 2, order_by: {name: desc}) { a: aggregate { n: count m: count } b: aggregate { count } nodes { name } more: nodes { wet __typename } __typename }
         two: reading_aggregate(where: {name: {_in: ["r01"]}}) { nodes { name } } }`,
    );
    expect(one).toEqual({
      a: { n: 2, m: 2 },
      b: { count: 2 },
      nodes: [{ name: 'r22' }, { name: 'r21' }],
      more: [
        { wet: false, __typename: 'reading' },
        { wet: true, __typename: 'reading' },
      ],
      __typename: 'reading_aggregate',
    });
    expect(two).toEqual({ nodes: [{ name: 'r01' }] });
  });

  test('what is counted as variables, different from request to request', async () => {
    const query =
      'query q($c: [reading_select_column!], $d: Boolean) { reading_aggregate { aggregate { count(columns: $c, distinct: $d) } } }';
    const counts = [];
    for (const variables of [
      {},
      { c: ['place'] },
      { c: 'place', d: true },
      { c: ['day', 'place'], d: false },
      { c: null, d: true },
    ])
      counts.push((await dataOf(app, query, variables)).reading_aggregate.aggregate.count);
    const [row] = await sqlRows(
      'select count(*), count(place) as a, count(distinct place) as b, count(*) filter (where place is not null and day is not null) as c from reading',
    );
    const { count, a, b, c } = row as Record<string, number>;
    expect(counts).toEqual([count, a, b, c, count]);
  });

  test('a sum beyond 2^53 is a text, exact', async () => {
    await app.json('POST', '/api/v1/Reading', { name: 'large1', number: '9007199254740993' });
    await app.json('POST', '/api/v1/Reading', { name: 'large2', number: '9007199254740995' });
    const { reading_aggregate: found } = await dataOf(
      app,
      '{ reading_aggregate(where: {name: {_like: "large%"}}) { aggregate { sum { number } max { number } } } }',
    );
    expect(found.aggregate).toEqual({ sum: { number: '18014398509481988' }, max: { number: '9007199254740995' } });
    for (const name of ['large1', 'large2']) await app.json('DELETE', `/api/v1/Reading/${name}`);
  });

  test('a secret is not among what can be counted', async () => {
    const error = await errorOf(app, '{ reading_aggregate { aggregate { count(columns: secret) } } }');
    expect(error.extensions.code).toBe('bad_request');
    const { __type: type } = await dataOf(app, '{ __type(name: "reading_select_column") { enumValues { name } } }');
    for (const { name } of type.enumValues)
      await dataOf(app, `{ reading_aggregate { aggregate { count(columns: [${name}]) } } }`);
  });
});

describe('groups', () => {
  const CASES: readonly [args: string, keys: string, sql: string][] = [
    ['by: place', 'place', 'group by place order by place'],
    ['by: [wet]', 'wet', 'group by wet order by wet'],
    ['by: [number]', 'number', 'group by number order by number'],
    ['by: [day, wet]', 'day wet', 'group by day, wet order by day, wet'],
    ['by: [wet, day], order_by: {day: desc}', 'wet day', 'group by wet, day order by day desc, wet'],
    ['by: place, where: {wet: {_eq: true}}', 'place', 'where wet group by place order by place'],
    ['by: place, order_by_aggregate: {count: desc}', 'place', 'group by place order by count(*) desc, place'],
    [
      'by: place, order_by_aggregate: [{sum: {amount: desc}}]',
      'place',
      'group by place order by sum(amount) desc, place',
    ],
    [
      'by: place, order_by: {place: desc_nulls_last}, limit: 2',
      'place',
      'group by place order by place desc nulls last limit 2',
    ],
    ['by: day, limit: 3, offset: 2', 'day', 'group by day order by day limit 3 offset 2'],
    [
      'by: day, order_by_aggregate: [{max: {number: asc}}, {min: {amount: desc}}]',
      'day',
      'group by day order by max(number), min(amount) desc, day',
    ],
    ['by: place, order_by_aggregate: {avg: {wet: desc}}', 'place', 'group by place order by avg(wet::int) desc, place'],
  ];
  test.each(CASES)('%s', async (args, keys, sql) => {
    const { reading_groups: found } = await dataOf(
      app,
      `{ reading_groups(${args}) { key { ${keys} } aggregate { ${ASKED} } } }`,
    );
    const rows = await sqlRows(`select ${keys.split(' ').join(', ')}, ${SUMS} from reading ${sql}`);
    // biome-ignore lint/suspicious/noExplicitAny: an answer
    expect(rows).toEqual(found.map((group: any) => ({ ...group.key, ...(flat(group.aggregate) as object) })));
  });

  test('by a variable, with __typename', async () => {
    const query =
      'query q($by: [reading_select_column!]!) { reading_groups(by: $by, where: {name: {_eq: "r01"}}) { __typename key { k: wet __typename } aggregate { n: count __typename } } }';
    expect((await dataOf(app, query, { by: ['wet'] })).reading_groups).toEqual([
      {
        __typename: 'reading_groups_item',
        key: { k: false, __typename: 'reading_groups_key' },
        aggregate: { n: 1, __typename: 'reading_aggregate_fields' },
      },
    ]);
  });

  test.each([
    ['by: []', 'key { wet }', 'at least one'],
    ['by: [wet]', 'key { place }', 'place is not among the fields of "by"'],
    ['by: [wet], order_by: {place: asc}', 'key { wet }', 'place is none of them'],
    ['by: [note]', 'key { wet }', 'cannot be compared'],
  ])('%s %s is refused', async (args, selected, text) => {
    const error = await errorOf(app, `{ reading_groups(${args}) { ${selected} } }`);
    expect(error.extensions.code).toBe('bad_request');
    expect(error.message).toContain(text);
  });
});
