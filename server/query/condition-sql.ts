/**
 * The conditions that people write most (`eval:doc.status == "Open" && doc.is_big`, or a bare fieldname) as SQL.
 * Says what the closure of expressions/ says of the same document, and never NULL.
 */
import { sql } from 'kysely';
import type { Node } from '../expressions/ast.ts';
import { ExpressionSyntaxError } from '../expressions/errors.ts';
import { parse } from '../expressions/parse.ts';
import type { FieldPlan } from '../schema/plan.ts';
import { typeOf } from './predicates.ts';
import type { Sql } from './sql-scope.ts';

/** A field of `doc`, with its value as SQL; undefined: there is none of that name with a column. */
export type FieldOf = (fieldname: string) => { field: FieldPlan; value: Sql } | undefined;

/** Undefined: it asks for more than can be said here. */
export function conditionSql(text: string, fieldOf: FieldOf): Sql | undefined {
  const tree = treeOf(text);
  return tree && truthSql(tree, fieldOf);
}

function treeOf(text: string): Node | undefined {
  const isExpression = /^\s*eval:/.test(text);
  try {
    const tree = parse(isExpression ? text.replace(/^\s*eval:/, '') : `doc.${text.trim()}`);
    return isExpression || fieldnameOf(tree) !== undefined ? tree : undefined;
  } catch (error) {
    if (error instanceof ExpressionSyntaxError) return undefined;
    throw error;
  }
}

function truthSql(node: Node, fieldOf: FieldOf): Sql | undefined {
  switch (node.kind) {
    case 'unary': {
      const operand = node.operator === '!' ? truthSql(node.operand, fieldOf) : undefined;
      return operand && sql`(not ${operand})`;
    }
    case 'binary':
      return binarySql(node, fieldOf);
    case 'chain':
      return memberSql(node, fieldOf);
    default:
      return undefined;
  }
}

/** `first op right op right …` is done from left to right: all but the last pair is the last one's left side. */
function binarySql(node: Node & { kind: 'binary' }, fieldOf: FieldOf): Sql | undefined {
  const last = node.rest.at(-1);
  if (!last || node.rest.length > MOST_PARTS) return undefined;
  const left = node.rest.length === 1 ? node.first : { ...node, rest: node.rest.slice(0, -1) };
  const join = JOINED.get(last.operator);
  if (!join) return comparedSql({ left, ...last }, fieldOf);
  const parts = [left, last.right].map((part) => truthSql(part, fieldOf));
  return parts.includes(undefined) ? undefined : sql`(${sql.join(parts, join)})`;
}

/** In one chain; more is no condition that a person has written. */
const MOST_PARTS = 50;

const JOINED: ReadonlyMap<string, Sql> = new Map([
  ['&&', sql` and `],
  ['||', sql` or `],
]);

/** A text against a text, a yes or no against 0 or 1, a number against a number. */
function comparedSql(q: { left: Node; operator: string; right: Node }, fieldOf: FieldOf): Sql | undefined {
  const found = foundOf(q.left, fieldOf);
  if (!found || q.right.kind !== 'literal') return undefined;
  const { field, value } = found;
  const literal = q.right.value;
  const type = typeOf(field);
  const isEqual = EQUAL.get(q.operator);
  if (type === 'text' && typeof literal === 'string' && isEqual) return isEqual(value, sql`${sql.lit(literal)}::text`);
  if (type === 'boolean' && isYesOrNo(literal) && isEqual) return isEqual(value, sql`${sql.lit(Boolean(literal))}`);
  const compare = isEqual ?? ORDERED.get(q.operator);
  const isNumber = (type === 'bigint' || type === 'numeric') && field.sql?.zero !== undefined;
  return isNumber && isSmallInteger(literal) ? compare?.(value, sql`${sql.lit(literal)}`) : undefined;
}

type Compare = (value: Sql, wanted: Sql) => Sql;

const same: Compare = (value, wanted) => sql`(${value} is not distinct from ${wanted})`;
const other: Compare = (value, wanted) => sql`(${value} is distinct from ${wanted})`;

const EQUAL: ReadonlyMap<string, Compare> = new Map([
  ['==', same],
  ['===', same],
  ['!=', other],
  ['!==', other],
]);

/** Of what is never NULL. */
const ORDERED: ReadonlyMap<string, Compare> = new Map([
  ['<', (value, wanted) => sql`(${value} < ${wanted})`],
  ['<=', (value, wanted) => sql`(${value} <= ${wanted})`],
  ['>', (value, wanted) => sql`(${value} > ${wanted})`],
  ['>=', (value, wanted) => sql`(${value} >= ${wanted})`],
]);

function isYesOrNo(literal: unknown): boolean {
  return typeof literal === 'boolean' || literal === 0 || literal === 1;
}

/** Beside such a one, what nine decimals say is told apart by JavaScript as well. */
function isSmallInteger(literal: unknown): literal is number {
  return Number.isInteger(literal) && Math.abs(literal as number) < 1_000_000;
}

function memberSql(node: Node, fieldOf: FieldOf): Sql | undefined {
  const found = foundOf(node, fieldOf);
  return found && truthySql(found.field, found.value);
}

/** What JavaScript takes for true, and is never NULL; undefined for JSON, of which that is not known here. */
export function truthySql(field: FieldPlan, value: Sql): Sql | undefined {
  switch (typeOf(field)) {
    case 'boolean':
      return sql`(${value} is true)`;
    case 'text':
      return sql`(coalesce(${value}, '') <> '')`;
    case 'bigint':
    case 'numeric':
      return sql`(coalesce(${value}, 0) <> 0)`;
    case 'jsonb':
      return undefined;
    default:
      return sql`(${value} is not null)`;
  }
}

function foundOf(node: Node, fieldOf: FieldOf): ReturnType<FieldOf> {
  const fieldname = fieldnameOf(node);
  return fieldname === undefined ? undefined : fieldOf(fieldname);
}

/** Of `doc.fieldname`. */
function fieldnameOf(node: Node): string | undefined {
  if (node.kind !== 'chain' || node.base.kind !== 'name' || node.base.name !== 'doc') return undefined;
  const [link, ...more] = node.links;
  return link?.kind === 'member' && more.length === 0 ? link.name : undefined;
}
