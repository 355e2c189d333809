/**
 * A small world for the query tests: the shop's DocTypes, rows with NULLs, blanks and letters of many kinds,
 * kept in memory as well as in PostgreSQL, so that answers can be compared.
 */

import { ddl } from '../../../server/db/ddl.ts';
import { type Database, openDatabase } from '../../../server/db/pool.ts';
import { insertRows } from '../../../server/db/rows.ts';
import type { Document, Value } from '../../../server/kernel/document.ts';
import type { DocTypePlan } from '../../../server/schema/plan.ts';
import { wantedTable } from '../../../server/schema/tables.ts';
import { createDatabase } from '../../support/postgres.ts';
import { silentLog } from '../../support/silent-log.ts';
import type { Random } from './random.ts';
import { customer, item, order, PLANS, settings, snapshot, territory } from './shop.ts';

export const NOW = Date.parse('2026-05-20T10:00:00Z');

export type Row = Record<string, Value>;

export interface World {
  db: Database;
  territories: Row[];
  customers: Row[];
  orders: Row[];
  close(): Promise<void>;
}

const WORDS = [
  'Open',
  'open',
  'Öl',
  'öl',
  '',
  'a%b',
  'a_b',
  'a\\b',
  'naïve',
  '日本',
  '😀 smile',
  'zz',
  'B',
  "o'clock",
  '"q"',
];
export const SOME_WORDS: readonly string[] = WORDS;

export async function createWorld(random: Random, size: number): Promise<World> {
  const own = await createDatabase();
  const db = openDatabase({ url: own.url, size: 4, statementTimeoutMs: 20_000, log: silentLog });
  for (const plan of PLANS) {
    const wanted = wantedTable(plan, snapshot);
    const changes = [{ op: 'create_table' as const, table: wanted.table, columns: wanted.columns }];
    for (const change of changes) for (const text of ddl(change)) await db.query({ text, values: [] });
  }
  const territories = treeRows(random);
  const customers = Array.from({ length: 30 }, (_, index) => customerRow(random, index, territories));
  const orders = Array.from({ length: size }, (_, index) => orderRow(random, index, customers));
  await insert(db, territory, territories);
  await insert(db, customer, customers);
  await insert(db, order, orders);
  for (const parent of orders) {
    for (const table of ['items', 'extras']) await insert(db, item, parent[table] as Row[], parent.id as string);
  }
  await insert(db, settings, [{ ...standard(random, 0, 'Shop Settings'), title: 'Shop', limit_days: 3 }]);
  return {
    db,
    territories,
    customers,
    orders,
    close: async () => {
      await db.close();
      await own.drop();
    },
  };
}

async function insert(db: Database, plan: DocTypePlan, rows: readonly Row[], parentId?: string): Promise<void> {
  if (rows.length > 0)
    await db.query(
      insertRows(
        plan,
        rows.map((values) => ({ values: values as Document, parentId })),
      ),
    );
}

function standard(random: Random, index: number, name: string): Row {
  return {
    id: uuid(random),
    name,
    owner: random.pick(['Administrator', 'ann@example.com', 'bob@example.com']),
    creation: instant(random, 20),
    modified: instant(random, 3),
    modified_by: 'Administrator',
    docstatus: random.pick([0, 0, 1, 2]),
    idx: index,
    _version: 1,
  };
}

function treeRows(random: Random): Row[] {
  // World( Europe( Berlin, Paris ), Asia( Tokyo ) ), Moon
  const places: [string, number, number][] = [
    ['World', 1, 12],
    ['Europe', 2, 7],
    ['Berlin', 3, 4],
    ['Paris', 5, 6],
    ['Asia', 8, 11],
    ['Tokyo', 9, 10],
    ['Moon', 13, 14],
  ];
  return places.map(([name, lft, rgt], index) => ({
    ...standard(random, index, name),
    title: name.toLowerCase(),
    manager: random.maybe(() => random.pick(['Ann', 'Bob'])),
    lft,
    rgt,
    is_group: rgt - lft > 1,
    old_parent: null,
    parent_territory: null,
  }));
}

function customerRow(random: Random, index: number, territories: readonly Row[]): Row {
  return {
    ...standard(random, index, `CUST-${String(index).padStart(3, '0')}`),
    title: text(random),
    territory: random.maybe(() => random.pick(territories).name as string),
    credit: number(random),
    vip: random.chance(0.5),
    secret: random.maybe(() => random.pick(['', 'sealed'])),
  };
}

function orderRow(random: Random, index: number, customers: readonly Row[]): Row {
  const name = random.chance(0.1) ? `${random.pick(WORDS)}-${index}` : `SO-${String(index).padStart(4, '0')}`;
  const row: Row = {
    ...standard(random, index, name),
    status: random.maybe(() => random.pick(['Draft', 'Open', 'Closed', ''])),
    // A few lead nowhere: the target was taken out of the database.
    customer: random.maybe(() => (random.chance(0.05) ? 'CUST-gone' : (random.pick(customers).name as string))),
    amount: number(random),
    pieces: random.int(-3, 6),
    big: random.pick([0, 7, '9007199254740993', '-9007199254740995', 9007199254740991]),
    due: random.maybe(() => day(random)),
    at: random.maybe(() => instant(random, 40)),
    clock: random.maybe(() => random.pick(['00:00:00', '09:30:00', '09:30:00.5', '23:59:59.999999'])),
    note: text(random),
    paid: random.chance(0.5),
    meta: random.maybe(() => ({ a: [1, 'x'] })),
    pin: random.maybe(() => random.pick(['', 'sealed'])),
    kind: random.maybe(() => 'Customer'),
    subject: random.maybe(() => 'CUST-001'),
  };
  for (const table of ['items', 'extras']) {
    row[table] = Array.from({ length: table === 'items' ? random.int(0, 4) : random.int(0, 1) }, (_, at) => ({
      ...standard(random, at + 1, `${index}-${table}-${at}`),
      parent: name,
      parenttype: 'Sales Order',
      parentfield: table,
      item_code: random.maybe(() => random.pick(['A', 'B', 'C', ''])),
      qty: random.int(0, 4),
      rate: number(random),
      maker: random.maybe(() => random.pick(customers).name as string),
    }));
  }
  return row;
}

function text(random: Random): string | null {
  return random.maybe(() => random.pick(WORDS));
}

function number(random: Random): number {
  return random.pick([0, 1, 1.5, -2.25, 100, 99.99, 0.001, 1234567.125]);
}

export function day(random: Random): string {
  return new Date(NOW + random.int(-400, 400) * 86_400_000).toISOString().slice(0, 10);
}

/** Microseconds included, since that is what JavaScript would lose. */
export function instant(random: Random, days: number): string {
  const moment = new Date(NOW + random.int(-days * 24, days * 24) * 3_600_000).toISOString();
  return `${moment.slice(0, 19)}.${random.pick(['000000', '000001', '999999', '123456'])}Z`;
}

function uuid(random: Random): string {
  const hex = Array.from({ length: 32 }, () => random.int(0, 15).toString(16)).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}

export { customer, item, openAccess, order, settings, snapshot, territory } from './shop.ts';
