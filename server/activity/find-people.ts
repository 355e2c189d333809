/** People to name, to assign to, to share with: enabled users that the caller may choose, by a part of their name. */
import type { Context } from '../documents/contract.ts';
import { readList } from '../documents/read.ts';
import { GUEST } from '../kernel/actor.ts';
import { and, condition, or } from '../kernel/filter.ts';
import type { Face } from './people.ts';

export type Person = Face & { user: string };

const LONGEST = 140;

/** In the order of their names. Throws `forbidden` for who may not choose users. */
export async function findPeople(ctx: Context, q: { text: string; limit: number }): Promise<Person[]> {
  const words = q.text.slice(0, LONGEST).toWellFormed().replaceAll('\0', '').split(/\s+/);
  const wanted = words
    .map((word) => word.replaceAll(/[%\\]/g, ''))
    .filter((word) => word !== '')
    .map((word) => or(condition('name', 'like', `%${word}%`), condition('full_name', 'like', `%${word}%`)));
  const request = {
    fields: ['name', 'full_name', 'user_image'].map((path) => ({ kind: 'path' as const, path })),
    filter: and(condition('enabled', '=', true), condition('name', '!=', GUEST), ...wanted),
    search: [],
    groupBy: [],
    order: [
      { path: 'full_name', direction: 'asc' as const },
      { path: 'name', direction: 'asc' as const },
    ],
    limit: q.limit,
    offset: 0,
    count: 'none' as const,
    expand: [],
  };
  // As a Link picker asks: who may choose users sees of them what a picker shows, and no more.
  const { items } = JSON.parse(await readList(ctx, { doctype: 'User', request, action: 'select' })) as {
    items: Record<string, string | null>[];
  };
  return items.map(({ name, full_name, user_image }) => ({
    user: String(name),
    full_name: full_name || String(name),
    user_image: user_image || null,
  }));
}
