/** User Permissions on nodes of a tree, from the stored record to the rows of a list. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  const made = await app.json('POST', '/api/v1/DocType', {
    name: 'Region',
    module: 'T',
    autoname: 'Prompt',
    is_tree: 1,
    nsm_parent_field: 'parent_region',
    fields: [
      { fieldname: 'title', fieldtype: 'Data' },
      { fieldname: 'parent_region', fieldtype: 'Link', options: 'Region', ignore_user_permissions: 1 },
    ],
    permissions: [{ role: 'All', read: 1, write: 1, create: 1 }],
  });
  expect(made.status, made.text).toBe(201);
  for (const [name, parent_region] of [
    ['World'],
    ['Europe', 'World'],
    ['France', 'Europe'],
    ['Paris', 'France'],
    ['Asia', 'World'],
  ])
    expect(
      (await app.json('POST', '/api/v1/Region', { name, parent_region, is_group: true, title: name })).status,
    ).toBe(201);
});
afterAll(() => app?.close());

const permit = async (user: string, for_value: string, more: object = {}) => {
  const given = { user, allow: 'Region', for_value, ...more };
  const reply = await app.json('POST', '/api/v1/User Permission', given);
  expect(reply.status, reply.text).toBe(201);
};
const names = async (client: Pick<TestApp, 'json'>, query = '') => {
  const { body, text } = await client.json('GET', `/api/v1/Region?order_by=name asc&fields=["name"]${query}`);
  return (body.items ?? [text]).map((item: { name: string }) => item.name);
};

test('a node stands for what is under it, or for itself alone', async () => {
  const ann = await app.user({ name: 'ann' });
  expect(await names(ann)).toHaveLength(5);
  await permit('ann', 'Europe');
  expect(await names(ann)).toEqual(['Europe', 'France', 'Paris']);
  expect((await ann.json('GET', '/api/v1/Region/World')).status).toBe(404);
  expect((await ann.json('GET', '/api/v1/Region/Paris')).status).toBe(200);
  const eve = await app.user({ name: 'eve' });
  await permit('eve', 'Europe', { hide_descendants: true });
  await permit('eve', 'Asia');
  expect(await names(eve)).toEqual(['Asia', 'Europe']);
});

test('what is put under an allowed node is there at once, for its maker too', async () => {
  const ann = await app.as('ann');
  const made = await ann.json('POST', '/api/v1/Region', { name: 'Lyon', parent_region: 'France' });
  expect(made.status, made.text).toBe(201);
  expect(made.body.name).toBe('Lyon');
  expect(await names(ann)).toContain('Lyon');
  expect((await ann.json('POST', '/api/v1/Region', { name: 'Tokyo', parent_region: 'Asia' })).status).toBe(400);
  const eve = await app.as('eve');
  expect((await eve.json('POST', '/api/v1/Region', { name: 'Rome', parent_region: 'Europe' })).status).toBe(403);
});
