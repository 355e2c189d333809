/** Routes that move a document on: submit, cancel, amend, rename, duplicate, restore. */
import type { Context } from '../documents/contract.ts';
import { renameDocument } from '../documents/rename.ts';
import { restoreDocument } from '../documents/restore.ts';
import { amendDocument, cancelDocument, duplicateDocument, submitDocument } from '../documents/transition.ts';
import type { Answer, Call, Route } from './call.ts';
import { addressOf, created, written } from './documents.ts';
import { ifMatch } from './etags.ts';
import { flagOf, refusal, takes, wholeNumber } from './given.ts';

async function submit(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['_version']);
  const wish = { ...addressOf(call, ctx), version: versionOf(call) };
  return written(ctx, wish.doctype, await submitDocument(ctx, wish));
}

async function cancel(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['_version']);
  const wish = { ...addressOf(call, ctx), version: versionOf(call) };
  return written(ctx, wish.doctype, await cancelDocument(ctx, wish));
}

async function amend(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['_version']);
  const wish = { ...addressOf(call, ctx), version: versionOf(call) };
  return created(ctx, wish.doctype, await amendDocument(ctx, wish));
}

async function rename(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['name', 'merge']);
  const { name: to, merge } = call.given;
  if (typeof to !== 'string' || to.trim() === '')
    throw refusal('name', 'name must be the new name, a text; as {"name": "New name", "merge": false}');
  const { doctype, name } = addressOf(call, ctx);
  const read = await renameDocument(ctx, { doctype, name, to, merge: flagOf(merge, 'merge') });
  const answer = written(ctx, doctype, read);
  return {
    ...answer,
    headers: { ...answer.headers, location: `/api/v1/${encodeURIComponent(doctype)}/${encodeURIComponent(read.name)}` },
  };
}

async function duplicate(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['name']);
  const requestedName = call.given.name ?? undefined;
  if (requestedName !== undefined && typeof requestedName !== 'string')
    throw refusal('name', 'name must be a text: the name of the copy');
  const { doctype, name } = addressOf(call, ctx);
  return created(ctx, doctype, await duplicateDocument(ctx, { doctype, name, requestedName }));
}

async function restore(call: Call, ctx: Context): Promise<Answer> {
  takes(call, []);
  const { doctype, name } = addressOf(call, ctx);
  return written(ctx, doctype, await restoreDocument(ctx, { doctype, name }));
}

/** If-Match, or `_version` of the body, as for a change. */
function versionOf(call: Call): number | undefined {
  const given = call.given._version;
  return given === undefined || given === null ? ifMatch(call) : wholeNumber(given, '_version');
}

const ACTIONS = { submit, cancel, amend, rename, duplicate, restore };

export const transitionRoutes: readonly Route[] = Object.entries(ACTIONS).map(([action, answer]) => ({
  method: 'POST',
  path: `/api/v1/*/*/${action}`,
  query: ['confirm'],
  access: 'signed-in',
  guests: true,
  scoped: true,
  isWrite: true,
  answer,
}));
