/** /api/v1/share: sharing a document, taking it back, and what the caller gave and was given. */
import type { Context } from '../documents/contract.ts';
import { myShares } from '../sharing/list.ts';
import { shareDocument } from '../sharing/share.ts';
import { unshareDocument } from '../sharing/unshare.ts';
import { type Answer, type Call, json, NO_CONTENT, type Route } from './call.ts';
import { flagOf, refusal, takes, wholeNumber } from './given.ts';

const WHAT = ['doctype', 'name', 'user', 'everyone'];
const RIGHTS = ['read', 'write', 'submit', 'share'] as const;

async function share(call: Call, ctx: Context): Promise<Answer> {
  takes(call, [...WHAT, ...RIGHTS]);
  const { given } = call;
  const row = await shareDocument(ctx, {
    ...subjectOf(given),
    read: flagOf(given.read, 'read', true),
    write: flagOf(given.write, 'write'),
    submit: flagOf(given.submit, 'submit'),
    share: flagOf(given.share, 'share'),
  });
  return row ? json(row) : NO_CONTENT;
}

/** The same keys in the body or in the query, which some clients cannot send a body beside. */
async function unshare(call: Call, ctx: Context): Promise<Answer> {
  takes(call, [...WHAT, 'shared_by']);
  const given: Record<string, unknown> = { ...Object.fromEntries(call.query), ...call.given };
  const sharedBy = given.shared_by === undefined ? undefined : textOf(given.shared_by, 'shared_by');
  await unshareDocument(ctx, { ...subjectOf(given), shared_by: sharedBy });
  return NO_CONTENT;
}

async function mine(call: Call, ctx: Context): Promise<Answer> {
  const limit = Math.min(wholeNumber(call.query.get('limit') ?? '100', 'limit'), 1000);
  return json(await myShares(ctx, limit));
}

function subjectOf(given: Readonly<Record<string, unknown>>) {
  const isUser = given.user !== undefined && given.user !== null && given.user !== '';
  return {
    doctype: textOf(given.doctype, 'doctype'),
    name: textOf(given.name, 'name'),
    user: isUser ? textOf(given.user, 'user') : undefined,
    everyone: flagOf(given.everyone, 'everyone'),
  };
}

function textOf(value: unknown, field: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw refusal(field, `${field} must be a text; it is ${(JSON.stringify(value) ?? 'missing').slice(0, 80)}.`);
}

const aWrite = { access: 'signed-in', isWrite: true } as const;

export const sharingRoutes: readonly Route[] = [
  { method: 'GET', path: '/api/v1/share', query: ['limit'], access: 'signed-in', answer: mine },
  { method: 'POST', path: '/api/v1/share', query: [], ...aWrite, answer: share },
  { method: 'DELETE', path: '/api/v1/share', query: [...WHAT, 'shared_by'], ...aWrite, answer: unshare },
];
