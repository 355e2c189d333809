/** Random reads through every door, each with what the oracle says must come back. */
import type { Random } from '../integration/query/random.ts';
import type { Client, Reply } from '../support/app.ts';
import { difference, guardedNames } from './compare.ts';
import { path } from './load.ts';
import { listMode, may, mayWithType, readableFields, readableRowFields, seesType, shownDoc } from './oracle.ts';
import { answerList, type Leaf, type ListWish, mayName } from './oracle-lists.ts';
import {
  docsOf,
  type Field,
  GUEST,
  mainTypes,
  type Right,
  type Row,
  rowsOf,
  type Type,
  typeOf,
  type Value,
  type World,
} from './world.ts';

/** One request and what is wrong with its answer, if anything. */
export interface Case {
  about: string;
  user: string;
  type: string;
  name?: string;
  send(client: Client): Promise<Reply>;
  check(reply: Reply): string | undefined;
}

export interface Drawing {
  random: Random;
  world: World;
  user: string;
  /** Whether the Frappe-compatible routes are there. */
  hasFrappe: boolean;
}

export function randomRead(q: Drawing): Case {
  const type = q.random.chance(0.02) ? undefined : q.random.pick(mainTypes(q.world));
  if (!type) return metaCase(q);
  const roll = q.random.int(1, 100);
  if (roll <= 55) return listCase(q, randomList(q, type));
  if (roll <= 64) return countCase(q, randomList(q, type));
  if (roll <= 67 && q.hasFrappe) return searchCase(q, type);
  if (roll <= 88) return docCase(q, type);
  if (roll <= 94) return metaTypeCase(q, type);
  return versionsCase(q, type);
}

function get(q: Drawing, type: string, url: string, check: Case['check']): Case {
  return {
    about: `GET ${decodeURIComponent(url)}`,
    user: q.user,
    type,
    send: (client) => client.json('GET', url),
    // Methods are for people who are signed in, whatever guests may read.
    check: (reply) => (q.user === GUEST && url.startsWith('/api/method/') ? statusOf(reply, [401]) : check(reply)),
  };
}

function statusOf(reply: Reply, wanted: readonly number[]): string | undefined {
  const text = reply.text.slice(0, 300);
  return wanted.includes(reply.status)
    ? undefined
    : `status ${wanted.join(' or ')} expected, ${reply.status} came: ${text}`;
}

// Lists

export function randomList(q: Drawing, type: Type): ListWish {
  const { random } = q;
  const plain: ListWish = { type: type.name, fields: ['name'], filters: [], orFilters: [], aggregates: [], expand: [] };
  const filters = random.chance(0.5) ? [randomLeaf(q, type, true)] : [];
  const orFilters = random.chance(0.12) ? [randomLeaf(q, type, false), randomLeaf(q, type, false)] : [];
  const search = random.chance(0.12) ? random.pick(['a', 'cedar', 'Open', 'e', '3']) : undefined;
  const narrowed = { ...plain, filters, orFilters, search };
  if (random.chance(0.15)) return randomGroups(q, type, narrowed);
  const fields = new Set(['name', ...[1, 2].map(() => randomPath(q, type, (at) => !at.isTable || random.chance(0.5)))]);
  const tables = new Set([...fields].filter((each) => isChildPath(type, each)).map((each) => each.split('.')[0]));
  const order = random.chance(0.5)
    ? { path: randomPath(q, type, random.chance(0.2) ? isOneValue : isOwnPath), down: random.chance(0.5) }
    : undefined;
  const expand = tables.size === 0 && random.chance(0.2) ? randomExpansion(q, type) : [];
  const named = new Set(expand.map((path) => path.split('.')[0]));
  return { ...narrowed, fields: [...fields].filter((each) => !named.has(each)), order, expand };
}

/** A Link, or one of a child table. */
function randomExpansion({ random, world }: Drawing, type: Type): string[] {
  const isLink = (field: Field): boolean => field.kind === 'link' && field.to !== 'User' && field.to !== 'Team';
  const paths = type.fields.flatMap((field) => {
    if (field.kind !== 'rows') return isLink(field) ? [field.name] : [];
    return typeOf(world, field.to as string)
      .fields.filter(isLink)
      .map((inner) => `${field.name}.${inner.name}`);
  });
  return paths.length === 0 ? [] : [random.pick(paths)];
}

function randomGroups(q: Drawing, type: Type, plain: ListWish): ListWish {
  const groupBy = q.random.chance(0.7) ? randomPath(q, type, isOwnPath) : undefined;
  const value = randomPath(q, type, (at) => isOwnPath(at) && at.kind === 'int');
  const fn = q.random.pick(['sum', 'min', 'max'] as const);
  const isByName = groupBy === undefined || value === 'name';
  const second = isByName ? [] : [{ fn, path: value, as: 'v' }];
  return { ...plain, fields: [], groupBy, aggregates: [{ fn: 'count', path: '*', as: 'n' }, ...second] };
}

interface Place {
  path: string;
  kind: Field['kind'];
  isTable: boolean;
  isFar: boolean;
}

const isOneValue = (at: Place): boolean => !at.isTable && at.kind !== 'rows';
const isOwnPath = (at: Place): boolean => !at.isTable && !at.isFar && at.kind !== 'rows';

/** Mostly one that the user may name, at times any: a field of its own, of a child table, or through a Link. */
function randomPath(q: Drawing, type: Type, suits: (at: Place) => boolean): string {
  const all = placesOf(q.world, type).filter(suits);
  const mine = all.filter((at) => mayName(q.world, q.user, type, at.path));
  const from = q.random.chance(0.9) && mine.length > 0 ? mine : all;
  return from.length === 0 ? 'name' : q.random.pick(from).path;
}

function placesOf(world: World, type: Type): Place[] {
  const near = type.fields.map((field) => ({ path: field.name, kind: field.kind, isTable: false, isFar: false }));
  const far = type.fields.flatMap((field) => {
    if (!field.to || field.to === 'User' || field.to === 'Team') return [];
    const isTable = field.kind === 'rows';
    return typeOf(world, field.to)
      .fields.filter((inner) => inner.kind !== 'rows')
      .map((inner) => ({ path: `${field.name}.${inner.name}`, kind: inner.kind, isTable, isFar: !isTable }));
  });
  return [...near, ...far, { path: 'owner', kind: 'text', isTable: false, isFar: false }];
}

function isChildPath(type: Type, at: string): boolean {
  const [head, rest] = at.split('.');
  return rest !== undefined && type.fields.some((field) => field.name === head && field.kind === 'rows');
}

export function randomLeaf(q: Drawing, type: Type, mayBeChild: boolean): Leaf {
  const { random, world } = q;
  const at = randomPath(q, type, (place) => place.kind !== 'rows' && (mayBeChild || !place.isTable));
  const place = placesOf(world, type).find((each) => each.path === at) ?? { kind: 'text' as const, isTable: false };
  const value = sample(q, type, at) ?? (place.kind === 'int' || place.kind === 'check' ? 1 : 'cedar');
  if (place.kind === 'check') return { path: at, operator: '=', value: Number(value) };
  if (place.kind === 'int') {
    const operator = place.isTable ? '=' : random.pick(['=', '!=', '>', '<='] as const);
    return { path: at, operator, value: Number(value) };
  }
  const text = String(value);
  const operators = place.isTable ? (['=', 'in'] as const) : (['=', '!=', 'in', 'not in', 'is'] as const);
  const operator =
    place.kind === 'text' && random.chance(0.4) && !place.isTable
      ? random.pick(['like', 'not like'] as const)
      : random.pick(operators);
  if (operator === 'is') return { path: at, operator, value: random.pick(['set', 'not set']) };
  if (operator === 'in' || operator === 'not in') return { path: at, operator, value: [text, 'nothing'] };
  return { path: at, operator, value: operator.endsWith('like') ? `%${text.slice(0, 4)}%` : text };
}

/** A value that some document has there, so that filters find something. */
function sample(q: Drawing, type: Type, at: string): Value {
  const [head = '', rest] = at.split('.');
  const docs: Row[] = docsOf(q.world, type.name);
  const field = type.fields.find((each) => each.name === head);
  const rows =
    rest === undefined
      ? docs
      : field?.kind === 'rows'
        ? docs.flatMap((doc) => rowsOf(doc, head))
        : docsOf(q.world, field?.to ?? '');
  return rows.length === 0 ? null : q.random.pick(rows)[rest ?? head];
}

export function listParams(wish: ListWish): URLSearchParams {
  const wire = (leaf: Leaf) => [leaf.path, leaf.operator, leaf.value];
  const aggregates = wish.aggregates.map(({ fn, path: of, as }) => ({ [fn]: of, as }));
  const fields = wish.groupBy === undefined ? wish.fields : [wish.groupBy];
  const params = new URLSearchParams({ limit: '1000', fields: JSON.stringify([...fields, ...aggregates]) });
  if (wish.filters.length > 0) params.set('filters', JSON.stringify(wish.filters.map(wire)));
  if (wish.orFilters.length > 0) params.set('or_filters', JSON.stringify(wish.orFilters.map(wire)));
  if (wish.search !== undefined) params.set('q', wish.search);
  if (wish.groupBy !== undefined) params.set('group_by', wish.groupBy);
  if (wish.expand.length > 0) params.set('expand', wish.expand.join(','));
  if (wish.aggregates.length === 0) {
    const { order } = wish;
    params.set(
      'order_by',
      order && order.path !== 'name' ? `${order.path} ${order.down ? 'desc' : 'asc'},name asc` : 'name asc',
    );
  }
  return params;
}

function listCase(q: Drawing, wish: ListWish): Case {
  const isPlain = wish.search === undefined && wish.expand.length === 0 && wish.aggregates.length === 0;
  const names = new Set(wish.fields.map(lastName));
  // Frappe's short names must tell the fields apart, and not from what is ordered by.
  const isNamed =
    names.size === wish.fields.length &&
    (!wish.order || !names.has(wish.order.path) || wish.fields.includes(wish.order.path));
  if (q.hasFrappe && isPlain && isNamed && q.random.chance(0.3)) return frappeListCase(q, wish);
  const url = `${path(wish.type)}?${listParams(wish)}`.replaceAll('+', '%20');
  return get(q, wish.type, url, (reply) => {
    const answer = answerList(q.world, q.user, wish);
    if (answer.mayRefuse && reply.status === 400) return undefined;
    const wrong = statusOf(reply, [answer.status]);
    if (wrong || answer.status !== 200) return wrong;
    const isJoined = wish.fields.some((each) => isChildPath(typeOf(q.world, wish.type), each));
    const isCounted = wish.aggregates.length === 0 && !isJoined;
    if (isCounted && reply.body.total !== answer.total)
      return `total ${answer.total} expected, ${reply.body.total} came`;
    return itemsDifference(q, wish, answer.items, reply.body.items);
  });
}

function itemsDifference(q: Drawing, wish: ListWish, expected: Row[], actual: Row[]): string | undefined {
  const guarded = guardedNames(q.world);
  if (wish.aggregates.length === 0) return difference(guarded, expected, actual, 'items');
  const inOrder = (rows: readonly Row[]): Row[] => {
    const key = (row: Row): string => String(wish.groupBy === undefined ? '' : (row[wish.groupBy] ?? ''));
    return [...rows].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  };
  return difference(guarded, inOrder(expected), inOrder(actual), 'groups');
}

function frappeListCase(q: Drawing, wish: ListWish): Case {
  const params = listParams(wish);
  params.delete('limit');
  params.set('limit_page_length', '1000');
  const isMethod = q.random.chance(0.5);
  if (isMethod) params.set('doctype', wish.type);
  const base = isMethod ? '/api/method/frappe.client.get_list' : `/api/resource/${encodeURIComponent(wish.type)}`;
  const url = `${base}?${params}`.replaceAll('+', '%20');
  return get(q, wish.type, url, (reply) => {
    const answer = answerList(q.world, q.user, wish);
    const wrong = statusOf(reply, frappeStatuses(answer.status));
    if (wrong || answer.status !== 200) return wrong;
    const items = answer.items.map((item) =>
      Object.fromEntries(Object.entries(item).map(([key, value]) => [lastName(key), value])),
    );
    return difference(guardedNames(q.world), items, isMethod ? reply.body.message : reply.body.data, 'data');
  });
}

/** Frappe calls a field of another table by its own name. */
const lastName = (at: string): string => at.split('.').at(-1) as string;

/** Frappe's word for a bad request is 417. */
export function frappeStatuses(status: number): number[] {
  if (status === 400) return [400, 417];
  if (status === 401) return [401, 403];
  return status === 409 ? [409, 417] : [status];
}

function countCase(q: Drawing, wish: ListWish): Case {
  const asked: ListWish = {
    ...wish,
    fields: ['name'],
    aggregates: [],
    groupBy: undefined,
    expand: [],
    order: undefined,
  };
  const params = listParams(asked);
  for (const key of ['fields', 'order_by', 'limit']) params.delete(key);
  const isFrappe = q.hasFrappe && wish.search === undefined && wish.orFilters.length === 0 && q.random.chance(0.4);
  if (isFrappe) params.set('doctype', wish.type);
  const base = isFrappe ? '/api/method/frappe.client.get_count' : path(wish.type, 'count');
  return get(q, wish.type, `${base}?${params}`.replaceAll('+', '%20'), (reply) => {
    const answer = answerList(q.world, q.user, asked);
    const wrong = statusOf(reply, isFrappe ? frappeStatuses(answer.status) : [answer.status]);
    if (wrong || answer.status !== 200) return wrong;
    const count = isFrappe ? reply.body.message : reply.body.count;
    return count === answer.total ? undefined : `count ${answer.total} expected, ${count} came`;
  });
}

/** What a Link field suggests. */
function searchCase(q: Drawing, type: Type): Case {
  const search = q.random.pick(['a', 'cedar', 'Open', 'e', '3', 'W']);
  const wish: ListWish = {
    type: type.name,
    fields: ['name'],
    filters: [],
    orFilters: [],
    search,
    aggregates: [],
    expand: [],
    isChoice: true,
  };
  const params = new URLSearchParams({ doctype: type.name, txt: search, page_length: '500' });
  return get(q, type.name, `/api/method/frappe.desk.search.search_link?${params}`.replaceAll('+', '%20'), (reply) => {
    const answer = answerList(q.world, q.user, wish);
    const wrong = statusOf(reply, frappeStatuses(answer.status));
    if (wrong || answer.status !== 200) return wrong;
    const came = (reply.body.message as { value: string }[]).map(({ value }): Row => ({ name: value }));
    return difference(
      guardedNames(q.world),
      answer.items,
      came.sort((a, b) => (String(a.name) < String(b.name) ? -1 : 1)),
      'suggestions',
    );
  });
}

// Single documents

/** With which status a document answers to somebody. */
export function docStatuses(q: Drawing, type: Type, name: string): number[] {
  const { world, user } = q;
  if (!seesType(world, user, type)) return [user === GUEST ? 401 : 404];
  if (!mayWithType(world, user, type, 'read')) {
    const isChooser = mayWithType(world, user, type, 'select');
    return [user === GUEST ? 401 : 403, ...(isChooser ? [404, 200] : [])];
  }
  const doc = world.docs.get(type.name)?.get(name);
  return doc && may(world, user, type, 'read', doc) ? [200] : [404];
}

function docCase(q: Drawing, type: Type): Case {
  const name = q.random.chance(0.04)
    ? 'no such thing'
    : (q.random.pick(docsOf(q.world, type.name))?.name ?? 'nothing left');
  const door = q.hasFrappe ? q.random.pick(['native', 'native', 'resource', 'get', 'get_value']) : 'native';
  if (door === 'native' && q.random.chance(0.3)) return docFieldsCase(q, type, name);
  if (door === 'get_value') return valueCase(q, type, name);
  const params = new URLSearchParams({ doctype: type.name, name });
  const url =
    door === 'native'
      ? path(type.name, name)
      : door === 'resource'
        ? `/api/resource/${encodeURIComponent(type.name)}/${encodeURIComponent(name)}`
        : `/api/method/frappe.client.get?${params}`.replaceAll('+', '%20');
  const made = get(q, type.name, url, (reply) => {
    const statuses = docStatuses(q, type, name);
    const wrong = statusOf(reply, door === 'native' ? statuses : statuses.flatMap(frappeStatuses));
    if (wrong || reply.status !== 200) return wrong;
    const body = door === 'native' ? reply.body : door === 'resource' ? reply.body.data : reply.body.message;
    return difference(guardedNames(q.world), [shownTo(q, type, name)], body, 'document');
  });
  return { ...made, name };
}

function shownTo(q: Drawing, type: Type, name: string): Row {
  const doc = q.world.docs.get(type.name)?.get(name);
  if (!doc) return {};
  if (mayWithType(q.world, q.user, type, 'read')) return shownDoc(q.world, q.user, type, doc);
  const narrow = readableFields(q.world, q.user, type, 'select');
  return { name, ...Object.fromEntries(narrow.map((field) => [field.name, doc[field.name]])) };
}

function docFieldsCase(q: Drawing, type: Type, name: string): Case {
  const field = q.random.pick(type.fields);
  const url = `${path(type.name, name)}?fields=${encodeURIComponent(JSON.stringify(['name', field.name]))}`;
  return get(q, type.name, url, (reply) => {
    const statuses = docStatuses(q, type, name);
    const mode = mayWithType(q.world, q.user, type, 'read') ? 'read' : 'select';
    const isSeen = readableFields(q.world, q.user, type, mode).includes(field);
    // That there is no such field is said before the document is looked for, or after.
    const wanted = isSeen
      ? statuses
      : statuses.includes(200)
        ? [400, ...statuses.filter((each) => each !== 200)]
        : [400, ...statuses];
    const wrong = statusOf(reply, wanted);
    if (wrong || reply.status !== 200) return wrong;
    const shown = shownTo(q, type, name);
    return difference(guardedNames(q.world), [{ name, [field.name]: shown[field.name] }], reply.body, 'document');
  });
}

function valueCase(q: Drawing, type: Type, name: string): Case {
  const field = q.random.pick(type.fields.filter((each) => each.kind !== 'rows'));
  const wish: ListWish = {
    ...{ type: type.name, fields: [field.name], orFilters: [], aggregates: [], expand: [] },
    filters: [{ path: 'name', operator: '=', value: name }],
  };
  const params = new URLSearchParams({
    doctype: type.name,
    filters: JSON.stringify({ name }),
    fieldname: JSON.stringify([field.name]),
  });
  return get(q, type.name, `/api/method/frappe.client.get_value?${params}`.replaceAll('+', '%20'), (reply) => {
    const answer = answerList(q.world, q.user, wish);
    const wrong = statusOf(reply, frappeStatuses(answer.status));
    if (wrong || answer.status !== 200) return wrong;
    const [item = {}] = answer.items;
    return difference(guardedNames(q.world), [item], reply.body.message ?? {}, 'value');
  });
}

// Descriptions and history

function metaCase(q: Drawing): Case {
  return get(q, '', '/api/meta', (reply) => {
    const expected = mainTypes(q.world).filter((type) => seesType(q.world, q.user, type));
    if (q.user === GUEST && reply.status === 401) return undefined;
    const wrong = statusOf(reply, [200]);
    if (wrong) return wrong;
    const mine = new Set(mainTypes(q.world).map((type) => type.name));
    const came = (reply.body.items as { name: string }[]).map((each) => each.name).filter((each) => mine.has(each));
    const wanted = expected.map((type) => type.name);
    return came.sort().join() === wanted.sort().join() ? undefined : `${wanted.join()} expected, ${came.join()} came`;
  });
}

const SHOWN_RIGHTS: readonly Right[] = ['read', 'write', 'create', 'delete', 'submit', 'cancel', 'amend', 'share'];

function metaTypeCase(q: Drawing, type: Type): Case {
  const { world, user } = q;
  return get(q, type.name, `/api/meta/${encodeURIComponent(type.name)}`, (reply) => {
    const isSeen = seesType(world, user, type);
    const wrong = statusOf(reply, isSeen ? [200] : user === GUEST ? [401, 404] : [404]);
    if (wrong || !isSeen) return wrong;
    // Of what was shared all fields are read, so all are described, though lists show a chooser fewer.
    const mode = mayWithType(world, user, type, 'read') ? 'read' : listMode(world, user, type);
    const guarded = guardedNames(world);
    const came = (reply.body.fields as { fieldname: string }[])
      .map((field) => field.fieldname)
      .filter((name) => guarded.has(name));
    const wanted = readableFields(world, user, type, mode ?? 'read').map((field) => field.name);
    if (mode && came.sort().join() !== wanted.sort().join())
      return `fields ${wanted.join()} expected, ${came.join()} came`;
    const hidden = Object.keys(reply.body.json_schema?.properties ?? {}).find(
      (name) => guarded.has(name) && !wanted.includes(name),
    );
    if (mode && hidden) return `json_schema must not name ${hidden}`;
    const right = SHOWN_RIGHTS.find((each) => reply.body.permissions[each] !== mayWithType(world, user, type, each));
    if (right) return `permissions.${right}: ${mayWithType(world, user, type, right)} expected`;
    const told = (reply.body.links as { link_doctype: string }[]).find((link) => {
      const from = world.types.get(link.link_doctype);
      return from && !from.isChild && !seesType(world, user, from);
    });
    return told && `links tell of ${told.link_doctype}`;
  });
}

function versionsCase(q: Drawing, type: Type): Case {
  const name = q.random.pick(docsOf(q.world, type.name))?.name ?? 'nothing left';
  const made = get(q, type.name, path(type.name, name, 'versions'), (reply) => {
    const statuses = docStatuses(q, type, name);
    const wrong = statusOf(reply, statuses);
    if (wrong || reply.status !== 200) return wrong;
    const seen = readableFields(q.world, q.user, type);
    const inRows = seen.flatMap((field) =>
      field.kind === 'rows' ? readableRowFields(q.world, q.user, type, field) : [],
    );
    const open = new Set([...seen, ...inRows].map((field) => field.name));
    const guarded = guardedNames(q.world);
    const told = namesIn(reply.body.items).find((each) => guarded.has(each) && !open.has(each));
    return told && `the versions tell of ${told}`;
  });
  return { ...made, name };
}

/** Every key, and the first element of every list that begins with a text: fieldnames of changes. */
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return [...(typeof value[0] === 'string' ? [value[0]] : []), ...value.flatMap(namesIn)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...namesIn(inner)]);
}
