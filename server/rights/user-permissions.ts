/** The guard of User Permission: who may be restricted by whom, and one row for one restriction. */
import { quote } from '../db/rows.ts';
import { asSystem } from '../documents/context.ts';
import type { Guard, WriteContext } from '../documents/contract.ts';
import { type Document, isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { isAdministrator, isBuiltInUser, isManager, refusal, refuseValue, rolesOfUser, without } from './grants.ts';

export const USER_PERMISSION_GUARD: Guard = {
  async check({ ctx, plan, doc, before }) {
    if (doc.apply_to_all_doctypes === true) doc.applicable_for = null;
    if (isBuiltInUser(doc.user))
      refuseValue('user', 'built_in', `${String(doc.user)} cannot be restricted to certain documents.`);
    refuseKind(ctx, doc);
    for (const user of new Set([doc.user, before?.user])) await refuseUser(ctx, user);
    await refuseTwin(ctx, plan.table, doc);
  },
  removing: ({ ctx, doc }) => refuseUser(ctx, doc.user),
};

/** Restricted is what has documents of its own. */
function refuseKind(ctx: WriteContext, doc: Document): void {
  const allowed = ctx.snapshot.find(String(doc.allow));
  if (allowed && (allowed.storage === 'child' || allowed.storage === 'single'))
    refuseValue(
      'allow',
      'wrong_kind',
      `${allowed.name} has no documents of its own that a user could be restricted to.`,
    );
}

/** One's own restrictions are somebody else's to change, and so are those of somebody with more roles. */
async function refuseUser(ctx: WriteContext, user: Document[string]): Promise<void> {
  if (isEmpty(user) || isAdministrator(ctx.actor)) return;
  if (user === ctx.actor.user)
    throw refusal('You cannot change your own User Permissions. Ask another System Manager.');
  if (isManager(ctx.actor)) return;
  const within = asSystem(ctx, 'the roles of a user who is to be restricted');
  const doc = await ctx.services.doors.get(within, 'User', String(user));
  const [role] = without(await rolesOfUser(ctx, doc), ctx.actor.roles);
  if (role !== undefined)
    throw refusal(`You may not restrict ${String(user)}, who has the role ${role} that you do not have.`);
}

async function refuseTwin(ctx: WriteContext, table: string, doc: Document): Promise<void> {
  // Two who write the same at the same moment wait for each other.
  ctx.tx.send({
    text: `select pg_advisory_xact_lock(hashtext('framework-m user permissions'), hashtext($1))`,
    values: [String(doc.user)],
  });
  const rows = await ctx.tx.query({
    text: `select for_value, is_default from ${quote(table)} where "user" = $1 and allow = $2
      and coalesce(applicable_for, '') = $3 and id is distinct from $4::uuid`,
    values: [String(doc.user), String(doc.allow), String(doc.applicable_for ?? ''), String(doc.id)],
  });
  if (rows.some((row) => row.for_value === doc.for_value))
    throw twin('for_value', `${String(doc.user)} has this User Permission already. Change that one.`);
  if (doc.is_default === true && rows.some((row) => row.is_default === true))
    throw twin(
      'is_default',
      `${String(doc.user)} has another default for ${String(doc.allow)} here. Clear that one first.`,
    );
}

function twin(field: string, message: string): AppError {
  return new AppError('duplicate', message, { errors: [{ field, code: 'duplicate', message }] });
}
