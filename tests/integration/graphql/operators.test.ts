/** Every comparison on every kind of value: the rows that SQL finds, and those of REST's operator of the same meaning. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { dataOf, errorOf, makeDocType, names } from './asking.ts';

let app: TestApp;

const FIELDS = [
  ['text', 'Data'],
  ['long', 'Text'],
  ['whole', 'Int'],
  ['fraction', 'Float'],
  ['flag', 'Check'],
  ['day', 'Date'],
  ['moment', 'Datetime'],
  ['clock', 'Time'],
  ['span', 'Duration'],
  ['choice', 'Select'],
  ['extra', 'JSON'],
  ['secret', 'Password'],
] as const;

const ROWS: readonly Record<string, unknown>[] = [
  { name: 'empty' },
  { name: 'blank', text: '', long: '', choice: '' },
  { name: 'zero', text: '0', whole: 0, fraction: 0, flag: false, span: 0, clock: '00:00:00' },
  {
    name: 'lower',
    text: 'apple',
    long: 'apple pie',
    whole: 1,
    fraction: 1.5,
    flag: true,
    day: '2026-01-01',
    moment: '2026-01-01T00:00:00Z',
    clock: '10:00:00',
    span: 60,
    choice: 'red',
    extra: { a: 1 },
    secret: 'hidden',
  },
  {
    name: 'upper',
    text: 'Apple',
    long: 'APPLE',
    whole: -1,
    fraction: -1.5,
    flag: true,
    day: '2026-01-02',
    moment: '2026-01-01T23:59:59.999999Z',
    clock: '23:59:59.5',
    span: 3600,
    choice: 'green',
    extra: [],
  },
  {
    name: 'marks',
    text: '50%_off\\',
    whole: '9007199254740993',
    fraction: 123456789.123456,
    day: '1999-12-31',
    moment: '1999-12-31T12:00:00.000001Z',
    clock: '12:30:00',
    span: 86400,
    choice: 'red',
    extra: 17,
  },
  { name: 'unicode', text: 'é☂𝄞', whole: 7, fraction: 0.1, day: '9999-12-31', choice: 'green', extra: null },
];

beforeAll(async () => {
  app = await createTestApp();
  await makeDocType(app, {
    name: 'Sample',
    autoname: 'prompt',
    fields: FIELDS.map(([fieldname, fieldtype]) => ({
      fieldname,
      fieldtype,
      ...(fieldtype === 'Select' ? { options: '\nred\ngreen' } : {}),
    })),
  });
  for (const row of ROWS) {
    const reply = await app.json('POST', '/api/v1/Sample', row);
    expect(reply.status, reply.text).toBe(201);
  }
});
afterAll(() => app?.close());

async function found(where: unknown): Promise<string[]> {
  const query = 'query q($where: sample_bool_exp!) { sample(where: $where, order_by: {name: asc}) { name } }';
  return names((await dataOf(app, query, { where })).sample);
}

async function byRest(filters: unknown): Promise<string[]> {
  const given = encodeURIComponent(JSON.stringify(filters));
  const reply = await app.json('GET', `/api/v1/Sample?fields=["name"]&order_by=name&limit=100&filters=${given}`);
  expect(reply.status, reply.text).toBe(200);
  return names(reply.body.items);
}

async function bySql(condition: string): Promise<string[]> {
  const rows = await app.app.db.query({ text: `select name from sample where ${condition} order by name`, values: [] });
  return rows.map(({ name }) => String(name));
}

const REST: Readonly<Record<string, string>> = {
  _eq: '=',
  _neq: '!=',
  _gt: '>',
  _gte: '>=',
  _lt: '<',
  _lte: '<=',
  _in: 'in',
  _nin: 'not in',
  _ilike: 'like',
  _nilike: 'not like',
  _between: 'between',
};

const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  text: ['apple', 'Apple', '', '0', '50%_off\\', 'é☂𝄞', 'nothing'],
  long: ['APPLE', ''],
  whole: [0, 1, -1, '9007199254740993', '0'],
  fraction: [0, 0.1, 1.5, -1.5, '123456789.123456', '0'],
  flag: [true, false],
  day: ['2026-01-01', '1999-12-31', '9999-12-31'],
  moment: ['2026-01-01T00:00:00Z', '2026-01-01T23:59:59.999999Z', '2026-01-01', '2026-01-01T01:00:00+01:00'],
  clock: ['00:00:00', '10:00:00', '23:59:59.5'],
  span: [0, 60, 3600],
  choice: ['red', 'green', '', 'blue'],
};

const ORDERED = ['_gt', '_gte', '_lt', '_lte'];

describe('the same rows as REST finds', () => {
  for (const [field, values] of Object.entries(VALUES)) {
    test(`${field}, one value`, async () => {
      const operators = field === 'flag' ? ['_eq', '_neq'] : ['_eq', '_neq', ...ORDERED];
      for (const operator of operators)
        for (const value of values) {
          const both = { operator, value };
          const rest = await byRest([[field, REST[operator], value]]);
          expect({ ...both, rows: await found({ [field]: { [operator]: value } }) }).toEqual({ ...both, rows: rest });
        }
    });

    test(`${field}, lists`, async () => {
      const lists = [[], values.slice(0, 1), values.slice(0, 3), values];
      for (const operator of ['_in', '_nin'])
        for (const list of lists) {
          const both = { operator, list };
          const rest = await byRest([[field, REST[operator], list]]);
          expect({ ...both, rows: await found({ [field]: { [operator]: list } }) }).toEqual({ ...both, rows: rest });
        }
      if (field === 'flag') return;
      const filled = values.filter((value) => value !== '');
      const pair = [filled[0], filled.at(-1)];
      expect(await found({ [field]: { _between: pair } })).toEqual(await byRest([[field, 'between', pair]]));
    });
  }

  test('patterns without regard to case', async () => {
    for (const operator of ['_ilike', '_nilike'])
      for (const pattern of ['apple', 'APPLE', '%pp%', '%', '_', '', '50\\%%', '%\\', '%☂%', '0'])
        for (const field of ['text', 'long', 'choice']) {
          const both = { operator, pattern, field };
          const rest = await byRest([[field, REST[operator], pattern]]);
          expect({ ...both, rows: await found({ [field]: { [operator]: pattern } }) }).toEqual({ ...both, rows: rest });
        }
  });

  test('one value where a list is expected is a list of it', async () => {
    expect(await found({ whole: { _in: 1 } })).toEqual(['lower']);
    const inline = await dataOf(app, '{ sample(where: {whole: {_in: 1}}) { name } }');
    expect(names(inline.sample)).toEqual(['lower']);
  });
});

describe('what only GraphQL has', () => {
  test('_is_null is NULL itself, whatever REST takes for empty', async () => {
    const columns = Object.keys(VALUES);
    for (const field of [...columns, 'extra']) {
      expect({ field, rows: await found({ [field]: { _is_null: true } }) }).toEqual({
        field,
        rows: await bySql(`"${field}" is null`),
      });
      expect({ field, rows: await found({ [field]: { _is_null: false } }) }).toEqual({
        field,
        rows: await bySql(`"${field}" is not null`),
      });
    }
  });

  test('of a secret, whether there is one', async () => {
    expect(await found({ secret: { _is_null: false } })).toEqual(['lower']);
    const error = await errorOf(app, '{ sample(where: {secret: {_eq: "hidden"}}) { name } }');
    expect(error.extensions.code).toBe('bad_request');
  });

  test('_like tells upper from lower case', async () => {
    expect(await found({ text: { _like: 'apple' } })).toEqual(['lower']);
    expect(await found({ text: { _like: 'A%' } })).toEqual(['upper']);
    expect(await found({ text: { _like: '50\\%\\_off\\' } })).toEqual(await found({ text: { _eq: '50%_off\\' } }));
    // What is empty is "" to a pattern, as in REST.
    expect(await found({ text: { _nlike: '%pple' } })).toEqual(await bySql(`coalesce(text, '') not like '%pple'`));
    expect(await found({ text: { _ilike: 'apple' } })).toEqual(['lower', 'upper']);
  });

  test('standard fields', async () => {
    const { sample } = await dataOf(app, '{ sample { id name creation _version docstatus idx owner } }');
    const [one] = sample;
    expect(await found({ id: { _eq: one.id } })).toEqual([one.name]);
    expect(await found({ id: { _in: sample.map(({ id }: { id: string }) => id.toUpperCase()) } })).toHaveLength(7);
    expect(await found({ creation: { _eq: one.creation } })).toEqual([one.name]);
    expect(await found({ _version: { _gte: 1 } })).toHaveLength(7);
    expect(await found({ owner: { _eq: 'Administrator' }, docstatus: { _eq: 0 } })).toHaveLength(7);
    expect(await found({ name: { _gt: 'u' } })).toEqual(['unicode', 'upper', 'zero']);
  });

  test('several comparisons of one field all hold', async () => {
    expect(await found({ whole: { _gt: 0, _lt: 7 } })).toEqual(['lower']);
    expect(await found({ whole: { _gt: 0, _lt: 7, _neq: 1 } })).toEqual([]);
  });
});

describe('and, or, not', () => {
  const CASES: readonly [where: unknown, sql: string][] = [
    [{}, 'true'],
    [{ _and: [] }, 'true'],
    [{ _or: [] }, 'false'],
    [{ _not: {} }, 'false'],
    [{ _or: [{}] }, 'true'],
    [{ _and: [{ whole: { _gt: 0 } }, { whole: { _lt: 7 } }] }, 'whole > 0 and whole < 7'],
    [{ _or: [{ whole: { _eq: 1 } }, { text: { _eq: 'Apple' } }] }, `whole = 1 or text = 'Apple'`],
    [{ _or: { whole: { _eq: 1 } } }, 'whole = 1'],
    [{ whole: { _eq: 7 }, _or: [{ flag: { _eq: true } }, { text: { _like: 'é%' } }] }, `whole = 7`],
    [{ _not: { text: { _eq: 'apple' } } }, `text is distinct from 'apple'`],
    [{ _not: { day: { _gt: '2026-01-01' } } }, `(day > '2026-01-01') is not true`],
    [{ _not: { _not: { day: { _gt: '2026-01-01' } } } }, `day > '2026-01-01'`],
    [
      { _not: { _or: [{ whole: { _eq: 1 } }, { _and: [{ flag: { _eq: false } }, { whole: { _eq: 7 } }] }] } },
      `(whole = 1 or (not flag and whole = 7)) is not true`,
    ],
    [
      { _and: [{ _or: [{ whole: { _eq: 1 } }, { whole: { _eq: -1 } }] }, { _not: { text: { _eq: 'apple' } } }] },
      `whole in (1, -1) and text is distinct from 'apple'`,
    ],
  ];
  test.each(CASES)('%j', async (where, sql) => {
    expect(await found(where)).toEqual(await bySql(sql));
  });
});

describe('refused at its place', () => {
  const CASES: readonly [where: unknown, field: string][] = [
    [{ text: { _eq: null } }, 'where.text._eq'],
    [{ text: null }, 'where.text'],
    [{ text: {} }, 'where.text'],
    [{ _or: [{ whole: { _gt: null } }] }, 'where._or[0].whole._gt'],
    [{ whole: { _gt: '' } }, '$where.whole._gt'],
    [{ day: { _gt: '2026-02-30' } }, 'where'],
    [{ whole: { _between: [1] } }, 'where.whole._between'],
    [{ whole: { _between: [1, 2, 3] } }, 'where.whole._between'],
    [{ fraction: { _eq: 'much' } }, '$where.fraction._eq'],
    [{ whole: { _eq: 1.5 } }, '$where.whole._eq'],
    [{ flag: { _eq: 'yes' } }, '$where.flag._eq'],
    [{ flag: { _gt: true } }, '$where.flag'],
    [{ text: { _eq: ['a'] } }, '$where.text._eq'],
    [{ text: { _regex: 'a' } }, '$where.text'],
    [{ nothing: { _eq: 1 } }, '$where'],
    [{ extra: { _eq: 1 } }, '$where.extra'],
    [{ id: { _eq: '1' } }, '$where.id._eq'],
    [{ whole: { _is_null: null } }, 'where.whole._is_null'],
  ];
  test.each(CASES)('%j', async (where, field) => {
    const query = 'query q($where: sample_bool_exp!) { sample(where: $where) { name } }';
    const error = await errorOf(app, query, { where });
    expect(error.extensions).toMatchObject({ code: 'bad_request', status: 400 });
    expect(error.extensions.errors[0]?.field).toContain(field);
  });

  test('a variable without a value is no condition that matches everything', async () => {
    const query = 'query q($text: String) { sample(where: {text: {_eq: $text}}) { name } }';
    expect((await errorOf(app, query)).message).toContain('$text');
    expect((await errorOf(app, query, { text: null })).message).toContain('_is_null');
    // No argument at all is another matter.
    const whole = 'query q($where: sample_bool_exp) { sample(where: $where) { name } }';
    expect((await dataOf(app, whole)).sample).toHaveLength(7);
    const inside = 'query q($where: sample_bool_exp) { sample(where: {_and: [{_not: $where}]}) { name } }';
    expect((await errorOf(app, inside)).message).toContain('$where');
  });
});
