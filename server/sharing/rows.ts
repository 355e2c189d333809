/** Rows of DocShare as data: whom they are for, how they are read, who wrote them. SQL and nothing else. */

import type { Action } from '../access/decide.ts';
import { quote } from '../db/rows.ts';
import { noteSome } from '../documents/changes.ts';
import { accessFor } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { documentStatement } from '../query/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';

export interface ShareRow {
  id: string;
  doctype: string;
  name: string;
  /** Null: everyone. */
  user: string | null;
  everyone: boolean;
  read: boolean;
  write: boolean;
  submit: boolean;
  share: boolean;
  shared_by: string;
  creation: string;
}

/** A user, or everyone when there is none. */
export interface Receiver {
  user?: string;
}

/** Throws `validation` unless it is exactly one of a user and everyone. */
export function receiverOf(q: { user?: string; everyone?: boolean }): Receiver {
  const isUser = typeof q.user === 'string' && q.user !== '';
  if (isUser !== (q.everyone === true)) return isUser ? { user: q.user } : {};
  const message = 'Say with whom: either user, or everyone as true.';
  throw new AppError('validation', message, { errors: [{ field: 'user', code: 'bad_receiver', message }] });
}

/** DocShare's own plan: what is shared is no matter of who may read DocShare. */
export function sharePlan(ctx: Context): DocTypePlan {
  return ctx.snapshot.find('DocShare') as DocTypePlan;
}

const RFC_3339 = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;
const COLUMNS = `id, share_doctype as doctype, share_name as name, "user", everyone, "read", "write", "submit", "share", shared_by,
  to_char(creation at time zone 'UTC', ${RFC_3339}) as creation`;

export interface ShareQuestion {
  doctype?: string;
  name?: string;
  receiver?: Receiver;
  sharedBy?: string;
  /** Shared with this user, or with everyone by somebody else. */
  with?: string;
  limit?: number;
}

/** Newest first. */
export async function shareRows(ctx: Context, q: ShareQuestion): Promise<ShareRow[]> {
  const values: (string | number)[] = [];
  const slot = (value: string | number): string => `$${values.push(value)}`;
  const where: string[] = [];
  if (q.doctype !== undefined) where.push(`share_doctype = ${slot(q.doctype)}`);
  if (q.name !== undefined) where.push(`share_name = ${slot(q.name)}`);
  if (q.sharedBy !== undefined) where.push(`shared_by = ${slot(q.sharedBy)}`);
  if (q.receiver) where.push(q.receiver.user === undefined ? 'everyone' : `"user" = ${slot(q.receiver.user)}`);
  if (q.with !== undefined) {
    const user = slot(q.with);
    where.push(`("user" = ${user} or everyone) and shared_by <> ${user}`);
  }
  const rows = await (ctx.tx ?? ctx.services.db).query({
    text: `select ${COLUMNS} from ${quote(sharePlan(ctx).table)} where ${where.join(' and ')}
      order by creation desc, id desc limit ${slot(q.limit ?? 1000)}`,
    values,
  });
  return rows as unknown as ShareRow[];
}

export function deleteShares(ctx: WriteContext, rows: readonly ShareRow[]): void {
  if (rows.length === 0) return;
  noteShares(ctx);
  ctx.tx.send({
    text: `delete from ${quote(sharePlan(ctx).table)} where id = any($1::uuid[])`,
    values: [rows.map((row) => row.id)],
  });
}

/** To be called by everything that writes shares: people may have other rights, and lists of shares other rows. */
export function noteShares(ctx: WriteContext): void {
  ctx.tx.afterCommit(ctx.services.rightsChanged);
  noteSome(ctx, sharePlan(ctx));
}

/** Whether the actor may do this to the document now. */
export async function mayDo(ctx: Context, q: { plan: DocTypePlan; name: string; action: Action }): Promise<boolean> {
  const { plan, name: key, action } = q;
  const access = accessFor(ctx, action, plan);
  if (!access(plan).allowed) return false;
  const wish = { snapshot: ctx.snapshot, plan, access, key, fields: [], now: ctx.now };
  return (await (ctx.tx ?? ctx.services.db).query(documentStatement(wish))).length > 0;
}
