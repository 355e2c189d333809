/**
 * A filter taken apart: what must hold of the document itself, and, for each child table, what must
 * hold of one and the same row of it. The rule is Frappe's join, said once for SQL and for memory.
 */
import type { Condition, Filter } from '../kernel/filter.ts';

/** The child table (by fieldname) that a condition asks for a row of. */
export type TableOf = (condition: Condition) => string | undefined;

export interface Conjuncts {
  own: readonly Filter[];
  tables: ReadonlyMap<string, readonly Filter[]>;
}

export function conjunctsByTable(filter: Filter, tableOf: TableOf): Conjuncts {
  const own: Filter[] = [];
  const tables = new Map<string, Filter[]>();
  for (const conjunct of flatten(filter)) {
    const table = soleTable(conjunct, tableOf);
    if (table === undefined) own.push(conjunct);
    else tables.set(table, [...(tables.get(table) ?? []), conjunct]);
  }
  return { own, tables };
}

/** Conjunctions within a conjunction are one. */
function flatten(filter: Filter): Filter[] {
  if (filter.kind === 'all') return [];
  return filter.kind === 'and' ? filter.of.flatMap(flatten) : [filter];
}

/**
 * The one child table that all conditions are about; undefined when there is none or they differ.
 * A negation stands alone: "not (a row with x)" means no such row, not a row without x.
 */
function soleTable(filter: Filter, tableOf: TableOf): string | undefined {
  switch (filter.kind) {
    case 'condition':
      return tableOf(filter);
    case 'and':
    case 'or': {
      const found = new Set(filter.of.map((each) => soleTable(each, tableOf)));
      return found.size === 1 ? [...found][0] : undefined;
    }
    default:
      return undefined;
  }
}

export function firstCondition(filter: Filter): Condition | undefined {
  if (filter.kind === 'condition') return filter;
  if (filter.kind !== 'and' && filter.kind !== 'or') return undefined;
  for (const each of filter.of) {
    const found = firstCondition(each);
    if (found) return found;
  }
  return undefined;
}
