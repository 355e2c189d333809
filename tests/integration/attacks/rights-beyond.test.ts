/** Ways around that no list names: caches, keys of repetition, the recycle bin, trees, messages, pickers, shares. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { UserClient } from '../../support/app.ts';
import { query } from './oracles.ts';
import { LISTS } from './rights-doors.ts';
import { at, must, openRightsWorld, type RightsWorld, resource, shape, v2 } from './rights-world.ts';

let world: RightsWorld;
beforeAll(async () => {
  world = await openRightsWorld();
});
afterAll(() => {
  expect(world.failures).toEqual([]);
  return world.app.close();
});

/** Somebody with another restriction than the people of the world have. */
async function restricted(user: string, allow: string, for_value: string): Promise<UserClient> {
  await world.app.user({ name: user, roles: ['Sales User'] });
  await must(world.app, 'POST', at('User Permission'), { user, allow, for_value });
  return world.app.as(user);
}

test('conditional requests, parts and heads tell no more of what is hidden than a plain one', async () => {
  const { alice, hr } = world;
  const seen = await hr.ask(`GET ${at('Invoice', 'INV-00003')}`);
  const tag = seen.headers.get('etag') as string;
  const conditions: Record<string, string>[] = [
    { 'if-none-match': tag },
    { 'if-none-match': '*' },
    { 'if-match': tag },
    { range: 'bytes=0-10' },
  ];
  for (const headers of conditions)
    for (const method of ['GET', 'HEAD'])
      for (const path of [at('Invoice', 'INV-00003'), resource('Invoice', 'INV-00003'), at('Secret', 'plan-1')])
        expect((await alice.ask(`${method} ${path}`, undefined, headers)).status).toBe(404);
  // What another has in his cache is another document: the tag is of what its reader saw.
  const whole = await hr.ask(`GET ${at('Invoice', 'INV-00001')}`);
  const reply = await alice.ask(`GET ${at('Invoice', 'INV-00001')}`, undefined, {
    'if-none-match': whole.headers.get('etag') as string,
  });
  expect(reply.status).toBe(200);
  for (const version of ['"1"', '"99"', '*'])
    expect(
      (await alice.ask(`PATCH ${at('Invoice', 'INV-00003')}`, { amount: 1 }, { 'if-match': version })).status,
    ).toBe(404);
  expect(whole.headers.get('cache-control')).toMatch(/private|no-store/);
});

test('a key of repetition is its user’s own, and is worth nothing when the user may no more', async () => {
  const { hr, alice, guest } = world;
  const headers = { 'idempotency-key': 'the same for all' };
  const body = { margin: 7318427, amount: 42 };
  const first = await hr.ask(`PATCH ${at('Invoice', 'INV-00001')}`, body, headers);
  expect(first.body.margin).toBe(7318427);
  expect((await alice.ask(`PATCH ${at('Invoice', 'INV-00001')}`, body, headers)).status).toBe(400);
  expect((await guest.ask(`PATCH ${at('Invoice', 'INV-00001')}`, body, headers)).status).toBe(401);
  expect((await hr.ask(`PATCH ${at('Invoice', 'INV-00001')}`, body, headers)).text).toBe(first.text);
});

test('the same wish of two people is two statements, in whichever order they come', async () => {
  const { hr, alice, bob, svc } = world;
  const wish = {
    doctype: 'Invoice',
    fields: ['name', 'remark', 'customer.full_name'],
    order_by: 'amount',
    filters: [['amount', '>', -1]],
  };
  for (const who of [hr, alice, bob, svc, hr, bob, alice])
    for (const door of Object.values(LISTS)) expect((await who.ask(...door(wish))).status).toBe(200);
  const inner = { ...wish, order_by: 'margin' };
  for (const door of Object.values(LISTS)) {
    expect((await hr.ask(...door(inner))).status).toBe(200);
    expect([400, 417]).toContain((await alice.ask(...door(inner))).status);
  }
});

test('the recycle bin gives back only what was one’s own, and says nothing of the rest', async () => {
  const { alice, bob, admin, pat, svc } = world;
  for (const [name, company, customer] of [
    ['gone-b', 'B', 'cust-b'],
    ['gone-a', 'A', 'cust-a'],
  ])
    await must(world.app, 'POST', at('Contract'), {
      name,
      title: world.canary(company === 'A' ? 'of-a' : 'of-b'),
      company,
      customer,
      clause: world.canary('inner'),
      number: name,
    });
  for (const name of ['gone-a', 'gone-b']) expect((await admin.ask(`DELETE ${at('Contract', name)}`)).status).toBe(204);
  const restore = (name: string) => `POST ${at('Contract', name, 'restore')}`;
  const [hidden, missing] = [await alice.ask(restore('gone-b'), {}), await alice.ask(restore('gone-z'), {})];
  expect(shape(hidden, 'gone-b')).toBe(shape(missing, 'gone-z'));
  expect([403, 404]).toContain((await svc.ask(restore('gone-a'), {})).status);
  expect((await pat.ask(restore('gone-a'), {})).status).toBe(404);
  for (const who of [alice, bob])
    expect((await who.ask(`POST ${at('Secret', 'plan-1', 'restore')}`, {})).status).toBe(404);
  // A name that is taken again by what is hidden.
  await must(world.app, 'POST', at('Contract'), { name: 'gone-b', title: 'x', company: 'B', clause: 'x' });
  const taken = await alice.ask(restore('gone-b'), {});
  expect(shape(taken, 'gone-b')).toBe(shape(missing, 'gone-z'));
  // Nor does a value that must be unique and is in use.
  await must(world.app, 'POST', at('Contract'), { name: 'other', company: 'B', clause: 'x', number: 'gone-a' });
  const used = await alice.ask(restore('gone-a'), {});
  expect(shape(used, 'gone-a')).toBe(shape(missing, 'gone-z'));
  expect((await admin.ask(restore('gone-a'), {})).status).toBe(409);
  await must(world.app, 'PATCH', at('Contract', 'other'), { number: null });
  const mine = await alice.ask(restore('gone-a'), {});
  expect(mine.status, mine.text).toBe(200);
  expect((await admin.ask(`GET ${at('Contract', 'gone-a')}`)).body.clause).toBe(world.canary('inner'));
});

test('copies carry no hidden value to where it can be seen', async () => {
  const { alice, bob, hr, admin } = world;
  const copied = await alice.ask(`POST ${at('Customer', 'cust-a', 'duplicate')}`, { name: 'cust-a-copy' });
  expect([201, 409]).toContain(copied.status);
  await hr.ask(`PATCH ${at('Invoice', 'INV-00005')}`, {});
  expect((await bob.ask(`POST ${at('Invoice', 'INV-00005', 'cancel')}`, {})).status).toBe(200);
  const amended = await bob.ask(`POST ${at('Invoice', 'INV-00005', 'amend')}`, {});
  expect(amended.status, amended.text).toBe(201);
  const whole = (await admin.ask(`GET ${at('Invoice', amended.body.name)}`)).body;
  expect(whole).toMatchObject({ margin: 7318427, inner_note: world.canary('inner'), pin: null });
  expect((await alice.ask(`GET ${at('Invoice', amended.body.name)}`)).status).toBe(404);
  await alice.ask(`GET ${v2('Invoice', 'INV-00001', 'copy')}?ignore_no_copy=1`);
});

test('messages name no field and no document that their reader may not see', async () => {
  const { alice, mgr, admin } = world;
  for (const near of ['margi', 'marginn', 'inner_not', 'inner_item', 'inner_custome', 'credit_limi', 'cos'])
    for (const [ask, body] of [
      [`GET ${at('Invoice')}?${query({ fields: [near] })}`],
      [`GET ${at('Invoice')}?${query({ filters: [[near, '=', 1]] })}`],
      [`GET ${at('Invoice')}?${query({ order_by: near })}`],
      [`GET ${at('Invoice')}?expand=${near}`],
      [`GET ${at('Invoice')}?${query({ fields: [`items.${near}`] })}`],
      [`GET ${at('Invoice')}?${query({ fields: [`customer.${near}`] })}`],
      [`PATCH ${at('Invoice', 'INV-00001')}`, { [near]: 1 }],
      [`PATCH ${at('Invoice', 'INV-00001')}`, { items: [{ [near]: 1 }] }],
      [`PUT ${resource('Invoice', 'INV-00001')}`, { [near]: 1, amount: 'no number' }],
    ] as [string, object?][]) {
      const { text } = await alice.ask(ask, body);
      for (const word of ['margin', 'inner_note', 'inner_items', 'inner_customer', 'credit_limit', 'cost'])
        if (!near.startsWith(word)) expect(text, `${ask} ${near}`).not.toContain(`"${word}`);
    }
  for (const [ask, body] of [
    [`POST ${at('Contract')}`, { name: 'c1', title: 'x' }],
    [`POST ${resource('Contract')}`, { name: 'c1', title: 'x' }],
    ['POST /api/method/frappe.client.insert', { doc: { doctype: 'Contract', name: 'c1', title: 'x' } }],
    [`POST ${at('Contract', 'bulk')}`, { action: 'insert', docs: [{ name: 'c1', title: 'x' }] }],
  ] as [string, object][]) {
    const reply = await alice.ask(ask, body);
    expect([400, 417]).toContain(reply.status);
    expect(reply.text.toLowerCase()).not.toContain('clause');
  }
  // A link of a level that is closed does not give itself away when its target is to go.
  await must(world.app, 'POST', at('Customer'), { name: 'cust-quiet', company: 'A', tax_id: 'quiet' });
  await must(world.app, 'PATCH', at('Invoice', 'INV-00001'), { inner_customer: 'cust-quiet' });
  for (const who of [mgr, alice])
    for (const ask of [`DELETE ${at('Customer', 'cust-quiet')}`, `DELETE ${resource('Customer', 'cust-quiet')}`]) {
      const reply = await who.ask(ask);
      expect([409, 417], reply.text).toContain(reply.status);
      expect(reply.text, who.name).not.toContain('inner_customer');
      expect(reply.text, who.name).not.toContain('INV-00001');
    }
  expect((await admin.ask(`DELETE ${at('Customer', 'cust-quiet')}`)).text).toContain('inner_customer');
});

test('of a tree one knows what lies in reach', async () => {
  const tess = await restricted('tess', 'Region', 'North');
  const names = async (ask: string) =>
    (await tess.json('GET', ask)).body.items?.map((each: { name: string }) => each.name).sort();
  expect(await names(at('Region'))).toEqual(['Far North', 'North']);
  const under = (operator: string, node: string) => `${at('Region')}?${query({ filters: [['name', operator, node]] })}`;
  expect(await names(under('descendants of', 'North'))).toEqual(['Far North']);
  const made = await tess.json('POST', at('Region'), { name: 'Beside', parent_region: 'South' });
  expect([400, 403]).toContain(made.status);
});

test('a node out of reach is one that is not there: neither its place nor its being is found out', async () => {
  const tom = await restricted('tom', 'Region', 'North');
  const names = async (ask: string) =>
    (await tom.json('GET', ask)).body.items?.map((each: { name: string }) => each.name).sort();
  const under = (operator: string, node: string) => `${at('Region')}?${query({ filters: [['name', operator, node]] })}`;
  for (const operator of [
    'descendants of',
    'descendants of (inclusive)',
    'not descendants of',
    'ancestors of',
    'not ancestors of',
  ]) {
    expect(await names(under(operator, 'World')), operator).toEqual(await names(under(operator, 'Nowhere')));
    expect(await names(under(operator, 'South')), operator).toEqual(await names(under(operator, 'Nowhere')));
    const invoices = (node: string) => names(`${at('Invoice')}?${query({ filters: [['region', operator, node]] })}`);
    expect(await invoices('World'), operator).toEqual(await invoices('Nowhere'));
  }
});

test('who is restricted to a node of a tree sees that node, and puts nothing under others', async () => {
  const permissions = [{ role: 'Sales User', read: 1, select: 1, write: 1, create: 1 }];
  await must(world.app, 'POST', at('DocType'), {
    name: 'Area',
    module: 'Attacks',
    is_tree: 1,
    autoname: 'prompt',
    fields: [],
    permissions,
  });
  for (const area of [
    { name: 'All', is_group: 1 },
    { name: 'East', parent_area: 'All', is_group: 1 },
    { name: 'West', parent_area: 'All', is_group: 1 },
    { name: 'Leaf', parent_area: 'West' },
    { name: 'Far East', parent_area: 'East' },
  ])
    await must(world.app, 'POST', at('Area'), area);
  const tim = await restricted('tim', 'Area', 'East');
  expect((await tim.json('GET', at('Area', 'East'))).status).toBe(200);
  const beneath = await tim.json('POST', at('Area'), { name: 'New East', parent_area: 'East' });
  expect(beneath.status, beneath.text).toBe(201);
  const said = new Set<string>();
  for (const parent_area of ['West', 'All', 'Leaf', 'Nowhere']) {
    const made = await tim.json('POST', at('Area'), { name: 'New', parent_area });
    const moved = await tim.json('PATCH', at('Area', 'Far East'), { parent_area });
    const marked = await tim.json('PATCH', at('Area', 'Far East'), { old_parent: parent_area });
    said.add([made, moved, marked].map((reply) => shape(reply, parent_area)).join('\n'));
  }
  expect([...said]).toHaveLength(1);
});

test('who may only choose learns no more by a share of one document', async () => {
  const { pat, admin } = world;
  const rest = async () =>
    (await pat.ask(`GET ${at('Customer')}?${query({ fields: ['name', 'company', 'colour'] })}`)).body.items ?? [];
  expect(await rest()).toEqual([]);
  expect((await admin.ask('POST /api/v1/share', { doctype: 'Customer', name: 'cust-a', user: 'pat' })).status).toBe(
    200,
  );
  // A list stays what a picker shows; the one document is read whole.
  expect(await rest()).toEqual([]);
  expect((await pat.ask(`GET ${at('Customer', 'cust-a')}`)).body).toHaveProperty('colour');
  expect((await pat.ask(`GET ${at('Customer', 'cust-b')}`)).status).toBe(404);
  for (const [name, door] of Object.entries(LISTS)) {
    const found = await pat.ask(...door({ doctype: 'Customer', filters: [['company', '=', 'B']], fields: ['name'] }));
    expect(found.text, name).not.toContain('cust-b');
    const both = await pat.ask(
      ...door({
        doctype: 'Customer',
        or_filters: [
          ['company', '=', 'B'],
          ['name', 'like', 'cust%'],
        ],
        fields: ['name', 'full_name'],
      }),
    );
    expect(both.text, name).not.toContain('cust-b');
    const ordered = await pat.ask(...door({ doctype: 'Customer', order_by: 'company desc', fields: ['name'] }));
    expect(ordered.text, name).not.toContain('cust-b');
    const grouped = await pat.ask(
      ...door({ doctype: 'Customer', fields: ['company', { count: '*', as: 'n' }], group_by: 'company' }),
    );
    expect(grouped.text, name).not.toContain('"B"');
  }
  for (const word of ['patch', 'delete'])
    expect([403, 404]).toContain(
      (
        await pat.ask(
          `${word.toUpperCase()} ${at('Customer', 'cust-a')}`,
          word === 'patch' ? { colour: 'x' } : undefined,
        )
      ).status,
    );
  expect((await admin.ask('DELETE /api/v1/share?doctype=Customer&name=cust-a&user=pat')).status).toBe(204);
});

test('files, settings and shares are as hidden as documents are', async () => {
  const { alice, bob, pat, svc, hr } = world;
  const file = await alice.ask(`POST ${at('File')}`, { file_name: 'mine', is_folder: true });
  expect(file.status).toBe(201);
  for (const who of [bob, pat]) {
    expect((await who.ask(`GET ${at('File', file.body.name)}`)).status).toBe(404);
    expect((await who.ask(`DELETE ${at('File', file.body.name)}`)).status).toBe(404);
    expect((await who.ask(`GET ${at('File')}?fields=["*"]`)).body.total).toBe(0);
  }
  for (const ask of [
    `GET ${at('Shop Rules')}`,
    `GET ${at('Shop Rules', 'Shop Rules')}`,
    `GET ${resource('Shop Rules')}`,
    `GET ${resource('Shop Rules', 'Shop Rules')}`,
    `GET ${v2('Shop Rules', 'Shop Rules')}`,
    '`GET /api/method/frappe.client.get?doctype=Shop%20Rules'.slice(1),
    'GET /api/method/frappe.client.get_single_value?doctype=Shop%20Rules&field=inner_note',
    'GET /api/method/frappe.client.get_value?doctype=Shop%20Rules&fieldname=inner_note',
    'GET /api/method/frappe.desk.form.load.getdoc?doctype=Shop%20Rules',
  ])
    for (const who of [alice, svc, pat]) await who.ask(ask);
  expect((await pat.ask(`GET ${at('Shop Rules')}`)).status).toBe(404);
  expect(
    (await hr.ask('GET /api/method/frappe.client.get_single_value?doctype=Shop%20Rules&field=inner_note')).body.message,
  ).toBe(world.canary('inner'));
  expect((await alice.ask('POST /api/v1/share', { doctype: 'Note', name: 'note-of-alice', user: 'bob' })).status).toBe(
    200,
  );
  expect((await alice.ask('POST /api/v1/share', { doctype: 'Note', name: 'note-of-alice', user: 'hr' })).status).toBe(
    200,
  );
  const shares = await bob.client.json('GET', `${at('Note', 'note-of-alice')}/shares`);
  expect(shares.body.items.map(({ user }: { user: string }) => user)).toEqual(['bob']);
  for (const user of ['bob', 'hr'])
    expect((await alice.ask(`DELETE /api/v1/share?doctype=Note&name=note-of-alice&user=${user}`)).status).toBe(204);
  expect((await bob.ask(`GET ${at('Note', 'note-of-alice')}`)).status).toBe(404);
});

test('a key that reads writes nothing, anywhere', async () => {
  const { svc } = world;
  for (const [ask, body] of [
    [`POST ${at('Note')}`, { name: 'x' }],
    [`PATCH ${at('Invoice', 'INV-00001')}`, { amount: 1 }],
    [`DELETE ${at('Invoice', 'INV-00001')}`],
    [`POST ${at('Invoice', 'INV-00001', 'submit')}`, {}],
    [`POST ${at('Invoice', 'INV-00001', 'duplicate')}`, {}],
    [`POST ${at('Invoice', 'bulk')}`, { action: 'delete', docs: ['INV-00001'] }],
    [`POST ${resource('Note')}`, { name: 'x' }],
    ['POST /api/method/frappe.client.insert', { doc: { doctype: 'Note', name: 'x' } }],
    ['POST /api/v1/share', { doctype: 'Invoice', name: 'INV-00001', user: 'bob' }],
    ['POST /api/method/frappe.share.add', { doctype: 'Invoice', name: 'INV-00001', user: 'bob' }],
    ['POST /api/v1/auth/api-keys', { label: 'more' }],
    ['POST /api/v1/rpc/Invoice/run', {}],
    ['POST /api/v1/rpc/fn/run', {}],
    ['POST /api/method/run_doc_method', { dt: 'Invoice', dn: 'INV-00001', method: 'run' }],
  ] as [string, object?][])
    expect([403, 404], ask).toContain((await svc.ask(ask, body)).status);
});
