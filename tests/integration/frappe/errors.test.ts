/** What goes wrong, under the names and in the shape that Frappe's clients look for. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { expectSound } from '../http/scenario.ts';
import { frappeWorld, messagesOf, must } from './world.ts';

let app: TestApp;
beforeAll(async () => {
  app = await frappeWorld();
  await must(app.json('POST', '/api/resource/Project', { name: 'P', full_title: 'P' }));
  await must(app.json('POST', '/api/resource/Task', { name: 'T', title: 'T', project: 'P', code: 'c1', once: 'x' }));
});
afterAll(() => app?.close());

const enc = (value: unknown) => encodeURIComponent(JSON.stringify(value));

interface Case {
  ask: string;
  body?: unknown;
  status: number;
  type: string;
}

const CASES: readonly Case[] = [
  { ask: 'POST /api/resource/Task', body: { name: 'n' }, status: 417, type: 'MandatoryError' },
  {
    ask: 'POST /api/resource/Task',
    body: { name: 'n', title: 'x', project: 'Nope' },
    status: 417,
    type: 'LinkValidationError',
  },
  {
    ask: 'POST /api/resource/Task',
    body: { name: 'n', title: 'x', points: 'many' },
    status: 417,
    type: 'ValidationError',
  },
  { ask: 'POST /api/resource/Task', body: { name: 'T', title: 'x' }, status: 409, type: 'DuplicateEntryError' },
  {
    ask: 'POST /api/resource/Task',
    body: { name: 'n', title: 'x', code: 'c1' },
    status: 417,
    type: 'UniqueValidationError',
  },
  { ask: 'POST /api/resource/Task', body: { name: '   ', title: 'x' }, status: 409, type: 'NameError' },
  { ask: 'PUT /api/resource/Task/T', body: { once: 'y' }, status: 417, type: 'CannotChangeConstantError' },
  { ask: 'PUT /api/resource/Task/T', body: { owner: 'me@x.test' }, status: 417, type: 'CannotChangeConstantError' },
  { ask: 'PUT /api/resource/Task/none', body: { title: 'y' }, status: 404, type: 'DoesNotExistError' },
  { ask: 'DELETE /api/resource/Project/P', status: 417, type: 'LinkExistsError' },
  { ask: 'DELETE /api/resource/Project/none', status: 404, type: 'DoesNotExistError' },
  { ask: 'GET /api/resource/Nothing', status: 404, type: 'DoesNotExistError' },
  { ask: 'GET /api/resource', status: 404, type: 'DoesNotExistError' },
  { ask: 'GET /api/method', status: 404, type: 'DoesNotExistError' },
  { ask: 'PATCH /api/resource/Task/T', status: 405, type: 'MethodNotAllowed' },
  { ask: 'GET /api/resource/Task/%zz', status: 417, type: 'ValidationError' },
  { ask: `GET /api/resource/Task?fields=${enc(['nope'])}`, status: 417, type: 'DataError' },
  { ask: `GET /api/resource/Task?fields=${enc(['(select 1)'])}`, status: 417, type: 'DataError' },
  { ask: `GET /api/resource/Task?filters=${enc([['nope', '=', 1]])}`, status: 417, type: 'DataError' },
  { ask: `GET /api/resource/Task?filters=${enc([['title', 'regexp', 'x']])}`, status: 417, type: 'DataError' },
  { ask: 'GET /api/resource/Task?order_by=nope', status: 417, type: 'DataError' },
  { ask: 'GET /api/resource/Task?limit=x', status: 417, type: 'DataError' },
  { ask: 'GET /api/resource/Task?limit=-1', status: 417, type: 'DataError' },
  { ask: 'GET /api/resource/Task?filters={', status: 417, type: 'ValidationError' },
  { ask: 'GET /api/method/frappe.client.set_value?doctype=Task&name=T', status: 403, type: 'PermissionError' },
  { ask: 'GET /api/method/frappe.client.delete?doctype=Task&name=T', status: 403, type: 'PermissionError' },
  { ask: 'POST /api/method/frappe.client.insert', body: { doc: 'x' }, status: 417, type: 'ValidationError' },
  { ask: 'POST /api/method/frappe.client.insert', body: { doc: { title: 'x' } }, status: 417, type: 'ValidationError' },
  {
    ask: 'POST /api/method/frappe.client.submit',
    body: { doc: { doctype: 'Task', name: 'T' } },
    status: 417,
    type: 'ValidationError',
  },
  { ask: 'POST /api/method/test_app.api.refuse', body: {}, status: 417, type: 'ValidationError' },
  { ask: 'POST /api/method/__proto__', body: {}, status: 404, type: 'DoesNotExistError' },
  { ask: 'POST /api/method/constructor', body: {}, status: 404, type: 'DoesNotExistError' },
];

describe('version 1', () => {
  test.each(CASES)('$ask is $status $type', async ({ ask, body, status, type }) => {
    const [method = '', path = ''] = ask.split(/ (.*)/s);
    const reply = await app.json(method, path, body);
    expect([reply.status, reply.body.exc_type], reply.text).toEqual([status, type]);
    expect(reply.body.exception).toBe(`frappe.exceptions.${type}: ${reply.body.message}`);
    expect(messagesOf(reply).length).toBeGreaterThan(0);
    expect(reply.headers.get('content-type')).toContain('application/json');
    expect(reply.body).not.toHaveProperty('exc');
    expect(reply.body.request_id).toBe(reply.headers.get('x-request-id'));
  });
  test('every broken rule is a message', async () => {
    const reply = await app.json('POST', '/api/resource/Task', { name: 'n', points: 'x', due: 'never' });
    expect(messagesOf(reply)).toHaveLength(2);
  });
  test('who is not signed in is told so', async () => {
    for (const path of ['/api/resource/Task', '/api/method/frappe.client.get_list', '/api/resource/Task/T']) {
      const reply = await app.anonymous.json('GET', path);
      expect([reply.status, reply.body.exc_type], path).toEqual([401, 'AuthenticationError']);
    }
  });
  test('a native path keeps its own shape', async () => {
    const reply = await app.json('GET', '/api/v1/Nothing');
    expect(reply.status).toBe(404);
    expectSound(reply);
    expect(reply.body).not.toHaveProperty('exc_type');
  });
});
