/**
 * Filters over documents in memory: the predicates of predicates.ts carried out on values. What NULL,
 * "" and LIKE mean is the same as in SQL; text is compared by code point and without a locale.
 */
import { type Document, newDocument, rowsOf, type Value } from '../kernel/document.ts';
import type { Condition, Filter, Some } from '../kernel/filter.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { conjunctsByTable } from './conjuncts.ts';
import type { Scalar } from './operands.ts';
import { boundParameter, columnOf, listParameters, patternParameter, spanParameter } from './predicate-sql.ts';
import { type Comparison, type Predicate, predicateOf, typeOf } from './predicates.ts';
import { refusal } from './request.ts';
import { type Reader, type Resolved, resolvePath, resolveTable } from './resolve.ts';
import { parameterOf } from './values.ts';

/** A document, with one row of the child table that the list is joined with. */
export interface MemoryRow {
  document: Document;
  joined?: { table: string; row: Document };
}

/** A value in the form that has an order; null is NULL. */
export type Ordered = string | number | bigint | null;

export interface MatchEnv {
  reader: Reader;
  plan: DocTypePlan;
  /** For rows of a child table: the DocType whose they are. */
  within?: DocTypePlan;
  now: number;
  where: string;
}

/** Throws bad_request when the filter does not fit the plan. */
export function matches(env: MatchEnv, filter: Filter, row: MemoryRow): boolean {
  const { own, tables } = conjunctsByTable(filter, (condition) => {
    const table = resolve(env, condition).hops[0];
    return table?.kind === 'child' && table.field.fieldname !== row.joined?.table ? table.field.fieldname : undefined;
  });
  if (!own.every((each) => matchesOne(env, each, row))) return false;
  return [...tables].every(([table, of]) => {
    const rows = rowsOf(row.document, table);
    const candidates = rows.length === 0 ? [newDocument()] : rows;
    return candidates.some((each) =>
      matches(env, { kind: 'and', of }, { document: row.document, joined: { table, row: each } }),
    );
  });
}

/** Whether the filter fits the plan, though there be no document to try it on. Throws bad_request. */
export function checkFilter(env: MatchEnv, filter: Filter): void {
  if (filter.kind === 'and' || filter.kind === 'or') for (const each of filter.of) checkFilter(env, each);
  else if (filter.kind === 'not') checkFilter(env, filter.of);
  else if (filter.kind === 'condition') {
    const { field } = resolve(env, filter);
    const where = `${env.where} (${filter.path})`;
    const predicate = predicateOf({ field, condition: filter, isTreeName: false, where });
    satisfies({ predicate, condition: filter, field, value: null, where, now: env.now });
  }
}

/** The raw value of a column in a row; undefined is null. */
export function valueAt(row: MemoryRow, at: Resolved): Value {
  const table = at.hops[0]?.field.fieldname;
  const holder = table === undefined ? row.document : row.joined?.table === table ? row.joined.row : undefined;
  return holder?.[at.field.fieldname] ?? null;
}

/** Orders like PostgreSQL: numbers by size, text by code point, NULL after everything. */
export function compareValues(a: Ordered, b: Ordered): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  if (typeof a === 'string' && typeof b === 'string')
    return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The ordered form of a document's value; what does not fit the column's type is NULL. */
export function comparable(field: FieldPlan, value: unknown): Ordered {
  if (value === null || value === undefined) return null;
  const column = columnOf(field);
  if (column.type === 'jsonb') return JSON.stringify(value);
  if (typeof value === 'object') return null;
  try {
    return fromParameter(field, parameterOf({ column, value: value as Scalar, where: field.fieldname }));
  } catch {
    return null;
  }
}

export function orderText(value: Ordered): string {
  return value === null ? '\0' : String(value);
}

function fromParameter(field: FieldPlan, parameter: string): Ordered {
  switch (typeOf(field)) {
    case 'bigint':
      return BigInt(parameter);
    case 'boolean':
      return parameter === 'true' ? 1 : 0;
    case 'numeric':
      return Number(parameter);
    default:
      return parameter;
  }
}

function matchesOne(env: MatchEnv, filter: Filter, row: MemoryRow): boolean {
  switch (filter.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'not':
      return !matches(env, filter.of, row);
    case 'or':
      return filter.of.some((each) => matches(env, each, row));
    case 'and':
      return matches(env, filter, row);
    case 'condition':
      return holds(env, filter, row);
    case 'named':
    case 'related':
      // Documents without a table are not shared, and their rights do not follow another's.
      return false;
    case 'some':
      return someRow(env, filter, row);
  }
}

/** Rows are in the document; targets of Links and documents that point here are elsewhere. */
function someRow(env: MatchEnv, filter: Some, { document }: MemoryRow): boolean {
  const { reader, plan, where } = env;
  if (filter.doctype !== undefined) throw refusal(where, `${plan.name} has no table, so nothing is found by its Links`);
  const { target } = resolveTable({ reader, plan, name: filter.field, where });
  const rows = rowsOf(document, filter.field);
  return rows.some((each) => matches({ ...env, plan: target, within: plan }, filter.where, { document: each }));
}

function resolve(env: MatchEnv, condition: Condition): Resolved {
  const { reader, plan, within, where } = env;
  const at = resolvePath({ reader, plan, within, path: condition.path, where });
  if (!at.hops.some((hop) => hop.kind === 'link')) return at;
  throw refusal(
    env.where,
    `${condition.path}: ${env.plan.name} has no table, so its Links cannot be followed in a filter`,
  );
}

function holds(env: MatchEnv, condition: Condition, row: MemoryRow): boolean {
  const at = resolve(env, condition);
  const where = `${env.where} (${condition.path})`;
  const predicate = predicateOf({ field: at.field, condition, isTreeName: false, where });
  return satisfies({ predicate, condition, field: at.field, value: valueAt(row, at), where, now: env.now });
}

interface Satisfaction {
  predicate: Predicate;
  condition: Condition;
  field: FieldPlan;
  value: unknown;
  where: string;
  now: number;
}

function satisfies(q: Satisfaction): boolean {
  const { predicate, field, where, now } = q;
  const column = columnOf(field);
  const value = comparable(field, q.value);
  const given = q.condition.value;
  const isEmpty = value === null || (value === '' && column.type === 'text');
  switch (predicate.kind) {
    case 'constant':
      return predicate.holds;
    case 'null':
      return value === null;
    case 'empty':
      return isEmpty;
    case 'filled':
      return !isEmpty;
    case 'compare': {
      const wanted = fromParameter(field, parameterOf({ column, value: given as Scalar, where }));
      return value === null ? predicate.orNull : COMPARED[predicate.operator](compareValues(value, wanted));
    }
    case 'in': {
      const list = listParameters({ field, value: given, where }).map((each) => fromParameter(field, each));
      if (value === null) return predicate.orNull;
      return list.some((each) => compareValues(each, value) === 0) !== predicate.negated;
    }
    case 'like': {
      const pattern = patternParameter(given, where);
      if (value === null && !predicate.blank) return false;
      const text = value === null ? '' : String(value);
      return (predicate.exact ? isLikeExactly(text, pattern) : isLike(text, pattern)) !== predicate.negated;
    }
    case 'between':
    case 'timespan': {
      const bound = (edge: 'start' | 'end'): Ordered => {
        const wish = { column, value: given, edge, where };
        return fromParameter(
          field,
          predicate.kind === 'between' ? boundParameter(wish) : spanParameter({ ...wish, now }),
        );
      };
      const [from, to] = [bound('start'), bound('end')];
      return value !== null && compareValues(value, from) >= 0 && compareValues(value, to) <= 0;
    }
    case 'tree':
      throw refusal(where, 'there is no tree in memory to ask');
  }
}

const COMPARED: { readonly [operator in Comparison]: (order: number) => boolean } = {
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** ILIKE, in time proportional to text times pattern: only the last `%` is ever tried again. */
export function isLike(text: string, pattern: string): boolean {
  return isLikeExactly(text.toLowerCase(), pattern.toLowerCase());
}

function isLikeExactly(text: string, pattern: string): boolean {
  const letters = [...text];
  const tokens = tokensOf(pattern);
  let [at, token, star, mark] = [0, 0, -1, 0];
  while (at < letters.length) {
    const next = tokens[token];
    if (next === ANY_RUN) {
      star = token++;
      mark = at;
    } else if (next !== undefined && (next === ANY_ONE || next === letters[at])) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++mark;
    } else return false;
  }
  while (tokens[token] === ANY_RUN) token++;
  return token === tokens.length;
}

const ANY_RUN = Symbol('%');
const ANY_ONE = Symbol('_');

function tokensOf(pattern: string): (string | symbol)[] {
  const tokens: (string | symbol)[] = [];
  let isEscaped = false;
  for (const letter of pattern) {
    if (!isEscaped && letter === '\\') {
      isEscaped = true;
      continue;
    }
    const wild = letter === '%' ? ANY_RUN : letter === '_' ? ANY_ONE : letter;
    tokens.push(isEscaped ? letter : wild);
    isEscaped = false;
  }
  return tokens;
}
