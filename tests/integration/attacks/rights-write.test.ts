/** Writing by side doors: flags, levels, bulk, rows, rename, states, methods, other people's words (MASS, AUTZ, SCHM). */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Reply } from '../../support/app.ts';
import { withClient } from './oracles.ts';
import { at, MARGIN, openRightsWorld, type Person, type RightsWorld, resource, v2 } from './rights-world.ts';

let world: RightsWorld;
let before: Record<string, string>;

beforeAll(async () => {
  world = await openRightsWorld();
});
afterAll(() => {
  expect(world.failures).toEqual([]);
  return world.app.close();
});
beforeEach(async () => {
  before = await tables();
});

const REFUSED = [400, 401, 403, 404, 405, 409, 417];
const refused = (reply: Reply, ask = '') =>
  expect(REFUSED, `${ask} ${reply.text.slice(0, 400)}`).toContain(reply.status);

/** G2: every table but those that requests themselves keep. */
async function unchanged(): Promise<void> {
  expect(await tables()).toEqual(before);
}

function tables(): Promise<Record<string, string>> {
  return withClient(world.app.databaseUrl, async (client) => {
    const { rows } = await client.query(`
      select table_name as what, md5(query_to_xml(format('select t::text as r from %I.%I t order by 1', table_schema, table_name), true, false, '')::text) as digest
        from information_schema.tables where table_schema = 'public' and table_name not in ('m_session', 'm_api_key', 'm_audit')
      union all select 'columns', md5(string_agg(concat_ws('.', table_name, column_name, data_type), ',' order by table_name, column_name))
        from information_schema.columns where table_schema = 'public'`);
    return Object.fromEntries(rows.map((row) => [row.what, row.digest]));
  });
}

/** Every way to change a document. */
const writesOf = (doctype: string, name: string, given: Record<string, unknown>): [ask: string, body: unknown][] => {
  const doc = { doctype, name, ...given };
  const [field, value] = Object.entries(given)[0] as [string, unknown];
  return [
    [`PUT ${at(doctype, name)}`, given],
    [`PATCH ${at(doctype, name)}`, given],
    [`POST ${at(doctype, 'bulk')}`, { action: 'update', docs: [{ name, ...given }] }],
    [`POST ${at(doctype, 'bulk')}`, { action: 'update', filters: [['name', '=', name]], data: given }],
    [`PUT ${resource(doctype, name)}`, given],
    [`POST ${resource(doctype, name)}`, given],
    [`PUT ${v2(doctype, name)}`, given],
    [`PATCH ${v2(doctype, name)}`, given],
    ['POST /api/method/frappe.client.set_value', { doctype, name, fieldname: field, value }],
    ['POST /api/method/frappe.client.set_value', { doctype, name, fieldname: given }],
    ['POST /api/method/frappe.client.save', { doc }],
    ['POST /api/method/frappe.client.bulk_update', { docs: [{ ...doc, docname: name }] }],
    ['POST /api/method/frappe.desk.form.save.savedocs', { doc, action: 'Save' }],
    ['POST /', { cmd: 'frappe.client.save', doc }],
  ];
};

const FLAGS = {
  ignore_permissions: 1,
  ignore_mandatory: 1,
  ignore_validate: 1,
  ignore_links: 1,
  ignore_user_permissions: 1,
  in_import: 1,
  run_as: 'Administrator',
  as_user: 'Administrator',
  user: 'Administrator',
  app: 'x',
  tenant: 'other',
  validate: false,
  force: 1,
  flags: { ignore_permissions: true, ignore_validate: true },
  __unsaved: 1,
  actor: 'Administrator',
  system: true,
};

test('MASS-04: no switch of the inside is reached from the wire', async () => {
  const { alice, svc, guest } = world;
  const headers = {
    'x-user-id': 'Administrator',
    'x-user': 'Administrator',
    'x-forwarded-user': 'Administrator',
    'x-frappe-user': 'Administrator',
    'x-roles': 'Administrator',
    'x-hasura-role': 'admin',
    'x-tenant-id': 'other',
    'x-http-method-override': 'DELETE',
    'x-original-url': '/api/v1/Secret',
  };
  for (const who of [alice, svc, guest])
    for (const [doctype, name] of [
      ['Invoice', 'INV-00003'],
      ['Secret', 'plan-1'],
      ['Note', 'note-of-bob'],
    ] as const) {
      for (const [ask, body] of writesOf(doctype, name, { text: 'x', remark: 'x' })) {
        const doc = 'doc' in (body as object) ? { doc: { ...(body as { doc: object }).doc, ...FLAGS } } : {};
        const reply = await who.ask(ask, { ...(body as object), ...FLAGS, ...doc }, headers);
        if (!ask.includes('bulk_update')) refused(reply, `${who.name} ${ask}`);
      }
      const query = new URLSearchParams(
        Object.entries(FLAGS).map(([key, value]): [string, string] => [key, JSON.stringify(value)]),
      );
      for (const path of [at(doctype, name), resource(doctype, name), v2(doctype, name)]) {
        refused(await who.ask(`GET ${path}?${query}`, undefined, headers));
        refused(await who.ask(`DELETE ${path}?${query}`, undefined, headers));
      }
      await who.ask(`GET ${resource(doctype)}?${query}&fields=["*"]`, undefined, headers);
      await who.ask(
        `GET /api/method/frappe.client.get_list?doctype=${doctype}&${query}&fields=["*"]`,
        undefined,
        headers,
      );
    }
  await unchanged();
});

test('MASS-09: what one may not write stays as it is, by every door, and in what is new', async () => {
  const { alice, admin } = world;
  for (const [doctype, name, given] of [
    ['Invoice', 'INV-00001', { margin: 1 }],
    ['Invoice', 'INV-00001', { inner_note: 'x' }],
    ['Invoice', 'INV-00001', { inner_items: [] }],
    ['Customer', 'cust-a', { credit_limit: 1 }],
    ['Shop Rules', 'Shop Rules', { inner_note: 'x' }],
  ] as [string, string, Record<string, unknown>][])
    for (const [ask, body] of writesOf(doctype, name, given)) await alice.ask(ask, body);
  const { items } = (await admin.ask(`GET ${at('Invoice', 'INV-00001')}`)).body;
  const [row] = items;
  for (const cost of [{ cost: 1 }, { inner_note: 'x' }])
    for (const [ask, body] of writesOf('Invoice', 'INV-00001', { items: [{ name: row.name, ...cost }] }))
      await alice.ask(ask, body);
  for (const [ask, body] of writesOf('Invoice Item', row.name, { cost: 1 })) await alice.ask(ask, body);
  const stored = (await admin.ask(`GET ${at('Invoice', 'INV-00001')}`)).body;
  expect(stored).toMatchObject({ margin: MARGIN, inner_note: world.canary('inner') });
  expect(stored.items[0]).toMatchObject({ cost: 5839174, inner_note: world.canary('inner') });
  expect(stored.inner_items).toHaveLength(1);
  expect((await admin.ask(`GET ${at('Customer', 'cust-a')}`)).body.credit_limit).toBe(6402913);
  // Rows are kept by their names: who does not see their hidden fields does not empty them.
  const kept = await alice.ask(`PATCH ${at('Invoice', 'INV-00001')}`, { items: [{ name: row.name, qty: 9 }] });
  expect(kept.status, kept.text).toBe(200);
  expect((await admin.ask(`GET ${at('Invoice', 'INV-00001')}`)).body.items[0]).toMatchObject({ qty: 9, cost: 5839174 });
  refused(await alice.ask(`POST ${at('Invoice')}`, { company: 'A', margin: 5 }));
  for (const [ask, body] of [
    [`POST ${resource('Invoice')}`, { company: 'A', margin: 5, items: [{ cost: 3 }] }],
    ['POST /api/method/frappe.client.insert', { doc: { doctype: 'Invoice', company: 'A', margin: 5 } }],
    [`POST ${at('Invoice', 'INV-00001', 'duplicate')}`, {}],
  ] as [string, object][]) {
    const made = await alice.ask(ask, body);
    if (made.status >= 400) continue;
    const { name } = made.body.data ?? made.body.message ?? made.body;
    const copy = (await admin.ask(`GET ${at('Invoice', name)}`)).body;
    expect(Number(copy.margin ?? 0), ask).toBe(0);
    expect(copy.inner_note ?? null).toBe(null);
    expect(copy.inner_items).toEqual([]);
    for (const each of copy.items) expect([Number(each.cost ?? 0), each.inner_note ?? null]).toEqual([0, null]);
    expect((await admin.ask(`DELETE ${at('Invoice', name)}`)).status).toBe(204);
  }
});

describe('AUTZ-01', () => {
  test('a mix of one’s own and others’: all or nothing, or each for itself, and nothing of the others’', async () => {
    const { alice, bob, svc, admin } = world;
    const mixed = ['INV-00001', 'INV-00003', 'INV-99999', 'INV-00004'];
    for (const who of [alice, svc])
      for (const [action, data] of [
        ['update', { remark: 'x' }],
        ['delete', {}],
        ['submit', {}],
        ['cancel', {}],
      ] as const) {
        const docs = mixed.map((name) => ({ name, ...data }));
        refused(await who.ask(`POST ${at('Invoice', 'bulk')}`, { action, docs }), action);
      }
    await unchanged();
    const each = await alice.ask(`POST ${at('Invoice', 'bulk')}`, {
      action: 'update',
      docs: mixed.map((name) => ({ name, amount: 3 })),
      atomic: false,
    });
    expect(each.body.results.map(({ ok }: { ok: boolean }) => ok)).toEqual([true, false, false, true]);
    const [hidden, missing] = [1, 2].map((index) =>
      JSON.stringify(each.body.results[index]).replaceAll(mixed[index] as string, '·'),
    );
    expect(hidden).toBe(missing);
    const failed = await alice.ask('POST /api/method/frappe.client.bulk_update', {
      docs: mixed.map((docname) => ({ doctype: 'Invoice', docname, amount: 4 })),
    });
    const [one, other] = failed.body.message.failed_docs.map((each: { doc: { docname: string } }) =>
      JSON.stringify(each).replaceAll(each.doc.docname, '·'),
    );
    expect(one).toBe(other);
    const kept = await alice.ask('POST /api/method/frappe.desk.reportview.delete_items', {
      doctype: 'Invoice',
      items: ['INV-00003', 'INV-99999'],
    });
    expect(kept.body.message).toEqual(['INV-00003', 'INV-99999']);
    const stored = (await admin.ask(`GET ${at('Invoice', 'INV-00003')}`)).body;
    expect(stored.amount).toBe(100);
    expect((await bob.ask(`GET ${at('Invoice', 'INV-00003')}`)).status).toBe(200);
  });

  test('filters reach nobody else’s', async () => {
    const { alice, admin } = world;
    const changed = await alice.ask(`POST ${at('Invoice', 'bulk')}`, {
      filters: [['name', 'is', 'set']],
      data: { amount: 11 },
    });
    expect(changed.body.succeeded).toBe(3);
    const rest = (await admin.ask(`GET ${at('Invoice')}?filters=[["amount","=",11]]&limit=1`)).body.total;
    expect(rest).toBe(3);
    await refusedAll(alice, [[`POST ${at('Invoice', 'bulk')}`, { action: 'delete', filters: [['margin', '>', 1]] }]]);
    await refusedAll(alice, [[`POST ${at('Secret', 'bulk')}`, { action: 'delete', filters: [['name', 'is', 'set']] }]]);
  });
});

async function refusedAll(who: Person, asks: readonly (readonly [string, unknown?])[]): Promise<void> {
  for (const [ask, body] of asks) refused(await who.ask(ask, body), `${who.name} ${ask}`);
}

test('AUTZ-02: rows change as their document may, and with it', async () => {
  const { alice, bob, svc, pat, admin, mgr } = world;
  const mine = (await admin.ask(`GET ${at('Invoice', 'INV-00001')}`)).body;
  const others = ['INV-00003', 'INV-00005'];
  for (const name of others) {
    const { items, inner_items } = (await admin.ask(`GET ${at('Invoice', name)}`)).body;
    for (const [doctype, row] of [
      ['Invoice Item', items[0].name],
      ['Inner Item', inner_items[0].name],
    ] as const)
      for (const who of [alice, pat, svc, mgr]) {
        for (const [ask, body] of writesOf(doctype, row, { item: 'x', qty: 1 }))
          if (!ask.includes('bulk_update')) refused(await who.ask(ask, body), `${who.name} ${ask}`);
        await refusedAll(who, [
          [`DELETE ${at(doctype, row)}`],
          [`DELETE ${resource(doctype, row)}`],
          [`DELETE ${v2(doctype, row)}`],
          ['POST /api/method/frappe.client.delete', { doctype, name: row }],
          [`POST ${resource(doctype)}`, { parent: name, parenttype: 'Invoice', parentfield: 'items', item: 'x' }],
          [`POST ${at(doctype)}`, { parent: name, parenttype: 'Invoice', parentfield: 'items', item: 'x' }],
          [
            'POST /api/method/frappe.client.insert',
            { doc: { doctype, parent: name, parenttype: 'Invoice', parentfield: 'items' } },
          ],
        ]);
      }
  }
  // Bob may cancel his submitted invoice, not change its rows.
  const { items } = (await bob.ask(`GET ${at('Invoice', 'INV-00005')}`)).body;
  await refusedAll(bob, [
    [`PUT ${resource('Invoice Item', items[0].name)}`, { qty: 99 }],
    [`DELETE ${resource('Invoice Item', items[0].name)}`],
    [
      `POST ${resource('Invoice Item')}`,
      { parent: 'INV-00005', parenttype: 'Invoice', parentfield: 'items', item: 'x' },
    ],
    [
      `POST ${resource('Invoice Item')}`,
      { parent: 'INV-00004', parenttype: 'Invoice', parentfield: 'items', item: 'x' },
    ],
  ]);
  await unchanged();
  const moved = await alice.ask(`PUT ${resource('Invoice Item', mine.items[0].name)}`, { qty: 5 });
  expect(moved.status, moved.text).toBe(200);
  const then = (await admin.ask(`GET ${at('Invoice', 'INV-00001')}`)).body;
  expect(then._version).toBe(mine._version + 1);
  expect(then.items[0]).toMatchObject({ qty: 5, cost: 5839174, parent: 'INV-00001' });
  // Nor does a row leave for another document.
  await alice.ask(`PUT ${resource('Invoice Item', mine.items[0].name)}`, {
    parent: 'INV-00003',
    parentfield: 'inner_items',
  });
  expect((await admin.ask(`GET ${at('Invoice', 'INV-00003')}`)).body.items).toHaveLength(1);
});

test('AUTZ-06: to rename needs writing, to merge writing and deleting, both documents in reach', async () => {
  const { alice, pat, svc, admin, mgr, hr } = world;
  const asks = (doctype: string, name: string, to: string, merge: boolean): [string, object][] => [
    [`POST ${at(doctype, name, 'rename')}`, { name: to, merge }],
    ['POST /api/method/frappe.client.rename_doc', { doctype, old_name: name, new_name: to, merge: Number(merge) }],
  ];
  for (const merge of [false, true]) {
    await refusedAll(alice, asks('Customer', 'cust-a', 'cust-b', merge));
    await refusedAll(alice, asks('Customer', 'cust-b', 'cust-a', merge));
    await refusedAll(alice, asks('Customer', 'cust-b', 'cust-new', merge));
    await refusedAll(alice, asks('Company', 'A', 'B', merge));
    await refusedAll(hr, asks('Company', 'A', 'B', merge));
    for (const who of [alice, pat, svc]) {
      await refusedAll(who, asks('DocType', 'Note', 'Letter', merge));
      await refusedAll(who, asks('User', who.name, 'Administrator', merge));
      await refusedAll(who, asks('Role', 'Sales User', 'System Manager', merge));
      await refusedAll(who, asks('Secret', 'plan-1', 'plan-2', merge));
    }
    await refusedAll(svc, asks('Customer', 'cust-a', 'cust-c', merge));
    await refusedAll(mgr, asks('Invoice', 'INV-00001', 'INV-00002', merge));
  }
  const [hidden, missing] = await Promise.all(
    ['cust-b', 'cust-q'].map(async (to) =>
      (await alice.ask(`POST ${at('Customer', 'cust-a', 'rename')}`, { name: to, merge: true })).text
        .replaceAll(to, '·')
        .replace(/"request_id":"[^"]*"/, ''),
    ),
  );
  expect(hidden).toBe(missing);
  await unchanged();
  // What one may read and no more is not merged into either, and that is said.
  const { bob } = world;
  expect((await bob.ask('POST /api/v1/share', { doctype: 'Note', name: 'note-of-bob', user: 'alice' })).status).toBe(
    200,
  );
  const merge = { name: 'note-of-bob', merge: true };
  const into = await alice.client.json('POST', at('Note', 'note-of-alice', 'rename'), merge);
  expect(into.status, into.text).toBe(403);
  expect((await bob.ask('DELETE /api/v1/share?doctype=Note&name=note-of-bob&user=alice')).status).toBe(204);
  // What is renamed is renamed everywhere, in documents out of reach too.
  const renamed = await alice.ask(`POST ${at('Customer', 'cust-a', 'rename')}`, { name: 'cust-aa' });
  expect(renamed.status, renamed.text).toBe(200);
  expect((await admin.ask(`GET ${at('Invoice', 'INV-00001')}`)).body).toMatchObject({
    customer: 'cust-aa',
    ref_name: 'cust-aa',
  });
  expect((await alice.ask(`POST ${at('Customer', 'cust-aa', 'rename')}`, { name: 'cust-a' })).status).toBe(200);
});

test('AUTZ-08: a state changes by its own right and way, by no door beside', async () => {
  const { alice, bob, svc, admin } = world;
  for (const docstatus of [1, 2, '1', '2', 1.5, true, -1])
    for (const who of [alice, svc])
      for (const [ask, body] of writesOf('Invoice', 'INV-00001', { docstatus }))
        if (!ask.includes('bulk_update')) refused(await who.ask(ask, body), `${who.name} ${ask} ${docstatus}`);
        else await who.ask(ask, body);
  await refusedAll(alice, [
    [`POST ${at('Invoice', 'INV-00001', 'submit')}`, {}],
    [`POST ${at('Invoice', 'INV-00001', 'cancel')}`, {}],
    [`POST ${at('Invoice', 'INV-00001', 'amend')}`, {}],
    ['POST /api/method/frappe.client.submit', { doc: { doctype: 'Invoice', name: 'INV-00001' } }],
    ['POST /api/method/frappe.client.cancel', { doctype: 'Invoice', name: 'INV-00001' }],
    [
      'POST /api/method/frappe.desk.form.save.savedocs',
      { doc: { doctype: 'Invoice', name: 'INV-00001' }, action: 'Submit' },
    ],
    ['POST /api/method/frappe.client.insert', { doc: { doctype: 'Invoice', company: 'A', docstatus: 1 } }],
    [`POST ${resource('Invoice')}`, { company: 'A', docstatus: 1 }],
    [`POST ${resource('Invoice')}`, { company: 'A', docstatus: 2 }],
    [`POST ${at('Invoice')}`, { company: 'A', docstatus: 1 }],
    [`POST ${at('Invoice')}`, { company: 'A', amended_from: 'INV-00005' }],
    [`POST ${at('Invoice')}`, { company: 'A', amended_from: 'INV-00001' }],
    [`PATCH ${at('Invoice', 'INV-00001')}`, { amended_from: 'INV-00005' }],
  ]);
  await unchanged();
  // Submitted: no field, no row, no way back, no deletion.
  const { items } = (await bob.ask(`GET ${at('Invoice', 'INV-00005')}`)).body;
  for (const given of [
    { amount: 1 },
    { docstatus: 0 },
    { items: [] },
    { items: [...items, { item: 'more' }] },
    { items: [{ name: items[0].name, qty: 8 }] },
    { company: null },
  ])
    for (const [ask, body] of writesOf('Invoice', 'INV-00005', given))
      if (!ask.includes('bulk_update')) refused(await bob.ask(ask, body), `bob ${ask} ${JSON.stringify(given)}`);
      else await bob.ask(ask, body);
  await refusedAll(bob, [
    [`DELETE ${at('Invoice', 'INV-00005')}`],
    [`DELETE ${at('Invoice', 'INV-00005')}?hard=true`],
    [`DELETE ${resource('Invoice', 'INV-00005')}`],
    [`POST ${at('Invoice', 'INV-00005', 'amend')}`, {}],
    [`POST ${at('Invoice', 'bulk')}`, { action: 'delete', docs: ['INV-00005'] }],
  ]);
  await unchanged();
  expect((await bob.ask(`POST ${at('Invoice', 'INV-00005', 'cancel')}`, {})).status).toBe(200);
  expect((await admin.ask(`GET ${at('Invoice', 'INV-00005')}`)).body.docstatus).toBe(2);
  await refusedAll(bob, [
    [`POST ${at('Invoice', 'INV-00005', 'submit')}`, {}],
    [`PATCH ${at('Invoice', 'INV-00005')}`, { amount: 1 }],
    [`PUT ${resource('Invoice', 'INV-00005')}`, { docstatus: 1 }],
  ]);
});

test('AUTZ-10: what is not listed is not called', async () => {
  const { alice, guest, svc, admin } = world;
  const names = [
    'constructor',
    '__proto__',
    'toString',
    'a.prototype.constructor',
    '../x',
    'hasOwnProperty',
    'valueOf',
    'then',
    '__defineGetter__',
    'frappe',
    'frappe.client',
    'frappe.client.',
    '.frappe.client.get',
    'frappe.client.get.constructor',
    'frappe.db.sql',
    'frappe.get_all',
    'frappe.client._get',
    'frappe.client.get_password',
    'frappe.utils.password.get_decrypted_password',
    'frappe.core.doctype.user.user.generate_keys',
    'frappe.model.db_query.get_list',
    'frappe.desk.query_report.run',
    'frappe.utils.print_format.download_pdf',
    'os.system',
    'process.exit',
    'eval',
    'require',
    'import',
    'frappe.integrations.utils.make_get_request',
    'frappe.desk.form.utils.validate_link',
    'frappe.permissions.add_permission',
    'frappe.core.doctype.user_permission.user_permission.add_user_permissions',
    ...['salary', 'secret', 'secret_row', 'zalary'].map((name) => `a.doctype.${name}.${name}.run`),
    ...Array.from({ length: 200 }, (_, index) => `x${index}.${(index * 7919).toString(36)}.run_${index}`),
  ];
  for (const name of names)
    for (const path of ['/api/method/', '/api/v2/method/']) {
      const reply = await alice.ask(`POST ${path}${encodeURIComponent(name)}`, { doctype: 'Invoice' });
      expect(reply.status, `${name} ${reply.text}`).toBe(404);
      for (const word of ['Salary', 'Secret']) expect(reply.text, name).not.toContain(word);
      expect([401, 404]).toContain((await guest.ask(`POST ${path}${encodeURIComponent(name)}`, {})).status);
    }
  for (const method of [
    'constructor',
    '__proto__',
    'toString',
    'submit',
    'save',
    'delete',
    'on_update',
    'validate',
    'before_insert',
    'hooks',
  ]) {
    for (const [doctype, name] of [
      ['Invoice', 'INV-00001'],
      ['Invoice', 'INV-00003'],
      ['Secret', 'plan-1'],
    ] as const)
      for (const who of [alice, admin, svc])
        for (const [ask, body] of [
          [`POST ${resource(doctype, name)}`, { run_method: method }],
          [`GET ${resource(doctype, name)}?run_method=${method}`],
          [`POST ${v2(doctype, name, 'method', method)}`, {}],
          [`POST /api/v2/method/${doctype}/${method}`, {}],
          [`POST /api/v1/rpc/${doctype}/${method}`, {}],
          [`POST /api/v1/rpc/fn/${method}`, {}],
          ['POST /api/method/run_doc_method', { dt: doctype, dn: name, method }],
        ] as [string, object?][])
          expect([403, 404], `${who.name} ${ask}`).toContain((await who.ask(ask, body)).status);
  }
  const writing = [
    'set_value',
    'insert',
    'save',
    'submit',
    'cancel',
    'delete',
    'rename_doc',
    'bulk_update',
    'insert_many',
  ];
  for (const name of writing) {
    refused(await alice.ask(`GET /api/method/frappe.client.${name}?doctype=Note&name=note-of-alice`));
    expect((await guest.ask(`POST /api/method/frappe.client.${name}`, { doctype: 'Note' })).status).toBe(401);
  }
  await unchanged();
});

test('AUTZ-13: who asks is who signed in, whatever is said', async () => {
  const { alice, svc, admin } = world;
  const named = [
    'user=bob',
    'owner=bob',
    'as_user=bob',
    'accountId=bob',
    'usr=bob',
    'user=Administrator',
    'run_as=Administrator',
  ];
  for (const said of named)
    for (const path of [
      at('Note'),
      resource('Note'),
      v2('Note'),
      '/api/v1/auth/me',
      '/api/v1/auth/sessions',
      '/api/v1/auth/api-keys',
      '/api/v1/share',
      '/api/method/frappe.auth.get_logged_user',
      '/api/method/frappe.client.get_list?doctype=Note',
      '/api/method/frappe.client.get_count?doctype=Note',
    ]) {
      const reply = await alice.ask(`GET ${path}${path.includes('?') ? '&' : '?'}${said}`);
      if (reply.status === 200 && path.includes('logged_user')) expect(reply.body.message).toBe('alice');
      expect(reply.text).not.toContain('note-of-bob');
    }
  for (const [ask, body] of [
    [`POST ${at('Note')}`, { name: 'n1', text: 'x', owner: 'bob' }],
    [`PATCH ${at('Note', 'note-of-alice')}`, { owner: 'bob' }],
    [`PATCH ${at('Note', 'note-of-alice')}`, { modified_by: 'bob' }],
    [`PUT ${resource('Note', 'note-of-alice')}`, { owner: 'bob' }],
    [
      'POST /api/method/frappe.client.set_value',
      { doctype: 'Note', name: 'note-of-alice', fieldname: 'owner', value: 'bob' },
    ],
    ['POST /api/v1/auth/api-keys', { label: 'x', user: 'bob' }],
    ['GET /api/v1/permissions/explain?doctype=Note&user=bob'],
    ['DELETE /api/v1/share?doctype=Note&name=note-of-bob&everyone=true'],
  ] as [string, object?][])
    refused(await alice.ask(ask, body), ask);
  for (const path of ['/api/v1/auth/me', '/api/v1/auth/password', '/api/v1/auth/logout', '/api/v1/auth/email'])
    for (const method of ['POST', 'PUT', 'PATCH'])
      if (!path.endsWith('logout'))
        refused(
          await svc.ask(`${method} ${path}`, {
            user: 'bob',
            password: 'another long password',
            new_password: 'another long password',
            email: 'x@y.example',
          }),
        );
  await unchanged();
  const made = await alice.ask(`POST ${resource('Note')}`, {
    name: 'n2',
    text: 'x',
    owner: 'bob',
    creation: '2001-01-01',
    modified_by: 'bob',
  });
  if (made.status < 300) {
    expect((await admin.ask(`GET ${at('Note', 'n2')}`)).body).toMatchObject({ owner: 'alice', modified_by: 'alice' });
    expect((await alice.ask(`DELETE ${at('Note', 'n2')}`)).status).toBe(204);
  }
});

test('AUTZ-19: a link out of one’s reach is one to nothing', async () => {
  const { alice, admin } = world;
  const given: [string, (to: string) => Record<string, unknown>][] = [
    ['cust-b', (customer) => ({ customer })],
    ['B', (company) => ({ company })],
    ['cust-b', (made_for) => ({ items: [{ item: 'x', made_for }] })],
    ['cust-b', (ref_name) => ({ ref_name, kind: 'Customer' })],
    ['note-of-bob', (ref_name) => ({ ref_name, kind: 'Note' })],
    ['pay-1', (ref_name) => ({ ref_name, kind: 'Salary' })],
    ['plan-1', (ref_name) => ({ ref_name, kind: 'Secret' })],
    ['INV-00005', (ref_name) => ({ ref_name, kind: 'Invoice' })],
    ['bob', (ref_name) => ({ ref_name, kind: 'Has Role' })],
  ];
  for (const [hidden, wish] of given)
    for (const [index, [ask, body]] of writesOf('Invoice', 'INV-00001', wish(hidden)).entries()) {
      const reply = await alice.ask(ask, body);
      if (!ask.includes('bulk_update')) expect([400, 417], `${ask} ${hidden} ${reply.text}`).toContain(reply.status);
      const [, other] = writesOf('Invoice', 'INV-00001', wish('zz-9'))[index] as [string, unknown];
      const nothing = await alice.ask(ask, other);
      const plain = (each: Reply, word: string) => each.text.replaceAll(word, '·').replace(/"request_id":"[^"]*"/, '');
      expect(plain(reply, hidden), ask).toBe(plain(nothing, 'zz-9'));
    }
  // A DocType that is hidden is none, however the pointer names it.
  const kinds = ['Salary', 'Secret', 'Secret Row', 'Inner Item', 'Zalary'];
  const said = new Set<string>();
  for (const kind of kinds) {
    const whole = await alice.ask(`PATCH ${at('Invoice', 'INV-00001')}`, { kind, ref_name: 'x' });
    const alone = await alice.ask(`PATCH ${at('Invoice', 'INV-00001')}`, { kind, ref_name: null });
    said.add(`${whole.text}\n${alone.text}`.replaceAll(kind, '·').replace(/"request_id":"[^"]*"/g, ''));
  }
  expect([...said]).toHaveLength(1);
  const link = await alice.ask(`POST ${at('Region')}`, { name: 'x', parent_region: 'nowhere' });
  expect(link.status).toBe(400);
  await unchanged();
  expect((await admin.ask(`GET ${at('Invoice', 'INV-00001')}`)).body.customer).toBe('cust-a');
});

test('SCHM-09: DocTypes and their parts have one way to be changed, and it is not everybody’s', async () => {
  const { alice, hr, svc, pat, guest } = world;
  const field = { fieldname: 'more', fieldtype: 'Data' };
  const asks: [string, object?][] = [
    ...(writesOf('DocType', 'Invoice', {
      fields: [field],
      permissions: [{ role: 'Sales User', read: 1, permlevel: 1 }],
    }).filter(([ask]) => !ask.includes('bulk_update')) as [string, object][]),
    ...(writesOf('DocType', 'Secret', { permissions: [{ role: 'All', read: 1 }] }).filter(
      ([ask]) => !ask.includes('bulk_update'),
    ) as [string, object][]),
    [`POST ${at('DocType')}`, { name: 'Mine', module: 'X', fields: [field] }],
    [`POST ${resource('DocType')}`, { name: 'Mine', module: 'X', fields: [field] }],
    [`DELETE ${at('DocType', 'Note')}?confirm=x`],
    [`DELETE ${resource('DocType', 'Note')}`],
    ['POST /api/v1/doctype/Invoice/plan', { fields: [field] }],
    ['POST /api/v1/doctype/Invoice/revert', { version: 1 }],
    ['GET /api/v1/doctype/Invoice/history'],
    ['POST /api/v1/permissions/Invoice/customize', {}],
    ['POST /api/v1/permissions/Invoice/reset', {}],
    ...[
      'DocField',
      'DocPerm',
      'Custom DocPerm',
      'Custom Field',
      'Property Setter',
      'Has Role',
      'Role',
      'User Permission',
      'Module Def',
      'Version',
      'Deleted Document',
      'Naming Counter',
      'DocShare',
    ].flatMap((doctype): [string, object?][] => [
      [`POST ${at(doctype)}`, ROWS[doctype] ?? { name: 'x' }],
      [`POST ${resource(doctype)}`, ROWS[doctype] ?? { name: 'x' }],
      [`POST ${v2(doctype)}`, ROWS[doctype] ?? { name: 'x' }],
      ['POST /api/method/frappe.client.insert', { doc: { doctype, ...(ROWS[doctype] ?? {}) } }],
      [`POST ${at(doctype, 'bulk')}`, { action: 'insert', docs: [ROWS[doctype] ?? { name: 'x' }] }],
    ]),
  ];
  for (const who of [alice, hr, svc, pat, guest])
    for (const [ask, body] of asks) {
      const reply = await who.ask(ask, body);
      expect([401, 403, 404], `${who.name} ${ask} ${reply.text}`).toContain(reply.status);
    }
  await unchanged();
});

const ROWS: Readonly<Record<string, object>> = {
  DocField: { parent: 'Invoice', parenttype: 'DocType', parentfield: 'fields', fieldname: 'more', fieldtype: 'Data' },
  DocPerm: { parent: 'Secret', parenttype: 'DocType', parentfield: 'permissions', role: 'All', read: 1 },
  'Custom DocPerm': { ref_doctype: 'Secret', role: 'All', read: true },
  'Custom Field': { dt: 'Invoice', fieldname: 'more', fieldtype: 'Data' },
  'Property Setter': {
    doc_type: 'Invoice',
    field_name: 'margin',
    property: 'permlevel',
    value: '0',
    doctype_or_field: 'DocField',
  },
  'Has Role': { parent: 'alice', parenttype: 'User', parentfield: 'roles', role: 'System Manager' },
  'User Permission': { user: 'bob', allow: 'Company', for_value: 'A' },
  DocShare: { share_doctype: 'Secret', share_name: 'plan-1', user: 'alice', read: true, shared_by: 'Administrator' },
};
