/**
 * What a save demands of values that it does not change, as SQL over the stored document: nothing that is required
 * is missing, what is fetched stands as it would be fetched, no Link leads where it may not. It is stricter
 * than a save: who does not meet it is looked at closely elsewhere.
 */
import { sql } from 'kysely';
import { isSet } from '../kernel/doctype.ts';
import { CANCELLED } from '../kernel/document.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { conditionSql, truthySql } from './condition-sql.ts';
import { typeOf } from './predicates.ts';
import {
  column,
  fieldColumn,
  fromTable,
  linkCondition,
  rootScope,
  type Scope,
  type Sql,
  type Weaving,
} from './sql-scope.ts';

/** Whether these demands can be said of a document or a row; `root` is the DocType of the document. */
export function isJudgeable(snapshot: Snapshot, plan: DocTypePlan, root: DocTypePlan): boolean {
  const fieldOf = (fieldname: string) => columnOf(plan, fieldname, (field) => sql.id(field.column as string));
  return plan.fields.every((field) => {
    const { mandatoryDependsOn, column: stored, fetch, link } = field;
    if (mandatoryDependsOn && (stored === undefined || !conditionSql(mandatoryDependsOn.source, fieldOf))) return false;
    if (fetch && stored !== undefined && !isComparable({ snapshot, plan, field, fetch })) return false;
    if (!link || stored === undefined || !root.isSubmittable) return true;
    // Which DocType it leads to, and so whether that can be cancelled, is known of the document only.
    if ('pointer' in link) return false;
    const target = snapshot.find(link.doctype);
    return target?.isSubmittable !== true || target.storage === 'table';
  });
}

export interface OrderWish {
  weaving: Weaving;
  /** Of the document, or of one of its rows. */
  scope: Scope;
  /** The DocType of the document. */
  root: DocTypePlan;
  /** What will be set. Of a value by itself nothing is demanded here: whoever takes it looks at it. */
  given: ReadonlyMap<FieldPlan, Sql>;
}

/** Each of them is true, false or NULL; in order is what all of them are true of. */
export function orderSql(q: OrderWish): Sql[] {
  const { plan } = q.scope;
  return [
    ...plan.columns.flatMap((field) => valueDemands(q, field)),
    ...plan.links.flatMap((field) => linkDemands(q, field)),
  ];
}

function valueDemands(q: OrderWish, field: FieldPlan): Sql[] {
  const { given, scope } = q;
  const value = valueIn(q, field);
  const demands: Sql[] = [];
  const isRequired = isSet(field.field.reqd);
  if (isRequired && !field.isStandard && !given.has(field)) demands.push(presentSql(field, value));
  if (isSet(field.field.non_negative) && !given.has(field)) demands.push(sql`(${value} is null or ${value} >= 0)`);
  if (!isRequired && !field.isStandard && field.mandatoryDependsOn) {
    const fieldOf = (fieldname: string) => columnOf(scope.plan, fieldname, (other) => valueIn(q, other));
    const isAsked = conditionSql(field.mandatoryDependsOn.source, fieldOf);
    if (isAsked) demands.push(sql`(not ${isAsked} or ${presentSql(field, value)})`);
  }
  return demands;
}

function valueIn({ given, scope }: OrderWish, field: FieldPlan): Sql {
  return given.get(field) ?? fieldColumn(scope, field);
}

function columnOf(plan: DocTypePlan, fieldname: string, value: (field: FieldPlan) => Sql) {
  const field = plan.byName.get(fieldname);
  return field?.column === undefined ? undefined : { field, value: value(field) };
}

/** Surely not missing: stricter than the field type's own rule, and as cheap as can be. */
function presentSql(field: FieldPlan, value: Sql): Sql {
  switch (field.sql?.type) {
    case 'text':
      return field.link ? sql`${value} <> ''` : sql`(${value} ~ '[[:alnum:]]' and strpos(${value}, '<') = 0)`;
    case 'bigint':
    case 'numeric':
      return sql`${value} <> 0`;
    case 'jsonb':
      return sql`${value} not in ('null', '""', '[]', '{}')`;
    default:
      return sql`${value} is not null`;
  }
}

function linkDemands(q: OrderWish, field: FieldPlan): Sql[] {
  const { scope, root, weaving } = q;
  const { link } = field;
  if (!link) return [];
  const name = fieldColumn(scope, field);
  const isUnset = sql`${name} is null or ${name} = ''`;
  if ('pointer' in link) {
    const pointer = columnOf(scope.plan, link.pointer, (other) => fieldColumn(scope, other));
    return pointer ? [sql`(${isUnset} or ${pointer.value} <> '')`] : [sql`(${isUnset})`];
  }
  const plan = weaving.reader.snapshot.find(link.doctype);
  if (plan?.storage !== 'table') return [];
  const target = rootScope(weaving, plan);
  const demands = copiesOf(scope.plan, field, plan).map((copy) => standsSql({ ...copy, scope, target }));
  if (root.isSubmittable && plan.isSubmittable) demands.push(stateSql(field, target));
  if (demands.length === 0) return [];
  const conditions = sql.join([linkCondition({ from: scope, target, field }), ...demands], sql` and `);
  return [sql`(${isUnset} or exists (select from ${fromTable(target)} where ${conditions}))`];
}

/** Nothing submittable links to what is cancelled, but an amendment. */
function stateSql(field: FieldPlan, target: Scope): Sql {
  const isCancelled = sql`${column(target, 'docstatus')} = ${sql.lit(CANCELLED)}`;
  return field.fieldname === 'amended_from' ? isCancelled : sql`not (${isCancelled})`;
}

interface Copy {
  field: FieldPlan;
  source: FieldPlan;
}

function copiesOf(plan: DocTypePlan, link: FieldPlan, target: DocTypePlan): Copy[] {
  return plan.columns.flatMap((field) => {
    const source = field.fetch?.link === link.fieldname ? target.byName.get(field.fetch.source) : undefined;
    return source ? [{ field, source }] : [];
  });
}

/** A value that was taken once, of a field of this type, is taken again as it is: only markup would be cut out of it. */
function standsSql({ field, source, scope, target }: Copy & { scope: Scope; target: Scope }): Sql {
  const value = fieldColumn(scope, field);
  const isSame = sql`${value} is not distinct from ${fieldColumn(target, source)}`;
  const isCopied = typeOf(field) === 'text' ? sql`${isSame} and coalesce(${value}, '') not like '<%'` : isSame;
  const isFilled = field.fetch?.ifEmpty ? truthySql(field, value) : undefined;
  return isFilled ? sql`(${isFilled} or (${isCopied}))` : sql`(${isCopied})`;
}

/** What is copied stands here as it does there. */
function isComparable(q: {
  snapshot: Snapshot;
  plan: DocTypePlan;
  field: FieldPlan;
  fetch: NonNullable<FieldPlan['fetch']>;
}): boolean {
  const { field, fetch } = q;
  const link = q.plan.byName.get(fetch.link)?.link;
  if (!link || 'pointer' in link) return false;
  const target = q.snapshot.find(link.doctype);
  // Of a DocType that has not come yet nothing is fetched.
  if (!target) return true;
  const source = target.byName.get(fetch.source);
  if (target.storage !== 'table' || source?.column === undefined) return false;
  const isAlike = typeOf(field) === typeOf(source) && field.json === source.json;
  return isAlike && COMPARED.has(typeOf(field)) && ![field, source].some(({ type }) => type.html || type.secret);
}

const COMPARED: ReadonlySet<string> = new Set(['text', 'bigint', 'numeric', 'boolean', 'date', 'timestamptz', 'time']);
