/**
 * The documents that another one links to, in one statement: whether each exists, its docstatus, and the
 * fields that are fetched from it. One text per set of targets; the names are array parameters.
 */
import { type RawBuilder, sql } from 'kysely';
import { shortHash } from '../kernel/names.ts';
import type { Statement } from '../kernel/statement.ts';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import { jsonColumn, member, rowJson } from '../query/object-sql.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { compileSql } from './ddl.ts';

export interface TargetWish {
  plan: DocTypePlan;
  /** Fields of the target whose values are wanted. */
  sources: readonly FieldPlan[];
  names: readonly string[];
}

/** A stored Link column whose targets are wanted: of the document itself, or of its rows. */
export interface StoredLink {
  column: string;
  /** The child table that has it; undefined: the document's own. */
  childTable?: string;
}

export interface StoredWish {
  plan: DocTypePlan;
  sources: readonly FieldPlan[];
  links: readonly StoredLink[];
}

/** Texts by what they ask for: they change with the plans, and go with them. */
const asked = new WeakMap<DocTypePlan, Map<string, Text>>();
const stored = new WeakMap<readonly StoredWish[], Map<boolean, Text>>();

interface Text {
  name: string;
  text: string;
}

/** Rows of {doctype, name, docstatus, fetched}: one per document that exists. */
export function linkTargetsStatement(wishes: readonly TargetWish[]): Statement {
  const values = wishes.map(({ names }) => [...names]);
  const first = wishes[0]?.plan;
  if (!first) throw new Error('nothing is asked for');
  const texts = asked.get(first) ?? new Map<string, Text>();
  asked.set(first, texts);
  const shape = wishes
    .map(({ plan, sources }) => `${plan.name} ${plan.version} ${sources.map((field) => field.fieldname).join()}`)
    .join('\n');
  let text = texts.get(shape);
  if (!text) {
    const parts = wishes.map(({ plan, sources }, index) => {
      const name = sql`${sql.id(plan.table)}.name`;
      return targetSql({ plan, sources, where: sql`${name} = any(${sql.raw(`$${index + 1}`)}::text[])` });
    });
    text = unionOf(parts, wishes);
    if (texts.size > 200) texts.clear();
    texts.set(shape, text);
  }
  return { ...text, values };
}

/**
 * The same for what a stored document links to, found by the document's own name or id: sent right behind
 * the statement that loads it, it costs no round trip.
 */
export function storedTargetsStatement(q: {
  table: string;
  key: string;
  isId: boolean;
  wishes: readonly StoredWish[];
}): Statement {
  const texts = stored.get(q.wishes) ?? new Map<boolean, Text>();
  stored.set(q.wishes, texts);
  const text = texts.get(q.isId) ?? storedTargetsText(q);
  texts.set(q.isId, text);
  return { ...text, values: [q.key] };
}

function storedTargetsText(q: { table: string; isId: boolean; wishes: readonly StoredWish[] }): Text {
  const table = sql.id(q.table);
  const key = q.isId
    ? sql`(id = ${sql.raw('$1')}::uuid or name = ${sql.raw('$1')}::text)`
    : sql`name = ${sql.raw('$1')}::text`;
  const parts = q.wishes.map(({ plan, sources, links }) => {
    // Where tenants have rows of their own, only the same tenant's of that name is meant.
    const tenant = plan.tenancy === 'own' ? [TENANT_COLUMN] : [];
    const names = links.map((link) => {
      const linked = sql.join([link.column, ...tenant].map((name) => sql.id(name)));
      return link.childTable
        ? sql`select ${linked} from ${sql.id(link.childTable)} where parent_id in (select id from ${table} where ${key})`
        : sql`select ${linked} from ${table} where ${key}`;
    });
    const target = sql.join(['name', ...tenant].map((name) => sql.id(plan.table, name)));
    return targetSql({ plan, sources, where: sql`(${target}) in (${sql.join(names, sql` union `)})` });
  });
  return unionOf(parts, q.wishes);
}

function targetSql(q: {
  plan: DocTypePlan;
  sources: readonly FieldPlan[];
  where: RawBuilder<unknown>;
}): RawBuilder<unknown> {
  const table = sql.id(q.plan.table);
  const members = q.sources.map((field) =>
    member(jsonColumn(sql`${table}.${sql.id(field.column as string)}`, field.json), field.fieldname),
  );
  const fetched = members.length > 0 ? rowJson(members) : sql`null::json`;
  return sql`select ${sql.lit(q.plan.name)}::text as doctype, ${table}.name, ${table}.docstatus, ${fetched} as fetched from ${table} where ${q.where}`;
}

function unionOf(
  parts: readonly RawBuilder<unknown>[],
  wishes: readonly { plan: DocTypePlan }[],
): { name: string; text: string } {
  const { text } = compileSql(sql.join(parts, sql` union all `));
  return { name: `links_${shortHash(text)}_${wishes.map(({ plan }) => plan.version).join('_')}`.slice(0, 63), text };
}

/**
 * Holds the named documents until the transaction ends, so that nobody deletes them meanwhile: for
 * Dynamic Links, which no foreign key keeps true. Rows of {name, docstatus}.
 */
export function holdTargetsStatement(plan: DocTypePlan, names: readonly string[]): Statement {
  const { text } = compileSql(
    sql`select name, docstatus from ${sql.id(plan.table)} where name = any(${sql.raw('$1')}::text[]) order by id for key share`,
  );
  return { name: `hold_${shortHash(text)}`, text, values: [[...names]] };
}
