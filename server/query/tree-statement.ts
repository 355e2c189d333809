/**
 * The one statement of a tree and a request's arguments: found by its shape, or woven. One row: the whole answer
 * as JSON text. Runs nothing.
 */
import { sql } from 'kysely';
import type { AccessTo } from '../access/decide.ts';
import type { Filter } from '../kernel/filter.ts';
import type { Statement } from '../kernel/statement.ts';
import type { Snapshot } from '../schema/plan.ts';
import { type Cursor, cursorShape, decodeCursor, foreignCursor } from './cursor.ts';
import { jsonObject } from './json-object.ts';
import { statementFor } from './statement-cache.ts';
import type { ListArguments, Tree } from './tree.ts';
import { isUsualLimit, limitPlace, offsetPlace, ROW } from './tree-list.ts';
import { treeListSql } from './tree-sql.ts';

export interface TreeWish {
  snapshot: Snapshot;
  access: AccessTo;
  tree: Tree;
  /** Of the list at each place. */
  args: readonly ListArguments[];
  /** Milliseconds UTC. */
  now: number;
}

/**
 * Row: `data`, a JSON object with a member for each root, and SCHEMA_VERSION. Throws bad_request for what is wrong
 * with the arguments.
 */
export function treeStatement(q: TreeWish): Statement {
  const { tree, args } = q;
  const cursors = args.map(cursorOf);
  const filter: Filter = { kind: 'and', of: args.map((each) => each.filter) };
  const { statement, extra } = statementFor({
    snapshot: q.snapshot,
    access: q.access,
    shape: `tree ${tree.key} ${args.map((each, place) => shapeOf(each, cursors[place]?.values)).join(' ')}`,
    filter,
    binding: {
      now: q.now,
      numbers: numbersOf(args),
      cursors: cursors.map((each) => each?.values),
      terms: args.find((each) => each.search)?.search,
    },
    weave(weaving, { source, positions }) {
      const given = (of: Filter) => ({ filter: of, source, positions });
      const tags = new Map<number, string>();
      const members = tree.roots.map(({ key, list }) => ({
        key,
        value: treeListSql({ weaving, args, given, tags }, list),
      }));
      const object = jsonObject(members);
      const text = sql`select ${object.outside(ROW)}::text as data, ${versionSql} as ${sql.id(SCHEMA_VERSION)} from (select ${object.columns}) as ${ROW}`;
      return { sql: text, extra: tags };
    },
  });
  for (const [place, cursor] of cursors.entries()) if (cursor && cursor.tag !== extra.get(place)) throw foreignCursor();
  return statement;
}

/** Column of the row that says which version of the schema the statement met. */
export const SCHEMA_VERSION = '$version';

/** By names that no table has: who looks which DocTypes a statement names must not find one called Version. */
const STATE = sql`${sql.id('$state')}(${sql.id('$singleton')}, ${sql.id(SCHEMA_VERSION)})`;
const versionSql = sql`(select ${sql.id(SCHEMA_VERSION)} from m_schema_state as ${STATE})`;

/** Of a list's arguments, all that decides the SQL but the filter, which has its own shape. */
function shapeOf(args: ListArguments, cursor: readonly (string | null)[] | undefined): string {
  const { order, limit, offset = 0, distinct, by, groupOrder, page, search } = args;
  const isPlain = !order && !distinct && !by && !page && !search;
  const length = limit === undefined ? '-' : isUsualLimit(limit) || page ? String(limit) : '?';
  const paged = `${length}${offset > 0 ? '+' : ''}`;
  if (isPlain) return paged;
  const shape = [order ?? 0, distinct ?? 0, by ?? 0, groupOrder ?? 0, page?.backward ?? 0, search?.length ?? 0];
  return `${paged}${JSON.stringify([...shape, page ? (cursor ? cursorShape(cursor) : '') : 0])}`;
}

function cursorOf({ page }: ListArguments): Cursor | undefined {
  return page && page.cursor !== '' ? decodeCursor(page.cursor) : undefined;
}

function numbersOf(args: readonly ListArguments[]): number[] {
  const numbers: number[] = [];
  for (const [place, { limit = 0, offset = 0 }] of args.entries()) {
    numbers[limitPlace(place)] = limit;
    numbers[offsetPlace(place)] = offset;
  }
  return numbers;
}
