/** The fuzzer's clients: they create, change, read, list and delete, and keep the model of what was acknowledged. */
import type { Random } from '../../integration/query/random.ts';
import type { Reply } from '../app.ts';
import { canonical, type FuzzField, makeValue } from './fuzz-values.ts';
import {
  count,
  type Document,
  excuse,
  type Known,
  type Moment,
  momentOf,
  pathOf,
  pickServer,
  report,
  valueKey,
  type World,
  wasShaped,
} from './fuzz-world.ts';

export async function runClient(world: World, random: Random): Promise<void> {
  while (!world.isOver) {
    const known = random.pick(world.doctypes);
    const turn = random.int(1, 20);
    const document = known.documents.length > 0 ? random.pick(known.documents) : undefined;
    if (turn <= 6 || !document) await create(world, known, random);
    else if (turn <= 12) await exclusively(document, () => change(world, { known, document, random }));
    else if (turn <= 16) await exclusively(document, () => verify(world, { known, document, random }));
    else if (turn <= 19) await list(world, known, random);
    else await exclusively(document, () => remove(world, { known, document, random }));
  }
}

/** Nothing when somebody is at it. */
export async function exclusively(document: Document, work: () => Promise<void>): Promise<void> {
  if (document.busy) return;
  document.busy = true;
  try {
    await work();
  } finally {
    document.busy = false;
  }
}

interface Turn {
  known: Known;
  document: Document;
  random: Random;
}

async function create(world: World, known: Known, random: Random): Promise<void> {
  const since = momentOf(known);
  const given = values({ world, known, random, isNew: true });
  const body: Record<string, unknown> = { ...given.body };
  if (known.autoname === 'prompt') body.name = `D${++world.serial}`;
  const reply = await pickServer(world, random).json('POST', pathOf(known), body);
  const document: Document = { name: String(reply.body?.name), values: new Map(), busy: false };
  if (!settle(world, { what: 'create', known, since, reply, isRead: false })) return;
  acknowledge(world, { known, document, given, since, reply });
  known.documents.push(document);
}

async function change(world: World, { known, document, random }: Turn): Promise<void> {
  const since = momentOf(known);
  const given = values({ world, known, random, isNew: false });
  const reply = await pickServer(world, random).json('PATCH', pathOf(known, document), given.body);
  if (settle(world, { what: 'change', known, since, reply, isRead: false })) {
    acknowledge(world, { known, document, given, since, reply });
  }
}

/** A process that did not make the last edit may answer by the definition before it for so long. */
const STALE_MS = 2000;

/** Every value that was acknowledged is there, as far as its field is. */
export async function verify(world: World, { known, document, random }: Turn): Promise<void> {
  const until = Date.now() + STALE_MS;
  for (;;) {
    const since = momentOf(known);
    const lost = await missing(world, { known, document, random });
    if (lost.length === 0 || wasShaped(known, since)) return;
    if (Date.now() < until) continue;
    world.problems.push(...lost);
    document.values.clear();
    return;
  }
}

async function missing(world: World, { known, document, random }: Turn): Promise<string[]> {
  const since = momentOf(known);
  const fields = [...known.fields, ...known.custom];
  const label = world.label.fieldname;
  const reply = await pickServer(world, random).json('GET', pathOf(known, document));
  if (!settle(world, { what: `read ${document.name}`, known, since, reply, isRead: true })) return [];
  return fields.flatMap((field) => {
    const key = valueKey(known, field);
    const expected = key === undefined ? '' : canonical(document.values.get(key));
    const found = canonical(shown(reply, field, label));
    if (expected === '' || expected === found) return [];
    const name = `${known.name} ${document.name} ${field.fieldname} (${field.fieldtype} ${field.id})`;
    return [`lost: ${name}: acknowledged ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`];
  });
}

async function list(world: World, known: Known, random: Random): Promise<void> {
  const since = momentOf(known);
  const query = random.pick([
    '',
    '?order_by=creation+asc&limit=5',
    '?fields=["*"]&limit=10',
    '?q=w1&limit=3',
    '/count',
  ]);
  const reply = await pickServer(world, random).json('GET', pathOf(known) + query);
  settle(world, { what: `list ${query}`, known, since, reply, isRead: true });
}

async function remove(world: World, { known, document, random }: Turn): Promise<void> {
  const since = momentOf(known);
  const reply = await pickServer(world, random).json('DELETE', pathOf(known, document));
  if (!settle(world, { what: 'delete', known, since, reply, isRead: false })) return;
  known.documents = known.documents.filter((each) => each !== document);
}

/** True when it succeeded. What failed without an excuse is a problem. */
function settle(
  world: World,
  q: { what: string; known: Known; since: Moment; reply: Reply; isRead: boolean },
): boolean {
  if (q.reply.status < 300) {
    count(world, 'done');
    return true;
  }
  const excused = excuse(q);
  if (excused) count(world, excused);
  else report(world, q);
  return false;
}

interface Given {
  body: Record<string, unknown>;
  fields: FuzzField[];
  label: string;
}

/** All that is required and some of the rest. */
function values(q: { world: World; known: Known; random: Random; isNew: boolean }): Given {
  const { world, known, random } = q;
  const fields = [...known.fields, ...known.custom].filter((field) => field.reqd || random.chance(q.isNew ? 0.7 : 0.3));
  const label = world.label.fieldname;
  const body: Record<string, unknown> = {};
  const given: FuzzField[] = [];
  for (const field of fields) {
    const value =
      field.fieldtype === 'Table'
        ? Array.from({ length: random.int(1, 3) }, () => ({ [label]: `r${++world.serial}` }))
        : makeValue(field, ++world.serial, random);
    if (value === undefined) continue;
    body[field.fieldname] = value;
    given.push(field);
  }
  return { body, fields: given, label };
}

/** Takes what was answered into the model; where no edit interfered, it must be what was given. */
function acknowledge(
  world: World,
  q: { known: Known; document: Document; given: Given; since: Moment; reply: Reply },
): void {
  const { known, document, given, reply } = q;
  const isOvertaken = wasShaped(known, q.since);
  for (const field of given.fields) {
    const key = valueKey(known, field);
    if (key === undefined) continue;
    const sent =
      field.fieldtype === 'Table' ? rowTexts(given.body[field.fieldname], given.label) : given.body[field.fieldname];
    const answered = Object.hasOwn(reply.body, field.fieldname) ? shown(reply, field, given.label) : sent;
    if (!isOvertaken && canonical(answered) !== canonical(sent)) {
      const name = `${known.name} ${document.name} ${field.fieldname}`;
      world.problems.push(`answered otherwise: ${name}: sent ${canonical(sent)}, answered ${canonical(answered)}`);
    }
    // A row's text may be called otherwise in the answer already; what was sent is what is meant.
    document.values.set(key, field.fieldtype === 'Table' ? sent : answered);
  }
}

function shown(reply: Reply, field: FuzzField, label: string): unknown {
  const value = reply.body[field.fieldname];
  return field.fieldtype === 'Table' ? rowTexts(value, label) : value;
}

function rowTexts(rows: unknown, label: string): unknown[] {
  return Array.isArray(rows) ? rows.map((row) => row[label]) : [];
}
