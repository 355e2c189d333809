/**
 * What of a filter another database may decide: a condition that lets through at least every row that
 * the filter lets through, since the caller filters again. Text is not ordered here, for every database
 * orders it differently, and times reach a day further, for the zones of their columns are not known.
 */
import type { ForeignCondition, ForeignValue } from '../../db/foreign-table.ts';
import { dayText, parseDay } from '../../fieldtypes/families/calendar.ts';
import type { Condition, Filter } from '../../kernel/filter.ts';
import type { Scalar } from '../../query/operands.ts';
import { boundParameter, columnOf, listParameters, patternParameter } from '../../query/predicate-sql.ts';
import { type Predicate, predicateOf } from '../../query/predicates.ts';
import { parameterOf } from '../../query/values.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';

export interface PushdownWish {
  plan: DocTypePlan;
  /** The column of a field, undefined when the table has none for it. */
  columnOf(fieldname: string): string | undefined;
  hasIlike: boolean;
}

const MAX_VALUES = 500;

/** Undefined: the filter says nothing that could be asked there. Throws bad_request as the filter itself would. */
export function pushDown(q: PushdownWish, filter: Filter): ForeignCondition | undefined {
  switch (filter.kind) {
    case 'none':
      return { kind: 'never' };
    case 'and': {
      const of = filter.of.map((each) => pushDown(q, each)).filter((each) => each !== undefined);
      return of.length === 0 ? undefined : { kind: 'and', of };
    }
    case 'or': {
      const of = filter.of.map((each) => pushDown(q, each)).filter((each) => each !== undefined);
      return of.length < filter.of.length || of.length === 0 ? undefined : { kind: 'or', of };
    }
    case 'condition':
      return fieldCondition(q, filter);
    default:
      return undefined;
  }
}

interface Ask {
  q: PushdownWish;
  condition: Condition;
  field: FieldPlan;
  column: string;
  where: string;
}

function fieldCondition(q: PushdownWish, condition: Condition): ForeignCondition | undefined {
  const field = q.plan.byName.get(condition.path);
  const column = field && q.columnOf(field.fieldname);
  if (!field || !column || field.type.secret) return undefined;
  const where = `filters (${condition.path})`;
  const predicate = predicateOf({ field, condition, isTreeName: false, where });
  const asked = asks({ q, condition, field, column, where }, predicate);
  // An empty number is 0 to us and NULL there.
  return asked && field.sql?.zero !== undefined && predicate.kind !== 'constant' ? orNull(asked, column) : asked;
}

function asks(ask: Ask, predicate: Predicate): ForeignCondition | undefined {
  const { column, field } = ask;
  const { type } = columnOf(field);
  const hasZero = field.sql?.zero !== undefined;
  switch (predicate.kind) {
    case 'constant':
      return predicate.holds ? undefined : { kind: 'never' };
    case 'null':
    case 'empty':
      if (hasZero || type !== 'text') return hasZero ? undefined : { kind: 'null', column };
      return orNull({ kind: 'compare', column, operator: '=', value: '' }, column);
    case 'filled':
      return hasZero ? undefined : { kind: 'filled', column };
    case 'compare':
      return compared(ask, predicate);
    case 'in':
      return listed(ask, predicate);
    case 'like':
      return liked(ask, predicate);
    case 'between':
      return between(ask);
    default:
      return undefined;
  }
}

function compared(ask: Ask, predicate: Predicate & { kind: 'compare' }): ForeignCondition | undefined {
  const { condition, field, column, where } = ask;
  const { type } = columnOf(field);
  const text = parameterOf({ column: columnOf(field), value: condition.value as Scalar, where });
  if (type === 'date' || type === 'timestamptz') return inDays(ask, predicate, text);
  const isOrdered = type === 'bigint' || type === 'numeric';
  if (type !== 'text' && type !== 'boolean' && !isOrdered) return undefined;
  if (predicate.operator !== '=' && !isOrdered) return undefined;
  const operator = predicate.operator === '!=' ? '<>' : predicate.operator;
  const asked: ForeignCondition = { kind: 'compare', column, operator, value: parameterFor(field, text) };
  return predicate.orNull ? orNull(asked, column) : asked;
}

function inDays(ask: Ask, predicate: Predicate & { kind: 'compare' }, text: string): ForeignCondition | undefined {
  const { operator } = predicate;
  if (operator === '!=') return undefined;
  const from = operator === '=' || operator.startsWith('>') ? text : undefined;
  const to = operator === '=' || operator.startsWith('<') ? text : undefined;
  const asked = days(ask.column, from, to);
  return predicate.orNull && asked ? orNull(asked, ask.column) : asked;
}

/** From the day before the one to the day after the other. */
function days(column: string, from: string | undefined, to: string | undefined): ForeignCondition | undefined {
  const of: ForeignCondition[] = [];
  const first = from === undefined ? undefined : parseDay(from.slice(0, 10));
  const last = to === undefined ? undefined : parseDay(to.slice(0, 10));
  if (first !== undefined) of.push({ kind: 'compare', column, operator: '>=', value: dayText(first - 1) });
  if (last !== undefined) of.push({ kind: 'compare', column, operator: '<', value: dayText(last + 2) });
  return of.length === 0 ? undefined : { kind: 'and', of };
}

function listed(ask: Ask, predicate: Predicate & { kind: 'in' }): ForeignCondition | undefined {
  const { condition, field, column, where } = ask;
  const { type } = columnOf(field);
  if (predicate.negated || !['text', 'bigint', 'numeric', 'boolean'].includes(type)) return undefined;
  const values = listParameters({ field, value: condition.value, where }).map((text) => parameterFor(field, text));
  if (values.length > MAX_VALUES) return undefined;
  const asked: ForeignCondition = values.length === 0 ? { kind: 'never' } : { kind: 'in', column, values };
  return predicate.orNull ? orNull(asked, column) : asked;
}

function liked(ask: Ask, predicate: Predicate & { kind: 'like' }): ForeignCondition | undefined {
  const { condition, field, column, where } = ask;
  if (!ask.q.hasIlike || predicate.negated || columnOf(field).type !== 'text') return undefined;
  const asked: ForeignCondition = { kind: 'ilike', column, pattern: patternParameter(condition.value, where) };
  return predicate.blank ? orNull(asked, column) : asked;
}

function between(ask: Ask): ForeignCondition | undefined {
  const { condition, field, column, where } = ask;
  const { type } = columnOf(field);
  const edge = (which: 'start' | 'end') =>
    boundParameter({ column: columnOf(field), value: condition.value, edge: which, where });
  if (type === 'date' || type === 'timestamptz') return days(column, edge('start'), edge('end'));
  if (type !== 'bigint' && type !== 'numeric') return undefined;
  return {
    kind: 'and',
    of: [
      { kind: 'compare', column, operator: '>=', value: parameterFor(field, edge('start')) },
      { kind: 'compare', column, operator: '<=', value: parameterFor(field, edge('end')) },
    ],
  };
}

/** Numbers as text: databases read them with all their digits. */
function parameterFor(field: FieldPlan, text: string): ForeignValue {
  return columnOf(field).type === 'boolean' ? text === 'true' : text;
}

function orNull(asked: ForeignCondition, column: string): ForeignCondition {
  return { kind: 'or', of: [asked, { kind: 'null', column }] };
}
