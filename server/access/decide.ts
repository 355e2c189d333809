/**
 * May this actor do this to documents of this DocType, and to which of them? One description, from
 * which both the in-memory decision and the SQL predicate come: `rows` is the client's Filter AST.
 * Every read and write asks here; SQL is only made of a plan that carries the answer.
 */
import { type Actor, ADMINISTRATOR } from '../kernel/actor.ts';
import { ALL, type Filter, NONE } from '../kernel/filter.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';

export type Action =
  | 'select'
  | 'read'
  | 'write'
  | 'create'
  | 'delete'
  | 'submit'
  | 'cancel'
  | 'amend'
  | 'report'
  | 'import'
  | 'export'
  | 'share';

export interface Access {
  allowed: boolean;
  /** Which rows: ANDed to whatever the caller asks for. */
  rows: Filter;
  canRead(fieldname: string): boolean;
  canWrite(fieldname: string): boolean;
  /** Part of the key of every cached statement: two actors with one key get the same SQL. */
  key: string;
}

export interface AccessQuestion {
  snapshot: Snapshot;
  plan: DocTypePlan;
  actor: Actor;
  action: Action;
}

const EVERYTHING: Access = { allowed: true, rows: ALL, canRead: () => true, canWrite: () => true, key: 'all' };
const NOTHING: Access = { allowed: false, rows: NONE, canRead: () => false, canWrite: () => false, key: 'none' };

export function decide(question: AccessQuestion): Access {
  return question.actor.roles.includes(ADMINISTRATOR) ? EVERYTHING : NOTHING;
}
