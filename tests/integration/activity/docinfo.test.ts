/** The first load of a form, its timeline page by page, and its connections: of each caller only what is theirs to see. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, ok, openWorld, statusOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

describe('docinfo', () => {
  test('says what the caller may do with this document now', async () => {
    const { ada, rita, own, nina } = world;
    const name = await world.project();
    const of = async (client: World['ada']) => (await ok(client, 'GET', at(name, '/docinfo'))).permissions;
    expect(await of(ada)).toEqual({
      read: true,
      write: true,
      delete: true,
      submit: false,
      cancel: false,
      amend: false,
      share: true,
      print: true,
      email: false,
      export: false,
      rename: true,
      duplicate: true,
    });
    expect(await of(rita)).toMatchObject({
      read: true,
      write: false,
      delete: false,
      share: false,
      print: true,
      duplicate: false,
    });
    await ok(ada, 'POST', '/api/v1/share', { doctype: 'Project', name, user: 'own', read: true });
    expect(await of(own)).toMatchObject({ read: true, write: false });
    await ok(ada, 'POST', '/api/v1/share', { doctype: 'Project', name, user: 'own', write: true });
    expect(await of(own)).toMatchObject({ write: true, rename: true });
    expect(await statusOf(nina, 'GET', at(name, '/docinfo'))).toBe(404);
  });

  test('has all that stands beside the form', async () => {
    const { ada, rita } = world;
    const name = await world.project();
    await ok(rita, 'POST', at(name, '/comments'), { content: 'Hi @ed' });
    await ok(ada, 'POST', at(name, '/assignments'), { user: 'rita' });
    await ok(ada, 'POST', '/api/v1/share', { doctype: 'Project', name, user: 'nina' });
    await ok(ada, 'PUT', at(name, '/like'));
    await ok(ada, 'POST', '/api/v1/Errand', { project: name });
    const info = await ok(ada, 'GET', at(name, '/docinfo'));
    expect(info).toMatchObject({
      doctype: 'Project',
      name,
      comments: { total: 1, next: null, items: [{ by: 'rita', mentions: ['ed'] }] },
      assignments: [{ allocated_to: 'rita', assigned_by: 'ada@example.com' }],
      tags: [],
      likes: { liked: true, count: 1 },
      shares: [{ user: 'nina' }],
      attachments: [],
    });
    expect(Object.keys(info.users).sort()).toEqual(['ada@example.com', 'ed', 'nina', 'rita']);
    expect(info.users['ada@example.com']).toEqual({ full_name: 'Ada', user_image: null });
    // Others' shares are theirs who may share.
    expect((await ok(rita, 'GET', at(name, '/docinfo'))).shares).toEqual([]);
  });

  test('is there for a Single, and empty for what is kept elsewhere', async () => {
    const info = await ok(world.app, 'GET', '/api/v1/System%20Settings/System%20Settings/docinfo');
    expect(info).toMatchObject({ permissions: { write: true, delete: false, rename: false } });
    const doctype = await ok(world.app, 'GET', '/api/v1/DocType/Project/docinfo');
    expect(doctype).toMatchObject({ comments: { items: [] }, permissions: { write: true } });
    expect(await statusOf(world.app, 'POST', '/api/v1/DocType/Project/comments', { content: 'x' })).toBe(409);
  });
});

describe('connections', () => {
  test('are counted as far as the caller may see documents and fields', async () => {
    const { ada, rita, nina } = world;
    const name = await world.project();
    for (const client of [ada, ada, rita]) await ok(client, 'POST', '/api/v1/Errand', { project: name });
    await ok(ada, 'POST', '/api/v1/Errand', { secret_project: name });
    const links = (await ok(ada, 'GET', at(name, '/links'))).items;
    expect(links).toEqual([
      {
        doctype: 'Errand',
        field: 'project',
        label: 'Project',
        group: 'Work',
        count: 3,
        has_more: false,
        may_create: true,
        filters: [['project', '=', name]],
      },
      {
        doctype: 'Errand',
        field: 'secret_project',
        label: 'Secret',
        group: '',
        count: 1,
        has_more: false,
        may_create: true,
        filters: [['secret_project', '=', name]],
      },
    ]);
    const list = await ok(ada, 'GET', `/api/v1/Errand?filters=${encodeURIComponent(JSON.stringify(links[0].filters))}`);
    expect(list.total).toBe(3);
    expect((await ok(rita, 'GET', at(name, '/links'))).items).toMatchObject([{ field: 'project', count: 1 }]);
    expect(await statusOf(nina, 'GET', at(name, '/links'))).toBe(404);
  });

  test('are of the framework’s own DocTypes where there are such documents, and never a new one of what nobody makes', async () => {
    const { app } = world;
    const name = await world.project();
    const ledger = {
      name: 'Ledger Line',
      module: 'Test',
      in_create: 1,
      fields: [{ fieldname: 'project', fieldtype: 'Link', label: 'Project', options: 'Project' }],
      permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1 }],
    };
    await ok(app, 'POST', '/api/v1/DocType', ledger);
    const links = async () => (await ok(app, 'GET', at(name, '/links'))).items;
    const doctypes = async () => (await links()).map(({ doctype }: { doctype: string }) => doctype);
    expect(await doctypes()).toEqual(['Errand', 'Errand', 'Ledger Line']);
    expect(await links()).toContainEqual(expect.objectContaining({ doctype: 'Ledger Line', may_create: false }));
    const permission = { user: 'rita', allow: 'Project', for_value: name };
    const made = await ok(app, 'POST', '/api/v1/User%20Permission', permission);
    expect(await links()).toContainEqual(expect.objectContaining({ doctype: 'User Permission', count: 1 }));
    await ok(app, 'DELETE', `/api/v1/User%20Permission/${made.name}`);
    await ok(
      app,
      'DELETE',
      `/api/v1/DocType/Ledger%20Line?confirm=${(await app.json('DELETE', '/api/v1/DocType/Ledger%20Line')).body.plan_hash}`,
    );
  });
});

describe('the timeline', () => {
  test('tells everything once, newest first, page by page', async () => {
    const { ada, rita } = world;
    const name = await world.project();
    await ok(rita, 'POST', at(name, '/comments'), { content: 'first' });
    await ok(ada, 'PATCH', at(name), { status: 'Done', steps: [{ what: 'dig' }] });
    await ok(ada, 'POST', at(name, '/assignments'), { user: 'ed' });
    await ok(ada, 'PUT', at(name, '/like'));
    await ok(ada, 'POST', '/api/v1/share', { doctype: 'Project', name, user: 'nina' });
    await ok(ada, 'POST', at(name, '/tags'), { tag: 'told' });
    await ok(rita, 'POST', at(name, '/comments'), { content: 'last' });
    const whole = await ok(ada, 'GET', at(name, '/timeline?limit=100'));
    const kinds = whole.items.map((item: { kind: string }) => item.kind);
    expect(kinds).toEqual(['comment', 'tag', 'share', 'like', 'assignment', 'version', 'comment', 'creation']);
    expect(whole.next).toBeNull();
    expect(whole.items[0].comment).toMatchObject({ may_edit: false, may_delete: false });
    expect(whole.items[1]).toMatchObject({ by: 'ada@example.com', tag: 'told' });
    expect(whole.items[5]).toMatchObject({
      by: 'ada@example.com',
      version: 2,
      changes: [
        { kind: 'field', field: 'status', label: 'State', to: 'Done' },
        { kind: 'row added', table: 'steps', label: 'Steps', row: { what: 'dig' } },
      ],
    });
    const paged: unknown[] = [];
    for (let before = '', round = 0; round < 20; round++) {
      const page = await ok(ada, 'GET', at(name, `/timeline?limit=2${before}`));
      expect(page.items.length).toBeLessThanOrEqual(2);
      paged.push(...page.items);
      if (page.next === null) break;
      before = `&before=${page.next}`;
    }
    expect(paged).toEqual(whole.items);
    const of = async (client: World['ada'], show: string) =>
      (await ok(client, 'GET', at(name, `/timeline?show=${show}`))).items;
    expect((await of(rita, 'comments')).map((item: { comment: { content: string } }) => item.comment.content)).toEqual([
      'last',
      'first',
    ]);
    expect((await of(rita, 'comments'))[0].comment).toMatchObject({ may_edit: true, may_delete: true });
    expect((await of(ada, 'changes')).map((item: { kind: string }) => item.kind)).toEqual(['version', 'creation']);
  });

  test('tells what was attached', async () => {
    const { ada, app } = world;
    const name = await world.project();
    const form = new FormData();
    form.set('file', new Blob(['plan'], { type: 'text/plain' }), 'plan.txt');
    form.set('attached_to_doctype', 'Project');
    form.set('attached_to_name', name);
    const headers = { authorization: `Bearer ${ada.token}` };
    const sent = await fetch(`${app.url}/api/v1/file/upload`, { method: 'POST', headers, body: form });
    expect(sent.status, await sent.text()).toBe(201);
    const { items } = await ok(ada, 'GET', at(name, '/timeline'));
    expect(items[0]).toMatchObject({ kind: 'attachment', attachment: { file_name: 'plan.txt' } });
  });

  test('LEAK-06: says nothing of fields and shares that the caller may not see', async () => {
    const { ada, rita } = world;
    const name = await world.project();
    await ok(ada, 'PATCH', at(name), { cost: 424242 });
    await ok(ada, 'PATCH', at(name), { cost: 434343, title: 'Both' });
    await ok(ada, 'POST', '/api/v1/share', { doctype: 'Project', name, user: 'nina' });
    const { text, body } = await rita.json('GET', at(name, '/timeline'));
    expect(text).not.toMatch(/424242|434343|cost|nina/);
    expect(body.items.map((item: { kind: string }) => item.kind)).toEqual(['version', 'creation']);
    expect((await ada.json('GET', at(name, '/timeline'))).text).toMatch(/424242/);
  });

  test('is refused for what is not there, and for odd pages', async () => {
    const { ada, nina } = world;
    const name = await world.project();
    expect(await statusOf(nina, 'GET', at(name, '/timeline'))).toBe(404);
    expect(await statusOf(ada, 'GET', at('no such', '/timeline'))).toBe(404);
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'before=abc', 'before=%27%3B', 'offset=1', 'show=x'])
      expect(await statusOf(ada, 'GET', at(name, `/timeline?${query}`)), query).toBe(400);
  });
});
