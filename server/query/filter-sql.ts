/**
 * A Filter to a SQL condition on a scope. Joins what Link paths need, asks for rows of child tables
 * with EXISTS, and keeps conditions on one child table together: the same row has to satisfy them.
 */
import { sql } from 'kysely';
import { AppError } from '../kernel/error.ts';
import type { Condition, Filter, Named, Related, Some } from '../kernel/filter.ts';
import { NOBODY, TENANT_COLUMN } from '../kernel/tenancy.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { conjunctsByTable, firstCondition, type TableOf } from './conjuncts.ts';
import { followSome } from './follow.ts';
import { predicateSql } from './predicate-sql.ts';
import { matchesNull, type Predicate, predicateOf } from './predicates.ts';
import { refusal, whereOfRule } from './request.ts';
import { type Hop, isNameOfTree, type Reader, type Resolved, resolvePath, treeOf, trusting } from './resolve.ts';
import {
  childCondition,
  column,
  fieldColumn,
  fromJoined,
  fromTable,
  joinChild,
  linkCondition,
  rootScope,
  type Scope,
  type SourcedFilter,
  type Sql,
  slot,
  type Weaving,
} from './sql-scope.ts';

export interface FilterWish {
  weaving: Weaving;
  scope: Scope;
  given: SourcedFilter;
  /** For messages: `filters`, or what the rule is. */
  where: string;
  /** The caller's, or the trusting one of a permission rule. */
  reader: Reader;
  /** For a scope of rows: the DocType whose rows are meant. */
  within?: DocTypePlan;
  /** Child tables that are joined in this SELECT already, by fieldname: conditions bind to the joined row. */
  rows: ReadonlyMap<string, Scope>;
}

/** What the caller asks for. */
export function filterSql(q: FilterWish): Sql {
  return weave(q, q.given.filter);
}

/** Which rows of the scope's plan the caller may see. A rule binds to documents, never to a joined child row. */
export function ruleSql(weaving: Weaving, scope: Scope): Sql | undefined {
  const access = weaving.reader.access(scope.plan);
  if (!access.allowed) return sql`false`;
  const rows = rowsSql(weaving, scope);
  if (access.tenant === undefined) return rows;
  const isOwn = sql`${column(scope, TENANT_COLUMN)} = ${tenantSlot()}::text`;
  return rows ? sql`${isOwn} and ${rows}` : isOwn;
}

/** Apart, so that it closes over nothing. */
const tenantSlot = (): Sql => slot('tenant', (binding) => binding.tenant ?? NOBODY);

function rowsSql(weaving: Weaving, scope: Scope): Sql | undefined {
  return givenRuleSql(weaving, scope, weaving.rule(scope.plan));
}

/**
 * Which rows of a child table the caller may see in the documents of `within`: most often all. Such a rule asks the
 * row itself, so it needs no joins.
 */
export function rowsWithinSql(weaving: Weaving, child: Scope, within: DocTypePlan): Sql | undefined {
  return givenRuleSql(weaving, child, weaving.rule(child.plan, within), within);
}

function givenRuleSql(weaving: Weaving, scope: Scope, given: SourcedFilter, within?: DocTypePlan): Sql | undefined {
  if (given.filter.kind === 'all') return undefined;
  const where = whereOfRule(scope.plan.name);
  try {
    return filterSql({ weaving, scope, given, where, reader: trusting(weaving.reader), within, rows: new Map() });
  } catch (error) {
    // No fault of the request: a rule that names what is not there lets nothing through.
    throw new AppError('forbidden', `You may not see ${scope.plan.name} documents: ${where} does not fit its fields.`, {
      cause: error,
    });
  }
}

/** The SQL of a column that a path leads to, joining Links on the way. */
export function resolvedColumn(q: {
  weaving: Weaving;
  scope: Scope;
  at: Resolved;
  rows: ReadonlyMap<string, Scope>;
  reader: Reader;
}): Sql {
  let scope = q.scope;
  for (const hop of q.at.hops) {
    const next = hop.kind === 'link' ? linkedScope({ ...q, scope, hop }) : q.rows.get(hop.field.fieldname);
    if (!next) throw new Error(`${hop.field.fieldname} is not joined`);
    scope = next;
  }
  return fieldColumn(scope, q.at.field);
}

/** The target of a Link as a LEFT JOIN: absent, or not visible to the caller, it is NULL. */
function linkedScope(q: { weaving: Weaving; scope: Scope; hop: Hop; reader: Reader }): Scope {
  const { scope, hop, weaving } = q;
  const isCaller = q.reader === weaving.reader;
  // A rule sees every target, the caller only his: the same Link is joined once for each.
  const key = isCaller ? hop.field.fieldname : `rule ${hop.field.fieldname}`;
  const known = scope.linked.get(key);
  if (known) return known;
  const target: Scope = { alias: weaving.nextAlias(), plan: hop.target, joins: scope.joins, linked: new Map() };
  const isLinked = linkCondition({ from: scope, target, field: hop.field });
  const rule = isCaller ? ruleOnJoin(weaving, target) : undefined;
  scope.joins.push(sql`left join ${fromTable(target)} on ${rule ? sql`${isLinked} and ${rule}` : isLinked}`);
  scope.linked.set(key, target);
  return target;
}

/** A rule inside ON cannot add joins to the list it stands in: then it is asked of the same row in a sub-select. */
function ruleOnJoin(weaving: Weaving, target: Scope): Sql | undefined {
  const lone: Scope = { ...target, joins: [], linked: new Map() };
  const direct = ruleSql(weaving, lone);
  if (lone.joins.length === 0) return direct;
  const own = rootScope(weaving, target.plan);
  const rule = ruleSql(weaving, own);
  if (!rule) return undefined;
  return sql`exists (select 1 from ${fromJoined(own)} where ${sql.id(own.alias, 'id')} = ${sql.id(target.alias, 'id')} and ${rule})`;
}

function weave(q: FilterWish, filter: Filter): Sql {
  const { own, tables } = conjunctsByTable(filter, tableOf(q));
  const parts = own.map((each) => weaveOne(q, each));
  for (const [fieldname, conjuncts] of tables) parts.push(rowExists(q, fieldname, conjuncts));
  if (parts.length === 0) return sql`true`;
  return parts.length === 1 ? (parts[0] as Sql) : sql`(${sql.join(parts, sql` and `)})`;
}

/** A filter that is no conjunction, or a lone condition. */
function weaveOne(q: FilterWish, filter: Filter): Sql {
  switch (filter.kind) {
    case 'all':
      return sql`true`;
    case 'none':
      return sql`false`;
    case 'not':
      return sql`(${weave(q, filter.of)}) is not true`;
    case 'or':
      if (filter.of.length === 0) return sql`false`;
      return sql`(${sql.join(
        filter.of.map((each) => weave(q, each)),
        sql` or `,
      )})`;
    case 'and':
      return weave(q, filter);
    case 'condition':
      return conditionSql(q, filter);
    case 'related':
      return relatedSql(q, filter);
    case 'named':
      return namedSql(q, filter);
    case 'some':
      return someSql(q, filter);
  }
}

/** Only rules and the server's code say this, so the other document's own rule is not asked. */
function relatedSql(q: FilterWish, filter: Related): Sql {
  const plan = q.reader.snapshot.find(filter.doctype);
  const field = plan?.byName.get(filter.field);
  if (plan?.storage !== 'table' || !field) throw new Error(`there is no ${filter.doctype}.${filter.field}`);
  const scope = rootScope(q.weaving, plan);
  const reader = trusting(q.reader);
  const where = weave({ ...q, reader, scope, within: undefined, rows: new Map() }, filter.where);
  // An array that is made once for the statement: an index on the name can be used beside those of other rules.
  const names = sql`array(select ${fieldColumn(scope, field)} from ${fromJoined(scope)} where ${where})`;
  return sql`${sql.id(q.scope.alias, 'name')} = any(${names})`;
}

/** The same the other way: what a field of this document names. */
function namedSql(q: FilterWish, filter: Named): Sql {
  const plan = q.reader.snapshot.find(filter.doctype);
  const field = q.scope.plan.byName.get(filter.field);
  if (!plan?.table || !field?.column) throw new Error(`${filter.field} names no ${filter.doctype}`);
  const target = rootScope(q.weaving, plan);
  const where = weave({ ...q, scope: target, within: undefined, rows: new Map() }, filter.where);
  const isNamed = linkCondition({ from: q.scope, target, field });
  return sql`exists (select 1 from ${fromJoined(target)} where ${isNamed} and ${where})`;
}

function someSql(q: FilterWish, filter: Some): Sql {
  const { weaving, scope } = q;
  const { target, within, isLinked } = followSome({ ...q, plan: scope.plan, filter });
  const inner = rootScope(weaving, target);
  const rule = within ? shownRows(q, inner, within) : q.reader === weaving.reader ? ruleSql(weaving, inner) : undefined;
  const where = weave({ ...q, scope: inner, within, rows: new Map() }, filter.where);
  const conditions = [isLinked(inner, scope), ...(rule ? [rule] : []), where];
  return sql`exists (select 1 from ${fromJoined(inner)} where ${sql.join(conditions, sql` and `)})`;
}

/** A permission rule asks any row, a caller those that he sees. */
function shownRows(q: FilterWish, child: Scope, within: DocTypePlan): Sql | undefined {
  return q.reader === q.weaving.reader ? rowsWithinSql(q.weaving, child, within) : undefined;
}

/** Which child table a condition asks for a row of: none when it is joined here. */
function tableOf(q: FilterWish): TableOf {
  return (condition) => {
    const hop = resolved(q, condition).hops[0];
    return hop?.kind === 'child' && !q.rows.has(hop.field.fieldname) ? hop.field.fieldname : undefined;
  };
}

function rowExists(q: FilterWish, fieldname: string, conjuncts: readonly Filter[]): Sql {
  const hop = childHop(q, conjuncts[0] as Filter);
  if (matchesNoRow(q, conjuncts)) return outerRowExists(q, hop, conjuncts);
  const child = rootScope(q.weaving, hop.target);
  const inner = weave({ ...q, rows: new Map([[fieldname, child]]) }, { kind: 'and', of: conjuncts });
  const rule = shownRows(q, child, q.scope.plan);
  const isOfParent = childCondition({ child, parent: q.scope, field: hop.field });
  const isRow = rule ? sql`${isOfParent} and ${rule}` : isOfParent;
  return sql`exists (select 1 from ${fromJoined(child)} where ${isRow} and ${inner})`;
}

/** For conditions that NULL may satisfy: a document without rows counts as one row of NULLs, as in a LEFT JOIN. */
function outerRowExists(q: FilterWish, hop: Hop, conjuncts: readonly Filter[]): Sql {
  const parent: Scope = { ...q.scope, joins: [] };
  const ruleOf = (rows: Scope) => shownRows(q, rows, q.scope.plan);
  const child = joinChild({ weaving: q.weaving, parent, hop, ruleOf });
  const inner = weave({ ...q, rows: new Map([[hop.field.fieldname, child]]) }, { kind: 'and', of: conjuncts });
  return sql`exists (select 1 from (select 1) as ${sql.id('one')} ${sql.join(parent.joins, sql` `)} where ${inner})`;
}

function childHop(q: FilterWish, filter: Filter): Hop {
  const first = firstCondition(filter);
  const hop = first && resolved(q, first).hops[0];
  if (!hop) throw new Error('a conjunct of a child table has no condition');
  return hop;
}

function matchesNoRow(q: FilterWish, conjuncts: readonly Filter[]): boolean {
  return conjuncts.some((filter) => {
    if (filter.kind === 'condition') return matchesNull(predicateFor(q, filter, resolved(q, filter)));
    return (filter.kind === 'and' || filter.kind === 'or') && matchesNoRow(q, filter.of);
  });
}

function conditionSql(q: FilterWish, condition: Condition): Sql {
  const at = resolved(q, condition);
  const index = q.given.positions.get(condition);
  if (index === undefined) throw new Error(`the condition on ${condition.path} has no place`);
  const { source } = q.given;
  const tree = treeOf(q.reader, at);
  return predicateSql({
    predicate: predicateFor(q, condition, at),
    condition,
    field: at.field,
    column: resolvedColumn({ weaving: q.weaving, scope: q.scope, at, rows: q.rows, reader: q.reader }),
    key: `${source}.${index}`,
    valueOf: (binding) => binding.sources[source]?.[index] ?? null,
    where: `${q.where} (${condition.path})`,
    tree,
    nodes: tree && q.reader === q.weaving.reader ? visibleNodes(q.weaving, tree) : undefined,
  });
}

/** Undefined: all of them. A permission rule asks about any node, a caller about his. */
function visibleNodes(weaving: Weaving, tree: DocTypePlan): Sql | undefined {
  const { rows, tenant } = weaving.reader.access(tree);
  if (rows.kind === 'all' && tenant === undefined) return undefined;
  const own = rootScope(weaving, tree);
  const rule = ruleSql(weaving, own);
  return rule && sql`select ${sql.id(own.alias, 'name')} from ${fromJoined(own)} where ${rule}`;
}

function resolved(q: FilterWish, condition: Condition): Resolved {
  const { reader, within, where } = q;
  return resolvePath({ reader, plan: q.scope.plan, within, path: condition.path, where });
}

function predicateFor(q: FilterWish, condition: Condition, at: Resolved): Predicate {
  const where = `${q.where} (${condition.path})`;
  const isTreeName = isNameOfTree(at.plan, at.field);
  const predicate = predicateOf({ field: at.field, condition, isTreeName, where });
  if (predicate.kind === 'tree' && !treeOf(q.reader, at)) {
    throw refusal(where, `"${condition.operator}" needs a tree, but ${at.field.fieldname} leads to none`);
  }
  return predicate;
}
