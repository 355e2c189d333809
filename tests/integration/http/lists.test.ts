import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { scenarios } from './scenario.ts';
import { installTask } from './task.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  await installTask(app);
  const docs = ['ant', 'bee', 'cat', 'dog'].map((name, points) => ({ name, title: `The ${name}`, points }));
  await app.json('POST', '/api/v1/Task/bulk', { action: 'insert', docs });
});
afterAll(() => app?.close());

const encoded = (value: unknown): string => encodeURIComponent(JSON.stringify(value));

describe('list', () => {
  scenarios(
    () => app,
    [
      {
        name: 'the envelope',
        ask: 'GET /api/v1/Task?limit=2&order_by=name',
        status: 200,
        check: ({ body }) =>
          expect(body).toEqual({
            items: [
              { name: 'ant', title: 'The ant' },
              { name: 'bee', title: 'The bee' },
            ],
            total: 4,
            limit: 2,
            offset: 0,
            has_more: true,
          }),
      },
      {
        name: 'filters',
        ask: `GET /api/v1/Task?filters=${encoded([['points', '>', 1]])}`,
        status: 200,
        must: ['cat', 'dog'],
        mustNot: ['ant'],
      },
      {
        name: 'a dictionary as filter',
        ask: `GET /api/v1/Task?filters=${encoded({ name: 'bee' })}`,
        status: 200,
        must: ['bee'],
        mustNot: ['ant'],
      },
      { name: 'search', ask: 'GET /api/v1/Task?q=the+dog', status: 200, must: ['dog'], mustNot: ['cat'] },
      {
        name: 'aggregates',
        ask: `GET /api/v1/Task?fields=${encoded([{ sum: 'points', as: 'all' }])}`,
        status: 200,
        must: ['"all":6'],
      },
      {
        name: 'a misspelt parameter is refused with what was meant',
        ask: 'GET /api/v1/Task?filter=x',
        status: 400,
        must: ['Did you mean filters?'],
      },
      {
        name: 'a parameter of nobody is refused with what there is',
        ask: 'GET /api/v1/Task?zzzzzz=1',
        status: 400,
        must: ['order_by'],
      },
      { name: 'a repeated parameter', ask: 'GET /api/v1/Task?limit=1&limit=2', status: 400, must: ['more than once'] },
      { name: 'a broken filter', ask: 'GET /api/v1/Task?filters=[', status: 400, must: ['"field":"filters"'] },
      {
        name: 'an unknown field in a filter',
        ask: `GET /api/v1/Task?filters=${encoded([['titel', '=', 'x']])}`,
        status: 400,
        must: ['title'],
      },
      { name: 'an order that is SQL', ask: 'GET /api/v1/Task?order_by=name;drop%20table%20task', status: 400 },
      { name: 'an unknown DocType', ask: 'GET /api/v1/Tasks', status: 404, must: ['Tasks'] },
      { name: 'the names of JavaScript', ask: 'GET /api/v1/__proto__?constructor=1', status: 400 },
      { name: 'the names of JavaScript as DocType', ask: 'GET /api/v1/constructor', status: 404 },
      {
        name: 'count',
        ask: `GET /api/v1/Task/count?filters=${encoded([['points', '<', 2]])}`,
        status: 200,
        must: ['{"count":2}'],
      },
      { name: 'count with a list parameter', ask: 'GET /api/v1/Task/count?limit=1', status: 400, must: ['limit'] },
      {
        name: 'a list is not kept by caches',
        ask: 'GET /api/v1/Task',
        status: 200,
        check: ({ headers }) => expect(headers.get('cache-control')).toBe('no-store'),
      },
    ],
  );
});

describe('bulk', () => {
  const BULK = 'POST /api/v1/Task/bulk';
  scenarios(
    () => app,
    [
      {
        name: 'update by docs',
        ask: BULK,
        body: { action: 'update', docs: [{ name: 'ant', points: 10 }] },
        status: 200,
        must: ['"succeeded":1,"failed":0', '"points":10'],
      },
      {
        name: 'update by filters',
        ask: BULK,
        body: { action: 'update', filters: [['points', '<', 3]], data: { points: 20 } },
        status: 200,
        must: ['"succeeded":2'],
      },
      {
        name: 'data for what filters find is an update',
        ask: BULK,
        body: { filters: { name: 'ant' }, data: { points: 11 } },
        status: 200,
        must: ['"succeeded":1', '"points":11'],
      },
      {
        name: 'all or nothing',
        ask: BULK,
        body: {
          action: 'insert',
          docs: [
            { name: 'eel', title: 'E' },
            { name: 'ant', title: 'A' },
          ],
        },
        status: 409,
        must: ['docs[1]'],
      },
      { name: 'nothing it was', ask: 'GET /api/v1/Task/eel', status: 404 },
      {
        name: 'each on its own',
        ask: BULK,
        body: {
          action: 'insert',
          atomic: false,
          docs: [{ name: 'eel', title: 'E' }, { name: 'ant', title: 'A' }, { name: 'fox' }],
        },
        status: 200,
        check: ({ body }) => {
          expect(body.results.map((result: { ok: boolean }) => result.ok)).toEqual([true, false, false]);
          expect(body.results[1].error).toMatchObject({ status: 409, type: '/problems/duplicate' });
          expect(body.results[2].error).toMatchObject({ status: 400, type: '/problems/validation' });
        },
      },
      {
        name: 'delete by names',
        ask: BULK,
        body: { action: 'delete', docs: ['eel'] },
        status: 200,
        must: ['{"name":"eel","ok":true}'],
      },
      {
        name: 'an empty filter does not mean everything',
        ask: BULK,
        body: { action: 'delete', filters: [] },
        status: 400,
        must: ['must not be empty'],
      },
      {
        name: 'docs and filters',
        ask: BULK,
        body: { action: 'delete', docs: [], filters: [['name', '=', 'x']] },
        status: 400,
        must: ['not both'],
      },
      {
        name: 'a misspelt key',
        ask: BULK,
        body: { action: 'delete', documents: ['ant'] },
        status: 400,
        must: ['"field":"documents"'],
      },
      {
        name: 'a misspelt action',
        ask: BULK,
        body: { action: 'remove', docs: ['ant'] },
        status: 400,
        must: ['insert, update, delete'],
      },
      { name: 'neither', ask: BULK, body: { action: 'delete' }, status: 400, must: ['docs'] },
    ],
  );

  test('everybody is still there', async () => {
    expect((await app.json('GET', '/api/v1/Task/count')).body).toEqual({ count: 4 });
  });
});
