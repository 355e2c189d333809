/**
 * Which rows of a DocType a right covers, for one actor: permission rows with their owners and conditions,
 * `rls_field`, User Permissions, hooks of apps, and shares beside all of them. One Filter, for SQL and memory.
 */
import type { Actor } from '../kernel/actor.ts';
import { type DocPerm, isSet } from '../kernel/doctype.ts';
import { ALL, and, condition, type Filter, NONE, or } from '../kernel/filter.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';
import { conditionOf } from './condition.ts';
import type { Right } from './grants.ts';
import { grantsOf } from './grants.ts';
import { restrictionsFilter } from './user-permissions.ts';

/** What an app adds: only these rows, whatever else is granted. Undefined: it has nothing to say. */
export type RowRule = (q: { snapshot: Snapshot; actor: Actor; plan: DocTypePlan; right: Right }) => Filter | undefined;

export interface RowQuestion {
  snapshot: Snapshot;
  plan: DocTypePlan;
  actor: Actor;
  right: Right;
  rules: readonly RowRule[];
}

/**
 * Rows by roles; shares are not in it. `none` when no row of the DocType's permissions gives the right. What may
 * be read may be selected too, by the rules of reading.
 */
export function rowsByRole(q: RowQuestion): Filter {
  if (q.right === 'select') return or(rowsOfRight(q), rowsOfRight({ ...q, right: 'read' }));
  return rowsOfRight(q);
}

function rowsOfRight(q: RowQuestion): Filter {
  const grants = grantsOf(q.plan, q.actor.roles, q.right);
  if (grants.length === 0) return NONE;
  const isNew = q.right === 'create';
  const granted = or(...grants.map((row) => rowsOfGrant(row, q.actor, isNew)));
  // Who has a right on his own documents only has it there whatever they link to (SEMANTICS.md 3.4, 3.6).
  const isOwnOnly = !isNew && grants.every((row) => isSet(row.if_owner));
  const restricted = isOwnOnly ? ALL : restrictionsFilter({ ...q, isNew });
  return and(granted, restricted, ownerRule(q), ...q.rules.map((rule) => rule(q) ?? ALL));
}

/** The rows that give a right; what may be read may be selected too. */
export function grantsFor(q: Pick<RowQuestion, 'plan' | 'actor' | 'right'>): DocPerm[] {
  const { plan, actor, right } = q;
  const grants = grantsOf(plan, actor.roles, right);
  return right === 'select' ? union(grants, grantsOf(plan, actor.roles, 'read')) : grants;
}

function union(a: readonly DocPerm[], b: readonly DocPerm[]): DocPerm[] {
  return [...new Set([...a, ...b])];
}

export function rowsOfGrant(row: DocPerm, actor: Actor, isNew: boolean): Filter {
  const owned = isSet(row.if_owner) && !isNew ? condition('owner', '=', actor.user) : ALL;
  return and(owned, conditionOf(row)(actor));
}

/**
 * `rls_field`: the owner, a team, or any field whose value must be the actor's. Links to User and Team are
 * known by their target; another field is compared with the attribute of its name.
 */
export function ownerRule(q: RowQuestion): Filter {
  const { definition, byName } = q.plan;
  const fieldname = typeof definition.rls_field === 'string' ? definition.rls_field.trim() : '';
  const isOn =
    definition.apply_rls === undefined || definition.apply_rls === null
      ? fieldname !== ''
      : isSet(definition.apply_rls);
  if (!isOn) return ALL;
  if (fieldname === '' || fieldname === 'owner')
    return q.right === 'create' ? ALL : condition('owner', '=', q.actor.user);
  const field = byName.get(fieldname);
  // A rule that names what is not there must not open the door.
  if (!field || !(q.plan.storage === 'virtual' ? field.sql : field.column)) return NONE;
  const target = field.link && 'doctype' in field.link ? field.link.doctype : undefined;
  if (target === 'User') return condition(fieldname, '=', q.actor.user);
  if (target === 'Team' || fieldname === 'team') return oneOf(fieldname, q.actor.teams ?? []);
  const { attributes } = q.actor;
  const value = attributes && Object.hasOwn(attributes, fieldname) ? attributes[fieldname] : undefined;
  if (value === undefined) return NONE;
  return oneOf(fieldname, Array.isArray(value) ? value : [value as string | number | boolean]);
}

function oneOf(fieldname: string, values: readonly (string | number | boolean)[]): Filter {
  return values.length === 0 ? NONE : condition(fieldname, 'in', values);
}
