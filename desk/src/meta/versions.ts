/** A document as it was: what it is now, with the changes that came after taken back, and which of that can be had again. Pure. */
import type { Change } from './activity-types.ts';
import { isSame } from './draft.ts';
import { LAYOUT } from './titles.ts';
import type { Doc, DocTypeMeta, FieldMeta } from './types.ts';
import { type Scene, statusOf } from './visible.ts';

/** `newer`: what was changed since, the newest first. Values of fields that the reader may not see stay as they are. */
export function stateBefore(doc: Doc, newer: readonly (readonly Change[])[]): Doc {
  return newer.reduce((state, changes) => [...changes].reverse().reduce(withoutChange, state), doc);
}

function withoutChange(doc: Doc, change: Change): Doc {
  if (change.kind === 'field') return { ...doc, [change.field]: change.from };
  const rows = Array.isArray(doc[change.table]) ? (doc[change.table] as Doc[]) : [];
  return { ...doc, [change.table]: withoutRowChange(rows, change) };
}

function withoutRowChange(rows: readonly Doc[], change: Exclude<Change, { kind: 'field' }>): Doc[] {
  if (change.kind === 'row changed') {
    const was = Object.fromEntries(change.changes.map(({ field, from }) => [field, from]));
    return rows.map((row) => (row.name === change.row ? { ...row, ...was } : row));
  }
  if (change.kind === 'row added') return rows.filter(({ name }) => name !== change.name);
  const at = Math.min(Math.max(change.idx - 1, 0), rows.length);
  // Without its name: that row is gone, and this will be a new one.
  return [...rows.slice(0, at), { ...change.row }, ...rows.slice(at)];
}

export interface Difference {
  field: FieldMeta;
  was: unknown;
  now: unknown;
  /** What it was can be written into the form. */
  mayBringBack: boolean;
}

/** Fields that are not now what they were, in the order of the form. */
export function differencesOf(meta: DocTypeMeta, q: { was: Doc; now: Doc; scene: Scene }): Difference[] {
  const { was, now, scene } = q;
  return meta.fields.flatMap((field): Difference[] => {
    const { fieldname, widget, is_standard } = field;
    if (is_standard || LAYOUT.has(widget) || widget === 'password' || isSame(was[fieldname], now[fieldname])) return [];
    const status = statusOf(field, scene);
    if (status === 'none') return [];
    return [{ field, was: was[fieldname], now: now[fieldname], mayBringBack: status === 'write' }];
  });
}
