/** Workspaces of several people: the documents at every door, what each sees in one, and what comes in from files. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readDocTypeFiles } from '../../../server/doctypes/files.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import type { UserClient } from '../../support/app.ts';
import { ok, openWorld, statusOf, type World } from '../activity/world.ts';
import { hearken } from '../realtime/listening.ts';

let world: World;
let maker: UserClient;
beforeAll(async () => {
  world = await openWorld();
  maker = await world.app.user({ name: 'maker', roles: ['Workspace Manager', 'Writer'] });
});
afterAll(() => world?.close());

const SIDEBAR = '/api/v1/settings/workspaces';
const page = (name: string, part = '') => `${SIDEBAR}/${encodeURIComponent(name)}${part}`;
const at = (name: string) => `/api/v1/Workspace/${encodeURIComponent(name)}`;
const titles = async (client: World['ada']): Promise<string[]> =>
  (await ok(client, 'GET', SIDEBAR)).items.map((each: { title: string }) => each.title);

const PLANT = {
  title: 'Plant',
  public: true,
  icon: 'factory',
  shortcuts: [
    { type: 'DocType', link_to: 'Project', label: 'Running', stats_filter: '{"status":"Open"}', format: '{} open' },
    { type: 'DocType', link_to: 'Errand', label: 'Walks to do', doc_view: 'Kanban' },
    { type: 'URL', url: 'https://example.com/manual', label: 'Manual' },
  ],
  links: [
    { type: 'Card Break', label: 'Planning board' },
    { type: 'Link', link_type: 'DocType', link_to: 'Project', label: 'All plans' },
    { type: 'Card Break', label: 'Secret affairs' },
    { type: 'Link', link_type: 'DocType', link_to: 'Custom DocPerm', label: 'Hidden rights' },
  ],
};

describe('the documents', () => {
  test('are one’s own for everybody, public for who manages workspaces', async () => {
    const { rita, nina, boss } = world;
    const own = await ok(rita, 'POST', '/api/v1/Workspace', { title: 'Mine' });
    expect(own).toMatchObject({ name: 'Mine-rita', label: 'Mine-rita', for_user: 'rita', public: false });
    expect(
      await statusOf(rita, 'POST', '/api/v1/Workspace', { title: 'For all', public: true }),
    ).toBeGreaterThanOrEqual(400);
    expect(await statusOf(rita, 'PATCH', at('Mine-rita'), { public: true })).toBeGreaterThanOrEqual(400);
    expect(await statusOf(rita, 'PATCH', at('Mine-rita'), { for_user: 'nina' })).toBeGreaterThanOrEqual(400);
    expect(
      await statusOf(rita, 'POST', '/api/v1/Workspace', { title: 'Hers', for_user: 'nina' }),
    ).toBeGreaterThanOrEqual(400);
    const roles = { title: 'x', roles: [{ role: 'Reader' }] };
    expect(await statusOf(rita, 'POST', '/api/v1/Workspace', roles)).toBeGreaterThanOrEqual(400);
    // A Workspace Manager leads to nothing that they may not know of.
    expect(await statusOf(maker, 'POST', '/api/v1/Workspace', PLANT)).toBe(400);
    await ok(world.app, 'POST', '/api/v1/Workspace', PLANT);
    for (const client of [rita, nina]) {
      expect(await statusOf(client, 'GET', at('Plant'))).toBe(404);
      expect(await statusOf(client, 'PATCH', at('Plant'), { title: 'x' })).toBe(404);
      expect(await statusOf(client, 'DELETE', at('Plant'))).toBe(404);
    }
    // What is somebody's own is nobody else's, whatever they manage.
    for (const client of [nina, boss, maker]) {
      expect(await statusOf(client, 'GET', at('Mine-rita'))).toBe(404);
      expect(await statusOf(client, 'PATCH', at('Mine-rita'), { title: 'x' })).toBe(404);
      expect(await statusOf(client, 'GET', page('Mine-rita'))).toBe(404);
      expect(await titles(client)).not.toContain('Mine');
    }
    await ok(boss, 'PATCH', at('Plant'), { sequence_id: 5 });
    await ok(rita, 'PATCH', at('Mine-rita'), { title: 'My own' });
    expect(await titles(rita)).toContain('My own');
  });

  test('are the same at the doors of GraphQL and of Frappe’s clients', async () => {
    const { rita } = world;
    const ask = { query: '{ workspace { name title shortcuts { link_to } } }' };
    const seen = await rita.json('POST', '/graphql', ask);
    expect(seen.body.data.workspace.map((each: { name: string }) => each.name)).toEqual(['Mine-rita']);
    expect((await maker.json('POST', '/graphql', ask)).text).toContain('Plant');
    const listed = await rita.json('GET', '/api/resource/Workspace?fields=["*"]');
    expect(listed.body.data.map((each: { name: string }) => each.name)).toEqual(['Mine-rita']);
    expect(await statusOf(rita, 'GET', '/api/resource/Workspace/Plant')).toBe(404);
    expect(await statusOf(rita, 'PUT', '/api/resource/Workspace/Plant', { title: 'x' })).toBe(404);
    const change = { query: 'mutation { update_workspace(name: "Plant", set: {title: "x"}) { name } }' };
    expect((await rita.json('POST', '/graphql', change)).body.errors).toBeDefined();
    const insert = { doc: { doctype: 'Workspace', title: 'Loud', public: 1 } };
    expect(await statusOf(rita, 'POST', '/api/method/frappe.client.insert', insert)).toBeGreaterThanOrEqual(400);
    const rows = await rita.json('GET', '/api/v1/Workspace?fields=["name","links.link_to"]');
    expect(rows.text).not.toContain('Project');
    expect(await statusOf(rita, 'GET', '/api/v1/Workspace%20Link')).toBeGreaterThanOrEqual(400);
    expect((await ok(maker, 'GET', at('Plant'))).title).toBe('Plant');
  });

  test('do not take the names of others, nor tell what others have', async () => {
    const { rita, nina } = world;
    await ok(nina, 'POST', '/api/v1/Workspace', { title: 'Quiet' });
    for (const label of ['Quiet-nina', 'Loud-nina', 'Home', 'Plant']) {
      const made = await ok(rita, 'POST', '/api/v1/Workspace', { title: 'Taken', label });
      expect(made.name).toBe('Taken-rita');
      for (const name of ['Quiet-nina', 'Loud-nina', 'Home', 'Plant']) {
        const renamed = await rita.json('POST', `${at(made.name)}/rename`, { name });
        expect([renamed.status, renamed.body.type]).toEqual([400, '/problems/validation']);
      }
      expect(await statusOf(rita, 'PATCH', at(made.name), { label })).toBeGreaterThanOrEqual(400);
      await ok(rita, 'DELETE', at(made.name));
    }
    const long = 'y'.repeat(140);
    const names = [];
    for (const client of [rita, nina])
      names.push((await ok(client, 'POST', '/api/v1/Workspace', { title: long })).name);
    expect(names.map((name) => name.slice(-6))).toEqual(['y-rita', 'y-nina']);
    await ok(rita, 'POST', `${at(names[0])}/rename`, { name: 'Short-rita' });
    await ok(rita, 'DELETE', at('Short-rita'));
    await ok(nina, 'DELETE', at(names[1]));
    await ok(nina, 'DELETE', at('Quiet-nina'));
  });

  test('put one’s own under a public one, which may be chosen but not read', async () => {
    const { rita } = world;
    const made = await ok(rita, 'POST', '/api/v1/Workspace', { title: 'Below', parent_page: 'Plant' });
    expect((await ok(rita, 'GET', SIDEBAR)).items).toContainEqual(
      expect.objectContaining({ name: made.name, parent: 'Plant', public: false, may_write: true }),
    );
    await ok(rita, 'DELETE', at(made.name));
  });

  test.each([
    ['shortcuts[0].url', { shortcuts: [{ type: 'URL', label: 'x', url: 'javascript:alert(1)' }] }],
    ['shortcuts[0].url', { shortcuts: [{ type: 'URL', label: 'x', url: '//evil.example' }] }],
    ['shortcuts[0].url', { shortcuts: [{ type: 'URL', label: 'x', url: 'java\tscript:x' }] }],
    ['external_link', { type: 'URL', external_link: 'data:text/html,x' }],
    ['shortcuts[0].stats_filter', { shortcuts: [{ type: 'DocType', link_to: 'Project', stats_filter: '{no json' }] }],
    [
      'shortcuts[0].stats_filter',
      { shortcuts: [{ type: 'DocType', link_to: 'Project', stats_filter: '[["a","drop",1]]' }] },
    ],
    ['links[0].link_to', { links: [{ type: 'Link', link_type: 'DocType', link_to: 'No Such DocType' }] }],
    ['parent_page', { parent_page: 'Nowhere' }],
  ])('are refused with a bad %s', async (field, more) => {
    const refused = await maker.json('POST', '/api/v1/Workspace', { title: 'Bad', public: true, ...more });
    expect(refused.status, refused.text).toBe(400);
    expect(refused.body.errors[0].field).toBe(field);
  });

  test('do not lead to a DocType that their maker may not know of, nor stand under themselves', async () => {
    const guess = { title: 'Guess', shortcuts: [{ type: 'DocType', link_to: 'Project' }] };
    const missing = { title: 'Guess', shortcuts: [{ type: 'DocType', link_to: 'No Such' }] };
    const [hidden, nothing] = [
      await world.nina.json('POST', '/api/v1/Workspace', guess),
      await world.nina.json('POST', '/api/v1/Workspace', missing),
    ];
    expect([hidden.status, nothing.status]).toEqual([400, 400]);
    expect(hidden.body.errors[0].message.replace('Project', '')).toBe(
      nothing.body.errors[0].message.replace('No Such', ''),
    );
    await ok(maker, 'POST', '/api/v1/Workspace', { title: 'Lower', public: true, parent_page: 'Plant' });
    const around = await maker.json('PATCH', at('Plant'), { parent_page: 'Lower' });
    expect([around.status, around.body.errors[0].field]).toEqual([400, 'parent_page']);
    expect(await statusOf(maker, 'PATCH', at('Plant'), { parent_page: 'Plant' })).toBe(400);
    await ok(maker, 'DELETE', at('Lower'));
  });
});

describe('what somebody sees', () => {
  test('leads to nothing that they may not read, and says nothing of it', async () => {
    const { rita, nina, chris } = world;
    await world.project('seen');
    const seen = await ok(rita, 'GET', page('Plant'));
    expect(seen.shortcuts).toMatchObject([
      { label: 'Running', doctype: 'Project', filters: [['status', '=', 'Open']], format: '{} open', is_counted: true },
      { label: 'Walks to do', doctype: 'Errand', view: 'Kanban' },
      { label: 'Manual', url: 'https://example.com/manual', is_counted: false },
    ]);
    expect(seen.cards).toMatchObject([
      { label: 'Planning board', links: [{ label: 'All plans', doctype: 'Project' }] },
    ]);
    expect(seen.may_write).toBe(false);
    expect(seen.not_shown).toBeUndefined();
    for (const client of [nina, chris]) {
      const text = (await client.json('GET', page('Plant'))).text + (await client.json('GET', SIDEBAR)).text;
      expect(text).toContain('Manual');
      for (const word of [
        'Project',
        'Running',
        'Errand',
        'Walks',
        'Planning',
        'All plans',
        'Secret',
        'Hidden',
        'DocPerm',
      ])
        expect(text).not.toContain(word);
      expect((await ok(client, 'GET', page('Plant', '/counts'))).counts).toEqual({});
    }
    expect(await ok(maker, 'GET', page('Plant'))).toMatchObject({ may_write: true, not_shown: 1 });
  });

  test('nor do those who arrange it see more, at any door; what they save keeps the rest where it is', async () => {
    const links = [
      { type: 'Link', link_to: 'Custom DocPerm', label: 'Rights first' },
      { type: 'Card Break', label: 'Plans' },
      { type: 'Link', link_to: 'Project', label: 'One' },
      { type: 'Link', link_to: 'Custom DocPerm', label: 'Rights behind one' },
      { type: 'Link', link_to: 'Errand', label: 'Two' },
    ];
    const shortcuts = [
      { type: 'DocType', link_to: 'Custom DocPerm', label: 'Rights count' },
      { type: 'URL', url: 'https://example.com', label: 'Far' },
    ];
    await ok(world.app, 'POST', '/api/v1/Workspace', { title: 'Arranged', public: true, links, shortcuts });
    const labels = (rows: { label: string }[]) => rows.map(({ label }) => label);
    const seen = await ok(maker, 'GET', at('Arranged'));
    expect([labels(seen.links), labels(seen.shortcuts)]).toEqual([['Plans', 'One', 'Two'], ['Far']]);
    const ask = {
      query: '{ workspace(where: {name: {_eq: "Arranged"}}) { links { label link_to } shortcuts { label } } }',
    };
    const filtered = encodeURIComponent(JSON.stringify([['links.link_to', '=', 'Custom DocPerm']]));
    for (const [method, path, body] of [
      ['GET', at('Arranged')],
      ['GET', '/api/v1/Workspace?fields=["name","links.link_to","links.label"]'],
      ['GET', '/api/resource/Workspace/Arranged'],
      ['POST', '/graphql', ask],
    ] as const) {
      const { text, status } = await maker.json(method, path, body);
      expect([path, status, /Rights|DocPerm/.test(text)]).toEqual([path, 200, false]);
    }
    expect((await ok(maker, 'GET', `/api/v1/Workspace?filters=${filtered}`)).items).toEqual([]);
    // The order is another, one is gone, one is new; and once none is left.
    const [card, one, two] = seen.links;
    const changed = [two, card, one, { type: 'Link', link_to: 'Project', label: 'Three' }];
    expect(labels((await ok(maker, 'PATCH', at('Arranged'), { links: changed, shortcuts: [] })).links)).toEqual([
      'Two',
      'Plans',
      'One',
      'Three',
    ]);
    const whole = await ok(world.app, 'GET', at('Arranged'));
    expect(labels(whole.links)).toEqual(['Rights first', 'Two', 'Plans', 'One', 'Rights behind one', 'Three']);
    expect(labels(whole.shortcuts)).toEqual(['Rights count']);
    // A fault is told at the row as they count them, and a row that they do not see cannot be named.
    const far = { type: 'URL', label: 'Far', url: 'javascript:x' };
    const bad = await maker.json('PATCH', at('Arranged'), { shortcuts: [far] });
    expect([bad.status, bad.body.errors[0].field]).toEqual([400, 'shortcuts[0].url']);
    expect(bad.text).not.toContain('shortcuts[1]');
    const named = await maker.json('PATCH', at('Arranged'), {
      shortcuts: [{ name: whole.shortcuts[0].name, label: 'x' }],
    });
    expect([named.status, named.body.errors[0].code]).toEqual([400, 'unknown_row']);
    const history = await maker.json('GET', `${at('Arranged')}/versions`);
    expect([history.status, /Rights|DocPerm/.test(history.text)]).toEqual([200, false]);
    // An entry of the sidebar that is nothing else.
    const entry = { title: 'To rights', public: true, type: 'Link', link_type: 'DocType', link_to: 'Custom DocPerm' };
    await ok(world.app, 'POST', '/api/v1/Workspace', entry);
    expect(await statusOf(maker, 'GET', at('To rights'))).toBe(404);
    await ok(world.app, 'DELETE', at('To rights'));
    await ok(maker, 'DELETE', at('Arranged'));
  });

  test('is counted for them', async () => {
    await ok(world.own, 'POST', '/api/v1/Project', { name: 'of own', title: 'x' });
    const ofPage = await ok(world.own, 'GET', page('Plant'));
    const { counts } = await ok(world.own, 'GET', page('Plant', '/counts'));
    expect(counts).toEqual({ [ofPage.shortcuts[0].id]: { count: 1, more: false } });
    const all = Object.values((await ok(maker, 'GET', page('Plant', '/counts'))).counts);
    expect(all).toContainEqual({ count: 2, more: false });
  });

  test('a filter on a field that somebody may not read keeps its shortcut from them; its maker hears of a bad one', async () => {
    const shortcuts = [
      { type: 'DocType', link_to: 'Project', label: 'Dear ones', stats_filter: '[["Project","cost",">",100]]' },
      { type: 'DocType', link_to: 'Project', label: 'Gone field', stats_filter: '[["weight","=",1]]' },
      { type: 'DocType', link_to: 'Project', label: 'Of mine', stats_filter: '{"owner":"__user"}' },
      { type: 'DocType', link_to: 'Project', label: 'For me', stats_filter: '[["_assign","like","%__user%"]]' },
    ];
    await ok(maker, 'POST', '/api/v1/Workspace', { title: 'Filters', public: true, shortcuts });
    const labels = (doc: { shortcuts: { label: string }[] }) => doc.shortcuts.map(({ label }) => label);
    const made = await ok(maker, 'GET', page('Filters'));
    expect(labels(made)).toEqual(['Dear ones', 'Gone field', 'Of mine', 'For me']);
    expect(made.shortcuts[0].filters).toEqual([['cost', '>', 100]]);
    expect(made.shortcuts[1].problem).toContain('weight');
    const seen = await ok(world.rita, 'GET', page('Filters'));
    expect(labels(seen)).toEqual(['Of mine', 'For me']);
    expect(seen.shortcuts[0].filters).toEqual([['owner', '=', 'rita']]);
    expect(Object.values((await ok(world.own, 'GET', page('Filters', '/counts'))).counts)).toEqual([
      { count: 1, more: false },
      { count: 0, more: false },
    ]);
    await ok(maker, 'DELETE', at('Filters'));
  });

  test('is public, for their roles, and not hidden; what has nothing for them is not in the sidebar', async () => {
    const { ada, rita, nina } = world;
    const forWriters = { title: 'Writers', public: true, roles: [{ role: 'Writer' }] };
    await ok(world.app, 'POST', '/api/v1/Workspace', forWriters);
    await ok(maker, 'POST', '/api/v1/Workspace', { title: 'Away', public: true, is_hidden: true });
    const links = [{ type: 'Link', link_to: 'Project' }];
    await ok(maker, 'POST', '/api/v1/Workspace', { title: 'Plans only', public: true, links, sequence_id: 9 });
    await ok(world.app, 'POST', '/api/v1/Module%20Def', { module_name: 'Test' });
    await ok(maker, 'POST', '/api/v1/Workspace', {
      title: 'Test things',
      public: true,
      module: 'Test',
      sequence_id: 10,
    });
    expect(await titles(ada)).toEqual(['Writers', 'Plant', 'Plans only', 'Test things']);
    expect(await titles(rita)).toEqual(['My own', 'Plant', 'Plans only', 'Test things']);
    expect(await titles(nina)).toEqual(['Plant']);
    expect(await statusOf(rita, 'GET', page('Writers'))).toBe(404);
    expect(await statusOf(rita, 'GET', page('Writers', '/counts'))).toBe(404);
    expect(await statusOf(rita, 'GET', page('Away'))).toBe(404);
    expect(await ok(maker, 'GET', page('Away'))).toMatchObject({ is_hidden: true });
    // Nothing in it: the DocTypes of its module.
    expect((await ok(rita, 'GET', page('Test things'))).cards).toMatchObject([
      { label: '', links: [{ doctype: 'Errand' }, { doctype: 'Project' }] },
    ]);
    expect((await ok(nina, 'GET', page('Test things'))).cards).toEqual([]);
  });

  test('may be an entry of the sidebar that leads elsewhere', async () => {
    const link = { title: 'To projects', public: true, type: 'Link', link_type: 'DocType', link_to: 'Project' };
    await ok(maker, 'POST', '/api/v1/Workspace', link);
    await ok(maker, 'POST', '/api/v1/Workspace', {
      title: 'Wiki',
      public: true,
      type: 'URL',
      external_link: 'https://example.com',
    });
    const { items } = await ok(world.rita, 'GET', SIDEBAR);
    expect(items).toContainEqual(expect.objectContaining({ title: 'To projects', doctype: 'Project' }));
    expect(items).toContainEqual(expect.objectContaining({ title: 'Wiki', url: 'https://example.com' }));
    expect(await titles(world.nina)).toEqual(['Wiki', 'Plant']);
  });

  test('is nobody’s who is not signed in, and bad names are no error of the server', async () => {
    expect(await statusOf(world.app.anonymous, 'GET', SIDEBAR)).toBe(401);
    expect(await statusOf(world.app.anonymous, 'GET', page('Plant'))).toBe(401);
    expect(await statusOf(world.rita, 'GET', page('No such'))).toBe(404);
    expect(await statusOf(world.rita, 'GET', `${SIDEBAR}/${'x'.repeat(500)}`)).toBe(404);
    expect(await statusOf(world.rita, 'GET', `${SIDEBAR}?x=1`)).toBe(400);
  });
});

test('a change of a public workspace is told to who sees it, without its name', async () => {
  const ear = await hearken(world.app, { token: world.nina.token });
  await ear.follow('1', 'Workspace');
  await ok(maker, 'PATCH', at('Plant'), { title: 'The plant' });
  const told = await ear.nextOf('list');
  expect(told).toMatchObject({ doctype: 'Workspace' });
  expect(JSON.stringify(told)).not.toContain('Plant');
  await ear.close();
});

test('a DocType that workspaces lead to is renamed and removed like any other; a user takes their own along', async () => {
  const { app } = world;
  const fields = [{ fieldname: 'what', fieldtype: 'Data', label: 'What' }];
  const thing = { name: 'Thing', module: 'Test', fields, permissions: [{ role: 'All', read: 1, write: 1, create: 1 }] };
  await ok(app, 'POST', '/api/v1/DocType', thing);
  const gone = await app.user({ name: 'gone', roles: [] });
  const links = [{ type: 'Link', link_to: 'Thing' }];
  await ok(gone, 'POST', '/api/v1/Workspace', { title: 'Things', links });
  await ok(app, 'POST', '/api/v1/DocType/Thing/rename', { name: 'Gadget' });
  expect((await ok(gone, 'GET', page('Things-gone'))).cards[0].links[0]).toMatchObject({ doctype: 'Gadget' });
  const asked = await app.json('DELETE', '/api/v1/DocType/Gadget');
  await ok(app, 'DELETE', `/api/v1/DocType/Gadget?confirm=${asked.body.plan_hash}`);
  expect((await ok(gone, 'GET', page('Things-gone'))).cards).toEqual([]);
  await ok(app, 'DELETE', '/api/v1/User/gone');
  expect(await statusOf(app, 'GET', at('Things-gone'))).toBe(404);
});

/** As Frappe writes it, with keys and kinds of rows that we do not have. */
const SHIPPED = {
  charts: [{ chart_name: 'Trends', label: 'Trends' }],
  content: '[{"id":"a","type":"header","data":{"text":"<b>Buying</b>","col":12}}]',
  creation: '2020-01-28 11:50:26.195467',
  custom_blocks: [],
  docstatus: 0,
  doctype: 'Workspace',
  for_user: '',
  hide_custom: 0,
  icon: 'buying',
  idx: 0,
  is_hidden: 0,
  label: 'Buying',
  links: [
    { hidden: 0, is_query_report: 0, label: 'Buying', link_count: 0, onboard: 0, type: 'Card Break' },
    {
      dependencies: '',
      hidden: 0,
      is_query_report: 0,
      label: 'Project',
      link_count: 0,
      link_to: 'Project',
      link_type: 'DocType',
      onboard: 1,
      type: 'Link',
    },
    {
      hidden: 0,
      is_query_report: 1,
      label: 'Purchase Analytics',
      link_to: 'Purchase Analytics',
      link_type: 'Report',
      onboard: 0,
      report_ref_doctype: 'Project',
      type: 'Link',
    },
    {
      hidden: 0,
      is_query_report: 0,
      label: 'Supplier',
      link_to: 'Supplier',
      link_type: 'DocType',
      onboard: 0,
      type: 'Link',
    },
  ],
  modified: '2024-01-05 13:27:00.000000',
  modified_by: 'Administrator',
  module: 'Buying',
  name: 'Buying',
  number_cards: [],
  owner: 'Administrator',
  parent_page: '',
  public: 1,
  quick_lists: [],
  restrict_to_domain: '',
  roles: [{ role: 'Purchase Person' }],
  sequence_id: 5.0,
  shortcuts: [
    {
      color: 'Green',
      format: '{} Available',
      label: 'Project',
      link_to: 'Project',
      stats_filter: '{\n    "status": "Open"\n}',
      type: 'DocType',
    },
    { color: 'Grey', label: 'Learn', type: 'URL', url: 'https://example.com/learn' },
    {
      doc_view: 'List',
      label: 'Scripted',
      link_to: 'Project',
      stats_filter: '{"owner": frappe.session.user}',
      type: 'DocType',
    },
    { label: 'Board', link_to: 'Buying', type: 'Dashboard' },
  ],
  title: 'Buying',
};

describe('files', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'framework-m-workspaces-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  async function bring(content: object, isSync = false) {
    const file = path.join(folder, 'workspace.json');
    await writeFile(file, JSON.stringify(content));
    const files = await readDocTypeFiles([file]);
    const { documents, warnings } = await importDocTypes(world.app.app.schema, {
      actor: systemActor('a test'),
      files,
      isSync,
    });
    return { ...documents, warnings };
  }

  test('of Frappe come in as they are, with their module and roles', async () => {
    const brought = await bring(SHIPPED);
    expect(brought).toMatchObject({ created: 1 });
    expect(brought.warnings).toEqual(['Workspace Buying: charts (1) left out, there is no such table']);
    const stored = await ok(world.app, 'GET', at('Buying'));
    expect(stored).toMatchObject({
      title: 'Buying',
      module: 'Buying',
      public: true,
      sequence_id: 5,
      content: SHIPPED.content,
    });
    expect(stored.roles).toMatchObject([{ role: 'Purchase Person' }]);
    for (const table of ['links', 'shortcuts'] as const)
      expect(stored[table].map((row: object) => row)).toMatchObject(
        SHIPPED[table].map(({ label, type, ...more }) => ({
          label,
          type,
          ...('link_to' in more && { link_to: more.link_to }),
        })),
      );
    expect(await titles(world.rita)).not.toContain('Buying');
    const buyer = await world.app.user({ name: 'buyer', roles: ['Purchase Person', 'Reader'] });
    const seen = await ok(buyer, 'GET', page('Buying'));
    expect(seen.shortcuts.map((each: { label: string }) => each.label)).toEqual(['Project', 'Learn']);
    expect(seen.cards).toMatchObject([{ label: 'Buying', links: [{ label: 'Project' }] }]);
    expect(await ok(world.app, 'GET', page('Buying'))).toMatchObject({ not_shown: 3 });
    // It is a document like any other from now on.
    await ok(maker, 'PATCH', at('Buying'), { title: 'Purchases', is_hidden: true });
    expect(await bring(SHIPPED)).toMatchObject({ changed: 1 });
    expect(await ok(world.app, 'GET', at('Buying'))).toMatchObject({ title: 'Buying', is_hidden: true });
  });

  test('of an app that starts again do not undo what the site has done since', async () => {
    await ok(maker, 'PATCH', at('Buying'), { title: 'Ours' });
    expect(await bring(SHIPPED, true)).toMatchObject({ unchanged: 1, changed: 0 });
    expect(await ok(world.app, 'GET', at('Buying'))).toMatchObject({ title: 'Ours' });
    expect(await bring({ ...SHIPPED, modified: '2999-01-01 00:00:00.000000' }, true)).toMatchObject({ changed: 1 });
    expect(await ok(world.app, 'GET', at('Buying'))).toMatchObject({ title: 'Buying' });
  });
});
