import { mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { removeDocument } from '../../server/documents/remove.ts';
import { jsonFileRepository } from '../../server/documents/repositories/json-file.ts';
import { type SqlTableRepository, sqlTableRepository } from '../../server/documents/repositories/sql-table.ts';
import { updateDocument } from '../../server/documents/update.ts';
import { docType } from '../support/plans.ts';
import { createDatabase, type TestDatabase } from '../support/postgres.ts';
import fc from '../support/properties.ts';
import { openTestServices, problems, refusal, type TestServices } from '../support/services.ts';

const RATE_FIELDS = [
  'rate! Float',
  'valid_from Date',
  'is_official Check',
  'digits Int',
  'note Data',
  'secret Password',
];

const TWIN_FIELDS = ['t Data', 'n Int', 'f Float', 'd Date', 'at Datetime', 'c Check'];

let folder: string;
let other: TestDatabase;
let client: pg.Client;
let measures: SqlTableRepository;
let people: SqlTableRepository;
let away: SqlTableRepository;
let twin: SqlTableRepository;
let services: TestServices;
const seen: string[] = [];

const file = (name: string): string => path.join(folder, name);
const rates = [
  { name: 'EUR-USD', rate: 1.1, valid_from: '2026-01-01', is_official: 1, ours: { kept: true } },
  { name: 'EUR-CHF', rate: '0.95', valid_from: '2026-02-01', is_official: 0, digits: null },
  { name: 'EUR-JPY', rate: 160, big: 12345678901234567890n, digits: 'many' },
];
const asText = (records: unknown): string =>
  `${JSON.stringify(records, (_key, value) => (typeof value === 'bigint' ? `@${value}@` : value), 2).replace(/"@(\d+)@"/g, '$1')}\n`;
const onDisk = async (name: string) => JSON.parse(await readFile(file(name), 'utf8'));

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'framework-m-virtual-'));
  await writeFile(file('rates.json'), asText(rates));
  await writeFile(
    file('countries.json'),
    '{"DE":{"title":"Germany"},"__proto__":{"title":"Odd"},"FR":{"title":"France"}}',
  );
  other = await createDatabase();
  client = new pg.Client(other.url);
  await client.connect();
  await client.query(`create schema stock;
    create table stock."Measure" (code text primary key, "the title" text, factor double precision, day timestamp, active boolean, amount integer, big bigint, version integer not null default 1);
    create table person (id serial primary key, full_name text not null, email text unique, born date);`);
  measures = sqlTableRepository({
    url: other.url,
    table: 'stock.Measure',
    key: 'code',
    columns: { title: 'the title', count: 'amount', unused: null, _version: 'version' },
    writable: true,
  });
  people = sqlTableRepository({ url: other.url, table: 'person', key: 'id', writable: true });
  away = sqlTableRepository({ url: 'postgres://nobody@127.0.0.1:1/none', table: 'x', key: 'id' });
  const hooks = {
    validate: ({ doc, fail }: { doc: { rate?: unknown }; fail(message: string, field?: string): never }) => {
      seen.push('validate');
      if (doc.rate === 666) fail('not this rate', 'rate');
    },
    on_update: () => void seen.push('on_update'),
    after_delete: () => void seen.push('after_delete'),
  };
  await client.query(
    'create table twin (k text primary key, t text, n integer, f double precision, d date, at timestamptz, c boolean)',
  );
  twin = sqlTableRepository({ url: other.url, table: 'twin', key: 'k' });
  services = await openTestServices({
    doctypes: [
      docType('Rate', RATE_FIELDS, { is_virtual: 1, autoname: 'Prompt' }),
      docType('Fixed Rate', RATE_FIELDS, { is_virtual: 1 }),
      docType('Country Code', ['title! Data'], { is_virtual: 1, autoname: 'Prompt' }),
      docType('Menu', ['title Data', 'dishes Table Dish'], { is_virtual: 1, autoname: 'Prompt' }),
      docType('Dish', ['dish! Data', 'price Float', 'code Password'], { is_virtual: 1, istable: 1 }),
      docType('Missing File', ['title Data'], { is_virtual: 1 }),
      docType(
        'Measure',
        ['title! Data', 'factor Float', 'day Date', 'active Check', 'count Int', 'big Long_Int', 'unused Data'],
        { is_virtual: 1, autoname: 'Prompt' },
      ),
      docType('Person Row', ['full_name! Data', 'email Data', 'born Date'], {
        is_virtual: 1,
        autoname: 'autoincrement',
      }),
      docType('Twin Table', TWIN_FIELDS, { is_virtual: 1 }),
      docType('Twin File', TWIN_FIELDS, { is_virtual: 1 }),
      docType('Away', ['title Data'], { is_virtual: 1 }),
      docType('Order', ['rate Link Rate', 'measure Link Measure', 'kind Link DocType', 'other Dynamic_Link kind'], {
        autoname: 'hash',
      }),
    ],
    apps: [
      {
        controllers: { Rate: { hooks } },
        repositories: {
          Rate: jsonFileRepository({ file: file('rates.json'), writable: true }),
          'Fixed Rate': jsonFileRepository({ file: file('rates.json') }),
          'Country Code': jsonFileRepository({ file: file('countries.json'), writable: true }),
          Menu: jsonFileRepository({ file: file('menus.json'), writable: true }),
          'Missing File': jsonFileRepository({ file: file('missing.json') }),
          Measure: measures,
          'Person Row': people,
          Away: away,
          'Twin Table': twin,
          'Twin File': jsonFileRepository({ file: file('twin.json'), keyField: 'k' }),
        },
      },
    ],
  });
});

afterAll(async () => {
  await services?.close();
  await Promise.all([measures, people, away, twin].map((repository) => repository?.close()));
  await client?.end();
  await other?.drop();
  await rm(folder, { recursive: true, force: true });
});

describe('a JSON file', () => {
  beforeEach(async () => {
    await writeFile(file('rates.json'), asText(rates));
    seen.length = 0;
  });

  test('is read with the values of the fields and the standard keys', async () => {
    const doc = await services.read('Fixed Rate', 'EUR-CHF');
    expect(doc).toMatchObject({
      doctype: 'Fixed Rate',
      name: 'EUR-CHF',
      rate: 0.95,
      valid_from: '2026-02-01',
      is_official: false,
      digits: 0,
      docstatus: 0,
      _version: 1,
      owner: 'Administrator',
    });
    expect(doc.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(await services.read('Fixed Rate', doc.id)).toEqual(doc);
    expect(Date.parse(doc.modified)).toBeGreaterThan(Date.now() - 60_000);
    expect((await services.read('Fixed Rate', 'EUR-JPY')).digits).toBe(0);
  });

  test('is listed with filters, order and count', async () => {
    const items = await services.list('Fixed Rate', { filters: [['rate', '<', 100]], order_by: 'rate desc' });
    expect(items.map((item) => [item.name, item.rate])).toEqual([
      ['EUR-USD', 1.1],
      ['EUR-CHF', 0.95],
    ]);
  });

  test('is read again when it changed, and tells of what is wrong with it', async () => {
    await writeFile(file('rates.json'), asText([{ name: 'NEW', rate: 2 }]));
    expect((await services.list('Rate')).map((item) => item.name)).toEqual(['NEW']);
    const broken: [string, string][] = [
      ['{"a":', 'it is no JSON'],
      ['[1]', 'its element 1 is no object'],
      ['[{"nam":"x"}]', 'its element 1 has no "name"'],
      ['[{"name":"x"},{"name":"x"}]', 'the name "x" occurs twice'],
      ['"text"', 'neither a list of objects'],
    ];
    for (const [text, words] of broken) {
      await writeFile(file('rates.json'), text);
      const error = await refusal(services.list('Rate'));
      expect([error.code, error.message]).toEqual(['unavailable', expect.stringContaining(words)]);
      expect(error.message).not.toContain(folder);
    }
    expect((await refusal(services.read('Missing File', 'x'))).message).toContain('it is not there');
  });

  test('is not written unless it may be', async () => {
    expect((await refusal(services.create('Fixed Rate', { name: 'x' }))).code).toBe('wrong_state');
    expect((await refusal(services.update('Fixed Rate', 'EUR-USD', { rate: 2 }))).code).toBe('wrong_state');
    expect(await onDisk('rates.json')).toHaveLength(3);
  });

  test('takes a new document at its end, with hooks and rules as for any other', async () => {
    const made = await services.create('Rate', {
      name: 'EUR-SEK',
      rate: '11.25',
      is_official: 1,
      secret: 'open sesame',
    });
    expect(made).toMatchObject({ name: 'EUR-SEK', rate: 11.25, is_official: true, secret: '********', _version: 1 });
    expect(seen).toEqual(['validate', 'on_update']);
    const text = await readFile(file('rates.json'), 'utf8');
    expect(text).not.toContain('open sesame');
    expect(text).toContain('"big": 12345678901234567890');
    expect(text).toMatch(/^\[\n {2}\{\n {4}"name": "EUR-USD"/);
    expect(text.endsWith('\n')).toBe(true);
    const records = await onDisk('rates.json');
    expect(records[0]).toEqual(rates[0]);
    expect(records[3]).toMatchObject({
      name: 'EUR-SEK',
      rate: 11.25,
      is_official: true,
      owner: 'Administrator',
      _version: 1,
    });
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('refuses what breaks a rule, and stays as it was', async () => {
    const before = await readFile(file('rates.json'), 'utf8');
    expect((await refusal(services.create('Rate', { name: 'EUR-USD' }))).code).toBe('duplicate');
    expect(problems(await refusal(services.create('Rate', { name: 'X', rat: 1 })))).toEqual(['rat unknown_field']);
    expect(problems(await refusal(services.create('Rate', { name: 'X', rate: 'much' })))).toEqual([
      'rate invalid_number',
    ]);
    expect(problems(await refusal(services.create('Rate', { name: 'X', rate: 666 })))).toEqual(['rate refused']);
    expect(problems(await refusal(services.create('Rate', {})))).toEqual(['name invalid_name']);
    expect((await refusal(services.update('Rate', 'nothing', { rate: 1 }))).code).toBe('not_found');
    expect(await readFile(file('rates.json'), 'utf8')).toBe(before);
  });

  test('changes only what was given, and counts versions', async () => {
    const changed = await services.update('Rate', 'EUR-USD', { rate: 1.25 });
    expect(changed).toMatchObject({ rate: 1.25, is_official: true, _version: 2 });
    const [record] = await onDisk('rates.json');
    expect(record).toMatchObject({ ...rates[0], rate: 1.25, _version: 2, modified_by: 'Administrator' });
    expect(Object.keys(record).slice(0, 5)).toEqual(Object.keys(rates[0] as object));
    const stale = updateDocument(services.context(), {
      doctype: 'Rate',
      name: 'EUR-USD',
      given: { rate: 3 },
      version: 1,
    });
    expect((await refusal(stale)).code).toBe('conflict');
    expect((await services.read('Rate', 'EUR-USD')).rate).toBe(1.25);
  });

  test('keeps a secret that is sent back as stars', async () => {
    await services.update('Rate', 'EUR-USD', { secret: 'one' });
    const [{ secret }] = await onDisk('rates.json');
    await services.update('Rate', 'EUR-USD', { secret: '********', rate: 9 });
    expect(await onDisk('rates.json')).toEqual(expect.arrayContaining([expect.objectContaining({ secret, rate: 9 })]));
  });

  test('loses no change of many writers at once', async () => {
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => services.create('Rate', { name: `R${index}`, rate: index })),
    );
    await Promise.all(
      Array.from({ length: 12 }, (_, index) => services.update('Rate', 'EUR-USD', { note: `n${index}` })),
    );
    expect(await onDisk('rates.json')).toHaveLength(15);
    expect((await services.read('Rate', 'EUR-USD'))._version).toBe(13);
  });

  test('may be a link to a file, and stays one', async () => {
    await rm(file('countries-link.json'), { force: true });
    await symlink(file('countries.json'), file('countries-link.json'));
    const linked = jsonFileRepository({ file: file('countries-link.json'), writable: true });
    const plan = services.context().snapshot.find('Country Code');
    if (!plan) throw new Error('no plan');
    await services.open.db.transaction(
      (tx) => linked.insert?.({ ...services.context(), tx }, plan, { name: 'IT', title: 'Italy' }) as Promise<string>,
    );
    expect((await services.read('Country Code', 'IT')).title).toBe('Italy');
  });

  test('by name: its keys are the names, whatever they are called', async () => {
    expect((await services.read('Country Code', '__proto__')).title).toBe('Odd');
    await services.create('Country Code', { name: 'constructor', title: 'Builder' });
    await services.update('Country Code', '__proto__', { title: 'Still odd' });
    const raw = await readFile(file('countries.json'), 'utf8');
    expect(raw).toMatch(/^\{"DE":\{"title":"Germany"\},"__proto__":\{"title":"Still odd"/);
    expect((await services.list('Country Code', { order_by: 'title asc' })).map((item) => item.title)).toEqual(
      expect.arrayContaining(['Builder', 'France', 'Germany', 'Still odd']),
    );
    expect((await refusal(services.read('Country Code', 'toString'))).code).toBe('not_found');
  });

  test('a document that ours link to is not deleted; another is', async () => {
    const order = await services.create('Order', { rate: 'EUR-USD' });
    const error = await refusal(removeDocument(services.context(), { doctype: 'Rate', name: 'EUR-USD' }));
    expect([error.code, error.extra.links]).toEqual([
      'linked',
      [{ doctype: 'Order', name: order.name, field: 'rate' }],
    ]);
    await removeDocument(services.context(), { doctype: 'Rate', name: 'EUR-CHF' });
    expect(seen).toEqual(['after_delete']);
    expect((await onDisk('rates.json')).map((record: { name: string }) => record.name)).toEqual(['EUR-USD', 'EUR-JPY']);
  });

  test('may hold child rows, which keep what no field knows', async () => {
    const menu = { name: 'Lunch', dishes: [{ dish: 'Soup', price: '4.5', hot: true }, { dish: 'Bread' }] };
    await writeFile(file('menus.json'), JSON.stringify([menu]));
    const read = await services.read('Menu', 'Lunch');
    expect(read.dishes).toMatchObject([
      { dish: 'Soup', price: 4.5, idx: 1, parent: 'Lunch', parenttype: 'Menu', parentfield: 'dishes' },
      { dish: 'Bread', price: 0, idx: 2 },
    ]);
    expect(await services.list('Menu', { filters: [['dishes.price', '>', 4]] })).toHaveLength(1);
    expect(await services.list('Menu', { filters: [['dishes.price', '>', 5]] })).toHaveLength(0);
    const [soup, bread] = read.dishes;
    const changed = await services.update('Menu', 'Lunch', {
      dishes: [{ name: bread.name }, { name: soup.name, price: 5 }, { dish: 'Cake', code: 'hush' }],
    });
    expect(changed.dishes).toMatchObject([
      { dish: 'Bread', idx: 1 },
      { dish: 'Soup', price: 5, idx: 2 },
      { dish: 'Cake', code: '********', idx: 3 },
    ]);
    const [stored] = await onDisk('menus.json');
    expect(stored.dishes).toMatchObject([{ dish: 'Bread' }, { dish: 'Soup', price: 5, hot: true }, { dish: 'Cake' }]);
    expect(JSON.stringify(stored)).not.toContain('hush');
    await services.update('Menu', 'Lunch', { title: 'x' });
    await services.update('Menu', 'Lunch', { dishes: changed.dishes });
    expect((await onDisk('menus.json'))[0].dishes).toEqual(stored.dishes);
    expect(problems(await refusal(services.update('Menu', 'Lunch', { dishes: [{ name: 'other' }] })))).toEqual([
      'dishes[0] unknown_row',
    ]);
    expect(problems(await refusal(services.create('Menu', { name: 'M', dishes: [{ price: 'x' }] })))).toEqual([
      'dishes[0].price invalid_number',
    ]);
  });

  test('the same size and another time is another content', async () => {
    await writeFile(file('rates.json'), '[{"name":"A"}]');
    expect(await services.list('Rate')).toHaveLength(1);
    await writeFile(file('rates.json'), '[{"name":"B"}]');
    await utimes(file('rates.json'), new Date(), new Date(Date.now() + 5000));
    expect((await services.list('Rate')).map((item) => item.name)).toEqual(['B']);
  });
});

describe('a table of another database', () => {
  beforeEach(async () => {
    await client.query(`truncate stock."Measure"; truncate person restart identity;
      insert into stock."Measure" values
        ('KG', 'Kilogram', 1, '2026-01-01 10:30:00', true, 5, 9007199254740993),
        ('G', 'Gram', 0.001, '2026-01-02 00:00:00', false, null, 1),
        ('LB', 'pound "avoirdupois"', 0.45359237, null, null, -3, null);
      insert into person (full_name, email, born) values ('Ada', 'ada@example.com', '1815-12-10'), ('Alan', null, '1912-06-23');`);
  });

  test('is read with the values of the fields', async () => {
    expect(await services.read('Measure', 'KG')).toMatchObject({
      doctype: 'Measure',
      name: 'KG',
      title: 'Kilogram',
      factor: 1,
      day: '2026-01-01',
      active: true,
      count: 5,
      big: '9007199254740993',
      unused: null,
      _version: 1,
    });
    expect((await refusal(services.read('Measure', 'kg'))).code).toBe('not_found');
    expect((await refusal(services.read('Person Row', 'no number'))).code).toBe('not_found');
    expect((await refusal(services.read('Person Row', '01'))).code).toBe('not_found');
    expect(await services.read('Person Row', '1')).toMatchObject({ name: '1', full_name: 'Ada', born: '1815-12-10' });
  });

  const filters: [unknown, string[]][] = [
    [[['title', '=', 'Gram']], ['G']],
    [[['title', '!=', 'Gram']], ['KG', 'LB']],
    [[['title', 'like', '%GRAM']], ['G', 'KG']],
    [[['title', '>', 'L']], ['LB']],
    [[['factor', '>=', 0.45359237]], ['KG', 'LB']],
    [[['factor', 'between', [0.0001, 0.5]]], ['G', 'LB']],
    [[['count', '=', 0]], ['G']],
    [[['count', '<', 5]], ['G', 'LB']],
    [[['count', 'in', [0, 5]]], ['G', 'KG']],
    [[['day', '=', '2026-01-01']], ['KG']],
    [[['day', '<=', '2026-01-01']], ['KG', 'LB']],
    [[['day', 'is', 'not set']], ['LB']],
    [[['day', 'is', 'set']], ['G', 'KG']],
    [[['active', '=', 0]], ['G', 'LB']],
    [[['name', 'in', ['KG', 'LB', 'XX']]], ['KG', 'LB']],
    [[['name', 'in', []]], []],
    [
      ['or', ['title', '=', 'Gram'], ['count', '=', 5]],
      ['G', 'KG'],
    ],
    [[['unused', 'is', 'not set']], ['G', 'KG', 'LB']],
    [[['title', '=', `' or 1=1 --`]], []],
  ];
  test.each(filters)('the filter %j finds %j', async (given, names) => {
    const found = await services
      .list('Measure', { filters: given, order_by: 'name asc' })
      .catch((error) => error.message);
    expect(found).toEqual(names.map((name) => expect.objectContaining({ name })));
  });

  test('only rows that may match are fetched, and too many are refused', async () => {
    await client.query(
      `insert into stock."Measure" (code, "the title", amount) select 'N' || n, 'many', n from generate_series(1, 10001) n`,
    );
    const error = await refusal(services.list('Measure'));
    expect([error.code, error.message]).toEqual(['bad_request', expect.stringContaining('10000')]);
    expect(await services.list('Measure', { filters: [['count', 'between', [10, 20]]] })).toHaveLength(11);
    expect(await services.list('Measure', { filters: [['name', '=', 'N77']] })).toHaveLength(1);
  });

  test('is written, and its version column keeps out who saw another', async () => {
    const made = await services.create('Measure', {
      name: 'T',
      title: 'Tonne',
      factor: 1000,
      day: '2026-03-01',
      active: 1,
    });
    expect(made).toMatchObject({ name: 'T', factor: 1000, active: true, _version: 1 });
    expect((await refusal(services.create('Measure', { name: 'T' }))).code).toBe('duplicate');
    expect(await services.update('Measure', 'T', { factor: 1016 })).toMatchObject({
      factor: 1016,
      title: 'Tonne',
      _version: 2,
    });
    const stale = updateDocument(services.context(), {
      doctype: 'Measure',
      name: 'T',
      given: { factor: 1 },
      version: 1,
    });
    expect((await refusal(stale)).code).toBe('conflict');
    const { rows } = await client.query(
      `select code, "the title", factor, active, version from stock."Measure" where code = 'T'`,
    );
    expect(rows).toEqual([{ code: 'T', 'the title': 'Tonne', factor: 1016, active: true, version: 2 }]);
    await removeDocument(services.context(), { doctype: 'Measure', name: 'T' });
    expect((await refusal(services.read('Measure', 'T'))).code).toBe('not_found');
  });

  test('names its own rows when the DocType says autoincrement', async () => {
    expect(await services.create('Person Row', { full_name: 'Grace', born: '1906-12-09' })).toMatchObject({
      name: '3',
      full_name: 'Grace',
    });
    expect((await refusal(services.create('Person Row', { full_name: 'x', email: 'ada@example.com' }))).code).toBe(
      'duplicate',
    );
    expect((await refusal(services.create('Person Row', { name: '9', full_name: 'x' }))).code).toBe('validation');
  });

  test('is unavailable when it is away', async () => {
    const error = await refusal(services.list('Away'));
    expect(error.code).toBe('unavailable');
    expect(error.message).not.toContain('127.0.0.1');
  });
});

describe('what the other database decides', () => {
  const texts = ['', 'a', 'A', 'ab', 'aB', 'b', 'é', 'É', '50%', 'a_b', '\\\\', 'z'];
  const numbers = [-2, -1, 0, 1, 2, 10];
  const dates = ['2025-12-31', '2026-01-01', '2026-01-02', '2026-02-01'];
  const times = dates.flatMap((date) => [`${date} 00:00:00+00`, `${date} 23:59:59.5+00`]);
  const orNull = <T>(values: readonly T[]) => fc.constantFrom(null, ...values);
  const row = fc.record({
    t: orNull(texts),
    n: orNull(numbers),
    f: orNull([...numbers, 0.1, 1.5]),
    d: orNull(dates),
    at: orNull(times),
    c: orNull([true, false]),
  });
  const values: Record<string, readonly unknown[]> = {
    t: texts,
    k: ['r0', 'r1'],
    n: numbers,
    f: [...numbers, 0.1],
    d: dates,
    at: [...dates, '2026-01-01T23:59:59.5Z'],
    c: [0, 1],
  };
  const condition = fc.constantFrom('t', 'n', 'f', 'd', 'at', 'c', 'k').chain((key) => {
    const value = fc.constantFrom(...(values[key] as unknown[]));
    const field = key === 'k' ? 'name' : key;
    const single = fc.tuple(fc.constant(field), fc.constantFrom('=', '!=', '>', '>=', '<', '<='), value);
    const list = fc.tuple(
      fc.constant(field),
      fc.constantFrom('in', 'not in'),
      fc.array(fc.option(value), { maxLength: 3 }),
    );
    const pair = fc.tuple(fc.constant(field), fc.constant('between'), fc.tuple(value, value));
    const presence = fc.tuple(fc.constant(field), fc.constant('is'), fc.constantFrom('set', 'not set'));
    const like = fc.tuple(
      fc.constant(field),
      fc.constantFrom('like', 'not like'),
      fc.constantFrom('%a%', 'A_', '%', '', 'é', '50\\\\%'),
    );
    return fc.oneof(single, list, pair, presence, like);
  });
  const filter = fc.oneof(
    fc.array(condition, { minLength: 1, maxLength: 3 }),
    fc.tuple(fc.constant('or'), condition, condition),
    fc.tuple(fc.constant('and'), condition, fc.tuple(fc.constant('or'), condition, condition)),
  );

  test('never changes what a filter finds', async () => {
    const find = async (doctype: string, filters: unknown) =>
      services.list(doctype, { filters, order_by: 'name asc', limit: 100 }).then(
        (items) => items.map((item) => item.name),
        (error) => error.message.replaceAll(doctype, ''),
      );
    const property = fc.asyncProperty(
      fc.array(row, { minLength: 3, maxLength: 8 }),
      fc.array(filter, { minLength: 6, maxLength: 6 }),
      async (rows, wished) => {
        await client.query('truncate twin');
        await client.query('insert into twin select * from json_populate_recordset(null::twin, $1)', [
          JSON.stringify(rows.map((each, index) => ({ k: `r${index}`, ...each }))),
        ]);
        await writeFile(file('twin.json'), JSON.stringify(rows.map((each, index) => ({ k: `r${index}`, ...each }))));
        for (const filters of wished)
          expect([filters, await find('Twin Table', filters)]).toEqual([filters, await find('Twin File', filters)]);
      },
    );
    await fc.assert(property, { numRuns: 60 });
  });
});

describe('links to virtual documents', () => {
  test('must lead somewhere, through the repository', async () => {
    await writeFile(file('rates.json'), asText(rates));
    const made = await services.create('Order', { rate: 'EUR-JPY', measure: 'KG', kind: 'Rate', other: 'EUR-USD' });
    expect(made).toMatchObject({ rate: 'EUR-JPY', measure: 'KG', other: 'EUR-USD' });
    const error = await refusal(
      services.create('Order', { rate: 'EUR-XXX', measure: 'nothing', kind: 'Rate', other: 'nothing' }),
    );
    expect(problems(error)).toEqual(['rate link_not_found', 'measure link_not_found', 'other link_not_found']);
  });
});
