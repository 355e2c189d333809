/**
 * Documents that link to one, counted: each DocType and field by which they do, as far as the caller may see both,
 * of the documents that he may see. One statement, which stops counting where a number says no more.
 */
import { accessFor, accessTo, askAhead } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { isSet } from '../kernel/doctype.ts';
import { and, condition, type Filter } from '../kernel/filter.ts';
import type { Tree } from '../query/tree.ts';
import { treeStatement } from '../query/tree-statement.ts';
import { inboundOf, mayLeadTo, type Reference } from '../schema/inbound.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Subject } from './subject.ts';
import { HANGING } from './tables.ts';

export interface Connection {
  doctype: string;
  /** `customer`, or `items.item` for a row of a table. */
  field: string;
  label: string;
  /** The heading under which the DocType lists it; "" when it does not. */
  group: string;
  count: number;
  /** There are more than the count says. */
  has_more: boolean;
  /** Whether the caller may make another one, and it is one that people make. */
  may_create: boolean;
  /** Lists them: as `filters` of GET /api/v1/{doctype}. */
  filters: [string, '=', string][];
}

interface Wanted {
  plan: DocTypePlan;
  path: string;
  label: string;
  group: string;
  /** The DocType itself lists it among its links. */
  isListed?: boolean;
  /** The field that says of which DocType a Dynamic Link is. */
  pointer?: string;
}

const COUNTED = 1000;
/** A DocType that everything links to, such as Company, has more of them than anybody reads. */
const MOST_CONNECTIONS = 100;

export async function connectionsOf(ctx: Context, { plan, name }: Subject): Promise<Connection[]> {
  const wanted = wantedOf(ctx, plan).slice(0, MOST_CONNECTIONS);
  if (wanted.length === 0) return [];
  const statement = treeStatement({
    snapshot: ctx.snapshot,
    access: accessFor(ctx, 'read'),
    tree: treeOf(wanted),
    args: wanted.map((each) => ({ filter: filterOf(each, plan, name), limit: COUNTED + 1 })),
    now: ctx.now,
  });
  const [row] = await (ctx.tx ?? ctx.services.db).query(statement);
  const counts = JSON.parse(String(row?.data)) as Record<string, { sum: { n: number } }>;
  const found = wanted.map((each, index): Connection => {
    const count = Number(counts[`c${index}`]?.sum.n ?? 0);
    const filters: [string, '=', string][] = [[each.path, '=', name]];
    if (each.pointer !== undefined) filters.unshift([each.pointer, '=', plan.name]);
    return {
      doctype: each.plan.name,
      field: each.path,
      label: each.label,
      group: each.group,
      count: Math.min(count, COUNTED),
      has_more: count > COUNTED,
      may_create: accessTo(ctx, each.plan, 'create').allowed && !isSet(each.plan.definition.in_create),
      filters,
    };
  });
  return found.filter(({ count }, index) => count > 0 || !isNoise(wanted[index] as Wanted));
}

/** The framework's own DocTypes lead to everything: one is told of where it does, or where the DocType lists it. */
function isNoise({ plan, isListed }: Wanted): boolean {
  return plan.app === 'core' && !isListed;
}

function treeOf(wanted: readonly Wanted[]): Tree {
  return {
    key: `connections ${JSON.stringify(wanted.map(({ plan }) => plan.name))}`,
    roots: wanted.map(({ plan }, place) => ({
      key: `c${place}`,
      list: {
        plan,
        origin: { kind: 'all' },
        place,
        form: {
          kind: 'summary',
          parts: [
            { kind: 'aggregate', key: 'sum', members: [{ kind: 'count', key: 'n', fields: [], distinct: false }] },
          ],
        },
      },
    })),
  };
}

function filterOf({ path, pointer }: Wanted, plan: DocTypePlan, name: string): Filter {
  const isLinked = condition(path, '=', name);
  return pointer === undefined ? isLinked : and(condition(pointer, '=', plan.name), isLinked);
}

/** Those that the DocType lists come first, in their order; then those that its Links tell. */
function wantedOf(ctx: Context, plan: DocTypePlan): Wanted[] {
  const inbound = inboundOf(ctx.snapshot);
  const found = [
    ...(inbound.links.get(plan.name) ?? []).flatMap((reference) => placesOf(ctx, reference)),
    ...inbound.dynamicLinks
      .filter((reference) => mayLeadTo(reference, plan.name))
      .flatMap((reference) => placesOf(ctx, reference)),
  ].filter(({ path }) => !OWN_PLACES.has(path));
  const readable = found.filter(({ plan: target }) => target.storage === 'table' && !TOLD_ELSEWHERE.has(target.name));
  askAhead(ctx, [...new Set(readable.map(({ plan: target }) => target))], ['read', 'create']);
  const shown = readable.filter((each) => isReadable(ctx, each));
  const groups = groupsOf(plan);
  return shown
    .filter((each) => groups.get(keyOf(each))?.isHidden !== true)
    .map((each) => ({ ...each, group: groups.get(keyOf(each))?.group ?? '', isListed: groups.has(keyOf(each)) }))
    .sort((a, b) => rank(groups, a) - rank(groups, b) || Number(isNoise(a)) - Number(isNoise(b)));
}

/** Where a document came from, and where it stands in a tree. */
const OWN_PLACES: ReadonlySet<string> = new Set(['amended_from', 'old_parent']);

/** What hangs on a document stands beside its form on its own. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set([...HANGING.map(({ doctype }) => doctype), 'DocShare', 'File']);

/** A Link in rows is a link of each document that has such rows. */
function placesOf(ctx: Context, { plan, field }: Reference): Wanted[] {
  const pointer = field.link && 'pointer' in field.link ? field.link.pointer : undefined;
  if (plan.storage !== 'child')
    return [{ plan, path: field.fieldname, label: field.label || field.fieldname, group: '', pointer }];
  return (inboundOf(ctx.snapshot).parents.get(plan.name) ?? []).map((parent) => ({
    plan: parent.plan,
    path: `${parent.field.fieldname}.${field.fieldname}`,
    label: field.label || field.fieldname,
    group: '',
    pointer: pointer === undefined ? undefined : `${parent.field.fieldname}.${pointer}`,
  }));
}

function isReadable(ctx: Context, { plan, path, pointer }: Wanted): boolean {
  const access = accessTo(ctx, plan, 'read');
  if (!access.allowed || access.rows.kind === 'none') return false;
  return [path, pointer].every((each) => {
    const [first = '', inner] = (each ?? path).split('.');
    if (!access.canRead(first) || inner === undefined) return access.canRead(first);
    const child = ctx.snapshot.find(plan.byName.get(first)?.childDocType ?? '');
    return child !== undefined && accessTo(ctx, child, 'read', plan).canRead(inner);
  });
}

interface Listed {
  order: number;
  group: string;
  isHidden: boolean;
}

function groupsOf(plan: DocTypePlan): ReadonlyMap<string, Listed> {
  const listed = (plan.definition.links ?? []).map((link, order): [string, Listed] => {
    const isRow = isSet(link.is_child_table);
    const doctype = String((isRow ? link.parent_doctype : link.link_doctype) ?? '');
    const path = isRow ? `${link.table_fieldname}.${link.link_fieldname}` : String(link.link_fieldname ?? '');
    return [`${doctype}\n${path}`, { order, group: String(link.group ?? ''), isHidden: isSet(link.hidden) }];
  });
  return new Map(listed);
}

function keyOf({ plan, path }: Wanted): string {
  return `${plan.name}\n${path}`;
}

function rank(groups: ReadonlyMap<string, Listed>, wanted: Wanted): number {
  return groups.get(keyOf(wanted))?.order ?? Number.MAX_SAFE_INTEGER;
}
