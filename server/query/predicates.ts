/**
 * What an operator means on a field: its predicate in a small normal form, which SQL and the in-memory
 * evaluator both carry out. Frappe's treatment of NULL and "" is decided here and nowhere else.
 * The form depends on the shape of a value (null, "", a list with blanks), never on the value.
 */
import type { ColumnType } from '../fieldtypes/contract.ts';
import type { Condition, Operator } from '../kernel/filter.ts';
import type { FieldPlan } from '../schema/plan.ts';
import { refusal, shown } from './request.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

export type Predicate =
  | { kind: 'constant'; holds: boolean }
  /** NULL only. */
  | { kind: 'null' }
  /** NULL, and "" in text. */
  | { kind: 'empty' }
  | { kind: 'filled' }
  | { kind: 'compare'; operator: Comparison; orNull: boolean }
  | { kind: 'in'; negated: boolean; orNull: boolean }
  /** `blank`: NULL is matched as "". */
  | { kind: 'like'; negated: boolean; blank: boolean; exact: boolean }
  | { kind: 'between' }
  | { kind: 'timespan' }
  | { kind: 'tree'; relation: 'descendants' | 'ancestors'; inclusive: boolean; negated: boolean };

/**
 * The shape of a value, part of the key of a cached statement: `n`ull, `e`mpty text, `v`alue;
 * lists: `l`, `b` with a blank among them, `0` without values; `s`et or `u`nset.
 */
export function shapeOfValue(condition: Condition): string {
  const { operator, value } = condition;
  if (operator === 'is') return value === 'set' ? 's' : 'u';
  if (operator === 'in' || operator === 'not in') {
    const list = Array.isArray(value) ? value : [value];
    if (list.length === 0) return '0';
    return list.some((each) => each === null || each === '') ? 'b' : 'l';
  }
  if (value === null) return 'n';
  return value === '' ? 'e' : 'v';
}

/** Throws bad_request when the operator does not suit the field, or null the operator. */
export function predicateOf(q: {
  field: FieldPlan;
  condition: Condition;
  isTreeName: boolean;
  where: string;
}): Predicate {
  const { field, condition, where } = q;
  const { operator } = condition;
  const shape = shapeOfValue(condition);
  const relation = TREE_RELATIONS.get(operator);
  const isExact = operator === 'like exactly' || operator === 'not like exactly';
  const asked = isExact ? 'like' : operator;
  const isAllowed = field.type.operators.includes(asked) || (relation !== undefined && q.isTreeName);
  if (!isAllowed) {
    const allowed = field.type.operators.join(', ') || 'none';
    throw refusal(
      where,
      `"${operator}" is no operator of ${field.fieldname} (${field.type.name}); there are: ${allowed}`,
    );
  }
  if (relation) {
    if (shape === 'n') throw refusal(where, `"${operator}" takes the name of a node, but got null`);
    return relation;
  }
  switch (operator) {
    case 'is':
      return { kind: shape === 's' ? 'filled' : 'empty' };
    case 'in':
      return shape === '0' ? { kind: 'constant', holds: false } : { kind: 'in', negated: false, orNull: shape === 'b' };
    case 'not in':
      if (shape === '0') return { kind: 'constant', holds: true };
      return { kind: 'in', negated: true, orNull: shape !== 'b' && treatsNullAsBlank(field) };
    case 'like':
    case 'not like':
    case 'like exactly':
    case 'not like exactly': {
      const negated = operator === 'not like' || operator === 'not like exactly';
      if (shape === 'n') throw refusal(where, `"${operator}" takes a text such as "%word%", but got null`);
      return { kind: 'like', negated, blank: negated && treatsNullAsBlank(field), exact: isExact };
    }
    case 'between':
    case 'timespan':
      return { kind: operator };
    default:
      return comparison({ field, operator: operator as Comparison, shape, where, value: condition.value });
  }
}

interface ComparisonWish {
  field: FieldPlan;
  operator: Comparison;
  shape: string;
  where: string;
  value: unknown;
}

function comparison(q: ComparisonWish): Predicate {
  const { field, operator, shape } = q;
  const isBlank = shape === 'e' && !hasZero(field);
  if (operator === '=' && shape === 'n') return { kind: 'null' };
  if (operator === '=' && isBlank) return { kind: 'empty' };
  if (operator === '!=' && (shape === 'n' || isBlank)) return { kind: 'filled' };
  if (shape === 'n' || (isBlank && typeOf(field) !== 'text')) {
    throw refusal(q.where, `"${operator}" takes a value, but got ${shown(q.value)}; use "is" with "set" or "not set"`);
  }
  if (isBlank && operator === '<') return { kind: 'constant', holds: false };
  if (isBlank && operator === '<=') return { kind: 'empty' };
  const includesNull = operator === '!=' || operator === '<' || operator === '<=';
  return { kind: 'compare', operator, orNull: includesNull && treatsNullAsBlank(field) };
}

/** Text, days and times: NULL is "" (or the earliest day) there; numbers and standard fields are what they are. */
function treatsNullAsBlank(field: FieldPlan): boolean {
  return !field.isStandard && NULL_IS_BLANK.has(typeOf(field));
}

const NULL_IS_BLANK: ReadonlySet<ColumnType> = new Set(['text', 'date', 'timestamptz', 'time']);

/** Numbers and checks are never NULL, so "" means their zero. */
function hasZero(field: FieldPlan): boolean {
  return field.sql?.zero !== undefined && typeOf(field) !== 'text';
}

/** The type of a field's column; text where a plan says nothing. */
export function typeOf(field: FieldPlan): ColumnType {
  return field.sql?.type ?? 'text';
}

const TREE_RELATIONS: ReadonlyMap<Operator, Predicate & { kind: 'tree' }> = new Map([
  ['descendants of', { kind: 'tree', relation: 'descendants', inclusive: false, negated: false }],
  ['descendants of (inclusive)', { kind: 'tree', relation: 'descendants', inclusive: true, negated: false }],
  ['not descendants of', { kind: 'tree', relation: 'descendants', inclusive: false, negated: true }],
  ['ancestors of', { kind: 'tree', relation: 'ancestors', inclusive: false, negated: false }],
  ['not ancestors of', { kind: 'tree', relation: 'ancestors', inclusive: false, negated: true }],
]);

/** Whether NULL satisfies it. */
export function matchesNull(predicate: Predicate): boolean {
  switch (predicate.kind) {
    case 'null':
    case 'empty':
      return true;
    case 'constant':
      return predicate.holds;
    case 'compare':
    case 'in':
      return predicate.orNull;
    case 'like':
      return predicate.blank;
    case 'tree':
      return predicate.negated;
    default:
      return false;
  }
}
