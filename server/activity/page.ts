/** Pages by key, newest first: where one ends is a text that only this file reads. */
import { AppError } from '../kernel/error.ts';

/** The last entry of a page: those of the next come before it. */
export interface Place {
  at: string;
  id: string;
}

export interface PageWish {
  limit: number;
  /** `next` of the page before; undefined: from the newest on. */
  before?: string;
}

export const USUAL_PAGE = 20;
export const LARGEST_PAGE = 100;

const PLACE = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z) ([0-9a-f-]{36})$/;

/** Throws `bad_request` for a text that no page has given. */
export function placeBefore(before: string | undefined): Place | undefined {
  if (before === undefined || before === '') return undefined;
  const [, at, id] = PLACE.exec(Buffer.from(before, 'base64url').toString('latin1')) ?? [];
  if (at !== undefined && id !== undefined) return { at, id };
  const message =
    'before must be the "next" of an earlier answer of this route, unchanged. Leave it out for the first page.';
  throw new AppError('bad_request', message, { errors: [{ field: 'before', code: 'bad_cursor', message }] });
}

export function nextAfter({ at, id }: Place): string {
  return Buffer.from(`${at} ${id}`, 'latin1').toString('base64url');
}

/** One row more than wanted was asked for: the page, and where the next begins. */
export function cut<T extends Place>(rows: readonly T[], limit: number): { items: T[]; next: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, next: rows.length > limit && last ? nextAfter(last) : null };
}

/** The condition of a page on an alias, with its values put behind those that are there. */
export function beforeSql(alias: string, place: Place | undefined, values: (string | number | null)[]): string {
  if (!place) return '';
  const at = values.push(place.at);
  const id = values.push(place.id);
  return ` and (${alias}.creation, ${alias}.id) < ($${at}::timestamptz, $${id}::uuid)`;
}
