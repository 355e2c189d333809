/** Routes of one document: read, create, change, delete, its versions and shares. */
import { asSystem, planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { createDocument } from '../documents/create.ts';
import { type ReadDocument, readDocument, readList } from '../documents/read.ts';
import { readableChanges, type VersionRow } from '../documents/readable-changes.ts';
import { removeDocument } from '../documents/remove.ts';
import { updateDocument } from '../documents/update.ts';
import { AppError } from '../kernel/error.ts';
import { and, condition } from '../kernel/filter.ts';
import { parseDocumentFields, parseExpand, parseListRequest, pathList } from '../query/wire.ts';
import { sharesOf } from '../sharing/list.ts';
import { type Answer, type Call, json, jsonText, NO_CONTENT, type Route } from './call.ts';
import { documentTag, ifMatch, tagged } from './etags.ts';
import { flagOf } from './given.ts';

/** `/api/v1/{doctype}/{name}`, or `/api/v1/{doctype}?name=` for a name that a route has taken. A Single needs none. */
export function addressOf(call: Call, ctx: Context): { doctype: string; name: string } {
  const [, , doctype = '', inPath = ''] = call.segments;
  const name = call.query.get('name') ?? inPath;
  if (name === '' && planOf(ctx, doctype).storage !== 'single') {
    throw new AppError(
      'bad_request',
      `Which ${doctype}? Say its name: /api/v1/{doctype}/{name}, or /api/v1/{doctype}?name=…`,
    );
  }
  return { doctype, name };
}

/** A written document with its tag. */
export function written(ctx: Context, doctype: string, read: ReadDocument): Answer {
  return jsonText(read.text, 200, { etag: documentTag(ctx.snapshot.find(doctype), read) });
}

/** The same with 201 and where it is. */
export function created(ctx: Context, doctype: string, read: ReadDocument): Answer {
  // A path that ends in /count is the count.
  const place = read.name === 'count' ? '?name=' : '/';
  const location = `/api/v1/${encodeURIComponent(doctype)}${place}${encodeURIComponent(read.name)}`;
  return jsonText(read.text, 201, { location, etag: documentTag(ctx.snapshot.find(doctype), read) });
}

export async function answerDocument(call: Call, ctx: Context): Promise<Answer> {
  const { doctype, name } = addressOf(call, ctx);
  const fields = parseDocumentFields(call.query);
  const expand = call.query.get('expand') ? parseExpand(pathList(call.query, 'expand')) : undefined;
  const read = await readDocument(ctx, { doctype, name, fields, expand });
  return tagged(call, read.text, documentTag(ctx.snapshot.find(doctype), read));
}

async function create(call: Call, ctx: Context): Promise<Answer> {
  const [, , doctype = ''] = call.segments;
  return created(ctx, doctype, await createDocument(ctx, { doctype, given: call.given }));
}

async function change(call: Call, ctx: Context): Promise<Answer> {
  const { doctype, name } = addressOf(call, ctx);
  return written(ctx, doctype, await updateDocument(ctx, { doctype, name, given: call.given, version: ifMatch(call) }));
}

async function remove(call: Call, ctx: Context): Promise<Answer> {
  const { doctype, name } = addressOf(call, ctx);
  await removeDocument(ctx, { doctype, name, version: ifMatch(call), hard: flagOf(call.query.get('hard'), 'hard') });
  return NO_CONTENT;
}

async function versions(call: Call, ctx: Context): Promise<Answer> {
  const { doctype, name } = addressOf(call, ctx);
  const { text } = await readDocument(ctx, { doctype, name, fields: ['name', 'creation'] });
  const document = JSON.parse(text) as { name: string; creation: string };
  const wish = parseListRequest(call.query);
  // Not those of an earlier document of this name, which is gone.
  const filter = and(
    condition('ref_doctype', '=', doctype),
    condition('docname', '=', document.name),
    condition('creation', '>=', document.creation),
  );
  const fields = ['name', 'owner', 'creation', 'version_no', 'data'].map((path) => ({ kind: 'path' as const, path }));
  const order = [
    { path: 'creation', direction: 'desc' as const },
    { path: 'version_no', direction: 'desc' as const },
  ];
  // Who may read a document may read its history, of the fields that he may read.
  const within = asSystem(ctx, 'the history of a document that the user may read');
  const page = JSON.parse(await readList(within, { doctype: 'Version', request: { ...wish, fields, filter, order } }));
  const items = (page.items as VersionRow[]).map((row) => ({ ...row, data: readableChanges(ctx, doctype, row.data) }));
  return json({ ...page, items });
}

async function shares(call: Call, ctx: Context): Promise<Answer> {
  return json({ items: await sharesOf(ctx, addressOf(call, ctx)) });
}

const READ = ['fields', 'expand'];
const WRITE = ['confirm'];
const signedIn = { access: 'signed-in', guests: true, scoped: true } as const;
const aWrite = { access: 'signed-in', guests: true, scoped: true, isWrite: true } as const;

function writesAt(path: string, more: readonly string[] = []): Route[] {
  return [
    { method: 'PUT', path, query: [...WRITE, ...more], ...aWrite, answer: change },
    { method: 'PATCH', path, query: [...WRITE, ...more], ...aWrite, answer: change },
    { method: 'DELETE', path, query: [...WRITE, 'hard', ...more], ...aWrite, answer: remove },
  ];
}

export const documentRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/v1/*', query: WRITE, ...aWrite, answer: create },
  { method: 'GET', path: '/api/v1/*/*', query: READ, ...signedIn, answer: answerDocument },
  ...writesAt('/api/v1/*/*'),
  // What these routes leave over is asked of a document that is called so.
  { method: 'GET', path: '/api/v1/*/bulk', query: READ, ...signedIn, answer: answerDocument },
  ...writesAt('/api/v1/*/bulk'),
  ...writesAt('/api/v1/*/count'),
  ...writesAt('/api/v1/*', ['name']),
  { method: 'GET', path: '/api/v1/*/*/versions', query: ['limit', 'offset', 'count'], ...signedIn, answer: versions },
  { method: 'GET', path: '/api/v1/*/*/shares', query: [], ...signedIn, answer: shares },
];
