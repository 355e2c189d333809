/**
 * SQLI-19, the gate of its class: a marker in every leaf of every parameter of every route, keys and values,
 * and no statement's text that ever holds it. The routes are the application's own list: a new one is swept too.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROUTES } from '../../../server/http/app.ts';
import type { Route } from '../../../server/http/call.ts';
import { expectProblem, fingerprint, query, recordStatements } from './oracles.ts';
import { openWorld, type World } from './world.ts';

const MARKER = `zq9x'"\\;--$1`;
const WORD = 'zq9x';

let world: World;
let recorded: ReturnType<typeof recordStatements>;
beforeAll(async () => {
  world = await openWorld();
  recorded = recordStatements();
});
afterAll(async () => {
  recorded?.stop();
  await world?.close();
});

const enc = encodeURIComponent;

/** Paths of a route: every `*` filled with what exists, then each of them with the marker. */
function pathsOf(route: Route): string[] {
  const parts = route.path.split('/').slice(1);
  const stars = parts.flatMap((part, index) => (part === '*' ? [index] : []));
  const fill = (hostile: number | undefined): string => {
    let at = 0;
    const real =
      route.path.startsWith('/api/v1/doctype') || route.path.startsWith('/api/meta') ? ['Note'] : ['Note', 'first'];
    return `/${parts.map((part, index) => (part === '*' ? (index === hostile ? enc(MARKER) : (real[at++] ?? 'x')) : part)).join('/')}`;
  };
  return [fill(undefined), ...stars.map(fill)];
}

const NAMES = [
  'name',
  'title',
  'about',
  'fields',
  'docs',
  'data',
  'filters',
  'action',
  'atomic',
  'merge',
  '_version',
  'version',
  'user',
  'password',
  'autoname',
  'permissions',
  'items',
  MARKER,
];

/** Values of every shape with the marker in each place that a shape has. */
const SHAPES: readonly unknown[] = [
  MARKER,
  [MARKER],
  { [MARKER]: MARKER },
  [{ [MARKER]: MARKER }],
  [{ name: MARKER, title: MARKER }],
  [{ fieldname: MARKER, fieldtype: MARKER, options: MARKER, default: MARKER, label: MARKER }],
  [{ fieldname: 'title', fieldtype: 'Data', label: MARKER, default: MARKER, description: MARKER }],
];

const QUERIES = [
  'fields',
  'filters',
  'or_filters',
  'order_by',
  'group_by',
  'q',
  'expand',
  'cursor',
  'count',
  'limit',
  'offset',
  'name',
  'confirm',
  'hard',
  'v',
  'doctype',
  MARKER,
];

const QUERY_SHAPES: readonly string[] = [
  MARKER,
  `name ${MARKER}`,
  `title as ${MARKER}`,
  `count(${MARKER})`,
  `about.${MARKER}`,
  `\`tabNote\`.\`${MARKER}\``,
  `\`tab${MARKER}\`.\`name\``,
  ...[
    [MARKER],
    { [MARKER]: MARKER },
    { title: MARKER },
    { title: ['like', MARKER] },
    [[MARKER, '=', 1]],
    [['title', MARKER, 1]],
    [['title', '=', MARKER]],
    [['title', 'in', [MARKER]]],
    [['title', 'between', [MARKER, MARKER]]],
    [['name', 'descendants of', MARKER]],
    [['creation', 'timespan', MARKER]],
    [['Note', MARKER, '=', MARKER]],
    [[MARKER, 'title', '=', MARKER]],
    ['or', ['title', '=', MARKER], ['about.title', 'like', MARKER]],
    [{ sum: MARKER, as: MARKER }],
    [{ count: '*', as: MARKER }],
    [{ [MARKER]: 'title' }],
    [{ about: [MARKER] }],
  ].map((shape) => JSON.stringify(shape)),
];

async function sweep(method: string, target: string, body?: unknown, headers?: Record<string, string>): Promise<void> {
  const reply = await world.json(method, target, body, headers);
  const asked = `${method} ${target} ${JSON.stringify(body)}`;
  expect(reply.status, `${asked}: ${reply.text.slice(0, 300)}`).toBeLessThan(500);
  if (reply.status >= 400) expectProblem(reply, asked);
}

const swept = new Set<unknown>();
// The pages of the desk are files of a build, which is not there in a clean checkout.
const isKept = (route: Route): boolean => /^\/(api\/v1\/auth\/logout$|login$|(app|docs)(\/|$))/.test(route.path);

test.each(ROUTES.filter((route) => !isKept(route)).map((route) => [`${route.method} ${route.path}`, route] as const))(
  'SQLI-19 %s',
  async (_, route) => {
    // Some of the routes before have ended the session, or may have.
    Object.assign(world, await world.as('Administrator'));
    const paths = pathsOf(route);
    const [path = ''] = paths;
    const body = route.method === 'GET' ? undefined : {};
    for (const each of paths) {
      await sweep(route.method, each, body, {
        'idempotency-key': MARKER.repeat(2),
        'if-match': MARKER,
        'if-none-match': MARKER,
        'user-agent': MARKER,
        'x-request-id': MARKER,
        cookie: `sid=${enc(MARKER)}`,
      });
      for (const name of route.query ?? QUERIES)
        await sweep(route.method, `${each}?${query({ [name]: MARKER })}`, body);
    }
    const isList = route.query?.includes('filters') ?? false;
    for (const name of isList ? QUERIES : []) {
      for (const shape of QUERY_SHAPES) await sweep(route.method, `${path}?${query({ [name]: shape })}`);
    }
    // Routes of several paths that end in one place take their bodies there.
    if (route.method === 'GET' || swept.has(route.answer)) return;
    swept.add(route.answer);
    for (const name of NAMES) for (const shape of SHAPES) await sweep(route.method, path, { [name]: shape });
    await sweep(route.method, path, JSON.stringify(MARKER));
  },
);

test('SQLI-19 whole documents and bulk writes', async () => {
  Object.assign(world, await world.as('Administrator'));
  const values = Object.fromEntries(
    [
      'customer',
      'plain',
      'notes',
      'page',
      'memo',
      'email',
      'phone',
      'pin',
      'naming_series',
      'status',
      'posted',
      'due',
      'at',
      'amount',
      'count_of',
      'is_paid',
      'colour',
      'place',
      'kind',
      'ref_name',
    ].map((name) => [name, MARKER]),
  );
  for (const [name, value] of Object.entries(values)) await sweep('POST', '/api/v1/Invoice', { [name]: value });
  await sweep('POST', '/api/v1/Invoice', {
    plain: MARKER,
    notes: MARKER,
    extra: { [MARKER]: [MARKER, { [MARKER]: MARKER }] },
    pin: MARKER,
    items: [{ item: MARKER }],
  });
  await sweep('POST', '/api/v1/Label', { text: MARKER });
  await sweep('POST', '/api/v1/Note', { name: MARKER, title: MARKER });
  const at = `/api/v1/Note/${enc(MARKER)}`;
  await sweep('POST', '/api/v1/Note', { name: `${MARKER}2`, about: MARKER });
  await sweep('PATCH', at, { title: `${MARKER}!` });
  await sweep('POST', `${at}/rename`, { name: `${MARKER}3` });
  await sweep('GET', `/api/v1/Note?${query({ filters: { about: `${MARKER}3` }, fields: ['name', 'about.title'] })}`);
  expect((await world.json('GET', `/api/v1/Note/${enc(`${MARKER}2`)}`)).body.about).toBe(`${MARKER}3`);
  for (const action of ['insert', 'update', 'delete', 'submit', MARKER]) {
    await sweep('POST', '/api/v1/Note/bulk', { action, docs: [{ name: `${MARKER}4`, title: MARKER }], atomic: false });
    await sweep('POST', '/api/v1/Note/bulk', { action, filters: { title: MARKER }, data: { title: MARKER } });
    await sweep('POST', '/api/v1/Note/bulk', { action, docs: [MARKER, { [MARKER]: MARKER }] });
  }
  await sweep('DELETE', `/api/v1/Note/${enc(`${MARKER}2`)}`);
  await sweep('POST', `/api/v1/Note/${enc(`${MARKER}2`)}/restore`);
});

test('SQLI-19 texts of a DocType, which DDL has to quote', async () => {
  const definition = {
    name: 'Tainted',
    module: 'Attacks',
    description: MARKER,
    autoname: 'prompt',
    permissions: [],
    fields: [
      { fieldname: 'one', fieldtype: 'Data', label: MARKER, description: MARKER },
      { fieldname: 'two', fieldtype: 'Select', options: `\n${MARKER}` },
    ],
  };
  await sweep('POST', '/api/v1/DocType', definition);
  await sweep('POST', '/api/v1/Tainted', { name: 'x', two: MARKER });
  await sweep('POST', '/api/v1/doctype/Tainted/plan', {
    ...definition,
    fields: [{ fieldname: 'two', fieldtype: 'Select', options: 'other' }],
  });
  expect((await world.json('GET', '/api/v1/Tainted/x')).body.two).toBe(MARKER);
});

test('the marker stands in no statement, and nothing failed inside', async () => {
  expect(recorded.texts.size).toBeGreaterThan(50);
  expect([...recorded.texts].filter((text) => text.includes(WORD))).toEqual([]);
  expect(world.failures).toEqual([]);
  const { control } = (await fingerprint(world)) as { control: [number, string][] };
  expect(control.map(([status]) => status)).toEqual([200, 200, 200, 200, 200]);
});

/** DDL takes no parameters: there the value is a literal, quoted by PostgreSQL's own rules. */
test('a default, the one value that DDL carries, is one literal', async () => {
  const fields = [{ fieldname: 'one', fieldtype: 'Data', default: MARKER }];
  recorded.texts.clear();
  const made = await world.json('POST', '/api/v1/DocType', {
    name: 'Defaulted',
    module: 'Attacks',
    autoname: 'prompt',
    permissions: [],
    fields,
  });
  expect(made.status, made.text).toBe(201);
  const literal = `'${MARKER.replaceAll("'", "''")}'`;
  for (const text of recorded.texts)
    expect(text.replaceAll(literal, '').replaceAll(`E${literal}`, '')).not.toContain(WORD);
  expect((await world.json('POST', '/api/v1/Defaulted', { name: 'x' })).body.one).toBe(MARKER);
});
