/**
 * Statements by shape: SQL is woven once, then requests of the same shape only bind values. The key
 * has all that decides the text: the wish, the shape of its filter, and, for every DocType whose
 * permission was asked for while weaving, that answer's key and shape. Hangs on the Snapshot.
 */
import { createHash } from 'node:crypto';
import { DummyDriver, Kysely, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import type { Access, AccessTo } from '../access/decide.ts';
import type { Filter } from '../kernel/filter.ts';
import type { Statement } from '../kernel/statement.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';
import { type BoundedMap, boundedMap } from './bounded-map.ts';
import { type ShapedFilter, shapeOfFilter } from './filter-shape.ts';
import type { Binding, Slot, SourcedFilter, Sql, Weaving } from './sql-scope.ts';

/** Of all statements of a Snapshot, in characters or so: shapes are the callers' choice, and must not fill the memory. */
const HEAVIEST = 16_000_000;
const SLOT_WEIGHT = 300;
/** A text this long is not worth a prepared statement on every connection. */
const MAX_PREPARED = 30_000;

export interface Woven<Extra> {
  sql: Sql;
  /** What presenting the result needs to know, the same for every request of this shape. */
  extra: Extra;
}

export interface StatementWish<Extra> {
  snapshot: Snapshot;
  access: AccessTo;
  /** Everything but filters that the text depends on. */
  shape: string;
  filter: Filter;
  binding: Omit<Binding, 'sources'>;
  weave(weaving: Weaving, given: SourcedFilter): Woven<Extra>;
}

/** Either the statement, or the DocType whose permission decides how to go on. */
type Entry = { ask: string; within?: string } | Recipe;

interface Recipe {
  name: string | undefined;
  text: string;
  slots: readonly Slot[];
  extra: unknown;
  /** Prepared from the second time on: a shape that never comes again costs no connection anything. */
  isKnown: boolean;
}

/** The statement of a wish, woven or found. Throws what weaving and binding throw (bad_request). */
export function statementFor<Extra>(q: StatementWish<Extra>): { statement: Statement; extra: Extra } {
  const entries = entriesOf(q.snapshot);
  const request = shapeOfFilter(q.filter);
  const asked = askedPlans(q);
  let key = `${q.shape}\n${request.shape}`;
  let entry = entries.get(key);
  while (entry && 'ask' in entry) {
    key = `${key}\n${answerKey(asked.of(entry))}`;
    entry = entries.get(key);
  }
  if (!entry) entry = weaveAndKeep({ ...q, entries, request });
  const sources = [request.values, ...asked.inOrder().map((answer) => answer.rows.values)];
  const binding: Binding = { ...q.binding, sources, tenant: asked.tenant() };
  const values = entry.slots.map((each) => each.bind(binding));
  const name = entry.isKnown ? entry.name : undefined;
  entry.isKnown = true;
  return { statement: { name, text: entry.text, values }, extra: entry.extra as Extra };

  function weaveAndKeep(wish: StatementWish<Extra> & { entries: BoundedMap<Entry>; request: ShapedFilter }) {
    const woven = wish.weave(asked.weaving, { filter: wish.filter, source: 0, positions: wish.request.positions });
    const made: Recipe = { ...compile(woven.sql), extra: woven.extra, isKnown: false };
    let at = `${wish.shape}\n${wish.request.shape}`;
    for (const answer of asked.inOrder()) {
      const ask = { ask: answer.plan.name, within: answer.within?.name };
      wish.entries.set(at, ask, weightOf(at, ask));
      at = `${at}\n${answerKey(answer)}`;
    }
    wish.entries.set(at, made, weightOf(at, made));
    return made;
  }
}

interface Answer {
  plan: DocTypePlan;
  within: DocTypePlan | undefined;
  access: Access;
  rows: ShapedFilter;
  source: number;
}

/** Remembers each permission that is asked for, in order: the order is part of the shape. */
function askedPlans(q: { snapshot: Snapshot; access: AccessTo }) {
  const answers = new Map<string, Answer>();
  const ask = (plan: DocTypePlan, within?: DocTypePlan): Answer => {
    const key = within ? `${plan.name}\n${within.name}` : plan.name;
    const known = answers.get(key);
    if (known) return known;
    const access = q.access(plan, within);
    const answer = { plan, within, access, rows: shapeOfRule(access.rows), source: answers.size + 1 };
    answers.set(key, answer);
    return answer;
  };
  let aliases = 0;
  const weaving: Weaving = {
    reader: { snapshot: q.snapshot, access: (plan, within) => ask(plan, within).access },
    rule(plan, within) {
      const { access, rows, source } = ask(plan, within);
      return { filter: access.rows, source, positions: rows.positions };
    },
    nextAlias: () => `t${aliases++}`,
  };
  const find = (doctype: string): DocTypePlan => {
    const plan = q.snapshot.find(doctype);
    if (!plan) throw new Error(`the snapshot has lost ${doctype}`);
    return plan;
  };
  const of = (entry: { ask: string; within?: string }): Answer =>
    ask(find(entry.ask), entry.within === undefined ? undefined : find(entry.within));
  const inOrder = (): Answer[] => [...answers.values()];
  // All answers are about one actor, who is in one tenant.
  const tenant = () => inOrder().find(({ access }) => access.tenant !== undefined)?.access.tenant;
  return { of, weaving, inOrder, tenant };
}

/** A rule is the same object for many requests of one person; its shape is looked at once. */
const shapes = new WeakMap<Filter, ShapedFilter>();

function shapeOfRule(rows: Filter): ShapedFilter {
  const known = shapes.get(rows) ?? shapeOfFilter(rows);
  shapes.set(rows, known);
  return known;
}

function answerKey(answer: Answer): string {
  return JSON.stringify([
    answer.plan.name,
    answer.within?.name ?? 0,
    answer.access.allowed,
    answer.access.key,
    answer.access.tenant !== undefined,
    answer.rows.shape,
  ]);
}

/** Kysely as a compiler only: it never connects. */
const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

function compile(woven: Sql): { name: string | undefined; text: string; slots: readonly Slot[] } {
  const compiled = woven.compile(compiler);
  const { text, slots } = shareSlots(compiled.sql, compiled.parameters as readonly Slot[]);
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 20);
  return { name: text.length > MAX_PREPARED ? undefined : `q_${hash}`, text, slots };
}

/** Quoted names and literals, which are left alone, or the place of a parameter. */
const PLACE = /"(?:[^"]|"")*"|'(?:[^']|'')*'|\$(\d+)/g;

/** Numbers the parameters again, so that slots of one key are one parameter. */
function shareSlots(text: string, slots: readonly Slot[]): { text: string; slots: readonly Slot[] } {
  const places = new Map<string, number>();
  const shared: Slot[] = [];
  const numbered = text.replace(PLACE, (piece, digits: string | undefined) => {
    if (digits === undefined) return piece;
    const each = slots[Number(digits) - 1];
    if (!each) throw new Error(`parameter ${digits} of a statement has no slot`);
    const place = places.get(each.key) ?? shared.push(each);
    places.set(each.key, place);
    return `$${place}`;
  });
  return { text: numbered, slots: shared };
}

const bySnapshot = new WeakMap<Snapshot, BoundedMap<Entry>>();

function entriesOf(snapshot: Snapshot): BoundedMap<Entry> {
  let entries = bySnapshot.get(snapshot);
  if (!entries) {
    entries = boundedMap(HEAVIEST);
    bySnapshot.set(snapshot, entries);
  }
  return entries;
}

function weightOf(key: string, entry: Entry): number {
  return key.length + ('ask' in entry ? 0 : entry.text.length + entry.slots.length * SLOT_WEIGHT);
}
