/** What is hidden leaves by no read path: links, expansions, rows, versions, metadata, replies about oneself (LEAK). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from './oracles.ts';
import { FILTERED, LISTS } from './rights-doors.ts';
import { at, openRightsWorld, PASSWORD, type Person, type RightsWorld, resource, v2 } from './rights-world.ts';

let world: RightsWorld;
beforeAll(async () => {
  world = await openRightsWorld();
});
afterAll(() => {
  expect(world.failures).toEqual([]);
  return world.app.close();
});

/** Every way to one document. */
const readsOf = (doctype: string, name: string): [ask: string, body?: unknown][] => [
  [`GET ${at(doctype, name)}`],
  [`GET ${at(doctype)}?name=${name}`],
  [`GET ${resource(doctype, name)}`],
  [`GET ${resource(doctype, name)}?expand_links=1`],
  [`GET ${v2(doctype, name)}`],
  [`GET ${v2(doctype, name, 'copy')}?ignore_no_copy=1`],
  [`GET /api/method/frappe.client.get?${query({ doctype, name })}`],
  [`GET /api/method/frappe.desk.form.load.getdoc?${query({ doctype, name })}`],
  [`GET ${at(doctype, name, 'versions')}`],
  [`GET ${at(doctype, name, 'shares')}`],
  ...['docinfo', 'timeline', 'links', 'comments'].map((part): [string] => [`GET ${at(doctype, name, part)}`]),
];

test('LEAK-01: the title of a customer that one may not read stands nowhere beside the link to it', async () => {
  const { alice, svc } = world;
  for (const who of [alice, svc]) {
    for (const [ask, body] of readsOf('Invoice', 'INV-00004')) {
      const reply = await who.ask(ask, body);
      expect(reply.status, `${ask} ${reply.text}`).toBe(200);
    }
    const one = await who.ask(`GET ${resource('Invoice', 'INV-00004')}?expand_links=1`);
    expect(one.body.data.customer).toBe('cust-b');
    for (const [name, door] of Object.entries(LISTS)) {
      const wish = { doctype: 'Invoice', filters: [['name', '=', 'INV-00004']], expand: 'customer,items.made_for' };
      const reply = await who.ask(...door({ ...wish, fields: ['*', 'customer.full_name', 'items.made_for'] }));
      expect([200, 400, 417], `${name} ${reply.text}`).toContain(reply.status);
    }
    const expanded = await who.ask(`GET ${at('Invoice', 'INV-00004')}?expand=customer,items.made_for,owner,kind`);
    expect([200, 400]).toContain(expanded.status);
    const plain = await who.ask(`GET ${at('Invoice', 'INV-00004')}?expand=customer,items.made_for`);
    expect(plain.body).toMatchObject({ customer: 'cust-b', items: [{ made_for: 'cust-b' }] });
    for (const method of ['search_link', 'search_widget'])
      expect(
        (await who.ask(`GET /api/method/frappe.desk.search.${method}?${query({ doctype: 'Customer', txt: 'cust-b' })}`))
          .body.message,
      ).toEqual([]);
    for (const fields of [['full_name'], ['full_name', 'credit_limit'], []]) {
      const wish = { doctype: 'Customer', docname: 'cust-b', fields_to_fetch: fields };
      expect((await who.ask(`GET /api/method/frappe.client.validate_link?${query(wish)}`)).body.message ?? {}).toEqual(
        fields.includes('credit_limit') ? expect.anything() : {},
      );
    }
  }
});

test('LEAK-02: whatever is selected or expanded, each hop shows what its reader may read', async () => {
  const { alice, pat, mgr, svc } = world;
  const fields = [
    'customer.*',
    'owner.*',
    'owner.api_key',
    'owner.password',
    'customer.credit_limit',
    'items.*',
    'items',
    '*',
    'ref_name.full_name',
    'kind.fields',
    'company.*',
    'customer.company.*',
    'owner.roles',
    'inner_items',
    'inner_items.item',
    'owner.email',
    'customer.owner',
  ];
  for (const who of [alice, svc, pat, mgr])
    for (const field of fields) {
      for (const door of Object.values(LISTS)) await who.ask(...door({ doctype: 'Invoice', fields: [field] }));
      for (const expand of ['', '&expand=customer,items.made_for,items'])
        for (const name of ['INV-00001', 'INV-00003', 'INV-00004'])
          await who.ask(`GET ${at('Invoice', name)}?fields=${encodeURIComponent(field)}${expand}`);
      await who.ask(
        `GET ${at('Invoice')}?fields=${encodeURIComponent(`["${field}"]`)}&group_by=${encodeURIComponent(field)}`,
      );
    }
  for (const expand of [
    'customer',
    'customer.company',
    'items.made_for.company',
    'owner',
    'modified_by',
    'region',
    'region.parent_region',
    'items.made_for',
    'inner_customer',
    'inner_items',
    'ref_name',
  ])
    for (const who of [alice, svc, mgr]) {
      await who.ask(`GET ${at('Invoice')}?fields=["*"]&limit=50&expand=${expand}`);
      for (const name of ['INV-00001', 'INV-00004']) await who.ask(`GET ${at('Invoice', name)}?expand=${expand}`);
    }
  const owner = await alice.ask(`GET ${at('Invoice', 'INV-00001')}?expand=owner`);
  if (owner.status === 200) expect(owner.body.owner).toBe('Administrator');
});

test('LEAK-02: fetch_from copies nothing that its writer may not read', async () => {
  const { alice, pat, hr } = world;
  const made = await alice.ask(`POST ${at('Order')}`, { name: 'order-1', customer: 'cust-a' });
  expect(made.body).toMatchObject({ customer_name: world.canary('of-a'), told: null });
  expect(Number(made.body.credit ?? 0)).toBe(0);
  for (const [ask, body] of [
    [`POST ${at('Order')}`, { name: 'order-2', customer: 'cust-b' }],
    [`PATCH ${at('Order', 'order-1')}`, { customer: 'cust-b' }],
    [`POST ${resource('Order')}`, { name: 'order-3', customer: 'cust-b' }],
    [
      'POST /api/method/frappe.client.set_value',
      { doctype: 'Order', name: 'order-1', fieldname: 'customer', value: 'cust-b' },
    ],
  ] as [string, object][])
    expect([400, 417]).toContain((await alice.ask(ask, body)).status);
  const his = await pat.ask(`POST ${at('Order')}`, { name: 'order-4', customer: 'cust-a' });
  expect(his.status, his.text).toBe(201);
  expect((await hr.ask(`GET ${at('Order', 'order-1')}`)).status).toBe(404);
  // Copies are of the order, whoever sees that.
  for (const name of ['order-1', 'order-4'])
    expect((await alice.ask(`DELETE ${at('Order', name)}?hard=true`)).status).toBe(204);
});

test('LEAK-03: rows are read through the documents that they are part of, without their hidden fields', async () => {
  const { alice, svc, pat, bob, admin } = world;
  const rows = (await admin.ask(`GET ${at('Invoice', 'INV-00001')}`)).body.items;
  const bobs = (await admin.ask(`GET ${at('Invoice', 'INV-00003')}`)).body;
  for (const who of [alice, svc]) {
    const { body } = await who.ask(`GET ${at('Invoice', 'INV-00001')}`);
    expect(body.items[0]).toMatchObject({ item: 'bolt', qty: 1 });
    expect(Object.keys(body.items[0])).not.toContain('cost');
    expect(Object.keys(body)).not.toContain('inner_items');
  }
  const lists: string[] = [
    at('Invoice Item'),
    at('Invoice Item', 'count'),
    resource('Invoice Item'),
    v2('Invoice Item'),
    `/api/v2/doctype/Invoice%20Item/count`,
    `/api/method/frappe.client.get_list?doctype=Invoice%20Item`,
    `/api/method/frappe.desk.reportview.get?doctype=Invoice%20Item&fields=["*"]`,
  ];
  for (const path of lists)
    for (const who of [alice, pat]) expect((await who.ask(`GET ${path}`)).status, path).toBe(404);
  const whole = await alice.ask(
    `GET ${resource('Invoice Item')}?${query({ parent: 'Invoice', fields: ['*'], limit: 100 })}`,
  );
  expect(whole.body.data).toHaveLength(3);
  for (const field of ['cost', 'inner_note', 'made_for.credit_limit', 'parent.margin'])
    for (const ask of [
      `GET ${resource('Invoice Item')}?${query({ parent: 'Invoice', fields: [field] })}`,
      `GET ${resource('Invoice Item')}?${query({ parent: 'Invoice', filters: [[field, 'is', 'set']] })}`,
      `GET ${resource('Invoice Item')}?${query({ parent: 'Invoice', order_by: field })}`,
      `GET /api/method/frappe.client.get_value?${query({ doctype: 'Invoice Item', parent: 'Invoice', fieldname: field, filters: '{}' })}`,
    ])
      expect((await alice.ask(ask)).status, ask).toBe(417);
  for (const parent of ['Salary', 'Secret', 'Note', 'Customer', 'Nothing', 'Invoice Item'])
    expect([404, 417]).toContain((await alice.ask(`GET ${resource('Invoice Item')}?${query({ parent })}`)).status);
  for (const row of [bobs.items[0], ...bobs.inner_items])
    for (const doctype of ['Invoice Item', 'Inner Item'])
      for (const [ask, body] of readsOf(doctype, row.name).slice(0, 8)) {
        const reply = await alice.ask(ask, body);
        expect(reply.status, `${ask} ${reply.text}`).toBe(404);
      }
  const mine = await alice.ask(`GET ${resource('Invoice Item', rows[0].name)}`);
  expect(mine.body.data).toMatchObject({ item: 'bolt' });
  expect((await bob.ask(`GET ${resource('Invoice Item', rows[0].name)}`)).status).toBe(404);
});

test('LEAK-04: a document is as visible as its rows’ links allow, by every door alike', async () => {
  const { app, admin, alice } = world;
  await app.user({ name: 'ian', roles: ['Sales User'] });
  for (const for_value of ['cust-a'])
    expect(
      (await admin.ask(`POST ${at('User Permission')}`, { user: 'ian', allow: 'Customer', for_value })).status,
    ).toBe(201);
  const made = await admin.ask(`POST ${at('Invoice')}`, {
    company: 'A',
    customer: 'cust-a',
    amount: 77,
    items: [
      { item: 'x', made_for: 'cust-a' },
      { item: 'y', made_for: 'cust-b2' },
    ],
  });
  expect(made.status, made.text).toBe(201);
  const { name } = made.body;
  const session = await app.as('ian');
  const ian = {
    async ask(ask: string, body?: unknown) {
      const at = ask.indexOf(' ');
      return session.json(ask.slice(0, at), ask.slice(at + 1), body);
    },
  };
  for (const [ask, body] of readsOf('Invoice', name)) expect((await ian.ask(ask, body)).status, ask).toBe(404);
  expect((await ian.ask(`PATCH ${at('Invoice', name)}`, { amount: 1 })).status).toBe(404);
  for (const [door, make] of Object.entries(FILTERED)) {
    const reply = await ian.ask(...make({ doctype: 'Invoice', filters: [['amount', '=', 77]], fields: ['name'] }));
    expect(reply.text, door).not.toContain(name);
    expect([0, undefined]).toContain(reply.body.total ?? reply.body.count ?? undefined);
  }
  expect((await alice.ask(`GET ${at('Invoice', name)}`)).status).toBe(200);
  expect((await admin.ask(`GET ${at('Invoice', name)}`)).body.amount).toBe(77);
  expect((await admin.ask(`DELETE ${at('Invoice', name)}`)).status).toBe(204);
});

test('LEAK-05: what lists of reports show is what one may read; there is no export by another name', async () => {
  const { alice, svc, bob, hr, pat } = world;
  for (const who of [alice, svc, bob, hr, pat])
    for (const doctype of ['Invoice', 'Customer', 'Note', 'Salary', 'Secret', 'Gateway', 'User', 'Shop Rules']) {
      const counts = new Set<number>();
      for (const door of Object.values(LISTS)) {
        const reply = await who.ask(...door({ doctype, fields: ['*'] }));
        const { body } = reply;
        const rows = body.items ?? body.data ?? body.message;
        if (reply.status === 200) counts.add((Array.isArray(rows) ? rows : rows.values).length);
      }
      expect(counts.size, `${who.name} ${doctype}: ${[...counts]}`).toBeLessThanOrEqual(1);
    }
  for (const method of [
    'frappe.desk.reportview.export_query',
    'frappe.desk.query_report.run',
    'frappe.core.doctype.data_export.exporter.export_data',
    'frappe.desk.reportview.get_stats',
    'frappe.desk.reportview.get_sidebar_stats',
  ])
    expect((await alice.ask(`POST /api/method/${method}`, { doctype: 'Invoice', fields: ['margin'] })).status).toBe(
      404,
    );
});

test('LEAK-06: a history shows changes of fields that one may read, and secrets to nobody', async () => {
  const { alice, hr, bob, admin, mgr, svc } = world;
  const { name } = (
    await alice.ask(`POST ${at('Invoice')}`, { company: 'A', customer: 'cust-a', amount: 5, items: [{ item: 'one' }] })
  ).body;
  const given = { margin: 7318427, inner_note: world.canary('inner'), pin: world.canary('credential'), amount: 6 };
  const inner = {
    inner_items: [{ item: world.canary('inner') }],
    items: [{ item: 'two', cost: 5839174, inner_note: world.canary('inner') }],
  };
  for (const body of [given, inner, { items: [] }, { inner_items: [], margin: 1 }])
    expect((await hr.ask(`PATCH ${at('Invoice', name)}`, body)).status).toBe(200);
  const seen = await alice.ask(`GET ${at('Invoice', name, 'versions')}`);
  expect(seen.text).toContain('amount');
  for (const word of ['margin', 'inner_note', 'inner_items', 'cost']) expect(seen.text).not.toContain(word);
  expect((await hr.ask(`GET ${at('Invoice', name, 'versions')}`)).text).toContain('margin');
  expect((await admin.ask(`GET ${at('Invoice', name, 'versions')}`)).text).toContain('********');
  for (const who of [bob, svc]) await who.ask(`GET ${at('Invoice', name, 'versions')}`);
  expect((await bob.ask(`GET ${at('Invoice', name, 'versions')}`)).status).toBe(404);
  expect((await alice.ask(`DELETE ${at('Invoice', name)}`)).status).toBe(204);
  expect((await alice.ask(`GET ${at('Invoice', name, 'versions')}`)).status).toBe(404);
  for (const who of [alice, bob, hr])
    for (const doctype of [
      'Version',
      'Deleted Document',
      'DocShare',
      'User Permission',
      'Custom DocPerm',
      'Naming Counter',
      'Custom Field',
      'Property Setter',
      'Has Role',
      'DocField',
      'DocPerm',
      'DocType',
    ])
      for (const path of [
        at(doctype),
        at(doctype, 'count'),
        resource(doctype),
        v2(doctype),
        `/api/meta/${encodeURIComponent(doctype)}`,
      ])
        expect((await who.ask(`GET ${path}`)).status, `${who.name} ${path}`).toBe(404);
  await salaryWasChanged();
  // Whoever keeps the records of the system reads them, not what stands in documents that are not his.
  for (const doctype of ['Version', 'Deleted Document']) await readAll(mgr, doctype);
});

async function salaryWasChanged(): Promise<void> {
  const { hr, admin } = world;
  expect((await hr.ask(`PATCH ${at('Salary', 'pay-1')}`, { text: `${world.canary('pay')} more` })).status).toBe(200);
  expect((await admin.ask(`PATCH ${at('Secret', 'plan-1')}`, { text: `${world.canary('secret')} more` })).status).toBe(
    200,
  );
  expect((await admin.ask(`POST ${at('Secret')}`, { name: 'plan-2', text: world.canary('secret') })).status).toBe(201);
  expect((await admin.ask(`DELETE ${at('Secret', 'plan-2')}`)).status).toBe(204);
}

async function readAll(who: Person, doctype: string): Promise<void> {
  for (const door of Object.values(LISTS)) await who.ask(...door({ doctype, fields: ['*'] }));
  const { body } = await who.ask(`GET ${at(doctype)}?limit=100`);
  for (const { name } of body.items ?? []) for (const [ask] of readsOf(doctype, name).slice(0, 8)) await who.ask(ask);
}

test('LEAK-16: metadata is of what one may see, and fields that one may read', async () => {
  const { alice, pat, guest, svc, mgr } = world;
  const hiddenTypes = [
    'Salary',
    'Secret',
    'Secret Row',
    'Inner Item',
    'Version',
    'Deleted Document',
    'Custom DocPerm',
    'Has Role',
  ];
  const hiddenFields = ['margin', 'inner_note', 'inner_items', 'inner_customer', 'credit_limit', 'cost'];
  const whole = ['/api/meta', '/openapi.json', '/api/meta/fieldtypes', '/api/meta/schema'];
  for (const who of [alice, svc, pat, guest])
    for (const path of whole) {
      const { text, status } = await who.ask(`GET ${path}`);
      if (status !== 200 || path.endsWith('s') || path === '/api/meta/schema') continue;
      const isNamed = (name: string) =>
        text.includes(`"name":"${name}"`) ||
        text.includes(`/${encodeURIComponent(name)}"`) ||
        text.includes(`"${name}":`);
      expect(hiddenTypes.filter(isNamed), `${who.name} ${path}`).toEqual([]);
      for (const field of hiddenFields) expect(text, `${who.name} ${path}`).not.toMatch(new RegExp(`[".]${field}"`));
    }
  for (const who of [alice, svc, pat, mgr])
    for (const doctype of ['Invoice', 'Customer', 'Invoice Item', 'Order', 'Shop Rules'])
      for (const path of [
        `/api/meta/${encodeURIComponent(doctype)}`,
        `/api/meta/${encodeURIComponent(doctype)}/schema`,
        `/api/v2/doctype/${encodeURIComponent(doctype)}/meta`,
        `/api/method/frappe.desk.form.load.getdoctype?doctype=${encodeURIComponent(doctype)}`,
      ]) {
        const { text, status } = await who.ask(`GET ${path}`);
        if (status !== 200) continue;
        for (const field of hiddenFields)
          expect(text, `${who.name} ${path}`).not.toMatch(new RegExp(`[", .]${field}["\\\\, ]`));
        expect(text).not.toContain('HR Manager');
      }
  for (const doctype of hiddenTypes)
    for (const path of ['/api/meta/', '/api/v2/doctype/', '/api/method/frappe.desk.form.load.getdoctype?doctype=']) {
      const suffix = path === '/api/v2/doctype/' ? '/meta' : '';
      expect((await alice.ask(`GET ${path}${encodeURIComponent(doctype)}${suffix}`)).status, doctype).toBe(404);
    }
});

test('LEAK-17: replies about oneself hold no credential', async () => {
  const { app, alice, admin, mgr } = world;
  const names =
    /"(?:password|hash|pwd|password_hash|totp_secret|otp_secret|seed|recovery_codes?|refresh_token|id_token|reset_key|reset_password_key|api_secret|secret|token_hash)":/;
  const login = await app.anonymous.json('POST', '/api/v1/auth/login', { user: 'alice', password: PASSWORD });
  expect(login.status).toBe(200);
  const replies = [login, await app.anonymous.json('POST', '/api/method/login', { usr: 'alice', pwd: PASSWORD })];
  for (const who of [alice, admin, mgr])
    for (const ask of [
      'GET /api/v1/auth/me',
      'GET /api/v1/auth/sessions',
      'GET /api/v1/auth/api-keys',
      'GET /api/method/frappe.auth.get_logged_user',
      ...readsOf('User', 'alice').map(([each]) => each),
      `GET ${at('User')}?fields=["*"]&limit=100`,
      `GET ${resource('User')}?fields=["*"]`,
      `GET ${at('Social Login Key')}?fields=["*"]`,
    ])
      replies.push(await who.ask(ask));
  for (const { text } of replies) {
    expect(text).not.toMatch(names);
    expect(text).not.toContain('$argon2');
    expect(text).not.toContain(PASSWORD);
  }
  // Sessions of others are nobody's to see, and no list holds what a session is taken over with.
  const sessions = await alice.ask('GET /api/v1/auth/sessions');
  expect(sessions.text).not.toContain(alice.client.token);
  expect((await alice.ask(`GET ${at('User', 'bob')}`)).status).toBe(404);
  // Of others there is what a Link shows, and nothing is found by more than that.
  const users = await alice.ask(`GET ${at('User')}?fields=["*"]&limit=100`);
  for (const user of users.body.items)
    if (user.name !== 'alice') expect(Object.keys(user).sort()).toEqual(['full_name', 'id', 'name', 'user_image']);
  const word = world.canary('profile-of-bob').slice(0, 16);
  for (const door of Object.values(FILTERED)) {
    const reply = await alice.ask(
      ...door({ doctype: 'User', filters: [['location', 'like', `${word}%`]], fields: ['name'] }),
    );
    expect(reply.text).not.toContain('bob');
  }
  expect((await alice.ask(`GET ${at('User')}?q=${word}`)).body.total).toBe(0);
});

test('whatever there is, asked by everybody in each way: no canary, no failure', async () => {
  const { app: _a, canary: _c, failures: _f, ...people } = world;
  const { items } = (await world.admin.ask('GET /api/meta')).body;
  const names: Record<string, string[]> = {};
  for (const { name, issingle } of items) {
    const found = await world.admin.ask(`GET ${at(name)}?fields=["name"]&limit=5&order_by=creation desc`);
    names[name] = issingle ? [name] : (found.body.items ?? []).map((each: { name: string }) => each.name);
  }
  expect(Object.keys(names).length).toBeGreaterThan(20);
  for (const who of Object.values(people))
    for (const [doctype, documents] of Object.entries(names)) {
      for (const door of [LISTS.native, LISTS.resource, LISTS.reportview])
        if (door) await who.ask(...door({ doctype, fields: ['*'] }));
      for (const ask of [
        `GET /api/meta/${encodeURIComponent(doctype)}`,
        `GET /api/v2/doctype/${encodeURIComponent(doctype)}/meta`,
      ])
        await who.ask(ask);
      for (const name of documents)
        for (const [ask] of readsOf(doctype, encodeURIComponent(name))) await who.ask(ask.replaceAll('%25', '%'));
    }
}, 180_000);
