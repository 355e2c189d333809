/**
 * Who may give what: nobody grants what they do not hold. Administrator may give everything, a System Manager
 * every role that can be given, anybody else who may write users only the roles that they have themselves.
 */
import type { WriteContext } from '../documents/contract.ts';
import { type Actor, ADMINISTRATOR, AUTOMATIC_ROLES, DESK_USER, GUEST } from '../kernel/actor.ts';
import { type Document, isEmpty, rowsOf } from '../kernel/document.ts';
import { AppError, type FieldProblem } from '../kernel/error.ts';

export const SYSTEM_MANAGER = 'System Manager';

export function isAdministrator(actor: Actor): boolean {
  return actor.roles.includes(ADMINISTRATOR);
}

/** Those who manage rights for everybody. */
export function isManager(actor: Actor): boolean {
  return isAdministrator(actor) || actor.roles.includes(SYSTEM_MANAGER);
}

/** The two users that every database has and nobody else may touch. */
export function isBuiltInUser(name: unknown): boolean {
  return name === ADMINISTRATOR || name === GUEST;
}

/** Values of one Link in the rows of a table. */
export function namesIn(doc: Document | undefined, table: string, fieldname: string): string[] {
  if (!doc) return [];
  return rowsOf(doc, table).flatMap((row) => (isEmpty(row[fieldname]) ? [] : [String(row[fieldname])]));
}

/** Roles that are made at run time are never stored. */
export function automaticRoleProblems(doc: Document, table: string): FieldProblem[] {
  return rowsOf(doc, table).flatMap((row, index): FieldProblem[] => {
    if (!AUTOMATIC_ROLES.includes(String(row.role))) return [];
    const message = `The role ${String(row.role)} is not given by hand: the server gives it to whom it belongs. Remove this row.`;
    return [{ field: `${table}[${index}].role`, code: 'automatic_role', message }];
  });
}

/** Throws `forbidden` for the first role that the actor neither holds nor manages. */
export function refuseForeignRoles(actor: Actor, roles: Iterable<string>, what: string): void {
  if (isManager(actor)) return;
  for (const role of roles) {
    if (actor.roles.includes(role)) continue;
    throw refusal(`You may not ${what} the role ${role}, which you do not have yourself. Ask a System Manager.`);
  }
}

/** What a User document comes to: the roles of its rows, of its profiles, and that of its type. */
export async function rolesOfUser(ctx: WriteContext, doc: Document | undefined): Promise<Set<string>> {
  const roles = new Set(namesIn(doc, 'roles', 'role'));
  for (const role of await rolesOfProfiles(ctx, namesIn(doc, 'role_profiles', 'role_profile'))) roles.add(role);
  if (doc?.user_type === SYSTEM_USER) roles.add(DESK_USER);
  return roles;
}

const SYSTEM_USER = 'System User';

async function rolesOfProfiles(ctx: WriteContext, profiles: readonly string[]): Promise<string[]> {
  if (profiles.length === 0) return [];
  const rows = await ctx.tx.query({
    text: `select distinct role from has_role where parenttype = 'Role Profile' and parent = any($1::text[])`,
    values: [[...profiles]],
  });
  return rows.map((row) => String(row.role));
}

/** Names in `a` that are not in `b`. */
export function without(a: Iterable<string>, b: Iterable<string>): string[] {
  const others = new Set(b);
  return [...a].filter((name) => !others.has(name));
}

export function refusal(message: string): AppError {
  return new AppError('forbidden', message);
}

export function refuseValue(field: string, code: string, message: string): never {
  throw new AppError('validation', message, { errors: [{ field, code, message }] });
}
