/** `/api/v2/document/…` and `/api/v2/doctype/…`: Frappe's documents, version 2, and what describes them. */
import type { Context } from '../../documents/contract.ts';
import { removeDocument } from '../../documents/remove.ts';
import { isObject } from '../../kernel/json.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import type { Answer, Call, Route } from '../call.ts';
import { dataAnswer, outcomeAnswer } from './answers.ts';
import { argumentsOf, optionalFlag } from './arguments.ts';
import { readFrappeBody } from './body.ts';
import { getAsFrappe, insertAsFrappe, updateAsFrappe } from './documents.ts';
import { asArrays, countAsFrappe, listAsFrappe } from './lists.ts';
import { metaAsFrappe } from './meta.ts';
import { runDocumentMethod } from './methods/app-methods.ts';
import { documentOf } from './resource.ts';
import { addRow, changeRow, getRow, isChild, removeRow } from './rows.ts';
import type { FrappeDocument, Nulls } from './values.ts';

const version = 2;
const nulls: Nulls = 'kept';

async function list(call: Call, ctx: Context): Promise<Answer> {
  const args = argumentsOf(call);
  const { rows, hasMore, notes } = await listAsFrappe(ctx, { doctype: doctypeOf(call), args });
  const data = optionalFlag(args, 'as_dict', true) ? rows : asArrays(rows);
  return dataAnswer({ data, more: { has_next_page: hasMore }, notes, version });
}

async function create(call: Call, ctx: Context): Promise<Answer> {
  const doctype = doctypeOf(call);
  const given = documentOf(call, ctx, doctype);
  const { document, notes } = await (isChild(ctx, doctype)
    ? addRow(ctx, { given, nulls })
    : insertAsFrappe(ctx, { doctype, given, nulls }));
  return dataAnswer({ data: document, notes, version });
}

async function read(call: Call, ctx: Context): Promise<Answer> {
  const { doctype, name, action, method } = addressOf(call);
  if (action === 'method') return run(call, ctx, { doctype, name, method });
  if (action === 'copy') return copy(call, ctx, { doctype, name });
  const document = isChild(ctx, doctype)
    ? await getRow(ctx, { doctype, name, nulls })
    : await getAsFrappe(ctx, { doctype, name, nulls });
  return dataAnswer({ data: document, version });
}

async function act(call: Call, ctx: Context): Promise<Answer> {
  const { doctype, name, action, method } = addressOf(call);
  if (action === 'method') return run(call, ctx, { doctype, name, method });
  return update(call, ctx);
}

async function run(call: Call, ctx: Context, q: { doctype: string; name: string; method: string }): Promise<Answer> {
  const args = argumentsOf(call);
  const outcome = await runDocumentMethod({ call, ctx, args }, { ...q, args: Object.fromEntries(args) });
  return outcomeAnswer(outcome, version);
}

async function update(call: Call, ctx: Context): Promise<Answer> {
  const doctype = doctypeOf(call);
  const wish = { doctype, name: wholeName(call), given: documentOf(call, ctx, doctype), nulls };
  const { document, notes } = await (isChild(ctx, doctype) ? changeRow(ctx, wish) : updateAsFrappe(ctx, wish));
  return dataAnswer({ data: document, notes, version });
}

async function remove(call: Call, ctx: Context): Promise<Answer> {
  const wish = { doctype: doctypeOf(call), name: wholeName(call) };
  await (isChild(ctx, wish.doctype) ? removeRow(ctx, wish) : removeDocument(ctx, wish));
  return dataAnswer({ data: 'ok', version, status: 202 });
}

/** The values for a new document, nothing stored: without what the server sets and without fields marked no_copy. */
async function copy(call: Call, ctx: Context, q: { doctype: string; name: string }): Promise<Answer> {
  const keepsAll = optionalFlag(argumentsOf(call), 'ignore_no_copy');
  const document = await getAsFrappe(ctx, { ...q, nulls });
  const plan = ctx.snapshot.find(q.doctype) as DocTypePlan;
  return dataAnswer({ data: copyOf({ ctx, plan, document, keepsAll }), version });
}

function copyOf(q: { ctx: Context; plan: DocTypePlan; document: FrappeDocument; keepsAll: boolean }): FrappeDocument {
  const kept: [string, unknown][] = [
    ['doctype', q.plan.name],
    ['docstatus', 0],
  ];
  for (const [key, value] of Object.entries(q.document)) {
    const field = q.plan.byName.get(key);
    if (!field || field.isStandard || (field.field.no_copy && !q.keepsAll) || field.type.secret) continue;
    const child = field.childDocType === undefined ? undefined : q.ctx.snapshot.find(field.childDocType);
    const isTable = child !== undefined && Array.isArray(value);
    kept.push([
      key,
      isTable ? value.filter(isObject).map((row) => copyOf({ ...q, plan: child, document: row })) : value,
    ]);
  }
  return Object.fromEntries(kept);
}

function meta(call: Call, ctx: Context): Answer {
  return dataAnswer({ data: metaAsFrappe(ctx, doctypeOf(call)), version });
}

async function count(call: Call, ctx: Context): Promise<Answer> {
  return dataAnswer({ data: await countAsFrappe(ctx, { doctype: doctypeOf(call), args: argumentsOf(call) }), version });
}

function doctypeOf(call: Call): string {
  return call.segments[3] ?? '';
}

function wholeName(call: Call): string {
  return call.segments.slice(4).join('/');
}

/** A name may hold slashes; `…/copy` and `…/method/{method}` end the path after one. */
function addressOf(call: Call): { doctype: string; name: string; action: '' | 'copy' | 'method'; method: string } {
  const doctype = doctypeOf(call);
  const parts = call.segments.slice(4);
  const last = parts.at(-1) ?? '';
  if (parts.length >= 3 && parts.at(-2) === 'method')
    return { doctype, name: parts.slice(0, -2).join('/'), action: 'method', method: last };
  if (parts.length >= 2 && last === 'copy' && call.method !== 'POST')
    return { doctype, name: parts.slice(0, -1).join('/'), action: 'copy', method: '' };
  return { doctype, name: parts.join('/'), action: '', method: '' };
}

const signedIn = { access: 'signed-in', guests: true, scoped: true } as const;
const aWrite = { access: 'signed-in', guests: true, scoped: true, isWrite: true, readBody: readFrappeBody } as const;

export const v2Routes: readonly Route[] = [
  { method: 'GET', path: '/api/v2/document/*', ...signedIn, answer: list },
  { method: 'POST', path: '/api/v2/document/*', ...aWrite, answer: create },
  { method: 'GET', path: '/api/v2/document/*/**', ...signedIn, answer: read },
  { method: 'POST', path: '/api/v2/document/*/**', ...aWrite, answer: act },
  { method: 'PUT', path: '/api/v2/document/*/**', ...aWrite, answer: update },
  { method: 'PATCH', path: '/api/v2/document/*/**', ...aWrite, answer: update },
  { method: 'DELETE', path: '/api/v2/document/*/**', ...aWrite, answer: remove },
  { method: 'GET', path: '/api/v2/doctype/*/meta', ...signedIn, answer: meta },
  { method: 'GET', path: '/api/v2/doctype/*/count', ...signedIn, answer: count },
];
