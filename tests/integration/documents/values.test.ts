import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { duplicateDocument } from '../../../server/documents/transition.ts';
import type { DocField, DocTypeJson } from '../../../server/kernel/doctype.ts';
import { openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';

const field = (fieldname: string, fieldtype: string, more: Partial<DocField> = {}): DocField => ({
  fieldname,
  fieldtype,
  ...more,
});
const doctype = (name: string, fields: DocField[], more: Partial<DocTypeJson> = {}): DocTypeJson => ({
  name,
  module: 'Test',
  fields,
  permissions: [],
  autoname: 'hash',
  ...more,
});

let services: TestServices;

beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      doctype('Region', [field('tax', 'Percent'), field('greeting', 'Data')], { autoname: 'Prompt' }),
      doctype('Default', [
        field('region', 'Link', { options: 'Region' }),
        field('greeting', 'Data', { default: ':Region' }),
        field('by', 'Link', { options: 'User', default: '__user' }),
        field('day', 'Date', { default: 'Today' }),
        field('moment', 'Datetime', { default: 'now' }),
        field('clock', 'Time', { default: 'Now' }),
        field('choice', 'Select', { options: 'Low\nHigh' }),
        field('blank_choice', 'Select', { options: '\nLow\nHigh' }),
        field('chosen', 'Select', { options: 'Low\nHigh', default: 'High' }),
        field('flag', 'Check', { default: '1' }),
        field('no_flag', 'Check'),
        field('count', 'Int', { default: '7' }),
        field('amount', 'Currency', { default: '1.5' }),
        field('empty_count', 'Int'),
        field('text', 'Data', { default: 'literal' }),
        field('nothing', 'Data'),
        field('rows', 'Table', { options: 'Default Row' }),
      ]),
      doctype(
        'Default Row',
        [
          field('qty', 'Float', { default: '2' }),
          field('unit', 'Select', { options: 'kg\ng' }),
          field('greeting', 'Data', { default: ':Region' }),
        ],
        { istable: 1 },
      ),
      doctype('Rule', [
        field('title', 'Data', { reqd: 1 }),
        field('kind', 'Select', { options: 'A\nB\n' }),
        field('why', 'Small Text', { mandatory_depends_on: "eval:doc.kind=='B'" }),
        field('html', 'Text Editor'),
        field('once', 'Data', { set_only_once: 1 }),
        field('qty', 'Int', { non_negative: 1 }),
        field('email', 'Data', { options: 'Email' }),
        field('phone', 'Data', { options: 'Phone' }),
        field('site', 'Data', { options: 'URL' }),
        field('person', 'Data', { options: 'Name' }),
        field('short', 'Data', { length: 5 }),
        field('code', 'Data', { unique: 1 }),
        field('hidden_note', 'Data', { read_only: 1 }),
        field('secret', 'Password', { no_copy: 1 }),
        field('private', 'Data', { no_copy: 1 }),
        field('flag', 'Check'),
        field('rating', 'Rating'),
        field('data', 'JSON'),
        field('big', 'Long Int'),
        field('moment', 'Datetime'),
        field('price', 'Currency'),
        field('lines', 'Table', { options: 'Rule Line' }),
      ]),
      doctype(
        'Rule Line',
        [
          field('item', 'Data', { reqd: 1 }),
          field('note', 'Data', { mandatory_depends_on: "eval:doc.item=='x' && parent.kind=='A'" }),
          field('qty', 'Float', { non_negative: 1 }),
        ],
        { istable: 1 },
      ),
      doctype('Needs Rows', [field('lines', 'Table', { options: 'Rule Line', reqd: 1 })]),
      doctype(
        'Settings',
        [
          field('limit', 'Int', { default: '10' }),
          field('label', 'Data'),
          field('must', 'Data', { reqd: 1, default: 'yes' }),
        ],
        { issingle: 1 },
      ),
    ],
  });
  await services.create('Region', { name: 'North', greeting: 'Moin' });
});

afterAll(() => services?.close());

describe('defaults', () => {
  test('fill what is not given, in every form', async () => {
    services.setNow('2026-03-04T05:06:07.008Z');
    const made = await services.create('Default', { region: 'North', rows: [{}, { qty: 5, unit: 'g' }] });
    services.setNow(undefined);
    expect(made).toMatchObject({
      greeting: 'Moin',
      by: 'Administrator',
      day: '2026-03-04',
      moment: '2026-03-04T05:06:07.008000Z',
      clock: expect.stringMatching(/^05:06:07/),
      choice: 'Low',
      chosen: 'High',
      flag: true,
      no_flag: false,
      count: 7,
      amount: 1.5,
      empty_count: 0,
      text: 'literal',
      nothing: null,
    });
    expect(made.blank_choice ?? '').toBe('');
    expect(made.rows).toMatchObject([
      { qty: 2, unit: 'kg', idx: 1, greeting: 'Moin' },
      { qty: 5, unit: 'g', idx: 2 },
    ]);
  });

  test('leave alone what is given, even when it is empty', async () => {
    const made = await services.create('Default', { text: '', flag: 0, count: 0, choice: '', day: null });
    expect([made.text, made.flag, made.count, made.choice ?? '', made.day]).toEqual(['', false, 0, '', null]);
  });

  test('are for new documents and new rows only', async () => {
    const made = await services.create('Default', { text: '', rows: [{ qty: 1 }] });
    const changed = await services.update('Default', made.name, {
      nothing: 'x',
      rows: [{ name: made.rows[0].name, unit: '' }, {}],
    });
    expect(changed.text).toBe('');
    expect(changed.rows).toMatchObject([
      { qty: 1, unit: '' },
      { qty: 2, unit: 'kg' },
    ]);
  });
});

describe('required', () => {
  test.each([null, '', '   ', undefined])('a required field is not %j', async (title) => {
    expect(problems(await refusal(services.create('Rule', { title })))).toEqual(['title required']);
  });

  test('all that is missing is named at once, in rows too', async () => {
    const error = await refusal(services.create('Rule', { kind: 'B', lines: [{ item: 'a' }, {}] }));
    expect(problems(error)).toEqual(['title required', 'why required', 'lines[1].item required']);
  });

  test('mandatory_depends_on holds on the server, with the parent of a row', async () => {
    await services.create('Rule', { title: 'x', kind: 'A' });
    expect(problems(await refusal(services.create('Rule', { title: 'x', kind: 'A', lines: [{ item: 'x' }] })))).toEqual(
      ['lines[0].note required'],
    );
    const made = await services.create('Rule', { title: 'x', kind: '', lines: [{ item: 'x' }] });
    expect(problems(await refusal(services.update('Rule', made.name, { kind: 'B' })))).toEqual(['why required']);
  });

  test('a required child table needs a row', async () => {
    expect(problems(await refusal(services.create('Needs Rows', { lines: [] })))).toEqual(['lines required']);
    expect(problems(await refusal(services.create('Needs Rows')))).toEqual(['lines required']);
  });

  test('a required field cannot be emptied', async () => {
    const made = await services.create('Rule', { title: 'x' });
    expect(problems(await refusal(services.update('Rule', made.name, { title: '' })))).toEqual(['title required']);
  });
});

describe('values', () => {
  const bad: [string, unknown][] = [
    ['kind', 'C'],
    ['kind', 'a'],
    ['qty', -1],
    ['qty', 'abc'],
    ['qty', 1.5],
    ['email', 'nobody'],
    ['email', 'a@b.de, x'],
    ['phone', 'call me'],
    ['site', 'no url'],
    ['short', '123456'],
    ['title', 'x'.repeat(141)],
    ['moment', 'yesterday'],
    ['moment', '2026-02-30'],
    ['price', 'much'],
    ['flag', 'maybe'],
    ['title', ['a']],
    ['title', { a: 1 }],
    ['title', 'nul \u0000'],
    ['big', '9223372036854775808'],
    ['nothing_here', 1],
    ['lines', 'x'],
    ['lines', [1]],
  ];
  test.each(bad)('%s is not %j', async (key, value) => {
    const error = await refusal(services.create('Rule', { title: 'x', [key]: value }));
    expect(error.code).toBe('validation');
    expect(error.errors[0]?.field).toMatch(new RegExp(`^${key}`));
  });

  const good: [string, unknown, unknown][] = [
    ['kind', ' A ', 'A'],
    ['email', 'a@b.de', 'a@b.de'],
    ['phone', '+49 (30) 1-2', '+49 (30) 1-2'],
    ['site', 'https://example.com/x', 'https://example.com/x'],
    ['flag', 1, true],
    ['flag', '1', true],
    ['flag', 'true', true],
    ['qty', '12', 12],
    ['price', '1,234.50', 1234.5],
    ['price', 0.1, 0.1],
    ['price', 123456789012.345, 123456789012.345],
    ['big', '9007199254740993', '9007199254740993'],
    ['moment', '2026-01-02T03:04:05.123456+01:00', '2026-01-02T02:04:05.123456Z'],
    ['moment', '2026-01-02 03:04:05', '2026-01-02T03:04:05.000000Z'],
    ['data', { a: [1, { b: null }] }, { a: [1, { b: null }] }],
    ['data', '[1, 2]', [1, 2]],
    ['short', 'äöüß€', 'äöüß€'],
    ['hidden_note', 'written', 'written'],
    ['rating', 0.6, 0.6],
    ['title', 12, '12'],
  ];
  test.each(good)('%s takes %j and gives %j', async (key, value, expected) => {
    const made = await services.create('Rule', { title: 'x', [key]: value });
    expect(made[key]).toEqual(expected);
    expect((await services.read('Rule', made.name))[key]).toEqual(expected);
    expect((await services.update('Rule', made.name, { [key]: made[key] }))[key]).toEqual(expected);
  });

  test('HTML is made harmless', async () => {
    const made = await services.create('Rule', {
      title: 'x',
      html: '<p onclick="x()">hi<script>alert(1)</script></p>',
    });
    expect(made.html).toContain('hi');
    expect(made.html).not.toMatch(/script|onclick/);
  });

  test('a secret is never shown, and stars leave it as it is', async () => {
    const made = await services.create('Rule', { title: 'x', secret: 'hunter2' });
    expect(made.secret).toBe('********');
    const stored = async () => (await services.sql('select secret from rule where name = $1', [made.name]))[0].secret;
    const sealed = await stored();
    expect(sealed).not.toContain('hunter2');
    await services.update('Rule', made.name, { secret: '*****', title: 'y' });
    expect(await stored()).toBe(sealed);
    await services.update('Rule', made.name, { secret: '' });
    expect([await stored(), (await services.read('Rule', made.name)).secret]).toEqual([null, null]);
  });

  test('unknown keys are refused with the nearest known one', async () => {
    const error = await refusal(services.create('Rule', { titl: 'x', __proto__x: 1, constructor: 2 }));
    expect(problems(error)).toEqual(['titl unknown_field', '__proto__x unknown_field', 'constructor unknown_field']);
    expect(error.errors[0]?.message).toContain('title');
    expect(
      problems(await refusal(services.create('Rule', JSON.parse('{"title":"x","__proto__":{"kind":"A"}}')))),
    ).toEqual(['__proto__ unknown_field']);
  });

  test('keys that the server sets are ignored when equal and refused when different', async () => {
    const made = await services.create('Rule', { title: 'x' });
    expect(await services.update('Rule', made.name, { ...made, title: 'y' })).toMatchObject({
      title: 'y',
      _version: 2,
    });
    const { id, owner, creation, docstatus } = made;
    await services.update('Rule', made.name, { id, owner, creation, docstatus });
    for (const [key, value] of Object.entries({
      id: '00000000-0000-7000-8000-000000000000',
      owner: 'me',
      creation: '2020-01-01',
      docstatus: 1,
      modified_by: 'me',
      name: 'other',
      doctype: 'Other',
    })) {
      expect(problems(await refusal(services.update('Rule', made.name, { [key]: value })))).toEqual([
        `${key} server_set`,
      ]);
    }
    const { owner: user } = made;
    await services.create('Rule', { title: 'z', docstatus: 0, owner: user, modified_by: user });
    expect(problems(await refusal(services.create('Rule', { title: 'z', owner: 'me' })))).toEqual(['owner server_set']);
  });

  test('each write has a time of its own, also when the clock stands still or goes back', async () => {
    services.setNow('2030-01-01T00:00:00Z');
    const { name } = await services.create('Rule', { title: 'x' });
    const seen = await services.update('Rule', name, { title: 'y' });
    expect(seen.modified).toBe('2030-01-01T00:00:00.000001Z');
    services.setNow('2029-01-01T00:00:00Z');
    expect((await services.update('Rule', name, { title: 'z' })).modified).toBe('2030-01-01T00:00:00.000002Z');
    services.setNow(undefined);
    const late = refusal(services.update('Rule', name, { title: 'w', modified: seen.modified }));
    expect((await late).code).toBe('conflict');
  });
});

describe('what may change', () => {
  test('set_only_once is set when the document is made', async () => {
    const made = await services.create('Rule', { title: 'x', once: 'a' });
    expect(problems(await refusal(services.update('Rule', made.name, { once: 'b' })))).toEqual(['once set_only_once']);
    expect(problems(await refusal(services.update('Rule', made.name, { once: '' })))).toEqual(['once set_only_once']);
    await services.update('Rule', made.name, { once: 'a', title: 'y' });
  });

  test('unique values are unique, and blanks are not counted', async () => {
    await services.create('Rule', { title: 'a', code: 'one' });
    const error = await refusal(services.create('Rule', { title: 'b', code: 'one' }));
    expect([error.code, problems(error)]).toEqual(['duplicate', ['code duplicate']]);
    const blank = await services.create('Rule', { title: 'c', code: '' });
    await services.create('Rule', { title: 'd', code: '  ' });
    await services.create('Rule', { title: 'e' });
    expect((await refusal(services.update('Rule', blank.name, { code: 'one' }))).code).toBe('duplicate');
  });

  test('a document that moved on is not overwritten', async () => {
    const made = await services.create('Rule', { title: 'x' });
    const changed = await services.update('Rule', made.name, { title: 'y', _version: made._version });
    expect(changed._version).toBe(2);
    for (const stale of [{ _version: made._version }, { modified: made.modified }]) {
      const error = await refusal(services.update('Rule', made.name, { title: 'z', ...stale }));
      expect([error.code, error.extra.current_version]).toEqual(['conflict', 2]);
    }
    expect(await services.update('Rule', made.name, { title: 'z', modified: changed.modified })).toMatchObject({
      title: 'z',
      _version: 3,
    });
  });

  test('two changes of the same version: one of them wins', async () => {
    const made = await services.create('Rule', { title: 'x' });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) => services.update('Rule', made.name, { qty: n, _version: 1 })),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await services.read('Rule', made.name))._version).toBe(2);
  });

  test('what is not_nullable has the empty value of its type, if it has one', async () => {
    const types = [
      'Data',
      'Text',
      'Select',
      'Duration',
      'Rating',
      'Date',
      'Datetime',
      'Time',
      'JSON',
      'Link',
      'Password',
    ];
    const fields = types.map((type) =>
      field(type.toLowerCase(), type, { not_nullable: 1, ...(type === 'Link' ? { options: 'Region' } : {}) }),
    );
    await services.create('DocType', { ...doctype('Not Null', fields) });
    const empty = { data: '', text: '', select: '', duration: 0, rating: 0, date: null, time: null, json: null };
    const made = await services.create('Not Null', {});
    expect(made).toMatchObject({ ...empty, datetime: null, link: null, password: null });
    expect(await services.read('Not Null', made.name)).toEqual(made);
    expect(await services.update('Not Null', made.name, { data: null, rating: null })).toMatchObject(empty);
  });

  test('a duplicate takes everything but no_copy fields and secrets', async () => {
    const made = await services.create('Rule', {
      title: 'x',
      private: 'mine',
      secret: 's',
      lines: [{ item: 'a' }, { item: 'b' }],
    });
    const copy = JSON.parse((await duplicateDocument(services.context(), { doctype: 'Rule', name: made.name })).text);
    expect(copy).toMatchObject({
      title: 'x',
      private: null,
      secret: null,
      lines: [
        { item: 'a', idx: 1 },
        { item: 'b', idx: 2 },
      ],
      _version: 1,
    });
    expect([copy.name, copy.id, copy.lines[0].name]).not.toEqual([made.name, made.id, made.lines[0].name]);
  });
});

describe('a Single', () => {
  test('shows its defaults until it is saved, and has one version after another', async () => {
    expect(await services.read('Settings', 'Settings')).toMatchObject({
      name: 'Settings',
      limit: 10,
      label: null,
      _version: 0,
    });
    expect(await services.update('Settings', 'Settings', { label: 'a' })).toMatchObject({
      limit: 10,
      label: 'a',
      must: 'yes',
      _version: 1,
    });
    expect(await services.update('Settings', 'Settings', { limit: 3 })).toMatchObject({
      limit: 3,
      label: 'a',
      _version: 2,
    });
    expect(problems(await refusal(services.update('Settings', 'Settings', { must: '' })))).toEqual(['must required']);
    expect((await refusal(services.update('Settings', 'Settings', { label: 'b', _version: 1 }))).code).toBe('conflict');
  });
});
