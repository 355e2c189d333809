/** `/api/v2`: documents, lists, methods and metadata of version 2, and its errors. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { frappeWorld, must } from './world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await frappeWorld();
});
afterAll(() => app?.close());

const enc = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('documents', () => {
  test('create, read, change, delete', async () => {
    const path = '/api/v2/document/Task';
    const made = await app.json('POST', path, { name: 'v/2', title: 'T', is_done: 1, wrong: 1 });
    expect(made.status, made.text).toBe(200);
    // Nulls are kept here.
    expect(made.body.data).toMatchObject({ doctype: 'Task', name: 'v/2', is_done: 1, due: null });
    expect(made.body.debug[0]).toContain('wrong');
    expect((await app.json('GET', `${path}/v%2F2/`)).body).toEqual({ data: made.body.data });
    expect((await app.json('GET', `${path}/v/2`)).body).toEqual({ data: made.body.data });
    expect((await app.json('PUT', `${path}/v%2F2`, { name: 'v/2', points: 2 })).body.data.points).toBe(2);
    expect((await app.json('PATCH', `${path}/v%2F2`, { points: 3 })).body.data.points).toBe(3);
    const gone = await app.json('DELETE', `${path}/v%2F2`);
    expect([gone.status, gone.body]).toEqual([202, { data: 'ok' }]);
  });
  test('lists say whether there are more', async () => {
    for (const name of ['a', 'b', 'c'])
      await must(app.json('POST', '/api/v2/document/Task', { name, title: 'listed' }));
    const query = `fields=${enc(['name', 'is_done'])}&filters=${enc({ title: 'listed' })}&order_by=name asc&group_by=&parent=&debug=0`;
    expect((await app.json('GET', `/api/v2/document/Task?${query}&start=0&limit=2`)).body).toEqual({
      data: [
        { name: 'a', is_done: 0 },
        { name: 'b', is_done: 0 },
      ],
      has_next_page: true,
    });
    expect((await app.json('GET', `/api/v2/document/Task?${query}&start=2&limit=2`)).body).toEqual({
      data: [{ name: 'c', is_done: 0 }],
      has_next_page: false,
    });
    expect((await app.json('GET', `/api/v2/doctype/Task/count?filters=${enc({ title: 'listed' })}`)).body).toEqual({
      data: 3,
    });
  });
  test('a copy is nothing stored', async () => {
    const order = (
      await must(
        app.json('POST', '/api/v2/document/Work Order', { subject: 'S', lines: [{ what: 'x' }], docstatus: 1 }),
      )
    ).body.data;
    const { data } = (await must(app.json('GET', `/api/v2/document/Work Order/${order.name}/copy`))).body;
    expect(data).toEqual({
      doctype: 'Work Order',
      docstatus: 0,
      subject: 'S',
      hours: 0,
      lines: [{ doctype: 'Order Line', docstatus: 0, what: 'x', task: null, is_free: 0, when_due: null }],
    });
  });
});

describe('methods', () => {
  test('of a path, of a DocType, of a document', async () => {
    expect((await app.json('GET', '/api/v2/method/ping')).body).toEqual({ data: 'pong' });
    expect((await app.json('GET', '/api/v2/method/frappe.auth.get_logged_user')).body).toEqual({
      data: 'Administrator',
    });
    expect((await app.json('POST', '/api/v2/method/Work Order/count_all', {})).body.data).toBeGreaterThan(0);
    const order = (await must(app.json('POST', '/api/v2/document/Work Order', { subject: 'S', hours: 1 }))).body.data;
    const called = await app.json('POST', `/api/v2/document/Work Order/${order.name}/method/double_hours`, {});
    expect(called.body).toMatchObject({ data: 'doubled', docs: [{ name: order.name, hours: 2 }] });
    const again = { document: { doctype: 'Work Order', name: order.name }, method: 'double_hours', kwargs: {} };
    expect((await app.json('POST', '/api/v2/method/run_doc_method', again)).body.docs[0].hours).toBe(4);
  });
  test('sign-in', async () => {
    const reply = await app.anonymous.json('POST', '/api/v2/method/login', { usr: 'Administrator', pwd: 'wrong' });
    expect(reply.status).toBe(401);
    expect(reply.body.errors[0]).toMatchObject({ type: 'AuthenticationError', indicator: 'red' });
  });
});

test('metadata', async () => {
  const { data } = (await must(app.json('GET', '/api/v2/doctype/Task/meta'))).body;
  expect(data).toMatchObject({ doctype: 'DocType', name: 'Task', istable: 0 });
  expect(data.fields.map((field: { fieldname: string }) => field.fieldname)).toContain('is_done');
});

test.each([
  ['GET', '/api/v2/document/Task/nobody', undefined, 404, 'DoesNotExistError'],
  ['GET', '/api/v2/document/Nothing', undefined, 404, 'DoesNotExistError'],
  ['POST', '/api/v2/document/Task', { name: 'x' }, 417, 'MandatoryError'],
  ['GET', '/api/v2/method/os.system', undefined, 404, 'DoesNotExistError'],
  ['GET', '/api/v2/nothing/here', undefined, 404, 'DoesNotExistError'],
  ['GET', '/api/v2/document/Task?fields=["x"]', undefined, 417, 'DataError'],
] as const)('%s %s fails in the shape of version 2', async (method, path, body, status, type) => {
  const reply = await app.json(method, path, body);
  expect(reply.status, reply.text).toBe(status);
  expect(reply.body.errors[0]).toEqual({
    type,
    message: expect.any(String),
    title: expect.any(String),
    indicator: 'red',
    exception: expect.stringContaining(`frappe.exceptions.${type}`),
  });
  expect(reply.body).not.toHaveProperty('exc_type');
});
