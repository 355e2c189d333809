/** Saved views of several people, at every door; settings of lists, which are each one's own. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ok, openWorld, statusOf, type World } from '../activity/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const view = (label: string, more: object = {}) => ({
  label,
  for_doctype: 'Project',
  kind: 'list',
  columns: [{ field: 'title', width: 200 }, { field: 'status' }],
  filters: [['status', '=', 'Open']],
  sort: 'modified desc',
  ...more,
});
const labels = async (client: World['ada']) =>
  (await ok(client, 'GET', '/api/v1/Saved%20View?fields=["label"]&order_by=label asc')).items.map(
    (each: { label: string }) => each.label,
  );

describe('saved views', () => {
  test('are one’s own until they are shared, and then theirs who may see the DocType and have a role', async () => {
    const { ada, rita, nina, boss } = world;
    const made = await ok(ada, 'POST', '/api/v1/Saved%20View', view('mine'));
    expect(made).toMatchObject({ filters: [['status', '=', 'Open']], is_shared: false });
    await ok(ada, 'POST', '/api/v1/Saved%20View', view('for all', { is_shared: true }));
    // Roles are named by who may choose roles.
    const forWriters = view('for writers', { is_shared: true, roles: [{ role: 'Writer' }] });
    expect(await statusOf(ada, 'POST', '/api/v1/Saved%20View', forWriters)).toBe(400);
    await ok(world.app, 'POST', '/api/v1/Saved%20View', forWriters);
    expect(await labels(ada)).toEqual(['for all', 'for writers', 'mine']);
    expect(await labels(world.ed)).toEqual(['for all', 'for writers']);
    expect(await labels(rita)).toEqual(['for all']);
    expect(await labels(nina)).toEqual([]);
    // Who manages the system sees those of DocTypes that he may know of.
    expect(await labels(boss)).toEqual([]);
    expect(await statusOf(rita, 'GET', `/api/v1/Saved%20View/${made.name}`)).toBe(404);
    expect((await ok(rita, 'GET', '/api/v1/Saved%20View/count')).count).toBe(1);
    expect((await rita.json('GET', '/api/resource/Saved%20View?fields=["*"]')).text).not.toContain('mine');
    const graphql = await ok(rita, 'POST', '/graphql', { query: '{ saved_view { label } }' });
    expect(graphql.data.saved_view).toEqual([{ label: 'for all' }]);
  });

  test('are written by their owner and by System Managers', async () => {
    const { ada, rita } = world;
    const shared = await ok(ada, 'POST', '/api/v1/Saved%20View', view('z shared', { is_shared: true }));
    const path = `/api/v1/Saved%20View/${shared.name}`;
    expect(await statusOf(rita, 'PATCH', path, { label: 'hers' })).toBe(403);
    expect(await statusOf(rita, 'DELETE', path)).toBe(403);
    const both = await world.app.user({ name: 'both', roles: ['System Manager', 'Reader'] });
    await ok(both, 'PATCH', path, { label: 'z managed' });
    expect(await statusOf(rita, 'POST', '/api/v1/Saved%20View', view('x', { owner: 'ada@example.com' }))).toBe(400);
    await ok(ada, 'DELETE', path);
  });

  test.each([
    ['columns', { not: 'a list' }],
    ['columns', [{ field: 'title', width: -1 }]],
    ['columns', [{ field: 'title', onclick: 'x' }]],
    ['columns', Array.from({ length: 101 }, () => 'title')],
    ['filters', [['status', 'drop table', 'x']]],
    ['filters', [['status', '=', 'x'.repeat(20_001)]]],
    ['sort', 'title; drop table x'],
    ['group_by', 'a b'],
    ['settings', ['no object']],
    ['settings', { text: 'x'.repeat(20_001) }],
    ['kind', 'hologram'],
  ])('are refused with a bad %s', async (key, value) => {
    const refused = await world.ada.json('POST', '/api/v1/Saved%20View', view('bad', { [key]: value }));
    expect(refused.status, refused.text).toBe(400);
    expect(refused.body.errors[0].field).toBe(key);
  });

  test('of those that are shared, System Managers make one the default', async () => {
    const { ada, rita } = world;
    const manager = await world.app.user({ name: 'decider', roles: ['System Manager', 'Reader'] });
    const made = (label: string, more: object = {}) => ok(ada, 'POST', '/api/v1/Saved%20View', view(label, more));
    const pathOf = ({ name }: { name: string }) => `/api/v1/Saved%20View/${name}`;
    const [first, second, own] = [
      await made('d first', { is_shared: true }),
      await made('d second', { is_shared: true }),
      await made('d own'),
    ];
    const defaults = async (client = rita) =>
      (
        await ok(client, 'GET', '/api/v1/Saved%20View?fields=["label"]&filters=[["is_default","=",true]]&limit=9')
      ).items.map(({ label }: { label: string }) => label);
    // Not by the owner, nor by who only finds it, and not while it is made.
    for (const client of [ada, rita])
      expect(await statusOf(client, 'PATCH', pathOf(first), { is_default: true })).not.toBe(200);
    expect(
      await statusOf(ada, 'POST', '/api/v1/Saved%20View', view('x', { is_shared: true, is_default: true })),
    ).not.toBe(201);
    expect(await defaults()).toEqual([]);

    await ok(manager, 'PATCH', pathOf(first), { is_default: true });
    expect(await defaults()).toEqual(['d first']);
    // Whoever owns it goes on writing the rest of it.
    expect(await ok(ada, 'PATCH', pathOf(first), { sort: 'title asc' })).toMatchObject({ is_default: true });
    expect(await statusOf(ada, 'PATCH', pathOf(first), { is_default: false })).not.toBe(200);

    await ok(manager, 'PATCH', pathOf(second), { is_default: true });
    expect(await defaults()).toEqual(['d second']);
    // What nobody else finds is nobody else's default.
    await ok(ada, 'PATCH', pathOf(second), { is_shared: false });
    expect(await defaults(ada)).toEqual([]);
    expect(await ok(ada, 'GET', pathOf(second))).toMatchObject({ is_default: false });
    expect(await statusOf(manager, 'PATCH', pathOf(own), { is_default: true })).toBe(404);

    await ok(manager, 'PATCH', pathOf(first), { is_default: true });
    expect(await ok(ada, 'PATCH', pathOf(first), { for_doctype: 'Saved View' })).toMatchObject({ is_default: false });
    await ok(ada, 'PATCH', pathOf(first), { for_doctype: 'Project' });
    await ok(manager, 'PATCH', pathOf(first), { is_default: true });
    await ok(manager, 'PATCH', pathOf(first), { is_default: false });
    expect(await defaults()).toEqual([]);
    for (const each of [first, second, own]) await ok(ada, 'DELETE', pathOf(each));
  });

  test('are not made for a DocType that one may not know of', async () => {
    const refused = await world.nina.json('POST', '/api/v1/Saved%20View', view('x'));
    expect(refused.status).toBe(400);
    expect(refused.body.errors[0].code).toBe('link_not_found');
  });
});

describe('settings of lists', () => {
  const PATH = '/api/v1/settings/user/Project';

  test('are kept for each person and DocType, and read by nobody else', async () => {
    const { ada, rita, nina, boss } = world;
    expect(await ok(ada, 'GET', PATH)).toEqual({});
    const mine = {
      view: 'kanban',
      filters: [['status', '=', 'CANARY']],
      columns: [{ field: 'title', width: 120 }],
      sort: 'modified desc',
      page_length: 50,
      settings: { kanban_field: 'status' },
    };
    expect(await ok(ada, 'PUT', PATH, mine)).toEqual(mine);
    expect(await ok(ada, 'GET', PATH)).toEqual(mine);
    expect(await ok(ada, 'PUT', PATH, { ...mine, page_length: 100 })).toMatchObject({ page_length: 100 });
    expect(await ok(rita, 'GET', PATH)).toEqual({});
    for (const client of [rita, nina, boss])
      for (const path of ['/api/v1/User%20Setting', '/api/resource/User%20Setting'])
        expect(await statusOf(client, 'GET', path)).toBe(404);
    expect(await statusOf(nina, 'GET', PATH)).toBe(404);
    expect(await statusOf(nina, 'PUT', PATH, {})).toBe(404);
    expect(await statusOf(world.app.anonymous, 'GET', PATH)).toBe(401);
  });

  test('of the desk as a whole are kept for each person too', async () => {
    const { ada, nina } = world;
    const DESK = '/api/v1/settings/user';
    const mine = { settings: { rooms: { pins: { at: 7, value: ['Project'] } } } };
    expect(await ok(nina, 'GET', DESK)).toEqual({});
    expect(await ok(nina, 'PUT', DESK, mine)).toEqual(mine);
    expect(await ok(nina, 'GET', DESK)).toEqual(mine);
    expect(await ok(ada, 'GET', DESK)).toEqual({});
    expect(await statusOf(nina, 'PUT', DESK, { colour: 'red' })).toBe(400);
    expect(await statusOf(world.app.anonymous, 'GET', DESK)).toBe(401);
  });

  test('of many requests at once are one', async () => {
    const { rita, app } = world;
    await Promise.all([10, 20, 30, 40].map((page_length) => ok(rita, 'PUT', PATH, { page_length })));
    const rows = await app.app.db.query({ text: `select 1 from user_setting where "user" = 'rita'`, values: [] });
    expect(rows).toHaveLength(1);
  });

  test.each([
    { views: 'list' },
    { view: 'x' },
    { page_length: 0 },
    { page_length: 5000 },
    { filters: 'x y z' },
    { settings: { x: 'y'.repeat(20_001) } },
    { __proto__x: 1 },
  ])('refuse %j', async (given) => {
    expect(await statusOf(world.ada, 'PUT', PATH, given)).toBe(400);
  });

  test('do not hold a user fast', async () => {
    const gone = await world.app.user({ name: 'gone', roles: ['Reader'] });
    await ok(gone, 'PUT', PATH, { view: 'list' });
    await ok(gone, 'POST', '/api/v1/Saved%20View', view('of one who goes'));
    await ok(world.app, 'DELETE', '/api/v1/User/gone');
    expect(await ok(world.app, 'GET', '/api/v1/Saved%20View/count')).toMatchObject({ count: expect.any(Number) });
  });
});
