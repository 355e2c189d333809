/** The filters of a list as a GraphQL `bool_exp`, and which of them GraphQL has no word for. */
import { type Condition, type FilterTree, isGroup, isWhole } from './filters.ts';
import { isGraphqlName } from './sample-text.ts';
import type { DocTypeMeta, FieldMeta } from './types.ts';

export interface Where {
  /** Undefined: nothing is asked. */
  where: Expression | undefined;
  /** Conditions that are not in it, as `due timespan this week`. */
  lost: string[];
}

export type Expression = Readonly<Record<string, unknown>>;

export interface WhereWish {
  meta: DocTypeMeta;
  filters: FilterTree;
  /** Text search. */
  q: string;
  /** Definitions of child tables, by DocType. */
  children: ReadonlyMap<string, DocTypeMeta>;
}

const COMPARISONS: Readonly<Record<string, string>> = {
  '=': '_eq',
  '!=': '_neq',
  '>': '_gt',
  '>=': '_gte',
  '<': '_lt',
  '<=': '_lte',
  in: '_in',
  'not in': '_nin',
  like: '_ilike',
  'not like': '_nilike',
  between: '_between',
};

export function whereOf(wish: WhereWish): Where {
  const lost: string[] = [];
  const groups = wish.filters.items.flatMap((item): Expression[] => {
    if (!isGroup(item)) return expressions(wish, [item], 'and', lost);
    const inner = expressions(wish, item.items, item.joint, lost);
    return inner.length === 0 ? [] : [grouped(item.joint, inner)];
  });
  const whole = wish.filters.joint === 'or' ? [joined('or', groups)] : sameRow(groups);
  const all = [...(groups.length === 0 ? [] : whole), ...searchOf(wish)];
  return { where: all.length === 0 ? undefined : joined('and', all), lost };
}

function expressions(wish: WhereWish, items: readonly Condition[], joint: 'and' | 'or', lost: string[]): Expression[] {
  const found = items.filter(isWhole).flatMap((item): Expression[] => {
    const expression = conditionOf(wish, item);
    if (!expression) lost.push(`${item.path} ${item.operator} ${JSON.stringify(item.value)}`);
    return expression ? [expression] : [];
  });
  return joint === 'and' ? sameRow(found) : found;
}

/** Conditions on one child table are about one and the same row of it. */
function sameRow(all: readonly Expression[]): Expression[] {
  const own = all.filter((expression) => !ROW.has(expression));
  const tables = [...new Set(all.filter((expression) => ROW.has(expression)).map(keyOf))];
  return [
    ...own,
    ...tables.map((key) =>
      rowOf(
        key,
        'and',
        all.filter((each) => ROW.has(each) && keyOf(each) === key),
      ),
    ),
  ];
}

/** Which expressions ask for a row. */
const ROW = new WeakSet<Expression>();

function rowOf(key: string, joint: 'and' | 'or', all: readonly Expression[]): Expression {
  const row = {
    [key]: joined(
      joint,
      all.map((each) => each[key] as Expression),
    ),
  };
  ROW.add(row);
  return row;
}

function keyOf(expression: Expression): string {
  return Object.keys(expression)[0] ?? '';
}

function grouped(joint: 'and' | 'or', all: readonly Expression[]): Expression {
  const [first] = all;
  const isOneTable = first && all.every((each) => ROW.has(each) && keyOf(each) === keyOf(first));
  return isOneTable ? rowOf(keyOf(first), joint, all) : joined(joint, all);
}

function joined(joint: 'and' | 'or', all: readonly Expression[]): Expression {
  const [first] = all;
  if (all.length === 1 && first) return first;
  const keys = all.flatMap((each) => Object.keys(each));
  if (joint === 'and' && new Set(keys).size === keys.length) return Object.assign({}, ...all) as Expression;
  return { [`_${joint}`]: all };
}

function conditionOf({ meta, children }: WhereWish, { path, operator, value }: Condition): Expression | undefined {
  const [first = '', second, ...more] = path.split('.');
  const field = fieldOf(meta, first);
  if (!field || more.length > 0) return undefined;
  if (second === undefined) return compared(field, operator, value);
  if (field.widget.startsWith('table')) {
    const inner = compared(fieldOf(children.get(field.options ?? ''), second), operator, value);
    return inner && rowOf(first, 'and', [{ [first]: inner }]);
  }
  return undefined;
}

function fieldOf(meta: DocTypeMeta | undefined, fieldname: string): FieldMeta | undefined {
  return isGraphqlName(fieldname) ? meta?.fields.find((field) => field.fieldname === fieldname) : undefined;
}

function compared(field: FieldMeta | undefined, operator: string, value: unknown): Expression | undefined {
  if (!field) return undefined;
  const as = (comparison: string, given: unknown): Expression => ({ [field.fieldname]: { [comparison]: given } });
  const isText = field.operators.includes('like');
  if (operator === 'is') {
    const isSet = value === 'set';
    return isText ? as(isSet ? '_neq' : '_eq', '') : as('_is_null', !isSet);
  }
  const comparison = COMPARISONS[operator];
  if (!comparison) return undefined;
  if (operator === 'in' || operator === 'not in') {
    const list = Array.isArray(value)
      ? value
      : String(value)
          .split(',')
          .map((each) => each.trim());
    return as(
      comparison,
      list.map((each) => typed(field, each)),
    );
  }
  if (Array.isArray(value))
    return as(
      comparison,
      value.map((each) => typed(field, each)),
    );
  return as(comparison, typed(field, value));
}

/** REST takes 1 for true and "5" for 5; GraphQL wants what the field holds. */
function typed(field: FieldMeta, value: unknown): unknown {
  if (field.widget === 'check') return value === true || value === 1 || value === '1' || value === 'true';
  const isNumeral = typeof value === 'string' && value !== '' && Number.isSafeInteger(Math.trunc(Number(value)));
  const isNumber = ['int', 'long-int', 'float', 'currency', 'percent', 'rating', 'duration'].includes(field.widget);
  if (isNumber && isNumeral) return Number(value);
  return typeof value === 'number' && field.operators.includes('like') ? String(value) : value;
}

/** Each word occurs in the name, the title, or another field that is searched. */
function searchOf({ meta, q }: WhereWish): Expression[] {
  const named = new Set(['name', meta.title_field, ...meta.search_fields]);
  const fields = meta.fields.filter(
    ({ fieldname, operators, in_global_search }) =>
      operators.includes('like') && isGraphqlName(fieldname) && (named.has(fieldname) || Boolean(in_global_search)),
  );
  const words = q.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => {
    const pattern = `%${word.replaceAll(/[\\%_]/g, '\\$&')}%`;
    return { _or: fields.map(({ fieldname }) => ({ [fieldname]: { _ilike: pattern } })) };
  });
}
