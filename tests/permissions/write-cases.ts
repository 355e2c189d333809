/**
 * Random writes, each with the oracle's verdict and with what must be stored afterwards: after a refusal
 * nothing else than before, after a success exactly what was asked for. Administrator reads it again.
 */
import type { Random } from '../integration/query/random.ts';
import type { Client, Reply } from '../support/app.ts';
import { difference } from './compare.ts';
import { unlike } from './graphql-cases.ts';
import { hasMutation, isUnspeakable, sendOverGraphql } from './graphql-writes.ts';
import { path, readBack, shareJson } from './load.ts';
import { isListed, isOpen, listMode, may, mayLinkTo, readableFields, readableRowFields } from './oracle.ts';
import { answerList } from './oracle-lists.ts';
import { judge, merged, type Verdict, type Wish } from './oracle-writes.ts';
import { randomValue, some } from './random-world.ts';
import { frappeStatuses } from './read-cases.ts';
import {
  type Doc,
  docsOf,
  type Field,
  mainTypes,
  type Right,
  type Row,
  rowsOf,
  type Type,
  typeOf,
  type Value,
  type World,
} from './world.ts';

export interface Writing {
  random: Random;
  world: World;
  user: string;
  admin: Client;
  hasFrappe: boolean;
  /** Which part of the writes goes over GraphQL; none without it. */
  graphql?: number;
}

/** What is wrong with the answer or with what is stored, if anything; the world has moved on then. */
export async function tryWrite(q: Writing, asked: Wish, client: Client): Promise<{ wrong?: string; isDone: boolean }> {
  if (hasMutation(asked) && q.random.chance(q.graphql ?? 0)) return tryOverGraphql(q, asked, client);
  const isFrappe = q.hasFrappe && FRAPPE_ACTIONS.has(asked.action) && q.random.chance(0.25);
  const reply = await (isFrappe ? sendToFrappe(asked, client) : send(asked, client));
  const wish = isFrappe ? withoutUnknown(q, asked) : asked;
  const verdict = judge(q.world, q.user, wish);
  const isDone = reply.status < 300;
  const wrong =
    verdictDifference(verdict, reply, isFrappe) ??
    (await effectDifference(q, isDone ? [{ wish, reply }] : [], [typeOf(q.world, wish.type)]));
  return { wrong, isDone };
}

async function tryOverGraphql(q: Writing, wish: Wish, client: Client): Promise<{ wrong?: string; isDone: boolean }> {
  const { world, user } = q;
  const type = typeOf(world, wish.type);
  const isMany = q.random.chance(0.3);
  const judged = judge(world, user, wish);
  const isOdd = isUnspeakable(world, user, type, wish);
  const wasListed = docsOf(world, type.name).some((doc) => doc.name === wish.name && isListed(world, user, type, doc));
  const reply = await sendOverGraphql(world, user, wish, type, client, { isMany });
  const more = [
    ...(isOdd ? [400] : []),
    ...(isMany && !wasListed && wish.action !== 'create' ? [404, 400, 401, 403] : []),
  ];
  const isSame = more.length === 0;
  const verdict: Verdict = {
    mustPass: isSame || judged.mustPass === false ? judged.mustPass : undefined,
    refusals: new Set([...judged.refusals, ...more]),
  };
  const isDone = reply.status < 300;
  const wrong =
    verdictDifference(verdict, reply, false) ??
    (await effectDifference(q, isDone ? [{ wish, reply }] : [], [type])) ??
    (isDone ? returnedDifference(q, type, wish, reply) : undefined);
  return { wrong: wrong && `over GraphQL: ${wrong}`, isDone };
}

/** What comes back is what a list would show of the document now, or hardly anything. */
function returnedDifference(q: Writing, type: Type, wish: Wish, reply: Reply): string | undefined {
  const { world, user } = q;
  const came = reply.body as Row;
  const name =
    wish.action === 'rename' || wish.action === 'merge' ? wish.to : wish.action === 'amend' ? came.name : wish.name;
  const doc = world.docs.get(type.name)?.get(name as string);
  // Of what is gone nothing can be compared any more.
  if (!doc) return undefined;
  const mode = listMode(world, user, type);
  const isShown = mode !== undefined && isListed(world, user, type, doc);
  const told = Object.entries(came).filter(([key, value]) => key !== 'name' && value !== null && value !== '');
  if (!isShown && told.length > 0) return `nothing of ${name} may be told, ${reply.text.slice(0, 300)} came`;
  const wrong = told.find(([key, value]) => unlike(doc[key], value, key));
  return wrong && `${name} has ${JSON.stringify(doc[wrong[0]])} as ${wrong[0]}, ${reply.text.slice(0, 300)} came`;
}

const FRAPPE_ACTIONS: ReadonlySet<Wish['action']> = new Set(['create', 'update', 'delete']);

/** Frappe drops fields that it does not know, and those that one may not read are unknown. */
function withoutUnknown({ world, user }: Writing, wish: Wish): Wish {
  const type = typeOf(world, wish.type);
  if (wish.action !== 'create' && wish.action !== 'update') return wish;
  const given = Object.entries(wish.given).flatMap(([name, value]): [string, Value][] => {
    const field = readableFields(world, user, type).find((each) => each.name === name);
    if (!field || !Array.isArray(value)) return field ? [[name, value]] : [];
    const known = new Set(['name', ...readableRowFields(world, user, type, field).map((each) => each.name)]);
    return [[name, value.map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => known.has(key))))]];
  });
  return { ...wish, given: Object.fromEntries(given) };
}

/** Changes of several documents in one request, by name or by filter: each is judged by itself. */
export async function tryBulk(
  q: Writing,
  client: Client,
): Promise<{ about: string; wrong: string | undefined; type: string }> {
  const { random, world, user } = q;
  const type = random.pick(mainTypes(world).filter((each) => !each.isTree));
  const atomic = random.chance(0.5);
  const status = random.chance(0.4) ? random.pick(['Open', 'Held', 'Closed']) : undefined;
  const data = randomChange(q, type, undefined);
  const filters = [{ path: 'status', operator: '=' as const, value: status ?? '' }];
  const found = answerList(world, user, {
    type: type.name,
    fields: ['name'],
    filters,
    orFilters: [],
    aggregates: [],
    expand: [],
  });
  const picked = some(random, docsOf(world, type.name), 0.3).map((doc) => doc.name);
  const names = status === undefined ? picked : found.items.map((item) => item.name as string);
  const body =
    status === undefined
      ? { action: 'update', docs: names.map((name) => ({ ...data, name })), atomic }
      : { filters: [['status', '=', status]], data, atomic };
  const reply = await client.json('POST', path(type.name, 'bulk'), body);
  const wishes = names.map((name): Wish => ({ type: type.name, name, action: 'update', given: data }));
  const wrong = await bulkDifference(q, {
    type,
    wishes,
    reply,
    atomic,
    found: status === undefined ? 200 : found.status,
  });
  return { about: `POST ${type.name}/bulk ${JSON.stringify(body)}`, wrong, type: type.name };
}

async function bulkDifference(
  q: Writing,
  bulk: { type: Type; wishes: readonly Wish[]; reply: Reply; atomic: boolean; found: number },
): Promise<string | undefined> {
  const { type, wishes, reply, atomic } = bulk;
  const verdicts = wishes.map((wish) => judge(q.world, q.user, wish));
  const said = `${reply.status} came: ${reply.text.slice(0, 300)}`;
  if (reply.status >= 300) {
    const whole = judge(q.world, q.user, { type: type.name, name: 'no such thing', action: 'delete' });
    const refusals = new Set([
      bulk.found,
      403,
      ...whole.refusals,
      ...(atomic ? verdicts.flatMap((each) => [...each.refusals]) : []),
    ]);
    const isRight =
      refusals.has(reply.status) && !(verdicts.length > 0 && verdicts.every((each) => each.mustPass === true));
    return isRight ? effectDifference(q, [], [type]) : `bulk: ${[...refusals].join(' or ')} expected, ${said}`;
  }
  const results = reply.body.results as { ok: boolean; name: string; error?: { status: number } }[];
  const wrong = wishes
    .map((wish, i) => {
      const result = results.find((each) => each.name === wish.name) ?? { ok: false, error: { status: 0 } };
      const verdict = verdicts[i] as Verdict;
      if (result.ok) return verdict.mustPass === false ? `${wish.name}: a refusal expected, ${said}` : undefined;
      const status = result.error?.status ?? 0;
      return verdict.mustPass !== true && verdict.refusals.has(status)
        ? undefined
        : `${wish.name}: ${[...verdict.refusals]} expected, ${said}`;
    })
    .find((each) => each !== undefined);
  const done = wishes.filter((wish) => results.some((each) => each.ok && each.name === wish.name));
  return (
    wrong ??
    effectDifference(
      q,
      done.map((wish) => ({ wish, reply })),
      [type],
    )
  );
}

function verdictDifference(verdict: Verdict, reply: Reply, isFrappe: boolean): string | undefined {
  const said = `${reply.status} came: ${reply.text.slice(0, 300)}`;
  if (reply.status < 300)
    return verdict.mustPass === false ? `a refusal (${[...verdict.refusals]}) expected, ${said}` : undefined;
  if (verdict.mustPass === true) return `success expected, ${said}`;
  const refusals = [...verdict.refusals].flatMap((status) => (isFrappe ? frappeStatuses(status) : [status]));
  return refusals.includes(reply.status) ? undefined : `${refusals.join(' or ')} expected, ${said}`;
}

function send(wish: Wish, client: Client): Promise<Reply> {
  const url = path(wish.type, wish.name);
  switch (wish.action) {
    case 'create':
      return client.json('POST', path(wish.type), { ...wish.given, name: wish.name });
    case 'update':
      return client.json('PATCH', url, wish.given);
    case 'delete':
      return client.json('DELETE', url);
    case 'rename':
    case 'duplicate':
      return client.json('POST', `${url}/${wish.action}`, { name: wish.to });
    case 'merge':
      return client.json('POST', `${url}/rename`, { name: wish.to, merge: true });
    case 'share':
      return client.json('POST', '/api/v1/share', shareJson(wish));
    default:
      return client.json('POST', `${url}/${wish.action}`, {});
  }
}

function sendToFrappe(wish: Wish, client: Client): Promise<Reply> {
  const resource = `/api/resource/${encodeURIComponent(wish.type)}`;
  const url = `${resource}/${encodeURIComponent(wish.name)}`;
  if (wish.action === 'create') return client.json('POST', resource, { ...wish.given, name: wish.name });
  return wish.action === 'update' ? client.json('PUT', url, wish.given) : client.json('DELETE', url);
}

interface Done {
  wish: Wish;
  reply: Reply;
}

/** Compares what is stored now with what the world says after the writes, and takes over what is stored. */
async function effectDifference(
  q: Writing,
  done: readonly Done[],
  types: readonly Type[],
): Promise<string | undefined> {
  const { world } = q;
  for (const { wish } of done) apply(world, q.user, wish);
  const isFarReaching = done.some(({ wish }) => wish.action === 'rename' || wish.action === 'merge');
  const looked = isFarReaching ? mainTypes(world) : types;
  const expected = new Map(looked.map((type) => [type.name, docsOf(world, type.name)]));
  await readBack(q.admin, world, looked);
  for (const type of looked) {
    const wanted = (expected.get(type.name) ?? []).sort(byName);
    const stored = docsOf(world, type.name);
    const made = done
      .map(({ wish, reply }) => (wish.action === 'amend' ? (reply.body.name as string) : ''))
      .filter((name) => name !== '');
    const rest = stored.filter((doc) => !made.includes(doc.name)).sort(byName);
    const wrong = difference(NOTHING_GUARDED, wanted.map(withoutPlaces), rest, `stored ${type.name}`);
    if (wrong) return wrong;
  }
  return undefined;
}

/** What the server adds by itself is not looked at here. */
const NOTHING_GUARDED: ReadonlySet<string> = new Set();

/** Rows move up when one above them goes. */
function withoutPlaces(doc: Doc): Row {
  const entries = Object.entries(doc).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.map(({ idx: _, ...row }) => row) : value,
  ]);
  return Object.fromEntries(entries);
}

const byName = (a: Doc, b: Doc): number => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name));

/** What a successful write makes of the world. */
function apply(world: World, user: string, wish: Wish): void {
  const docs = world.docs.get(wish.type) as Map<string, Doc>;
  const doc = docs.get(wish.name);
  if (wish.action === 'create') docs.set(wish.name, { ...wish.given, name: wish.name, owner: user, docstatus: 0 });
  if (!doc) return;
  switch (wish.action) {
    case 'update':
      docs.set(doc.name, { ...merged(typeOf(world, wish.type), doc, wish.given) });
      break;
    case 'delete':
      gone.set(wish.type, [...(gone.get(wish.type) ?? []), doc.name]);
      docs.delete(doc.name);
      world.shares = world.shares.filter((share) => share.type !== wish.type || share.name !== doc.name);
      world.restrictions = world.restrictions.filter((each) => each.allow !== wish.type || each.value !== doc.name);
      break;
    case 'submit':
      docs.set(doc.name, { ...doc, docstatus: 1 });
      break;
    case 'cancel':
      docs.set(doc.name, { ...doc, docstatus: 2 });
      break;
    case 'duplicate':
      docs.set(wish.to, copyOf(world, typeOf(world, wish.type), doc, { name: wish.to, owner: user }));
      break;
    case 'merge':
      // What was shared was the document that is gone.
      world.shares = world.shares.filter((share) => share.type !== wish.type || share.name !== doc.name);
      repoint(world, wish.type, doc.name, wish.to);
      docs.delete(doc.name);
      break;
    case 'rename':
      docs.delete(doc.name);
      docs.set(wish.to, { ...doc, name: wish.to });
      repoint(world, wish.type, doc.name, wish.to);
      break;
    case 'share':
      addShare(world, user, wish);
  }
}

function addShare(world: World, user: string, wish: Wish & { action: 'share' }): void {
  const isSame = (share: World['shares'][number]): boolean =>
    share.type === wish.type && share.name === wish.name && share.to === wish.to && share.by === user;
  world.shares = [
    ...world.shares.filter((share) => !isSame(share)),
    { type: wish.type, name: wish.name, to: wish.to, by: user, rights: wish.rights },
  ];
}

function copyOf(world: World, type: Type, doc: Doc, more: { name: string; owner: string }): Doc {
  const copy: Doc = { ...doc, ...more, docstatus: 0 };
  for (const field of type.fields) {
    if (field.kind === 'rows') copy[field.name] = rowsOf(doc, field.name).map(({ name: _, ...row }) => row);
    if (field.name === 'amended_from') copy[field.name] = null;
    if (!isCertain(world, more.owner, type, field)) delete copy[field.name];
  }
  return copy;
}

/** Whether a copy takes over what the copier may not see, or write, is not ours to say. */
function isCertain(world: World, user: string, type: Type, field: Field): boolean {
  return (
    field.kind !== 'rows' &&
    (['read', 'write'] as const).every((right) => isOpen(world, user, type, field.level, right))
  );
}

/** Links, shares and restrictions follow a document to its new name. */
function repoint(world: World, type: string, from: string, to: string): void {
  for (const each of world.types.values()) {
    if (each.isChild) continue;
    for (const other of docsOf(world, each.name)) relink(world, each, other, { type, from, to });
  }
  for (const share of world.shares) if (share.type === type && share.name === from) share.name = to;
  for (const each of world.restrictions) if (each.allow === type && each.value === from) each.value = to;
}

function relink(world: World, type: Type, row: Row, q: { type: string; from: string; to: string }): void {
  for (const field of type.fields) {
    if (field.kind === 'rows')
      for (const each of rowsOf(row, field.name)) relink(world, typeOf(world, field.to as string), each, q);
    else if (field.kind === 'link' && field.to === q.type && row[field.name] === q.from) row[field.name] = q.to;
  }
}

// Wishes

let made = 0;
/** Names that are free again; what was shared, or restricted, under them must not come back. */
const gone = new Map<string, string[]>();

export function randomWish(q: Writing): Wish {
  const { random, world, user } = q;
  const type = random.pick(mainTypes(world).filter((each) => !each.isTree || random.chance(0.3)));
  const roll = random.int(1, 100);
  const anyDoc = random.chance(0.04) ? undefined : pickDoc(q, type);
  const name = anyDoc?.name ?? 'no such thing';
  const base = { type: type.name, name };
  const free = (gone.get(type.name) ?? []).filter((each) => !world.docs.get(type.name)?.has(each));
  const fresh = (): string =>
    free.length > 0 && random.chance(0.3) ? random.pick(free) : `${type.name} new ${++made}`;
  if (roll <= 46) return { ...base, action: 'update', given: randomChange(q, type, anyDoc) };
  if (roll <= 62 && !type.isTree)
    return { type: type.name, name: fresh(), action: 'create', given: randomNew(q, type) };
  if (roll <= 68) return { ...base, action: 'delete' };
  if (roll <= 75) return { ...base, action: 'submit' };
  if (roll <= 79) return { ...base, action: 'cancel' };
  if (roll <= 83) return { ...base, action: 'amend' };
  if (roll <= 87 && !type.isTree) return { ...base, action: 'duplicate', to: fresh() };
  if (roll <= 89) return { ...base, action: 'rename', to: fresh() };
  if (roll <= 91 && !type.isTree) return { ...base, action: 'merge', to: pickDoc(q, type)?.name ?? 'no such thing' };
  const to = random.chance(0.15) ? undefined : random.pick([...world.people.keys()].filter((each) => each !== user));
  const rights: Right[] = ['read', ...some(random, ['write', 'share'] as const, 0.4)];
  return { ...base, action: 'share', to, rights };
}

/** Mostly one that the user may change, so that there is something to get wrong. */
function pickDoc(q: Writing, type: Type): Doc | undefined {
  const docs = docsOf(q.world, type.name);
  const mine = docs.filter((doc) => may(q.world, q.user, type, 'write', doc));
  const from = mine.length > 0 && q.random.chance(0.6) ? mine : docs;
  return from.length === 0 ? undefined : q.random.pick(from);
}

function randomNew(q: Writing, type: Type): Row {
  const { random, world, user } = q;
  const fields = type.fields.filter((field) => !field.isGiven && (mayWrite(q, type, field) || random.chance(0.1)));
  const given = Object.fromEntries(fields.map((field) => [field.name, linkOrOther(q, type, field)]));
  for (const field of fields.filter((each) => each.kind === 'rows')) {
    const open = readableRowFields(world, user, type, field).filter((each) => mayWrite(q, type, each));
    given[field.name] = rowsOf(given, field.name).map((row) =>
      Object.fromEntries(open.map((each) => [each.name, linkOrOther(q, type, each) ?? row[each.name]])),
    );
  }
  return given;
}

function mayWrite(q: Writing, type: Type, field: Field): boolean {
  return (['read', 'write'] as const).every((right) => isOpen(q.world, q.user, type, field.level, right));
}

function linkOrOther(q: Writing, type: Type, field: Field): Value {
  const { random, world } = q;
  if (field.kind !== 'link' || random.chance(0.1)) return randomValue(random, world, field);
  const suitable = docsOf(world, field.to as string).filter(
    (doc) => doc.docstatus !== 2 && mayLinkTo({ world, user: q.user, field, name: doc.name }),
  );
  return suitable.length === 0 || type.name === field.to ? null : random.pick(suitable).name;
}

function randomChange(q: Writing, type: Type, doc: Doc | undefined): Row {
  const { random, world, user } = q;
  const fields = type.fields.filter((field) => !field.isGiven && !(type.isTree && field.kind === 'link'));
  const open = fields.filter((field) => mayWrite(q, type, field) && readableFields(world, user, type).includes(field));
  const from = open.length > 0 && random.chance(0.8) ? open : fields;
  const chosen = random.chance(0.3) ? [random.pick(from), random.pick(from)] : [random.pick(from)];
  return Object.fromEntries(
    chosen.map((field) => {
      if (doc && random.chance(0.12) && field.kind !== 'rows') return [field.name, doc[field.name] ?? null];
      return [field.name, field.kind === 'rows' ? randomRows(q, type, field, doc) : linkOrOther(q, type, field)];
    }),
  );
}

/** The rows as they are, with one more, one less, or one changed. */
function randomRows(q: Writing, type: Type, table: Field, doc: Doc | undefined): Row[] {
  const { random, world, user } = q;
  const stored: Row[] = doc ? rowsOf(doc, table.name).map((row) => ({ name: row.name })) : [];
  const child = typeOf(world, table.to as string);
  const open = readableRowFields(world, user, type, table).filter((field) => mayWrite(q, type, field));
  const field = open.length > 0 && random.chance(0.85) ? random.pick(open) : random.pick(child.fields);
  const value = linkOrOther(q, child, field);
  const roll = random.int(1, 4);
  if (roll === 1 || stored.length === 0) return [...stored, { [field.name]: value }];
  if (roll === 2) return stored.slice(1);
  return stored.map((row, i) => (i === 0 ? { ...row, [field.name]: value } : row));
}
