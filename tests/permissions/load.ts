/**
 * A world into a running server, over HTTP: while everybody may do everything the people make their own
 * documents and share them; then the rules become what they shall be. And the documents back, as they are.
 */
import type { Random } from '../integration/query/random.ts';
import type { Client, Reply, TestApp } from '../support/app.ts';
import { treeParent } from './oracle.ts';
import { ALL, STARTER, some } from './random-world.ts';
import {
  ADMINISTRATOR,
  type Doc,
  docsOf,
  GUEST,
  mainTypes,
  type Right,
  type Row,
  type Rule,
  rowsOf,
  type Type,
  typeOf,
  type World,
} from './world.ts';

export type Clients = ReadonlyMap<string, Client>;

/** Throws what the server said when it did not do it. */
export async function must(client: Client, method: string, path: string, body?: unknown): Promise<Reply> {
  const reply = await client.json(method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.text}\n${JSON.stringify(body)?.slice(0, 2000)}`);
  return reply;
}

/** Loads it and says who can be asked: every person, Administrator and the guest. */
export async function loadWorld(app: TestApp, world: World, random: Random): Promise<Clients> {
  await loadTypes(app, world);
  await loadPeople(app, world);
  const clients = new Map<string, Client>([
    [ADMINISTRATOR, app],
    [GUEST, app.anonymous],
  ]);
  for (const user of world.people.keys()) clients.set(user, await app.as(user));
  for (const type of mainTypes(world)) await loadDocs(clients, world, type);
  await readBack(app, world);
  await loadShares(clients, world, random);
  await loadRules(app, world);
  return clients;
}

/** Many records in one request. */
async function insert(app: TestApp, type: string, docs: readonly unknown[]): Promise<void> {
  if (docs.length > 0) await must(app, 'POST', path(type, 'bulk'), { action: 'insert', docs });
}

export function path(...segments: string[]): string {
  return ['/api/v1', ...segments.map(encodeURIComponent)].join('/');
}

async function loadTypes(app: TestApp, world: World): Promise<void> {
  const known = await must(app, 'GET', '/api/v1/Role?limit=1000&fields=name');
  const there = new Set((known.body.items as { name: string }[]).map((role) => role.name));
  const roles = new Set([STARTER]);
  for (const type of world.types.values())
    for (const rule of [...type.rules, ...type.customRules]) roles.add(rule.role);
  for (const person of world.people.values()) for (const role of person.roles) roles.add(role);
  for (const profile of world.profiles.values()) for (const role of profile) roles.add(role);
  await insert(
    app,
    'Role',
    [...roles].filter((role) => !there.has(role)).map((role_name) => ({ role_name })),
  );
  for (const type of world.types.values()) {
    if (type.isChild || mainTypes(world).includes(type)) await must(app, 'POST', '/api/v1/DocType', docTypeJson(type));
  }
}

export function docTypeJson(type: Type): Row {
  const starter: Rule[] = [0, 1, 2, 3].map((level) => ({
    role: STARTER,
    level,
    rights: level === 0 ? ALL : ['read', 'write'],
  }));
  const rules = type.isChild ? [] : [...type.rules, ...starter];
  const fields = type.fields.filter((field) => field.name !== 'amended_from').map(fieldJson) as unknown as Row[];
  return {
    name: type.name,
    module: 'Rights',
    autoname: type.isChild ? undefined : 'prompt',
    allow_rename: 1,
    track_changes: 1,
    istable: type.isChild ? 1 : 0,
    is_tree: type.isTree ? 1 : 0,
    nsm_parent_field: type.isTree ? treeParent(type) : undefined,
    is_submittable: type.isSubmittable ? 1 : 0,
    title_field: type.titleField,
    search_fields: type.searchFields.join(','),
    fields,
    permissions: rules.map((rule) => ruleJson(rule, type)),
  };
}

const FIELDTYPES = { text: 'Data', select: 'Select', int: 'Int', check: 'Check', link: 'Link', rows: 'Table' } as const;

function fieldJson(field: Type['fields'][number]): Row {
  return {
    fieldname: field.name,
    label: field.name,
    fieldtype: FIELDTYPES[field.kind],
    options: field.kind === 'select' ? 'Open\nHeld\nClosed' : field.to,
    permlevel: field.level,
    ignore_user_permissions: field.ignoresRestrictions ? 1 : 0,
  };
}

function ruleJson(rule: Rule, type: Type): Row {
  const rights = rule.rights.filter((right) => type.isSubmittable || !OF_SUBMITTABLE.has(right));
  return {
    role: rule.role,
    permlevel: rule.level,
    if_owner: rule.ifOwner ? 1 : 0,
    ...(rule.condition === undefined ? {} : { condition: rule.condition }),
    ...Object.fromEntries(rights.map((right) => [right, 1])),
  };
}
const OF_SUBMITTABLE: ReadonlySet<Right> = new Set(['submit', 'cancel', 'amend']);

async function loadPeople(app: TestApp, world: World): Promise<void> {
  const profiles = [...world.profiles].map(([name, roles]) => ({
    role_profile: name,
    roles: roles.map((role) => ({ role })),
  }));
  await insert(app, 'Role Profile', profiles);
  const users = [...world.people.keys()].map((name) => ({
    name,
    first_name: name,
    user_type: 'System User',
    roles: [{ role: STARTER }],
  }));
  await insert(app, 'User', users);
  const teams = docsOf(world, 'Team').map(({ name }) => ({
    team_name: name,
    members: [...world.people.values()]
      .filter((person) => person.teams.includes(name))
      .map((person) => ({ user: person.name })),
  }));
  await insert(app, 'Team', teams);
}

async function loadDocs(clients: Clients, world: World, type: Type): Promise<void> {
  const admin = clients.get(ADMINISTRATOR) as Client;
  const docs = docsOf(world, type.name);
  const given = ({ owner: _, docstatus: __, ...values }: Doc): Row =>
    type.isTree ? { ...values, is_group: true } : values;
  // A tree grows from its root; the others may come in any order.
  const batches = type.isTree ? docs.map((doc) => [doc]) : [...Map.groupBy(docs, (doc) => doc.owner).values()];
  for (const batch of batches) {
    const owner = clients.get(batch[0]?.owner ?? '') as Client;
    await must(owner, 'POST', path(type.name, 'bulk'), { action: 'insert', docs: batch.map(given) });
  }
  const submitted = docs.filter((doc) => Number(doc.docstatus) > 0).map((doc) => doc.name);
  const cancelled = docs.filter((doc) => doc.docstatus === 2).map((doc) => doc.name);
  if (submitted.length > 0) await must(admin, 'POST', path(type.name, 'bulk'), { action: 'submit', docs: submitted });
  if (cancelled.length > 0) await must(admin, 'POST', path(type.name, 'bulk'), { action: 'cancel', docs: cancelled });
}

async function loadShares(clients: Clients, world: World, random: Random): Promise<void> {
  const people = [...world.people.keys()];
  for (const type of mainTypes(world)) {
    for (const doc of docsOf(world, type.name)) {
      if (!random.chance(0.12)) continue;
      const by = random.chance(0.3) ? ADMINISTRATOR : random.pick(people);
      const to = random.chance(0.15) ? undefined : random.pick(people.filter((name) => name !== by));
      const rights: Right[] = [
        'read',
        ...some(random, ['write', 'share', ...(type.isSubmittable ? (['submit'] as const) : [])] as const, 0.4),
      ];
      await must(
        clients.get(by) as Client,
        'POST',
        '/api/v1/share',
        shareJson({ type: type.name, name: doc.name, to, rights }),
      );
      world.shares.push({ type: type.name, name: doc.name, to, by, rights });
    }
  }
}

export function shareJson(q: { type: string; name: string; to?: string; rights: readonly Right[] }): Row {
  const rights = Object.fromEntries(q.rights.map((right) => [right, true]));
  return { doctype: q.type, name: q.name, ...(q.to === undefined ? { everyone: true } : { user: q.to }), ...rights };
}

async function loadRules(app: TestApp, world: World): Promise<void> {
  for (const { name, rlsField } of world.types.values()) {
    if (rlsField) await must(app, 'PATCH', path('DocType', name), { apply_rls: 1, rls_field: rlsField });
  }
  await insert(
    app,
    'Custom DocPerm',
    [...world.types.values()].flatMap((type) =>
      type.customRules.map((rule) => ({ ref_doctype: type.name, ...ruleJson(rule, type) })),
    ),
  );
  await insert(
    app,
    'User Permission',
    world.restrictions.map((each) => ({
      user: each.user,
      allow: each.allow,
      for_value: each.value,
      ...(each.applicableFor ? { apply_to_all_doctypes: 0, applicable_for: each.applicableFor } : {}),
      hide_descendants: each.hidesDescendants ? 1 : 0,
    })),
  );
  const users = [...world.people.values()].map((person) => ({
    name: person.name,
    user_type: person.isSystemUser ? 'System User' : 'Website User',
    roles: person.roles.map((role) => ({ role })),
    role_profiles: person.profiles.map((role_profile) => ({ role_profile })),
    attributes: person.attributes,
  }));
  await must(app, 'POST', path('User', 'bulk'), { action: 'update', docs: users });
  await must(app, 'PATCH', path('System Settings', 'System Settings'), {
    apply_strict_user_permissions: world.isStrict,
  });
}

/** Every document as it is stored, into the world: rows have names now. */
export async function readBack(admin: Client, world: World, types: readonly Type[] = mainTypes(world)): Promise<void> {
  for (const type of types) {
    const tables = type.fields.filter((field) => field.kind === 'rows').map((field) => field.name);
    const fields = encodeURIComponent(JSON.stringify(['*', ...tables]));
    const { body } = await must(admin, 'GET', `${path(type.name)}?limit=1000&fields=${fields}&order_by=name`);
    world.docs.set(type.name, new Map((body.items as Doc[]).map((doc) => [doc.name, kept(world, type, doc)])));
  }
}

function kept(world: World, type: Type, doc: Doc): Doc {
  const known: Doc = { name: doc.name, owner: doc.owner, docstatus: doc.docstatus };
  for (const field of type.fields) {
    known[field.name] =
      field.kind === 'rows'
        ? rowsOf(doc, field.name).map((row) => {
            const inner = typeOf(world, field.to as string).fields;
            return Object.fromEntries([
              ['name', row.name],
              ['idx', row.idx],
              ...inner.map((each) => [each.name, row[each.name]]),
            ]);
          })
        : doc[field.name];
  }
  return known;
}
