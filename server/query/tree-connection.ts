/**
 * A list as a Relay connection: pages by keyset, forward and backward. One row more than asked tells whether
 * there is another page; cursors are made by PostgreSQL, in the form that cursor.ts reads.
 */
import { sql } from 'kysely';
import { cursorShape, cursorTag, decodeCursor, keysetSql, keysetValues } from './cursor.ts';
import { constantSql, jsonObject, type Member, objectOf } from './json-object.ts';
import { fromJoined, type Sql } from './sql-scope.ts';
import type { ConnectionPart, EdgeMember, PageMember, TreeItem } from './tree.ts';
import { type ListWeave, orderOf, pageSql, sourceOf, whereSql } from './tree-list.ts';
import { type TreeTerm, treeOrderSql } from './tree-order.ts';

const PAGE = sql.id('$page');
const NUMBER = sql.id('$n');
const CURSOR = sql.id('$cursor');
const NODE = (index: number) => sql.id(`$node${index}`);

export function connectionSql(q: ListWeave, parts: readonly ConnectionPart[]): Sql {
  const { page = { cursor: '', backward: false }, limit = 0 } = q.args;
  const source = sourceOf(q);
  const forward = orderOf(q, source.scope);
  const terms = page.backward ? forward.map(reversed) : forward;
  const tag = cursorTag(
    q.list.plan.name,
    forward.map(({ item, nulls }) => ({ ...item, nulls })),
  );
  q.tags.set(q.list.place, tag);
  const conditions = [...source.conditions, ...afterSql(q, { terms, cursor: page.cursor })];
  const nodes = parts.flatMap((part) => (part.kind === 'edges' ? part.members.filter(isNode) : []));
  const columns = [
    sql`row_number() over (${treeOrderSql(terms)}) as ${NUMBER}`,
    sql`${cursorText(tag, forward)} as ${CURSOR}`,
    ...nodes.map((node, index) => sql`${nodeSql(q, source.scope, node.items)} as ${NODE(index)}`),
  ];
  const select = sql`select ${sql.join(columns)} from ${fromJoined(source.scope)}${whereSql(conditions)}${treeOrderSql(terms)}${pageSql(q, 1)}`;
  const shown = { limit: sql`${sql.lit(limit)}`, backward: page.backward, isFirst: page.cursor === '' };
  const members: Member[] = parts.map((part) => ({ key: part.key, value: partSql(q, part, nodes, shown) }));
  const object = jsonObject(members);
  const row = sql.id('$row');
  return sql`(with ${PAGE} as materialized (${select}) select ${object.outside(row)} from (select ${object.columns}) as ${row})`;
}

function isNode(member: EdgeMember): member is EdgeMember & { kind: 'node' } {
  return member.kind === 'node';
}

function nodeSql(q: ListWeave, scope: Parameters<ListWeave['members']>[0], items: readonly TreeItem[]): Sql {
  return objectOf(q.members(scope, items));
}

function reversed({ item, column, nulls }: TreeTerm): TreeTerm {
  const direction = item.direction === 'asc' ? 'desc' : 'asc';
  return { item: { ...item, direction }, column, nulls: nulls && (nulls === 'first' ? 'last' : 'first') };
}

/** Going backward the order is turned round, and "after" with it. */
function afterSql(q: ListWeave, page: { terms: readonly TreeTerm[]; cursor: string }): Sql[] {
  if (page.cursor === '') return [];
  return [keysetSql(page.terms, cursorShape(decodeCursor(page.cursor).values), q.list.place)];
}

/** As encodeCursor writes it: base64url of a JSON list, the tag first. */
function cursorText(tag: string, terms: readonly TreeTerm[]): Sql {
  const head = sql.lit(`["${tag}",`);
  const list = sql`${head}::text || substr(${keysetValues(terms)}, 2)`;
  return sql`translate(encode(convert_to(${list}, 'UTF8'), 'base64'), E'+/=\\n', '-_')`;
}

interface Shown {
  limit: Sql;
  backward: boolean;
  isFirst: boolean;
}

function partSql(
  q: ListWeave,
  part: ConnectionPart,
  nodes: readonly (EdgeMember & { kind: 'node' })[],
  shown: Shown,
): Sql {
  switch (part.kind) {
    case 'constant':
      return constantSql(part.value);
    case 'edges':
      return edgesSql(part.members, nodes, shown);
    case 'page':
      return objectOf(part.members.map((member) => ({ key: member.key, value: pageMemberSql(member, shown) })));
    case 'total': {
      const { scope, conditions } = sourceOf(q);
      return sql`(select count(*) from ${fromJoined(scope)}${whereSql(conditions)})`;
    }
  }
}

function edgesSql(members: readonly EdgeMember[], nodes: readonly EdgeMember[], shown: Shown): Sql {
  const edge = objectOf(
    members.map((member) => {
      if (member.kind === 'constant') return { key: member.key, value: constantSql(member.value) };
      const column = member.kind === 'cursor' ? CURSOR : NODE(nodes.indexOf(member));
      return { key: member.key, value: sql`${PAGE}.${column}` };
    }),
  );
  const order = shown.backward ? sql`${PAGE}.${NUMBER} desc` : sql`${PAGE}.${NUMBER}`;
  return sql`coalesce((select json_agg(${edge} order by ${order}) from ${PAGE} where ${PAGE}.${NUMBER} <= ${shown.limit}), '[]'::json)`;
}

function pageMemberSql(member: PageMember, shown: Shown): Sql {
  const more = sql`(select count(*) > ${shown.limit} from ${PAGE})`;
  // Of the side that the page was come from it is known that there was something.
  const behind = sql`${sql.lit(!shown.isFirst)}`;
  switch (member.kind) {
    case 'constant':
      return constantSql(member.value);
    case 'has next':
      return shown.backward ? behind : more;
    case 'has previous':
      return shown.backward ? more : behind;
    case 'first cursor':
    case 'last cursor': {
      const isLowest = (member.kind === 'first cursor') !== shown.backward;
      const order = isLowest ? sql`${PAGE}.${NUMBER}` : sql`${PAGE}.${NUMBER} desc`;
      return sql`(select ${PAGE}.${CURSOR} from ${PAGE} where ${PAGE}.${NUMBER} <= ${shown.limit} order by ${order} limit 1)`;
    }
  }
}
