/** Frappe's columns of what hangs on documents (`_assign`, `_user_tags`, `_liked_by`), and `_comment_count`, in lists. */
import { attachedFor, isReader } from '../../activity/lists.ts';
import { planOf } from '../../documents/context.ts';
import type { Context } from '../../documents/contract.ts';
import type { Attached } from '../../query/request.ts';
import type { FrappeDocument } from './values.ts';

const WORDS: ReadonlyMap<string, string> = new Map([
  ['_assign', 'assign'],
  ['_user_tags', 'tags'],
  ['_liked_by', 'likes'],
]);

/** For the columns that a list asks for; none for who may only choose documents: to them they are empty. */
export function attachedColumns(
  ctx: Context,
  doctype: string,
  q: { columns: readonly string[]; withCount: boolean },
): readonly Attached[] {
  if (!isReader(ctx, planOf(ctx, doctype))) return [];
  const words = q.columns.flatMap((column) => WORDS.get(column) ?? []);
  return attachedFor(ctx, doctype, [...words, ...(q.withCount ? ['comments'] : [])].join(','));
}

/** As Frappe keeps them: JSON lists as text, tags with commas; nothing is null. */
export function asFrappeKeeps(row: FrappeDocument, attached: readonly Attached[]): void {
  for (const { key, value } of attached) {
    const list = row[key];
    if (value === undefined || !Array.isArray(list)) continue;
    const text = key === '_user_tags' ? `,${list.join(',')}` : JSON.stringify(list);
    row[key] = list.length === 0 ? null : text;
  }
}
