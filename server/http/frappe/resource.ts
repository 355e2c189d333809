/** `/api/resource/{doctype}[/{name}]`: Frappe's documents, version 1. */
import type { Context } from '../../documents/contract.ts';
import { removeDocument } from '../../documents/remove.ts';
import { isObject } from '../../kernel/json.ts';
import type { Answer, Call, Route } from '../call.ts';
import { dataAnswer } from './answers.ts';
import { type Args, argumentsOf, jsonOf, optionalFlag, optionalText } from './arguments.ts';
import { readFrappeBody } from './body.ts';
import { getAsFrappe, insertAsFrappe, updateAsFrappe } from './documents.ts';
import { asArrays, listAsFrappe, MOST_ROWS } from './lists.ts';
import { runDocumentMethod } from './methods/app-methods.ts';
import { addRow, changeRow, getRow, isChild, removeRow } from './rows.ts';
import type { Nulls } from './values.ts';

const version = 1;
const nulls: Nulls = 'omitted';

async function list(call: Call, ctx: Context): Promise<Answer> {
  const args = argumentsOf(call);
  const { rows, notes } = await listAsFrappe(ctx, { doctype: doctypeOf(call), args });
  const answer = dataAnswer({ data: optionalFlag(args, 'as_dict', true) ? rows : asArrays(rows), notes, version });
  return notes.length === 0 ? answer : { ...answer, headers: { 'x-limit-capped': String(MOST_ROWS) } };
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
  const args = argumentsOf(call);
  const doctype = doctypeOf(call);
  const name = nameOf(call);
  const method = optionalText(args, 'run_method');
  if (method !== undefined) return run(call, ctx, { args, method });
  const document = isChild(ctx, doctype)
    ? await getRow(ctx, { doctype, name, nulls })
    : await getAsFrappe(ctx, { doctype, name, nulls, expandLinks: optionalFlag(args, 'expand_links') });
  return dataAnswer({ data: document, version });
}

async function update(call: Call, ctx: Context): Promise<Answer> {
  const doctype = doctypeOf(call);
  const wish = { doctype, name: nameOf(call), given: documentOf(call, ctx, doctype), nulls };
  const { document, notes } = await (isChild(ctx, doctype) ? changeRow(ctx, wish) : updateAsFrappe(ctx, wish));
  return dataAnswer({ data: document, notes, version });
}

async function remove(call: Call, ctx: Context): Promise<Answer> {
  const wish = { doctype: doctypeOf(call), name: nameOf(call) };
  await (isChild(ctx, wish.doctype) ? removeRow(ctx, wish) : removeDocument(ctx, wish));
  return dataAnswer({ data: 'ok', version, status: 202 });
}

/** POST with `run_method` calls a method of the document. */
function act(call: Call, ctx: Context): Promise<Answer> {
  const args = argumentsOf(call);
  const method = optionalText(args, 'run_method');
  return method === undefined ? update(call, ctx) : run(call, ctx, { args, method });
}

async function run(call: Call, ctx: Context, q: { args: Args; method: string }): Promise<Answer> {
  const args = Object.fromEntries([...q.args].filter(([name]) => name !== 'run_method'));
  const wish = { doctype: doctypeOf(call), name: nameOf(call), method: q.method, args };
  const { message } = await runDocumentMethod({ call, ctx, args: q.args }, wish);
  return dataAnswer({ data: message, version });
}

/** The body; or what its key `data` holds, which is where a form puts it, unless that is a field. */
export function documentOf(call: Call, ctx: Context, doctype: string): Readonly<Record<string, unknown>> {
  if (Object.keys(call.given).length !== 1 || ctx.snapshot.find(doctype)?.byName.has('data')) return call.given;
  const data = jsonOf(new Map(Object.entries(call.given)), 'data');
  return isObject(data) ? data : call.given;
}

function doctypeOf(call: Call): string {
  return call.segments[2] ?? '';
}

/** A name may hold slashes, encoded or as they are. */
function nameOf(call: Call): string {
  return call.segments.slice(3).join('/');
}

const signedIn = { access: 'signed-in', guests: true, scoped: true } as const;
const aWrite = { access: 'signed-in', guests: true, scoped: true, isWrite: true, readBody: readFrappeBody } as const;

export const resourceRoutes: readonly Route[] = [
  { method: 'GET', path: '/api/resource/*', ...signedIn, answer: list },
  { method: 'POST', path: '/api/resource/*', ...aWrite, answer: create },
  { method: 'GET', path: '/api/resource/*/**', ...signedIn, answer: read },
  { method: 'PUT', path: '/api/resource/*/**', ...aWrite, answer: update },
  { method: 'DELETE', path: '/api/resource/*/**', ...aWrite, answer: remove },
  { method: 'POST', path: '/api/resource/*/**', ...aWrite, answer: act },
];
