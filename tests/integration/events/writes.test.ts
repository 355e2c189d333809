/** Every way to write a document is heard in both processes, once, and what was rolled back in none. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../server/documents/contract.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { newDocument } from '../../../server/kernel/document.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import { type Ear, listenTo } from './heard.ts';

const OWN: Partial<DocTypeJson> = { autoname: 'prompt', allow_rename: 1 };
const DOCTYPES = [
  docType('Mark', ['text'], OWN),
  docType('Thing', ['title', 'mark Link Mark', 'about_type Link DocType', 'about Dynamic_Link about_type'], {
    ...OWN,
    track_changes: 1,
  }),
  docType('Part', ['mark Link Mark'], { istable: 1 }),
  docType('Deal', ['subject', 'note', 'parts Table Part'], { ...OWN, autoname: 'D-.###', is_submittable: 1 }),
  docType('Place', ['title'], { ...OWN, is_tree: 1 }),
  docType('Switches', ['greeting'], { issingle: 1 }),
  docType('Far', ['title'], { ...OWN, is_virtual: 1 }),
];
for (const field of DOCTYPES.find(({ name }) => name === 'Deal')?.fields ?? [])
  if (field.fieldname === 'note') field.allow_on_submit = 1;

const far = new Map<string, string>();
const app: App = {
  repositories: {
    Far: {
      list: async () => [],
      get: async (_ctx, _plan, name) =>
        far.has(name)
          ? newDocument([
              ['name', name],
              ['title', far.get(name) ?? null],
            ])
          : undefined,
      insert: async (_ctx, _plan, given) => keep(given),
      update: async (_ctx, _plan, name, given) => keep({ ...given, name }),
      remove: async (_ctx, _plan, name) => void far.delete(name),
      rename: async (_ctx, _plan, from, to) => {
        far.delete(from);
        return keep({ name: to });
      },
    },
  },
};

function keep(given: Readonly<Record<string, unknown>>): string {
  far.set(String(given.name), String(given.title));
  return String(given.name);
}

let first: TestApp;
let second: TestApp;
let here: Ear;
let there: Ear;
let marks = 0;

beforeAll(async () => {
  first = await createTestApp({ apps: [app] });
  second = await createTestApp({ databaseUrl: first.databaseUrl, apps: [app] });
  for (const doctype of DOCTYPES) await ok('POST', 'DocType', doctype);
  here = listenTo(first.app.changes);
  there = listenTo(second.app.changes);
  // What was written before they listened may still be under way.
  await ok('POST', 'Mark', { name: 'begin' });
  for (const ear of [here, there]) {
    await ear.until((all) => all.includes('insert Mark begin'));
    ear.forget();
  }
});
afterAll(async () => {
  await second?.close();
  await first?.close();
});

async function ok(method: string, path: string, ask?: unknown) {
  const reply = await first.json(method, `/api/v1/${path}`, ask);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
  return reply.body;
}

/** What both heard of these writes; a Mark afterwards says that nothing more comes. The server's own records apart. */
async function heard(write: () => Promise<unknown>): Promise<string[]> {
  await write();
  const mark = `end-${++marks}`;
  await ok('POST', 'Mark', { name: mark });
  const isEnd = (change: string) => change === `insert Mark ${mark}`;
  const [local, remote] = await Promise.all([here, there].map((ear) => ear.until((all) => all.some(isEnd))));
  here.forget();
  there.forget();
  expect(remote).toEqual(local);
  return (local as string[]).filter((change) => !isEnd(change));
}

test('a document from its beginning to its end', async () => {
  expect(await heard(() => ok('POST', 'Thing', { name: 'a', title: 'A' }))).toEqual(['insert Thing a']);
  expect(await heard(() => ok('PATCH', 'Thing/a', { title: 'B' }))).toEqual(['update Thing a', 'update Version']);
  expect(await heard(() => ok('PUT', 'Thing/a', { title: 'C' }))).toEqual(['update Thing a', 'update Version']);
  expect(await heard(() => ok('POST', 'Thing/a/duplicate', { name: 'copy' }))).toEqual(['insert Thing copy']);
  expect(await heard(() => ok('DELETE', 'Thing/a'))).toEqual([
    'update DocShare',
    'update Deleted Document',
    'delete Thing a',
  ]);
  expect(await heard(() => ok('POST', 'Thing/a/restore', {}))).toEqual(['insert Thing a', 'update Deleted Document']);
});

test('a submittable one through its states, rows being part of it', async () => {
  await ok('POST', 'Mark', { name: 'm' });
  await heard(async () => undefined);
  const made = await heard(() => ok('POST', 'Deal', { subject: 's', parts: [{ mark: 'm' }] }));
  expect(made).toEqual(['insert Deal D-001']);
  expect(await heard(() => ok('POST', 'Deal/D-001/submit', {}))).toEqual(['submit Deal D-001']);
  expect(await heard(() => ok('PATCH', 'Deal/D-001', { note: 'n' }))).toEqual(['update Deal D-001']);
  expect(await heard(() => ok('POST', 'Deal/D-001/cancel', {}))).toEqual(['cancel Deal D-001']);
  expect(await heard(() => ok('POST', 'Deal/D-001/amend', {}))).toEqual(['insert Deal D-001-1']);
});

test('a rename and a merge, with whatever links to it', async () => {
  await ok('POST', 'Mark', { name: 'one' });
  await ok('POST', 'Mark', { name: 'two' });
  await ok('POST', 'Thing', { name: 'linked', mark: 'one' });
  await heard(async () => undefined);
  const renamed = await heard(() => ok('POST', 'Mark/one/rename', { name: 'uno' }));
  expect(renamed.slice(0, 2)).toEqual(['rename Mark one', 'rename Mark uno']);
  // By key, by rows and by Dynamic Link.
  expect(renamed).toEqual(expect.arrayContaining(['update Thing', 'update Deal', 'update DocShare']));
  const merged = await heard(() => ok('POST', 'Mark/uno/rename', { name: 'two', merge: true }));
  expect(merged).toEqual(expect.arrayContaining(['delete Mark uno', 'update Thing', 'update Deal']));
  expect(merged).not.toContain('rename Mark uno');
  expect((await ok('GET', 'Thing/linked')).mark).toBe('two');
});

test('a tree: others of it move too', async () => {
  expect(await heard(() => ok('POST', 'Place', { name: 'root', is_group: true }))).toEqual(['insert Place root']);
  expect(await heard(() => ok('POST', 'Place', { name: 'leaf', parent_place: 'root' }))).toEqual([
    'update Place',
    'insert Place leaf',
  ]);
});

test('a Single, under its own name', async () => {
  expect(await heard(() => ok('PATCH', 'Switches', { greeting: 'Hi' }))).toEqual(['insert Switches Switches']);
  expect(await heard(() => ok('PATCH', 'Switches', { greeting: 'Ho' }))).toEqual(['update Switches Switches']);
});

test('virtual ones, and a DocType itself', async () => {
  expect(await heard(() => ok('POST', 'Far', { name: 'x', title: 't' }))).toEqual(['insert Far x']);
  expect(await heard(() => ok('PATCH', 'Far/x', { title: 'u' }))).toEqual(['update Far x']);
  expect(await heard(() => ok('POST', 'Far/x/rename', { name: 'y' }))).toEqual(
    expect.arrayContaining(['rename Far x', 'rename Far y']),
  );
  expect(await heard(() => ok('DELETE', 'Far/y'))).toEqual(['delete Far y']);
  const late = docType('Late', ['title'], { ...OWN, permissions: [{ role: 'All', read: 1 }] });
  expect(await heard(() => ok('POST', 'DocType', late))).toEqual(['insert DocType Late']);
  const custom = { dt: 'Late', fieldname: 'more', fieldtype: 'Data', label: 'More' };
  expect(await heard(() => ok('POST', 'Custom%20Field', custom))).toEqual([
    'insert Custom Field Late-more',
    'update DocType Late',
  ]);
  const own = ['update DocType Late', 'update Custom DocPerm'];
  for (const action of ['customize', 'reset'])
    expect(await heard(() => ok('POST', `permissions/Late/${action}`, {}))).toEqual(own);
  const renamed = await heard(() => ok('POST', 'DocType/Late/rename', { name: 'Later' }));
  expect(renamed).toEqual(expect.arrayContaining(['rename DocType Late', 'rename DocType Later']));
  const { plan_hash } = (await first.json('DELETE', '/api/v1/DocType/Later')).body;
  expect(await heard(() => ok('DELETE', `DocType/Later?confirm=${plan_hash}`))).toEqual(['delete DocType Later']);
});

test('shares, and people who come and go', async () => {
  expect(await heard(() => first.user({ name: 'eve@example.com' }))).toEqual(['insert User eve@example.com']);
  const share = { doctype: 'Thing', name: 'linked', user: 'eve@example.com' };
  expect(await heard(() => ok('POST', 'share', share))).toEqual(['update DocShare']);
  const given = `share?doctype=Thing&name=linked&user=eve@example.com`;
  expect(await heard(() => ok('DELETE', given))).toEqual(['update DocShare']);
  const renamed = await heard(() => ok('POST', 'User/eve@example.com/rename', { name: 'eva@example.com' }));
  // Whose documents they owned: any DocType has some.
  expect(renamed).toEqual(expect.arrayContaining(['rename User eve@example.com', 'update Thing', 'update Switches']));
});

describe('many at once', () => {
  test('are one batch, each document once', async () => {
    here.forget();
    const docs = Array.from({ length: 20 }, (_, n) => ({ name: `bulk-${n}`, title: 'x' }));
    const expected = docs.map(({ name }) => `insert Thing ${name}`);
    await ok('POST', 'Thing/bulk', { action: 'insert', docs });
    await here.until((all) => all.length > 0);
    expect(here.batches).toHaveLength(1);
    expect(await heard(async () => undefined)).toEqual(expected);
    const filters = [['name', 'like', 'bulk-%']];
    const changed = await heard(() => ok('POST', 'Thing/bulk', { action: 'update', filters, data: { title: 'y' } }));
    expect(changed.filter((change) => change.startsWith('update Thing'))).toHaveLength(20);
  });

  test('what fails alone is not heard, what is rolled back as a whole neither', async () => {
    const docs = [{ name: 'good-1' }, { name: 'linked' }, { name: 'good-2' }];
    const parts = await heard(() => ok('POST', 'Thing/bulk', { action: 'insert', docs, atomic: false }));
    expect(parts).toEqual(['insert Thing good-1', 'insert Thing good-2']);
    const whole = await heard(async () => {
      const refused = await first.json('POST', '/api/v1/Thing/bulk', {
        action: 'insert',
        docs: [{ name: 'good-3' }, { name: 'linked' }],
      });
      expect(refused.status).toBe(409);
    });
    expect(whole).toEqual([]);
  });

  test('in order, from either process', async () => {
    const sent: string[] = [];
    for (let n = 0; n < 30; n++) {
      await ok('POST', 'Thing', { name: `o-${n}` });
      sent.push(`insert Thing o-${n}`);
    }
    expect(await heard(async () => undefined)).toEqual(sent);
    await second.json('POST', '/api/v1/Thing', { name: 'from-there' });
    expect(await here.until((all) => all.length > 0)).toEqual(['insert Thing from-there']);
    expect(there.heard).toEqual(['insert Thing from-there']);
    here.forget();
    there.forget();
  });
});
