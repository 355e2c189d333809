/** What a picker may show: documents that somebody may choose, of which they may read more, less or nothing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';

const CLIENT = {
  name: 'Client',
  module: 'Test',
  autoname: 'prompt',
  title_field: 'title',
  search_fields: 'town',
  sort_field: 'debt',
  fields: [
    { fieldname: 'title', fieldtype: 'Data', label: 'Title' },
    { fieldname: 'town', fieldtype: 'Data', label: 'Town' },
    { fieldname: 'debt', fieldtype: 'Int', label: 'Debt' },
    { fieldname: 'partner', fieldtype: 'Link', label: 'Partner', options: 'Client' },
  ],
  permissions: [
    { role: 'System Manager', read: 1, write: 1, create: 1 },
    { role: 'Chooser', select: 1 },
    { role: 'Half', select: 1 },
    { role: 'Half', read: 1, condition: 'doc.town == "Jena"' },
    { role: 'Reader', read: 1, condition: 'doc.town == "Jena"' },
  ],
};

let app: TestApp;
const people = new Map<string, UserClient>();

beforeAll(async () => {
  app = await createTestApp();
  for (const role of ['Chooser', 'Half', 'Reader', 'Other']) {
    await app.json('POST', '/api/v1/Role', { role_name: role });
    people.set(role, await app.user({ name: `${role.toLowerCase()}@x.org`, roles: [role] }));
  }
  await app.json('POST', '/api/v1/DocType', CLIENT);
  await app.json('POST', '/api/v1/Client', { name: 'C1', title: 'One', town: 'Jena', debt: 1 });
  await app.json('POST', '/api/v1/Client', { name: 'C2', title: 'Two', town: 'Ulm', debt: 2, partner: 'C1' });
});
afterAll(() => app?.close());

function ask(role: string, query: Record<string, unknown> = {}, doctype = 'Client') {
  const texts = Object.entries(query).map(([key, value]): [string, string] => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const client = people.get(role) as UserClient;
  return client.json('GET', `/api/v1/${doctype}?${new URLSearchParams([...texts, ['as', 'select']])}`);
}
const namesOf = async (role: string, query: Record<string, unknown> = {}) => {
  const { status, body, text } = await ask(role, query);
  expect(status, text).toBe(200);
  return body.items.map(({ name }: { name: string }) => name).sort();
};

describe('as=select', () => {
  test('has all that may be chosen, and what may be read where that is all there is', async () => {
    expect(await namesOf('Chooser')).toEqual(['C1', 'C2']);
    expect(await namesOf('Half')).toEqual(['C1', 'C2']);
    expect(await namesOf('Reader')).toEqual(['C1']);
    expect((await ask('Other')).status).toBe(404);
    const plain = await (people.get('Half') as UserClient).json('GET', '/api/v1/Client');
    expect(plain.body.items.map(({ name }: { name: string }) => name)).toEqual(['C1']);
  });

  test.each(['Chooser', 'Half'])('shows no more of them than a picker does: %s', async (role) => {
    const { body, text } = await ask(role, { fields: ['*'], q: 'Two' });
    expect(body.items).toEqual([{ id: body.items[0].id, name: 'C2', title: 'Two', town: 'Ulm' }]);
    expect(text).not.toContain('debt');
    expect(await namesOf(role, { filters: [['town', '=', 'Ulm']] })).toEqual(['C2']);
  });

  test('what is asked of other fields is asked of what may be read', async () => {
    for (const query of [
      { filters: [['debt', '=', 2]] },
      { or_filters: [['debt', '>', 1]] },
      { filters: [['partner.title', '=', 'One']] },
      { filters: [['owner', '=', 'Administrator']] },
      { order_by: 'debt desc' },
    ]) {
      expect((await ask('Chooser', query)).status, JSON.stringify(query)).toBe(400);
      expect(await namesOf('Half', query), JSON.stringify(query)).not.toContain('C2');
    }
    for (const query of [{ group_by: 'debt', fields: ['debt'] }, { fields: ['name', 'sum(debt)'] }]) {
      expect((await ask('Chooser', query)).status).toBe(400);
      expect((await ask('Half', query)).text).not.toMatch(/"(sum_)?debt[^"]*":(2|3)/);
    }
  });

  test('tells nothing of what hangs on them', async () => {
    expect((await ask('Half', { with: 'assign' })).status).toBe(400);
    expect((await ask('Half', { filters: [['_assign', '=', 'half@x.org']] })).status).toBe(400);
    expect((await (people.get('Half') as UserClient).json('GET', '/api/v1/Client?as=read')).status).toBe(400);
  });

  test('leaves out what is switched off, and Guest; both are there when they are asked for', async () => {
    const TOOL = {
      ...CLIENT,
      name: 'Tool',
      fields: [...CLIENT.fields.slice(0, 3), { fieldname: 'disabled', fieldtype: 'Check', label: 'Disabled' }],
    };
    await app.json('POST', '/api/v1/DocType', TOOL);
    for (const [name, disabled] of [
      ['saw', false],
      ['axe', true],
    ])
      expect((await app.json('POST', '/api/v1/Tool', { name, title: name, town: 'Jena', disabled })).status).toBe(201);
    await app.user({ name: 'gone@x.org', roles: [] });
    expect((await app.json('PATCH', '/api/v1/User/gone@x.org', { enabled: false })).status).toBe(200);
    const names = async (role: string, doctype: string, query: Record<string, unknown> = {}) =>
      (await ask(role, { fields: ['name'], limit: '100', ...query }, doctype)).body.items.map(
        ({ name }: { name: string }) => name,
      );
    for (const role of ['Chooser', 'Half', 'Reader']) {
      expect(await names(role, 'Tool')).toEqual(['saw']);
      expect((await names(role, 'Tool', { include_disabled: '1' })).sort()).toEqual(['axe', 'saw']);
      expect(await names(role, 'Tool', { q: 'axe' })).toEqual([]);
    }
    const users = await names('Other', 'User');
    expect(users).toContain('half@x.org');
    expect(users).not.toContain('gone@x.org');
    expect(users).not.toContain('Guest');
    const all = await names('Other', 'User', {
      include_disabled: '1',
      filters: [['name', 'in', ['Guest', 'gone@x.org']]],
    });
    expect(all.sort()).toEqual(['Guest', 'gone@x.org']);
    expect((await ask('Other', { include_disabled: 'yes' }, 'User')).status).toBe(400);
    // It is about choices only: a list has what it has.
    const plain = await app.json('GET', '/api/v1/Tool?include_disabled=1');
    expect(plain.status).toBe(400);
    expect((await app.json('GET', '/api/v1/Tool')).body.items).toHaveLength(2);
  });

  test('finds colleagues for who is no manager, by name and picture', async () => {
    const own = await (people.get('Other') as UserClient).json('GET', '/api/v1/User');
    expect(own.body.items.map(({ name }: { name: string }) => name)).toEqual(['other@x.org']);
    const { body, text } = await ask('Other', { fields: ['*'], q: 'half' }, 'User');
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(['half@x.org']);
    expect(Object.keys(body.items[0]).sort()).toEqual(['enabled', 'full_name', 'id', 'name', 'user_image']);
    expect(text).not.toContain('last_login');
  });
});
