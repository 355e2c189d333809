/** What Frappe's desk and clients call for comments, assignments, tags and likes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UserClient } from '../../support/app.ts';
import { at, ok, openWorld, statusOf, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const call = async (client: UserClient, method: string, args: object) =>
  (await ok(client, 'POST', `/api/method/${method}`, args)).message;

test('comments, assignments, tags and likes are said as Frappe’s desk says them', async () => {
  const { ada, rita, nina } = world;
  const name = await world.project();
  const about = { doctype: 'Project', name };
  const made = await call(rita, 'frappe.desk.form.utils.add_comment', {
    reference_doctype: 'Project',
    reference_name: name,
    content: 'Hi <script>x</script>@ed',
    comment_email: 'ada@example.com',
    comment_by: 'Ada',
  });
  expect(made).toMatchObject({ owner: 'rita', comment_email: 'rita', content: 'Hi @ed', reference_name: name });
  await call(rita, 'frappe.desk.form.utils.update_comment', { name: made.name, content: 'Changed' });
  const update = '/api/method/frappe.desk.form.utils.update_comment';
  expect(await statusOf(ada, 'POST', update, { name: made.name, content: 'x' })).toBe(403);
  expect(await statusOf(nina, 'POST', update, { name: made.name, content: 'x' })).toBe(404);
  const assigned = await call(ada, 'frappe.desk.form.assign_to.add', {
    ...about,
    assign_to: '["ed","rita"]',
    description: 'Do',
  });
  expect(assigned.map((each: { owner: string }) => each.owner).sort()).toEqual(['ed', 'rita']);
  expect(await call(ada, 'frappe.desk.form.assign_to.remove', { ...about, assign_to: 'ed' })).toMatchObject([
    { owner: 'rita' },
  ]);
  expect(await call(ada, 'frappe.desk.tags.add_tag', { tag: 'hot', dt: 'Project', dn: name })).toBe('hot');
  await call(rita, 'frappe.desk.like.toggle_like', { ...about, add: 'Yes' });
  const { docinfo } = await ok(
    rita,
    'GET',
    `/api/method/frappe.desk.form.load.getdoc?doctype=Project&name=${encodeURIComponent(name)}`,
  );
  expect(docinfo).toMatchObject({
    comments: [{ name: made.name, content: 'Changed' }],
    assignments: [{ owner: 'rita' }],
    tags: 'hot',
    user_info: { rita: { fullname: 'rita' } },
  });
  const [row] = (
    await ok(
      rita,
      'GET',
      `/api/resource/Project?fields=["name","_assign","_user_tags","_liked_by","_comments"]&filters=[["_user_tags","like","%25hot%25"]]`,
    )
  ).data;
  expect(row).toEqual({ name, _assign: '["rita"]', _user_tags: ',hot', _liked_by: '["rita"]', _comments: null });
  const chosen = await ok(world.chris, 'GET', '/api/resource/Project?fields=["name","_assign"]&limit=1');
  expect(chosen.data[0]).toMatchObject({ _assign: null });
  await call(ada, 'frappe.desk.tags.remove_tag', { tag: 'hot', dt: 'Project', dn: name });
  await call(rita, 'frappe.desk.like.toggle_like', { ...about, add: 'No' });
  expect(await ok(ada, 'GET', at(name, '/like'))).toMatchObject({ count: 0 });
});

test('they change nothing by GET, and are not there for who may not read the document', async () => {
  const { nina, rita } = world;
  const name = await world.project();
  const get = `/api/method/frappe.desk.like.toggle_like?doctype=Project&name=${encodeURIComponent(name)}&add=Yes`;
  expect(await statusOf(rita, 'GET', get)).toBe(403);
  const asked: [string, object][] = [
    ['frappe.desk.form.utils.add_comment', { reference_doctype: 'Project', reference_name: name, content: 'x' }],
    ['frappe.desk.form.assign_to.add', { doctype: 'Project', name, assign_to: '["nina"]' }],
    ['frappe.desk.tags.add_tag', { tag: 'x', dt: 'Project', dn: name }],
    ['frappe.desk.like.toggle_like', { doctype: 'Project', name, add: 'Yes' }],
    ['frappe.desk.form.load.get_docinfo', { doctype: 'Project', name }],
  ];
  for (const [method, args] of asked)
    expect(await statusOf(nina, 'POST', `/api/method/${method}`, args), method).toBe(404);
});
