/** Random reads over GraphQL, each with what the oracle says must come back. */
import type { Client, Reply } from '../support/app.ts';
import { listMode, may, mayWithType, readableFields, seesType } from './oracle.ts';
import {
  type Asker,
  type At,
  chosen,
  graphqlName,
  type ListArgs,
  listOf,
  objectOf,
  type Part,
  reverseAt,
  rowsAt,
  shownField,
  targetOf,
  Unknown,
  visible,
  type Where,
} from './oracle-graphql.ts';
import { answerList, type Leaf } from './oracle-lists.ts';
import type { Case, Drawing } from './read-cases.ts';
import { docsOf, type Field, mainTypes, type Row, rowsOf, type Type, typeOf, type Value } from './world.ts';

export function randomGraphql(q: Drawing): Case {
  const type = q.random.pick(mainTypes(q.world));
  const roll = q.random.int(1, 100);
  if (roll <= 50) return listCase(q, type);
  if (roll <= 65) return summaryCase(q, type);
  if (roll <= 73) return groupsCase(q, type);
  if (roll <= 81) return connectionCase(q, type);
  if (roll <= 93) return keyCase(q, type);
  return searchCase(q, type);
}

export function ask(client: Client, query: string): Promise<Reply> {
  return client.json('POST', '/graphql', { query });
}

function caseOf(q: Drawing, type: Type, query: string, expected: () => unknown): Case {
  return {
    about: query,
    user: q.user,
    type: type.name,
    send: (client) => ask(client, query),
    check: (reply) => judged(reply, expected),
  };
}

/** An answer, or the refusal that what is not there gets. */
function judged(reply: Reply, expected: () => unknown): string | undefined {
  const { data, errors } = reply.body as {
    data?: unknown;
    errors?: { message: string; extensions: { status: number } }[];
  };
  const wanted = orUnknown(expected);
  if (wanted === Unknown) {
    const isRefused = errors?.every((each) => each.extensions.status === 400) && !data;
    return isRefused ? undefined : `a refusal expected, ${reply.text.slice(0, 600)} came`;
  }
  if (errors) return `an answer expected, ${reply.text.slice(0, 600)} came`;
  return unlike(wanted, data, 'data');
}

function orUnknown(expected: () => unknown): unknown {
  try {
    return expected();
  } catch (error) {
    if (error instanceof Unknown) return Unknown;
    throw error;
  }
}

/** Where two values differ; 0 and false are one. */
export function unlike(expected: unknown, actual: unknown, at: string): string | undefined {
  const said = `${at}: ${JSON.stringify(expected)?.slice(0, 300)} expected, ${JSON.stringify(actual)?.slice(0, 300)} came`;
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return said;
    return expected.map((each, index) => unlike(each, actual[index], `${at}[${index}]`)).find(Boolean);
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return said;
    if (Object.keys(actual).sort().join() !== Object.keys(expected).sort().join()) return said;
    return Object.entries(expected)
      .map(([key, each]) => unlike(each, (actual as Row)[key], `${at}.${key}`))
      .find(Boolean);
  }
  const plain = (value: unknown): unknown =>
    value === undefined || value === '' ? null : typeof value === 'boolean' ? Number(value) : value;
  return plain(expected) === plain(actual) ? undefined : said;
}

// Wishes

/** Mostly what the user may name. */
function pickName(q: Drawing, at: At, names: readonly string[]): string | undefined {
  const asker: Asker = q;
  const mine = names.filter((name) => shownField(asker, at, name));
  const from = q.random.chance(0.97) ? mine : names;
  return from.length === 0 ? undefined : q.random.pick(from);
}

function fieldsAt({ world }: Drawing, { type, table }: At): readonly Field[] {
  return table ? typeOf(world, table.to as string).fields : type.fields;
}

const isValue = (field: Field): boolean => field.kind !== 'rows';

function namesAt(q: Drawing, at: At): string[] {
  const own = fieldsAt(q, at)
    .filter(isValue)
    .map((field) => field.name);
  return at.table ? [...own, 'name'] : [...own, 'name', 'owner', 'docstatus'];
}

function linksAt(q: Drawing, at: At): Field[] {
  return fieldsAt(q, at).filter((field) => field.kind === 'link' && field.to !== 'User' && field.to !== 'Team');
}

/** Links of other DocTypes that lead here. */
function pointersTo({ world }: Drawing, at: At): { type: string; field: string }[] {
  if (at.table) return [];
  return mainTypes(world).flatMap((type) =>
    type.fields
      .filter((field) => field.kind === 'link' && field.to === at.type.name)
      .map((field) => ({ type: type.name, field: field.name })),
  );
}

export function randomParts(q: Drawing, at: At, depth: number): Part[] {
  const { random } = q;
  const parts = new Map<string, Part>([['name', { kind: 'column', name: 'name' }]]);
  for (let i = random.int(0, 2); i > 0; i--) {
    const name = pickName(q, at, namesAt(q, at));
    if (name !== undefined) parts.set(name, { kind: 'column', name });
  }
  if (depth === 0) return [...parts.values()];
  const asker: Asker = q;
  const mostly = (isThere: boolean): boolean => isThere || random.chance(0.02);
  for (const link of linksAt(q, at)) {
    if (!random.chance(0.4) || !mostly(targetOf(asker, at, link.name) !== undefined)) continue;
    const inner = randomParts(q, { type: typeOf(q.world, link.to as string) }, depth - 1);
    parts.set(`${link.name}_doc`, { kind: 'target', field: link.name, parts: inner });
  }
  for (const table of at.table ? [] : at.type.fields.filter((field) => field.kind === 'rows')) {
    if (!random.chance(0.4) || !mostly(rowsAt(asker, at, table.name) !== undefined)) continue;
    const inner: At = { type: at.type, table };
    parts.set(table.name, { kind: 'rows', field: table.name, ...randomInner(q, inner, depth - 1) });
  }
  for (const pointer of pointersTo(q, at)) {
    if (!random.chance(0.3) || !mostly(reverseAt(asker, at, pointer) !== undefined)) continue;
    const inner: At = { type: typeOf(q.world, pointer.type) };
    parts.set(`${pointer.type} ${pointer.field}`, { kind: 'reverse', ...pointer, ...randomInner(q, inner, depth - 1) });
  }
  return [...parts.values()];
}

function randomInner(q: Drawing, at: At, depth: number): { args: ListArgs; parts: readonly Part[] } {
  return { args: randomArgs(q, at, depth), parts: randomParts(q, at, depth) };
}

function randomArgs(q: Drawing, at: At, depth: number): ListArgs {
  const { random } = q;
  return {
    where: random.chance(0.5) ? randomWhere(q, at, depth) : undefined,
    order: random.chance(0.5) ? randomOrder(q, at) : undefined,
    limit: random.chance(0.2) ? random.int(0, 5) : undefined,
    offset: random.chance(0.1) ? random.int(0, 3) : undefined,
  };
}

function randomOrder(q: Drawing, at: At): ListArgs['order'] {
  const down = q.random.chance(0.5);
  const links = linksAt(q, at).filter((link) => targetOf(q, at, link.name));
  if (links.length > 0 && q.random.chance(0.4)) {
    const link = q.random.pick(links);
    const inner: At = { type: typeOf(q.world, link.to as string) };
    const name = pickName(q, inner, namesAt(q, inner));
    if (name !== undefined) return { path: [link.name, name], down };
  }
  const name = pickName(q, at, namesAt(q, at));
  return name === undefined ? undefined : { path: [name], down };
}

export function randomWhere(q: Drawing, at: At, depth: number): Where {
  const { random } = q;
  const roll = random.int(1, 100);
  if (depth > 0 && roll <= 12)
    return { kind: random.pick(['and', 'or'] as const), of: [1, 2].map(() => randomWhere(q, at, depth - 1)) };
  if (depth > 0 && roll <= 22) return { kind: 'not', of: randomWhere(q, at, depth - 1) };
  if (depth > 0 && roll <= 60) {
    const steps: Where[] = [];
    const asker: Asker = q;
    const mostly = (isThere: boolean): boolean => isThere || random.chance(0.02);
    for (const link of linksAt(q, at))
      if (mostly(targetOf(asker, at, link.name) !== undefined))
        steps.push({
          kind: 'target',
          field: link.name,
          of: randomWhere(q, { type: typeOf(q.world, link.to as string) }, depth - 1),
        });
    for (const table of at.table ? [] : at.type.fields.filter((field) => field.kind === 'rows'))
      if (mostly(rowsAt(asker, at, table.name) !== undefined))
        steps.push({ kind: 'rows', field: table.name, of: randomWhere(q, { type: at.type, table }, depth - 1) });
    for (const pointer of pointersTo(q, at))
      if (mostly(reverseAt(asker, at, pointer) !== undefined))
        steps.push({
          kind: 'reverse',
          ...pointer,
          of: randomWhere(q, { type: typeOf(q.world, pointer.type) }, depth - 1),
        });
    if (steps.length > 0) return random.pick(steps);
  }
  const name = pickName(q, at, namesAt(q, at)) ?? 'name';
  if (random.chance(0.12)) return { kind: 'null', name, isNull: random.chance(0.5) };
  return { kind: 'leaf', leaf: randomLeaf(q, at, name) };
}

function randomLeaf(q: Drawing, at: At, name: string): Leaf {
  const { random } = q;
  const kind = fieldsAt(q, at).find((field) => field.name === name)?.kind ?? (name === 'docstatus' ? 'int' : 'text');
  const value = sample(q, at, name) ?? (kind === 'int' || kind === 'check' ? 1 : 'cedar');
  if (kind === 'check') return { path: name, operator: '=', value: Number(value) };
  if (kind === 'int')
    return { path: name, operator: random.pick(['=', '!=', '>', '<='] as const), value: Number(value) };
  const operator = random.pick(['=', '!=', 'in', 'not in', 'like', 'not like'] as const);
  if (operator === 'in' || operator === 'not in') return { path: name, operator, value: [String(value), 'nothing'] };
  return { path: name, operator, value: operator.endsWith('like') ? `%${String(value).slice(0, 4)}%` : String(value) };
}

function sample(q: Drawing, { type, table }: At, name: string): Value {
  const docs: Row[] = docsOf(q.world, type.name);
  const rows = table ? docs.flatMap((doc) => rowsOf(doc, table.name)) : docs;
  return rows.length === 0 ? null : q.random.pick(rows)[name];
}

// Texts

const OPERATORS: Readonly<Record<string, string>> = {
  '=': '_eq',
  '!=': '_neq',
  in: '_in',
  'not in': '_nin',
  like: '_ilike',
  'not like': '_nilike',
  '>': '_gt',
  '<=': '_lte',
};

export function whereText(q: Drawing, at: At, where: Where): string {
  const inner = (next: At, of: Where): string => whereText(q, next, of);
  switch (where.kind) {
    case 'and':
    case 'or':
      return `{_${where.kind}: [${where.of.map((each) => inner(at, each)).join(', ')}]}`;
    case 'not':
      return `{_not: ${inner(at, where.of)}}`;
    case 'leaf': {
      const { path, operator, value } = where.leaf;
      const isCheck = fieldsAt(q, at).find((field) => field.name === path)?.kind === 'check';
      return `{${path}: {${OPERATORS[operator]}: ${JSON.stringify(isCheck ? value === 1 : value)}}}`;
    }
    case 'null':
      return `{${where.name}: {_is_null: ${where.isNull}}}`;
    case 'target': {
      const link = fieldsAt(q, at).find((field) => field.name === where.field);
      return `{${where.field}_doc: ${inner({ type: typeOf(q.world, link?.to as string) }, where.of)}}`;
    }
    case 'rows': {
      const table = at.type.fields.find((field) => field.name === where.field);
      return `{${where.field}: ${inner({ type: at.type, table }, where.of)}}`;
    }
    case 'reverse':
      return `{${graphqlName(where.type)}_by_${where.field}: ${inner({ type: typeOf(q.world, where.type) }, where.of)}}`;
  }
}

export function argsText(q: Drawing, at: At, args: ListArgs, more: readonly string[] = []): string {
  const { where, order, limit, offset } = args;
  const last = at.table ? 'idx' : 'name';
  const way = order?.down ? 'desc' : 'asc';
  const [head, rest] = order?.path ?? [];
  const first = order ? (rest === undefined ? [`{${head}: ${way}}`] : [`{${head}_doc: {${rest}: ${way}}}`]) : [];
  const given = [
    ...more,
    ...(where ? [`where: ${whereText(q, at, where)}`] : []),
    `order_by: [${[...first, ...(head === last && rest === undefined ? [] : [`{${last}: asc}`])].join(', ')}]`,
    ...(limit === undefined ? [] : [`limit: ${limit}`]),
    ...(offset === undefined ? [] : [`offset: ${offset}`]),
  ];
  return `(${given.join(', ')})`;
}

export function partsText(q: Drawing, at: At, parts: readonly Part[]): string {
  const texts = parts.map((part) => {
    if (part.kind === 'column') return part.name;
    if (part.kind === 'target') {
      const link = fieldsAt(q, at).find((field) => field.name === part.field);
      return `${part.field}_doc ${partsText(q, { type: typeOf(q.world, link?.to as string) }, part.parts)}`;
    }
    if (part.kind === 'rows') {
      const table = at.type.fields.find((field) => field.name === part.field);
      const inner: At = { type: at.type, table };
      return `${part.field}${argsText(q, inner, part.args)} ${partsText(q, inner, part.parts)}`;
    }
    const inner: At = { type: typeOf(q.world, part.type) };
    return `${graphqlName(part.type)}_by_${part.field}${argsText(q, inner, part.args)} ${partsText(q, inner, part.parts)}`;
  });
  return `{ ${texts.join(' ')} }`;
}

// Cases

function listCase(q: Drawing, type: Type): Case {
  const at: At = { type };
  const [args, parts] = [randomArgs(q, at, 3), randomParts(q, at, q.random.int(0, 3))];
  const query = `{ it: ${graphqlName(type.name)}${argsText(q, at, args)} ${partsText(q, at, parts)} }`;
  return caseOf(q, type, query, () => ({ it: listOf(q, type, args, parts) }));
}

function summaryCase(q: Drawing, type: Type): Case {
  const at: At = { type };
  const args = { ...randomArgs(q, at, 2), order: undefined };
  const numbers = pickName(q, at, ['amount', 'docstatus']) ?? 'amount';
  const text =
    pickName(
      q,
      at,
      namesAt(q, at).filter((name) => kindOf(q, at, name) !== 'check'),
    ) ?? 'name';
  const isSummed = numbers === 'amount' && type.fields.some((field) => field.name === 'amount');
  const members = [
    'count',
    `filled: count(columns: [${text}])`,
    `different: count(columns: [${text}], distinct: true)`,
    ...(isSummed ? ['sum { amount }'] : []),
    `min { ${text} }`,
    `max { ${text} }`,
  ];
  const query = `{ it: ${graphqlName(type.name)}_aggregate${argsText(q, at, args)} { aggregate { ${members.join(' ')} } nodes { name } } }`;
  return caseOf(q, type, query, () => {
    if (isSummed && !shownField(q, at, 'amount')) throw new Unknown();
    if (!listMode(q.world, q.user, type) || !shownField(q, at, text)) throw new Unknown();
    const rows = chosen(q, at, visible(q, type), args);
    return { it: { aggregate: aggregates(rows, text, isSummed), nodes: rows.map(({ name }) => ({ name })) } };
  });
}

function kindOf(q: Drawing, at: At, name: string): Field['kind'] | undefined {
  return fieldsAt(q, at).find((field) => field.name === name)?.kind;
}

function aggregates(rows: readonly Row[], text: string, isSummed: boolean): Row {
  const values = rows.map((row) => row[text]).filter((value) => value !== null && value !== undefined);
  const sorted = [...values].sort((a, b) =>
    typeof a === 'number' ? a - Number(b) : Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b))),
  );
  const sum = rows.length === 0 ? null : rows.reduce((total, row) => total + Number(row.amount), 0);
  return {
    count: rows.length,
    filled: values.length,
    different: new Set(values).size,
    ...(isSummed ? { sum: { amount: sum } } : {}),
    min: { [text]: sorted[0] ?? null },
    max: { [text]: sorted.at(-1) ?? null },
  } as unknown as Row;
}

function groupsCase(q: Drawing, type: Type): Case {
  const at: At = { type };
  const by = pickName(q, at, namesAt(q, at)) ?? 'name';
  const where = q.random.chance(0.5) ? randomWhere(q, at, 2) : undefined;
  const text = where ? `, where: ${whereText(q, at, where)}` : '';
  const query = `{ it: ${graphqlName(type.name)}_groups(by: [${by}]${text}) { key { ${by} } aggregate { count } } }`;
  const sorted = (groups: readonly Row[]): Row[] =>
    [...groups].sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1));
  return {
    ...caseOf(q, type, query, () => undefined),
    check: (reply) => {
      const { data } = reply.body as { data?: { it: Row[] } };
      if (data) data.it = sorted(data.it);
      return judged(reply, () => {
        if (!shownField(q, at, by)) throw new Unknown();
        const groups = new Map<string, { key: Row; count: number }>();
        for (const row of chosen(q, at, visible(q, type), { where })) {
          const key = {
            [by]: typeof row[by] === 'number' && kindOf(q, at, by) === 'check' ? row[by] === 1 : (row[by] ?? null),
          };
          const known = groups.get(JSON.stringify(key)) ?? { key, count: 0 };
          groups.set(JSON.stringify(key), { key, count: known.count + 1 });
        }
        const all = [...groups.values()].map(({ key, count }) => ({ key, aggregate: { count } }) as unknown as Row);
        return { it: sorted(all) };
      });
    },
  };
}

/** All pages, one after the other, forward or backward. */
function connectionCase(q: Drawing, type: Type): Case {
  const at: At = { type };
  const args: ListArgs = { ...randomArgs(q, at, 2), limit: undefined, offset: undefined };
  const parts = randomParts(q, at, 1);
  const size = q.random.int(2, 5);
  const isBack = q.random.chance(0.4);
  const page = (cursor: string | undefined): string => {
    const from = cursor === undefined ? [] : [`${isBack ? 'before' : 'after'}: ${JSON.stringify(cursor)}`];
    const given = argsText(q, at, args, [`${isBack ? 'last' : 'first'}: ${size}`, ...from]);
    return `{ it: ${graphqlName(type.name)}_connection${given} { totalCount edges { node ${partsText(q, at, parts)} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  };
  return {
    ...caseOf(q, type, page(undefined), () => undefined),
    async send(client) {
      const nodes: unknown[] = [];
      let reply = await ask(client, page(undefined));
      let rounds = 0;
      for (;;) {
        const it = reply.body?.data?.it;
        if (!it) return reply;
        const edges = (it.edges as { node: unknown }[]).map(({ node }) => node);
        if (isBack) nodes.unshift(...edges);
        else nodes.push(...edges);
        if (!(isBack ? it.pageInfo.hasPreviousPage : it.pageInfo.hasNextPage) || ++rounds > 50) break;
        reply = await ask(client, page(isBack ? it.pageInfo.startCursor : it.pageInfo.endCursor));
      }
      return { ...reply, body: { data: { nodes, total: reply.body.data.it.totalCount } } };
    },
    check: (reply) =>
      judged(reply, () => {
        const nodes = listOf(q, type, args, parts);
        return { nodes, total: nodes.length };
      }),
  };
}

function keyCase(q: Drawing, type: Type): Case {
  const name = q.random.chance(0.04) ? 'no such thing' : (q.random.pick(docsOf(q.world, type.name))?.name ?? 'nothing');
  const at: At = { type };
  const parts = randomParts(q, at, 2);
  const query = `{ it: ${graphqlName(type.name)}_by_pk(name: ${JSON.stringify(name)}) ${partsText(q, at, parts)} }`;
  return {
    ...caseOf(q, type, query, () => {
      const { world, user } = q;
      if (!mayWithType(world, user, type, 'read')) throw new Unknown();
      // What it says of the fields is the list's to say.
      listOf(q, type, { limit: 0 }, parts);
      const doc = world.docs.get(type.name)?.get(name);
      const isThere = doc && may(world, user, type, 'read', doc);
      return { it: isThere ? objectOf(q, at, doc, parts) : null };
    }),
    name,
  };
}

function searchCase(q: Drawing, type: Type): Case {
  const word = q.random.pick(['a', 'cedar', 'Open', 'e', '3', 'W']);
  const others = [type, q.random.pick(mainTypes(q.world))];
  const types = [...new Set(others)];
  const names = types.map((each) => each.name);
  const query = `{ it: search(text: ${JSON.stringify(word)}, doctypes: ${JSON.stringify(names)}, limit: 100) { doctype name } }`;
  return {
    ...caseOf(q, type, query, () => undefined),
    check(reply) {
      const sorted = (rows: readonly Row[]): Row[] =>
        [...rows].sort((a, b) => (`${a.doctype} ${a.name}` < `${b.doctype} ${b.name}` ? -1 : 1));
      const { data } = reply.body as { data?: { it: Row[] } };
      if (data) data.it = sorted(data.it);
      return judged(reply, () => {
        const found = types.flatMap((each) => {
          const wish = {
            type: each.name,
            fields: ['name'],
            filters: [],
            orFilters: [],
            search: word,
            aggregates: [],
            expand: [],
          };
          const answer = answerList(q.world, q.user, wish);
          return answer.status === 200 ? answer.items.map(({ name }): Row => ({ doctype: each.name, name })) : [];
        });
        return { it: sorted(found) };
      });
    },
  };
}

/** What introspection must say of a DocType: the fields that the user may read, and nothing of one that he may not know. */
export function introspectionCase(q: Drawing): Case {
  const type = q.random.pick(mainTypes(q.world));
  const name = graphqlName(type.name);
  const query = `{ it: __type(name: "${name}") { fields { name } } e: __type(name: "${name}_select_column") { enumValues { name } } b: __type(name: "${name}_bool_exp") { inputFields { name } } meta: doctype_meta(name: ${JSON.stringify(type.name)}) }`;
  return {
    ...caseOf(q, type, query, () => undefined),
    check(reply) {
      const { world, user } = q;
      const { data } = reply.body;
      if (!data) return `an answer expected, ${reply.text.slice(0, 300)} came`;
      if (!seesType(world, user, type))
        return unlike({ it: null, e: null, b: null, meta: null }, data, 'introspection of what is hidden');
      if (!mayWithType(world, user, type, 'read') && !listMode(world, user, type)) return undefined;
      const mode = mayWithType(world, user, type, 'read') ? 'read' : 'select';
      const shown = new Set(readableFields(world, user, type, mode).map((field) => field.name));
      const told = [...data.it.fields, ...data.e.enumValues, ...data.b.inputFields].map(
        (each: { name: string }) => each.name,
      );
      const hidden = type.fields
        .map((field) => field.name)
        .find((field) => !shown.has(field) && told.some((each) => each === field || each === `${field}_doc`));
      if (hidden !== undefined) return `introspection tells of ${hidden}`;
      const missing = [...shown].find((field) => !told.includes(field));
      if (missing !== undefined) return `introspection does not tell of ${missing}`;
      const far = mainTypes(world).find(
        (other) =>
          !listMode(world, user, other) && told.some((each) => each.startsWith(`${graphqlName(other.name)}_by_`)),
      );
      return far && `introspection tells of ${far.name}`;
    },
  };
}
