/** Whose the documents of a DocType are cannot change once there are some: nobody could say whose they become. */
import { count } from '../db/counts.ts';
import type { Queryable } from '../db/pool.ts';
import { type PlanPair, type ReviewedChange, refuse } from './review.ts';

export async function reviewTenancy(db: Queryable, { before, after }: PlanPair): Promise<ReviewedChange[]> {
  if (!before?.tenancy || !after?.tenancy || before.tenancy === after.tenancy || before.table === '') return [];
  const { rows } = await count(db, { ask: 'rows', table: before.table });
  const change = { op: 'change_tenancy', table: before.table, column: '', sql: '' };
  if (rows === 0) return [{ ...change, safety: 'SAFE', reason: 'there are no documents yet', rows }];
  const what = `${rows} documents are ${NOUNS[before.tenancy]}, and would have to be ${NOUNS[after.tenancy]}`;
  return [{ ...change, ...refuse({ rows, sample: [] }, what, 'Delete them first, and make them again afterwards') }];
}

const NOUNS = {
  own: 'the tenants’ own',
  common: 'common to all tenants',
  'global names': 'the tenants’ own under names that nobody else has',
};
