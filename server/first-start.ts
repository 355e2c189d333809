/** What a new database must have before anybody can sign in: the given roles and users, a first password. */
import { randomBytes } from 'node:crypto';
import { createDocument } from './documents/create.ts';
import { ADMINISTRATOR, systemActor } from './kernel/actor.ts';
import { createContext, type OpenServices } from './services.ts';

const ROLES = [ADMINISTRATOR, 'System Manager', 'All', 'Guest', 'Desk User', 'Workspace Manager'];

const USERS = [
  {
    name: ADMINISTRATOR,
    first_name: ADMINISTRATOR,
    full_name: ADMINISTRATOR,
    enabled: true,
    roles: [{ role: 'System Manager' }],
  },
  { name: 'Guest', first_name: 'Guest', full_name: 'Guest', enabled: true },
];

/** Adds what is missing; safe to repeat, and to run in two processes at once. */
export async function ensureGivenRecords(open: OpenServices): Promise<void> {
  const ctx = createContext(open, systemActor('the roles and users that every database has'));
  const [roles, users] = await Promise.all([
    namesOf(open, 'role', ROLES),
    namesOf(
      open,
      '"user"',
      USERS.map((user) => user.name),
    ),
  ]);
  for (const role of ROLES)
    if (!roles.has(role)) await unlessThere(createDocument(ctx, { doctype: 'Role', given: { role_name: role } }));
  for (const user of USERS)
    if (!users.has(user.name)) await unlessThere(createDocument(ctx, { doctype: 'User', given: user }));
}

async function namesOf(open: OpenServices, table: string, names: readonly string[]): Promise<Set<string>> {
  const rows = await open.db.query({
    text: `select name from ${table} where name = any($1::text[])`,
    values: [[...names]],
  });
  return new Set(rows.map((row) => row.name as string));
}

/** Another process that starts at the same moment may have been first. */
async function unlessThere(made: Promise<unknown>): Promise<void> {
  await made.catch((error: { code?: string }) => {
    if (error.code !== 'duplicate') throw error;
  });
}

/** A password that is easy to copy and hard to guess: 96 bits. */
export function randomPassword(): string {
  return randomBytes(12).toString('base64url');
}
