/**
 * A change of some fields that nothing else depends on, as one statement: it finds the document by its name,
 * asks whether the writer may, whether the rest of the document is in order, sets the fields and answers. A row
 * that it had to wait for is judged as it then is. Runs nothing.
 */
import { sql } from 'kysely';
import type { AccessTo } from '../access/decide.ts';
import { isSet } from '../kernel/doctype.ts';
import type { Statement } from '../kernel/statement.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { storedTables } from '../schema/stored-tables.ts';
import { staleSql } from './document.ts';
import { filterSql, ruleSql } from './filter-sql.ts';
import { objectSql } from './object-sql.ts';
import { orderSql } from './order-sql.ts';
import { cast } from './predicate-sql.ts';
import { typeOf } from './predicates.ts';
import { whereOfRule } from './request.ts';
import { type Reader, readableColumns, trusting } from './resolve.ts';
import {
  childCondition,
  column,
  fromTable,
  type Parameter,
  rootScope,
  type Scope,
  type SourcedFilter,
  type Sql,
  slot,
  type Weaving,
} from './sql-scope.ts';
import { statementFor } from './statement-cache.ts';
import { trackedSql } from './tracked.ts';

export interface UpdateWish {
  snapshot: Snapshot;
  plan: DocTypePlan;
  /** By its name; an id finds nothing. */
  name: string;
  /** Of the writer. */
  access: AccessTo;
  /** Of the writer as a reader of the answer. */
  reading: AccessTo;
  /** As PostgreSQL takes them. */
  set: readonly { field: FieldPlan; value: Parameter }[];
  by: string;
  /** RFC 3339. A document's own `modified` is later than the one before, whatever the clock says. */
  at: string;
  /** Milliseconds, for rules that speak of today. */
  now: number;
  /** Only over this version. */
  version?: number;
  /** Fieldnames of columns that the answer must have; undefined: all that may be read, rows included. */
  wanted?: readonly string[];
  /** What a Version of the change is called, where changes are kept. */
  record?: { id: string; name: string };
}

/**
 * Row: `doc` (JSON text), `id`, `name`, `_version`, `is_readable` (false: of `doc` nothing may be told) and `stale` (its
 * rows are those from before the wait). No row: it is not there, not the writer's to change, at another version, or
 * not in order. Undefined: a rule asks for more than the statement of a change can join.
 */
export function updateStatement(q: UpdateWish): Statement | undefined {
  const { plan, snapshot } = q;
  const reader: Reader = { snapshot, access: q.reading };
  const readable = q.reading(plan);
  const answer = q.wanted ?? storedTables(snapshot, plan).map(({ child }) => q.reading(child, plan).key);
  const fields = q.set.map(({ field }) => field.fieldname);
  const { statement, extra } = statementFor({
    snapshot,
    access: q.access,
    shape: JSON.stringify([
      'update',
      plan.name,
      fields,
      readable.key,
      q.wanted === undefined,
      answer,
      q.version !== undefined,
      q.record !== undefined,
    ]),
    filter: readable.rows,
    binding: {
      now: q.now,
      key: q.name,
      change: { values: q.set.map(({ value }) => value), by: q.by, at: q.at, version: q.version, record: q.record },
    },
    weave: (weaving, given) => weave({ weaving, given, wish: q, reader }),
  });
  return extra ? statement : undefined;
}

interface Weft {
  weaving: Weaving;
  given: SourcedFilter;
  wish: UpdateWish;
  reader: Reader;
}

function weave(q: Weft): { sql: Sql; extra: boolean } {
  const { weaving, wish } = q;
  const scope = rootScope(weaving, wish.plan);
  const where = sql.join(conditions(q, scope), sql` and `);
  const sets = sql.join(setsOf(q, scope));
  const answer = sql.join(answerOf(q, scope));
  // What a rule joins would have to be joined to an UPDATE, and be judged as it was before a wait.
  const extra = scope.joins.length === 0;
  const text = wish.record
    ? trackedSql({ weaving, scope, fields: wish.set.map(({ field }) => field), where, sets, answer })
    : sql`update ${fromTable(scope)} set ${sets} where ${where} returning ${answer}`;
  return { sql: text, extra };
}

function setsOf({ wish }: Weft, scope: Scope): Sql[] {
  const sets = wish.set.map(({ field }, index) => sql`${sql.id(field.column as string)} = ${setSql(field, index)}`);
  const at = slot('at', ({ change }) => change?.at ?? null);
  return [
    ...sets,
    sql`modified = greatest(${at}::timestamptz, ${column(scope, 'modified')} + interval '1 microsecond')`,
    sql`modified_by = ${slot('by', ({ change }) => change?.by ?? null)}::text`,
    sql`_version = ${column(scope, '_version')} + 1`,
  ];
}

const setSql = (field: FieldPlan, index: number): Sql => cast(valueSlot(index), typeOf(field));

/** Apart, so that it closes over no wish: slots outlive it. */
const valueSlot = (index: number): Sql => slot(`value ${index}`, ({ change }) => change?.values[index] ?? null);

function conditions({ weaving, wish }: Weft, scope: Scope): Sql[] {
  const { plan, snapshot } = wish;
  const key = slot('name', (binding) => binding.key ?? '');
  const found = [sql`${column(scope, 'name')} = ${key}::text`, sql`${column(scope, 'docstatus')} = 0`];
  const rule = ruleSql(weaving, scope);
  if (rule) found.push(rule);
  if (wish.version !== undefined) {
    found.push(sql`${column(scope, '_version')} = ${slot('version', ({ change }) => change?.version ?? null)}::bigint`);
  }
  const given = new Map(wish.set.map(({ field }, index) => [field, setSql(field, index)]));
  found.push(...orderSql({ weaving, scope, root: plan, given }));
  for (const { field, child } of storedTables(snapshot, plan)) {
    const row = rootScope(weaving, child);
    const inOrder = orderSql({ weaving, scope: row, root: plan, given: new Map() });
    const rows = sql`select 1 from ${fromTable(row)} where ${childCondition({ child: row, parent: scope, field })}`;
    if (inOrder.length > 0) found.push(sql`not exists (${rows} and (${sql.join(inOrder, sql` and `)}) is not true)`);
    if (isSet(field.field.reqd)) found.push(sql`exists (${rows})`);
  }
  return found;
}

function answerOf(q: Weft, scope: Scope): Sql[] {
  const { weaving, given, wish, reader } = q;
  const { plan, snapshot, wanted } = wish;
  const all = readableColumns(reader, plan);
  const columns = wanted ? all.filter(({ fieldname }) => wanted.includes(fieldname)) : all;
  const tables = wanted
    ? []
    : storedTables(snapshot, plan)
        .filter(({ field }) => field.isReadable && reader.access(plan).canRead(field.fieldname))
        .map(({ field, child }) => ({
          hop: { kind: 'child' as const, field, target: child },
          fields: readableColumns(reader, child, plan),
        }));
  const doc = objectSql({ weaving, scope, columns, tables, expand: new Map(), purpose: 'answer', isNamed: !wanted });
  return [
    sql`${doc}::text as doc`,
    sql`${column(scope, 'id')}::text as id`,
    sql`${column(scope, 'name')} as name`,
    sql`${column(scope, '_version')}::float8 as _version`,
    sql`${readableSql({ weaving, given, scope })} as is_readable`,
    sql`${tables.length > 0 ? staleSql(weaving, scope, sql` + 1`) : sql`false`} as stale`,
  ];
}

function readableSql(q: { weaving: Weaving; given: SourcedFilter; scope: Scope }): Sql {
  const { weaving, given, scope } = q;
  if (given.filter.kind === 'all') return sql`true`;
  const where = whereOfRule(scope.plan.name);
  return filterSql({ weaving, scope, given, where, reader: trusting(weaving.reader), rows: new Map() });
}
