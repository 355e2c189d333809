/** Rules on rows and fields, asked through the documents operations: each rule alone, at every kind of read and write. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../server/documents/contract.ts';
import { createDocument } from '../../../server/documents/create.ts';
import { readCount, readDocument, readList } from '../../../server/documents/read.ts';
import { removeDocument } from '../../../server/documents/remove.ts';
import { cancelDocument, duplicateDocument, submitDocument } from '../../../server/documents/transition.ts';
import { updateDocument } from '../../../server/documents/update.ts';
import { type Actor, ALL_USERS, DESK_USER } from '../../../server/kernel/actor.ts';
import { ALL } from '../../../server/kernel/filter.ts';
import { parseListRequest } from '../../../server/query/wire.ts';
import { openTestServices, refusal, type TestServices } from '../../support/services.ts';

const SALES = ['Sales', ALL_USERS, DESK_USER];
const alice: Actor = {
  user: 'alice',
  roles: SALES,
  restrictions: [{ doctype: 'Company', names: ['A'] }],
  teams: ['North'],
  attributes: { region: ['EU'] },
};
const bob: Actor = { user: 'bob', roles: SALES, restrictions: [{ doctype: 'Company', names: ['B'] }] };
const hr: Actor = { user: 'hr', roles: ['HR', ...SALES] };
const stranger: Actor = { user: 'pat', roles: [ALL_USERS] };

const field = (text: string, more: object = {}) => {
  const [fieldname = '', fieldtype = '', ...options] = text.split(' ');
  return { fieldname, fieldtype, ...(options.length > 0 ? { options: options.join(' ') } : {}), ...more };
};
const perm = (role: string, rights: string, more: object = {}) => ({
  role,
  ...Object.fromEntries(rights.split(' ').map((right) => [right, 1])),
  ...more,
});

let world: TestServices;
beforeAll(async () => {
  world = await openTestServices({
    doctypes: [
      {
        name: 'Company',
        module: 'T',
        autoname: 'Prompt',
        fields: [field('title Data')],
        permissions: [perm('Sales', 'read'), perm('HR', 'read')],
      },
      {
        name: 'Line',
        module: 'T',
        istable: 1,
        fields: [field('what Data'), field('company Link Company'), field('cost Float', { permlevel: 1 })],
      },
      {
        name: 'Bill',
        module: 'T',
        autoname: 'Prompt',
        is_submittable: 1,
        title_field: 'subject',
        search_fields: 'subject,margin_note',
        fields: [
          field('subject Data', { in_list_view: 1 }),
          field('company Link Company'),
          field('margin Float', { permlevel: 1 }),
          field('margin_note Data', { permlevel: 1 }),
          field('lines Table Line'),
          field('secret_lines Table Line', { permlevel: 1 }),
        ],
        permissions: [
          perm('Sales', 'read write create delete submit cancel'),
          perm('HR', 'read write create'),
          perm('HR', 'read write', { permlevel: 1 }),
        ],
      },
      {
        name: 'Memo',
        module: 'T',
        autoname: 'Prompt',
        fields: [field('text Data'), field('company Link Company')],
        permissions: [perm('Sales', 'read write create delete', { if_owner: 1 })],
      },
      {
        name: 'Task',
        module: 'T',
        autoname: 'Prompt',
        fields: [field('status Data'), field('region Data'), field('amount Int')],
        permissions: [
          perm('Sales', 'read write create', {
            condition: 'doc.region in attributes.region && doc.status != "Secret"',
          }),
        ],
      },
      {
        name: 'Case',
        module: 'T',
        autoname: 'Prompt',
        apply_rls: 1,
        rls_field: 'team',
        fields: [field('team Data')],
        permissions: [perm('Sales', 'read write create')],
      },
      { name: 'Vault', module: 'T', autoname: 'Prompt', fields: [field('code Data')], permissions: [] },
      {
        name: 'Choice',
        module: 'T',
        autoname: 'Prompt',
        title_field: 'label',
        fields: [field('label Data'), field('inner Data')],
        permissions: [perm('Sales', 'select')],
      },
      {
        name: 'Pointer',
        module: 'T',
        autoname: 'Prompt',
        fields: [
          field('vault Link Vault'),
          field('bill Link Bill'),
          field('any_company Link Company', { ignore_user_permissions: 1 }),
        ],
        permissions: [perm('Sales', 'read write create')],
      },
    ],
  });
  for (const name of ['A', 'B']) await world.create('Company', { name, title: name });
  await world.create('Bill', {
    name: 'a1',
    subject: 'apple',
    company: 'A',
    margin: 5,
    margin_note: 'CANARY',
    lines: [{ what: 'x', cost: 3 }],
    secret_lines: [{ what: 's' }],
  });
  await world.create('Bill', { name: 'b1', subject: 'berry', company: 'B', margin: 7 });
  await world.create('Bill', { name: 'n1', subject: 'nobody', margin: 9 });
  await world.create('Bill', { name: 'x1', subject: 'mixed', company: 'A', lines: [{ what: 'y', company: 'B' }] });
  await world.create('Task', { name: 't1', status: 'Open', region: 'EU' });
  await world.create('Task', { name: 't2', status: 'Secret', region: 'EU' });
  await world.create('Task', { name: 't3', status: 'Open', region: 'US' });
  await world.create('Case', { name: 'c1', team: 'North' });
  await world.create('Case', { name: 'c2', team: 'South' });
  await world.create('Vault', { name: 'v1', code: 'CANARY' });
  await world.create('Choice', { name: 'ch1', label: 'one', inner: 'CANARY' });
});
afterAll(() => world?.close());

const as = (actor: Actor): Context => world.context(actor);
const list = async (actor: Actor, doctype: string, params: Record<string, string> = {}) => {
  const request = parseListRequest(new Map(Object.entries({ order_by: 'name asc', ...params })));
  return JSON.parse(await readList(as(actor), { doctype, request }));
};
const names = async (actor: Actor, doctype: string, params: Record<string, string> = {}): Promise<string[]> =>
  (await list(actor, doctype, params)).items.map((item: { name: string }) => item.name);
const read = async (actor: Actor, doctype: string, name: string) =>
  JSON.parse((await readDocument(as(actor), { doctype, name })).text);
const code = async (work: Promise<unknown>) => (await refusal(work)).code;

describe('User Permissions', () => {
  test('lists, counts and single documents agree, rows of child tables included', async () => {
    expect(await names(alice, 'Bill')).toEqual(['a1', 'n1']);
    expect(await names(bob, 'Bill')).toEqual(['b1', 'n1']);
    expect(await names(hr, 'Bill')).toEqual(['a1', 'b1', 'n1', 'x1']);
    expect(await readCount(as(alice), { doctype: 'Bill', filter: ALL })).toBe(2);
    expect(await names(alice, 'Company')).toEqual(['A']);
    for (const name of ['b1', 'x1', 'none']) expect(await code(read(alice, 'Bill', name))).toBe('not_found');
    expect((await read(alice, 'Bill', 'a1')).subject).toBe('apple');
    // Strictly, the empty Link in a row of a1 is outside too.
    expect(await names({ ...alice, isStrict: true }, 'Bill')).toEqual([]);
    expect(
      await names({ ...alice, restrictions: [{ doctype: 'Company', names: ['A'], applicableFor: 'Memo' }] }, 'Bill'),
    ).toHaveLength(4);
  });

  test('nothing is written out of reach, and nothing is made there', async () => {
    expect(await code(updateDocument(as(alice), { doctype: 'Bill', name: 'b1', given: { subject: 'x' } }))).toBe(
      'not_found',
    );
    const moved = updateDocument(as(alice), { doctype: 'Bill', name: 'a1', given: { company: 'B' } });
    expect(await code(moved)).toBe('validation');
    expect(await code(createDocument(as(alice), { doctype: 'Bill', given: { name: 'z', company: 'B' } }))).toBe(
      'validation',
    );
    const line = createDocument(as(alice), { doctype: 'Bill', given: { name: 'z', lines: [{ company: 'B' }] } });
    expect(await code(line)).toBe('validation');
    expect((await world.read('Bill', 'a1')).company).toBe('A');
    expect(await code(readDocument(world.context(), { doctype: 'Bill', name: 'z' }))).toBe('not_found');
  });
});

describe('owners, conditions and rls_field', () => {
  test('if_owner shows one’s own, whatever they link to; making is free', async () => {
    await createDocument(as(alice), { doctype: 'Memo', given: { name: 'm-alice', text: 'a' } });
    await createDocument(as(bob), { doctype: 'Memo', given: { name: 'm-bob' } });
    expect(await names(alice, 'Memo')).toEqual(['m-alice']);
    expect(await code(read(alice, 'Memo', 'm-bob'))).toBe('not_found');
    expect(await code(removeDocument(as(alice), { doctype: 'Memo', name: 'm-bob' }))).toBe('not_found');
    await world.update('Memo', 'm-alice', { company: 'B' });
    expect(await names(alice, 'Memo')).toEqual(['m-alice']);
  });

  test('a condition is a predicate on rows, and on what is written', async () => {
    expect(await names(alice, 'Task')).toEqual(['t1']);
    expect(await names(bob, 'Task')).toEqual([]);
    const update = (given: object) => updateDocument(as(alice), { doctype: 'Task', name: 't1', given: given as never });
    expect(await code(update({ region: 'US' }))).toBe('forbidden');
    expect((await world.read('Task', 't1')).region).toBe('EU');
    await update({ amount: 3 });
    expect(await code(createDocument(as(alice), { doctype: 'Task', given: { name: 't9', region: 'US' } }))).toBe(
      'forbidden',
    );
    expect((await world.list('Task', { filters: [['name', '=', 't9']] })).length).toBe(0);
  });

  test('rls_field compares with the teams', async () => {
    expect(await names(alice, 'Case')).toEqual(['c1']);
    expect(await code(read(alice, 'Case', 'c2'))).toBe('not_found');
    expect(await code(createDocument(as(alice), { doctype: 'Case', given: { name: 'c9', team: 'South' } }))).toBe(
      'forbidden',
    );
    expect(await names(bob, 'Case')).toEqual([]);
  });
});

describe('fields', () => {
  test('what one may not read is not there: answers, filters, order, groups, aggregates, search', async () => {
    const bill = await read(alice, 'Bill', 'a1');
    expect(Object.keys(bill)).not.toContain('margin');
    expect(Object.keys(bill)).not.toContain('secret_lines');
    expect(Object.keys(bill.lines[0])).toContain('what');
    expect(Object.keys(bill.lines[0])).not.toContain('cost');
    expect((await read(hr, 'Bill', 'a1')).lines[0].cost).toBe(3);
    const ways: Record<string, string>[] = [
      { filters: '[["margin",">",1]]' },
      { filters: '[["lines.cost",">",1]]' },
      { order_by: 'margin desc' },
      { fields: '["margin"]' },
      { fields: '["lines.cost"]' },
      { fields: '[{"lines":["cost"]}]' },
      { fields: '[{"sum":"margin","as":"m"}]' },
      { group_by: 'margin' },
      { expand: 'secret_lines' },
    ];
    for (const way of ways) {
      const known = await refusal(list(alice, 'Bill', way));
      const shape = JSON.stringify(way)
        .replaceAll('margin', 'margix')
        .replaceAll('cost', 'cosx')
        .replaceAll('secret_lines', 'secret_linex');
      const unknown = await refusal(list(alice, 'Bill', JSON.parse(shape)));
      const plain = (text: string) =>
        text.replaceAll('margix', 'margin').replaceAll('cosx', 'cost').replaceAll('secret_linex', 'secret_lines');
      expect([known.code, known.message]).toEqual([unknown.code, plain(unknown.message)]);
    }
    expect(await names(alice, 'Bill', { q: 'CANARY' })).toEqual([]);
    expect(await names(hr, 'Bill', { q: 'CANARY' })).toEqual(['a1']);
  });

  test('what one may not write is refused when it differs, unknown when it cannot be read', async () => {
    const write = (actor: Actor, given: object) =>
      updateDocument(as(actor), { doctype: 'Bill', name: 'a1', given: given as never });
    const refused = await refusal(write(alice, { margin: 99 }));
    expect(refused.code).toBe('validation');
    expect(refused.errors[0]?.code).toBe('unknown_field');
    const [line] = (await read(alice, 'Bill', 'a1')).lines;
    expect(await code(write(alice, { lines: [{ ...line, cost: 9 }] }))).toBe('validation');
    await write(alice, { lines: [{ ...line, what: 'changed' }] });
    const stored = await world.read('Bill', 'a1');
    expect([stored.margin, stored.lines[0].cost, stored.lines[0].what]).toEqual([5, 3, 'changed']);
    await write(hr, { margin: 6 });
    expect((await world.read('Bill', 'a1')).margin).toBe(6);
  });

  test('a copy is made of what its maker sees', async () => {
    const { name } = await duplicateDocument(as(alice), { doctype: 'Bill', name: 'a1', requestedName: 'a1-copy' });
    const copy = await world.read('Bill', name);
    expect([copy.subject, copy.margin, copy.margin_note, copy.secret_lines]).toEqual(['apple', 0, null, []]);
  });
});

describe('what is not visible does not exist', () => {
  test('a DocType without a right and one that is not there', async () => {
    for (const actor of [alice, stranger]) {
      const hidden = await refusal(list(actor, 'Vault'));
      const missing = await refusal(list(actor, 'Vaulx'));
      expect([hidden.code, hidden.message]).toEqual([missing.code, missing.message.replace('Vaulx', 'Vault')]);
    }
    expect(await code(list(stranger, 'Bill'))).toBe('not_found');
    expect(await code(list(alice, 'Line'))).toBe('not_found');
  });

  test('links lead only where one may look', async () => {
    const make = (given: object) => createDocument(as(alice), { doctype: 'Pointer', given: given as never });
    const hidden = await refusal(make({ name: 'p1', vault: 'v1' }));
    const missing = await refusal(make({ name: 'p1', vault: 'v2' }));
    expect(hidden.message.replace('v1', 'v2')).toBe(missing.message);
    expect(await code(make({ name: 'p1', bill: 'b1' }))).toBe('validation');
    await make({ name: 'p1', bill: 'a1', any_company: 'B' });
    await world.create('Pointer', { name: 'p2', vault: 'v1', bill: 'b1' });
    const shown = JSON.parse(
      (await readDocument(as(alice), { doctype: 'Pointer', name: 'p2', expand: ['vault', 'bill'] })).text,
    );
    expect([shown.vault, shown.bill]).toEqual(['v1', 'b1']);
    expect(await names(alice, 'Pointer', { filters: '[["bill.subject","=","berry"]]' })).toEqual([]);
    expect(await code(list(alice, 'Pointer', { filters: '[["vault.code","=","CANARY"]]' }))).toBe('bad_request');
  });

  test('select shows what a picker shows', async () => {
    const [choice] = (await list(alice, 'Choice', { fields: '["*"]' })).items;
    expect(choice).toEqual({ id: choice.id, name: 'ch1', label: 'one' });
    expect(await code(read(alice, 'Choice', 'ch1'))).toBe('forbidden');
    expect(await code(list(alice, 'Choice', { filters: '[["inner","=","CANARY"]]' }))).toBe('bad_request');
  });
});

test('submit and cancel need write beside their own right', async () => {
  const given = { name: 's1', subject: 's' };
  await createDocument(as(alice), { doctype: 'Bill', given });
  expect(await code(submitDocument(as({ user: 'e', roles: ['HR'] }), { doctype: 'Bill', name: 'b1' }))).toBe(
    'forbidden',
  );
  expect(JSON.parse((await submitDocument(as(alice), { doctype: 'Bill', name: 's1' })).text).docstatus).toBe(1);
  expect(await code(cancelDocument(as({ user: 'e', roles: ['HR'] }), { doctype: 'Bill', name: 's1' }))).toBe(
    'forbidden',
  );
  expect(JSON.parse((await cancelDocument(as(alice), { doctype: 'Bill', name: 's1' })).text).docstatus).toBe(2);
});

describe('shares', () => {
  const giver: Actor = { user: 'bob', roles: SALES, restrictions: [{ doctype: 'Company', names: ['B'] }] };
  const withShare = (by: Actor): Actor => ({ ...alice, sharers: [{ doctype: 'Bill', by }] });
  beforeAll(async () => {
    for (const user of ['alice', 'bob'])
      await world.create('User', { name: user, first_name: user, email: `${user}@example.com`, enabled: true });
    await world.sql(
      `insert into docshare (id, name, owner, creation, modified, modified_by, "user", everyone, share_doctype, share_name, "read", "write", submit, share, shared_by)
       values (gen_random_uuid(), 'sh1', 'bob', now(), now(), 'bob', 'alice', false, 'Bill', 'b1', true, false, false, false, 'bob'),
              (gen_random_uuid(), 'sh2', 'bob', now(), now(), 'bob', 'alice', false, 'Bill', 'x1', true, true, false, false, 'bob')`,
    );
  });

  test('a shared document is seen, as far as its giver sees it', async () => {
    expect(await names(withShare(giver), 'Bill', { filters: '[["name","in",["a1","b1","x1"]]]' })).toEqual([
      'a1',
      'b1',
    ]);
    expect(
      await code(updateDocument(as(withShare(giver)), { doctype: 'Bill', name: 'b1', given: { subject: 'x' } })),
    ).toBe('forbidden');
    const free: Actor = { user: 'bob', roles: SALES };
    await updateDocument(as(withShare(free)), { doctype: 'Bill', name: 'x1', given: { subject: 'shared' } });
    expect((await world.read('Bill', 'x1')).subject).toBe('shared');
    expect(await code(removeDocument(as(withShare(free)), { doctype: 'Bill', name: 'x1' }))).toBe('forbidden');
  });

  test('a giver who lost his right has given nothing, and two who give to each other neither', async () => {
    const lost: Actor = { user: 'bob', roles: [ALL_USERS] };
    expect(await names(withShare(lost), 'Bill', { filters: '[["name","in",["a1","b1","x1"]]]' })).toEqual(['a1']);
    const circle: Actor = { user: 'bob', roles: [ALL_USERS], sharers: [{ doctype: 'Bill', by: alice }] };
    expect(await names(withShare(circle), 'Bill', { filters: '[["name","in",["b1"]]]' })).toEqual([]);
    const only: Actor = { user: 'alice', roles: [ALL_USERS], sharers: [{ doctype: 'Bill', by: giver }] };
    expect(await names(only, 'Bill')).toEqual(['b1']);
  });
});

test('a limited credential is no wider than its scopes', async () => {
  const reader: Actor = { ...hr, scopes: ['Bill:read'] };
  expect(await names(reader, 'Bill')).toContain('b1');
  expect(await code(list(reader, 'Company'))).toBe('forbidden');
  expect(await code(updateDocument(as(reader), { doctype: 'Bill', name: 'b1', given: { subject: 'no' } }))).toBe(
    'forbidden',
  );
  const admin: Actor = { user: 'Administrator', roles: ['Administrator'], scopes: ['read'] };
  expect(await names(admin, 'Vault')).toEqual(['v1']);
  expect(await code(removeDocument(as(admin), { doctype: 'Vault', name: 'v1' }))).toBe('forbidden');
});
