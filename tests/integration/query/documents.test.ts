/** One document: what an answer holds, what is hidden, what the write path gets, and the lock. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Access } from '../../../server/access/decide.ts';
import { condition } from '../../../server/kernel/filter.ts';
import { type DocumentWish, documentStatement } from '../../../server/query/document.ts';
import type { DocTypePlan } from '../../../server/schema/plan.ts';
import { seedFrom } from '../../support/seed.ts';
import { randomFrom } from './random.ts';
import {
  createWorld,
  customer,
  openAccess,
  order,
  type Row,
  settings,
  snapshot,
  territory,
  type World,
} from './world.ts';

let world: World;
const seed = seedFrom('QUERY_SEED');

beforeAll(async () => {
  world = await createWorld(randomFrom(seed), 40);
});
afterAll(() => world?.close());

type Ask = Partial<DocumentWish> & { key: string };

async function read(ask: Ask, plan: DocTypePlan = order): Promise<Record<string, unknown> | undefined> {
  const rows = await world.db.query(documentStatement({ snapshot, plan, access: openAccess, ...ask }));
  return rows[0];
}

async function doc(ask: Ask, plan: DocTypePlan = order): Promise<Record<string, unknown>> {
  const row = await read(ask, plan);
  return JSON.parse(row?.doc as string);
}

function withItems(count: number): Row {
  return world.orders.find((each) => (each.items as Row[]).length >= count) as Row;
}

describe('one document', () => {
  test('has every column in its canonical form, and its children in their order', async () => {
    for (const each of world.orders) {
      const answer = await doc({ key: each.name as string });
      const hide = (value: unknown): unknown => (value === null || value === '' ? null : '********');
      const rows = (table: string): unknown[] =>
        (each[table] as Row[]).map((row) => ({ doctype: 'Sales Order Item', ...row }));
      expect(answer, `seed ${seed}`).toEqual({
        doctype: 'Sales Order',
        ...each,
        pin: hide(each.pin),
        amended_from: undefined,
        items: rows('items'),
        extras: rows('extras'),
      });
    }
  });

  test('answers to its name and to its id, and a name that looks like an id wins', async () => {
    const [first, second] = world.orders as [Row, Row];
    expect((await read({ key: first.id as string }))?.name).toBe(first.name);
    expect((await read({ key: (first.id as string).toUpperCase() }))?.name).toBe(first.name);
    await world.db.query({
      text: 'update sales_order set name = $1 where id = $2',
      values: [first.id as string, second.id as string],
    });
    expect((await read({ key: first.id as string }))?.id).toBe(second.id);
    await world.db.query({
      text: 'update sales_order set name = $1 where id = $2',
      values: [second.name as string, second.id as string],
    });
  });

  test('that is not there is no row', async () => {
    expect(await read({ key: 'nobody' })).toBeUndefined();
    expect(await read({ key: "x' or true --" })).toBeUndefined();
    expect(() => documentStatement({ snapshot, plan: order, access: openAccess, key: 'a\0b' })).toThrow(/U\+0000/);
  });

  test('of a Single needs no key', async () => {
    expect(await doc({ key: 'Shop Settings' }, settings)).toMatchObject({
      doctype: 'Shop Settings',
      title: 'Shop',
      limit_days: 3,
    });
  });

  test('comes with the wanted fields only', async () => {
    const each = withItems(1);
    expect(await doc({ key: each.name as string, fields: ['name', 'note', 'items.qty'] })).toEqual({
      name: each.name,
      note: each.note,
      items: (each.items as Row[]).map((row) => ({ qty: row.qty })),
    });
    await expect(doc({ key: 'x', fields: ['nam'] })).rejects.toThrow(/no field "nam"; did you mean "name"/);
    await expect(doc({ key: 'x', fields: ['customer.title'] })).rejects.toThrow(/expand=customer/);
  });

  test('expands Links, deeper ones and those of its rows; the name stays where there is no target', async () => {
    for (const each of world.orders.slice(0, 25)) {
      const answer = await doc({ key: each.name as string, expand: ['customer.territory', 'items.maker'] });
      const target = world.customers.find((one) => one.name === each.customer);
      if (!target) expect(answer.customer).toBe(each.customer);
      else {
        const place = world.territories.find((one) => one.name === target.territory);
        expect(answer.customer).toMatchObject({ doctype: 'Customer', name: target.name, title: target.title });
        expect((answer.customer as Row).secret).not.toBe('sealed');
        if (place) expect((answer.customer as Row).territory).toMatchObject({ name: place.name, title: place.title });
      }
      for (const [index, row] of (answer.items as Row[]).entries()) {
        const maker = (each.items as Row[])[index]?.maker;
        if (maker) expect(row.maker).toMatchObject({ name: maker, doctype: 'Customer' });
      }
    }
    await expect(doc({ key: 'x', expand: ['subject'] })).rejects.toThrow(/Dynamic Link/);
    await expect(doc({ key: 'x', expand: ['amount'] })).rejects.toThrow(/neither a Link nor a child table/);
  });

  test('for the write path is whole, whatever its actor may read, with secrets as they are stored', async () => {
    const sealed = world.orders.find((each) => each.pin === 'sealed') as Row;
    const access = (): Access => ({ ...openAccess(), canRead: (name) => name === 'name', key: 'little' });
    expect(Object.keys(await doc({ key: sealed.name as string, access }))).toEqual(['doctype', 'name']);
    expect(await doc({ key: sealed.name as string, access, purpose: 'write', lock: 'update' })).toMatchObject({
      pin: 'sealed',
      amount: sealed.amount,
    });
    expect(await read({ key: sealed.name as string, purpose: 'write', lock: 'update' })).toMatchObject({
      id: sealed.id,
      name: sealed.name,
      _version: 1,
      docstatus: sealed.docstatus,
      stale: false,
    });
  });
});

describe('the lock', () => {
  test('says when it had to wait and the children are from before; asked again, they are right', async () => {
    const each = withItems(2);
    const statement = documentStatement({
      snapshot,
      plan: order,
      access: openAccess,
      key: each.name as string,
      lock: 'update',
      purpose: 'write',
    });
    let release: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let hasLocked: () => void = () => {};
    const locked = new Promise<void>((resolve) => {
      hasLocked = resolve;
    });
    const writer = world.db.transaction(async (tx) => {
      await tx.query(statement);
      hasLocked();
      await held;
      await tx.query({ text: 'delete from sales_order_item where parent_id = $1', values: [each.id as string] });
      await tx.query({
        text: 'update sales_order set _version = _version + 1 where id = $1',
        values: [each.id as string],
      });
    });
    await locked;
    const waiter = world.db.transaction(async (tx) => {
      const first = tx.query(statement);
      setTimeout(release, 200);
      const before = (await first)[0];
      const after = (await tx.query(statement))[0];
      return { before, after };
    });
    await writer;
    const { before, after } = await waiter;
    expect(before).toMatchObject({ stale: true, _version: 2 });
    expect(after).toMatchObject({ stale: false, _version: 2 });
    expect(JSON.parse(after?.doc as string).items).toEqual([]);
  });
});

describe('permission', () => {
  const rule = (of: Partial<Access>): Access => ({ ...openAccess(), key: JSON.stringify(of), ...of });

  test('a document outside the rows is not there', async () => {
    const each = world.orders[0] as Row;
    const access = (): Access => rule({ rows: condition('owner', '=', each.owner as string) });
    expect(await read({ key: each.name as string, access })).toBeDefined();
    const other = (): Access => rule({ rows: condition('owner', '=', 'somebody else') });
    expect(await read({ key: each.name as string, access: other })).toBeUndefined();
  });

  test('a target outside the rows stays a name, and so does one of a DocType that may not be read', async () => {
    const each = world.orders.find((one) => world.customers.some((target) => target.name === one.customer)) as Row;
    const access = (plan: DocTypePlan): Access =>
      plan === customer ? rule({ rows: condition('territory.name', '=', 'nowhere') }) : openAccess();
    expect((await doc({ key: each.name as string, access, expand: ['customer'] })).customer).toBe(each.customer);
    const closed = (plan: DocTypePlan): Access => (plan === customer ? rule({ allowed: false }) : openAccess());
    expect((await doc({ key: each.name as string, access: closed, expand: ['customer'] })).customer).toBe(
      each.customer,
    );
  });

  test('a rule may go through Links that the caller cannot read', async () => {
    const each = world.customers.find((one) => one.territory === 'Berlin' || one.territory === 'Paris') as Row;
    const access = (plan: DocTypePlan): Access =>
      plan === territory
        ? rule({ allowed: false, rows: { kind: 'none' } })
        : rule({ rows: condition('territory', 'descendants of', 'World') });
    expect(await read({ key: each.name as string, access }, customer)).toBeDefined();
    const through = (plan: DocTypePlan): Access =>
      plan === territory
        ? rule({ allowed: false, rows: { kind: 'none' } })
        : rule({ rows: condition('territory.name', '=', each.territory as string) });
    expect(await read({ key: each.name as string, access: through }, customer)).toBeDefined();
  });
});
