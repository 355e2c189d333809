/**
 * Where SQL text is woven: aliases, the LEFT JOINs that Link paths need, and slots, the places whose
 * values are bound per request. Names come out of plans only; values are slots only.
 */
import { type RawBuilder, sql } from 'kysely';
import type { Filter } from '../kernel/filter.ts';
import type { Statement } from '../kernel/statement.ts';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import type { ShapedFilter } from './filter-shape.ts';
import type { Hop, Reader } from './resolve.ts';

export type Sql = RawBuilder<unknown>;
export type Parameter = Statement['values'][number];

/** What one request brings to a statement that is shaped for it. */
export interface Binding {
  /** Values of the conditions: of the request's filter first, then of each permission rule that was asked for. */
  sources: readonly ShapedFilter['values'][];
  now: number;
  limit?: number;
  offset?: number;
  terms?: readonly string[];
  /** Of each keyset page in the statement, by its place. */
  cursors?: readonly (readonly (string | null)[] | undefined)[];
  /** Of each list in a tree, by its place: limits and offsets. */
  numbers?: readonly number[];
  key?: string;
  /** Of a statement that changes something. */
  change?: Change;
  /** Whose rows are meant, where tenants have their own. */
  tenant?: string;
}

export interface Change {
  values: readonly Parameter[];
  by: string;
  at: string;
  version?: number;
  record?: { id: string; name: string };
}

/** A place in a statement: how its value comes out of a request. */
export interface Slot {
  /** Slots of one key are one parameter: the same value is sent once, though the text needs it twice. */
  key: string;
  bind(binding: Binding): Parameter;
}

export interface Weaving {
  reader: Reader;
  /** The rows of a plan that the caller may see, with the place of its conditions' values. */
  rule(plan: DocTypePlan, within?: DocTypePlan): SourcedFilter;
  nextAlias(): string;
}

export interface SourcedFilter {
  filter: Filter;
  source: number;
  positions: ShapedFilter['positions'];
}

/** One table in a FROM, and the joins of the SELECT that it stands in. */
export interface Scope {
  alias: string;
  plan: DocTypePlan;
  joins: Sql[];
  /** Scopes reached from here by the fieldname of a Link. */
  linked: Map<string, Scope>;
}

export function slot(key: string, bind: Slot['bind']): Sql {
  // Kysely keeps unknown objects as parameters, which is all that is needed: values are bound later.
  return sql`${sql.val({ key, bind } satisfies Slot)}`;
}

/** A scope for the first table of a SELECT, whose joins it collects. */
export function rootScope(weaving: Weaving, plan: DocTypePlan): Scope {
  return { alias: weaving.nextAlias(), plan, joins: [], linked: new Map() };
}

export function fromTable(scope: Scope): Sql {
  return sql`${sql.id(scope.plan.table)} as ${sql.id(scope.alias)}`;
}

/** The FROM list of a scope: make it last, when everything that needs joins has been woven. */
export function fromJoined(scope: Scope): Sql {
  return scope.joins.length === 0 ? fromTable(scope) : sql`${fromTable(scope)} ${sql.join(scope.joins, sql` `)}`;
}

export function column(scope: Scope, name: string): Sql {
  return sql`${sql.id(scope.alias, name)}`;
}

export function fieldColumn(scope: Scope, field: FieldPlan): Sql {
  if (field.column === undefined) throw new Error(`${scope.plan.name}.${field.fieldname} has no column`);
  return column(scope, field.column);
}

/** The target of a Link: the row of that name, and where tenants have rows of their own, the same tenant's. */
export function linkCondition(q: { from: Scope; target: Scope; field: FieldPlan }): Sql {
  const isNamed = sql`${column(q.target, 'name')} = ${fieldColumn(q.from, q.field)}${pointerSql(q)}`;
  if (q.target.plan.tenancy !== 'own') return isNamed;
  return sql`${isNamed} and ${column(q.target, TENANT_COLUMN)} = ${column(q.from, TENANT_COLUMN)}`;
}

/** Of a Dynamic Link the row says which DocType it means. */
function pointerSql({ from, target, field: { link } }: { from: Scope; target: Scope; field: FieldPlan }): Sql {
  const pointer = link && 'pointer' in link ? from.plan.byName.get(link.pointer) : undefined;
  return pointer ? sql` and ${fieldColumn(from, pointer)} = ${sql.lit(target.plan.name)}` : sql``;
}

/** The rows of a child table that belong to the document in `parent`. */
export function childCondition(q: { child: Scope; parent: Scope; field: FieldPlan }): Sql {
  const isOfParent = sql`${column(q.child, 'parent_id')} = ${column(q.parent, 'id')}`;
  return sql`${isOfParent} and ${column(q.child, 'parentfield')} = ${sql.lit(q.field.fieldname)}`;
}

const VIA = '$via';

/** That the document in `from` names the one in `target`: by its Link, or by a Link in rows of its table. */
export function pointingCondition(q: {
  from: Scope;
  target: Scope;
  by: { field: FieldPlan; table?: FieldPlan; child?: DocTypePlan };
}): Sql {
  const { from, target } = q;
  const { field, table, child } = q.by;
  if (!table || !child) return linkCondition({ from, target, field });
  const via: Scope = { alias: VIA, plan: child, joins: [], linked: new Map() };
  const conditions = sql`${childCondition({ child: via, parent: from, field: table })} and ${linkCondition({ from: via, target, field })}`;
  return sql`exists (select from ${fromTable(via)} where ${conditions})`;
}

/** A child table as a LEFT JOIN in the parent's SELECT: a document without rows stays, with NULLs. */
export function joinChild(q: {
  weaving: Weaving;
  parent: Scope;
  hop: Hop;
  /** Which of its rows may be seen. */
  ruleOf(child: Scope): Sql | undefined;
}): Scope {
  const child: Scope = { alias: q.weaving.nextAlias(), plan: q.hop.target, joins: q.parent.joins, linked: new Map() };
  const isOfParent = childCondition({ child, parent: q.parent, field: q.hop.field });
  const rule = q.ruleOf({ ...child, joins: [], linked: new Map() });
  q.parent.joins.push(sql`left join ${fromTable(child)} on ${rule ? sql`${isOfParent} and ${rule}` : isOfParent}`);
  return child;
}
