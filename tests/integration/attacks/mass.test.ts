/** Keys that a caller may not set, on every door that takes a document: system columns, switches, foreign keys of rows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fingerprint, refused } from './oracles.ts';
import { must, openWorld, type World } from './world.ts';

let world: World;
let before: Record<string, unknown>;
beforeAll(async () => {
  world = await openWorld();
  before = await fingerprint(world);
});
afterAll(() => world?.close());

const FOREIGN = '00000000-0000-7000-8000-00000000beef';

/** Every door of a document, with the keys in it. */
const DOORS: Record<string, (given: object) => { ask: string; body: object }> = {
  create: (given) => ({ ask: 'POST /api/v1/Invoice', body: { customer: 'ada', ...given } }),
  'create with rows': (given) => ({ ask: 'POST /api/v1/Invoice', body: { items: [{ item: 'x', ...given }] } }),
  put: (given) => ({ ask: 'PUT /api/v1/Invoice/INV-00001', body: given }),
  patch: (given) => ({ ask: 'PATCH /api/v1/Invoice/INV-00001', body: { plain: 'changed', ...given } }),
  'patch of rows': (given) => ({ ask: 'PATCH /api/v1/Invoice/INV-00001', body: { items: [{ item: 'x', ...given }] } }),
  'bulk insert': (given) => ({
    ask: 'POST /api/v1/Invoice/bulk',
    body: { action: 'insert', docs: [{ customer: 'ada', ...given }] },
  }),
  'bulk update': (given) => ({
    ask: 'POST /api/v1/Invoice/bulk',
    body: { action: 'update', docs: [{ name: 'INV-00001', plain: 'x', ...given }] },
  }),
  'bulk by filter': (given) => ({
    ask: 'POST /api/v1/Invoice/bulk',
    body: { action: 'update', filters: { name: 'INV-00001' }, data: { plain: 'x', ...given } },
  }),
};

describe('MASS-01 system columns', () => {
  const SYSTEM: Record<string, unknown> = {
    id: FOREIGN,
    owner: 'mallory',
    creation: '2001-01-01T00:00:00Z',
    modified_by: 'mallory',
    docstatus: 1,
    doctype: 'Note',
    _user_tags: 'x',
    _assign: '["x"]',
    _liked_by: '["x"]',
    tenant: 't2',
    parent_id: FOREIGN,
  };
  for (const [door, make] of Object.entries(DOORS).filter(([name]) => !name.includes('rows'))) {
    test.each(Object.entries(SYSTEM))(`${door}: %s`, async (key, value) => {
      const { ask, body } = make({ [key]: value });
      const reply = await refused(world, { ask, body, status: [400, 409] });
      expect(reply.text).toContain(key);
    });
  }

  test('name, parent and place of a row are the server’s', async () => {
    const foreign = {
      parent: 'INV-00002',
      parenttype: 'Note',
      parentfield: 'other',
      id: FOREIGN,
      owner: 'mallory',
      creation: '2001-01-01T00:00:00Z',
      modified_by: 'mallory',
      docstatus: 1,
      idx: 99,
    };
    const made = await world.json('POST', '/api/v1/Invoice', { items: [{ item: 'x', ...foreign }] });
    // Refused, or the server's own values win: a client that copies a document sends such rows.
    if (made.status === 201) {
      const own = {
        parent: made.body.name,
        parenttype: 'Invoice',
        parentfield: 'items',
        owner: 'Administrator',
        modified_by: 'Administrator',
        docstatus: 0,
        idx: 1,
      };
      expect(made.body.items).toEqual([expect.objectContaining(own)]);
      expect([made.body.items[0].id === FOREIGN, made.body.items[0].creation === foreign.creation]).toEqual([
        false,
        false,
      ]);
      await must(world, 'DELETE', `/api/v1/Invoice/${made.body.name}?hard=true`);
    } else expect(made.status).toBe(400);
    const [row] = (await must(world, 'GET', '/api/v1/Invoice/INV-00002')).items;
    // A row of another document is not moved here by naming it.
    const stolen = await world.json('PATCH', '/api/v1/Invoice/INV-00001', {
      items: [{ name: row.name, id: row.id, item: 'stolen' }],
    });
    expect([400, 409]).toContain(stolen.status);
    expect((await must(world, 'GET', '/api/v1/Invoice/INV-00002')).items[0]).toEqual(row);
  });

  test('stale _version and modified are conflicts, whatever their type', async () => {
    for (const _version of [0, 99, -1, '0', 1e300, [1], { a: 1 }]) {
      await refused(world, {
        ask: 'PATCH /api/v1/Invoice/INV-00001',
        body: { _version, plain: 'x' },
        status: [400, 409],
      });
    }
    for (const modified of ['2001-01-01T00:00:00Z', 'now', 0, [], {}]) {
      await refused(world, {
        ask: 'PATCH /api/v1/Invoice/INV-00001',
        body: { modified, plain: 'x' },
        status: [400, 409],
      });
    }
  });
});

describe('MASS-04 switches', () => {
  const SWITCHES = {
    ignore_permissions: 1,
    ignore_validate: 1,
    ignore_mandatory: 1,
    ignore_links: true,
    flags: { ignore_permissions: true },
    __islocal: 1,
    __unsaved: 1,
    __run_link_triggers: 1,
    in_import: true,
    run_as: 'Administrator',
    as_user: 'Administrator',
    app: 'core',
    validate: false,
    force: 1,
    skip_validation: true,
    isAdmin: true,
    tx: {},
    actor: { user: 'x' },
    ctx: {},
    requestedName: 'x',
    before: {},
    confirm: 'x',
  };
  for (const [door, make] of Object.entries(DOORS)) {
    test(door, async () => {
      for (const [key, value] of Object.entries(SWITCHES)) {
        const reply = await refused(world, { ask: make({ [key]: value }).ask, body: make({ [key]: value }).body });
        expect(reply.text).toContain(key);
      }
    });
  }
  test('in the query and in headers', async () => {
    for (const [key, value] of Object.entries(SWITCHES)) {
      if (key === 'confirm') continue;
      await refused(world, {
        ask: `PATCH /api/v1/Invoice/INV-00001?${key}=${encodeURIComponent(JSON.stringify(value))}`,
        body: { plain: 'x' },
      });
      await refused(world, { ask: `GET /api/v1/Invoice?${key}=1` });
    }
    const headers = {
      'x-http-method-override': 'DELETE',
      'x-frappe-user': 'mallory',
      'x-user': 'mallory',
      'x-forwarded-user': 'mallory',
      'x-original-url': '/api/v1/User',
      'x-rewrite-url': '/metrics',
    };
    const reply = await world.json('GET', '/api/v1/auth/me', undefined, headers);
    expect([reply.status, reply.body.user]).toEqual([200, 'Administrator']);
    expect((await world.json('GET', '/api/v1/Invoice/INV-00001', undefined, headers)).body.name).toBe('INV-00001');
    expect((await world.anonymous.json('GET', '/api/v1/auth/me', undefined, headers)).status).toBe(401);
  });
  test('on the doors that take no document', async () => {
    for (const action of ['submit', 'cancel', 'amend', 'restore', 'rename', 'duplicate']) {
      await refused(world, { ask: `POST /api/v1/Invoice/INV-00001/${action}`, body: { ignore_permissions: 1 } });
      await refused(world, { ask: `POST /api/v1/Invoice/INV-00001/${action}?ignore_permissions=1`, body: {} });
    }
    await refused(world, { ask: 'POST /api/v1/Invoice/bulk', body: { action: 'update', docs: [], force: true } });
  });
});

test('a computed, fetched or read-only place is filled by the server', async () => {
  const made = await must(world, 'POST', '/api/v1/Invoice', { customer: 'ada', customer_name: 'Mallory' });
  expect(made).toMatchObject({ customer_name: 'Ada', owner: 'Administrator', docstatus: 0, _version: 1 });
  expect(Math.abs(Date.parse(made.creation) - Date.now())).toBeLessThan(60_000);
  await must(world, 'DELETE', `/api/v1/Invoice/${made.name}?hard=true`);
  expect((await fingerprint(world)).primordials).toBe(before.primordials);
});

test('after all of it nothing has changed but what was asked', async () => {
  const { database, control } = await fingerprint(world);
  const was = before.database as Record<string, string>;
  const changed = Object.entries(database as Record<string, string>).filter(([table, digest]) => was[table] !== digest);
  // Numbers may have been used up by documents that are gone.
  expect(changed.map(([table]) => table).filter((table) => table !== 'naming_counter')).toEqual([]);
  expect(control).toEqual(before.control);
  expect(world.failures).toEqual([]);
});
