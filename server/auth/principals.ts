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
/** With more people in reach, shares of those who are not met count for nothing. */
const MAX_PEOPLE = 500;

interface Source {
  db: Database;
  clock: Clock;
  snapshot(): Snapshot;
}

/** Somebody for himself, and who gave him something. */
interface Person {
  actor: Actor;
  given: readonly { doctype: string; by: string }[];
}

export function createPrincipals(input: Source): Principals {
  const people = rememberFor<Person>(input.clock, (user) => readPerson(input, user));
  const actors = rememberFor<Actor>(input.clock, (user) => meet(people.of, user));
  return {
    of: actors.of,
    forget() {
      people.forget();
      actors.forget();
    },
  };
}

/** Asks once for what is asked again within the time; what is forgotten meanwhile is not remembered. */
function rememberFor<T>(clock: Clock, read: (user: string) => Promise<T | undefined>) {
  const remembered = new Map<string, { found: Promise<T | undefined>; until: number }>();
  return {
    of(user: string): Promise<T | undefined> {
      const now = clock.now();
      const known = remembered.get(user);
      if (known && known.until > now) return known.found;
      const entry = { found: read(user), until: now + REMEMBERED_MS };
      remembered.delete(user);
      if (remembered.size >= MAX_REMEMBERED) remembered.delete(remembered.keys().next().value as string);
      remembered.set(user, entry);
      entry.found.catch(() => remembered.get(user) === entry && remembered.delete(user));
      return entry.found;
    },
    forget: () => remembered.clear(),
  };
}

/**
 * The actor with those who shared something with him, and theirs. Each person is one Actor, so people who
 * share with each other point at each other; who decides remembers whom he has passed (access/decide.ts).
 */
async function meet(of: (user: string) => Promise<Person | undefined>, user: string): Promise<Actor | undefined> {
  const met = new Map<string, Actor | undefined>();
  const first = await of(user);
  if (!first) return undefined;
  const actorOf = (person: Person): { actor: Actor; sharers: Sharer[]; person: Person } => {
    const sharers: Sharer[] = [];
    return { actor: person.given.length > 0 ? { ...person.actor, sharers } : person.actor, sharers, person };
  };
  let wave = [actorOf(first)];
  const me = wave[0]?.actor as Actor;
  met.set(user, me);
  for (let far = 0; far < MAX_GIVERS && wave.length > 0; far++) {
    const next: typeof wave = [];
    for (const { sharers, person } of wave) {
      for (const { doctype, by } of person.given) {
        if (!met.has(by) && met.size < MAX_PEOPLE) {
          const giver = await of(by);
          const entry = giver && actorOf(giver);
          met.set(by, entry?.actor);
          if (entry) next.push(entry);
        }
        const actor = met.get(by);
        if (actor) sharers.push({ doctype, by: actor });
      }
    }
    wave = next;
  }
  return me;
}

interface RawPrincipal {
  enabled: boolean;
  userType: string | null;
  language: string | null;
  attributes: unknown;
  roles: string[];
  teams: string[];
  restrictions: RawRestriction[];
  sharers: { doctype: string; by: string }[];
  isStrict: boolean;
  noSharing: boolean;
}

async function readPerson(q: Source, user: string): Promise<Person | undefined> {
  // PostgreSQL text holds no U+0000: such a user does not exist.
  if (user.includes('\0')) return undefined;
  const home = await homeOf(q, user);
  if (!home) return undefined;
  const [row] = await home.db.query({ name: 'principal', text: PRINCIPAL, values: [user] });
  const found = row?.principal as RawPrincipal | undefined;
  if (!found?.enabled) return undefined;
  const actor: Actor = {
    user,
    roles: rolesOf(user, found),
    teams: found.teams,
    attributes: attributesOf(found.attributes),
    isStrict: found.isStrict,
    ...(found.language ? { language: found.language } : {}),
    ...(home.tenant === undefined ? {} : { tenant: home.tenant }),
  };
  // Nobody restricts Administrator, who sees everything anyhow, or a guest, who is no person.
  if (user === ADMINISTRATOR || user === GUEST) return { actor, given: [] };
  const trees = await nodesUnder({ ...q, db: home.db }, found.restrictions);
  const restrictions = restrictionsOf(found.restrictions, trees);
  return { actor: { ...actor, restrictions }, given: found.noSharing ? [] : found.sharers };
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
    'language', u.language,
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
