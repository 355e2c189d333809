/** Comments: who reads and writes them, what is left of hostile ones, who is mentioned, what the feed hears. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listenTo } from '../events/heard.ts';
import { at, ok, openWorld, statusOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const say = (client: World['ada'], name: string, content: string) =>
  ok(client, 'POST', at(name, '/comments'), { content });

describe('comments', () => {
  test('are read and written by who may read the document, and are not there for others', async () => {
    const { ada, rita, own, nina, boss, app } = world;
    const name = await world.project();
    const made = await say(rita, name, 'Hello <b>there</b>');
    expect(made).toMatchObject({
      by: 'rita',
      content: 'Hello <b>there</b>',
      is_edited: false,
      may_edit: true,
      cannot_read: [],
    });
    const page = await ok(ada, 'GET', at(name, '/comments'));
    expect(page).toMatchObject({ total: 1, next: null, users: { rita: { full_name: 'rita', user_image: null } } });
    expect(page.items[0]).toMatchObject({ id: made.id, may_edit: false, may_delete: false });
    for (const client of [own, nina, boss]) {
      expect(await statusOf(client, 'GET', at(name, '/comments'))).toBe(404);
      expect(await statusOf(client, 'POST', at(name, '/comments'), { content: 'x' })).toBe(404);
      expect(await statusOf(client, 'PATCH', at(name, `/comments/${made.id}`), { content: 'x' })).toBe(404);
      expect(await statusOf(client, 'DELETE', at(name, `/comments/${made.id}`))).toBe(404);
    }
    expect(await statusOf(app.anonymous, 'GET', at(name, '/comments'))).toBe(401);
    expect(await statusOf(world.chris, 'GET', at(name, '/comments'))).not.toBe(200);
  });

  test('are changed by their writer alone, and deleted by a System Manager who may read the document too', async () => {
    const { ada, rita, app } = world;
    const name = await world.project();
    const { id } = await say(rita, name, 'one');
    expect(await statusOf(ada, 'PATCH', at(name, `/comments/${id}`), { content: 'two' })).toBe(403);
    expect(await statusOf(ada, 'DELETE', at(name, `/comments/${id}`))).toBe(403);
    expect(await ok(rita, 'PATCH', at(name, `/comments/${id}`), { content: 'two' })).toMatchObject({
      content: 'two',
      is_edited: true,
    });
    const both = await app.user({ name: 'both', roles: ['System Manager', 'Reader'] });
    expect(await statusOf(both, 'PATCH', at(name, `/comments/${id}`), { content: 'three' })).toBe(403);
    expect(await statusOf(both, 'DELETE', at(name, `/comments/${id}`))).toBe(204);
    expect((await ok(rita, 'GET', at(name, '/comments'))).items).toEqual([]);
  });

  test('belong to their document: no other address reaches them', async () => {
    const { rita } = world;
    const [one, other] = [await world.project(), await world.project()];
    const { id, name: comment } = await say(rita, one, 'here');
    for (const key of [id, comment]) expect(await statusOf(rita, 'DELETE', at(other, `/comments/${key}`))).toBe(404);
    expect(await statusOf(rita, 'DELETE', at(one, `/comments/${comment}`))).toBe(204);
  });

  test('are behind no other door', async () => {
    const { rita, boss, nina, app } = world;
    const name = await world.project();
    const { id, name: comment } = await say(rita, name, 'CANARY-COMMENT');
    for (const client of [rita, boss, nina]) {
      for (const path of [
        '/api/v1/Comment',
        '/api/v1/Comment/count',
        `/api/v1/Comment/${comment}`,
        `/api/v1/Comment/${id}/versions`,
        '/api/v1/Comment?q=CANARY',
        '/api/meta/Comment',
        '/api/resource/Comment',
        '/api/v2/document/Comment',
        '/api/method/frappe.client.get_list?doctype=Comment',
        '/api/method/frappe.desk.reportview.get_count?doctype=Comment',
        '/api/v1/Comment%20Mention',
        '/api/v1/Tag%20Link',
        '/api/v1/Like',
      ]) {
        const reply = await client.json('GET', path);
        expect(reply.status, `${client.user} ${path}`).toBe(404);
        expect(reply.text).not.toContain('CANARY');
      }
      const graphql = await client.json('POST', '/graphql', { query: '{ comment { content } }' });
      expect(graphql.text).toContain('Cannot query field');
      expect(await statusOf(client, 'POST', '/api/v1/Comment', { content: 'x' })).toBe(404);
    }
    // Not even Administrator writes one beside the document.
    const given = { comment_type: 'Comment', reference_doctype: 'Project', reference_name: name, content: 'x' };
    expect(await statusOf(app, 'POST', '/api/v1/Comment', given)).toBe(403);
    expect(await statusOf(app, 'PATCH', `/api/v1/Comment/${comment}`, { content: 'x' })).toBe(403);
    expect((await ok(app, 'GET', '/api/v1/Comment?fields=["content"]')).total).toBeGreaterThan(0);
  });

  test('stay closed when a site gives rights on their DocType', async () => {
    const { rita, nina } = world;
    const name = await world.project();
    const { name: comment } = await say(rita, name, 'CANARY-OPENED');
    const rule = { ref_doctype: 'Comment', role: 'All', read: 1, write: 1, create: 1, delete: 1 };
    const row = await ok(world.app, 'POST', '/api/v1/Custom%20DocPerm', rule);
    try {
      for (const client of [rita, nina]) {
        expect((await ok(client, 'GET', '/api/v1/Comment')).total).toBe(0);
        expect(await statusOf(client, 'GET', `/api/v1/Comment/${comment}`)).toBe(404);
        expect(await statusOf(client, 'DELETE', `/api/v1/Comment/${comment}`)).toBe(404);
      }
    } finally {
      await ok(world.app, 'DELETE', `/api/v1/Custom%20DocPerm/${row.name}`);
    }
  });

  test('XSS-04: are kept without anything that runs', async () => {
    const { rita } = world;
    const name = await world.project();
    for (const attack of [
      'a<script>alert(1)</script>',
      'a<img src=x onerror=alert(1)>',
      'a<a href="javascript:alert(1)">x</a>',
      'a<svg onload=alert(1)>',
      'a<iframe srcdoc="<script>alert(1)</script>"></iframe>',
      'a<span data-mention="ada@example.com" onclick=alert(1)>x</span>',
      'a<p style="position:fixed;background:url(javascript:alert(1))">x</p>',
      'a<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>',
    ]) {
      const { content } = await say(rita, name, attack);
      expect(content, attack).not.toMatch(/script|onerror|onload|onclick|javascript|iframe|position/i);
    }
    for (const content of ['', '   ', '<p> &nbsp; </p>', '<script>x</script>', 'x\0', 7, null])
      expect(await statusOf(rita, 'POST', at(name, '/comments'), { content }), String(content)).toBe(400);
    expect(await statusOf(rita, 'POST', at(name, '/comments'), { content: 'x'.repeat(50_001) })).toBe(400);
    expect(await statusOf(rita, 'POST', at(name, '/comments'), { content: 'x', by: 'ada' })).toBe(400);
  });
});

describe('mentions', () => {
  test('are read from the text by the server, of users who are there', async () => {
    const { rita } = world;
    const name = await world.project();
    const told = await say(
      rita,
      name,
      'Ask <span data-mention="ed">Ed</span>, @ada@example.com. and @nina, not @nobody nor mail@boss; ' +
        '<span class="mention" data-id="own" data-value="Own">@own</span>',
    );
    expect(told.mentions).toEqual(['ada@example.com', 'ed', 'nina', 'own']);
    // Neither of these sees the document, so the mention reaches nobody.
    expect(told.cannot_read).toEqual(['nina', 'own']);
    const changed = await ok(rita, 'PATCH', at(name, `/comments/${told.id}`), { content: 'Only @ed' });
    expect(changed.mentions).toEqual(['ed']);
  });

  test('are found by whom they name, as long as they may read the document', async () => {
    const { rita, ed, nina } = world;
    const name = await world.project();
    await say(rita, name, 'For @ed and @nina');
    const [mine] = (await ok(ed, 'GET', '/api/v1/activity/mentions?limit=1')).items;
    expect(mine).toMatchObject({
      by: 'rita',
      content: 'For @ed and @nina',
      reference: { doctype: 'Project', name, title: `Title of ${name}` },
    });
    expect((await ok(nina, 'GET', '/api/v1/activity/mentions')).items).toEqual([]);
    await ok(world.ada, 'POST', '/api/v1/share', { doctype: 'Project', name, user: 'nina' });
    expect((await ok(nina, 'GET', '/api/v1/activity/mentions')).items).toMatchObject([{ reference: { name } }]);
  });
});

test('the feed hears of the comment and that something on the document is new', async () => {
  const name = await world.project();
  const ear = listenTo(world.app.app.changes);
  await say(world.rita, name, 'x');
  const heard = await ear.until((all) => all.some((each) => each.startsWith('activity')));
  expect(heard).toContain(`activity Project ${name}`);
  expect(heard.filter((each) => each.startsWith('insert Comment'))).toHaveLength(1);
  ear.close();
});

describe('people', () => {
  test('are found by a part of their name by who may choose users, without the switched-off', async () => {
    const { ada, app } = world;
    await app.user({ name: 'off@example.com', fields: { first_name: 'Ada', last_name: 'Gone', enabled: 0 } });
    const named = async (q: string) =>
      (await ok(ada, 'GET', `/api/v1/activity/people?q=${encodeURIComponent(q)}`)).items;
    expect(await named('ada')).toEqual([{ user: 'ada@example.com', full_name: 'Ada', user_image: null }]);
    expect((await named('RIT')).map((each: { user: string }) => each.user)).toEqual(['rita']);
    expect(await named('ada rita')).toEqual([]);
    expect(await named('%')).toHaveLength((await named('')).length);
    expect((await named('')).some((each: { user: string }) => each.user === 'Guest')).toBe(false);
    for (const query of ['limit=0', 'limit=x', 'page=1'])
      expect(await statusOf(ada, 'GET', `/api/v1/activity/people?${query}`), query).toBe(400);
    expect(await statusOf(app.anonymous, 'GET', '/api/v1/activity/people')).toBe(401);
    await app.user({ name: 'web', fields: { first_name: 'Web', user_type: 'Website User' } });
    const outside = await app.as('web');
    expect((await outside.json('GET', '/api/v1/activity/people?q=ada')).text).not.toContain('ada@example.com');
  });
});
