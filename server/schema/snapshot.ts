/**
 * All DocTypes at one schema version: immutable, plans compiled on first use. An edit makes a new
 * snapshot that shares the unchanged plans, so its price does not grow with the number of DocTypes.
 */
import type { DocTypePlan, Snapshot } from './plan.ts';

export interface PlanSource {
  name: string;
  table: string;
  /** Undefined: only the plan knows. */
  module: string | undefined;
  compile(): DocTypePlan;
}

interface Entry {
  table: string;
  module: string | undefined;
  plan(): DocTypePlan;
}

export interface SnapshotData extends Snapshot {
  /** The same with some DocTypes replaced (`undefined`: gone), at a newer version. */
  with(version: number, changes: ReadonlyMap<string, PlanSource | undefined>): SnapshotData;
}

export function createSnapshot(version: number, sources: Iterable<PlanSource>): SnapshotData {
  const entries = new Map<string, Entry>();
  for (const source of sources) entries.set(source.name, lazyEntry(source));
  return fromEntries(version, entries);
}

function fromEntries(version: number, entries: ReadonlyMap<string, Entry>): SnapshotData {
  let names: readonly string[] | undefined;
  let tables: ReadonlyMap<string, string> | undefined;
  return {
    version,
    get names() {
      names ??= [...entries.keys()].sort();
      return names;
    },
    find: (doctype) => entries.get(doctype)?.plan(),
    moduleOf(doctype) {
      const entry = entries.get(doctype);
      return entry && (entry.module ?? entry.plan().module);
    },
    atTable(table) {
      tables ??= new Map([...entries].map(([name, entry]) => [entry.table, name]));
      return tables.get(table);
    },
    with(newer, changes) {
      const next = new Map(entries);
      for (const [name, source] of changes) {
        if (source) next.set(name, lazyEntry(source));
        else next.delete(name);
      }
      return fromEntries(newer, next);
    },
  };
}

function lazyEntry(source: PlanSource): Entry {
  let plan: DocTypePlan | undefined;
  return {
    table: source.table,
    module: source.module,
    plan() {
      plan ??= source.compile();
      return plan;
    },
  };
}
