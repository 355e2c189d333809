/**
 * Keyset cursors: the order values of the last row of a page, as opaque text that is bound to the
 * order it was made for. NULLs come last going up and first going down, as PostgreSQL sorts them, where the order
 * does not say it otherwise.
 */
import { sql } from 'kysely';
import type { Column } from '../fieldtypes/contract.ts';
import { shortHash } from '../kernel/names.ts';
import type { OrderTerm } from '../schema/plan.ts';
import type { OrderItem } from './list-plan.ts';
import { pathOf } from './list-plan.ts';
import { cast, columnOf, compareSql } from './predicate-sql.ts';
import { typeOf } from './predicates.ts';
import { refusal } from './request.ts';
import { type Sql, slot } from './sql-scope.ts';
import { parameterOf } from './values.ts';

export interface Cursor {
  tag: string;
  values: readonly (string | null)[];
}

const MAX_CURSOR = 8000;

export function encodeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify([cursor.tag, ...cursor.values])).toString('base64url');
}

/** Throws bad_request for what no page has given out. */
export function decodeCursor(text: string): Cursor {
  const parsed = parse(text);
  if (Array.isArray(parsed) && parsed.length > 1 && parsed.every((each) => each === null || typeof each === 'string')) {
    const [tag, ...values] = parsed as (string | null)[];
    if (typeof tag === 'string') return { tag, values };
  }
  throw foreignCursor();
}

export function foreignCursor(): ReturnType<typeof refusal> {
  return refusal(
    'cursor',
    'this is no cursor of this list and order; take the one that came with the page before, or "" for the first',
  );
}

/** What a cursor belongs to: a DocType and an order of its documents. */
export function cursorTag(doctype: string, order: readonly (OrderItem & Nulls)[]): string {
  const terms = order.map((item) => [orderPath(item), item.direction, ...(item.nulls ? [item.nulls] : [])]);
  return shortHash(JSON.stringify([doctype, terms]));
}

function orderPath(item: OrderItem): string {
  return item.of.kind === 'column' ? pathOf(item.of.at) : item.of.key;
}

/** Which values are NULL: that decides the SQL, hence part of its shape. */
export function cursorShape(values: readonly (string | null)[]): string {
  return values.map((value) => (value === null ? 'n' : 'v')).join('');
}

type Nulls = Pick<OrderTerm, 'nulls'>;

export interface KeysetTerm extends Nulls {
  item: OrderItem;
  column: Sql;
}

/** The order values of a row as one JSON text. */
export function keysetValues(terms: readonly KeysetTerm[]): Sql {
  return sql`to_json(array[${sql.join(terms.map(({ column }) => sql`to_json(${column}) #>> '{}'`))}]::text[])::text`;
}

/** Rows after the cursor at `place` of the binding, whose NULLs are as `shape` says. */
export function keysetSql(terms: readonly KeysetTerm[], shape: string, place = 0): Sql {
  if (terms.length !== shape.length) throw foreignCursor();
  const steps = terms.map((term, index) => stepOf({ term, index, place, isNull: shape[index] === 'n' }));
  const isEven = steps.every((step) => !step.isNullable && step.direction === steps[0]?.direction);
  if (isEven) {
    // One row comparison, which an index on these columns serves as it stands.
    const columns = sql`(${sql.join(steps.map((step) => step.column))})`;
    const values = sql`(${sql.join(steps.map((step) => step.value))})`;
    return compareSql({
      column: columns,
      operator: steps[0]?.direction === 'asc' ? '>' : '<',
      value: values,
      orNull: false,
    });
  }
  const after = steps.reduceRight<Sql | undefined>((rest, step) => {
    return rest ? sql`(${afterSql(step)} or (${equalSql(step)} and ${rest}))` : afterSql(step);
  }, undefined);
  return sql`(${startSql(steps[0] as Step)} and ${after})`;
}

interface Step {
  column: Sql;
  value: Sql;
  direction: 'asc' | 'desc';
  isNull: boolean;
  isNullable: boolean;
  /** NULLs come after all values. */
  isNullLast: boolean;
}

function stepOf(q: { term: KeysetTerm; index: number; place: number; isNull: boolean }): Step {
  const { item, column } = q.term;
  if (item.of.kind !== 'column') throw new Error('a cursor is only made of columns');
  const { field, hops } = item.of.at;
  const bound = cursorSlot(q, columnOf(field));
  const isNullable = hops.length > 0 || (!field.isStandard && field.sql?.zero === undefined);
  if (q.isNull && !isNullable) throw foreignCursor();
  const { direction } = item;
  const isNullLast = isNullable && (q.term.nulls ?? (direction === 'asc' ? 'last' : 'first')) === 'last';
  return { column, value: cast(bound, typeOf(field)), direction, isNull: q.isNull, isNullable, isNullLast };
}

/** Apart, so that it closes over nothing else (predicate-sql.ts). */
function cursorSlot({ place, index }: { place: number; index: number }, column: Column): Sql {
  return slot(`cursor ${place}.${index}`, (binding) => {
    const value = binding.cursors?.[place]?.[index];
    return value === null || value === undefined ? null : parameterOf({ column, value, where: 'cursor' });
  });
}

function afterSql(step: Step): Sql {
  const { column, value, isNullLast } = step;
  if (step.isNull) return isNullLast ? sql`false` : sql`${column} is not null`;
  return compareSql({ column, operator: step.direction === 'asc' ? '>' : '<', value, orNull: isNullLast });
}

function equalSql(step: Step): Sql {
  return step.isNull ? sql`${step.column} is null` : sql`${step.column} = ${step.value}`;
}

/** Says again where the first column begins, since that is what an index scan can start from. */
function startSql(step: Step): Sql {
  const { column, value, isNullLast } = step;
  if (step.isNull) return isNullLast ? sql`${column} is null` : sql`true`;
  return compareSql({ column, operator: step.direction === 'asc' ? '>=' : '<=', value, orNull: isNullLast });
}

function parse(text: string): unknown {
  if (text.length > MAX_CURSOR || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return undefined;
  }
}
