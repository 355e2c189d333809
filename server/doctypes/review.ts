/**
 * What an edit means for the data, in words and numbers: the shape of a reviewed change, and the hash that
 * confirms a dangerous plan. review-tables.ts and review-fields.ts make the changes.
 */
import type { Offenders } from '../db/counts.ts';
import { canonicalJson } from '../kernel/json.ts';
import { shortHash } from '../kernel/names.ts';
import type { DocTypePlan } from '../schema/plan.ts';

export type Safety = 'SAFE' | 'WARNING' | 'DANGEROUS';

export interface ReviewedChange {
  op: string;
  table: string;
  column: string;
  safety: Safety;
  reason: string;
  rows: number;
  sql: string;
  /** Data would be lost: not done, confirmed or not. */
  refused?: true;
}

export interface PlanPair {
  before?: DocTypePlan;
  after?: DocTypePlan;
}

/** What is thought of one change. */
export interface Judged {
  safety: Safety;
  reason: string;
  rows: number;
  refused?: true;
}

/** The hash that confirms a dangerous plan: the same changes on the same rows give the same hash. */
export function planHash(changes: readonly ReviewedChange[]): string {
  return shortHash(
    canonicalJson(changes.map(({ op, table, column, safety, rows }) => [op, table, column, safety, rows])),
  );
}

/** A judgement that cannot be confirmed away: data would be lost. */
export function refuse(offenders: Offenders, what: string, mend: string): Judged {
  const sample =
    offenders.sample.length > 0
      ? ` (for example ${offenders.sample.map((text) => JSON.stringify(text)).join(', ')})`
      : '';
  return { safety: 'DANGEROUS', reason: `${what}${sample}. ${mend}.`, rows: offenders.rows, refused: true };
}
