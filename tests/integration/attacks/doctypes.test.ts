/** Names in hostile DocTypes: one clear error each, with the place of the value, and nothing left behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Broken, data, docType, POST, eachRefused as refuseEach } from './broken-doctypes.ts';
import { fingerprint, quickly } from './oracles.ts';
import { must, openWorld, type World } from './world.ts';

let world: World;
let before: Record<string, unknown>;
beforeAll(async () => {
  world = await openWorld();
  before = await fingerprint(world);
});
afterAll(() => world?.close());

const eachRefused = (table: Record<string, Broken>): void => refuseEach(() => ({ world, before }), table);

const INHERITED = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'then',
  'toJSON',
  'length',
  '__typename',
  '__defineGetter__',
];

describe('SCHM-01 names that JavaScript objects inherit', () => {
  eachRefused({
    ...Object.fromEntries(INHERITED.map((name) => [`the DocType ${name}`, { body: docType({ name }), at: /^name/ }])),
    ...Object.fromEntries(
      INHERITED.filter((name) => name !== 'length').map((name) => [
        `the field ${name}`,
        { body: docType({ fields: [data(name)] }), at: /^fields\[0\]\.fieldname/ },
      ]),
    ),
    'a key __proto__ in a field': {
      body: '{"name":"Victim","module":"Attacks","fields":[{"fieldname":"a","fieldtype":"Data","__proto__":{"reqd":1}}]}',
    },
  });

  test('a field called length is a field, and round-trips', async () => {
    await must(
      world,
      'POST',
      '/api/v1/DocType',
      docType({ name: 'Plank', autoname: 'prompt', fields: [{ fieldname: 'length', fieldtype: 'Int' }] }),
    );
    expect(await must(world, 'POST', '/api/v1/Plank', { name: 'x', length: 7 })).toMatchObject({ length: 7 });
    expect(await must(world, 'GET', '/api/v1/Plank?fields=["length"]&filters={"length":7}')).toMatchObject({
      items: [{ length: 7 }],
    });
    before = await fingerprint(world);
  });

  test('a key constructor.prototype is kept as the plain data that it is', async () => {
    const given = docType({ name: 'Plain', constructor: { prototype: { polluted: 1 } } });
    expect(await must(world, 'POST', '/api/v1/DocType', given)).toMatchObject({
      name: 'Plain',
    });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
    before = await fingerprint(world);
  });

  test('options and values may be such words', async () => {
    const fields = [{ fieldname: 'word', fieldtype: 'Select', options: `\n${INHERITED.join('\n')}` }];
    await must(world, 'POST', '/api/v1/DocType', docType({ name: 'Words', autoname: 'prompt', fields }));
    for (const word of INHERITED)
      expect(await must(world, 'POST', '/api/v1/Words', { name: word, word })).toMatchObject({ name: word, word });
    for (const word of INHERITED)
      expect(await must(world, 'GET', `/api/v1/Words/${word}`)).toMatchObject({ name: word, word });
    expect((await must(world, 'GET', '/api/v1/Words?group_by=word&fields=["word","count(*)"]')).items).toHaveLength(
      INHERITED.length,
    );
    before = await fingerprint(world);
  });
});

describe('names of DocTypes', () => {
  const BAD = [
    '',
    ' ',
    'select;',
    'Drop"Table',
    "O'Brien",
    'A/B',
    'A\\B',
    '../etc',
    'A%2FB',
    'A.B',
    'Ümlaut',
    '漢字',
    'A\u0301',
    'A\u200bB',
    'A\u202eB',
    'Ａ',
    '1st',
    '_x',
    '-x',
    ' Note',
    'Note ',
    'A\nB',
    'A\tB',
    'A\u0000B',
    'A😀',
    'Kelvin\u212a',
    'İ',
    'ſet',
    'A'.repeat(62),
    'A'.repeat(64),
    'é'.repeat(40),
    'A'.repeat(100_000),
    'rpc',
    'auth',
    'doctype',
    'stream',
    'share',
    'workflow',
    'search',
    'settings',
  ];
  eachRefused({
    ...Object.fromEntries(
      BAD.map((name) => [JSON.stringify(name).slice(0, 60), { body: docType({ name }), at: /^(name|$)/ }]),
    ),
    ...Object.fromEntries(
      [1, null, true, [], {}, ['Note'], { toString: 'x' }].map((name) => [
        `${JSON.stringify(name)} for a name`,
        { body: docType({ name }), at: /name/ },
      ]),
    ),
    'no name at all': { body: { module: 'Attacks', fields: [] }, at: /name/ },
    'one that is there': { body: docType({ name: 'Note' }), status: [409] },
    'one that is built in': { body: docType({ name: 'DocType' }), status: [400, 409] },
  });
});

describe('SQL keywords are names like any other', () => {
  test.each(['Select', 'Order', 'User Table', 'Group', 'Primary', 'Null', 'Offset', 'Public'])('%s', async (name) => {
    const fields = [
      'select',
      'order',
      'group',
      'from',
      'user',
      'table',
      'null',
      'primary',
      'default',
      'where',
      'desc',
      'limit',
      'offset',
      'cast',
      'end',
      'all',
      'ctid_',
      'excluded',
      'new',
      'old',
      'count',
      'x',
      't',
    ].map((each) => data(each));
    await must(world, 'POST', '/api/v1/DocType', docType({ name, autoname: 'prompt', fields }));
    const at = `/api/v1/${encodeURIComponent(name)}`;
    const values = Object.fromEntries(fields.map((field) => [(field as { fieldname: string }).fieldname, 'v']));
    await must(world, 'POST', at, { name: 'one', ...values });
    expect(await must(world, 'GET', `${at}/one`)).toMatchObject(values);
    expect(
      (
        await must(
          world,
          'GET',
          `${at}?filters={"select":"v","user":"v"}&order_by=order desc, group&fields=["from","null"]`,
        )
      ).items,
    ).toEqual([{ from: 'v', null: 'v' }]);
    await must(world, 'PATCH', `${at}/one`, { where: 'w' });
    await must(world, 'DELETE', `${at}/one`);
    before = await fingerprint(world);
  });
  test.each(['ctid', 'xmin', 'xmax', 'cmin', 'cmax', 'tableoid', 'oid'])("PostgreSQL's own column %s", async (name) => {
    const reply = await quickly(
      world,
      { ask: POST, body: docType({ name: `Has ${name}`, autoname: 'prompt', fields: [data(name)] }) },
      1000,
    );
    expect([201, 400], reply.text).toContain(reply.status);
    if (reply.status === 201)
      expect(await must(world, 'POST', `/api/v1/Has%20${name}`, { name: 'x', [name]: 'v' })).toMatchObject({
        [name]: 'v',
      });
    else expect(reply.body.errors[0].field).toBe('fields[0].fieldname');
    before = await fingerprint(world);
  });
});

describe('SCHM-03 spellings of one name', () => {
  eachRefused({
    ...Object.fromEntries(
      ['NOTE', 'note', 'shop-rules', 'Shop_Rules', 'Shop  Rules', 'SHOP RULES', 'Invoice-Item', 'invoice_item'].map(
        (name) => [name, { body: docType({ name }), at: /name/ }],
      ),
    ),
    'fields that differ in case': {
      body: docType({ fields: [data('status'), data('Status'), data('STATUS')] }),
      at: /fields\[[12]\]\.fieldname/,
    },
    'the same field twice': {
      body: docType({ fields: [data('status'), data('status')] }),
      at: /fields\[1\]\.fieldname/,
    },
    'a composed and a decomposed name': {
      body: docType({ fields: [data('caf\u00e9'), data('cafe\u0301')] }),
      at: /fields\[0\]\.fieldname/,
    },
    'a zero-width difference': {
      body: docType({ fields: [data('status'), data('status\u200b')] }),
      at: /fields\[1\]\.fieldname/,
    },
    'a trailing space': { body: docType({ fields: [data('status'), data('status ')] }), at: /fields\[1\]\.fieldname/ },
  });
});

describe('SCHM-04 names of 63 bytes', () => {
  const long = (tail: string): string => 'f'.repeat(63 - tail.length) + tail;

  test('DocTypes and fields that are equal for as long as can be, with links, indexes and rows', async () => {
    const fields = ['a', 'b'].flatMap((tail) => [
      data(long(`_u${tail}`), { unique: 1 }),
      data(long(`_s${tail}`), { search_index: 1 }),
      { fieldname: long(`_l${tail}`), fieldtype: 'Link', options: 'Note' },
    ]);
    for (const tail of ['A', 'B']) {
      const name = `${'D'.repeat(60)}${tail}`;
      const rows = `${'R'.repeat(60)}${tail}`;
      await must(world, 'POST', '/api/v1/DocType', docType({ name: rows, istable: 1, fields }));
      const definition = docType({
        name,
        autoname: 'autoincrement',
        is_tree: 0,
        fields: [...fields, { fieldname: long('_t'), fieldtype: 'Table', options: rows }],
      });
      await must(world, 'POST', '/api/v1/DocType', definition);
      const values = { [long('_la')]: 'first', [long('_lb')]: 'second', [long('_ua')]: tail };
      const made = await must(world, 'POST', `/api/v1/${name}`, { ...values, [long('_t')]: [{ ...values }] });
      expect(made).toMatchObject({ ...values, [long('_t')]: [{ ...values }] });
      // The same again is no change: what was made is what is wanted.
      expect(await must(world, 'POST', `/api/v1/doctype/${name}/plan`, definition)).toEqual([]);
      expect((await world.json('POST', `/api/v1/${name}`, values)).status).toBe(409);
      expect((await world.json('POST', `/api/v1/${name}`, { [long('_la')]: 'nobody' })).status).toBe(400);
    }
    before = await fingerprint(world);
  });

  eachRefused({
    '64 bytes of a fieldname': { body: docType({ fields: [data('f'.repeat(64))] }), at: /fields\[0\]\.fieldname/ },
    'two fieldnames equal in 63 bytes': {
      body: docType({ fields: [data(`${'f'.repeat(63)}a`), data(`${'f'.repeat(63)}b`)] }),
      at: /fields\[0\]\.fieldname/,
    },
    'a letter across byte 63': {
      body: docType({ fields: [data(`${'f'.repeat(62)}é`)] }),
      at: /fields\[0\]\.fieldname/,
    },
  });
});
