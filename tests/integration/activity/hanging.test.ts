/** Assignments, tags and likes: who may, what is refused, and that they go where their document goes. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, ok, openWorld, statusOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

describe('assignments', () => {
  test('are made by who may read the document, for who may read it too', async () => {
    const { ada, rita, ed } = world;
    const name = await world.project();
    const given = {
      users: ['ed', 'rita'],
      description: 'Look <script>x</script>here',
      priority: 'High',
      date: '2026-03-01',
    };
    const { items } = await ok(rita, 'POST', at(name, '/assignments'), given);
    expect(items).toHaveLength(2);
    expect(items[0]).toMatchObject({ assigned_by: 'rita', status: 'Open', priority: 'High', date: '2026-03-01' });
    expect(items[0].description).toBe('Look here');
    // Again is no second one.
    expect((await ok(ada, 'POST', at(name, '/assignments'), { user: 'ed' })).items).toHaveLength(2);
    const [mine] = (await ok(ed, 'GET', '/api/v1/activity/assigned-to-me?status=Open&limit=1')).items;
    expect(mine).toMatchObject({
      allocated_to: 'ed',
      reference: { doctype: 'Project', name, title: `Title of ${name}` },
    });
  });

  test('are refused with a way out where the other may not read it', async () => {
    const { ada } = world;
    const name = await world.project();
    const refused = await ada.json('POST', at(name, '/assignments'), { user: 'nina' });
    expect(refused.status).toBe(400);
    expect(refused.body.detail).toContain('Share it first (POST /api/v1/share {"doctype":"Project"');
    expect(refused.body.errors[0].code).toBe('cannot_read');
    for (const user of ['nobody', 'Guest'])
      expect((await ada.json('POST', at(name, '/assignments'), { user })).body.errors[0].code).toBe('bad_assignee');
    for (const ask of [
      {},
      { users: [] },
      { users: [7] },
      { user: 'ed', priority: 'Huge' },
      { user: 'ed', date: 'soon' },
    ])
      expect(await statusOf(ada, 'POST', at(name, '/assignments'), ask), JSON.stringify(ask)).toBe(400);
    expect((await ok(ada, 'GET', at(name, '/assignments'))).items).toEqual([]);
    await ok(ada, 'POST', '/api/v1/share', { doctype: 'Project', name, user: 'nina' });
    await ok(ada, 'POST', at(name, '/assignments'), { user: 'nina' });
  });

  test('are closed by whom they are for, taken back by who has a part in them, and by nobody else', async () => {
    const { ada, rita, ed } = world;
    const name = await world.project();
    const reader = await world.app.user({ name: 'reader2', roles: ['Reader'] });
    const [one] = (await ok(ada, 'POST', at(name, '/assignments'), { user: 'rita' })).items;
    expect(await statusOf(reader, 'PATCH', at(name, `/assignments/${one.id}`), { status: 'Closed' })).toBe(403);
    expect(await statusOf(reader, 'DELETE', at(name, '/assignments?user=rita'))).toBe(403);
    expect(await ok(rita, 'PATCH', at(name, `/assignments/${one.id}`), { status: 'Closed' })).toMatchObject({
      status: 'Closed',
    });
    expect(await statusOf(rita, 'PATCH', at(name, `/assignments/${one.id}`), { allocated_to: 'ed' })).toBe(400);
    await ok(ada, 'POST', at(name, '/assignments'), { user: 'rita' });
    expect(await statusOf(ed, 'DELETE', at(name, '/assignments?user=rita'))).toBe(204);
    const { items } = await ok(ada, 'GET', at(name, '/assignments'));
    expect(items.map((each: { status: string }) => each.status)).toEqual(['Cancelled', 'Closed']);
  });

  test('stand in no list for who may not read the document any more', async () => {
    const { ada, nina } = world;
    const name = await world.project();
    await ok(ada, 'POST', '/api/v1/share', { doctype: 'Project', name, user: 'nina' });
    await ok(ada, 'POST', at(name, '/assignments'), { user: 'nina', description: 'CANARY-TODO' });
    expect((await nina.json('GET', '/api/v1/activity/assigned-to-me')).text).toContain('CANARY-TODO');
    await ok(ada, 'DELETE', `/api/v1/share?doctype=Project&name=${encodeURIComponent(name)}&user=nina`);
    for (const path of [
      '/api/v1/activity/assigned-to-me',
      '/api/v1/ToDo?fields=["*"]',
      '/api/resource/ToDo?fields=["*"]',
    ])
      expect((await nina.json('GET', path)).text, path).not.toContain('CANARY-TODO');
    const graphql = await nina.json('POST', '/graphql', { query: '{ todo { description } }' });
    expect(graphql.text).not.toContain('CANARY-TODO');
  });
});

describe('ToDos about no document', () => {
  test('are for who made them and whom they are for, and never become assignments by another door', async () => {
    const { ada, ed, rita } = world;
    const mine = await ok(ada, 'POST', '/api/v1/ToDo', {
      description: 'Buy milk',
      allocated_to: 'ed',
      assigned_by: 'rita',
    });
    expect(mine.assigned_by).toBe('ada@example.com');
    expect((await ok(ed, 'GET', '/api/v1/ToDo')).items.map((each: { name: string }) => each.name)).toContain(mine.name);
    expect(await statusOf(rita, 'GET', `/api/v1/ToDo/${mine.name}`)).toBe(404);
    await ok(ed, 'PATCH', `/api/v1/ToDo/${mine.name}`, { status: 'Closed' });
    expect(await statusOf(ed, 'DELETE', `/api/v1/ToDo/${mine.name}`)).toBe(403);
    const name = await world.project();
    const about = { reference_type: 'Project', reference_name: name };
    expect(await statusOf(ada, 'PATCH', `/api/v1/ToDo/${mine.name}`, about)).toBe(403);
    expect(await statusOf(ada, 'POST', '/api/v1/ToDo', { description: 'x', allocated_to: 'nina', ...about })).toBe(403);
  });
});

describe('tags and likes', () => {
  test('tags are put there by who may write the document, once, whatever their case', async () => {
    const { ada, rita } = world;
    const name = await world.project();
    expect(await ok(ada, 'POST', at(name, '/tags'), { tags: ['Urgent', ' big  deal '] })).toEqual({
      items: ['Urgent', 'big deal'],
    });
    expect(await ok(ada, 'POST', at(name, '/tags'), { tag: 'URGENT' })).toEqual({ items: ['Urgent', 'big deal'] });
    expect(await ok(rita, 'GET', at(name, '/tags'))).toEqual({ items: ['Urgent', 'big deal'] });
    expect(await statusOf(rita, 'POST', at(name, '/tags'), { tag: 'mine' })).toBe(403);
    expect(await statusOf(world.nina, 'GET', at(name, '/tags'))).toBe(404);
    for (const tag of ['', 'a,b', 'x'.repeat(61), '<b>', 'a\u202eb'])
      expect(await statusOf(ada, 'POST', at(name, '/tags'), { tag }), tag).toBe(400);
    expect(await ok(ada, 'DELETE', at(name, '/tags/urgent'))).toEqual({ items: ['big deal'] });
    expect(await ok(rita, 'GET', '/api/v1/activity/tags?doctype=Project')).toMatchObject({
      items: [{ tag: 'big deal', count: 1 }],
    });
    expect(await statusOf(world.boss, 'GET', '/api/v1/activity/tags?doctype=Project')).toBe(404);
    expect(await statusOf(rita, 'GET', '/api/v1/Tag')).toBe(404);
  });

  test('one new tag is put on many documents at once', async () => {
    const names = await Promise.all(Array.from({ length: 6 }, () => world.project()));
    for (let round = 0; round < 6; round++)
      await Promise.all(names.map((name) => ok(world.ada, 'POST', at(name, '/tags'), { tag: `fresh ${round}` })));
    const found = await Promise.all(names.map(async (name) => (await ok(world.ada, 'GET', at(name, '/tags'))).items));
    expect(new Set(found.map((tags) => tags.join()))).toEqual(
      new Set(['fresh 0,fresh 1,fresh 2,fresh 3,fresh 4,fresh 5']),
    );
  });

  test('many at once put one tag and one like there', async () => {
    const { ada } = world;
    const name = await world.project();
    await Promise.all(
      [1, 2, 3, 4].flatMap(() => [
        ok(ada, 'POST', at(name, '/tags'), { tag: 'race' }),
        ok(ada, 'PUT', at(name, '/like')),
      ]),
    );
    expect(await ok(ada, 'GET', at(name, '/tags'))).toEqual({ items: ['race'] });
    expect(await ok(ada, 'GET', at(name, '/like'))).toEqual({ liked: true, count: 1, users: ['ada@example.com'] });
  });

  test('likes are said and taken back by each for themselves', async () => {
    const { ada, rita, nina } = world;
    const name = await world.project();
    await ok(rita, 'PUT', at(name, '/like'));
    expect(await ok(ada, 'PUT', at(name, '/like'))).toEqual({
      liked: true,
      count: 2,
      users: ['ada@example.com', 'rita'],
    });
    expect(await ok(ada, 'DELETE', at(name, '/like'))).toEqual({ liked: false, count: 1, users: ['rita'] });
    expect(await statusOf(nina, 'PUT', at(name, '/like'))).toBe(404);
  });
});

describe('lists', () => {
  test('carry what hangs on their documents, and filter by it, for readers', async () => {
    const { ada, rita, chris } = world;
    const name = await world.project('in lists');
    await ok(ada, 'POST', at(name, '/assignments'), { users: ['rita', 'ed'] });
    await ok(ada, 'POST', at(name, '/tags'), { tags: ['listed'] });
    await ok(rita, 'POST', at(name, '/comments'), { content: 'x' });
    await ok(rita, 'PUT', at(name, '/like'));
    const wish = '/api/v1/Project?fields=["name"]&with=assign,tags,comments,likes';
    const told = { name, _assign: ['ed', 'rita'], _user_tags: ['listed'], _comment_count: 1, _liked_by: ['rita'] };
    const filters = (given: unknown) => `&filters=${encodeURIComponent(JSON.stringify(given))}`;
    for (const more of [
      filters([['name', '=', name]]),
      filters([
        ['_assign', 'like', '%"rita"%'],
        ['_user_tags', '=', 'listed'],
      ]),
      `${filters([
        ['_liked_by', 'like', '%rita%'],
        ['_user_tags', 'like', '%list%'],
      ])}&cursor=`,
    ])
      expect((await ok(rita, 'GET', wish + more)).items, more).toEqual([told]);
    const count = (given: unknown) => ok(rita, 'GET', `/api/v1/Project/count?x${filters(given)}`.replace('?x&', '?'));
    expect(await count([['_user_tags', '=', 'listed']])).toEqual({ count: 1 });
    const all = (await ok(rita, 'GET', '/api/v1/Project/count')).count;
    expect(await count([['_user_tags', 'not like', '%listed%']])).toEqual({ count: all - 1 });
    expect((await ok(rita, 'GET', '/api/v1/Project?with=comments&limit=1')).items[0]).toHaveProperty('_comment_count');
    expect(await statusOf(rita, 'GET', '/api/v1/Project?with=salaries')).toBe(400);
    expect(await statusOf(rita, 'GET', `/api/v1/Project?${filters([['_assign', '>', 'a']]).slice(1)}`)).toBe(400);
    expect(await statusOf(chris, 'GET', wish)).toBe(403);
    expect(await statusOf(chris, 'GET', `/api/v1/Project?${filters([['_assign', '=', 'rita']]).slice(1)}`)).toBe(403);
    expect(await statusOf(world.boss, 'GET', wish)).toBe(404);
  });
});

describe('what hangs on a document', () => {
  async function hung(): Promise<string> {
    const { ada, rita } = world;
    const name = await world.project();
    await ok(rita, 'POST', at(name, '/comments'), { content: 'Hello @ed' });
    await ok(rita, 'POST', at(name, '/assignments'), { user: 'ed' });
    await ok(ada, 'POST', at(name, '/tags'), { tags: ['kept'] });
    await ok(rita, 'PUT', at(name, '/like'));
    return name;
  }
  const seen = async (name: string) => {
    const info = await ok(world.rita, 'GET', at(name, '/docinfo'));
    return [info.comments.total, info.assignments.length, info.tags.length, info.likes.count];
  };

  test('follows a rename', async () => {
    const name = await hung();
    await ok(world.ada, 'POST', at(name, '/rename'), { name: `${name} renamed` });
    expect(await seen(`${name} renamed`)).toEqual([1, 1, 1, 1]);
    await world.project(name);
    expect(await seen(name)).toEqual([0, 0, 0, 0]);
  });

  test('follows its DocType when that is renamed', async () => {
    const { ada, app } = world;
    await ok(app, 'POST', '/api/v1/DocType', {
      name: 'Memo',
      module: 'Test',
      autoname: 'prompt',
      track_changes: 1,
      fields: [{ fieldname: 'text', fieldtype: 'Data' }],
      permissions: [{ role: 'Writer', read: 1, write: 1, create: 1, share: 1 }],
    });
    await ok(ada, 'POST', '/api/v1/Memo', { name: 'one', text: 'a' });
    await ok(ada, 'PATCH', '/api/v1/Memo/one', { text: 'b' });
    await ok(ada, 'POST', '/api/v1/Memo/one/comments', { content: 'kept' });
    await ok(ada, 'POST', '/api/v1/share', { doctype: 'Memo', name: 'one', user: 'nina' });
    await ok(app, 'POST', '/api/v1/DocType/Memo/rename', { name: 'Note Sheet' });
    const { items } = await ok(ada, 'GET', '/api/v1/Note%20Sheet/one/timeline');
    expect(items.map((item: { kind: string }) => item.kind)).toEqual(['share', 'comment', 'version', 'creation']);
    expect(await ok(world.nina, 'GET', '/api/v1/Note%20Sheet/one/comments')).toMatchObject({ total: 1 });
  });

  test('goes into the recycle bin with it and comes back, and no other document of the name has it', async () => {
    const name = await hung();
    await ok(world.ada, 'DELETE', at(name));
    expect(await statusOf(world.rita, 'GET', at(name, '/comments'))).toBe(404);
    await world.project(name);
    expect(await seen(name)).toEqual([0, 0, 0, 0]);
    await ok(world.ada, 'DELETE', `${at(name)}?hard=true`);
    await ok(world.ada, 'POST', at(name, '/restore'));
    expect(await seen(name)).toEqual([1, 1, 1, 1]);
    expect((await ok(world.ed, 'GET', '/api/v1/activity/mentions?limit=1')).items[0].reference.name).toBe(name);
  });

  test('is gone for good with a document that is, and when the bin is emptied', async () => {
    const left = async () => {
      const rows = await Promise.all(
        ['comment', 'comment_mention', 'to_do', 'tag_link', 'like'].map((table) =>
          world.app.app.db.query({
            text: `select count(*)::int as n from "${table === 'to_do' ? todo : table}"`,
            values: [],
          }),
        ),
      );
      return rows.map(([row]) => row?.n);
    };
    const todo = world.app.app.store.current().find('ToDo')?.table as string;
    const before = await left();
    const one = await hung();
    await ok(world.ada, 'DELETE', `${at(one)}?hard=true`);
    expect(await left()).toEqual(before);
    const other = await hung();
    await ok(world.ada, 'DELETE', at(other));
    expect(await left()).not.toEqual(before);
    const filters = encodeURIComponent(JSON.stringify([['deleted_name', '=', other]]));
    const { items } = await ok(world.app, 'GET', `/api/v1/Deleted%20Document?filters=${filters}`);
    await ok(world.app, 'DELETE', `/api/v1/Deleted%20Document/${items[0].name}?hard=true`);
    expect(await left()).toEqual(before);
  });

  test('follows a merge, without what would be there twice', async () => {
    const [one, other] = [await hung(), await hung()];
    await ok(world.ada, 'POST', at(one, '/rename'), { name: other, merge: true });
    const [comments, , tags, likes] = await seen(other);
    expect([comments, tags, likes]).toEqual([2, 1, 1]);
  });

  test('does not hold a user fast who only liked and was mentioned', async () => {
    const fan = await world.app.user({ name: 'fan', roles: ['Reader'] });
    const name = await world.project();
    await ok(fan, 'PUT', at(name, '/like'));
    await ok(world.rita, 'POST', at(name, '/comments'), { content: 'Thanks @fan' });
    await ok(world.app, 'DELETE', '/api/v1/User/fan');
    expect(await seen(name)).toEqual([1, 0, 0, 0]);
  });
});
