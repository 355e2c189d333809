/** Whether the database is what the metadata says: the differences, none when all is well. */
import { readCatalog, tableNames } from '../db/catalog.ts';
import type { Queryable } from '../db/pool.ts';
import { diffTable, type TableChange } from '../schema/diff.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';
import { wantedTable } from '../schema/tables.ts';

export interface Drift {
  changes: TableChange[];
  /** Tables that belong to no DocType: removed ones, or somebody's own. */
  strangers: string[];
}

const PRIVATE = /^(m_|doctype$)/;

export async function findDrift(db: Queryable, snapshot: Snapshot): Promise<Drift> {
  const plans = snapshot.names
    .map((name) => snapshot.find(name))
    .filter((plan): plan is DocTypePlan => plan !== undefined && plan.table !== '');
  const names = await tableNames(db);
  const catalog = await readCatalog(db, names);
  const known = new Set(plans.map((plan) => plan.table));
  return {
    changes: plans.flatMap((plan) => diffTable(wantedTable(plan, snapshot), catalog.get(plan.table))),
    strangers: names.filter((name) => !known.has(name) && !PRIVATE.test(name)),
  };
}
