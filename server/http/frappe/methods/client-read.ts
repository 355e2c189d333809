/** `frappe.client.*` that read: lists, counts, documents, values, permissions. */
import { RIGHTS, type Right } from '../../../access/grants.ts';
import { accessTo, planOf } from '../../../documents/context.ts';
import type { Context } from '../../../documents/contract.ts';
import { AppError } from '../../../kernel/error.ts';
import type { DocTypePlan } from '../../../schema/plan.ts';
import { mayDo } from '../../../sharing/rows.ts';
import { refusal } from '../../given.ts';
import type { Outcome } from '../answers.ts';
import { type Args, jsonOf, optionalFlag, optionalText, textOf } from '../arguments.ts';
import { getAsFrappe } from '../documents.ts';
import { asArrays, countAsFrappe, listAsFrappe } from '../lists.ts';
import type { FrappeDocument } from '../values.ts';
import type { MethodCall, Methods } from './method.ts';

async function getList({ ctx, args }: MethodCall): Promise<Outcome> {
  const { rows, notes } = await listAsFrappe(ctx, { doctype: textOf(args, 'doctype'), args });
  const pluck = optionalText(args, 'pluck');
  if (pluck !== undefined)
    return { message: rows.map((row) => (Object.hasOwn(row, pluck) ? row[pluck] : null)), notes };
  return { message: optionalFlag(args, 'as_dict', true) ? rows : asArrays(rows), notes };
}

async function getCount({ ctx, args }: MethodCall): Promise<Outcome> {
  return { message: await countAsFrappe(ctx, { doctype: textOf(args, 'doctype'), args }) };
}

/** By name, or the first that the filters find. */
async function get({ ctx, args }: MethodCall): Promise<Outcome> {
  const doctype = textOf(args, 'doctype');
  const isSingle = ctx.snapshot.find(doctype)?.storage === 'single';
  const name = isSingle ? doctype : (optionalText(args, 'name') ?? (await firstName(ctx, { doctype, args })));
  return { message: await getAsFrappe(ctx, { doctype, name, nulls: 'kept' }) };
}

async function firstName(ctx: Context, q: { doctype: string; args: Args }): Promise<string> {
  if (!q.args.has('filters')) throw refusal('name', 'name is missing: say which document, by name or filters.');
  const { rows } = await listAsFrappe(ctx, { ...q, args: withArguments(q.args, { fields: '["name"]', limit: 1 }) });
  const name = rows[0]?.name;
  if (typeof name === 'string') return name;
  throw new AppError('not_found', `There is no ${q.doctype} that these filters find.`);
}

/** Fields of the first document that is found: an object, or with as_dict=0 a list, or the value of a single field. */
async function getValue({ ctx, args }: MethodCall): Promise<Outcome> {
  const doctype = textOf(args, 'doctype');
  const fields = fieldsOf(args);
  const asDict = optionalFlag(args, 'as_dict', true);
  const isSingle = ctx.snapshot.find(doctype)?.storage === 'single';
  const row = isSingle
    ? await fieldsOfSingle(ctx, { doctype, fields })
    : (await listAsFrappe(ctx, { doctype, args: withArguments(args, { fields: JSON.stringify(fields), limit: 1 }) }))
        .rows[0];
  if (asDict) return { message: row ?? {} };
  const values = row ? Object.values(row) : [];
  return { message: row === undefined ? null : fields.length > 1 ? values : (values[0] ?? null) };
}

async function getSingleValue({ ctx, args }: MethodCall): Promise<Outcome> {
  const doctype = textOf(args, 'doctype');
  const field = optionalText(args, 'field') ?? textOf(args, 'fieldname');
  if (planOf(ctx, doctype).storage !== 'single')
    throw refusal('doctype', `${doctype} is no Single: it has many documents. Use frappe.client.get_value.`);
  return { message: (await fieldsOfSingle(ctx, { doctype, fields: [field] }))[field] ?? null };
}

async function fieldsOfSingle(
  ctx: Context,
  q: { doctype: string; fields: readonly unknown[] },
): Promise<FrappeDocument> {
  const document = await getAsFrappe(ctx, { doctype: q.doctype, name: q.doctype, nulls: 'kept' });
  const row = q.fields.map((field): [string, unknown] => {
    if (typeof field === 'string' && Object.hasOwn(document, field)) return [field, document[field]];
    throw refusal('fieldname', `${q.doctype} has no field ${JSON.stringify(field)?.slice(0, 80)}.`);
  });
  return Object.fromEntries(row);
}

/** `fieldname` is a name, or a JSON list of them; none is the name. */
function fieldsOf(args: Args): unknown[] {
  const given = jsonOf(args, 'fieldname');
  const fields = Array.isArray(given) ? given : [given ?? 'name'];
  return fields.length === 0 ? ['name'] : fields;
}

/** With other values for some, and no names of Frappe's for the same. */
function withArguments(args: Args, more: Readonly<Record<string, unknown>>): Args {
  const others = [...args].filter(([name]) => !PAGE.has(name));
  return new Map([...others, ...Object.entries(more)]);
}

const PAGE: ReadonlySet<string> = new Set(['limit_page_length', 'page_length', 'limit_start', 'start', 'as_dict']);

async function hasPermission({ ctx, args }: MethodCall): Promise<Outcome> {
  const plan = planOf(ctx, textOf(args, 'doctype'));
  const right = optionalText(args, 'perm_type') ?? 'read';
  const action = RIGHTS.find((known) => known === right);
  if (!action) throw refusal('perm_type', `perm_type is one of ${RIGHTS.join(', ')}.`);
  const name = optionalText(args, 'docname');
  return { message: { has_permission: await isGiven(ctx, { plan, name, action }) } };
}

/** On a document, or on the DocType. Of a document that the caller may not see he has nothing, as of none. */
async function isGiven(ctx: Context, q: { plan: DocTypePlan; name?: string; action: Right }): Promise<boolean> {
  const { plan, name, action } = q;
  if (name === undefined) return accessTo(ctx, plan, action).allowed;
  if (action !== 'read' && !(await mayDo(ctx, { plan, name, action: 'read' }))) return false;
  return mayDo(ctx, { plan, name, action });
}

/** Every right on one document, as 0 and 1. Without a document, on the DocType. */
async function getDocPermissions({ ctx, args }: MethodCall): Promise<Outcome> {
  const plan = planOf(ctx, textOf(args, 'doctype'));
  const name = optionalText(args, 'docname');
  const rights: [string, number][] = [];
  for (const action of RIGHTS) rights.push([action, Number(await isGiven(ctx, { plan, name, action }))]);
  return { message: { permissions: Object.fromEntries(rights) } };
}

async function isDocumentAmended({ ctx, args }: MethodCall): Promise<Outcome> {
  const doctype = textOf(args, 'doctype');
  if (!planOf(ctx, doctype).byName.has('amended_from')) return { message: false };
  const filters = JSON.stringify([['amended_from', '=', textOf(args, 'docname')]]);
  const wish = new Map<string, unknown>([
    ['filters', filters],
    ['limit', 1],
  ]);
  const { rows } = await listAsFrappe(ctx, { doctype, args: wish });
  return { message: rows[0]?.name ?? false };
}

/** The name as it is written when there is such a document, with the fields that a form fetches; else nothing. */
async function validateLink({ ctx, args }: MethodCall): Promise<Outcome> {
  const doctype = textOf(args, 'doctype');
  const wanted = jsonOf(args, 'fields_to_fetch') ?? jsonOf(args, 'fields') ?? [];
  const fields = JSON.stringify([...new Set(['name', ...(Array.isArray(wanted) ? wanted : [wanted])])]);
  const filters = JSON.stringify([['name', '=', textOf(args, 'docname')]]);
  const wish = new Map<string, unknown>([
    ['filters', filters],
    ['fields', fields],
    ['limit', 1],
  ]);
  const { rows } = await listAsFrappe(ctx, { doctype, args: wish });
  return { message: rows[0] ?? {} };
}

export const clientReadMethods: Methods = [
  ['frappe.client.get_list', { run: getList }],
  ['frappe.client.get_count', { run: getCount }],
  ['frappe.client.get', { run: get }],
  ['frappe.client.get_value', { run: getValue }],
  ['frappe.client.get_single_value', { run: getSingleValue }],
  ['frappe.client.has_permission', { run: hasPermission }],
  ['frappe.client.get_doc_permissions', { run: getDocPermissions }],
  ['frappe.client.is_document_amended', { run: isDocumentAmended }],
  ['frappe.client.validate_link', { run: validateLink }],
  ['frappe.client.validate_link_and_fetch', { run: validateLink }],
  ['frappe.client.get_time_zone', { run: () => ({ message: { time_zone: 'UTC' } }) }],
];
