/** What a user asked a list for last, as it can be asked again: what is not there any more is left out. Pure. */
import { activityFields } from './activity-fields.ts';
import { type Condition, fromQuery, isGroup } from './filters.ts';
import type { DocTypeMeta } from './types.ts';

export type ListQuery = Readonly<Record<string, string>>;

/** Words of the address that are kept. What was searched for is of the moment. */
const KEPT = ['filters', 'sort', 'group', 'view', 'by'] as const;
/** Longer ones are lists of names that somebody was led here with, not habits. */
const LONGEST = 4_000;

export function isKept(key: string): boolean {
  return KEPT.some((kept) => kept === key);
}

/** Of an address; undefined for what is too long to be kept. */
export function toKeep(query: Readonly<Record<string, unknown>>): ListQuery | undefined {
  const kept = picked(query);
  return JSON.stringify(kept).length > LONGEST ? undefined : kept;
}

/** Undefined when nothing of it is left. */
export function lastQuery(kept: unknown, meta: DocTypeMeta): ListQuery | undefined {
  if (typeof kept !== 'object' || kept === null) return undefined;
  const { filters, sort, group, ...rest } = picked(kept as Record<string, unknown>);
  const names = new Set([...meta.fields, ...activityFields(meta)].map(({ fieldname }) => fieldname));
  const isThere = (path: string): boolean => names.has(path.split('.')[0] ?? '');
  const query = {
    ...(filters !== undefined && pathsOf(filters).every(isThere) ? { filters } : {}),
    ...(sort !== undefined && isThere(sort.trim().split(/[\s,]/)[0] ?? '') ? { sort } : {}),
    ...(group !== undefined && isThere(group) ? { group } : {}),
    ...rest,
  };
  return Object.keys(query).length > 0 ? query : undefined;
}

/** Of a saved view, which keeps what was searched for, too. */
export function firstQuery(saved: ListQuery | undefined, meta: DocTypeMeta): ListQuery | undefined {
  const found = lastQuery(saved, meta);
  return saved?.q ? { ...found, q: saved.q } : found;
}

function picked(query: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    KEPT.flatMap((key) => {
      const value = query[key];
      return typeof value === 'string' && value !== '' ? [[key, value]] : [];
    }),
  );
}

function pathsOf(filters: string): string[] {
  return fromQuery(filters)
    .items.flatMap((item): readonly Condition[] => (isGroup(item) ? item.items : [item]))
    .map(({ path }) => path);
}
