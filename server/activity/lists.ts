/**
 * What hangs on documents, in their lists: as columns beside each (`with=`), and as filters in Frappe's spelling
 * (`_assign`, `_user_tags`, `_liked_by`). Only for readers: who may only choose documents sees none of it.
 */
import { listAction } from '../access/decide.ts';
import { planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { readList } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import { and, condition, type Filter, not } from '../kernel/filter.ts';
import { type Attached, refusal } from '../query/request.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { COMMENT, type Hanging, LIKE, TAG_LINK, TODO, tableOf } from './tables.ts';

const hangingIn = ({ doctype, typeField, nameField }: Hanging) => ({ doctype, typeField, nameField });

const COLUMNS: ReadonlyMap<string, Attached> = new Map([
  ['assign', { key: '_assign', ...hangingIn(TODO), value: 'allocated_to', only: [['status', 'Open']] }],
  ['tags', { key: '_user_tags', ...hangingIn(TAG_LINK), value: 'tag', only: [] }],
  ['comments', { key: '_comment_count', ...hangingIn(COMMENT), only: [['comment_type', 'Comment']] }],
  ['likes', { key: '_liked_by', ...hangingIn(LIKE), value: 'user', only: [] }],
]);

/** `assign,tags,comments,likes`. Throws `bad_request` for another word, `forbidden` for who may only choose. */
export function attachedFor(ctx: Context, doctype: string, given: string | undefined): readonly Attached[] {
  const words = [...new Set((given ?? '').split(',').map((word) => word.trim()))].filter((word) => word !== '');
  if (words.length === 0) return [];
  const attached = words.map((word) => {
    const found = COLUMNS.get(word);
    if (found) return found;
    throw refusal('with', `expected some of ${[...COLUMNS.keys()].join(', ')}, but got "${word.slice(0, 80)}"`);
  });
  const plan = planOf(ctx, doctype);
  refuseChooser(ctx, plan);
  return plan.storage === 'table' ? attached : [];
}

/** Of Frappe's columns: whose rows they tell, and by which field. */
const FILTERED: ReadonlyMap<string, Attached> = new Map(
  [...COLUMNS.values()].filter(({ value }) => value !== undefined).map((each) => [each.key, each]),
);

/** The filter with conditions on Frappe's columns turned into what they mean. */
export function withActivityFilters(ctx: Context, doctype: string, filter: Filter): Filter {
  if (!names(filter)) return filter;
  const plan = planOf(ctx, doctype);
  if (plan.storage !== 'table') return filter;
  refuseChooser(ctx, plan);
  return turned(plan, filter);
}

function names(filter: Filter): boolean {
  switch (filter.kind) {
    case 'condition':
      return FILTERED.has(filter.path);
    case 'and':
    case 'or':
      return filter.of.some(names);
    case 'not':
      return names(filter.of);
    default:
      return false;
  }
}

function turned(plan: DocTypePlan, filter: Filter): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return { ...filter, of: filter.of.map((each) => turned(plan, each)) };
    case 'not':
      return { ...filter, of: turned(plan, filter.of) };
    case 'condition': {
      const attached = plan.byName.has(filter.path) ? undefined : FILTERED.get(filter.path);
      return attached ? related(plan, attached, filter) : filter;
    }
    default:
      return filter;
  }
}

/** Frappe's columns are lists as text, so its clients ask with `like %ada%`; `=` and `is set` are meant as they say. */
function related(plan: DocTypePlan, q: Attached, { operator, value, path }: Filter & { kind: 'condition' }): Filter {
  const isNot = operator === 'not like' || operator === '!=' || operator === 'not in' || value === 'not set';
  const where = (...more: readonly Filter[]): Filter => ({
    kind: 'related',
    doctype: q.doctype,
    field: q.nameField,
    where: and(
      condition(q.typeField, '=', plan.name),
      ...q.only.map(([name, text]) => condition(name, '=', text)),
      ...more,
    ),
  });
  const field = q.value as string;
  const found = ((): Filter => {
    switch (operator) {
      case 'is':
        return where();
      case '=':
      case '!=':
        return where(condition(field, '=', bare(value)));
      case 'like':
      case 'not like':
        return where(condition(field, 'like', typeof value === 'string' ? withoutQuotes(value) : value));
      case 'in':
      case 'not in':
        return where(condition(field, 'in', value));
      default:
        throw refusal('filters', `${path} takes =, !=, in, not in, like, not like and is, but not "${operator}"`);
    }
  })();
  return isNot ? not(found) : found;
}

/** `%"ada"%`: the name as JSON has it, somewhere in the list. */
function withoutQuotes(pattern: string): string {
  const exact = /^%"(.*)"%$/.exec(pattern)?.[1];
  return exact ?? pattern;
}

function bare(value: (Filter & { kind: 'condition' })['value']): (Filter & { kind: 'condition' })['value'] {
  return typeof value === 'string' ? value.replace(/^%+|%+$/g, '') : value;
}

/** Whether the list of a DocType is one of documents that the caller reads. */
export function isReader(ctx: Context, plan: DocTypePlan): boolean {
  return listAction({ plan, actor: ctx.actor }) === 'read';
}

function refuseChooser(ctx: Context, plan: DocTypePlan): void {
  if (isReader(ctx, plan)) return;
  throw new AppError('forbidden', `You may choose ${plan.name} documents, but not read what hangs on them.`);
}

const LOOKED_THROUGH = 1000;

/** Tags in use on documents of a DocType that the caller may read, of the thousand that changed last; most used first. */
export async function tagsInUse(ctx: Context, doctype: string): Promise<{ tag: string; count: number }[]> {
  const plan = planOf(ctx, doctype);
  const isTagged = withActivityFilters(ctx, doctype, condition('_user_tags', 'is', 'set'));
  if (plan.storage !== 'table') return [];
  const request = {
    fields: [{ kind: 'path' as const, path: 'name' }],
    filter: isTagged,
    search: [],
    groupBy: [],
    order: [{ path: 'modified', direction: 'desc' as const }],
    limit: LOOKED_THROUGH,
    offset: 0,
    count: 'none' as const,
    expand: [],
  };
  const { items } = JSON.parse(await readList(ctx, { doctype, request, action: 'read' })) as {
    items: { name: string }[];
  };
  const table = tableOf(ctx, TAG_LINK);
  const rows = await ctx.services.db.query({
    text: `select t.${table.column('tag')} as tag, count(*)::int as count from ${table.name} t
      where t.${table.column(TAG_LINK.typeField)} = $1 and t.${table.column(TAG_LINK.nameField)} = any($2::text[])
      group by 1 order by 2 desc, 1 limit 200`,
    values: [plan.name, items.map(({ name }) => name)],
  });
  return rows as unknown as { tag: string; count: number }[];
}
