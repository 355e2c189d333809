/** The rules on rows, for documents that are in no table. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDocument } from '../../../server/documents/create.ts';
import { readCount, readDocument, readList } from '../../../server/documents/read.ts';
import { jsonFileRepository } from '../../../server/documents/repositories/json-file.ts';
import { updateDocument } from '../../../server/documents/update.ts';
import type { Actor } from '../../../server/kernel/actor.ts';
import { ALL } from '../../../server/kernel/filter.ts';
import { parseListRequest } from '../../../server/query/wire.ts';
import { openTestServices, refusal, type TestServices } from '../../support/services.ts';

let world: TestServices;
let folder: string;
const file = (name: string): string => path.join(folder, `${name}.json`);
const measures = [
  { name: 'm1', area: 'North', watcher: 'ann', parts: [{ area: 'North' }] },
  { name: 'm2', area: 'South', watcher: 'bea' },
  { name: 'm3', watcher: 'ann' },
  { name: 'm4', area: 'North', watcher: 'bea', parts: [{ area: 'South' }] },
];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'framework-m-rights-'));
  const base = { module: 'T', autoname: 'Prompt', permissions: [{ role: 'Clerk', read: 1, write: 1, create: 1 }] };
  const area = { fieldname: 'area', fieldtype: 'Link', options: 'Area' };
  const fields = [
    area,
    { fieldname: 'watcher', fieldtype: 'Data' },
    { fieldname: 'parts', fieldtype: 'Table', options: 'Part' },
  ];
  for (const name of ['measure', 'watch']) await writeFile(file(name), JSON.stringify(measures));
  const repositories = {
    Measure: jsonFileRepository({ file: file('measure'), writable: true }),
    Watch: jsonFileRepository({ file: file('watch'), writable: true }),
  };
  world = await openTestServices({
    apps: [{ repositories }],
    doctypes: [
      { name: 'Area', ...base, fields: [] },
      { name: 'Part', module: 'T', istable: 1, is_virtual: 1, fields: [area] },
      { name: 'Measure', ...base, is_virtual: 1, fields },
      { name: 'Watch', ...base, is_virtual: 1, apply_rls: 1, rls_field: 'watcher', fields },
    ],
  });
  for (const name of ['North', 'South']) await world.create('Area', { name });
});
afterAll(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

const ann: Actor = { user: 'ann', roles: ['Clerk'], attributes: { watcher: 'ann' } };
const north: Actor = { ...ann, restrictions: [{ doctype: 'Area', names: ['North'] }] };
const strict: Actor = { ...north, isStrict: true };

async function names(actor: Actor, doctype: string): Promise<string[]> {
  const ctx = world.context(actor);
  const request = parseListRequest(new Map(Object.entries({ order_by: 'name asc' })));
  const { items } = JSON.parse(await readList(ctx, { doctype, request }));
  expect(await readCount(ctx, { doctype, filter: ALL })).toBe(items.length);
  const found = items.map((item: { name: string }) => item.name);
  for (const { name } of measures) {
    if (found.includes(name)) await readDocument(ctx, { doctype, name });
    else expect((await refusal(readDocument(ctx, { doctype, name }))).code).toBe('not_found');
  }
  return found;
}

test('User Permissions hold by the Links of a virtual DocType and of its rows', async () => {
  expect(await names(ann, 'Measure')).toEqual(['m1', 'm2', 'm3', 'm4']);
  expect(await names(north, 'Measure')).toEqual(['m1', 'm3']);
  expect(await names(strict, 'Measure')).toEqual(['m1']);
});

test('rls_field of a virtual DocType compares what its documents hold', async () => {
  expect(await names(ann, 'Watch')).toEqual(['m1', 'm3']);
});

test('nothing is made or moved out of reach, and nothing of it is kept', async () => {
  const kept = () => Promise.all(['measure', 'watch'].map((name) => readFile(file(name), 'utf8')));
  const before = await kept();
  const make = (actor: Actor, doctype: string, given: object) =>
    createDocument(world.context(actor), { doctype, given: { name: 'new', ...given } });
  const change = (actor: Actor, doctype: string, given: object) =>
    updateDocument(world.context(actor), { doctype, name: 'm1', given: given as never });
  for (const refused of [
    () => make(strict, 'Measure', {}),
    () => make(ann, 'Watch', { watcher: 'bea' }),
    () => change(strict, 'Measure', { area: null }),
    () => change(ann, 'Watch', { watcher: 'bea' }),
  ])
    expect((await refusal(refused())).code).toBe('forbidden');
  expect(await kept()).toEqual(before);
  await make(strict, 'Measure', { area: 'North' });
  await change(ann, 'Watch', { area: 'South' });
  expect(await names(strict, 'Measure')).toEqual(['m1', 'new']);
});
