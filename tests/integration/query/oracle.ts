/**
 * What a list should answer, said a second time and naively: rows in, rows out, no SQL and nothing of
 * server/query. Slow and plain on purpose.
 */
import { NOW, type Row, type World } from './world.ts';

export type Leaf = [path: string, operator: string, value: unknown];
export type Tree = { and: Tree[] } | { or: Tree[] } | { leaf: Leaf };

type Type = 'text' | 'number' | 'bool' | 'date' | 'datetime' | 'time' | 'json' | 'secret' | 'uuid';

export const TYPES: Record<string, Type> = {
  id: 'uuid',
  name: 'text',
  owner: 'text',
  creation: 'datetime',
  modified: 'datetime',
  docstatus: 'number',
  idx: 'number',
  status: 'text',
  customer: 'text',
  amount: 'number',
  pieces: 'number',
  big: 'number',
  due: 'date',
  at: 'datetime',
  clock: 'time',
  note: 'text',
  paid: 'bool',
  meta: 'json',
  pin: 'secret',
  subject: 'text',
  'customer.title': 'text',
  'customer.territory': 'text',
  'customer.credit': 'number',
  'customer.vip': 'bool',
  'customer.territory.title': 'text',
  'customer.territory.manager': 'text',
  'customer.creation': 'datetime',
  'items.item_code': 'text',
  'items.qty': 'number',
  'items.rate': 'number',
  'items.name': 'text',
  'items.maker.title': 'text',
  'extras.item_code': 'text',
  'extras.qty': 'number',
};
const STANDARD = new Set([
  'id',
  'name',
  'owner',
  'creation',
  'modified',
  'docstatus',
  'idx',
  'customer.creation',
  'items.name',
]);
const TABLES = ['items', 'extras'];

export type Cell = string | number | bigint | boolean | null;

/** The order of a column: what compares like PostgreSQL does. */
export function sortable(path: string, value: unknown): Cell {
  if (value === null || value === undefined) return null;
  const type = TYPES[path];
  if (type === 'number') return /^-?\d+$/.test(String(value)) ? BigInt(String(value)) : Number(value);
  if (type === 'bool') return value ? 1 : 0;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

export function compare(a: Cell, b: Cell): number {
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0;
}

/** The value at a path of an order; child paths read the given row. */
export function readPath(world: World, doc: Row, path: string, child?: Row): unknown {
  const [head = '', ...rest] = path.split('.');
  if (TABLES.includes(head)) return through(world, child, rest);
  return through(world, doc, [head, ...rest]);
}

function through(world: World, row: Row | undefined, path: string[]): unknown {
  const [field = '', ...rest] = path;
  const value = row?.[field] ?? null;
  if (rest.length === 0) return value;
  const pool = field === 'territory' ? world.territories : world.customers;
  return through(
    world,
    pool.find((each) => each.name === value),
    rest,
  );
}

export function holds(world: World, doc: Row, tree: Tree, joined?: { table: string; row: Row }): boolean {
  if ('or' in tree) return tree.or.some((each) => holds(world, doc, each, joined));
  const leaves = 'leaf' in tree ? [tree] : flat(tree.and);
  for (const each of leaves) if ('or' in each && !holds(world, doc, each, joined)) return false;
  const own = leaves.filter((each) => 'leaf' in each && !tableOf(each.leaf));
  if (!own.every((each) => 'leaf' in each && leafHolds(world, doc, each.leaf))) return false;
  return TABLES.every((table) => {
    const about = leaves.filter((each): each is { leaf: Leaf } => 'leaf' in each && tableOf(each.leaf) === table);
    if (about.length === 0) return true;
    const rows = joined?.table === table ? [joined.row] : (doc[table] as Row[]);
    return (rows.length === 0 ? [{}] : rows).some((row) =>
      about.every((each) => leafHolds(world, doc, each.leaf, row)),
    );
  });
}

function flat(trees: Tree[]): Tree[] {
  return trees.flatMap((each) => ('and' in each ? flat(each.and) : [each]));
}

export function tableOf(leaf: Leaf): string | undefined {
  return TABLES.find((table) => leaf[0].startsWith(`${table}.`));
}

function leafHolds(world: World, doc: Row, [path, operator, given]: Leaf, child?: Row): boolean {
  const type = TYPES[path] as Type;
  const raw = readPath(world, doc, path, child);
  const value = sortable(path, raw);
  const blankable = !STANDARD.has(path) && ['text', 'date', 'datetime', 'time'].includes(type);
  const isText = type === 'text' || type === 'secret';
  const isBlank = value === null || (isText && value === '');
  const nothing = (v: unknown): boolean => v === null || v === '';
  const arg = (v: unknown, end = false): Cell => argument(path, type, v, end);
  const numeric = type === 'number' || type === 'bool';
  switch (operator) {
    case 'is':
      return (given === 'set') !== isBlank;
    case '=':
      if (given === null) return value === null;
      if (given === '' && !numeric) return isBlank;
      return value !== null && compare(value, arg(given)) === 0;
    case '!=':
      if (given === null || (given === '' && !numeric)) return !isBlank;
      return value === null ? blankable : compare(value, arg(given)) !== 0;
    case '<':
    case '<=':
      if (given === '' && isText) return operator === '<=' && isBlank;
      if (value === null) return blankable;
      return operator === '<' ? compare(value, arg(given)) < 0 : compare(value, arg(given)) <= 0;
    case '>':
      return value !== null && compare(value, arg(given)) > 0;
    case '>=':
      return value !== null && compare(value, arg(given)) >= 0;
    case 'in':
    case 'not in': {
      const list = given as unknown[];
      if (list.length === 0) return operator === 'not in';
      const hasBlank = list.some(nothing);
      const wanted = list.filter((each) => !nothing(each) || (each === '' && numeric)).map((each) => arg(each));
      if (hasBlank && isText) wanted.push('');
      const found = wanted.some((each) => value !== null && compare(value, each) === 0);
      if (operator === 'in') return value === null ? hasBlank : found;
      return value === null ? blankable && !hasBlank : !found;
    }
    case 'like':
    case 'not like': {
      const isLike = (text: string): boolean => likeRegex(given as string).test(text.toLowerCase());
      if (operator === 'like') return value !== null && isLike(String(value));
      return value === null ? blankable && !isLike('') : !isLike(String(value));
    }
    case 'between': {
      const [from, to] = given as unknown[];
      return value !== null && compare(value, arg(from)) >= 0 && compare(value, arg(to, true)) <= 0;
    }
    case 'timespan': {
      const [from, to] = SPANS[given as string] as [string, string];
      return value !== null && compare(value, arg(from)) >= 0 && compare(value, arg(to, true)) <= 0;
    }
    default:
      return inTree(world, value, operator, given as string);
  }
}

function argument(path: string, type: Type, given: unknown, end: boolean): Cell {
  if (type === 'bool') return [true, 1, '1', 'true'].includes(given as boolean) ? 1 : 0;
  if (type === 'number') return sortable(path, given === '' ? 0 : given);
  const text = String(given);
  if (type === 'date') return text.slice(0, 10);
  if (type !== 'datetime') return text;
  if (text.length === 10) return `${text}T${end ? '23:59:59.999999' : '00:00:00.000000'}Z`;
  const [whole = '', fraction = ''] = text.replace(' ', 'T').replace('Z', '').split('.');
  return `${whole}.${fraction.padEnd(6, '0')}Z`;
}

function likeRegex(pattern: string): RegExp {
  let source = '';
  const letters = [...pattern.toLowerCase()];
  for (let i = 0; i < letters.length; i++) {
    const letter = letters[i] as string;
    if (letter === '%') source += '.*';
    else if (letter === '_') source += '.';
    else if (letter === '\\' && i + 1 < letters.length) source += escaped(letters[++i] as string);
    else source += escaped(letter);
  }
  return new RegExp(`^${source}$`, 'su');
}

function escaped(letter: string): string {
  return letter.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function inTree(world: World, value: Cell, operator: string, name: string): boolean {
  const edge = (row: Row | undefined): [number, number] | undefined => row && [row.lft as number, row.rgt as number];
  const self = edge(world.territories.find((each) => each.name === value));
  const node = edge(world.territories.find((each) => each.name === name));
  const within = (a: [number, number] | undefined, b: [number, number] | undefined): boolean =>
    !!a && !!b && a[0] > b[0] && a[1] < b[1];
  if (operator === 'descendants of') return within(self, node);
  if (operator === 'descendants of (inclusive)') return within(self, node) || (!!node && value === name);
  if (operator === 'not descendants of') return !within(self, node);
  return operator === 'ancestors of' ? within(node, self) : !within(node, self);
}

/** On 2026-05-20, a Wednesday (NOW). */
export const SPANS: Record<string, [string, string]> = {
  'last 7 days': ['2026-05-13', '2026-05-20'],
  'last week': ['2026-05-11', '2026-05-17'],
  'last month': ['2026-04-01', '2026-04-30'],
  'last quarter': ['2026-01-01', '2026-03-31'],
  'last 6 months': ['2025-10-01', '2026-03-31'],
  'last year': ['2025-01-01', '2025-12-31'],
  today: ['2026-05-20', '2026-05-20'],
  yesterday: ['2026-05-19', '2026-05-19'],
  tomorrow: ['2026-05-21', '2026-05-21'],
  'this week': ['2026-05-18', '2026-05-24'],
  'this month': ['2026-05-01', '2026-05-31'],
  'this quarter': ['2026-04-01', '2026-06-30'],
  'this year': ['2026-01-01', '2026-12-31'],
  'next 30 days': ['2026-05-20', '2026-06-19'],
  'next week': ['2026-05-25', '2026-05-31'],
  'next quarter': ['2026-07-01', '2026-09-30'],
  'next 6 months': ['2026-07-01', '2026-12-31'],
  'next year': ['2027-01-01', '2027-12-31'],
};
export const TODAY_IS = new Date(NOW).toISOString().slice(0, 10);

export interface Sort {
  path: string;
  down: boolean;
}

/** NULLs last going up, first going down. */
export function sortRows<T>(rows: readonly T[], order: readonly Sort[], valueAt: (row: T, path: string) => Cell): T[] {
  return [...rows].sort((a, b) => {
    for (const { path, down } of order) {
      const [x, y] = [valueAt(a, path), valueAt(b, path)];
      const step = x === null || y === null ? Number(x === null) - Number(y === null) : compare(x, y);
      if (step !== 0) return down ? -step : step;
    }
    return 0;
  });
}
