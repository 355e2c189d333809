/**
 * Documents that several are changing at this moment. A change that is thought out beforehand is in vain when
 * another one comes first; where that was so a moment ago, whoever comes takes the lock and waits for his turn.
 */
import type { Database } from '../db/pool.ts';
import { type BoundedMap, boundedMap } from '../query/bounded-map.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Context } from './contract.ts';

const REMEMBERED_MS = 1000;
const MOST = 1000;

/** Until when, by document. */
const contended = new WeakMap<Database, BoundedMap<number>>();

export function isContended(ctx: Context, plan: DocTypePlan, name: string): boolean {
  const until = contended.get(ctx.services.db)?.get(keyOf(plan, name));
  return until !== undefined && until > performance.now();
}

/** Somebody was faster. */
export function noteContended(ctx: Context, plan: DocTypePlan, name: string): void {
  const { db } = ctx.services;
  const known = contended.get(db) ?? boundedMap<number>(MOST);
  contended.set(db, known);
  known.set(keyOf(plan, name), performance.now() + REMEMBERED_MS, 1);
}

function keyOf(plan: DocTypePlan, name: string): string {
  return `${plan.table}\0${name}`;
}
