/** The client library of Frappe's own community, unmodified, against a listening server. */
import { FrappeApp } from 'frappe-js-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ADMIN_PASSWORD, type TestApp } from '../../support/app.ts';
import { frappeWorld, must } from './world.ts';

let app: TestApp;
let frappe: FrappeApp;

beforeAll(async () => {
  app = await frappeWorld();
  frappe = new FrappeApp(app.url, { useToken: true, token: () => app.token, type: 'Bearer' });
  for (const [name, points] of [
    ['one', 1],
    ['two', 2],
    ['three', 3],
  ] as const)
    await must(app.json('POST', '/api/v1/Task', { name, title: name.toUpperCase(), points }));
});
afterAll(() => app?.close());

// biome-ignore lint/suspicious/noExplicitAny: the library gives documents of any shape
type Any = any;

describe('auth', () => {
  test('signs in with a password; the cookie is the session', async () => {
    const browser = new FrappeApp(app.url);
    let cookies: string[] = [];
    (browser as Any).axios.interceptors.response.use((response: Any) => {
      cookies = response.headers['set-cookie'] ?? cookies;
      return response;
    });
    const said = await browser
      .auth()
      .loginWithUsernamePassword({ username: 'Administrator', password: ADMIN_PASSWORD });
    expect(said).toMatchObject({ message: 'Logged In', home_page: '/app', full_name: 'Administrator' });
    const names = cookies.map((cookie) => cookie.split('=')[0]);
    expect(names).toEqual(['sid', 'system_user', 'user_id', 'full_name', 'user_image', 'user_lang']);
    expect(cookies[0]).toMatch(/HttpOnly/);
    const cookie = cookies.map((each) => each.split(';')[0]).join('; ');
    const known = new FrappeApp(app.url, undefined, undefined, { cookie });
    expect(await known.auth().getLoggedInUser()).toBe('Administrator');
    await known.auth().logout();
    await expect(known.auth().getLoggedInUser()).rejects.toMatchObject({ httpStatus: 401 });
  });
  test('says what is wrong with a password', async () => {
    const wrong = new FrappeApp(app.url)
      .auth()
      .loginWithUsernamePassword({ username: 'Administrator', password: 'no' });
    await expect(wrong).rejects.toMatchObject({ httpStatus: 401, exc_type: 'AuthenticationError' });
  });
  test('knows who a token is', async () => {
    expect(await frappe.auth().getLoggedInUser()).toBe('Administrator');
  });
});

describe('db', () => {
  test('creates, reads, changes and deletes', async () => {
    const db = frappe.db();
    const made = (await db.createDoc('Task', { name: 'a/b', title: 'Made', is_done: 1 })) as Any;
    expect(made).toMatchObject({ doctype: 'Task', name: 'a/b', is_done: 1, docstatus: 0 });
    expect(await db.getDoc('Task', 'a/b')).toEqual(made);
    const changed = (await db.updateDoc('Task', 'a/b', { is_done: 0 })) as Any;
    expect(changed).toMatchObject({ title: 'Made', is_done: 0 });
    // The whole document as it was read, which is what a form sends.
    expect((await db.updateDoc('Task', 'a/b', { ...changed, points: 5 })) as Any).toMatchObject({ points: 5 });
    await expect(db.updateDoc('Task', 'a/b', { ...changed, points: 6 })).rejects.toMatchObject({
      httpStatus: 417,
      exc_type: 'TimestampMismatchError',
    });
    expect(await db.deleteDoc('Task', 'a/b')).toEqual({ data: 'ok' });
    await expect(db.getDoc('Task', 'a/b')).rejects.toMatchObject({ httpStatus: 404, exc_type: 'DoesNotExistError' });
  });
  test('lists', async () => {
    const db = frappe.db();
    const rows = await db.getDocList('Task', {
      fields: ['name', 'points'],
      filters: [['points', '>', 1]],
      orderBy: { field: 'points', order: 'desc' },
    });
    expect(rows).toEqual([
      { name: 'three', points: 3 },
      { name: 'two', points: 2 },
    ]);
    expect(
      await db.getDocList('Task', { limit: 1, limit_start: 1, orderBy: { field: 'points', order: 'asc' } }),
    ).toEqual([{ name: 'two' }]);
    const arrays = await db.getDocList('Task', {
      fields: ['name', 'points'],
      filters: [['name', '=', 'one']],
      asDict: false,
    });
    expect(arrays).toEqual([['one', 1]]);
    const either = await db.getDocList('Task', {
      orFilters: [
        ['name', '=', 'one'],
        ['points', '=', 3],
      ] as Any,
    });
    expect(either).toHaveLength(2);
    const groups = await db.getDocList('Task', {
      fields: ['is_done', 'count(name) as n'] as Any,
      groupBy: 'is_done',
    });
    expect(groups).toEqual([{ is_done: 0, n: 3 }]);
  });
  test('counts', async () => {
    expect(await frappe.db().getCount('Task')).toBe(3);
    expect(await frappe.db().getCount('Task', [['points', '<', 3]], true)).toBe(2);
  });
  test('the last document', async () => {
    expect(await frappe.db().getLastDoc('Task')).toMatchObject({ name: 'three', doctype: 'Task' });
    expect(await frappe.db().getLastDoc('Task', { filters: [['points', '<', 2]] })).toMatchObject({ name: 'one' });
    expect(await frappe.db().getLastDoc('Task', { filters: [['points', '>', 99]] })).toEqual({});
  });
  test('values', async () => {
    const db = frappe.db();
    expect(await db.getValue('Task', 'title', [['name', '=', 'one']])).toEqual({ message: { title: 'ONE' } });
    expect(await db.getValue('Task', ['title', 'points'] as Any, [['name', '=', 'one']])).toEqual({
      message: { title: 'ONE', points: 1 },
    });
    expect(await db.getValue('Task', 'title', [['name', '=', 'one']], false)).toEqual({ message: 'ONE' });
    expect(await db.getValue('Task', 'title', [['name', '=', 'nobody']])).toEqual({ message: {} });
    expect((await db.setValue('Task', 'one', 'points', 10)) as Any).toMatchObject({
      message: { name: 'one', points: 10 },
    });
    expect((await db.setValue('Task', 'one', { points: 1, is_done: 0 })) as Any).toMatchObject({
      message: { points: 1 },
    });
    expect(await db.getSingleValue('Work Settings', 'greeting')).toEqual({ message: 'Hello' });
  });
  test('renames', async () => {
    const db = frappe.db();
    await db.createDoc('Task', { name: 'old', title: 'T' } as Any);
    expect(await db.renameDoc('Task', 'old', 'new')).toEqual({ message: 'new' });
    await db.createDoc('Task', { name: 'other', title: 'T' } as Any);
    expect(await db.renameDoc('Task', 'other', 'new', true)).toEqual({ message: 'new' });
    await db.deleteDoc('Task', 'new');
  });
  test('submits and cancels', async () => {
    const db = frappe.db();
    const draft = (await db.createDoc('Work Order', { subject: 'S', lines: [{ what: 'x' }] } as Any)) as Any;
    expect(draft).toMatchObject({ docstatus: 0, lines: [{ doctype: 'Order Line', what: 'x', is_free: 0, idx: 1 }] });
    const submitted = (await db.submit(draft)) as Any;
    expect(submitted).toMatchObject({ name: draft.name, docstatus: 1 });
    const cancelled = (await db.cancel('Work Order', draft.name)) as Any;
    expect(cancelled.message).toMatchObject({ docstatus: 2 });
    await expect(db.cancel('Work Order', draft.name)).rejects.toMatchObject({ httpStatus: 417 });
  });
  test('a Single has its own name; an empty one is the list', async () => {
    expect(await frappe.db().getDoc('Project')).toEqual([]);
    expect(await frappe.db().getDoc('Work Settings', 'Work Settings')).toMatchObject({ greeting: 'Hello', is_open: 0 });
  });
});

describe('call', () => {
  test('by every verb', async () => {
    const call = frappe.call();
    const echo = 'test_app.api.echo';
    expect(await call.get(echo, { a: 'x', b: { c: 1 } })).toEqual({
      message: { args: { a: 'x', b: '{"c":1}' }, user: 'Administrator' },
    });
    expect((await call.post(echo, { a: 1, b: [2] })).message.args).toEqual({ a: 1, b: [2] });
    expect((await call.put(echo, { a: 1 })).message.args).toEqual({ a: 1 });
    expect((await call.delete(echo, { a: 'x' })).message.args).toEqual({ a: 'x' });
  });
  test('what code refuses', async () => {
    await expect(frappe.call().post('test_app.api.refuse')).rejects.toMatchObject({
      httpStatus: 417,
      exc_type: 'ValidationError',
      exception: expect.stringContaining('The stars are not right.'),
    });
  });
  test('an unknown method', async () => {
    await expect(frappe.call().get('os.system', {})).rejects.toMatchObject({
      httpStatus: 404,
      exc_type: 'DoesNotExistError',
    });
  });
});
