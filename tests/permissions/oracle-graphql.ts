/**
 * What a tree of GraphQL answers to somebody, said a second time from the written rules: documents looked at one
 * after the other, each with what hangs on it. Nothing of the server's code.
 */
import { isListed, listMode, readableFields, readableRowFields } from './oracle.ts';
import { inOrder, type Leaf, leafHolds } from './oracle-lists.ts';
import { type Doc, docsOf, type Field, isEmpty, type Row, rowsOf, type Type, typeOf, type World } from './world.ts';

export type Part =
  | { kind: 'column'; name: string }
  | { kind: 'target'; field: string; parts: readonly Part[] }
  | { kind: 'rows'; field: string; args: ListArgs; parts: readonly Part[] }
  | { kind: 'reverse'; type: string; field: string; args: ListArgs; parts: readonly Part[] };

export type Where =
  | { kind: 'and' | 'or'; of: readonly Where[] }
  | { kind: 'not'; of: Where }
  | { kind: 'leaf'; leaf: Leaf }
  | { kind: 'null'; name: string; isNull: boolean }
  | { kind: 'target'; field: string; of: Where }
  | { kind: 'rows'; field: string; of: Where }
  | { kind: 'reverse'; type: string; field: string; of: Where };

export interface ListArgs {
  where?: Where;
  /** A field, or one of a Link's target. */
  order?: { path: readonly string[]; down: boolean };
  limit?: number;
  offset?: number;
}

/** Whose documents, or the rows of which table. */
export interface At {
  type: Type;
  table?: Field;
}

export interface Asker {
  world: World;
  user: string;
}

const STANDARD: ReadonlySet<string> = new Set(['owner', 'docstatus']);

/** The field of that name as it is shown to the user there: undefined when there is none. */
export function shownField(
  { world, user }: Asker,
  { type, table }: At,
  name: string,
): { kind: Field['kind']; field?: Field } | undefined {
  if (table) {
    if (name === 'name') return { kind: 'text' };
    if (name === 'idx') return { kind: 'int' };
    const field = readableRowFields(world, user, type, table).find((each) => each.name === name);
    return field && { kind: field.kind, field };
  }
  const mode = listMode(world, user, type);
  if (mode === undefined) return undefined;
  if (name === 'name') return { kind: 'text' };
  if (STANDARD.has(name)) return mode === 'read' ? { kind: name === 'docstatus' ? 'int' : 'text' } : undefined;
  const field = readableFields(world, user, type, mode).find((each) => each.name === name);
  return field && { kind: field.kind, field };
}

export function targetOf(asker: Asker, at: At, name: string): Type | undefined {
  const { field } = shownField(asker, at, name) ?? {};
  if (field?.kind !== 'link') return undefined;
  const target = typeOf(asker.world, field.to as string);
  return listMode(asker.world, asker.user, target) === undefined ? undefined : target;
}

export function rowsAt(asker: Asker, at: At, name: string): At | undefined {
  const { field } = at.table ? {} : (shownField(asker, at, name) ?? {});
  return field?.kind === 'rows' ? { type: at.type, table: field } : undefined;
}

export function reverseAt(asker: Asker, at: At, q: { type: string; field: string }): At | undefined {
  if (at.table) return undefined;
  const type = typeOf(asker.world, q.type);
  const { field } = shownField(asker, { type }, q.field) ?? {};
  return field?.kind === 'link' && field.to === at.type.name ? { type } : undefined;
}

/** What names something that is not there for the user is refused as a whole. */
export class Unknown extends Error {}

function must<T>(found: T | undefined): T {
  if (found === undefined) throw new Unknown();
  return found;
}

/** The objects of a list of documents. Throws Unknown. */
export function listOf(asker: Asker, type: Type, args: ListArgs, parts: readonly Part[]): Row[] {
  if (listMode(asker.world, asker.user, type) === undefined) throw new Unknown();
  return answered(asker, { type }, visible(asker, type), args, parts);
}

export function visible({ world, user }: Asker, type: Type): Doc[] {
  return docsOf(world, type.name).filter((doc) => isListed(world, user, type, doc));
}

function answered(asker: Asker, at: At, rows: readonly Row[], args: ListArgs, parts: readonly Part[]): Row[] {
  checkParts(asker, at, parts);
  return chosen(asker, at, rows, args).map((row) => objectOf(asker, at, row, parts));
}

/** Filtered, ordered, cut. */
export function chosen(asker: Asker, at: At, rows: readonly Row[], args: ListArgs): Row[] {
  const { where, order, limit, offset = 0 } = args;
  if (where) checkWhere(asker, at, where);
  const found = where ? rows.filter((row) => holds(asker, at, where, row)) : [...rows];
  const read = order && reader(asker, at, order.path);
  const last = at.table ? 'idx' : 'name';
  found.sort((a, b) => (read ? inOrder(read(a), read(b)) * (order.down ? -1 : 1) : 0) || inOrder(a[last], b[last]));
  return found.slice(offset, limit === undefined ? undefined : offset + limit);
}

function reader(asker: Asker, at: At, [head = '', rest]: readonly string[]): (row: Row) => Row[string] {
  if (rest === undefined) {
    must(shownField(asker, at, head));
    return (row) => row[head];
  }
  const target = must(targetOf(asker, at, head));
  must(shownField(asker, { type: target }, rest));
  return (row) => linked(asker, target, row[head])?.[rest] ?? null;
}

function linked({ world, user }: Asker, target: Type, name: Row[string]): Doc | undefined {
  const doc = world.docs.get(target.name)?.get(name as string);
  return doc && isListed(world, user, target, doc) ? doc : undefined;
}

function checkParts(asker: Asker, at: At, parts: readonly Part[]): void {
  for (const part of parts) {
    if (part.kind === 'column') must(shownField(asker, at, part.name));
    else if (part.kind === 'target') checkParts(asker, { type: must(targetOf(asker, at, part.field)) }, part.parts);
    else
      checkList(asker, must(part.kind === 'rows' ? rowsAt(asker, at, part.field) : reverseAt(asker, at, part)), part);
  }
}

function checkList(asker: Asker, at: At, { args, parts }: { args: ListArgs; parts: readonly Part[] }): void {
  checkParts(asker, at, parts);
  if (args.where) checkWhere(asker, at, args.where);
  if (args.order) reader(asker, at, args.order.path);
}

function checkWhere(asker: Asker, at: At, where: Where): void {
  switch (where.kind) {
    case 'and':
    case 'or':
      for (const each of where.of) checkWhere(asker, at, each);
      return;
    case 'not':
      checkWhere(asker, at, where.of);
      return;
    case 'leaf':
      must(shownField(asker, at, where.leaf.path));
      return;
    case 'null':
      must(shownField(asker, at, where.name));
      return;
    case 'target':
      checkWhere(asker, { type: must(targetOf(asker, at, where.field)) }, where.of);
      return;
    case 'rows':
      checkWhere(asker, must(rowsAt(asker, at, where.field)), where.of);
      return;
    case 'reverse':
      checkWhere(asker, must(reverseAt(asker, at, where)), where.of);
      return;
  }
}

function holds(asker: Asker, at: At, where: Where, row: Row): boolean {
  switch (where.kind) {
    case 'and':
      return where.of.every((each) => holds(asker, at, each, row));
    case 'or':
      return where.of.some((each) => holds(asker, at, each, row));
    case 'not':
      return !holds(asker, at, where.of, row);
    case 'leaf':
      return leafHolds(where.leaf, must(shownField(asker, at, where.leaf.path)).kind, row[where.leaf.path]);
    case 'null':
      return (row[where.name] === null || row[where.name] === undefined) === where.isNull;
    case 'target': {
      const target = must(targetOf(asker, at, where.field));
      const doc = linked(asker, target, row[where.field]);
      return doc !== undefined && holds(asker, { type: target }, where.of, doc);
    }
    case 'rows': {
      const inner = must(rowsAt(asker, at, where.field));
      return rowsOf(row, where.field).some((each) => holds(asker, inner, where.of, each));
    }
    case 'reverse': {
      const inner = must(reverseAt(asker, at, where));
      return pointing(asker, inner.type, where.field, row).some((each) => holds(asker, inner, where.of, each));
    }
  }
}

function pointing(asker: Asker, type: Type, field: string, row: Row): Doc[] {
  return visible(asker, type).filter((doc) => !isEmpty(doc[field]) && doc[field] === row.name);
}

export function keyOf(part: Part): string {
  if (part.kind === 'column') return part.name;
  if (part.kind === 'target') return `${part.field}_doc`;
  return part.kind === 'rows' ? part.field : `${graphqlName(part.type)}_by_${part.field}`;
}

export function objectOf(asker: Asker, at: At, row: Row, parts: readonly Part[]): Row {
  return Object.fromEntries(parts.map((part) => [keyOf(part), shownValue(asker, at, row, part)]));
}

function shownValue(asker: Asker, at: At, row: Row, part: Part): Row[string] {
  if (part.kind === 'column') return row[part.name];
  if (part.kind === 'target') {
    const target = must(targetOf(asker, at, part.field));
    const doc = linked(asker, target, row[part.field]);
    return (doc ? objectOf(asker, { type: target }, doc, part.parts) : null) as Row[string];
  }
  if (part.kind === 'rows') {
    const inner = must(rowsAt(asker, at, part.field));
    return answered(asker, inner, rowsOf(row, part.field), part.args, part.parts);
  }
  const inner = must(reverseAt(asker, at, part));
  return answered(asker, inner, pointing(asker, inner.type, part.field, row), part.args, part.parts);
}

export function graphqlName(type: string): string {
  return type.toLowerCase().replace(/[^a-z0-9]+/g, '_');
}
