/** People with few rights at Frappe's doors: what they may not see is nowhere, and what they may not do does not happen. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Client, clientOf, type Reply, type TestApp } from '../../support/app.ts';
import { FORM, form, frappeWorld, must } from './world.ts';

let app: TestApp;
let clerk: Client;
let stranger: Client;

/** A clerk sees his own bills, without the margin (level 1), which only the boss sees. */
const BILL = {
  name: 'Bill',
  module: 'Test',
  autoname: 'prompt',
  is_submittable: 1,
  search_fields: 'margin_note,customer',
  fields: [
    { fieldname: 'customer', fieldtype: 'Data' },
    { fieldname: 'margin', fieldtype: 'Int', permlevel: 1 },
    { fieldname: 'margin_note', fieldtype: 'Data', permlevel: 1 },
    { fieldname: 'lines', fieldtype: 'Table', options: 'Bill Line' },
  ],
  permissions: [
    { role: 'Clerk', read: 1, write: 1, create: 1, if_owner: 1 },
    { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1, submit: 1, cancel: 1 },
    { role: 'System Manager', read: 1, write: 1, permlevel: 1 },
  ],
};
const LINE = {
  name: 'Bill Line',
  module: 'Test',
  istable: 1,
  fields: [
    { fieldname: 'item', fieldtype: 'Data' },
    { fieldname: 'cost', fieldtype: 'Int', permlevel: 1 },
  ],
  permissions: [],
};

beforeAll(async () => {
  app = await frappeWorld();
  for (const doctype of [LINE, BILL]) await must(app.json('POST', '/api/v1/DocType', doctype));
  clerk = await app.user({ name: 'clerk@x.test', roles: ['Clerk'] });
  stranger = await app.user({ name: 'stranger@x.test', roles: [] });
  const lines = [{ item: 'thing', cost: 4711 }];
  const bill = { customer: 'Secret Corp', margin: 4711, margin_note: 'rich', lines };
  await must(app.json('POST', '/api/resource/Bill', { name: 'boss-1', ...bill }));
  await must(clerk.json('POST', '/api/resource/Bill', { name: 'clerk-1', customer: 'Own', lines: [{ item: 'mine' }] }));
  await must(app.json('PUT', '/api/resource/Bill/clerk-1', { margin: 4711, margin_note: 'rich' }));
});
afterAll(() => app?.close());

const enc = (value: unknown) => encodeURIComponent(JSON.stringify(value));
const HIDDEN = /4711|rich|Secret Corp|boss-1/;

const READS: readonly string[] = [
  '/api/resource/Bill?fields=["*"]',
  '/api/resource/Bill?fields=["name","customer","lines.item"]',
  '/api/resource/Bill Line?parent=Bill&fields=["*"]',
  '/api/resource/Bill/clerk-1',
  '/api/v2/document/Bill?fields=["*"]',
  '/api/v2/document/Bill/clerk-1',
  '/api/v2/document/Bill/clerk-1/copy',
  '/api/v2/doctype/Bill/meta',
  '/api/method/frappe.client.get_list?doctype=Bill&fields=["*"]',
  '/api/method/frappe.client.get?doctype=Bill&name=clerk-1',
  `/api/method/frappe.client.get_value?doctype=Bill&fieldname=["*"]&filters=${enc({ customer: 'Own' })}`,
  '/api/method/frappe.desk.reportview.get?doctype=Bill&fields=["*"]',
  '/api/method/frappe.desk.search.search_link?doctype=Bill&txt=',
  '/api/method/frappe.desk.search.search_widget?doctype=Bill&txt=r',
  '/api/method/frappe.desk.form.load.getdoc?doctype=Bill&name=clerk-1',
  '/api/method/frappe.desk.form.load.getdoctype?doctype=Bill',
];

describe('what a clerk may not see', () => {
  test.each(READS)('is not in %s', async (path) => {
    const reply = await clerk.json('GET', path);
    expect(reply.status, reply.text).toBe(200);
    expect(reply.text).not.toMatch(HIDDEN);
    expect(reply.text).not.toMatch(/"margin|"cost"|margin_note/);
  });

  test.each([
    `/api/resource/Bill?filters=${enc([['margin', '>', 1]])}`,
    '/api/resource/Bill?order_by=margin desc',
    '/api/resource/Bill?group_by=margin&fields=["margin"]',
    `/api/resource/Bill?fields=${enc([{ MAX: 'margin', as: 'm' }])}`,
    '/api/resource/Bill?fields=["max(margin) as m"]',
    '/api/resource/Bill?fields=["`tabBill`.`margin`"]',
    '/api/resource/Bill?fields=["lines.cost"]',
    '/api/resource/Bill Line?parent=Bill&fields=["cost"]',
    `/api/resource/Bill Line?parent=Bill&filters=${enc([['cost', '>', 1]])}`,
    `/api/method/frappe.client.get_count?doctype=Bill&filters=${enc({ margin: 4711 })}`,
    '/api/method/frappe.client.get_value?doctype=Bill&fieldname=margin&filters=clerk-1',
    '/api/method/frappe.client.validate_link?doctype=Bill&docname=clerk-1&fields=["margin"]',
    `/api/method/frappe.desk.reportview.get_count?doctype=Bill&filters=${enc([['Bill', 'margin', '=', 4711]])}`,
  ])('cannot be asked with %s, as little as what is not there', async (path) => {
    const reply = await clerk.json('GET', path);
    const other = await clerk.json('GET', path.replaceAll('margin', 'nowhere').replaceAll('cost', 'nowhere'));
    expect([reply.status, reply.body.exc_type], reply.text).toEqual([417, 'DataError']);
    expect([other.status, other.body.exc_type]).toEqual([417, 'DataError']);
    expect(reply.body.message.replaceAll(/margin|cost/g, 'nowhere')).toBe(other.body.message);
  });

  test('nor is what others own, whichever way it is asked', async () => {
    expect((await clerk.json('GET', '/api/resource/Bill')).body.data).toEqual([{ name: 'clerk-1' }]);
    expect((await clerk.json('GET', '/api/method/frappe.client.get_count?doctype=Bill')).body.message).toBe(1);
    const asked: Promise<Reply>[] = [
      clerk.json('GET', '/api/resource/Bill/boss-1'),
      clerk.json('GET', '/api/method/frappe.client.get?doctype=Bill&name=boss-1'),
      clerk.json('PUT', '/api/resource/Bill/boss-1', { customer: 'x' }),
      clerk.json('POST', '/api/method/frappe.client.set_value', {
        doctype: 'Bill',
        name: 'boss-1',
        fieldname: 'customer',
        value: 'x',
      }),
      clerk.json('POST', '/api/method/run_doc_method', { dt: 'Bill', dn: 'boss-1', method: 'anything' }),
    ];
    for (const reply of await Promise.all(asked))
      expect([reply.status, reply.body.exc_type], reply.text).toEqual([404, 'DoesNotExistError']);
    const may = await clerk.json('GET', '/api/method/frappe.client.has_permission?doctype=Bill&docname=boss-1');
    expect(may.body.message).toEqual({ has_permission: false });
  });
});

describe('what a clerk may not do', () => {
  test('change a field of a higher level, by any door; a field that is not there is told the same', async () => {
    const tries = [
      clerk.json('PUT', '/api/resource/Bill/clerk-1', { margin: 1, nowhere: 1 }),
      clerk.json('PUT', '/api/v2/document/Bill/clerk-1', { margin: 1 }),
      clerk.json('POST', '/api/method/frappe.client.set_value', {
        doctype: 'Bill',
        name: 'clerk-1',
        fieldname: 'margin',
        value: 1,
      }),
      clerk.json('POST', '/api/method/frappe.client.save', { doc: { doctype: 'Bill', name: 'clerk-1', margin: 1 } }),
      clerk.json('POST', '/api/method/frappe.client.bulk_update', {
        docs: [{ doctype: 'Bill', docname: 'clerk-1', margin: 1 }],
      }),
      clerk.json('POST', '/api/method/frappe.desk.form.save.savedocs', {
        doc: { doctype: 'Bill', name: 'clerk-1', margin: 1 },
        action: 'Save',
      }),
    ];
    for (const reply of await Promise.all(tries)) expect(reply.text).not.toMatch(HIDDEN);
    expect((await app.json('GET', '/api/resource/Bill/clerk-1')).body.data.margin).toBe(4711);
    const [note] = JSON.parse(
      (await clerk.json('PUT', '/api/resource/Bill/clerk-1', { margin: 1, nowhere: 1 })).body._debug_messages,
    );
    expect(note).toContain('margin, nowhere');
  });
  test('submit, cancel, delete, rename, share', async () => {
    const doc = { doctype: 'Bill', name: 'clerk-1' };
    const tries = [
      clerk.json('PUT', '/api/resource/Bill/clerk-1', { docstatus: 1 }),
      clerk.json('POST', '/api/method/frappe.client.submit', { doc }),
      clerk.json('POST', '/api/resource/Bill', { name: 'clerk-2', docstatus: 1 }),
      clerk.json('DELETE', '/api/resource/Bill/clerk-1'),
      clerk.json('POST', '/api/method/frappe.client.delete', doc),
      clerk.json('POST', '/api/method/frappe.share.add', { ...doc, user: 'stranger@x.test' }),
    ];
    for (const reply of await Promise.all(tries))
      expect([reply.status, reply.body.exc_type], reply.text).toEqual([403, 'PermissionError']);
    const items = { doctype: 'Bill', items: ['clerk-1'] };
    expect((await clerk.json('POST', '/api/method/frappe.desk.reportview.delete_items', items)).body.message).toEqual([
      'clerk-1',
    ]);
    expect((await app.json('GET', '/api/resource/Bill/clerk-1')).body.data.docstatus).toBe(0);
    expect((await app.json('GET', '/api/resource/Bill/clerk-2')).status).toBe(404);
  });
});

test('to somebody without any right the DocType is not there', async () => {
  const paths = [
    '/api/resource/Bill',
    '/api/resource/Bill/boss-1',
    '/api/v2/doctype/Bill/meta',
    '/api/v2/doctype/Bill/count',
  ];
  for (const path of paths) {
    const reply = await stranger.json('GET', path);
    const other = await stranger.json('GET', path.replace('Bill', 'Nowhere'));
    expect(reply.status, path).toBe(404);
    expect(reply.text.replaceAll('Bill', 'Nowhere').replace(reply.body.request_id, '')).toBe(
      other.text.replace(other.body.request_id, ''),
    );
  }
});

describe('MASS: what a body cannot set', () => {
  test('MASS-01 system columns', async () => {
    const foreign = {
      owner: 'boss@x.test',
      creation: '2001-01-01 00:00:00',
      modified: '2001-01-01 00:00:00',
      modified_by: 'boss@x.test',
      idx: 9,
      _version: 77,
      id: '00000000-0000-7000-8000-000000000000',
      _assign: '["boss@x.test"]',
      parent: 'x',
    };
    const { data } = (await must(clerk.json('POST', '/api/resource/Bill', { name: 'mass', customer: 'C', ...foreign })))
      .body;
    expect(data).toMatchObject({ owner: 'clerk@x.test', modified_by: 'clerk@x.test', docstatus: 0 });
    expect(data.creation > '2020').toBe(true);
    expect(data.id).not.toBe(foreign.id);
    for (const key of ['owner', 'creation', 'modified_by', 'id'] as const) {
      const reply = await clerk.json('PUT', '/api/resource/Bill/mass', { [key]: foreign[key] });
      expect([reply.status, reply.body.exc_type], key).toEqual([417, 'CannotChangeConstantError']);
    }
  });
  test('MASS-04 switches of the inside', async () => {
    const switches = {
      ignore_permissions: 1,
      flags: { ignore_permissions: 1 },
      ignore_mandatory: true,
      __islocal: 0,
      in_import: 1,
      run_as: 'Administrator',
      user: 'Administrator',
      as_user: 'Administrator',
      tenant: 'other',
      force: 1,
      validate: false,
    };
    const query = new URLSearchParams(
      Object.entries(switches).map(([key, value]): [string, string] => [key, String(value)]),
    );
    expect((await clerk.json('GET', `/api/resource/Bill?${query}`)).body.data).not.toContainEqual({ name: 'boss-1' });
    expect(
      (await clerk.json('POST', '/api/method/frappe.client.get_list', { doctype: 'Bill', ...switches })).text,
    ).not.toMatch(HIDDEN);
    expect((await clerk.json('PUT', '/api/resource/Bill/boss-1', { customer: 'x', ...switches })).status).toBe(404);
    expect((await clerk.json('POST', '/api/resource/Task', { name: 'm', ...switches })).status).toBe(404);
    expect((await app.json('POST', '/api/resource/Task', { name: 'm', ...switches })).body.exc_type).toBe(
      'MandatoryError',
    );
    const { args } = (await must(app.json('POST', '/api/method/test_app.api.echo', { a: 1, ...switches }))).body
      .message;
    expect(Object.keys(args).sort()).toEqual(['__islocal', 'a', 'force', 'tenant', 'user', 'validate']);
  });
  test('MASS-03 their own User, by any door', async () => {
    const more = { roles: [{ role: 'System Manager' }], user_type: 'System User', enabled: 1, new_password: 'x' };
    const name = 'clerk@x.test';
    const tries = [
      clerk.json('PUT', `/api/resource/User/${name}`, more),
      clerk.json('POST', '/api/method/frappe.client.set_value', { doctype: 'User', name, fieldname: more }),
      clerk.json('POST', '/api/method/frappe.client.insert', {
        doc: { doctype: 'Has Role', parent: name, parenttype: 'User', parentfield: 'roles', role: 'System Manager' },
      }),
      clerk.json('POST', '/api/method/run_doc_method', {
        dt: 'User',
        dn: name,
        method: 'add_roles',
        args: { roles: 'System Manager' },
      }),
    ];
    for (const reply of await Promise.all(tries)) expect(reply.status, reply.text).toBeGreaterThanOrEqual(400);
    const { data } = (await must(app.json('GET', `/api/resource/User/${name}`))).body;
    expect(data.roles.map((row: { role: string }) => row.role)).toEqual(['Clerk']);
  });
});

describe('AUTZ-10 which methods there are', () => {
  test.each([
    'frappe.client.get_password',
    'frappe.db.sql',
    'frappe.client.__proto__',
    'toString',
    'frappe.client',
    'frappe.client.get_list.constructor',
    'frappe.core.doctype.user.user.add_role',
    'run_doc_method.call',
  ])('%s is none', async (path) => {
    for (const method of ['GET', 'POST']) {
      const reply = await clerk.json(method, `/api/method/${path}`, method === 'GET' ? undefined : {});
      expect([reply.status, reply.body.exc_type], reply.text).toEqual([404, 'DoesNotExistError']);
    }
  });
  test('no GET writes', async () => {
    const calls = [
      'frappe.client.delete?doctype=Bill&name=clerk-1',
      'frappe.client.set_value?doctype=Bill&name=clerk-1&fieldname=customer&value=x',
      'frappe.client.insert?doc={"doctype":"Bill","name":"by-get"}',
      'frappe.desk.form.save.savedocs?doc={"doctype":"Bill","name":"by-get"}&action=Save',
      'logout',
    ];
    for (const call of calls)
      expect((await app.json('GET', `/api/method/${call}`)).body.exc_type, call).toBe('PermissionError');
  });
});

describe('TOKN-11 an API key, as Frappe writes it', () => {
  const key = async (scopes?: readonly string[]): Promise<Client> => {
    const { token } = (await must(app.json('POST', '/api/v1/auth/api-keys', { label: 'test', scopes }))).body;
    const client = clientOf(app.url, '');
    return {
      token,
      json: (method, path, ask, headers) =>
        client.json(method, path, ask, { authorization: `token ${token}`, ...headers }),
    };
  };
  test('is the user', async () => {
    const client = await key();
    expect((await client.json('GET', '/api/method/frappe.auth.get_logged_user')).body).toEqual({
      message: 'Administrator',
    });
    expect((await client.json('POST', '/api/method/test_app.api.echo', {})).status).toBe(200);
  });
  test('reaches as far as its scopes', async () => {
    const client = await key(['Bill:read']);
    expect((await client.json('GET', '/api/resource/Bill/boss-1')).status).toBe(200);
    expect((await client.json('GET', '/api/method/frappe.client.get_count?doctype=Bill')).status).toBe(200);
    expect((await client.json('PUT', '/api/resource/Bill/boss-1', { customer: 'x' })).status).toBe(403);
    expect((await client.json('GET', '/api/resource/Task')).status).toBeGreaterThanOrEqual(403);
    expect((await client.json('POST', '/api/method/test_app.api.echo', {})).status).toBe(403);
    expect((await client.json('POST', '/', { cmd: 'test_app.api.echo' })).status).toBe(403);
  });
});

describe('WEBX-03 a cookie and a foreign page', () => {
  test('a form of another site does nothing', async () => {
    const cookie = { cookie: `sid=${app.token}` };
    const foreign = { ...FORM, ...cookie, origin: 'https://evil.test' };
    const reply = await app.anonymous.json('POST', '/api/resource/Task', form({ name: 'csrf', title: 'x' }), foreign);
    expect([reply.status, reply.body.exc_type]).toEqual([400, 'CSRFTokenError']);
    const silent = await app.anonymous.json('POST', '/', form({ cmd: 'test_app.api.make_task', name: 'csrf' }), {
      ...FORM,
      ...cookie,
    });
    expect([silent.status, silent.body.exc_type]).toEqual([400, 'CSRFTokenError']);
    expect((await app.json('GET', '/api/resource/Task/csrf')).status).toBe(404);
    // As JSON from a program: no browser form sends that.
    expect((await app.anonymous.json('POST', '/api/resource/Task', { name: 'own', title: 'x' }, cookie)).status).toBe(
      200,
    );
  });
});
