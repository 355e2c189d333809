/** Inference: what is hidden is found out by no other way of asking for it (ORCL). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from './oracles.ts';
import { type Door, FILTERED, LISTS, type Wish } from './rights-doors.ts';
import {
  at,
  CREDIT,
  MARGIN,
  openRightsWorld,
  type Person,
  type RightsWorld,
  resource,
  shape,
  v2,
} from './rights-world.ts';

let world: RightsWorld;
beforeAll(async () => {
  world = await openRightsWorld();
});
afterAll(() => {
  expect(world.failures).toEqual([]);
  return world.app.close();
});

/** Each hidden field is answered as one that is not there; `like` says what that would be called. */
async function asUnknown(q: {
  who: Person;
  doors: Readonly<Record<string, Door>>;
  wish(path: string): Wish;
  path: string;
}) {
  const hidden = q.path.split(/[.`]/).at(-1) as string;
  const unknown = `${q.path.slice(0, q.path.length - hidden.length)}zzzz_qqqq`;
  for (const [name, door] of Object.entries(q.doors)) {
    const [found, other] = [await q.who.ask(...door(q.wish(q.path))), await q.who.ask(...door(q.wish(unknown)))];
    expect([400, 417], `${name} ${q.path}: ${found.text.slice(0, 300)}`).toContain(found.status);
    expect(shape(found, hidden), `${name} ${q.path}`).toBe(shape(other, 'zzzz_qqqq'));
  }
}

const HIDDEN = [
  'margin',
  'inner_note',
  'items.cost',
  'items.inner_note',
  '`tabInvoice Item`.cost',
  'customer.credit_limit',
  'customer.inner_note',
  'items.made_for.credit_limit',
  'inner_customer',
];
const OPERATORS: [string, unknown][] = [
  ['=', MARGIN],
  ['!=', MARGIN],
  ['>', MARGIN - 1],
  ['<=', MARGIN],
  ['in', [MARGIN, 1]],
  ['not in', [MARGIN]],
  ['like', '%7%'],
  ['not like', '%7%'],
  ['is', 'set'],
  ['is', 'not set'],
  ['between', [1, MARGIN]],
  ['timespan', 'last week'],
  ['descendants of', 'World'],
];

test('the world is as its people see it', async () => {
  const { admin, alice, bob, pat, hr, mgr, guest, svc, gone } = world;
  const total = async (who: Person, doctype: string) =>
    (await who.ask(`GET ${at(doctype)}?fields=["*"]&limit=100`)).body.total;
  expect(await total(admin, 'Invoice')).toBe(5);
  expect(await total(alice, 'Invoice')).toBe(3);
  expect(await total(bob, 'Invoice')).toBe(2);
  expect(await total(svc, 'Invoice')).toBe(3);
  expect(await total(hr, 'Invoice')).toBe(5);
  expect(await total(mgr, 'Invoice')).toBe(5);
  expect(await total(alice, 'Note')).toBe(1);
  const seen = await hr.ask(`GET ${at('Invoice', 'INV-00001')}`);
  expect(seen.body).toMatchObject({ margin: MARGIN, inner_note: world.canary('inner'), pin: '********' });
  for (const who of [pat, alice, mgr]) expect((await who.ask(`GET ${at('Salary', 'pay-1')}`)).status).toBe(404);
  expect((await guest.ask(`GET ${at('Invoice')}`)).status).toBe(401);
  expect((await gone.ask(`GET ${at('Invoice')}`)).status).toBe(401);
});

test('ORCL-01: a filter on a hidden field is one on a field that is not there, with each operator', async () => {
  for (const path of HIDDEN)
    for (const [operator, value] of OPERATORS) {
      const wish = (name: string): Wish => ({ doctype: 'Invoice', filters: [[name, operator, value]] });
      await asUnknown({ who: world.alice, doors: { native: FILTERED.native as Door }, wish, path });
    }
});

test('ORCL-01: by each door', async () => {
  for (const who of [world.alice, world.svc])
    for (const path of HIDDEN) {
      const wish = (name: string): Wish => ({ doctype: 'Invoice', filters: [[name, '>', MARGIN - 1]] });
      const { bulk_update: _u, bulk_delete: _d, ...reading } = FILTERED;
      await asUnknown({ who, doors: who === world.svc ? reading : FILTERED, wish, path });
    }
});

test('ORCL-01: not hidden in a disjunction, a list of names, or the DocType’s own word', async () => {
  const wishes: ((name: string) => Wish)[] = [
    (name) => ({ doctype: 'Invoice', filters: ['or', [['name', '=', 'x']], [[name, '>', 1]]] }),
    (name) => ({
      doctype: 'Invoice',
      or_filters: [
        ['name', 'like', '%'],
        [name, '>', 1],
      ],
    }),
    (name) => ({ doctype: 'Invoice', filters: { [name]: ['>', 1] } }),
    (name) => ({ doctype: 'Invoice', filters: [['Invoice', name, '>', 1]] }),
    (name) => ({ doctype: 'Invoice', filters: [['name', 'is', 'set'], 'and', [name, 'is', 'not set']] }),
  ];
  for (const wish of wishes) await asUnknown({ who: world.alice, doors: LISTS, wish, path: 'margin' });
});

test('ORCL-02: nothing is ordered by it', async () => {
  for (const path of HIDDEN)
    for (const direction of ['', ' desc']) {
      const wish = (name: string): Wish => ({ doctype: 'Invoice', order_by: `${name}${direction}` });
      await asUnknown({ who: world.alice, doors: LISTS, wish, path });
    }
});

test('ORCL-02: a cursor that was made by the order of another does not order', async () => {
  const { hr, alice } = world;
  const mine = await hr.ask(`GET ${at('Invoice')}?order_by=margin&cursor=&limit=1`);
  expect(mine.status, mine.text).toBe(200);
  const cursor = encodeURIComponent(mine.body.next_cursor);
  for (const order of ['', 'order_by=margin&', 'order_by=name&'])
    expect((await alice.ask(`GET ${at('Invoice')}?${order}cursor=${cursor}`)).status).toBe(400);
});

test('ORCL-03: neither aggregates nor groups tell of it', async () => {
  for (const path of HIDDEN) {
    for (const fn of ['max', 'min', 'sum', 'avg', 'count']) {
      const object = (name: string): Wish => ({ doctype: 'Invoice', fields: [{ [fn]: name, as: 'n' }] });
      await asUnknown({ who: world.alice, doors: LISTS, wish: object, path });
      if (path.includes('`')) continue;
      const called = (name: string): Wish => ({ doctype: 'Invoice', fields: [`${fn}(${name}) as n`] });
      await asUnknown({ who: world.alice, doors: { native: LISTS.native as Door }, wish: called, path });
    }
    const grouped = (name: string): Wish => ({ doctype: 'Invoice', fields: [{ count: '*', as: 'n' }], group_by: name });
    await asUnknown({ who: world.alice, doors: LISTS, wish: grouped, path });
    const selected = (name: string): Wish => ({ doctype: 'Invoice', fields: ['name', name] });
    await asUnknown({ who: world.alice, doors: LISTS, wish: selected, path });
  }
});

test('ORCL-03: of a secret not even Administrator learns more than that there is one', async () => {
  const { admin, hr, mgr, alice } = world;
  const secret = world.canary('credential');
  for (const who of [admin, hr, mgr, alice])
    for (const path of ['api_secret'])
      for (const [name, door] of Object.entries(LISTS)) {
        for (const wish of [
          { doctype: 'Gateway', fields: [{ max: path, as: 'n' }] },
          { doctype: 'Gateway', fields: [{ count: '*', as: 'n' }], group_by: path },
          { doctype: 'Gateway', order_by: path },
          { doctype: 'Gateway', filters: [[path, 'like', `${secret.slice(0, 8)}%`]] },
          { doctype: 'Gateway', filters: [[path, '=', secret]] },
          { doctype: 'Gateway', filters: [[path, '>', 'a']] },
          { doctype: 'Gateway', filters: [[path, 'in', [secret]]] },
        ]) {
          const reply = await who.ask(...door(wish));
          expect([400, 417], `${who.name} ${name} ${JSON.stringify(wish)} ${reply.text.slice(0, 200)}`).toContain(
            reply.status,
          );
        }
      }
});

test('ORCL-04: a path through a Link finds only what stands in documents that one may read', async () => {
  const { alice, pat, bob } = world;
  // The customer of INV-00004 is of another company: to alice the Link leads nowhere.
  const prefix = world.canary('of-b').slice(0, 12);
  for (const filters of [
    [['customer.full_name', 'like', `${prefix}%`]],
    [['customer.company', '=', 'B']],
    [['items.made_for.full_name', 'like', `${prefix}%`]],
    [['customer.full_name', '=', '']].concat([['customer.company', '=', 'B']]),
  ])
    for (const [name, door] of Object.entries(FILTERED)) {
      if (name.startsWith('bulk')) continue;
      const reply = await alice.ask(...door({ doctype: 'Invoice', filters, fields: ['name'] }));
      expect(reply.text, `${name} ${JSON.stringify(filters)}`).not.toContain('INV-0');
      const found = reply.body.total ?? reply.body.count ?? reply.body.message ?? reply.body.data ?? 0;
      expect(
        reply.status === 404 ||
          [0, '0', '[]', '{}'].includes(typeof found === 'object' ? JSON.stringify(found) : found),
        `${name}: ${reply.text}`,
      ).toBe(true);
    }
  const byTitle = await alice.ask(
    `GET ${at('Invoice')}?${query({ fields: ['name', 'customer.full_name'], order_by: 'customer.full_name desc' })}`,
  );
  expect(byTitle.body.items.map((row: Record<string, unknown>) => row['customer.full_name'])).toContain(null);
  const groups = await alice.ask(
    `GET ${at('Invoice')}?${query({ fields: ['customer.full_name', { count: '*', as: 'n' }], group_by: 'customer.full_name' })}`,
  );
  expect(groups.body.items).toHaveLength(2);
  // What pat may only choose shows its name and title, and is no way to more.
  for (const path of ['customer.colour', 'customer.company', 'customer.tax_idx'])
    for (const [name, door] of Object.entries(LISTS)) {
      const reply = await pat.ask(...door({ doctype: 'Order', filters: [[path, 'is', 'set']] }));
      expect([400, 417], `${name} ${path}: ${reply.text}`).toContain(reply.status);
    }
  // Whole DocTypes that are hidden cannot be passed through.
  for (const wish of [
    { filters: [['Salary', 'pay', '>', 1]] },
    { filters: [['pay-1.pay', '>', 1]] },
    { fields: ['owner.api_key'] },
    { fields: ['owner.password'] },
    { filters: [['owner.password', 'like', 'a%']] },
  ])
    for (const door of Object.values(LISTS))
      expect([400, 417]).toContain((await bob.ask(...door({ doctype: 'Invoice', ...wish }))).status);
});

test('ORCL-07: no search finds what stands in a hidden field', async () => {
  const { alice, hr, svc, pat } = world;
  const words = [
    world.canary('inner').slice(0, 16),
    String(MARGIN),
    String(CREDIT),
    'CREDCANARY',
    world.canary('of-b').slice(0, 14),
  ];
  for (const who of [alice, svc, pat])
    for (const doctype of ['Invoice', 'Customer', 'Gateway', 'Note', 'Salary'])
      for (const word of words)
        for (const ask of [
          `GET ${at(doctype)}?${query({ q: word })}`,
          `GET ${at(doctype, 'count')}?${query({ q: word })}`,
          ...['search_link', 'search_widget'].flatMap((method) =>
            ['', 'inner_note', 'margin', 'pin', 'api_secret', 'full_name,inner_note'].map(
              (searchfield) =>
                `GET /api/method/frappe.desk.search.${method}?${query({ doctype, txt: word, searchfield })}`,
            ),
          ),
        ]) {
          const reply = await who.ask(ask);
          if (reply.status !== 200) continue;
          const found = reply.body.total ?? reply.body.count ?? reply.body.message.length;
          // Titles of customers of all companies are pat's to choose from.
          if (who !== pat || !word.includes('of-b')) expect(found, `${who.name} ${ask}: ${reply.text}`).toBe(0);
        }
  const found = await hr.ask(`GET ${at('Invoice')}?${query({ q: words[0] })}`);
  expect(found.body.total).toBe(5);
});

test('ORCL-08: credentials are columns of nothing', async () => {
  const { admin, alice, hr, mgr } = world;
  const columns = [
    'password',
    'api_key',
    'api_secret',
    'reset_password_key',
    'sid',
    'session',
    'token',
    'totp_secret',
    'otp_secret',
    'new_password',
    'hash',
  ];
  for (const who of [alice, hr, mgr, admin])
    for (const column of columns)
      for (const [name, door] of Object.entries(FILTERED)) {
        if (name.startsWith('bulk')) continue;
        const reply = await who.ask(...door({ doctype: 'User', filters: [[column, 'like', 'a%']] }));
        expect([400, 417], `${who.name} ${name} ${column}: ${reply.text.slice(0, 200)}`).toContain(reply.status);
      }
  for (const doctype of [
    '__Auth',
    'Session',
    'Sessions',
    'm_session',
    'm_api_key',
    'OAuth Bearer Token',
    'Token',
    'm_password',
  ])
    for (const who of [alice, mgr, admin]) {
      expect((await who.ask(`GET ${at(doctype)}`)).status, doctype).toBe(404);
      expect((await who.ask(`GET ${resource(doctype)}`)).status, doctype).toBe(404);
    }
});

test('ORCL-12: what is hidden is answered as what is not there', async () => {
  const { alice, pat, svc, hr } = world;
  const body = (ask: string): unknown =>
    /^(?:POST|PUT|PATCH)/.test(ask) ? (ask.includes('/rename') ? { name: 'other' } : {}) : undefined;
  const asks = (doctype: string, name: string): string[] => [
    `GET ${at(doctype, name)}`,
    `GET ${at(doctype, name)}?fields=name`,
    `GET ${at(doctype)}?name=${name}`,
    `PUT ${at(doctype, name)}`,
    `PATCH ${at(doctype, name)}`,
    `DELETE ${at(doctype, name)}`,
    ...['submit', 'cancel', 'amend', 'rename', 'duplicate', 'restore'].map((verb) => `POST ${at(doctype, name, verb)}`),
    `GET ${at(doctype, name, 'versions')}`,
    `GET ${at(doctype, name, 'shares')}`,
    `GET ${resource(doctype, name)}`,
    `GET ${resource(doctype, name)}?expand_links=1`,
    `PUT ${resource(doctype, name)}`,
    `DELETE ${resource(doctype, name)}`,
    `POST ${resource(doctype, name)}?run_method=submit`,
    `GET ${v2(doctype, name)}`,
    `GET ${v2(doctype, name, 'copy')}`,
    `PATCH ${v2(doctype, name)}`,
    `DELETE ${v2(doctype, name)}`,
    `POST ${v2(doctype, name, 'method', 'submit')}`,
  ];
  const methods = (doctype: string, name: string): [string, object][] => [
    ['frappe.client.get', { doctype, name }],
    ['frappe.client.get_value', { doctype, filters: name, fieldname: 'name' }],
    ['frappe.client.set_value', { doctype, name, fieldname: 'owner_note', value: 'x' }],
    ['frappe.client.delete', { doctype, name }],
    ['frappe.client.cancel', { doctype, name }],
    ['frappe.client.rename_doc', { doctype, old_name: name, new_name: 'other' }],
    ['frappe.client.save', { doc: { doctype, name } }],
    ['frappe.client.submit', { doc: { doctype, name } }],
    ['frappe.client.has_permission', { doctype, docname: name }],
    ['frappe.client.get_doc_permissions', { doctype, docname: name }],
    ['frappe.client.is_document_amended', { doctype, docname: name }],
    ['frappe.client.validate_link', { doctype, docname: name }],
    ['frappe.client.bulk_update', { docs: [{ doctype, docname: name, remark: 'x' }] }],
    ['frappe.desk.form.load.getdoc', { doctype, name }],
    ['frappe.desk.form.load.getdoctype', { doctype }],
    ['frappe.desk.form.save.savedocs', { doc: { doctype, name }, action: 'Save' }],
    ['frappe.desk.form.save.cancel', { doctype, name }],
    ['frappe.desk.reportview.delete_items', { doctype, items: [name] }],
    ['frappe.share.add', { doctype, name, user: 'bob' }],
    ['frappe.share.get_users', { doctype, name }],
    ['frappe.share.set_permission', { doctype, name, user: 'bob', permission_to: 'read' }],
    ['run_doc_method', { dt: doctype, dn: name, method: 'submit' }],
  ];
  const pairs: [Person, [string, string], [string, string]][] = [
    [alice, ['Invoice', 'INV-00003'], ['Invoice', 'INV-99993']],
    [alice, ['Note', 'note-of-bob'], ['Note', 'note-of-rob']],
    [alice, ['Customer', 'cust-b'], ['Customer', 'cust-z']],
    [alice, ['Salary', 'pay-1'], ['Zalary', 'pay-1']],
    [alice, ['Secret', 'plan-1'], ['Zecret', 'plan-1']],
    [alice, ['Secret Row', 'x'], ['Zecret Row', 'x']],
    [alice, ['Inner Item', 'x'], ['Zinner Item', 'x']],
    [hr, ['Secret', 'plan-1'], ['Zecret', 'plan-1']],
    [pat, ['Invoice', 'INV-00001'], ['Znvoice', 'INV-00001']],
    [svc, ['Invoice', 'INV-00003'], ['Invoice', 'INV-99993']],
    [alice, ['Version', 'x'], ['Zersion', 'x']],
    [alice, ['Deleted Document', 'x'], ['Zeleted Document', 'x']],
    [alice, ['DocShare', 'x'], ['ZocShare', 'x']],
    [alice, ['DocType', 'Invoice'], ['DocType', 'Zntoice']],
    [alice, ['DocField', 'x'], ['ZocField', 'x']],
    [alice, ['Has Role', 'x'], ['Zas Role', 'x']],
  ];
  const differing: string[] = [];
  for (const [who, hidden, missing] of pairs) {
    const words = [hidden, missing].map(([doctype, name]) => [doctype, name, `${doctype}s`]) as [string[], string[]];
    const compare = async (ask: string, one: Parameters<Person['ask']>, other: Parameters<Person['ask']>) => {
      const [a, b] = [await who.ask(...one), await who.ask(...other)];
      const [left, right] = [shape(a, ...words[0]), shape(b, ...words[1])];
      if (left !== right) differing.push(`${who.name} ${ask} ${hidden.join('/')}\n  ${left}\n  ${right}`);
    };
    const other = asks(...missing);
    for (const [index, ask] of asks(...hidden).entries())
      await compare(ask, [ask, body(ask)], [other[index] as string, body(ask)]);
    const others = methods(...missing);
    for (const [index, [method, args]] of methods(...hidden).entries())
      for (const path of ['/api/method/', '/api/v2/method/'])
        await compare(method, [`POST ${path}${method}`, args], [`POST ${path}${method}`, others[index]?.[1]]);
    for (const [ask, given] of [
      [`GET ${at('·')}`],
      [`GET ${at('·', 'count')}`],
      [`POST ${at('·')}`, { name: 'x' }],
      [`POST ${at('·', 'bulk')}`, { action: 'delete', docs: ['x'] }],
      [`GET /api/meta/${encodeURIComponent('·')}`],
      [`GET /api/meta/${encodeURIComponent('·')}/schema`],
      [`GET /api/v1/permissions/explain?doctype=${encodeURIComponent('·')}`],
      [`POST /api/v1/permissions/${encodeURIComponent('·')}/customize`, {}],
      [`POST /api/v1/doctype/${encodeURIComponent('·')}/plan`, {}],
      [`GET /api/v1/doctype/${encodeURIComponent('·')}/history`],
      [`POST /api/v1/rpc/${encodeURIComponent('·')}/run`, {}],
      [`GET ${resource('·')}`],
      [`GET ${resource('·')}?parent=Invoice`],
      [`POST ${resource('·')}`, { name: 'x' }],
      [`POST ${v2('·')}`, { name: 'x' }],
      [`GET /api/v2/doctype/${encodeURIComponent('·')}/meta`],
      [`GET /api/v2/doctype/${encodeURIComponent('·')}/count`],
      [`POST /api/v2/method/${encodeURIComponent('·')}/run`, {}],
      [`GET /api/method/frappe.client.get_list?doctype=${encodeURIComponent('·')}&parent=Invoice`],
      [`GET /api/method/frappe.client.get_count?doctype=${encodeURIComponent('·')}`],
      [`GET /api/method/frappe.desk.search.search_link?doctype=${encodeURIComponent('·')}&txt=a`],
      [`GET /api/method/frappe.client.get_single_value?doctype=${encodeURIComponent('·')}&field=text`],
      ['POST /api/method/frappe.client.insert', { doc: { doctype: '·', name: 'x' } }],
      ['POST /api/v1/share', { doctype: '·', name: 'x', user: 'bob' }],
      ['DELETE /api/v1/share?doctype=%C2%B7&name=x&user=bob'],
    ] as [string, unknown?][]) {
      const put = (doctype: string): [string, unknown] => [
        ask.replaceAll('%C2%B7', encodeURIComponent(doctype)),
        given === undefined ? undefined : JSON.parse(JSON.stringify(given).replaceAll('·', doctype)),
      ];
      if (hidden[0] !== missing[0]) await compare(ask, put(hidden[0]), put(missing[0]));
    }
  }
  expect(differing).toEqual([]);
});
