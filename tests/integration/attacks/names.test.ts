/**
 * SCHM-19: names of documents as URLs, keys and links. Each is refused when it is made, or comes back exactly
 * on every route, and never as another document.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectProblem, query } from './oracles.ts';
import { must, openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const NAMES = [
  'a/b',
  '/',
  '//',
  '/etc/passwd',
  '../first',
  '../../Note/first',
  '%2F',
  '%252F',
  '%',
  '%%',
  '%zz',
  '%00',
  '#',
  '#first',
  '?',
  '?name=first',
  'first?x=1',
  ':',
  'a:b',
  'http://x/',
  'a&b=c',
  'a=b',
  '+',
  'a+b',
  'a b',
  ';',
  'first;x',
  'a,b',
  '"',
  "'",
  "' or 1=1 --",
  '`',
  '\\',
  '\\..\\',
  '{{7*7}}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the attack
  '${7*7}',
  '$1',
  '[]',
  '["first"]',
  '{}',
  '*',
  '~',
  '@',
  '!',
  '-',
  '_',
  '--',
  '😀',
  '👩‍👩‍👧',
  '漢字',
  '\u00e9',
  'İ',
  'ﬁ',
  'ß',
  'a\u00a0b',
  'new',
  'undefined',
  'null',
  'true',
  'false',
  '0',
  '-1',
  '1e3',
  'NaN',
  'count',
  'bulk',
  'versions',
  'shares',
  'submit',
  'rename',
  'plan',
  'history',
  'name',
  'id',
  'constructor',
  '__proto__',
  'toString',
  'hasOwnProperty',
  'FIRST',
  'First',
  'x'.repeat(140),
  '😀'.repeat(35),
  '00000000-0000-7000-8000-000000000000',
];
const REFUSED = [
  '.',
  '..',
  '<b>',
  'e\u0301',
  'abc\u202etxt',
  'a\u200bb',
  '',
  ' ',
  '\t',
  'x'.repeat(141),
  'a\u0000b',
  '\u0000',
  'x'.repeat(100_000),
];
/** Refused, or kept as they are, or cut at the ends: whichever, the answer says what the name is. */
const TRIMMED = ['\ufeffa', ' x', 'x ', '\nx', 'a\nb', 'a\tb', 'a\rb', '\u00a0y', 'y\u2003', 'a\u0007b', '\u2028'];

const at = (doctype: string, name: string): string => `/api/v1/${doctype}/${encodeURIComponent(name)}`;

/** Reads it by every way there is; all of them give this document and no other. */
async function readEveryWay(doctype: string, name: string, id: string): Promise<void> {
  const ways = [`/api/v1/${doctype}?${query({ name })}&`.slice(0, -1), `/api/v1/${doctype}/${id}`];
  if (name !== 'count') ways.push(at(doctype, name));
  for (const way of ways) {
    const reply = await world.json('GET', way);
    if (way.includes('?name=') && Array.isArray(reply.body?.items)) continue;
    expect([reply.status, reply.body?.name, reply.body?.id], way).toEqual([200, name, id]);
  }
  for (const filters of [{ name }, [['name', '=', name]], [['name', 'in', [name]]]]) {
    const { body } = await world.json('GET', `/api/v1/${doctype}?${query({ filters, fields: ['name', 'id'] })}`);
    expect(body.items, JSON.stringify(filters)).toEqual([{ name, id }]);
  }
}

test.each(NAMES.map((name) => [JSON.stringify(name).slice(0, 40), name]))(
  'SCHM-19 %s is exactly itself on all routes',
  async (_, name) => {
    const made = await world.json('POST', '/api/v1/Note', { name, title: 'T' });
    expect([made.status, made.body.name], made.text).toEqual([201, name]);
    const { id } = made.body;
    // A word of the routes is reached with ?name=.
    const location = name === 'count' ? `/api/v1/Note?name=${name}` : `/api/v1/Note/${name}`;
    expect(decodeURIComponent(made.headers.get('location') ?? '')).toBe(location);
    await readEveryWay('Note', name, id);

    const changed = await world.json('PATCH', at('Note', name), { title: 'U' });
    expect([changed.status, changed.body.id, changed.body.title], changed.text).toEqual([200, id, 'U']);
    const versions = await world.json('GET', `${at('Note', name)}/versions`);
    expect([versions.status, versions.body.items.length], versions.text).toEqual([200, 1]);
    expect((await world.json('GET', `${at('Note', name)}/shares`)).status).toBe(200);

    const linking = await must(world, 'POST', '/api/v1/Note', { name: `to ${id}`, about: name });
    expect(linking.about).toBe(name);
    expect((await world.json('DELETE', at('Note', name))).status).toBe(409);
    const expanded = await must(world, 'GET', `/api/v1/Note/${encodeURIComponent(linking.name)}?expand=about`);
    expect([expanded.about.id, expanded.about.name]).toEqual([id, name]);

    const renamed = await must(world, 'POST', `${at('Note', name)}/rename`, { name: `was ${id}` });
    expect([renamed.id, renamed.name]).toEqual([id, `was ${id}`]);
    const back = await must(world, 'POST', `${at('Note', `was ${id}`)}/rename`, { name });
    expect([back.id, back.name]).toEqual([id, name]);
    expect((await must(world, 'GET', `/api/v1/Note/${encodeURIComponent(linking.name)}`)).about).toBe(name);
    const copied = await must(world, 'POST', `${at('Note', name)}/duplicate`, { name: `copy ${id}` });
    expect(copied.id).not.toBe(id);

    await must(world, 'PATCH', at('Note', linking.name), { about: null });
    const bulk = await must(world, 'POST', '/api/v1/Note/bulk', { action: 'update', docs: [{ name, title: 'V' }] });
    expect([bulk.succeeded, bulk.results[0].name]).toEqual([1, name]);
    expect((await world.json('DELETE', at('Note', name))).status).toBe(204);
    expect((await world.json('GET', at('Note', name))).status).toBe(name === 'count' ? 200 : 404);
    const restored = await world.json('POST', `${at('Note', name)}/restore`, {});
    expect([restored.status, restored.body.id], restored.text).toEqual([200, id]);
    expect((await world.json('DELETE', `${at('Note', name)}?hard=true`)).status).toBe(204);
    // The documents that such a name might be taken for are as they were.
    expect(await must(world, 'GET', '/api/v1/Note/first')).toMatchObject({ name: 'first', title: 'One' });
  },
);

test('SCHM-19 one document for each spelling: no two of them are one', async () => {
  for (const name of NAMES) await must(world, 'POST', '/api/v1/Label', { text: name });
  const ids = new Set<string>();
  for (const name of NAMES) {
    const { items } = await must(world, 'GET', `/api/v1/Label?${query({ filters: { name }, fields: ['id', 'text'] })}`);
    expect(items).toEqual([{ id: expect.any(String), text: name }]);
    ids.add(items[0].id);
  }
  expect(ids.size).toBe(NAMES.length);
});

test.each(REFUSED.map((name) => [JSON.stringify(name).slice(0, 40), name]))(
  'SCHM-19 %s is refused',
  async (_, name) => {
    for (const [doctype, body] of [
      ['Note', { name }],
      ['Label', { text: name }],
    ] as const) {
      const reply = await world.json('POST', `/api/v1/${doctype}`, body);
      expect(reply.status, reply.text).toBe(400);
      expectProblem(reply, JSON.stringify(body));
    }
    expect((await world.json('POST', '/api/v1/Note/first/rename', { name })).status).toBe(400);
    expect((await world.json('GET', '/api/v1/Note/first')).status).toBe(200);
  },
);

test.each(TRIMMED.map((name) => [JSON.stringify(name), name]))(
  'SCHM-19 %s is refused, or read back under the name it got',
  async (_, name) => {
    const made = await world.json('POST', '/api/v1/Note', { name });
    if (made.status === 400) return expectProblem(made, JSON.stringify(name));
    expect(made.status).toBe(201);
    await readEveryWay('Note', made.body.name, made.body.id);
    await must(world, 'DELETE', `${at('Note', made.body.name)}?hard=true`);
  },
);

test('SCHM-19 the id of one document is no name for another', async () => {
  const { id } = await must(world, 'GET', '/api/v1/Note/first');
  const reply = await world.json('POST', '/api/v1/Note', { name: id, title: 'thief' });
  const read = await must(world, 'GET', `/api/v1/Note/${id}`);
  // Refused, or the name wins and the other is reached by its own name; a link is never silently moved.
  expect([400, 409, 201]).toContain(reply.status);
  if (reply.status === 201) expect(read.title).toBe('thief');
  else expect(read.title).toBe('One');
  expect((await must(world, 'GET', '/api/v1/Note/first')).title).toBe('One');
});

test('nothing failed inside', () => expect(world.failures).toEqual([]));
