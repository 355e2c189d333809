/** SQL and identifiers that come from outside: every parameter of a list, and every name in a DocType. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isDocTypeName } from '../../../server/kernel/names.ts';
import { fingerprint, query, quickly, recordStatements, refused } from './oracles.ts';
import { INVOICES, openWorld, type World } from './world.ts';

let world: World;
let before: Record<string, unknown>;
beforeAll(async () => {
  world = await openWorld();
  before = await fingerprint(world);
});
afterAll(() => world?.close());

const LIST = 'GET /api/v1/Invoice?';
const refusesEach = (parameter: string, payloads: readonly unknown[]): void => {
  test.each(payloads.map((payload) => [JSON.stringify(payload), payload]))('%s', async (_, payload) => {
    await refused(world, { ask: LIST + query({ [parameter]: payload }) });
  });
};

describe('SQLI-01 order_by expression', () => {
  refusesEach('order_by', [
    'creation desc,(select pg_sleep(3))',
    '(case when (select length(password) from __auth limit 1)>0 then name else creation end)',
    'name; drop table x',
    '1',
    'name collate "C"',
    'random()',
    'name desc nulls last, evil',
    '-- ',
    'name desc -- ',
    'name/**/desc',
    'name\ndesc;select 1',
    'name desc desc',
    '`tabInvoice`.`name`; select 1',
    '`tabInvoice`.`pg_sleep(3)`',
    'pin',
    'extra',
    'name desc, 1',
    'count(*)',
    'name COLLATE "C" asc',
    'items.cost',
    'customer.company.abbr.name',
    'customer.(select 1)',
    '\u0000',
    'naｍe',
    ['name', { toString: 'x' }],
    ['name desc', 'name; select 1'],
    { name: 'desc' },
  ]);

  test('a known field, in every spelling that is allowed, is not refused', async () => {
    for (const order of [
      'name desc',
      'NAME desc'.toLowerCase(),
      'creation DESC, name',
      '`tabInvoice`.`name` asc',
      'customer.company',
    ]) {
      expect((await world.json('GET', `/api/v1/Invoice?${query({ order_by: order })}`)).status, order).toBe(200);
    }
  });
});

describe('SQLI-02 fields / select list', () => {
  refusesEach('fields', [
    ['name', '(select secret from tabSecret limit 1) as x'],
    ['name as "x", (select 1) as "y"'],
    ['name as "x'],
    ['name as x"; select 1'],
    ['name--'],
    ['distinct name'],
    ['*, secret'],
    ['lower(name)'],
    ['pg_sleep(3)'],
    ['count(name) filter (where true)'],
    ['count(*) over ()'],
    ['sum(amount),pg_sleep(3)'],
    ['sum((select 1))'],
    ['max(pin)'],
    ['min(extra)'],
    ['name::text'],
    ["name || 'x'"],
    ['name as from'.concat(' x')],
    ['`tabInvoice`.`name` union select 1'],
    ['`tabCompany`.`name`'],
    ['`tabpg_authid`.`rolpassword`'],
    ['pg_catalog.pg_authid.rolpassword'],
    ['ctid'],
    ['xmin'],
    ['tableoid'],
    [''],
    [' '],
    [null],
    [1],
    [['name']],
    [{ sum: 'amount); drop table invoice; --', as: 'x' }],
    [{ 'sum(amount),1) --': 'amount' }],
    [{ sum: 'amount', as: 'x") , (select 1)--' }],
    [{ sum: 'amount', as: '__proto__ ' }],
    [{ __proto__: null, pg_sleep: 3 }],
    [{ items: ['cost', '(select 1)'] }],
    [{ items: ['*'] }],
    '{"name"',
    'name;select 1',
  ]);

  test('`tabInvoice`.`name` and count(*) are the documented grammar', async () => {
    const answer = await world.json('GET', `/api/v1/Invoice?${query({ fields: ['`tabInvoice`.`name`'] })}`);
    expect([answer.status, answer.body.items.length]).toEqual([200, 3]);
    const counted = await world.json('GET', `/api/v1/Invoice?${query({ fields: ['count(*)'] })}`);
    expect([counted.status, counted.body.items]).toEqual([200, [{ 'count(*)': 3 }]]);
  });
});

describe('SQLI-04 group_by and aggregates', () => {
  refusesEach('group_by', [
    'customer having (select pg_sleep(3)) is null',
    'customer,(select pg_sleep(3))',
    'rollup(customer)',
    'grouping sets ((customer))',
    '1',
    'pin',
    'extra',
    '()',
    'customer;',
    'x") , (select 1)--',
  ]);
  test.each<[object]>([
    [{ function: "sum(qty),pg_read_file('/etc/passwd'))--", field: 'qty' }],
    [{ "sum(qty),pg_read_file('/etc/passwd'))--": 'qty' }],
    [{ sum: "amount),pg_read_file('/etc/passwd'))--" }],
    [{ sum: 'amount', as: "x'||pg_sleep(3)||'" }],
    [{ sum: 'amount', avg: 'amount' }],
    [{ sum: 'amount', distinct: 'all' }],
    [{ count: '*', distinct: true }],
    [{ string_agg: 'name' }],
    [{ constructor: 'name' }],
    [{ toString: 'name' }],
  ])('%j', async (wish) => {
    await refused(world, { ask: LIST + query({ fields: [wish], group_by: 'customer' }) });
  });

  test('a label never reaches SQL', async () => {
    const label = 'x") , (select pg_sleep(3))--';
    const recorded = recordStatements();
    const { body } = await world.json('GET', '/api/v1/DocType/Note');
    const fields = body.fields.map((each: object) => ({ ...each, label, description: "'); drop table note; --" }));
    expect((await world.json('PUT', '/api/v1/DocType/Note', { fields, description: `$$ ${label}` })).status).toBe(200);
    const grouped = await world.json('GET', '/api/v1/Note?group_by=title&fields=["title","count(*)"]');
    recorded.stop();
    expect([grouped.status, grouped.body.items.length]).toEqual([200, 2]);
    expect([...recorded.texts].filter((text) => /pg_sleep|drop table note/.test(text))).toEqual([]);
    before = await fingerprint(world);
  });
});

describe('SQLI-06 JSON path and dot notation', () => {
  const KEYS = [
    "a') or 1=1--",
    "a'||pg_sleep(3)||'",
    'a::text) or 1=1--',
    "a->>'b",
    "$.a' or '1",
    'a.b',
    'a"b',
    "a{}'",
    'a\\',
    '__proto__',
    'constructor',
  ];

  test.each(KEYS)('%s', async (key) => {
    for (const path of [
      `extra.${key}`,
      key,
      `extra->>${key}`,
      `customer.${key}`,
      `items.${key}`,
      `\`tabInvoice\`.\`extra.${key}\``,
    ]) {
      await refused(world, { ask: LIST + query({ filters: [[path, '=', 'x']] }) });
      await refused(world, { ask: LIST + query({ filters: JSON.stringify({ [path]: 'x' }) }) });
      await refused(world, { ask: LIST + query({ filters: [['Invoice', path, '=', 'x']] }) });
      await refused(world, { ask: LIST + query({ order_by: path }) });
      await refused(world, { ask: LIST + query({ fields: [path] }) });
      await refused(world, { ask: LIST + query({ expand: path }) });
      await refused(world, { ask: 'PATCH /api/v1/Invoice/INV-00001', body: `{${JSON.stringify(path)}:1}` });
    }
  });

  test('such keys inside a JSON value are data, and come back as they were', async () => {
    const meta = Object.fromEntries(KEYS.filter((key) => key !== '__proto__').map((key) => [key, { [key]: key }]));
    const { body } = await world.json('POST', '/api/v1/Invoice', { extra: meta });
    expect(body.extra).toEqual(meta);
    await world.json('DELETE', `/api/v1/Invoice/${body.name}?hard=true`);
    before = await fingerprint(world);
  });
});

describe('values are values', () => {
  const TEXTS = [
    "' or 1=1 --",
    "'; drop table invoice; --",
    '$1',
    '%',
    "\\'",
    '" or ""="',
    '1 or 1=1',
    'x\\',
    "E'\\x27'",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the attack
    '${7*7}',
    '?',
  ];
  const OPERATORS = [
    '=',
    '!=',
    '>',
    '<=',
    'in',
    'not in',
    'like',
    'not like',
    'between',
    'descendants of',
    'timespan',
    'is',
  ];

  test.each(TEXTS)('%s is compared, never run', async (text) => {
    for (const operator of OPERATORS) {
      const value = operator === 'between' ? [text, text] : operator.endsWith('in') ? [text] : text;
      for (const path of ['name', 'customer.full_name', 'items.item', 'amount', 'posted']) {
        const reply = await quickly(world, { ask: LIST + query({ filters: [[path, operator, value]] }) });
        expect([200, 400]).toContain(reply.status);
        if (operator === '=' && reply.status === 200) expect(reply.body.items).toEqual([]);
      }
    }
    expect((await quickly(world, { ask: LIST + query({ q: text }) })).status).toBe(200);
  });

  test.each([
    ';',
    '= 1 or 1=',
    '=--',
    'like binary',
    'regexp',
    '~',
    '||',
    'is distinct from',
    'constructor',
    '__proto__',
    '',
    ' = ; select',
    null,
    1,
    {},
    ['='],
  ])('operator %j is none', async (operator) => {
    await refused(world, { ask: LIST + query({ filters: [['name', operator, 'x']] }) });
  });
});

describe('SQLI-12 limit / offset / page types', () => {
  const WORDS = [
    '1;select pg_sleep(3)',
    '-1',
    '1e9',
    'NaN',
    'null',
    '[]',
    '{}',
    '0x10',
    '1 union select',
    '9223372036854775808',
    '1.5',
    '1e1',
    '+1',
    '１',
    'Infinity',
    'true',
    '1,2',
    '00000000000000000001x',
    '99999999999',
  ];
  for (const parameter of ['limit', 'limit_page_length', 'page_length', 'offset', 'limit_start', 'start']) {
    describe(parameter, () =>
      refusesEach(
        parameter,
        parameter.startsWith('limit') && parameter !== 'limit_start' ? [...WORDS, '0', '1001'] : WORDS,
      ),
    );
  }
  test('the cap is stated', async () => {
    const { body } = await refused(world, { ask: `${LIST}limit=1000000` });
    expect([body.detail, body.errors[0].field]).toEqual([expect.stringContaining('1000'), 'limit']);
  });
  for (const parameter of ['cursor', 'count']) {
    describe(parameter, () =>
      refusesEach(parameter, ['1;select pg_sleep(3)', 'e30', 'W10', 'bnVsbA', 'WyJ4Il0', "'", 'constructor', '{}']),
    );
  }
});

describe('SQLI-08 names in DDL', () => {
  const NAMES = [
    'a" text, drop table "tabUser',
    'x"; create role evil superuser;--',
    'i" on x(y);--',
    '$$',
    "'",
    'a b',
    'a-b',
    'A',
    'é',
    '1a',
    'a;',
    'a\n',
    'a\u0000',
    'a.b',
    'a--',
    'pg_sleep(3)',
    '"',
    '',
    ' ',
    'a'.repeat(64),
  ];
  const attempt = (ask: string, body: unknown) => refused(world, { ask, body, status: [400, 409] });

  test.each(NAMES)('%j', async (name) => {
    const definition = {
      name: 'Victim',
      module: 'Attacks',
      fields: [{ fieldname: name, fieldtype: 'Data' }],
      permissions: [],
    };
    const { body } = await attempt('POST /api/v1/DocType', definition);
    expect(body.errors.map((problem: { field: string }) => problem.field)).toContain('fields[0].fieldname');
    await attempt('POST /api/v1/doctype/Victim/plan', definition);
    await attempt('PUT /api/v1/DocType/Note', { fields: definition.fields });
    await attempt('POST /api/v1/Custom%20Field', {
      dt: 'Note',
      fieldname: name,
      fieldtype: 'Data',
      label: name || 'x',
    });
    // What is a fine name for a DocType is made a bad one.
    const other = isDocTypeName(name.trim()) && name.length < 62 ? `${name}(` : name;
    await attempt('POST /api/v1/DocType', { ...definition, name: other, fields: [] });
    await attempt('POST /api/v1/DocType/Note/rename', { name: other });
  });
});

test('after all of it the database, the answers and JavaScript are as they were', async () => {
  expect(await fingerprint(world)).toEqual(before);
  expect(world.failures).toEqual([]);
  expect(
    (await world.json('GET', '/api/v1/Invoice?order_by=name')).body.items.map((item: { name: string }) => item.name),
  ).toEqual(INVOICES);
});
