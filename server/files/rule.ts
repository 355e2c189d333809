/**
 * Whose a file is. Who may read the document that it hangs on reads it, who may write that document attaches and
 * takes away; one that hangs on nothing is its owner's. What is public, everybody reads. Beside this only shares
 * give a file to anybody, and Administrator sees all.
 */
import type { Action } from '../access/decide.ts';
import { type Following, followedRows } from '../access/followed-rows.ts';
import type { RowRule } from '../access/row-rules.ts';
import { GUEST } from '../kernel/actor.ts';
import { ALL, and, condition, type Filter, NONE, or } from '../kernel/filter.ts';

const READING: ReadonlySet<Action> = new Set(['select', 'read', 'report', 'export', 'print', 'email', 'duplicate']);

/** `rulesOf`: what apps say of the rows of the DocTypes that files hang on. */
export function fileFollowing(rulesOf: Following['rulesOf']): Following {
  return {
    doctypeField: 'attached_to_doctype',
    nameField: 'attached_to_name',
    needs: (action) => (READING.has(action) ? 'read' : action === 'share' ? 'share' : 'write'),
    rulesOf,
  };
}

export function fileRule(following: Following): RowRule {
  return ({ snapshot, plan, actor, right }) => {
    const attached = followedRows({ snapshot, plan, actor, action: right }, following);
    const own = and(condition(following.doctypeField, 'is', 'not set'), ownedBy(actor.user, right === 'create'));
    const theirs = or(own, attached);
    return READING.has(right) ? or(condition('is_private', '=', false), theirs) : theirs;
  };
}

/** Guests are many, and none of them is the one who came before. */
function ownedBy(user: string, isNew: boolean): Filter {
  if (user === GUEST) return NONE;
  return isNew ? ALL : condition('owner', '=', user);
}
