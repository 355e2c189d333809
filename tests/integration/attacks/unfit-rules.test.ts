/**
 * A permission rule whose values do not fit its fields, as an attribute of a user may make it: it lets nothing through
 * at any door, says nothing of what it asks for, and is nobody else's matter.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';

let app: TestApp;
let clerk: UserClient;
const RIGHTS = { read: 1, write: 1, create: 1, delete: 1 };
const FIELDS = [
  { fieldname: 'text', fieldtype: 'Data', label: 'Text' },
  { fieldname: 'grade', fieldtype: 'Int', label: 'Grade', permlevel: 1 },
  { fieldname: 'kind', fieldtype: 'Data', label: 'Kind' },
];

beforeAll(async () => {
  app = await createTestApp();
  const doctype = (name: string, more: object) => ({
    name,
    module: 'Core',
    autoname: 'Prompt',
    fields: FIELDS,
    permissions: [
      { role: 'System Manager', ...RIGHTS },
      { role: 'System Manager', permlevel: 1, read: 1, write: 1 },
      { role: 'Clerk', ...RIGHTS, ...more },
    ],
  });
  for (const each of [doctype('Ruled', { condition: 'doc.grade in attributes.grades' }), doctype('Open Thing', {})])
    expect((await app.json('POST', '/api/v1/DocType', each)).status).toBe(201);
  clerk = await app.user({
    name: 'clerk@example.com',
    roles: ['Clerk'],
    fields: { attributes: { grades: ['CANARY high'] } },
  });
  for (const type of ['Ruled', 'Open Thing'])
    expect((await app.json('POST', `/api/v1/${type}`, { name: 'zebra', text: 'stripes', grade: 3 })).status).toBe(201);
});
afterAll(() => app?.close());

test.each([
  ['GET', '/api/v1/Ruled'],
  ['GET', '/api/v1/Ruled/count'],
  ['GET', '/api/v1/Ruled/zebra'],
  ['GET', '/api/resource/Ruled'],
  ['PATCH', '/api/v1/Ruled/zebra', { text: 'x' }],
  ['POST', '/api/v1/Ruled/bulk', { action: 'update', docs: [{ name: 'zebra', text: 'x' }] }],
  ['POST', '/api/v1/Ruled', { name: 'mine', text: 'x' }],
  ['DELETE', '/api/v1/Ruled/zebra'],
  ['POST', '/graphql', { query: '{ ruled { name } }' }],
  ['POST', '/graphql', { query: 'mutation { update_ruled(name: "zebra", set: {text: "x"}) { name } }' }],
] as const)('%s %s is refused without a word about the rule', async (method, path, body?: object) => {
  const { status, text } = await clerk.json(method, path, body);
  if (path === '/graphql') expect(text).toContain('"errors"');
  else expect([403, 404], text).toContain(status);
  expect(status).toBeLessThan(500);
  for (const word of ['grade', 'CANARY', 'whole number', 'zebra"']) expect(text).not.toContain(word);
  expect((await app.json('GET', '/api/v1/Ruled/zebra')).body).toMatchObject({ text: 'stripes', _version: 1 });
  expect((await app.json('GET', '/api/v1/Ruled')).body.total).toBe(1);
});

test('the search over all DocTypes finds the others all the same', async () => {
  const { status, body } = await clerk.json('GET', '/api/v1/search?q=zebra');
  expect([status, body.items]).toEqual([200, [{ doctype: 'Open Thing', name: 'zebra', title: 'zebra' }]]);
});
