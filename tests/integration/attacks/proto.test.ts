/** Prototype pollution, look-ups by a caller's key, and values of a type that was not expected. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { expectProblem, fingerprint, primordials, query, quickly, refused } from './oracles.ts';
import { must, openWorld, type World } from './world.ts';

let world: World;
let before: Record<string, unknown>;
let untouched: string;
beforeAll(async () => {
  world = await openWorld();
  for (const name of ['scratch', 'other scratch']) await must(world, 'POST', '/api/v1/Note', { name });
  before = await fingerprint(world);
  untouched = primordials();
});
afterEach(() => {
  expect(primordials()).toBe(untouched);
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
});
afterAll(() => world?.close());

const POISON = '{"ignore_permissions":true,"isAdmin":true,"polluted":1}';
const KEYS = ['__proto__', '\\u005f_proto__', '\\u005F\\u005fproto\\u005f\\u005F'];
const WRITES = [
  'POST /api/v1/Note',
  'PATCH /api/v1/Note/first',
  'PUT /api/v1/Shop%20Rules',
  'POST /api/v1/Note/bulk',
  'POST /api/v1/Note/first/rename',
  'POST /api/v1/DocType',
  'POST /api/v1/doctype/Note/plan',
  'POST /api/v1/doctype/Note/revert',
  'POST /api/v1/auth/login',
  'POST /api/v1/rpc/Note/x',
  'POST /api/v1/rpc/fn/x',
  'POST /api/v1/Custom%20Field',
  'POST /api/v1/Invoice/INV-00001/submit',
];

describe('PROT-01 __proto__ and constructor in JSON', () => {
  test.each(WRITES)('%s', async (ask) => {
    for (const key of KEYS) {
      for (const body of [
        `{"${key}":${POISON}}`,
        `{"x":{"y":[{"${key}":${POISON}}]}}`,
        `{"docs":[{"name":"first","${key}":${POISON}}],"action":"update"}`,
        `{"items":[{"${key}":${POISON}}]}`,
        `{"extra":{"a":{"${key}":${POISON}}}}`,
      ]) {
        const reply = await refused(world, { ask, body });
        expect(reply.text).toContain('__proto__');
      }
    }
    const nested = `{"constructor":{"prototype":${POISON}},"x":{"constructor":{"prototype":${POISON}}}}`;
    const reply = await quickly(world, { ask, body: nested });
    // A DocType keeps keys that it does not know, as plain data.
    if (ask.includes('octype')) return;
    expect(reply.status, `${ask} took constructor.prototype: ${reply.text.slice(0, 200)}`).toBeGreaterThanOrEqual(400);
    expectProblem(reply, nested);
  });

  test('in filters, fields and other JSON of the query', async () => {
    for (const parameter of ['filters', 'or_filters', 'fields', 'order_by', 'expand', 'group_by']) {
      for (const value of [
        `{"__proto__":${POISON}}`,
        `[{"__proto__":${POISON}}]`,
        `{"constructor":{"prototype":${POISON}}}`,
        '["__proto__"]',
        `[["__proto__","=",1]]`,
        '[["constructor.prototype.polluted","=",1]]',
      ]) {
        // A list of texts is a list of names there: nobody is called so.
        if (value === '["__proto__"]' && parameter.includes('filters')) continue;
        await refused(world, { ask: `GET /api/v1/Note?${query({ [parameter]: value })}` });
      }
    }
    for (const parameter of [
      '__proto__',
      'constructor',
      '__proto__[polluted]',
      'constructor[prototype][polluted]',
      '__proto__.polluted',
    ]) {
      await refused(world, { ask: `GET /api/v1/Note?${query({ [parameter]: '1' })}` });
    }
  });

  test('JSON fields keep constructor and prototype as plain data', async () => {
    const extra = { constructor: { prototype: { polluted: 1 } }, prototype: 1, toString: 'x', hasOwnProperty: [] };
    const made = await must(world, 'POST', '/api/v1/Invoice', { extra });
    expect(made.extra).toEqual(extra);
    await must(world, 'PATCH', `/api/v1/Invoice/${made.name}`, { plain: 'again' });
    expect((await must(world, 'GET', `/api/v1/Invoice/${made.name}`)).extra).toEqual(extra);
    await must(world, 'DELETE', `/api/v1/Invoice/${made.name}?hard=true`);
  });

  test('a JSON field given as text cannot smuggle the key in', async () => {
    const reply = await world.json('POST', '/api/v1/Invoice', { extra: `{"__proto__":${POISON}}` });
    if (reply.status === 201) {
      expect(({} as Record<string, unknown>).polluted).toBeUndefined();
      const { name } = reply.body;
      await must(world, 'PATCH', `/api/v1/Invoice/${name}`, { plain: 'again' });
      expect((await must(world, 'GET', `/api/v1/Invoice/${name}/versions`)).items).toBeDefined();
      await must(world, 'POST', `/api/v1/Invoice/${name}/duplicate`, {});
    } else expectProblem(reply, POISON);
  });
});

describe('PROT-04 look-ups by a caller’s key answer as an unknown name does', () => {
  const INHERITED = [
    '__proto__',
    'constructor',
    'prototype',
    'hasOwnProperty',
    'toString',
    'valueOf',
    'toJSON',
    'then',
    '__defineGetter__',
    'isPrototypeOf',
    '__lookupGetter__',
  ];
  const UNKNOWN = 'nothing_of_that_name';
  const ASKS: Record<string, (key: string) => { ask: string; body?: unknown }> = {
    'a DocType': (key) => ({ ask: `GET /api/v1/${key}` }),
    'a DocType to write': (key) => ({ ask: `POST /api/v1/${key}`, body: { name: 'x' } }),
    'its meta': (key) => ({ ask: `GET /api/meta/${key}` }),
    'its schema': (key) => ({ ask: `GET /api/meta/${key}/schema` }),
    'its history': (key) => ({ ask: `GET /api/v1/doctype/${key}/history` }),
    'its openapi': (key) => ({ ask: `GET /openapi.json?doctype=${key}` }),
    'a document': (key) => ({ ask: `GET /api/v1/Note/${key}` }),
    'a document of DocType': (key) => ({ ask: `GET /api/v1/DocType/${key}` }),
    'a Single': (key) => ({ ask: `GET /api/v1/Shop%20Rules/${key}` }),
    'a field': (key) => ({ ask: `GET /api/v1/Note?fields=["${key}"]` }),
    'a field through a link': (key) => ({ ask: `GET /api/v1/Note?fields=["about.${key}"]` }),
    'a filter': (key) => ({ ask: `GET /api/v1/Note?filters={"${key}":1}` }),
    'an operator': (key) => ({ ask: `GET /api/v1/Note?filters=[["title","${key}",1]]` }),
    'an order': (key) => ({ ask: `GET /api/v1/Note?order_by=${key}` }),
    'a group': (key) => ({ ask: `GET /api/v1/Note?group_by=${key}` }),
    'an expansion': (key) => ({ ask: `GET /api/v1/Note?expand=${key}` }),
    'an aggregate': (key) => ({ ask: `GET /api/v1/Note?fields=[{"${key}":"title"}]` }),
    'a timespan': (key) => ({ ask: `GET /api/v1/Note?filters=[["creation","timespan","${key}"]]` }),
    'a count mode': (key) => ({ ask: `GET /api/v1/Note?count=${key}` }),
    'a query parameter': (key) => ({ ask: `GET /api/v1/Note?${key}=1` }),
    'a method': (key) => ({ ask: `POST /api/v1/rpc/Note/${key}`, body: {} }),
    'a function': (key) => ({ ask: `POST /api/v1/rpc/fn/${key}`, body: {} }),
    'a dotted function': (key) => ({ ask: `POST /api/v1/rpc/fn/${key}.${key}`, body: {} }),
    'a bulk action': (key) => ({ ask: 'POST /api/v1/Note/bulk', body: { action: key, docs: [] } }),
    'a problem type': (key) => ({ ask: `GET /problems/${key}` }),
    'a link target': (key) => ({ ask: 'POST /api/v1/Invoice', body: { kind: 'Note', ref_name: key } }),
    'a dynamic link’s DocType': (key) => ({ ask: 'POST /api/v1/Invoice', body: { kind: key, ref_name: 'x' } }),
    'an option': (key) => ({ ask: 'POST /api/v1/Invoice', body: { status: key } }),
    'a series': (key) => ({ ask: 'POST /api/v1/Invoice', body: { naming_series: key } }),
    'a user': (key) => ({ ask: 'POST /api/v1/auth/login', body: { user: key, password: 'x' } }),
    'a field type': (key) => ({
      ask: 'POST /api/v1/DocType',
      body: { name: 'V', module: 'M', fields: [{ fieldname: 'a', fieldtype: key }], permissions: [] },
    }),
    'a path': (key) => ({ ask: `GET /${key}` }),
    'a path below': (key) => ({ ask: `GET /api/v1/Note/first/${key}` }),
  };
  test.each(Object.entries(ASKS))('%s', async (_, make) => {
    const expected = await plain(UNKNOWN);
    for (const key of INHERITED) expect(await plain(key), key).toEqual(expected);
    async function plain(key: string): Promise<unknown> {
      const { status, body } = await quickly(world, make(key));
      return [
        status,
        body?.type,
        body?.errors?.map((each: { code: string; field: string }) => [each.code, each.field.replaceAll(key, '…')]),
      ];
    }
  });
});

describe('PROT-05 scalar type confusion', () => {
  const CONFUSED: readonly unknown[] = [
    0,
    -1,
    1.5,
    1e308,
    2 ** 53 + 2,
    true,
    false,
    [],
    [[]],
    [['a']],
    {},
    { '0': 'a', length: 1 },
    { toString: 'x' },
    { toJSON: 'x' },
    // biome-ignore lint/suspicious/noThenProperty: the attack
    { then: 'x' },
    { valueOf: 1 },
    { length: 1e9 },
    'x'.repeat(20_000),
    '\ud800',
    'a\0b',
    ['a', 'b'],
  ];

  test('every field of a document', async () => {
    const { fields } = await must(world, 'GET', '/api/meta/Invoice');
    const names = fields
      .filter((field: { may_write: boolean }) => field.may_write)
      .map((field: { fieldname: string }) => field.fieldname);
    expect(names.length).toBeGreaterThan(20);
    for (const name of names) {
      for (const value of CONFUSED) {
        const reply = await quickly(world, { ask: 'POST /api/v1/Invoice', body: { [name]: value } });
        expect([201, 400], `${name} ${JSON.stringify(value).slice(0, 60)}: ${reply.text.slice(0, 300)}`).toContain(
          reply.status,
        );
        if (reply.status === 400) {
          expectProblem(reply, JSON.stringify(value));
          expect(reply.body.errors[0].field, reply.text.slice(0, 200)).toMatch(new RegExp(`^${name}`));
        } else {
          // What was taken is what it plainly means: never the text of an object.
          expect(JSON.stringify(reply.body[name])).not.toContain('[object');
        }
      }
    }
  });

  const PLACES: Record<string, (value: unknown) => { ask: string; body: unknown }> = {
    'the name of a new document': (value) => ({ ask: 'POST /api/v1/Note', body: { name: value } }),
    'a new name': (value) => ({ ask: 'POST /api/v1/Note/other%20scratch/rename', body: { name: value } }),
    'the name of a copy': (value) => ({ ask: 'POST /api/v1/Note/first/duplicate', body: { name: value } }),
    merge: (value) => ({ ask: 'POST /api/v1/Note/scratch/rename', body: { name: 'renamed', merge: value } }),
    'a version': (value) => ({ ask: 'POST /api/v1/Invoice/INV-00001/submit', body: { _version: value } }),
    'a history version': (value) => ({ ask: 'POST /api/v1/doctype/Note/revert', body: { version: value } }),
    'a user': (value) => ({ ask: 'POST /api/v1/auth/login', body: { user: value, password: 'x' } }),
    'a password': (value) => ({ ask: 'POST /api/v1/auth/login', body: { user: 'nobody', password: value } }),
    'a bulk action': (value) => ({ ask: 'POST /api/v1/Note/bulk', body: { action: value, docs: [] } }),
    'bulk documents': (value) => ({ ask: 'POST /api/v1/Note/bulk', body: { action: 'delete', docs: value } }),
    'one bulk document': (value) => ({ ask: 'POST /api/v1/Note/bulk', body: { action: 'delete', docs: [value] } }),
    'bulk filters': (value) => ({ ask: 'POST /api/v1/Note/bulk', body: { action: 'delete', filters: value } }),
    'bulk data': (value) => ({
      ask: 'POST /api/v1/Note/bulk',
      body: { action: 'update', filters: { name: 'none' }, data: value },
    }),
    'whether it is atomic': (value) => ({
      ask: 'POST /api/v1/Note/bulk',
      body: { action: 'delete', docs: ['none'], atomic: value },
    }),
    'a row': (value) => ({ ask: 'POST /api/v1/Invoice', body: { items: [value] } }),
    'the name of a row': (value) => ({ ask: 'PATCH /api/v1/Invoice/INV-00003', body: { items: [{ name: value }] } }),
    'a filter’s value': (value) => ({
      ask: `GET /api/v1/Invoice?${query({ filters: [['amount', '=', value]] }).slice(0, 8000)}`,
      body: undefined,
    }),
    'a filter’s list': (value) => ({
      ask: `GET /api/v1/Invoice?${query({ filters: [['name', 'in', value]] }).slice(0, 8000)}`,
      body: undefined,
    }),
  };
  test.each(Object.entries(PLACES))('%s', async (_, make) => {
    const refusals: number[] = [];
    for (const value of CONFUSED) {
      const reply = await quickly(world, make(value), 1000);
      expect(reply.status, reply.text).toBeLessThan(500);
      if (reply.status >= 400) expectProblem(reply, JSON.stringify(make(value)));
      else expect(reply.text).not.toContain('[object');
      refusals.push(reply.status);
    }
    expect(refusals.filter((status) => status === 400).length).toBeGreaterThan(CONFUSED.length / 4);
  });
});

test('after all of it the records are as they were', async () => {
  const { control, primordials: now } = await fingerprint(world);
  expect(now).toBe(before.primordials);
  expect((control as [number, string][]).slice(2)).toEqual((before.control as [number, string][]).slice(2));
  expect(await must(world, 'GET', '/api/v1/Note/first')).toMatchObject({ title: 'One' });
  expect(await must(world, 'GET', '/api/v1/Note/second')).toMatchObject({ title: 'Two', about: 'first' });
  expect(world.failures).toEqual([]);
});
