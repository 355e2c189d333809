/** Fields, sizes and types in broken DocTypes, and edits that would lose data: one clear error each, nothing left behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broken, data, docType, POST, eachRefused as refuseEach } from './broken-doctypes.ts';
import { fingerprint, quickly, refused } from './oracles.ts';
import { must, openWorld, type World } from './world.ts';

let world: World;
let before: Record<string, unknown>;
beforeAll(async () => {
  world = await openWorld();
  before = await fingerprint(world);
});
afterAll(() => world?.close());

const eachRefused = (table: Record<string, Broken>): void => refuseEach(() => ({ world, before }), table);

describe('fields that do not fit', () => {
  const link = (options: unknown): object => ({ fieldname: 'a', fieldtype: 'Link', options });
  eachRefused({
    'an unknown fieldtype': {
      body: docType({ fields: [{ fieldname: 'a', fieldtype: 'Blob' }] }),
      at: /fields\[0\]\.fieldtype/,
    },
    'a fieldtype that JavaScript inherits': {
      body: docType({ fields: [{ fieldname: 'a', fieldtype: 'constructor' }] }),
      at: /fields\[0\]\.fieldtype/,
    },
    'a fieldtype with SQL in it': {
      body: docType({ fields: [{ fieldname: 'a', fieldtype: 'Data"); drop table note; --' }] }),
      at: /fields\[0\]\.fieldtype/,
    },
    'a Link to nowhere': { body: docType({ fields: [link('Nowhere')] }), at: /fields\[0\]\.options/ },
    'a Link to __proto__': { body: docType({ fields: [link('__proto__')] }), at: /fields\[0\]\.options/ },
    'a Link to constructor': { body: docType({ fields: [link('constructor')] }), at: /fields\[0\]\.options/ },
    'a Link without a target': { body: docType({ fields: [link(undefined)] }), at: /fields\[0\]\.options/ },
    'a Link to a list': { body: docType({ fields: [link(['Note'])] }), at: /fields\[0\]\.options/ },
    'a Table of no child DocType': {
      body: docType({ fields: [{ fieldname: 'a', fieldtype: 'Table', options: 'Note' }] }),
      at: /fields\[0\]\.options/,
    },
    'a Table of itself': {
      body: docType({ fields: [{ fieldname: 'a', fieldtype: 'Table', options: 'Victim' }] }),
      at: /fields\[0\]\.options/,
    },
    'a Dynamic Link through nothing': {
      body: docType({ fields: [{ fieldname: 'a', fieldtype: 'Dynamic Link', options: 'b' }] }),
      at: /fields\[0\]\.options/,
    },
    'fetch_from that turns in a circle': {
      body: docType({
        fields: [
          data('a', { fetch_from: 'me.b' }),
          data('b', { fetch_from: 'me.a' }),
          { fieldname: 'me', fieldtype: 'Link', options: 'Victim' },
        ],
      }),
      at: /fields\[\d\]\.fetch_from/,
    },
    'fetch_from through what is no link': {
      body: docType({ fields: [data('a', { fetch_from: 'title.name' }), data('title')] }),
      at: /fields\[0\]\.fetch_from/,
    },
    'a default that is no option': {
      body: docType({ fields: [{ fieldname: 'a', fieldtype: 'Select', options: 'x\ny', default: 'z' }] }),
      at: /fields\[0\]\.default/,
    },
    'an expression that cannot be read': {
      body: docType({ fields: [data('a', { depends_on: 'eval:doc.(' })] }),
      at: /fields\[0\]\.depends_on/,
    },
    'naming by a field that is not there': { body: docType({ autoname: 'field:nothing' }), at: /autoname/ },
    'naming by __proto__': { body: docType({ autoname: 'field:__proto__' }), at: /autoname/ },
    'a title that is not there': { body: docType({ title_field: 'nothing' }), at: /title_field/ },
    'a sort field with SQL in it': { body: docType({ sort_field: 'name; drop table note' }), at: /sort_field/ },
    'a child table that is submittable': {
      body: docType({ istable: 1, is_submittable: 1 }),
      at: /is_submittable|istable/,
    },
    'rows and one record at once': { body: docType({ istable: 1, issingle: 1 }), at: /issingle|istable/ },
    'a permission of a role that is a list': {
      body: docType({ permissions: [{ role: ['x'], read: 1 }] }),
      at: /permissions\[0\]\.role/,
    },
    'a permission level below zero': {
      body: docType({ permissions: [{ role: 'All', permlevel: -1, read: 1 }] }),
      at: /permissions\[0\]\.permlevel/,
    },
    'a word of the framework': { body: docType({ fields: [data('docstatus')] }), at: /fields\[0\]\.fieldname/ },
    'the key of a child row': {
      body: docType({ istable: 1, fields: [data('parentfield')] }),
      at: /fields\[0\]\.fieldname/,
    },
    'the column of a child row': {
      body: docType({ istable: 1, fields: [data('parent_id')] }),
      at: /fields\[0\]\.fieldname/,
    },
  });
});

test('fetch_from never fetches a secret', async () => {
  const fields = [
    data('a', { fetch_from: 'from_invoice.pin' }),
    { fieldname: 'from_invoice', fieldtype: 'Link', options: 'Invoice' },
  ];
  await must(world, 'POST', '/api/v1/DocType', docType({ name: 'Curious', autoname: 'prompt', fields }));
  expect((await must(world, 'POST', '/api/v1/Curious', { name: 'x', from_invoice: 'INV-00001' })).a).toBeNull();
  before = await fingerprint(world);
});

describe('size and depth', () => {
  const many = (count: number): object[] => Array.from({ length: count }, (_, index) => data(`f${index}`));
  const deep = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
  eachRefused({
    '1,600 fields and the standard ones': { body: docType({ fields: many(1600) }), at: /fields/ },
    '20,000 fields': { body: docType({ fields: many(20_000) }), at: /fields/, status: [400, 413], limit: 2000 },
    'a deep key': { body: `{"name":"Victim","module":"Attacks","fields":[],"x":${deep(60)}}` },
    'a bottomless key': { body: `{"name":"Victim","module":"Attacks","fields":[],"x":${'['.repeat(200_000)}` },
    'three megabytes of description': { body: docType({ description: 'x'.repeat(3_000_000) }), status: [400, 413] },
    'two hundred thousand keys': {
      body: docType({ x: Object.fromEntries(Array.from({ length: 200_000 }, (_, index) => [`k${index}`, 1])) }),
      status: [400, 413],
      limit: 2000,
    },
    'twelve megabytes': { body: docType({ description: 'x'.repeat(12_000_000) }), status: [413], limit: 2000 },
    'U+0000 in a label': { body: docType({ fields: [data('a', { label: 'a\0b' })] }), at: /label|^$/ },
    'U+0000 in an unknown key': { body: docType({ 'x\0y': 'z' }) },
    'U+0000 deep inside an unknown value': { body: docType({ x: [{ y: 'a\0b' }] }) },
    'half a surrogate pair': {
      body: '{"name":"Victim","module":"Attacks","fields":[{"fieldname":"a","fieldtype":"Data","label":"\\ud800"}]}',
    },
  });
});

/** Wrong JSON types for every key that a DocType, a field or a permission knows: refused, or read as what it plainly means. */
describe('wrong types in every key', () => {
  const WRONG: readonly unknown[] = [[], { toString: 'x' }, 1e300, true];

  test('each is answered, none with a failure of ours', async () => {
    const { body: meta } = await world.json('GET', '/api/meta/schema');
    const definitions = Object.values(meta.$defs ?? {}) as { properties?: object }[];
    const keysOf = (needle: string): string[] =>
      [meta, ...definitions].flatMap((each) =>
        each.properties && needle in each.properties ? Object.keys(each.properties) : [],
      );
    const [own, ofField, ofPermission] = ['autoname', 'fieldname', 'permlevel'].map((needle) => [
      ...new Set(keysOf(needle)),
    ]) as [string[], string[], string[]];
    expect(Math.min(own.length, ofField.length, ofPermission.length)).toBeGreaterThan(5);
    const bodies = [
      ...own.map((key) => (value: unknown) => docType({ [key]: value })),
      ...ofField.map((key) => (value: unknown) => docType({ fields: [{ ...data('a'), [key]: value }] })),
      ...ofPermission.map(
        (key) => (value: unknown) => docType({ permissions: [{ role: 'System Manager', [key]: value }] }),
      ),
    ];
    const told = new Map<number, number>();
    for (const make of bodies) {
      for (const value of WRONG) {
        const { status, text } = await world.json('POST', '/api/v1/doctype/Victim/plan', {
          ...make(value),
          name: 'Victim',
        });
        told.set(status, (told.get(status) ?? 0) + 1);
        expect([200, 400, 409], `${JSON.stringify(make(value)).slice(0, 300)}: ${text.slice(0, 300)}`).toContain(
          status,
        );
      }
    }
    expect(told.get(400)).toBeGreaterThan(told.get(200) ?? 0);
    expect(world.failures).toEqual([]);
    expect(await fingerprint(world)).toEqual(before);
  });
});

describe('edits of a DocType that is in use', () => {
  test('SCHM-06 narrowing is refused with the number of rows, and nothing changes', async () => {
    const fields = [
      data('text'),
      { fieldname: 'kind', fieldtype: 'Select', options: 'a\nb' },
      { fieldname: 'part', fieldtype: 'Float' },
      { fieldname: 'moment', fieldtype: 'Datetime' },
      { fieldname: 'tree', fieldtype: 'JSON' },
    ];
    await must(world, 'POST', '/api/v1/DocType', docType({ name: 'Used', autoname: 'prompt', fields }));
    await must(world, 'POST', '/api/v1/Used', {
      name: 'x',
      text: 'abc',
      kind: 'b',
      part: 1.5,
      moment: '2026-01-02T03:04:05Z',
      tree: { a: 1 },
    });
    before = await fingerprint(world);
    const changes: [number, object][] = [
      [0, { fieldtype: 'Int' }],
      [0, { fieldtype: 'Date' }],
      [0, { length: 2 }],
      [0, { fieldtype: 'Link', options: 'Note' }],
      [1, { options: 'a' }],
      [2, { fieldtype: 'Int' }],
      [3, { fieldtype: 'Date' }],
    ];
    for (const [index, change] of changes) {
      const changed = fields.map((field, at) => (at === index ? { ...field, ...change } : field));
      const reply = await quickly(world, { ask: 'PUT /api/v1/DocType/Used', body: { fields: changed } });
      expect([400, 409], `${JSON.stringify(change)}: ${reply.text}`).toContain(reply.status);
      if (reply.status === 409)
        expect(
          reply.body.plan.some((step: { rows: number }) => step.rows === 1),
          reply.text,
        ).toBe(true);
    }
    expect(await fingerprint(world)).toEqual(before);
  });

  test('SCHM-07 a renamed field keeps its values, and its old name is unknown', async () => {
    const { fields } = await must(world, 'GET', '/api/v1/DocType/Used');
    const renamed = fields.map((field: { fieldname: string }) =>
      field.fieldname === 'text' ? { ...field, fieldname: 'wording' } : field,
    );
    await must(world, 'PUT', '/api/v1/DocType/Used', { fields: renamed });
    expect(await must(world, 'GET', '/api/v1/Used/x')).toMatchObject({ wording: 'abc' });
    for (const ask of [
      'GET /api/v1/Used?fields=["text"]',
      'GET /api/v1/Used?order_by=text',
      'GET /api/v1/Used?filters={"text":"abc"}',
    ]) {
      expect((await refused(world, { ask })).text).toContain('text');
    }
    await refused(world, { ask: 'PATCH /api/v1/Used/x', body: { text: 'y' } });
    before = await fingerprint(world);
  });

  test('SCHM-09 the rows of a DocType have no door of their own', async () => {
    for (const child of ['DocField', 'DocPerm']) {
      await refused(world, {
        ask: `POST /api/v1/${child}`,
        body: { parent: 'Note', parenttype: 'DocType', parentfield: 'fields', fieldname: 'x', fieldtype: 'Data' },
        status: [400, 403, 404, 409],
      });
      await refused(world, {
        ask: `POST /api/v1/${child}/bulk`,
        body: { action: 'insert', docs: [{ parent: 'Note', fieldname: 'x' }] },
        status: [400, 403, 404, 409],
      });
    }
    expect(await fingerprint(world)).toEqual(before);
  });
});

test('SCHM-12 no key of a field is a pattern that somebody else must run', async () => {
  for (const pattern of ['^(a+)+$', '(.*a){25}', '([a-z]+)*\\d', '(', `(?<=${'a'.repeat(10_000)})`]) {
    const name = `Pattern ${pattern.length}`;
    const reply = await quickly(
      world,
      {
        ask: POST,
        body: docType({ name, autoname: 'prompt', fields: [data('a', { pattern, regex: pattern, options: pattern })] }),
      },
      1000,
    );
    expect([201, 400]).toContain(reply.status);
    if (reply.status !== 201) continue;
    for (const value of [`${'a'.repeat(50)}!`, 'a'.repeat(1_000_000)]) {
      const made = await quickly(world, {
        ask: `POST /api/v1/${encodeURIComponent(name)}`,
        body: { name: `x${value.length}`, a: value },
      });
      expect([201, 400, 409]).toContain(made.status);
    }
  }
  // The patterns of our own field types are linear as well.
  const hostile = [
    'a'.repeat(50_000),
    `${'a.'.repeat(25_000)}@`,
    `${'a@'.repeat(25_000)}`,
    `+${'1 '.repeat(25_000)}`,
    `${'a-'.repeat(25_000)}`,
    ' '.repeat(50_000),
    '#'.repeat(50_000),
    '<'.repeat(50_000),
    '&#'.repeat(25_000),
    '0'.repeat(50_000),
    `${'9'.repeat(25_000)}e`,
    '[('.repeat(25_000),
  ];
  const fields = [
    'email',
    'phone',
    'colour',
    'posted',
    'due',
    'at',
    'amount',
    'count_of',
    'is_paid',
    'stars',
    'share',
    'notes',
    'page',
    'memo',
    'status',
    'customer',
    'naming_series',
    'place',
    'extra',
  ];
  for (const field of fields) {
    for (const value of hostile) {
      const reply = await quickly(world, { ask: 'POST /api/v1/Invoice', body: { [field]: value } }, 1000);
      expect([201, 400], `${field} ${value.slice(0, 20)}: ${reply.text.slice(0, 200)}`).toContain(reply.status);
    }
  }
  expect(world.failures).toEqual([]);
});
