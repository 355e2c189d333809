/**
 * From what a query selects to one statement, as it is written by hand: correlated sub-selects whose rows
 * become JSON once, at the end; the page is cut before them, with the columns that are needed. Other shapes
 * were measured and cost PostgreSQL more: to_json in each sub-select a tenth, lateral joins with `limit 1` a
 * fifth, json_build_object and text put together by hand less than a tenth, `select *` below the sort a fifth, a
 * plain join of the items twice as much. Knows the tables of the benchmark only.
 */
import { type FieldNode, Kind } from 'graphql';

export interface Selected {
  /** The name in the answer. */
  key: string;
  name: string;
  fields: readonly Selected[];
}

export interface Statement {
  /** Prepared once on each connection. */
  name: string;
  text: string;
  /** Behind the statement's own values: what the rules ask of the person. */
  more: readonly unknown[];
}

/** What a person may see, in SQL; `bind` gives a value its place. Absent: everything. */
export type Rules = Readonly<Record<string, (alias: string, bind: (value: unknown) => string) => string>>;

interface Table {
  one: Readonly<Record<string, { table: string; column: string }>>;
  many: Readonly<Record<string, { table: string }>>;
}

const TABLES: Readonly<Record<string, Table>> = {
  bench_order: {
    one: { customer_doc: { table: 'bench_customer', column: 'customer' } },
    many: { items: { table: 'bench_order_item' } },
  },
  bench_order_item: { one: { item_doc: { table: 'bench_item', column: 'item' } }, many: {} },
  bench_customer: { one: {}, many: {} },
  bench_item: { one: {}, many: {} },
};

export function selectedBy(node: FieldNode): Selected[] {
  return (node.selectionSet?.selections ?? []).map((selection) => {
    if (selection.kind !== Kind.FIELD) throw new Error('fragments are not in the benchmark');
    return {
      key: selection.alias?.value ?? selection.name.value,
      name: selection.name.value,
      fields: selectedBy(selection),
    };
  });
}

export interface Wish {
  selected: readonly Selected[];
  rules?: Rules;
  /** The whole answer as one text; else a row with a JSON column for each relation. */
  asText: boolean;
}

export function byName(wish: Wish): Statement {
  const { columns, rule, statement } = begin(wish, 1);
  const rows = `select ${columns} from bench_order t0 where t0.name = $1${rule}`;
  return statement('one', wish.asText ? `select to_json(r)::text as text from (${rows}) r` : rows);
}

export function page(wish: Wish): Statement {
  const { columns, rule, statement } = begin(wish, 2);
  const needed = neededFrom('bench_order', wish.selected).join(', ');
  const rows = `select ${columns} from (select ${needed} from bench_order t0 where t0.status = $1${rule} order by t0.order_date desc, t0.name desc limit $2) t0`;
  return statement('page', wish.asText ? `select array_to_json(array(select r from (${rows}) r))::text as text` : rows);
}

export function setNotes(wish: Wish): Statement {
  const { columns, rule, statement } = begin(wish, 3);
  const returned = wish.asText ? `(select to_json(r) from (select ${columns}) r)::text as text` : columns;
  return statement(
    'set',
    `update bench_order t0 set notes = $2, modified = now(), modified_by = $3, _version = _version + 1 where t0.name = $1 and t0.docstatus = 0${rule} returning ${returned}`,
  );
}

let statements = 0;

function begin(wish: Wish, own: number) {
  const more: unknown[] = [];
  const bind = (value: unknown): string => {
    const known = more.indexOf(value);
    return `$${own + (known >= 0 ? known + 1 : more.push(value))}`;
  };
  const ruleOf = (table: string, alias: string): string => {
    const rule = wish.rules?.[table];
    return rule ? ` and (${rule(alias, bind)})` : '';
  };
  return {
    columns: columnsOf({ table: 'bench_order', depth: 0, asText: wish.asText, selected: wish.selected, ruleOf }),
    rule: ruleOf('bench_order', 't0'),
    statement: (name: string, text: string): Statement => ({ name: `${name}-${statements++}`, text, more }),
  };
}

interface Level {
  table: string;
  depth: number;
  asText: boolean;
  selected: readonly Selected[];
  ruleOf(table: string, alias: string): string;
}

function columnsOf(level: Level): string {
  const { table, depth, ruleOf } = level;
  const [outer, inner] = [`t${depth}`, `t${depth + 1}`];
  const below = (target: string, fields: readonly Selected[]) =>
    columnsOf({ ...level, table: target, depth: depth + 1, selected: fields });
  // Rows that leave PostgreSQL as such have JSON in their columns; below, and in a text, one conversion does it.
  const whole = (rows: string) => (depth > 0 || level.asText ? rows : `to_json(${rows})`);
  return level.selected
    .map(({ key, name, fields }) => {
      const one = TABLES[table]?.one[name];
      const many = TABLES[table]?.many[name];
      if (one)
        return `${whole(`(select x from (select ${below(one.table, fields)} from ${one.table} ${inner} where ${inner}.name = ${outer}.${one.column}${ruleOf(one.table, inner)}) x)`)} as "${key}"`;
      if (many)
        return `${whole(`array(select x from (select ${below(many.table, fields)} from ${many.table} ${inner} where ${inner}.parent_id = ${outer}.id and ${inner}.parentfield = '${name}' order by ${inner}.idx) x)`)} as "${key}"`;
      return `${outer}."${name}" as "${key}"`;
    })
    .join(', ');
}

/** The columns that the selection reads, those behind its relations included. */
function neededFrom(table: string, selected: readonly Selected[]): string[] {
  const columns = selected.map(
    ({ name }) => TABLES[table]?.one[name]?.column ?? (TABLES[table]?.many[name] ? 'id' : name),
  );
  return [...new Set(columns)];
}
