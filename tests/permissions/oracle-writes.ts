/** Whether a write is allowed, and with which status it is refused. What a refused write changes is always: nothing. */
import { byRole, isOpen, may, mayLinkTo, mayWithType, readableFields, readableRowFields, seesType } from './oracle.ts';
import {
  ADMINISTRATOR,
  type Doc,
  docsOf,
  type Field,
  fieldOf,
  GUEST,
  isEmpty,
  type Right,
  type Row,
  rowsOf,
  type Type,
  typeOf,
  type Value,
  type World,
} from './world.ts';

export type Wish = { type: string; name: string } & (
  | { action: 'create' | 'update'; given: Row }
  | { action: 'delete' | 'submit' | 'cancel' | 'amend' }
  | { action: 'rename' | 'duplicate' | 'merge'; to: string }
  | { action: 'share'; to?: string; rights: readonly Right[] }
);

/** `mustPass` undefined: the rules leave it open. Whoever is refused is so with one of the statuses. */
export interface Verdict {
  mustPass: boolean | undefined;
  refusals: ReadonlySet<number>;
}

const NEEDED: Readonly<Record<Wish['action'], readonly Right[]>> = {
  create: [],
  update: ['write'],
  delete: ['delete'],
  submit: ['write', 'submit'],
  cancel: ['write', 'cancel'],
  amend: ['read', 'amend'],
  rename: ['write'],
  merge: ['write', 'delete'],
  duplicate: ['read'],
  share: ['share'],
};
const OF_STATES: ReadonlySet<Wish['action']> = new Set(['submit', 'cancel', 'amend']);
const MAKES: ReadonlySet<Wish['action']> = new Set(['create', 'amend', 'duplicate']);

export function judge(world: World, user: string, wish: Wish): Verdict {
  const type = world.types.get(wish.type);
  if (!type || !seesType(world, user, type)) return refused(user === GUEST ? 401 : 404);
  if (user === GUEST && wish.action === 'share') return refused(401);
  const doc = world.docs.get(type.name)?.get(wish.name);
  const isVisible = doc !== undefined && may(world, user, type, 'read', doc);
  const rights: Right[] = [...NEEDED[wish.action], ...(MAKES.has(wish.action) ? (['create'] as const) : [])];
  const wrongState = stateProblems(world, type, wish, doc);
  if (!rights.every((right) => mayWithType(world, user, type, right))) {
    // Whether the document is looked for first makes no difference to what can be learnt; a state that the
    // DocType does not have stands in its description.
    const stateless = OF_STATES.has(wish.action) && !type.isSubmittable ? [409] : [];
    return refused(
      user === GUEST ? 401 : 403,
      ...(wish.action !== 'create' && !isVisible ? [404] : wrongState),
      stateless,
    );
  }
  if (wish.action === 'create')
    return judgeMade(world, user, type, { ...blank(type, user, wish.name), ...wish.given }, wish);
  if (!doc) return refused(404);
  const has = NEEDED[wish.action].every((right) => may(world, user, type, right, doc));
  // A right on a document that one cannot read: the rules do not say.
  if (!isVisible)
    return { mustPass: has ? undefined : false, refusals: new Set([404, ...(has ? [403, 400, 409] : [])]) };
  if (!has) return refused(guestly(user, 403), ...guestly(user, 401), ...wrongState);
  if (wrongState.length > 0) return refused(...wrongState, 400, 403);
  switch (wish.action) {
    case 'update':
      return judgeUpdate(world, user, type, doc, wish.given);
    case 'share':
      return wish.rights.every((right) => may(world, user, type, right, doc)) ? PASSES : refused(403);
    case 'amend':
    case 'duplicate':
      return judgeCopy(world, user, type, doc);
    case 'merge':
      return judgeMerge(world, user, type, world.docs.get(type.name)?.get(wish.to));
    case 'submit':
      return linksToCancelled(world, type, doc) ? { mustPass: undefined, refusals: new Set([400, 409]) } : PASSES;
    case 'delete':
      // What keeps a restriction alive is not to be deleted either, or is; nobody is restricted on what is gone.
      return world.restrictions.some((each) => each.allow === type.name && each.value === doc.name)
        ? { mustPass: undefined, refusals: new Set([409]) }
        : PASSES;
    default:
      return PASSES;
  }
}

const PASSES: Verdict = { mustPass: true, refusals: new Set() };
const refused = (...statuses: (number | readonly number[])[]): Verdict => ({
  mustPass: false,
  refusals: new Set(statuses.flat()),
});
/** Who is not signed in may be asked to sign in wherever others are refused. */
const guestly = (user: string, status: number): number[] => (status === 403 || user === GUEST ? [status] : []);

function blank(type: Type, user: string, name: string): Doc {
  const flags = type.fields.filter((field) => field.kind === 'check').map((field) => [field.name, false]);
  return { ...Object.fromEntries(flags), name, owner: user, docstatus: 0 } as Doc;
}

function judgeMade(world: World, user: string, type: Type, made: Doc, wish: Wish & { given: Row }): Verdict {
  const faults = fieldFaults(world, user, type, { given: wish.given, before: blank(type, user, wish.name) });
  if (world.docs.get(type.name)?.has(wish.name)) faults.push(409);
  const isGranted = byRole({ world, user, type, right: 'create', doc: made });
  if (linksToCancelled(world, type, made)) {
    return { mustPass: undefined, refusals: new Set([400, 409, ...faults, ...(isGranted ? [] : [403])]) };
  }
  if (faults.length > 0) return refused(faults, isGranted ? [] : 403);
  if (mayBeDefaulted(world, user, type, made)) return { mustPass: undefined, refusals: new Set([403, 400]) };
  return isGranted ? PASSES : refused(403);
}

/** An empty Link takes its default of the User Permissions, which may decide what else is decided by its emptiness. */
function mayBeDefaulted(world: World, user: string, type: Type, made: Row): boolean {
  return type.fields.some((field) =>
    field.kind === 'rows'
      ? hasDefaultedRow(world, user, field, made)
      : field.kind === 'link' &&
        isEmpty(made[field.name]) &&
        world.restrictions.some((each) => each.user === user && each.allow === field.to),
  );
}

/** Only a row that is new begins with defaults; it has no name yet. */
function hasDefaultedRow(world: World, user: string, table: Field, doc: Row): boolean {
  const child = typeOf(world, table.to as string);
  return rowsOf(doc, table.name).some((row) => row.name === undefined && mayBeDefaulted(world, user, child, row));
}

/** Into a document that one may change, too. */
function judgeMerge(world: World, user: string, type: Type, target: Doc | undefined): Verdict {
  if (!target || !may(world, user, type, 'read', target)) return refused(404);
  return may(world, user, type, 'write', target) ? PASSES : refused(403);
}

function judgeUpdate(world: World, user: string, type: Type, before: Doc, given: Row): Verdict {
  const faults = fieldFaults(world, user, type, { given, before });
  const after = merged(type, before, given);
  const isChanged = type.fields.some((field) => !isSame(before[field.name], after[field.name]));
  if (before.docstatus === 1 && isChanged) return refused(faults, 400, 409, 403);
  const isOpenQuestion = type.fields.some((each) => each.kind === 'rows' && hasDefaultedRow(world, user, each, after));
  if (faults.length === 0 && isOpenQuestion) return { mustPass: undefined, refusals: new Set([400, 403, 409]) };
  if (!may(world, user, type, 'write', after)) faults.push(403);
  if (faults.length > 0) return refused(faults);
  return linksToCancelled(world, type, after) ? { mustPass: undefined, refusals: new Set([400, 409]) } : PASSES;
}

/** Copies carry what the copier may not see; then it is open whether he may make them. */
function judgeCopy(world: World, user: string, type: Type, doc: Doc): Verdict {
  const given = Object.fromEntries(writable(type).map((field) => [field.name, doc[field.name]]));
  const faults = fieldFaults(world, user, type, { given });
  const copy = { ...doc, owner: user, docstatus: 0, name: '' };
  const isAllowed = byRole({ world, user, type, right: 'create', doc: copy });
  const isOpenQuestion =
    faults.length > 0 || linksToCancelled(world, type, doc) || mayBeDefaulted(world, user, type, copy);
  const isByName = world.restrictions.some((each) => each.user === user && each.allow === type.name);
  if (isAllowed && !isOpenQuestion) return PASSES;
  if (isOpenQuestion || isByName) return { mustPass: undefined, refusals: new Set([400, 403, 409]) };
  return refused(403);
}

/** The document after an update: given rows replace the rows, matched by name. */
export function merged(type: Type, before: Doc, given: Row): Doc {
  const after: Doc = { ...before, ...given, name: before.name, owner: before.owner };
  for (const table of type.fields.filter((field) => field.kind === 'rows' && given[field.name] !== undefined)) {
    const stored = new Map(rowsOf(before, table.name).map((row) => [row.name, row]));
    after[table.name] = rowsOf(given, table.name).map((row) => ({ ...stored.get(row.name), ...row }));
  }
  return after;
}

function writable(type: Type): Field[] {
  return type.fields.filter((field) => !field.isGiven);
}

/** 400 for what is not there or leads nowhere, 403 for what may only be read. */
function fieldFaults(world: World, user: string, type: Type, q: { given: Row; before?: Doc }): number[] {
  if (user === ADMINISTRATOR) return [];
  const seen = readableFields(world, user, type);
  return Object.entries(q.given).flatMap(([name, value]) => {
    const field = fieldOf(type, name);
    if (!field) return [];
    if (!seen.includes(field)) return [400];
    const stored = q.before?.[name];
    const isOwn = isOpen(world, user, type, field.level, 'write');
    if (field.kind === 'rows')
      return isSame(value, stored) ? [] : rowFaults(world, user, { type, field, isOwn, stored, value });
    if (isSame(value, stored)) return [];
    if (!isOwn) return [403];
    return linkFault(world, user, field, value);
  });
}

function rowFaults(
  world: World,
  user: string,
  q: { type: Type; field: Field; isOwn: boolean; stored: Value; value: Value },
): number[] {
  const child = typeOf(world, q.field.to as string);
  const seen = readableRowFields(world, user, q.type, q.field);
  const stored = new Map((Array.isArray(q.stored) ? q.stored : []).map((row) => [row.name, row]));
  const rows = Array.isArray(q.value) ? q.value : [];
  const faults = rows.flatMap((row) =>
    Object.entries(row).flatMap(([name, value]) => {
      const field = fieldOf(child, name);
      if (!field) return [];
      if (!seen.includes(field)) return [400];
      if (isSame(value, stored.get(row.name)?.[name])) return [];
      if (!isOpen(world, user, q.type, field.level, 'write')) return [403];
      return linkFault(world, user, field, value);
    }),
  );
  const isTouched =
    rows.length !== stored.size ||
    rows.some((row) => {
      const before = stored.get(row.name);
      return !before || Object.entries(row).some(([name, value]) => !isSame(value, before[name]));
    });
  return q.isOwn || !isTouched ? faults : [403, ...faults];
}

function linkFault(world: World, user: string, field: Field, name: Value): number[] {
  if (field.kind !== 'link' || isEmpty(name)) return [];
  return mayLinkTo({ world, user, field, name: name as string }) ? [] : [400];
}

export function isSame(a: Value, b: Value): boolean {
  const plain = (value: Value): unknown =>
    isEmpty(value) || (Array.isArray(value) && value.length === 0) ? null : value;
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

/** What is refused to everybody, Administrator too. */
function stateProblems(world: World, type: Type, wish: Wish, doc: Doc | undefined): number[] {
  const state = Number(doc?.docstatus ?? 0);
  switch (wish.action) {
    case 'update':
      return state === 2 ? [409] : [];
    case 'submit':
      return !type.isSubmittable || state !== 0 ? [409] : [];
    case 'cancel':
      return !type.isSubmittable || state !== 1 || isLinked(world, type, wish.name, true) ? [409] : [];
    case 'amend':
      return !type.isSubmittable || state !== 2 || isAmended(world, type, wish.name) ? [409] : [];
    case 'delete':
      return state === 1 || isLinked(world, type, wish.name, false) ? [409] : [];
    case 'merge':
      return wish.to === wish.name ||
        [doc, world.docs.get(type.name)?.get(wish.to)].some((each) => each && each.docstatus !== 0)
        ? // Or the other one is out of reach, and so not there.
          [409, 400, 404]
        : [];
    case 'rename':
    case 'duplicate':
      return world.docs.get(type.name)?.has(wish.to) ? [409, 400] : [];
    default:
      return [];
  }
}

function isAmended(world: World, type: Type, name: string): boolean {
  return docsOf(world, type.name).some((doc) => doc.amended_from === name);
}

function isLinked(world: World, target: Type, name: string, submittedOnly: boolean): boolean {
  return [...world.types.values()].some((type) =>
    docsOf(world, type.name).some(
      (doc) => (!submittedOnly || doc.docstatus === 1) && linksOf(world, type, doc, target.name).includes(name),
    ),
  );
}

function linksOf(world: World, type: Type, row: Row, target: string): Value[] {
  return type.fields.flatMap((field) => {
    if (field.kind === 'rows')
      return rowsOf(row, field.name).flatMap((each) => linksOf(world, typeOf(world, field.to as string), each, target));
    return field.kind === 'link' && field.to === target ? [row[field.name]] : [];
  });
}

/** Submittable documents may not link to cancelled ones. */
function linksToCancelled(world: World, type: Type, doc: Doc): boolean {
  return [...world.types.values()].some(
    (target) =>
      target.isSubmittable &&
      linksOf(world, type, doc, target.name).some(
        (name) => world.docs.get(target.name)?.get(name as string)?.docstatus === 2,
      ),
  );
}
