/**
 * Rows that are about a document which two of their fields name (its DocType and its name): a right on them is
 * a right on that document. One Filter of the rules of every DocType on which the actor has it.
 */
import type { Actor } from '../kernel/actor.ts';
import { and, condition, type Filter, NONE, or } from '../kernel/filter.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';
import { type Action, decide } from './decide.ts';
import type { RowRule } from './row-rules.ts';

/** How rows follow documents. */
export interface Following {
  /** The field that holds the DocType, a Link. */
  doctypeField: string;
  /** The field that holds the name, a Dynamic Link. */
  nameField: string;
  /** What must be allowed on the document, for an action on the row. */
  needs(action: Action): Action;
  /** What apps say of the rows of a DocType. */
  rulesOf(doctype: string): readonly RowRule[];
}

export interface FollowQuestion {
  snapshot: Snapshot;
  plan: DocTypePlan;
  actor: Actor;
  action: Action;
}

/** Rows about documents that the actor has the right on; those about nothing are not among them. */
export function followedRows(q: FollowQuestion, following: Following): Filter {
  const { doctypeField, nameField } = following;
  const whole: string[] = [];
  const parts: Filter[] = [];
  for (const { name, storage, rows } of followedDocTypes(q, following)) {
    if (rows.kind === 'all') whole.push(name);
    // Where documents have no table, only all or none can be told.
    else if (storage !== 'virtual')
      parts.push(
        and(condition(doctypeField, '=', name), { kind: 'named', doctype: name, field: nameField, where: rows }),
      );
  }
  return or(whole.length === 0 ? NONE : condition(doctypeField, 'in', whole), ...parts);
}

export interface Followed {
  name: string;
  storage: DocTypePlan['storage'];
  rows: Filter;
}

/** The DocTypes on some of whose documents the built-in rules give the actor the right that is needed. */
export function followedDocTypes({ snapshot, plan, actor, action }: FollowQuestion, following: Following): Followed[] {
  const needed = following.needs(action);
  const found: Followed[] = [];
  for (const name of snapshot.names) {
    const target = name === plan.name ? undefined : snapshot.find(name);
    if (!target || target.storage === 'child') continue;
    const { allowed, rows } = decide({
      snapshot,
      plan: target,
      actor,
      action: needed,
      rules: following.rulesOf(name),
    });
    if (allowed && rows.kind !== 'none') found.push({ name, storage: target.storage, rows });
  }
  return found;
}
