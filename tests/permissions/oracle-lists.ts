/** What a list, a count or an aggregate answers to somebody: every document looked at, one after the other. */
import { isListed, listMode, mayChoose, readableFields, readableRowFields, seesType, shownDoc } from './oracle.ts';
import {
  type Doc,
  docsOf,
  type Field,
  GUEST,
  isEmpty,
  namingFields,
  type Row,
  rowsOf,
  type Type,
  typeOf,
  type Value,
  type World,
} from './world.ts';

export interface Leaf {
  path: string;
  operator: '=' | '!=' | 'in' | 'not in' | 'like' | 'not like' | 'is' | '>' | '<=';
  value: string | number | readonly string[];
}

export interface Aggregate {
  fn: 'count' | 'sum' | 'min' | 'max';
  path: string;
  as: string;
}

export interface ListWish {
  type: string;
  fields: readonly string[];
  filters: readonly Leaf[];
  orFilters: readonly Leaf[];
  search?: string;
  order?: {
    path: string;
    down: boolean;
  };
  /** A Link picker asks: what may be chosen counts, not only what may be read. */
  isChoice?: boolean;
  groupBy?: string;
  aggregates: readonly Aggregate[];
  expand: readonly string[];
}

export interface ListAnswer {
  status: number;
  items: Row[];
  /** Documents, not groups or joined rows. */
  total: number;
  /** A refusal (400) is right too: what is expanded leads to a DocType that is not there for this user. */
  mayRefuse: boolean;
}

interface At {
  table?: string;
  kind: Field['kind'];
  /** The field itself, when the path is one field of the DocType. */
  own?: Field;
  read(doc: Row, row: Row): Value;
}

interface Asker {
  world: World;
  user: string;
  type: Type;
  mode: 'read' | 'select';
}

const refused = (status: number): ListAnswer => ({ status, items: [], total: 0, mayRefuse: false });

export function answerList(world: World, user: string, wish: ListWish): ListAnswer {
  const type = world.types.get(wish.type);
  if (!type || !seesType(world, user, type)) return refused(user === GUEST ? 401 : 404);
  const listed = listMode(world, user, type);
  if (!listed) return refused(user === GUEST ? 401 : 403);
  const mode = wish.isChoice ? 'select' : listed;
  const asker: Asker = { world, user, type, mode };
  const paths = pathsOf(wish);
  const at = new Map(paths.map((path) => [path, resolve(asker, path)]));
  if ([...at.values()].includes(undefined)) return refused(400);
  if (wish.expand.some((path) => !at.get(path)?.own?.to)) return refused(400);
  const get = (path: string): At => at.get(path) as At;
  const table = wish.fields.map((path) => get(path).table).find((each) => each !== undefined);
  const visible = docsOf(world, type.name).filter((doc) =>
    wish.isChoice ? mayChoose(world, user, type, doc) : isListed(world, user, type, doc),
  );
  const found = visible.flatMap((doc) => {
    const rows = table === undefined ? [undefined] : rowsOf(doc, table).length > 0 ? rowsOf(doc, table) : [{}];
    return rows.filter((row) => matches({ asker, wish, get, doc, row })).map((row) => ({ doc, row: row ?? {} }));
  });
  const total = new Set(found.map(({ doc }) => doc)).size;
  if (wish.aggregates.length > 0) return { status: 200, items: groups(wish, found, get), total, mayRefuse: false };
  const { order } = wish;
  const sorted = [...found].sort(
    (a, b) =>
      (order
        ? inOrder(get(order.path).read(a.doc, a.row), get(order.path).read(b.doc, b.row)) * (order.down ? -1 : 1)
        : 0) ||
      inOrder(a.doc.name, b.doc.name) ||
      inOrder(a.row.idx, b.row.idx),
  );
  const items = sorted.map(({ doc, row }) =>
    Object.fromEntries(wish.fields.map((path) => [path, shownAt(asker, get(path), doc, row)])),
  );
  for (const [index, item] of items.entries()) {
    const { doc } = sorted[index] as (typeof sorted)[number];
    for (const path of wish.expand) Object.assign(item, expandedAt(asker, path, get(path), doc));
  }
  const mayRefuse = wish.expand.some((path) => !listMode(world, user, typeOf(world, get(path).own?.to as string)));
  return { status: 200, items, total, mayRefuse };
}

/** Whether this user may name the path in a list of the DocType. */
export function mayName(world: World, user: string, type: Type, path: string): boolean {
  const mode = listMode(world, user, type);
  return mode !== undefined && resolve({ world, user, type, mode }, path) !== undefined;
}

function pathsOf(wish: ListWish): string[] {
  return [
    ...wish.fields,
    ...[...wish.filters, ...wish.orFilters].map((leaf) => leaf.path),
    ...(wish.order ? [wish.order.path] : []),
    ...(wish.groupBy ? [wish.groupBy] : []),
    ...wish.aggregates.map((each) => each.path).filter((path) => path !== '*'),
    ...wish.expand,
  ];
}

/** Undefined: for this user there is no such field. */
function resolve(asker: Asker, path: string): At | undefined {
  const { world, user, type } = asker;
  const [head = '', rest] = path.split('.');
  if (rest === undefined) return plain(asker, head, (doc) => doc[head]);
  const field = readableFields(world, user, type, asker.mode).find((each) => each.name === head);
  if (field?.kind === 'rows') {
    const inner = readableRowFields(world, user, type, field).find((each) => each.name === rest);
    return inner && { table: head, kind: inner.kind, own: inner, read: (_doc, row) => row[rest] };
  }
  if (field?.kind !== 'link') return undefined;
  const target = typeOf(world, field.to as string);
  const mode = listMode(world, user, target);
  return (
    mode &&
    plain({ world, user, type: target, mode }, rest, (doc) => {
      const there = world.docs.get(target.name)?.get(doc[head] as string);
      return there && isListed(world, user, target, there) ? there[rest] : null;
    })
  );
}

function plain(asker: Asker, name: string, read: (doc: Row) => Value): At | undefined {
  if (name === 'name') return { kind: 'text', read };
  if (asker.mode === 'read' && name === 'owner') return { kind: 'text', read };
  if (asker.mode === 'read' && name === 'docstatus') return { kind: 'int', read };
  const own = readableFields(asker.world, asker.user, asker.type, asker.mode).find((field) => field.name === name);
  return own && { kind: own.kind, own, read };
}

function matches(q: { asker: Asker; wish: ListWish; get(path: string): At; doc: Doc; row: Row | undefined }): boolean {
  const { wish, doc } = q;
  const holds = (leaf: Leaf): boolean => {
    const at = q.get(leaf.path);
    if (at.table === undefined) return leafHolds(leaf, at.kind, at.read(doc, {}));
    const rows = q.row ? [q.row] : rowsOf(doc, at.table);
    return (rows.length > 0 ? rows : [{}]).some((row) => leafHolds(leaf, at.kind, at.read(doc, row)));
  };
  if (!wish.filters.every(holds)) return false;
  if (wish.orFilters.length > 0 && !wish.orFilters.some(holds)) return false;
  return wish.search === undefined || isFound(q.asker, doc, wish.search);
}

function isFound({ world, user, type, mode }: Asker, doc: Doc, word: string): boolean {
  const searched = readableFields(world, user, type, mode).filter(
    (field) =>
      namingFields(type).includes(field.name) &&
      (field.kind === 'text' || field.kind === 'select' || field.kind === 'link'),
  );
  const texts = [doc.name, ...searched.map((field) => doc[field.name])];
  return texts.some((text) =>
    String(text ?? '')
      .toLowerCase()
      .includes(word.toLowerCase()),
  );
}

/** No value of a text is the empty text; of a number it compares with nothing. */
export function leafHolds({ operator, value }: Leaf, kind: Field['kind'], raw: Value): boolean {
  const isNumber = kind === 'int' || kind === 'check';
  if (operator === 'is') return (value === 'set') !== isEmpty(raw);
  if (isNumber && isEmpty(raw)) return false;
  const own = isNumber ? Number(raw) : String(raw ?? '');
  switch (operator) {
    case '=':
      return own === value;
    case '!=':
      return own !== value;
    case 'in':
      return (value as readonly string[]).includes(String(own));
    case 'not in':
      return !(value as readonly string[]).includes(String(own));
    case 'like':
      return String(own).toLowerCase().includes(String(value).replaceAll('%', '').toLowerCase());
    case 'not like':
      return !String(own).toLowerCase().includes(String(value).replaceAll('%', '').toLowerCase());
    case '>':
      return Number(own) > Number(value);
    case '<=':
      return Number(own) <= Number(value);
  }
}

function groups(wish: ListWish, found: readonly { doc: Doc; row: Row }[], get: (path: string) => At): Row[] {
  const by = new Map<string, { doc: Doc; row: Row }[]>();
  for (const each of found) {
    const key = wish.groupBy === undefined ? '' : JSON.stringify(get(wish.groupBy).read(each.doc, each.row) ?? null);
    by.set(key, [...(by.get(key) ?? []), each]);
  }
  if (wish.groupBy === undefined && by.size === 0) by.set('', []);
  return [...by].map(([key, members]) => {
    const item: Row = wish.groupBy === undefined ? {} : { [wish.groupBy]: JSON.parse(key) };
    for (const { fn, path, as } of wish.aggregates) {
      const values = members.map(({ doc, row }) => (path === '*' ? 1 : get(path).read(doc, row)));
      item[as] = aggregate(
        fn,
        values.filter((value) => !isEmpty(value)),
      );
    }
    return item;
  });
}

function aggregate(fn: Aggregate['fn'], values: readonly Value[]): Value {
  if (fn === 'count') return values.length;
  if (values.length === 0) return null;
  if (fn === 'sum') return values.reduce<number>((sum, value) => sum + Number(value), 0);
  return [...values].sort(inOrder).at(fn === 'min' ? 0 : -1);
}

/** Nothing comes last going up; texts by their bytes. */
export function inOrder(a: Value, b: Value): number {
  const [isNoA, isNoB] = [a === null || a === undefined, b === null || b === undefined];
  if (isNoA || isNoB) return Number(isNoA) - Number(isNoB);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return Number(a) - Number(b);
}

function shownAt({ world, user, type }: Asker, at: At, doc: Doc, row: Row): Value {
  if (at.table !== undefined || at.own?.kind !== 'rows') return at.read(doc, row);
  return shownDoc(world, user, type, doc)[at.own.name];
}

/** What is expanded: a Link, or the rows of a table with a Link of theirs. */
function expandedAt(asker: Asker, path: string, at: At, doc: Doc): Row {
  const { world, user, type } = asker;
  const { table } = at;
  if (table === undefined) return { [path]: expanded(asker, at, at.read(doc, {})) };
  const name = path.split('.')[1] as string;
  const rows = rowsOf(shownDoc(world, user, type, doc), table);
  return { [table]: rows.map((row) => ({ ...row, [name]: expanded(asker, at, row[name]) })) };
}

/** A target that is read stands in the place of its name, as a list of one; of one that may only be chosen, little or the name. */
function expanded({ world, user }: Asker, at: At, name: Value): Value {
  const target = typeOf(world, at.own?.to as string);
  const there = world.docs.get(target.name)?.get(name as string);
  const mode = listMode(world, user, target);
  if (!there || !mode || !isListed(world, user, target, there)) return name;
  const names = readableFields(world, user, target, mode).filter((field) => field.kind !== 'rows');
  const shown = { name, ...Object.fromEntries(names.map((field) => [field.name, there[field.name]])) };
  return mode === 'read' ? [shown] : [shown, { name }];
}
