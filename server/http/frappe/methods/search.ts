/** `frappe.desk.search.*`: the suggestions of a Link field, by name, title and search fields. */
import { readChoices } from '../../../documents/choices.ts';
import { accessTo, planOf } from '../../../documents/context.ts';
import type { Context } from '../../../documents/contract.ts';
import { isSet } from '../../../kernel/doctype.ts';
import { and, condition, type Filter, or } from '../../../kernel/filter.ts';
import { isObject } from '../../../kernel/json.ts';
import type { ListRequest } from '../../../query/request.ts';
import type { DocTypePlan } from '../../../schema/plan.ts';
import type { Outcome } from '../answers.ts';
import { type Args, jsonOf, optionalNumber, optionalText, textOf } from '../arguments.ts';
import { filterOf, MOST_ROWS } from '../lists.ts';
import type { MethodCall, Methods } from './method.ts';

interface Suggestions {
  plan: DocTypePlan;
  /** `name` first. */
  fields: readonly string[];
  rows: Record<string, unknown>[];
}

async function searchLink({ ctx, args }: MethodCall): Promise<Outcome> {
  const { plan, fields, rows } = await suggest(ctx, args);
  const title = isSet(plan.definition.show_title_field_in_link) ? plan.titleField : '';
  const message = rows.map((row) => {
    const label = title !== '' && row[title] ? { label: String(row[title]) } : {};
    const rest = fields.filter((field) => field !== 'name' && !('label' in label && field === title));
    return { value: row.name, ...label, description: textsOf(row, rest).join(', ') };
  });
  return { message };
}

async function searchWidget({ ctx, args }: MethodCall): Promise<Outcome> {
  const { fields, rows } = await suggest(ctx, args);
  return { message: rows.map((row) => fields.map((field) => row[field] ?? null)) };
}

/** Those whose name begins with the text come first, then those that have it anywhere. */
async function suggest(ctx: Context, args: Args): Promise<Suggestions> {
  const plan = planOf(ctx, textOf(args, 'doctype'));
  const text = optionalText(args, 'txt') ?? '';
  const limit = Math.min(optionalNumber(args, 'page_length') || 10, MOST_ROWS);
  const fields = searchable(ctx, plan, optionalText(args, 'searchfield'));
  const base = filterOf(withoutSwitch(args));
  const withDisabled = wantsDisabled(args);
  const list = (filter: Filter): Promise<Record<string, unknown>[]> =>
    listNames(ctx, { plan, fields, filter: and(base, filter), limit, withDisabled });
  if (text === '') return { plan, fields, rows: await list(and()) };
  const first = await list(condition('name', 'like', `${text}%`));
  const anywhere = fields.map((field) => condition(field, 'like', `%${text}%`));
  const others = first.length < limit ? await list(or(...anywhere)) : [];
  const known = new Set(first.map((row) => row.name));
  return { plan, fields, rows: [...first, ...others.filter((row) => !known.has(row.name))].slice(0, limit) };
}

function searchable(ctx: Context, plan: DocTypePlan, more: string | undefined): string[] {
  const { canRead } = accessTo(ctx, plan, 'select');
  const names = new Set(['name', plan.titleField, ...plan.searchFields, ...(more?.split(',') ?? [])]);
  return [...names].filter((name) => {
    const field = plan.byName.get(name.trim());
    return field?.sql?.type === 'text' && field.type.secret !== true && field.isReadable && canRead(field.fieldname);
  });
}

async function listNames(
  ctx: Context,
  q: { plan: DocTypePlan; fields: readonly string[]; filter: Filter; limit: number; withDisabled: boolean },
): Promise<Record<string, unknown>[]> {
  const request: ListRequest = {
    fields: q.fields.map((path) => ({ kind: 'path', path })),
    filter: q.filter,
    search: [],
    groupBy: [],
    limit: q.limit,
    offset: 0,
    count: 'none',
    expand: [],
  };
  const text = await readChoices(ctx, { doctype: q.plan.name, request, withDisabled: q.withDisabled });
  return (JSON.parse(text) as { items: Record<string, unknown>[] }).items;
}

/** The filter that asks for the switched-off ones too is no field. */
const SWITCH = 'include_disabled';

function withoutSwitch(args: Args): Args {
  const filters = jsonOf(args, 'filters');
  if (!isObject(filters) || !Object.hasOwn(filters, SWITCH)) return args;
  const others = Object.fromEntries(Object.entries(filters).filter(([key]) => key !== SWITCH));
  return new Map([...args, ['filters', others]]);
}

function wantsDisabled(args: Args): boolean {
  const filters = jsonOf(args, 'filters');
  return isObject(filters) && Object.hasOwn(filters, SWITCH) && isSet(filters[SWITCH]);
}

function textsOf(row: Record<string, unknown>, fields: readonly string[]): string[] {
  return fields.flatMap((field) => (row[field] ? [String(row[field])] : []));
}

export const searchMethods: Methods = [
  ['frappe.desk.search.search_link', { run: searchLink }],
  ['frappe.desk.search.search_widget', { run: searchWidget }],
];
