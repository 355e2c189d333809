/**
 * Who may do what, said a second time from the written rules alone: in memory, document by document,
 * nothing of the server's code. Slow and plain on purpose. Lists stand in oracle-lists.ts, writes in
 * oracle-writes.ts.
 */
import {
  ADMINISTRATOR,
  type Doc,
  docsOf,
  type Field,
  GUEST,
  isEmpty,
  namingFields,
  RIGHTS,
  type Right,
  type Row,
  type Rule,
  rowsOf,
  type Type,
  typeOf,
  type Value,
  type World,
} from './world.ts';

const SHAREABLE: ReadonlySet<Right> = new Set(['read', 'write', 'submit', 'share']);
const OF_SUBMITTABLE: ReadonlySet<Right> = new Set(['submit', 'cancel', 'amend']);

/** Guest for everyone, All for who is signed in, Desk User by user type, the given ones, those of profiles. */
export function rolesOf(world: World, user: string): ReadonlySet<string> {
  if (user === GUEST) return new Set([GUEST]);
  const person = world.people.get(user);
  const profiles = (person?.profiles ?? []).flatMap((profile) => world.profiles.get(profile) ?? []);
  const automatic = person?.isSystemUser ? [GUEST, 'All', 'Desk User'] : [GUEST, 'All'];
  return new Set([...automatic, ...(person?.roles ?? []), ...profiles]);
}

function rulesOf(world: World, user: string, type: Type, level: number): Rule[] {
  const roles = rolesOf(world, user);
  const rules = type.customRules.length > 0 ? type.customRules : type.rules;
  return rules.filter((rule) => rule.level === level && roles.has(rule.role));
}

/** The rows of the user's roles that grant the right on documents. */
export function granting(world: World, user: string, type: Type, right: Right): Rule[] {
  if (OF_SUBMITTABLE.has(right) && !type.isSubmittable) return [];
  return rulesOf(world, user, type, 0).filter((rule) => rule.rights.includes(right));
}

interface RoleQuestion {
  world: World;
  user: string;
  type: Type;
  right: Right;
  doc: Doc;
  /** Leaves User Permissions out. */
  lax?: boolean;
}

/** Whether roles give the right on this document. What one may read one may choose, too. */
export function byRole(q: RoleQuestion): boolean {
  const { world, user, type, right, doc } = q;
  if (user === ADMINISTRATOR) return !OF_SUBMITTABLE.has(right) || type.isSubmittable === true;
  if (right === 'select' && byRole({ ...q, right: 'read' })) return true;
  const rules = granting(world, user, type, right);
  if (rules.length === 0 || !passesRls(world, user, type, doc)) return false;
  const isOwner = doc.owner === user;
  const holding = rules.filter((rule) => conditionHolds(rule.condition, doc, user));
  const isUnrestricted = () => q.lax === true || passesRestrictions(world, user, type, doc);
  if (right === 'create') return holding.length > 0 && isUnrestricted();
  if (rules.every((rule) => rule.ifOwner)) return isOwner && holding.length > 0;
  return holding.some((rule) => !rule.ifOwner || isOwner) && isUnrestricted();
}

/** By role, or by a share whose giver has the right himself, now. */
export function may(world: World, user: string, type: Type, right: Right, doc: Doc): boolean {
  return byRole({ world, user, type, right, doc }) || byShare({ world, user, type, right, doc, chain: [] });
}

interface ShareQuestion {
  world: World;
  user: string;
  type: Type;
  right: Right;
  doc: Doc;
  /** Who is being asked about already: nobody vouches for himself. */
  chain: readonly string[];
}

export function byShare(q: ShareQuestion): boolean {
  const { world, user, type, right, doc } = q;
  if (user === GUEST || user === ADMINISTRATOR || !SHAREABLE.has(right)) return false;
  if (OF_SUBMITTABLE.has(right) && !type.isSubmittable) return false;
  const chain = [...q.chain, user];
  return world.shares.some(
    (share) =>
      share.type === type.name &&
      share.name === doc.name &&
      (share.to === undefined || share.to === user) &&
      share.rights.includes(right) &&
      !chain.includes(share.by) &&
      (byRole({ ...q, user: share.by }) || byShare({ ...q, user: share.by, chain })),
  );
}

/**
 * Whether the user may do it at all with some document of the DocType. Who was once given a share may try, whatever
 * the share is worth by now: each document is judged by itself.
 */
export function mayWithType(world: World, user: string, type: Type, right: Right): boolean {
  if (user === ADMINISTRATOR) return !OF_SUBMITTABLE.has(right) || type.isSubmittable === true;
  if (granting(world, user, type, right).length > 0) return true;
  if (right === 'select') return mayWithType(world, user, type, 'read');
  if (user === GUEST || !SHAREABLE.has(right) || (OF_SUBMITTABLE.has(right) && !type.isSubmittable)) return false;
  return world.shares.some((share) => share.type === type.name && share.by !== user && (share.to ?? user) === user);
}

/** A DocType on which one may nothing is not there. */
export function seesType(world: World, user: string, type: Type): boolean {
  return RIGHTS.some((right) => mayWithType(world, user, type, right));
}

/** As whom lists of the DocType show rows: a reader, or one who may only choose. */
export function listMode(world: World, user: string, type: Type): 'read' | 'select' | undefined {
  if (user === ADMINISTRATOR || granting(world, user, type, 'read').length > 0) return 'read';
  if (granting(world, user, type, 'select').length > 0) return 'select';
  return mayWithType(world, user, type, 'read') ? 'read' : undefined;
}

export function isListed(world: World, user: string, type: Type, doc: Doc): boolean {
  const mode = listMode(world, user, type);
  if (mode === undefined) return false;
  if (mode === 'read') return may(world, user, type, 'read', doc);
  return (
    byRole({ world, user, type, right: 'select', doc }) || byShare({ world, user, type, right: 'read', doc, chain: [] })
  );
}

/** It may be chosen: selected, read, or shared. */
export function mayChoose(world: World, user: string, type: Type, doc: Doc): boolean {
  const byRight = (['read', 'select'] as const).some((right) => byRole({ world, user, type, right, doc }));
  return byRight || byShare({ world, user, type, right: 'read', doc, chain: [] });
}

/** A new or changed Link may lead here. */
export function mayLinkTo(q: { world: World; user: string; field: Field; name: string }): boolean {
  const { world, user, field, name } = q;
  const type = typeOf(world, field.to as string);
  const doc = world.docs.get(type.name)?.get(name);
  if (!doc) return false;
  const lax = field.ignoresRestrictions === true;
  return (
    (['read', 'select'] as const).some((right) => byRole({ world, user, type, right, doc, lax })) ||
    byShare({ world, user, type, right: 'read', doc, chain: [] })
  );
}

/** Level 0 goes with the document; a higher level needs a row of that level. Child fields ask the parent's rows. */
export function isOpen(world: World, user: string, type: Type, level: number, right: 'read' | 'write'): boolean {
  if (level === 0 || user === ADMINISTRATOR) return true;
  return rulesOf(world, user, type, level).some((rule) => rule.rights.includes(right));
}

/** Fields of one document that the user may see; standard ones not counted. */
export function readableFields(world: World, user: string, type: Type, mode: 'read' | 'select' = 'read'): Field[] {
  return type.fields.filter(
    (field) =>
      isOpen(world, user, type, field.level, 'read') && (mode === 'read' || namingFields(type).includes(field.name)),
  );
}

export function readableRowFields(world: World, user: string, type: Type, table: Field): Field[] {
  return typeOf(world, table.to as string).fields.filter((field) => isOpen(world, user, type, field.level, 'read'));
}

/** The document as the user reads it: names of standard keys aside, exactly these members. */
export function shownDoc(world: World, user: string, type: Type, doc: Doc): Row {
  const shown: Row = { name: doc.name, owner: doc.owner, docstatus: doc.docstatus };
  for (const field of readableFields(world, user, type)) {
    shown[field.name] =
      field.kind === 'rows'
        ? rowsOf(doc, field.name).map((row) => shownRow(row, readableRowFields(world, user, type, field)))
        : doc[field.name];
  }
  return shown;
}

function shownRow(row: Row, fields: readonly Field[]): Row {
  return Object.fromEntries([['name', row.name], ...fields.map((field) => [field.name, row[field.name]])]);
}

/** `doc.a == "x" && doc.b != 3 || doc.c == user`; anything else grants nothing. */
export function conditionHolds(condition: string | undefined, doc: Row, user: string): boolean {
  if (condition === undefined || condition === '') return true;
  return condition.split(' || ').some((part) => part.split(' && ').every((term) => termHolds(term, doc, user)));
}

function termHolds(term: string, doc: Row, user: string): boolean {
  const match = /^doc\.(\w+) (==|!=) (user|"[^"]*"|\d+)$/.exec(term.trim());
  if (!match) return false;
  const [, field = '', operator, right = ''] = match;
  const wanted = right === 'user' ? user : JSON.parse(right);
  const value = typeof doc[field] === 'boolean' ? Number(doc[field]) : doc[field];
  return (value === wanted) === (operator === '==');
}

function passesRls(world: World, user: string, type: Type, doc: Doc): boolean {
  const name = type.rlsField;
  if (name === undefined) return true;
  if (name === 'owner') return doc.owner === user;
  const person = world.people.get(user);
  const to = type.fields.find((field) => field.name === name)?.to;
  const value = doc[name];
  if (to === 'Team') return person?.teams.includes(value as string) === true;
  if (to === 'User') return value === user;
  const attribute = person?.attributes[name];
  return Array.isArray(attribute)
    ? attribute.includes(value as string)
    : attribute !== undefined && attribute === value;
}

/** User Permissions: the document itself, its Links and those of its rows. */
function passesRestrictions(world: World, user: string, type: Type, doc: Doc): boolean {
  const mine = world.restrictions.filter(
    (each) => each.user === user && (each.applicableFor === undefined || each.applicableFor === type.name),
  );
  return [...new Set(mine.map((each) => each.allow))].every((allow) => {
    const names = new Set(
      mine
        .filter((each) => each.allow === allow)
        .flatMap((each) => [each.value, ...(each.hidesDescendants ? [] : descendants(world, allow, each.value))]),
    );
    if (type.name === allow && !names.has(doc.name)) return false;
    const isFine = (value: Value): boolean => (isEmpty(value) ? !world.isStrict : names.has(value as string));
    return linksTo(world, type, doc, allow).every(isFine);
  });
}

function linksTo(world: World, type: Type, doc: Row, target: string): Value[] {
  const own = type.fields.filter((field) => field.kind === 'link' && field.to === target && !field.ignoresRestrictions);
  const inRows = type.fields
    .filter((field) => field.kind === 'rows')
    .flatMap((table) =>
      rowsOf(doc, table.name).flatMap((row) => linksTo(world, typeOf(world, table.to as string), row, target)),
    );
  return [...own.map((field) => doc[field.name]), ...inRows];
}

function descendants(world: World, type: string, name: string): string[] {
  if (!world.types.get(type)?.isTree) return [];
  const parentField = treeParent(typeOf(world, type));
  const children = docsOf(world, type).filter((doc) => doc[parentField] === name);
  return children.flatMap((child) => [child.name, ...descendants(world, type, child.name)]);
}

export function treeParent(type: Type): string {
  return type.fields.find((field) => field.kind === 'link' && field.to === type.name)?.name ?? '';
}
