/**
 * User Permissions as a Filter: of restricted DocTypes only the allowed documents, and of other documents
 * only those whose Links, their rows' Links included, lead to allowed ones (SEMANTICS.md 3.4). One meaning
 * for single documents, lists, counts and writes.
 */
import type { Actor, Restriction } from '../kernel/actor.ts';
import { isSet } from '../kernel/doctype.ts';
import { ALL, and, condition, type Filter, not, or } from '../kernel/filter.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';

export interface RestrictionQuestion {
  snapshot: Snapshot;
  plan: DocTypePlan;
  actor: Actor;
  /** A document that is being made: in a tree, its parent may speak for it. */
  isNew: boolean;
}

export function restrictionsFilter(q: RestrictionQuestion): Filter {
  const allowed = allowedNames(q.actor.restrictions ?? [], q.plan.name);
  if (allowed.size === 0) return ALL;
  const isStrict = q.actor.isStrict === true && q.plan.storage !== 'single';
  const filters: Filter[] = [];
  const own = allowed.get(q.plan.name);
  if (own) filters.push(ownFilter(q, own));
  for (const field of linksOf(q.plan)) {
    // The server's own note of where a node stood; files of Frappe do not always free it.
    const names = q.plan.isTree && field.fieldname === 'old_parent' ? undefined : namesFor(field, allowed);
    if (names) filters.push(linkFilter({ plan: q.plan, path: field.fieldname, names, isStrict }));
  }
  for (const table of q.plan.tables) {
    const child = q.snapshot.find(table.childDocType as string);
    // A virtual DocType's rows are in memory with it, whatever theirs is.
    if (!child || (child.storage !== 'child' && q.plan.storage !== 'virtual')) continue;
    for (const field of linksOf(child)) {
      const names = namesFor(field, allowed);
      if (names) filters.push(not(rowOutside(`${table.fieldname}.${field.fieldname}`, names, isStrict)));
    }
  }
  return and(...filters);
}

/** The DocTypes that somebody is restricted on when documents of `doctype` are asked about, and to what. */
export function allowedNames(
  restrictions: readonly Restriction[],
  doctype: string,
): ReadonlyMap<string, readonly string[]> {
  const allowed = new Map<string, string[]>();
  for (const restriction of restrictions) {
    if (restriction.applicableFor !== undefined && restriction.applicableFor !== doctype) continue;
    const names = allowed.get(restriction.doctype) ?? [];
    names.push(...restriction.names);
    allowed.set(restriction.doctype, names);
  }
  return allowed;
}

/** The Links that documents hold; those of a virtual DocType hold them in no column. */
export function linksOf(plan: DocTypePlan): readonly FieldPlan[] {
  if (plan.storage !== 'virtual') return plan.links;
  return plan.fields.filter((field) => !field.isStandard && field.link !== undefined && field.sql !== undefined);
}

/** Names that a Link may have; undefined when it may have any. */
export function namesFor(
  field: FieldPlan,
  allowed: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  if (!field.link || !('doctype' in field.link) || isSet(field.field.ignore_user_permissions)) return undefined;
  return allowed.get(field.link.doctype);
}

function ownFilter(q: RestrictionQuestion, names: readonly string[]): Filter {
  const isNamed = among('name', names);
  const under = q.plan.byName.get(q.plan.treeParentField)?.column;
  if (!q.isNew || !q.plan.isTree || !under) return isNamed;
  const open = (q.actor.restrictions ?? [])
    .filter((each) => each.doctype === q.plan.name)
    .flatMap((each) => each.openNames ?? []);
  return or(isNamed, condition(q.plan.treeParentField, 'in', open));
}

function linkFilter(q: { plan: DocTypePlan; path: string; names: readonly string[]; isStrict: boolean }): Filter {
  const { path } = q;
  const isAllowed = among(path, q.names);
  // A column with a foreign key is never "", so that one comparison less decides on every row.
  const isEmpty = q.plan.storage === 'virtual' ? condition(path, 'is', 'not set') : condition(path, '=', null);
  // Most rows that are looked at are allowed ones, which the first comparison settles.
  return q.isStrict ? isAllowed : or(isAllowed, isEmpty);
}

/** One name is compared as such: PostgreSQL is quicker with it than with a list of one. */
function among(path: string, names: readonly string[]): Filter {
  const [only] = names;
  return names.length === 1 && only !== undefined ? condition(path, '=', only) : condition(path, 'in', names);
}

function rowOutside(path: string, names: readonly string[], isStrict: boolean): Filter {
  const isOther = and(condition(path, 'is', 'set'), condition(path, 'not in', names));
  return isStrict ? or(and(condition(path, 'is', 'not set'), condition(rowOf(path), 'is', 'set')), isOther) : isOther;
}

/** The name of the row: set in every row, so that a document without rows has none outside. */
function rowOf(path: string): string {
  return `${path.slice(0, path.indexOf('.'))}.name`;
}
