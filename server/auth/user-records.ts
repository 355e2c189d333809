/** Users as signing in knows them: found by name, address or id, made and changed through the documents' own door. */
import type { Queryable } from '../db/pool.ts';
import { quote } from '../db/rows.ts';
import { planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { createDocument } from '../documents/create.ts';
import { getDocument } from '../documents/read.ts';
import { updateDocument } from '../documents/update.ts';
import { isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { isTenant } from '../kernel/tenancy.ts';

export interface UserRecord {
  id: string;
  name: string;
  /** "" when there is none. */
  email: string;
  fullName: string;
  isEnabled: boolean;
  /** They have shown that the address is theirs. */
  isEmailVerified: boolean;
}

const FIELDS = ['id', 'name', 'email', 'full_name', 'enabled', 'email_verified'] as const;

/** By name, or else by address. `wanted` is whatever somebody typed. */
export async function findUser(ctx: Context, wanted: string): Promise<UserRecord | undefined> {
  const users = await query(ctx, ['name', 'email'], wanted);
  return users.find((user) => user.name === wanted) ?? users[0];
}

/** By address alone: a name that looks like one proves nothing. */
export async function findUserByEmail(ctx: Context, email: string): Promise<UserRecord | undefined> {
  return (await query(ctx, ['email'], email))[0];
}

export async function findUserById(ctx: Context, id: string): Promise<UserRecord | undefined> {
  const columns = columnsOf(ctx);
  const [row] = await ctx.services.db.query({ text: `${columns.select} where id = $1::uuid`, values: [id] });
  return row && toRecord(row);
}

/** Whether a password signs this user in. */
export async function hasPassword(db: Queryable, id: string): Promise<boolean> {
  const [row] = await db.query({ text: 'select 1 as there from m_credential where user_id = $1::uuid', values: [id] });
  return row !== undefined;
}

/** They have shown that the address is theirs. */
export async function markEmailVerified(ctx: Context, user: UserRecord): Promise<void> {
  if (!user.isEmailVerified)
    await updateDocument(ctx, { doctype: 'User', name: user.id, given: { email_verified: true } });
}

/** A website user with a verified address, which is the name too, and the role that System Settings give to such. */
export async function createWebsiteUser(ctx: Context, q: { email: string; fullName: string }): Promise<UserRecord> {
  if (planOf(ctx, 'User').tenancy !== undefined && !isTenant(ctx.actor.tenant))
    throw new AppError('forbidden', 'An administrator of a tenant makes the accounts here. Ask one.');
  const { default_role: role } = await getDocument(ctx, 'System Settings', 'System Settings');
  const email = foldEmail(q.email);
  const [first = '', ...rest] = (q.fullName.trim() || email.split('@')[0] || email).split(/\s+/);
  const written = await createDocument(ctx, {
    doctype: 'User',
    given: {
      name: email,
      email,
      email_verified: true,
      first_name: first,
      last_name: rest.join(' '),
      full_name: [first, ...rest].join(' '),
      user_type: 'Website User',
      roles: isEmpty(role) ? [] : [{ role }],
    },
  });
  return (await findUserByEmail(ctx, JSON.parse(written.text).email as string)) as UserRecord;
}

/** Addresses are kept in lower case; other letters than ASCII's are compared as they are, since their cases collide. */
export function foldEmail(email: string): string {
  return email.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

async function query(ctx: Context, by: readonly ('name' | 'email')[], wanted: string): Promise<UserRecord[]> {
  // PostgreSQL text holds no U+0000: such a user does not exist.
  if (wanted === '' || wanted.length > 200 || wanted.includes('\0')) return [];
  const columns = columnsOf(ctx);
  const where = by.map((fieldname) => `${columns.of(fieldname)} = any($1::text[])`).join(' or ');
  const rows = await ctx.services.db.query({
    text: `${columns.select} where ${where} limit 3`,
    values: [[wanted, foldEmail(wanted)]],
  });
  return rows.map(toRecord);
}

function columnsOf(ctx: Context): { select: string; of(fieldname: string): string } {
  const plan = planOf(ctx, 'User');
  const of = (fieldname: string): string => quote(plan.byName.get(fieldname)?.column ?? fieldname);
  return {
    select: `select ${FIELDS.map((name) => `${of(name)} as ${name}`).join(', ')} from ${quote(plan.table)}`,
    of,
  };
}

function toRecord(row: Record<string, unknown>): UserRecord {
  return {
    id: row.id as string,
    name: row.name as string,
    email: (row.email as string | null) ?? '',
    fullName: (row.full_name as string | null) || (row.name as string),
    isEnabled: row.enabled === true,
    isEmailVerified: row.email_verified === true,
  };
}
