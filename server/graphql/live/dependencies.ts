/**
 * The DocTypes whose changes may alter an answer: those whose tables its statements name, permission rules and
 * conditions included. Rows of child tables change with their parents, whose tables stand beside theirs.
 */
import type { Database } from '../../db/pool.ts';
import type { Context } from '../../documents/contract.ts';
import type { Statement } from '../../kernel/statement.ts';
import { type BoundedMap, boundedMap } from '../../query/bounded-map.ts';
import type { Snapshot } from '../../schema/plan.ts';

/** Quoted names, literals, which name nothing, and words. */
const NAMES = /"((?:[^"]|"")*)"|'(?:[^']|'')*'|[a-z_][a-z0-9_]*/g;
const HEAVIEST = 8_000_000;

const known = new WeakMap<Snapshot, BoundedMap<ReadonlySet<string>>>();

/** A column that is called like a table counts as one, which costs a run now and then. */
export function docTypesIn(snapshot: Snapshot, text: string): ReadonlySet<string> {
  const byText = known.get(snapshot) ?? boundedMap<ReadonlySet<string>>(HEAVIEST);
  known.set(snapshot, byText);
  const kept = byText.get(text);
  if (kept) return kept;
  const found = new Set<string>();
  for (const [word, quoted] of text.matchAll(NAMES)) {
    const doctype = snapshot.atTable(quoted ?? word);
    if (doctype !== undefined) found.add(doctype);
  }
  byText.set(text, found, text.length);
  return found;
}

/** The context of an operation whose statements nobody knows beforehand: each is told before it runs. */
export function telling(ctx: Context, tell: (doctypes: Iterable<string>) => void): Context {
  const note = (statement: Statement): Statement => {
    tell(docTypesIn(ctx.snapshot, statement.text));
    return statement;
  };
  return { ...ctx, services: { ...ctx.services, db: toldOf(ctx.services.db, note) } };
}

function toldOf(db: Database, note: (statement: Statement) => Statement): Database {
  return {
    ...db,
    query: async (statement) => db.query(note(statement)),
    queryByKey: async (statement) => db.queryByKey(note(statement)),
    forTenant: (tenant) => toldOf(db.forTenant(tenant), note),
  };
}

/** Who depends on which DocType. */
export interface Dependents<T> {
  /** On these alone from now on. */
  set(who: T, doctypes: ReadonlySet<string>): void;
  /** On these too. */
  add(who: T, doctypes: Iterable<string>): void;
  remove(who: T): void;
  of(doctype: string): Iterable<T>;
}

const NOBODY: ReadonlySet<never> = new Set<never>();

export function createDependents<T>(): Dependents<T> {
  const byDocType = new Map<string, Set<T>>();
  const byDependent = new Map<T, Set<string>>();
  const leave = (who: T, doctype: string): void => {
    const dependents = byDocType.get(doctype);
    dependents?.delete(who);
    if (dependents?.size === 0) byDocType.delete(doctype);
  };
  const add = (who: T, doctypes: Iterable<string>): void => {
    const own = byDependent.get(who) ?? new Set();
    byDependent.set(who, own);
    for (const doctype of doctypes) {
      if (own.has(doctype)) continue;
      own.add(doctype);
      const dependents = byDocType.get(doctype) ?? new Set();
      byDocType.set(doctype, dependents.add(who));
    }
  };
  return {
    add,
    set(who, doctypes) {
      add(who, doctypes);
      const own = byDependent.get(who) ?? new Set();
      for (const doctype of own) {
        if (doctypes.has(doctype)) continue;
        own.delete(doctype);
        leave(who, doctype);
      }
    },
    remove(who) {
      for (const doctype of byDependent.get(who) ?? []) leave(who, doctype);
      byDependent.delete(who);
    },
    of: (doctype) => byDocType.get(doctype) ?? NOBODY,
  };
}
