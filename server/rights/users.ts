/**
 * The guard of User: which roles may be given by whom, who may touch whom, and what a User document must be
 * so that signing in is clear. Passwords, sessions and keys are kept by id elsewhere; here they only go with it.
 */
import { foldEmail } from '../auth/user-records.ts';
import { quote } from '../db/rows.ts';
import { noteSome } from '../documents/changes.ts';
import type { Guard, GuardArgument, WriteContext } from '../documents/contract.ts';
import { ADMINISTRATOR } from '../kernel/actor.ts';
import { type Document, isEmpty, newDocument, rowsOf } from '../kernel/document.ts';
import { refuseProblems } from '../kernel/error.ts';
import { checkAttributes } from './attributes.ts';
import {
  automaticRoleProblems,
  isAdministrator,
  isBuiltInUser,
  isManager,
  refusal,
  refuseForeignRoles,
  refuseValue,
  rolesOfUser,
  without,
} from './grants.ts';
import { refuseTakenNames } from './sign-in-names.ts';
import { carryOwner } from './user-name.ts';

export const USER_GUARD: Guard = {
  async check({ ctx, doc, before }) {
    if (before) await refuseUntouchable(ctx, before, 'change');
    tidy(doc, before);
    await refuseTakenNames(ctx, doc, before);
    refuseProblems([...automaticRoleProblems(doc, 'roles'), ...checkAttributes(doc)], 'The User cannot be saved');
    refuseDisabling({ ctx, doc, before });
    await refuseGrants(ctx, doc, before);
  },
  async removing({ ctx, doc }) {
    await refuseUntouchable(ctx, doc, 'delete');
    refuseOneself(ctx, doc, 'delete');
    if (isBuiltInUser(doc.name)) throw refusal(`${String(doc.name)} is part of every database and cannot be deleted.`);
    await forgetUser(ctx, doc);
    ctx.tx.send({ text: 'delete from user_permission where "user" = $1', values: [String(doc.name)] });
    noteSomeOf(ctx, 'User Permission');
  },
  async renaming({ ctx, doc, rename }) {
    await refuseUntouchable(ctx, doc, 'rename');
    if (isBuiltInUser(doc.name) || isBuiltInUser(rename?.to))
      throw refusal(`${ADMINISTRATOR} and Guest are part of every database: no user is renamed from or to them.`);
    if (!rename) return;
    if (rename.merge) await refuseUntouchable(ctx, await storedUser(ctx, rename.to), 'merge into');
    else await refuseTakenNames(ctx, newDocument([...Object.entries(doc), ['name', rename.to]]), doc);
    if (rename.merge) await forgetUser(ctx, doc);
  },
  async renamed({ ctx, doc, rename }) {
    if (rename) await carryOwner(ctx, { id: String(doc.id), email: doc.email, ...rename });
  },
};

const ADDRESS = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Names and addresses as they are kept, one row for each role, and Frappe's single profile among the profiles. */
function tidy(doc: Document, before: Document | undefined): void {
  if (!isEmpty(doc.email)) doc.email = foldEmail(String(doc.email).trim());
  else if (!before && ADDRESS.test(String(doc.name))) doc.email = foldEmail(String(doc.name));
  // A new address has yet to be shown to be theirs; who knows that it is says so in the same write.
  if (
    before &&
    (doc.email ?? '') !== (before.email ?? '') &&
    before.email_verified === true &&
    doc.email_verified === true
  )
    doc.email_verified = false;
  const parts = ['first_name', 'middle_name', 'last_name'];
  const isRenamed = before !== undefined && parts.some((part) => (doc[part] ?? '') !== (before[part] ?? ''));
  const hasOwnFullName = before !== undefined && (doc.full_name ?? '') !== (before.full_name ?? '');
  if (isEmpty(doc.full_name) || (isRenamed && !hasOwnFullName)) {
    const composed = parts.flatMap((part) => (isEmpty(doc[part]) ? [] : [String(doc[part]).trim()])).join(' ');
    doc.full_name = composed.slice(0, 140) || String(doc.name).slice(0, 140);
  }
  const chosen = new Set<unknown>();
  doc.roles = rowsOf(doc, 'roles').filter((row) => !chosen.has(row.role) && chosen.add(row.role));
  takeOverProfile(doc, before);
}

function takeOverProfile(doc: Document, before: Document | undefined): void {
  const profile = doc.role_profile_name;
  const former = before?.role_profile_name;
  if ((profile ?? '') === (former ?? '')) return;
  const rows = rowsOf(doc, 'role_profiles').filter((row) => isEmpty(former) || row.role_profile !== former);
  const isThere = rows.some((row) => row.role_profile === profile);
  doc.role_profiles = isEmpty(profile) || isThere ? rows : [...rows, newDocument([['role_profile', profile]])];
}

/** Nobody without rights of a manager touches somebody who has roles that they lack; nobody but itself Administrator. */
async function refuseUntouchable(ctx: WriteContext, target: Document | undefined, verb: string): Promise<void> {
  if (!target || isAdministrator(ctx.actor)) return;
  if (isBuiltInUser(target.name)) throw refusal(`Only ${ADMINISTRATOR} may ${verb} the user ${String(target.name)}.`);
  if (isManager(ctx.actor)) return;
  const [role] = without(await rolesOfUser(ctx, target), ctx.actor.roles);
  if (role !== undefined)
    throw refusal(`You may not ${verb} ${String(target.name)}, who has the role ${role} that you do not have.`);
}

function refuseDisabling({ ctx, doc, before }: Pick<GuardArgument, 'ctx' | 'doc' | 'before'>): void {
  if (doc.enabled === true || !before) return;
  if (doc.name === ADMINISTRATOR)
    refuseValue('enabled', 'built_in', `${ADMINISTRATOR} cannot be disabled: nobody could mend the rest.`);
  if (before.enabled === true) refuseOneself(ctx, doc, 'disable');
}

function refuseOneself(ctx: WriteContext, doc: Document, verb: string): void {
  if (doc.name === ctx.actor.user && !isAdministrator(ctx.actor))
    throw refusal(`You cannot ${verb} yourself. Somebody else who manages users may.`);
}

async function refuseGrants(ctx: WriteContext, doc: Document, before: Document | undefined): Promise<void> {
  if (isManager(ctx.actor)) return;
  const [now, then] = [await rolesOfUser(ctx, doc), await rolesOfUser(ctx, before)];
  refuseForeignRoles(ctx.actor, without(now, then), 'give');
  refuseForeignRoles(ctx.actor, without(then, now), 'take away');
  if (JSON.stringify(doc.attributes ?? null) !== JSON.stringify(before?.attributes ?? null))
    throw refusal('Only a System Manager changes attributes of users: rules give rights by them.');
}

async function storedUser(ctx: WriteContext, name: string): Promise<Document | undefined> {
  const [row] = await ctx.tx.query({ text: 'select name, user_type from "user" where name = $1', values: [name] });
  if (!row) return undefined;
  const rows = await ctx.tx.query({
    text: `select 'roles' as field, role as value from has_role where parenttype = 'User' and parent = $1
      union all select 'role_profiles', role_profile from user_role_profile where parenttype = 'User' and parent = $1`,
    values: [name],
  });
  const of = (field: string, key: string) =>
    rows.filter((each) => each.field === field).map((each) => newDocument([[key, String(each.value)]]));
  return newDocument([
    ['name', String(row.name)],
    ['user_type', String(row.user_type)],
    ['roles', of('roles', 'role')],
    ['role_profiles', of('role_profiles', 'role_profile')],
  ]);
}

/** What nobody else may find under the user's id: how they signed in, and what was shared with them. */
async function forgetUser(ctx: WriteContext, doc: Document): Promise<void> {
  const tables = await ctx.tx.query({
    text: `select table_name as name from information_schema.columns
      where table_schema = current_schema() and column_name = 'user_id' and table_name like 'm\\_%'`,
    values: [],
  });
  for (const { name } of tables)
    ctx.tx.send({ text: `delete from ${quote(String(name))} where user_id = $1::uuid`, values: [String(doc.id)] });
  ctx.tx.send({ text: 'delete from docshare where "user" = $1 or shared_by = $1', values: [String(doc.name)] });
  noteSomeOf(ctx, 'DocShare');
}

function noteSomeOf(ctx: WriteContext, doctype: string): void {
  const plan = ctx.snapshot.find(doctype);
  if (plan) noteSome(ctx, plan);
}
