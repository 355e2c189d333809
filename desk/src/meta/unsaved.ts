/** What was typed and not saved, as it is kept and taken up again. Pure. */
import { changesOf, isSame } from './draft.ts';
import type { Doc, DocTypeMeta } from './types.ts';

export interface Unsaved {
  values: Readonly<Record<string, unknown>>;
  /** What those fields held before. */
  base: Readonly<Record<string, unknown>>;
}

/** Never a password. Undefined when nothing is left. */
export function unsavedOf(meta: DocTypeMeta, saved: Doc, doc: Doc): Unsaved | undefined {
  const secret = new Set(meta.fields.filter(({ widget }) => widget === 'password').map(({ fieldname }) => fieldname));
  const names = Object.keys(changesOf(meta, saved, doc)).filter((name) => !secret.has(name));
  if (names.length === 0) return undefined;
  const of = (source: Doc) =>
    JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, source[name] ?? null]))));
  return { values: of(doc), base: of(saved) };
}

/** What of it is not in the document yet, and which of these fields hold something else than they did then. */
export function takeUp(meta: DocTypeMeta, { values, base }: Unsaved, saved: Doc) {
  const fields = new Set(meta.fields.map(({ fieldname }) => fieldname));
  const names = Object.keys(values).filter((name) => fields.has(name) && !isSame(saved[name], values[name]));
  return { names, contested: names.filter((name) => !isSame(saved[name], base[name])) };
}
