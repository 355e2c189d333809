/** What an edit writes into rows that exist, beyond their tables: values fetched from now on, places in a tree. */
import { backfillSql, backfills } from '../db/backfill.ts';
import { count } from '../db/counts.ts';
import { numberTreeSql } from '../db/number-tree.ts';
import type { Transaction } from '../db/pool.ts';
import type { SnapshotData } from '../schema/snapshot.ts';
import type { Prepared } from './prepare.ts';
import type { ReviewedChange } from './review.ts';

interface Question {
  tx: Transaction;
  prepared: Prepared;
  base: SnapshotData;
  next: SnapshotData;
}

export async function valuesToFill(q: Question): Promise<ReviewedChange[]> {
  return [...backfilled(q), ...(await treesNumbered(q))];
}

/** A field that is fetched from now on is filled where it is empty. */
function backfilled(q: Question): ReviewedChange[] {
  return [...q.prepared.records].flatMap(([name, record]) => {
    const before = record.before && q.base.find(record.before.name);
    const after = q.next.find(name);
    if (!before || !after || after.table === '' || before.table !== after.table) return [];
    return backfills(before, after, q.next).map((fill) => ({
      op: 'fill_fetched',
      table: fill.table,
      column: fill.column,
      safety: 'SAFE' as const,
      reason: `empty values are fetched from ${fill.targetTable}.${fill.source}`,
      rows: 0,
      sql: backfillSql(fill),
    }));
  });
}

/** A DocType that becomes a tree while it has documents: each gets its place under its parent. */
async function treesNumbered(q: Question): Promise<ReviewedChange[]> {
  const changes = [...q.prepared.records].map(async ([name, record]): Promise<ReviewedChange[]> => {
    const before = record.before && q.base.find(record.before.name);
    const after = q.next.find(name);
    if (!after?.isTree || after.storage !== 'table' || before?.table !== after.table || before.isTree) return [];
    const { rows } = await count(q.tx, { ask: 'rows', table: after.table });
    if (rows === 0) return [];
    const reason = 'documents that exist get their place in the tree, under their parents';
    return [
      { op: 'number_tree', table: after.table, column: 'lft', safety: 'SAFE', reason, rows, sql: numberTreeSql(after) },
    ];
  });
  return (await Promise.all(changes)).flat();
}
