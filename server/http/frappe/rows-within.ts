/**
 * Lists of a child DocType, which Frappe's clients ask for with `parent`: the rows are part of the parent's
 * documents and as visible as these, so the list is one of the parent, one line for each of its rows.
 */
import { accessFor, planOf } from '../../documents/context.ts';
import type { Context } from '../../documents/contract.ts';
import { and, condition, type Filter } from '../../kernel/filter.ts';
import type { FieldWish, ListRequest } from '../../query/request.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import { refusal } from '../given.ts';
import { findVisible } from '../visible-plans.ts';
import { type Args, optionalText } from './arguments.ts';

export interface Place {
  doctype: string;
  plan: DocTypePlan;
  /** The DocType whose rows are asked for; undefined where documents are. */
  parent?: DocTypePlan;
}

/** The DocType, and the parent when it is a child DocType. Throws `not_found`, and `bad_request` for a wrong parent. */
export function toPlace(ctx: Context, q: { doctype: string; args: Args }): Place {
  const plan = ctx.snapshot.find(q.doctype);
  const given = optionalText(q.args, 'parent') ?? optionalText(q.args, 'parent_doctype');
  if (plan?.storage !== 'child' || given === undefined || !findVisible(ctx, plan.name))
    return { doctype: q.doctype, plan: planOf(ctx, q.doctype) };
  const parent = planOf(ctx, given);
  if (tablesOf(ctx, parent, plan).length > 0) return { doctype: plan.name, plan, parent };
  throw refusal('parent', `${given} has no table of ${plan.name}: name the DocType that the rows belong to.`);
}

/** The wish for rows as a wish for their parents, every path going through the table. */
export function rowsWithin(ctx: Context, place: Place, request: ListRequest): ListRequest {
  const table = tableAsked(ctx, place, request.filter);
  const through = (path: string): string => `${table}.${bare(path, place.plan.name)}`;
  return {
    ...request,
    fields: (request.fields ?? []).flatMap((wish) => throughTable({ ctx, place, wish, through })),
    // Parents without rows have a line too, an empty one.
    filter: and(condition(`${table}.name`, 'is', 'set'), onPaths(request.filter, through)),
    groupBy: request.groupBy.map(through),
    order: request.order?.map((term) => ({ ...term, path: through(term.path) })),
    expand: [],
  };
}

function throughTable(q: { ctx: Context; place: Place; wish: FieldWish; through(path: string): string }): FieldWish[] {
  const { wish, through } = q;
  switch (wish.kind) {
    case 'all': {
      const access = accessFor(q.ctx, 'read')(q.place.plan, q.place.parent);
      return q.place.plan.columns
        .filter((field) => field.isReadable && access.canRead(field.fieldname))
        .map((field) => ({ kind: 'path', path: through(field.fieldname), as: field.fieldname }));
    }
    case 'path':
      return [{ kind: 'path', path: through(wish.path), as: wish.as ?? bare(wish.path, q.place.plan.name) }];
    case 'aggregate':
      return [{ ...wish, path: through(wish.path === '*' ? 'name' : wish.path) }];
    case 'rows':
      throw refusal('fields', `rows have no child tables; leave ${wish.path} out.`);
  }
}

/** Of several tables with these rows the one whose `parentfield` is asked for, else the first. */
function tableAsked(ctx: Context, place: Place, filter: Filter): string {
  const tables = tablesOf(ctx, place.parent as DocTypePlan, place.plan);
  const asked = conditionsOf(filter).find((each) => each.path === 'parentfield' && each.operator === '=');
  return (tables.find((name) => name === asked?.value) ?? tables[0]) as string;
}

/** Those that the caller may read: another's name is not told either. */
function tablesOf(ctx: Context, parent: DocTypePlan, child: DocTypePlan): string[] {
  const { canRead } = accessFor(ctx, 'read')(parent);
  return parent.tables
    .filter((field) => field.childDocType === child.name && canRead(field.fieldname))
    .map((field) => field.fieldname);
}

/** Those that must hold whatever else does. */
function conditionsOf(filter: Filter): Extract<Filter, { kind: 'condition' }>[] {
  if (filter.kind === 'condition') return [filter];
  return filter.kind === 'and' ? filter.of.flatMap(conditionsOf) : [];
}

function onPaths(filter: Filter, through: (path: string) => string): Filter {
  switch (filter.kind) {
    case 'condition':
      return { ...filter, path: through(filter.path) };
    case 'and':
    case 'or':
      return { ...filter, of: filter.of.map((each) => onPaths(each, through)) };
    case 'not':
      return { ...filter, of: onPaths(filter.of, through) };
    default:
      return filter;
  }
}

function bare(path: string, doctype: string): string {
  const own = `\`tab${doctype}\`.`;
  return path.startsWith(own) ? path.slice(own.length) : path;
}
