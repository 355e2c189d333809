/** Lists against an oracle that was written apart: thousands of random requests must answer alike. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Document } from '../../../server/kernel/document.ts';
import { evaluateList } from '../../../server/query/in-memory.ts';
import { listStatement } from '../../../server/query/list.ts';
import { parseListRequest } from '../../../server/query/wire.ts';
import { seedFrom } from '../../support/seed.ts';
import { type Cell, holds, readPath, sortable, sortRows, type Tree } from './oracle.ts';
import { randomFrom } from './random.ts';
import { randomTree, randomWish, wire } from './wishes.ts';
import { createWorld, NOW, openAccess, order, type Row, snapshot, type World } from './world.ts';

const seed = seedFrom('QUERY_SEED');
const random = randomFrom(seed);
let world: World;

interface Body {
  items: Record<string, unknown>[];
  total?: number;
  has_more: boolean;
  next_cursor?: string | null;
}

async function list(params: Iterable<[string, string]>): Promise<Body> {
  const request = parseListRequest(new Map(params));
  const { statement, present } = listStatement({ snapshot, plan: order, access: openAccess, request, now: NOW });
  const rows = await world.db.query(statement);
  return JSON.parse(present(rows[0] as Record<string, unknown>));
}

const cell = (doc: Row, path: string): Cell => sortable(path, readPath(world, doc, path));

function pick(doc: Row, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((path) => [path, readPath(world, doc, path)]));
}

beforeAll(async () => {
  world = await createWorld(random, 300);
});
afterAll(() => world?.close());

describe(`random lists (QUERY_SEED=${seed})`, () => {
  test('filters, order, fields and pages', async () => {
    let matched = 0;
    for (let round = 0; round < 1200; round++) {
      const wish = randomWish(random, world);
      const about = `seed ${seed}, round ${round}: ${JSON.stringify([...wish.params])}`;
      const wanted = world.orders.filter((doc) => holds(world, doc, wish.tree));
      const sorted = sortRows(wanted, [...wish.order, { path: 'id', down: wish.order.at(-1)?.down ?? false }], cell);
      const page = sorted.slice(wish.offset, wish.offset + wish.limit).map((doc) => pick(doc, wish.fields));
      const body = await list(wish.params).catch((error: unknown) => {
        throw new Error(about, { cause: error });
      });
      expect(body.items, about).toEqual(page);
      expect({ total: body.total, more: body.has_more }, about).toEqual({
        total: wanted.length,
        more: wish.offset + wish.limit < wanted.length,
      });
      if (wanted.length > 0 && wanted.length < world.orders.length) matched++;
    }
    // A generator whose filters match nothing, or everything, would prove nothing.
    expect(matched).toBeGreaterThan(500);
  });

  test('pages by cursor, put together, are the whole list', async () => {
    for (let round = 0; round < 150; round++) {
      const wish = randomWish(random, world);
      const limit = random.int(1, 40);
      const about = `seed ${seed}, round ${round}: ${JSON.stringify([...wish.params])}`;
      const wanted = sortRows(
        world.orders.filter((doc) => holds(world, doc, wish.tree)),
        [...wish.order, { path: 'id', down: wish.order.at(-1)?.down ?? false }],
        cell,
      );
      const names: unknown[] = [];
      for (let cursor: string | null | undefined = ''; cursor !== null && cursor !== undefined; ) {
        wish.params.delete('offset');
        const body: Body = await list([...wish.params, ['limit', String(limit)], ['cursor', cursor]]);
        names.push(...body.items.map((each) => each.name));
        expect(body.total, about).toBe(wanted.length);
        cursor = body.next_cursor;
        expect(names.length, about).toBeLessThanOrEqual(wanted.length);
      }
      expect(names, about).toEqual(wanted.map((doc) => doc.name));
    }
  });

  test('groups and aggregates', async () => {
    for (let round = 0; round < 300; round++) {
      const tree = randomTree({ random, world, options: {}, depth: 1 });
      const group = [
        ...new Set(
          Array.from({ length: random.int(0, 2) }, () => random.pick(['status', 'paid', 'customer.territory', 'due'])),
        ),
      ];
      const fields = [
        ...group,
        { COUNT: '*', as: 'n' },
        { count: 'note', as: 'notes' },
        { count: 'customer', distinct: true, as: 'customers' },
        { sum: 'pieces', as: 'pieces_sum' },
        { Min: 'amount', as: 'least' },
        { max: 'due', as: 'latest' },
        'sum(amount) as amounts',
        { avg: 'amount', as: 'mean' },
      ];
      const about = `seed ${seed}, round ${round}: ${JSON.stringify({ tree, group })}`;
      const body = await list([
        ['filters', JSON.stringify(wire(random, tree))],
        ['fields', JSON.stringify(fields)],
        ['limit', '1000'],
        ...(group.length > 0 ? [['group_by', group.join(',')] as [string, string]] : []),
      ]);
      const wanted = groupsOf(tree, group);
      expect(body.total, about).toBe(wanted.length);
      expect(
        body.items.map((row, index) => snapped(row, wanted[index])),
        about,
      ).toEqual(wanted);
    }
  });

  test('a child table in the fields gives one row for each of its rows, and filters bind to that row', async () => {
    for (let round = 0; round < 300; round++) {
      const tree = randomTree({ random, world, options: {}, depth: 1 });
      const about = `seed ${seed}, round ${round}: ${JSON.stringify(tree)}`;
      const body = await list([
        ['filters', JSON.stringify(wire(random, tree))],
        ['fields', '["name","items.item_code","items.qty as q"]'],
        ['order_by', 'name'],
        ['limit', '1000'],
      ]);
      const wanted: Record<string, unknown>[] = [];
      for (const doc of sortRows(world.orders, [{ path: 'name', down: false }], cell)) {
        const rows = doc.items as Row[];
        for (const row of rows.length === 0 ? [{} as Row] : rows) {
          if (!holds(world, doc, tree, { table: 'items', row })) continue;
          wanted.push({ name: doc.name, 'items.item_code': row.item_code ?? null, q: row.qty ?? null });
        }
      }
      expect(body.total, about).toBe(wanted.length);
      expect(body.items, about).toEqual(wanted.slice(0, 1000));
    }
  });

  test('the in-memory evaluator answers like PostgreSQL', async () => {
    const documents = world.orders as unknown as Document[];
    for (let round = 0; round < 400; round++) {
      const wish = randomWish(random, world, { ownOnly: true });
      const about = `seed ${seed}, round ${round}: ${JSON.stringify([...wish.params])}`;
      const request = parseListRequest(wish.params);
      const page = evaluateList({ plan: order, snapshot, access: openAccess, request, documents, now: NOW });
      expect(JSON.parse(JSON.stringify(page)), about).toEqual(await list(wish.params));
    }
  });
});

/** Groups in the order of their columns. */
function groupsOf(tree: Tree, group: readonly string[]): Record<string, unknown>[] {
  const rows = world.orders.filter((doc) => holds(world, doc, tree));
  const found = new Map<string, Row[]>(group.length === 0 ? [['', []]] : []);
  for (const doc of rows) {
    const key = group.length === 0 ? '' : JSON.stringify(group.map((path) => readPath(world, doc, path)));
    found.set(key, [...(found.get(key) ?? []), doc]);
  }
  const groups = [...found.values()].map((members) => ({ first: members[0] as Row, row: groupRow(members, group) }));
  return sortRows(
    groups,
    group.map((path) => ({ path, down: false })),
    (each, path) => cell(each.first, path),
  ).map((each) => each.row);
}

function groupRow(members: readonly Row[], group: readonly string[]): Record<string, unknown> {
  const numbers = (path: string): number[] => members.map((doc) => Number(doc[path]));
  const sum = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((a, b) => a + b, 0);
  const days = members
    .map((doc) => doc.due as string | null)
    .filter((due) => due !== null)
    .sort();
  const amounts = numbers('amount');
  return {
    ...(members[0] ? pick(members[0], group) : {}),
    n: members.length,
    notes: members.filter((doc) => doc.note !== null).length,
    customers: new Set(members.map((doc) => doc.customer).filter((name) => name !== null)).size,
    pieces_sum: sum(numbers('pieces')),
    least: amounts.length === 0 ? null : Math.min(...amounts),
    latest: days.at(-1) ?? null,
    amounts: sum(amounts),
    mean: amounts.length === 0 ? null : (sum(amounts) as number) / amounts.length,
  };
}

/** Sums of doubles differ from exact ones in the last digits: what is near enough becomes the same. */
function snapped(row: Record<string, unknown>, wanted: Record<string, unknown> = {}): Record<string, unknown> {
  const isNear = (a: unknown, b: unknown): boolean =>
    typeof a === 'number' && typeof b === 'number' && Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b));
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, isNear(value, wanted[key]) ? wanted[key] : value]),
  );
}
