/**
 * The end of an account: the User stays, so that links and authorship stay true, but under a name that
 * says nothing, empty, disabled, and with no way to sign in. The audit log keeps what it has: it is the
 * one record that nobody changes.
 */

import type { Transaction } from '../db/pool.ts';
import { quote } from '../db/rows.ts';
import { planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { renameDocument } from '../documents/rename.ts';
import { updateDocument } from '../documents/update.ts';
import { ADMINISTRATOR, GUEST } from '../kernel/actor.ts';
import { isSet } from '../kernel/doctype.ts';
import { AppError } from '../kernel/error.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { type AccountsEnv, systemContext } from './account-env.ts';
import type { UserRecord } from './user-records.ts';

/** All in one transaction. Gives the name that is left. Throws `forbidden` for the given users. */
export async function anonymise(env: AccountsEnv, user: UserRecord): Promise<string> {
  if (user.name === ADMINISTRATOR || user.name === GUEST)
    throw new AppError('forbidden', `${user.name} belongs to the system and cannot be deleted.`);
  const to = `deleted-${user.id.replaceAll('-', '').slice(-12)}`;
  const { tenant } = (await env.principals.of(user.name)) ?? {};
  const ctx = systemContext(env, 'somebody deletes their own account', { user: user.name, tenant });
  await ctx.services.db.transaction(async (tx) => {
    // As many rows as the person ever wrote: rare, and not to be cut off half-way.
    await tx.query({ text: `set local statement_timeout = '10min'`, values: [] });
    const within = { ...ctx, tx };
    await forgetCredentials(tx, user);
    await updateDocument(within, { doctype: 'User', name: user.id, given: emptied(planOf(ctx, 'User')) });
    await renameDocument(within, { doctype: 'User', name: user.id, to, merge: false });
    await renameElsewhere(tx, { from: user.name, to });
    await forgetHistory(within, { from: user.name, to, email: user.email });
  });
  return to;
}

/** Every field that may be empty is, those that were added to User too. */
function emptied(plan: DocTypePlan): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of plan.columns)
    if (!field.isStandard && !isSet(field.field.reqd))
      values[field.fieldname] = field.type.defaultValue('', field.field, { now: 0 }) ?? null;
  for (const table of plan.tables) values[table.fieldname] = [];
  return { ...values, full_name: 'Deleted user', enabled: false };
}

async function forgetCredentials(tx: Transaction, user: UserRecord): Promise<void> {
  for (const table of [
    'm_credential',
    'm_session',
    'm_api_key',
    'm_identity',
    'm_totp',
    'm_recovery_code',
    'm_oauth_state',
  ])
    await tx.query({ text: `delete from ${quote(table)} where user_id = $1::uuid`, values: [user.id] });
  await tx.query({
    text: 'delete from m_one_time_token where subject = any($1::text[])',
    values: [[user.id, user.email]],
  });
  await tx.query({ text: 'delete from m_idempotency where "user" = $1', values: [user.name] });
}

/** Links and authorship have followed the rename; these stand outside of documents. */
async function renameElsewhere(tx: Transaction, q: { from: string; to: string }): Promise<void> {
  await tx.query({
    text: 'update m_doctype_history set changed_by = $2 where changed_by = $1',
    values: [q.from, q.to],
  });
  // The rename of the User itself was written under the old name.
  for (const column of ['owner', 'modified_by'])
    await tx.query({ text: `update "user" set ${column} = $2 where ${column} = $1`, values: [q.from, q.to] });
}

/** The versions of the User say who it was; those of other documents may name them among the values. */
async function forgetHistory(
  ctx: Context & { tx: Transaction },
  q: { from: string; to: string; email: string },
): Promise<void> {
  const versions = planOf(ctx, 'Version');
  const deleted = planOf(ctx, 'Deleted Document');
  const column = (plan: DocTypePlan, fieldname: string): string =>
    quote(plan.byName.get(fieldname)?.column ?? fieldname);
  await ctx.tx.query({
    text: `delete from ${quote(versions.table)}
      where ${column(versions, 'ref_doctype')} = 'User' and ${column(versions, 'docname')} = any($1::text[])`,
    values: [[q.from, q.to]],
  });
  for (const plan of [versions, deleted]) {
    const data = column(plan, 'data');
    for (const secret of new Set([q.from, q.email].filter((text) => text !== '')))
      await ctx.tx.query({
        text: `update ${quote(plan.table)} set ${data} = replace(${data}::text, to_json($1::text)::text, to_json($2::text)::text)::jsonb
          where strpos(${data}::text, to_json($1::text)::text) > 0`,
        values: [secret, q.to],
      });
  }
}
