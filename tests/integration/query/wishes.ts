/** Random lists to ask for: the parameters of a request, and the same as data for the oracle. */

import { type Leaf, type Sort, SPANS, type Tree, TYPES, tableOf } from './oracle.ts';
import type { Random } from './random.ts';
import { day, instant, SOME_WORDS, type World } from './world.ts';

export interface Wish {
  params: Map<string, string>;
  tree: Tree;
  order: Sort[];
  limit: number;
  offset: number;
  fields: string[];
}

const OWN = [
  'name',
  'owner',
  'modified',
  'docstatus',
  'status',
  'customer',
  'amount',
  'pieces',
  'big',
  'due',
  'at',
  'clock',
  'note',
  'paid',
  'id',
];
const LINKED = Object.keys(TYPES).filter((path) => path.startsWith('customer.'));
const CHILD = Object.keys(TYPES).filter((path) => /^(items|extras)\./.test(path));

export interface WishOptions {
  /** Only what documents in memory can be asked. */
  ownOnly?: boolean;
}

export function randomWish(random: Random, world: World, options: WishOptions = {}): Wish {
  const tree = randomTree({ random, world, options, depth: 0 });
  const sortable = options.ownOnly ? OWN : [...OWN, ...LINKED];
  const order = Array.from({ length: random.int(1, 3) }, () => ({
    path: random.pick(sortable),
    down: random.chance(0.5),
  }));
  const fields = [...new Set(['name', ...Array.from({ length: random.int(0, 5) }, () => random.pick(sortable))])];
  const limit = random.pick([1, 3, 20, 50, 1000]);
  const offset = random.pick([0, 0, 0, 5, 40, 500]);
  const params = new Map([
    ['filters', JSON.stringify(wire(random, tree))],
    ['order_by', order.map(({ path, down }) => `${path} ${down ? 'desc' : random.pick(['asc', ''])}`).join(', ')],
    ['fields', JSON.stringify(fields)],
    ['limit', String(limit)],
    ['offset', String(offset)],
  ]);
  return { params, tree, order, limit, offset, fields };
}

interface TreeWish {
  random: Random;
  world: World;
  options: WishOptions;
  depth: number;
}

export function randomTree(q: TreeWish): Tree {
  const { random, depth } = q;
  const count = random.int(1, depth === 0 ? 4 : 3);
  const isOr = depth > 0 ? random.chance(0.6) : random.chance(0.3);
  const branches = Array.from({ length: count }, (): Tree => {
    if (depth < 3 && random.chance(0.25)) return randomTree({ ...q, depth: depth + 1 });
    return { leaf: randomLeaf(q, isOr && count > 1) };
  });
  // An or of one branch is its branch, and would bind to child rows as that does.
  return isOr && count > 1 ? { or: branches } : { and: branches };
}

/** Conditions on child rows stand in conjunctions only, where the oracle knows what they share. */
function randomLeaf(q: TreeWish, isOr: boolean): Leaf {
  const { random, options } = q;
  for (;;) {
    const roll = random.int(0, 9);
    const path =
      roll < 6 ? random.pick([...OWN, 'meta', 'pin']) : random.pick(roll < 8 && !options.ownOnly ? LINKED : CHILD);
    if (options.ownOnly && path.split('.').length > 2) continue;
    const leaf = randomCondition(q, path);
    if (!(isOr && tableOf(leaf))) return leaf;
  }
}

function randomCondition(q: TreeWish, path: string): Leaf {
  const { random } = q;
  const type = TYPES[path];
  const value = (): unknown => (random.chance(0.5) ? stored(q, path) : made(random, type as string));
  const tree = !q.options.ownOnly && path === 'customer.territory';
  const operators: Record<string, string[]> = {
    text: ['=', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'like', 'not like', 'is', 'between'],
    number: ['=', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'between'],
    bool: ['=', '!=', 'in', 'not in', 'is'],
    date: ['=', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'between', 'timespan'],
    time: ['=', '!=', '<', '<=', '>', '>=', 'in', 'not in', 'is', 'between'],
    uuid: ['=', '!=', 'in', 'not in', 'is'],
    json: ['is'],
    secret: ['is'],
  };
  operators.datetime = operators.date as string[];
  const trees = [
    'descendants of',
    'descendants of (inclusive)',
    'not descendants of',
    'ancestors of',
    'not ancestors of',
  ];
  const operator = tree && random.chance(0.5) ? random.pick(trees) : random.pick(operators[type as string] as string[]);
  if (trees.includes(operator))
    return [path, operator, random.pick(['World', 'Europe', 'Berlin', 'Asia', 'Tokyo', 'Moon', 'nowhere'])];
  switch (operator) {
    case 'is':
      return [path, operator, random.pick(['set', 'not set'])];
    case 'in':
    case 'not in':
      return [
        path,
        operator,
        Array.from({ length: random.int(0, 4) }, () =>
          random.chance(0.15) && type !== 'uuid' ? blank(random, path) : value(),
        ),
      ];
    case 'between': {
      const pair = [value(), value()].sort((a, b) =>
        typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
      );
      return pair.some((each) => each === '') ? [path, 'is', 'set'] : [path, operator, pair];
    }
    case 'timespan':
      return [path, operator, random.pick(Object.keys(SPANS))];
    case 'like':
    case 'not like':
      return [path, operator, pattern(random)];
    case '=':
    case '!=':
      return [path, operator, random.chance(0.15) ? blank(random, path) : value()];
    default:
      return [path, operator, value()];
  }
}

/** "" means NULL to days and times, the zero to numbers that have one: checks of "" are left out. */
function blank(random: Random, path: string): unknown {
  const type = TYPES[path];
  if (type === 'bool' || type === 'uuid' || (path.startsWith('customer.') && type === 'number')) return null;
  if (path === 'docstatus' || path === 'idx') return null;
  return random.pick([null, '']);
}

/** A value that some row has, so that conditions also hold. */
function stored(q: TreeWish, path: string): unknown {
  const { random, world } = q;
  for (let tries = 0; tries < 20; tries++) {
    const doc = random.pick(world.orders);
    const [head = '', field = ''] = path.split('.');
    const rows =
      head === 'customer' && field !== ''
        ? world.customers
        : ['items', 'extras'].includes(head)
          ? (doc[head] as typeof world.orders)
          : [doc];
    const row = rows.length > 0 ? random.pick(rows) : undefined;
    const value = row?.[field === '' ? head : field];
    if (
      value !== null &&
      value !== undefined &&
      value !== '' &&
      typeof value !== 'object' &&
      path.split('.').length < 3
    )
      return value;
  }
  return made(random, TYPES[path] as string);
}

function made(random: Random, type: string): unknown {
  switch (type) {
    case 'number':
      return random.pick([0, 1, -1, 2, 3, '4', 100]);
    case 'bool':
      return random.pick([true, false, 0, 1, '1']);
    case 'date':
      return random.chance(0.2) ? `${day(random)} 12:30:00` : day(random);
    case 'datetime':
      return random.pick([day(random), instant(random, 30), instant(random, 30).slice(0, 19).replace('T', ' ')]);
    case 'time':
      return random.pick(['00:00:00', '09:30:00', '12:00:00', '23:59:59']);
    case 'uuid':
      return '00000000-0000-7000-8000-000000000000';
    default:
      return random.pick(SOME_WORDS.filter((word) => word !== ''));
  }
}

function pattern(random: Random): string {
  return random.pick([
    '%',
    '%o%',
    'O%',
    '%\\%%',
    'a_b',
    'a\\_b',
    '_____',
    '%日%',
    '%😀%',
    '',
    '%z',
    'CUST-00%',
    '%\\',
    'ö%',
    "%'%",
  ]);
}

/** One of the spellings that mean this tree. */
export function wire(random: Random, tree: Tree): unknown {
  if ('leaf' in tree) {
    const [path, operator, value] = tree.leaf;
    if (operator === '=' && random.chance(0.3)) return [path, value];
    const [head = '', ...rest] = path.split('.');
    if (['items', 'extras'].includes(head) && head === 'items' && random.chance(0.3))
      return ['Sales Order Item', rest.join('.'), operator, value];
    return random.chance(0.3)
      ? { [path]: [operator, value] }
      : random.chance(0.2)
        ? ['Sales Order', path, operator, value]
        : [path, random.chance(0.2) ? operator.toUpperCase() : operator, value];
  }
  const [word, of] = 'and' in tree ? (['and', tree.and] as const) : (['or', tree.or] as const);
  const parts = of.map((each) => wire(random, each));
  if (random.chance(0.4)) return [word, ...parts];
  if (word === 'and') return parts;
  return parts.flatMap((part, index) => (index === 0 ? [part] : [word, part]));
}
