/**
 * A user's name to the Actor that the rules are asked about: roles, teams, attributes, User Permissions, and
 * who has shared documents. Remembered for less than a second, so that what one process changes holds in the
 * others within that time; what this process changes holds at once.
 */
import type { Database } from '../db/pool.ts';
import { quote } from '../db/rows.ts';
import {
  type Actor,
  ADMINISTRATOR,
  ALL_USERS,
  AUTOMATIC_ROLES,
  DESK_USER,
  GUEST,
  type Sharer,
} from '../kernel/actor.ts';
import type { Clock } from '../kernel/ports.ts';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import type { Snapshot } from '../schema/plan.ts';
import { attributesOf, type RawRestriction, restrictionsOf, type TreeNodes } from './principal-parts.ts';

export interface Principals {
  /** Undefined: there is no such user, or it is disabled. */
  of(user: string): Promise<Actor | undefined>;
  /** Forgets everybody: rights have changed. */
  forget(): void;
}

const REMEMBERED_MS = 800;
const MAX_REMEMBERED = 10_000;
/** Of a share's giver the rights are asked too, of his giver again, and so on: so far. */
const MAX_GIVERS = 3;

interface Remembered {
  actor: Promise<Actor | undefined>;
  until: number;
}

export function createPrincipals(input: { db: Database; clock: Clock; snapshot(): Snapshot }): Principals {
  const remembered = new Map<string, Remembered>();
  return {
    of(user) {
      const now = input.clock.now();
      const known = remembered.get(user);
      if (known && known.until > now) return known.actor;
      const entry: Remembered = { actor: load(input, user, []), until: now + REMEMBERED_MS };
      remembered.delete(user);
      if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
      remembered.set(user, entry);
      entry.actor.catch(() => remembered.get(user) === entry && remembered.delete(user));
      return entry.actor;
    },
    forget: () => remembered.clear(),
  };
}

interface RawPrincipal {
  enabled: boolean;
  userType: string | null;
  attributes: unknown;
  roles: string[];
  teams: string[];
  restrictions: RawRestriction[];
  sharers: { doctype: string; by: string }[];
  isStrict: boolean;
  noSharing: boolean;
}

async function load(
  q: { db: Database; snapshot(): Snapshot },
  user: string,
  before: readonly string[],
): Promise<Actor | undefined> {
  // PostgreSQL text holds no U+0000: such a user does not exist.
  if (user.includes('\0')) return undefined;
  const home = await homeOf(q, user);
  if (!home) return undefined;
  const [row] = await home.db.query({ name: 'principal', text: PRINCIPAL, values: [user] });
  const found = row?.principal as RawPrincipal | undefined;
  if (!found?.enabled) return undefined;
  const roles = rolesOf(user, found);
  const actor: Actor = {
    user,
    roles,
    teams: found.teams,
    attributes: attributesOf(found.attributes),
    isStrict: found.isStrict,
    ...(home.tenant === undefined ? {} : { tenant: home.tenant }),
  };
  // Nobody restricts Administrator, who sees everything anyhow, or a guest, who is no person.
  if (user === ADMINISTRATOR || user === GUEST) return actor;
  const trees = await nodesUnder({ ...q, db: home.db }, found.restrictions);
  const sharers = found.noSharing ? [] : await giversOf(q, found.sharers, [...before, user]);
  return { ...actor, restrictions: restrictionsOf(found.restrictions, trees), sharers };
}

/** With many tenants: the one of the user, and the database as that one sees it. */
async function homeOf(
  q: { db: Database; snapshot(): Snapshot },
  user: string,
): Promise<{ db: Database; tenant?: string } | undefined> {
  if (q.snapshot().find('User')?.tenancy === undefined) return { db: q.db };
  const text = `select ${TENANT_COLUMN} as tenant from "user" where name = $1`;
  const [row] = await q.db.query({ name: 'home_of_user', text, values: [user] });
  return row && { db: q.db.forTenant(String(row.tenant)), tenant: String(row.tenant) };
}

function rolesOf(user: string, found: RawPrincipal): string[] {
  if (user === GUEST) return [GUEST];
  const given = found.roles.filter((role) => !AUTOMATIC_ROLES.includes(role));
  const automatic = [ALL_USERS, GUEST];
  if (user === ADMINISTRATOR) automatic.unshift(ADMINISTRATOR);
  if (user === ADMINISTRATOR || found.userType !== 'Website User') automatic.push(DESK_USER);
  return [...new Set([...automatic, ...given])];
}

/** A giver who is on the way already would only give back what came from him. */
async function giversOf(
  q: { db: Database; snapshot(): Snapshot },
  raw: RawPrincipal['sharers'],
  chain: readonly string[],
): Promise<Sharer[]> {
  if (chain.length > MAX_GIVERS) return [];
  const givers = new Map<string, Actor | undefined>();
  for (const name of new Set(raw.map(({ by }) => by)))
    if (!chain.includes(name)) givers.set(name, await load(q, name, chain));
  return raw.flatMap(({ doctype, by }) => {
    const giver = givers.get(by);
    return giver ? [{ doctype, by: giver }] : [];
  });
}

/** Names of the nodes under each restricted node of a tree. */
async function nodesUnder(
  q: { db: Database; snapshot(): Snapshot },
  restrictions: readonly RawRestriction[],
): Promise<TreeNodes> {
  const nodes = new Map<string, string[]>();
  for (const doctype of new Set(restrictions.map((each) => each.allow))) {
    const plan = q.snapshot().find(doctype);
    if (!plan?.isTree) continue;
    const tops = restrictions
      .filter((each) => each.allow === doctype && !each.hideDescendants)
      .map((each) => each.value);
    const table = quote(plan.table);
    const rows = await q.db.query({
      text: `select top.name as top, node.name from ${table} top join ${table} node on node.lft > top.lft and node.rgt < top.rgt
        where top.name = any($1::text[])`,
      values: [tops],
    });
    for (const row of rows) {
      const key = `${doctype}\n${row.top}`;
      nodes.set(key, [...(nodes.get(key) ?? []), String(row.name)]);
    }
  }
  return nodes;
}

/** One statement: $1 is the user's name. Settings that nobody saved are off. */
const PRINCIPAL = `
  select json_build_object(
    'enabled', u.enabled,
    'userType', u.user_type,
    'attributes', u.attributes,
    'roles', coalesce((
      select json_agg(distinct held.role order by held.role) from has_role held join role on role.name = held.role
      where not role.disabled and (
        (held.parenttype = 'User' and held.parent = u.name)
        or (held.parenttype = 'Role Profile' and held.parent in (
          select profile.role_profile from user_role_profile profile where profile.parenttype = 'User' and profile.parent = u.name
          union select u.role_profile_name)))
    ), '[]'::json),
    'teams', coalesce((
      select json_agg(distinct member.parent order by member.parent) from team_member member join team on team.name = member.parent
      where member.parenttype = 'Team' and member."user" = u.name and not team.disabled
    ), '[]'::json),
    'restrictions', coalesce((
      select json_agg(json_build_object('allow', p.allow, 'value', p.for_value, 'isDefault', p.is_default,
        'applicableFor', case when p.apply_to_all_doctypes then null else nullif(p.applicable_for, '') end,
        'hideDescendants', p.hide_descendants) order by p.allow, p.for_value)
      from user_permission p where p."user" = u.name
    ), '[]'::json),
    'sharers', coalesce((
      select json_agg(json_build_object('doctype', given.share_doctype, 'by', given.shared_by) order by given.share_doctype, given.shared_by)
      from (select distinct s.share_doctype, s.shared_by from docshare s
        where (s."user" = u.name or s.everyone) and s.shared_by <> u.name) given
    ), '[]'::json),
    'isStrict', coalesce((select apply_strict_user_permissions from system_settings limit 1), false),
    'noSharing', coalesce((select disable_document_sharing from system_settings limit 1), false)
  ) as principal
  from "user" u where u.name = $1`;
