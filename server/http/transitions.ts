/** Routes that move a document on: submit, cancel, amend, rename, duplicate, restore. */
import type { Context } from '../documents/contract.ts';
import { renameDocument } from '../documents/rename.ts';
import { restoreDocument } from '../documents/restore.ts';
import { amendDocument, cancelDocument, duplicateDocument, submitDocument } from '../documents/transition.ts';
import { AppError, nearest } from '../kernel/error.ts';
import { type Answer, type Call, type Route } from './call.ts';
import { addressOf, created, written } from './documents.ts';
import { ifMatch } from './etags.ts';

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
  const { name: to, merge = false } = call.given;
  if (typeof to !== 'string' || to.trim() === '')
    throw refusal('name', 'name must be the new name, a text; as {"name": "New name", "merge": false}');
  const { doctype, name } = addressOf(call, ctx);
  const read = await renameDocument(ctx, { doctype, name, to, merge: asFlag(merge) });
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
  if (given === undefined || given === null) return ifMatch(call);
  if (typeof given === 'number' && Number.isSafeInteger(given)) return given;
  throw refusal('_version', '_version must be a whole number: that of the document as you saw it');
}

function asFlag(value: unknown): boolean {
  if (value === true || value === 1) return true;
  if (value === false || value === 0 || value === null) return false;
  throw refusal('merge', 'merge must be true or false');
}

function takes(call: Call, known: readonly string[]): void {
  for (const key of Object.keys(call.given)) {
    if (known.includes(key)) continue;
    const meant = nearest(key, known);
    throw refusal(
      key.slice(0, 80),
      `${JSON.stringify(key.slice(0, 80))} is not taken here. ${meant ? `Did you mean ${meant}?` : `Known: ${known.join(', ') || 'none'}.`}`,
    );
  }
}

function refusal(field: string, message: string): AppError {
  return new AppError('bad_request', message, { errors: [{ field, code: 'bad_request', message }] });
}

const ACTIONS = { submit, cancel, amend, rename, duplicate, restore };

export const transitionRoutes: readonly Route[] = Object.entries(ACTIONS).map(([action, answer]) => ({
  method: 'POST',
  path: `/api/v1/*/*/${action}`,
  query: ['confirm'],
  access: 'signed-in',
  isWrite: true,
  answer,
}));
