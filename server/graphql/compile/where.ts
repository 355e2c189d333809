/**
 * A bool_exp to the Filter that every door understands. A key that says nothing is refused, since a condition
 * that got lost would match everything.
 */
import { and, condition, type Filter, not, or } from '../../kernel/filter.ts';
import { isObject } from '../../kernel/json.ts';
import { conditionValue } from '../../query/operands.ts';
import { refusal, shown } from '../../query/request.ts';
import { pathOf } from '../../schema/inbound.ts';
import type { FieldPlan } from '../../schema/plan.ts';
import type { LiveSchema } from '../schema.ts';
import { IS_NULL, operatorOf } from '../types/filters.ts';

const MAX_DEPTH = 20;
const MAX_CONDITIONS = 500;
/** Objects that hold them, empty ones too. */
const MAX_EXPRESSIONS = 1000;

interface Reading {
  schema: LiveSchema;
  conditions: number;
  expressions: number;
}

/** `type`: the name of the bool_exp. Throws bad_request at the place that is wrong. */
export function whereFilter(schema: LiveSchema, type: string, value: unknown): Filter {
  return read({ schema, conditions: 0, expressions: 0 }, { type, value, path: 'where', depth: 0 });
}

interface Expression {
  type: string;
  value: unknown;
  path: string;
  depth: number;
}

function read(reading: Reading, q: Expression): Filter {
  const { type, value, path, depth } = q;
  if (depth > MAX_DEPTH)
    throw refusal(path, `conditions are nested deeper than ${MAX_DEPTH} levels; write them flatter`);
  if (!isObject(value)) throw refusal(path, `expected an object of conditions, but got ${shown(value)}`);
  if (++reading.expressions > MAX_EXPRESSIONS)
    throw refusal('where', `a filter has at most ${MAX_EXPRESSIONS} objects of conditions`);
  const filters = Object.entries(value).map(([key, given]) => {
    const inner = { type, value: given, path: `${path}.${key}`, depth: depth + 1 };
    if (given === null)
      throw refusal(inner.path, `expected a condition, but got null; for what is empty use ${IS_NULL}`);
    switch (key) {
      case '_and':
        return and(...each(reading, inner));
      case '_or':
        return or(...each(reading, inner));
      case '_not':
        return not(read(reading, inner));
      default:
        return readKey(reading, { ...inner, key });
    }
  });
  return and(...filters);
}

function each(reading: Reading, q: Expression): Filter[] {
  const list = Array.isArray(q.value) ? q.value : [q.value];
  return list.map((value, index) => read(reading, { ...q, value, path: `${q.path}[${index}]` }));
}

function readKey(reading: Reading, q: Expression & { key: string }): Filter {
  const def = reading.schema.definition(q.type);
  const field = def?.kind === 'INPUT_OBJECT' ? def.fields.find(q.key) : undefined;
  const meaning = field?.meaning;
  if (meaning?.kind === 'column') return comparisons(reading, meaning.field, q);
  if (meaning?.kind !== 'some') throw refusal(q.path, `${q.type} has no field "${q.key.slice(0, 100)}"`);
  count(reading, q.path);
  const where = read(reading, { ...q, type: `${meaning.target}_bool_exp` });
  const { field: link, table, doctype } = meaning;
  return { kind: 'some', field: table ? pathOf({ table, field: link }) : link.fieldname, doctype, where };
}

function comparisons(reading: Reading, field: FieldPlan, { value, path }: Expression): Filter {
  if (!isObject(value)) throw refusal(path, `expected a comparison such as {_eq: …}, but got ${shown(value)}`);
  const found = Object.entries(value).map(([name, given]) => {
    count(reading, path);
    const where = `${path}.${name}`;
    if (given === null) throw refusal(where, `expected a value, but got null; for what is empty use ${IS_NULL}`);
    return name === IS_NULL ? presence(field, given === true) : comparison(field, { name, given, where });
  });
  if (found.length === 0) throw refusal(path, 'a comparison is missing, such as {_eq: …}');
  return and(...found);
}

/** NULL itself where a value may be compared; of a secret only whether there is one. */
function presence(field: FieldPlan, isNull: boolean): Filter {
  const path = field.fieldname;
  if (!field.type.operators.includes('=')) return condition(path, 'is', isNull ? 'not set' : 'set');
  const empty = condition(path, '=', null);
  return isNull ? empty : not(empty);
}

function comparison(field: FieldPlan, q: { name: string; given: unknown; where: string }): Filter {
  const operator = operatorOf(q.name);
  if (!operator) throw refusal(q.where, `there is no comparison ${q.name.slice(0, 50)}`);
  const isList = operator === 'in' || operator === 'not in' || operator === 'between';
  const value = isList && !Array.isArray(q.given) ? [q.given] : q.given;
  return condition(field.fieldname, operator, conditionValue({ operator, value, where: q.where }));
}

function count(reading: Reading, path: string): void {
  if (++reading.conditions > MAX_CONDITIONS) throw refusal(path, `a filter has at most ${MAX_CONDITIONS} conditions`);
}
