/**
 * Queries by the hash of their text (the "automatic persisted queries" of Apollo): a client sends the hash, and
 * the text only when it is not known here. Each process learns for itself, and forgets what is not asked for.
 */
import { createHash } from 'node:crypto';
import { AppError } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { type BoundedMap, boundedMap } from '../query/bounded-map.ts';

const HEAVIEST = 8_000_000;
const HASH = /^[0-9a-f]{64}$/;

export type Persisted = BoundedMap<string>;

export function createPersisted(): Persisted {
  return boundedMap(HEAVIEST);
}

/** The text that a request means. Throws bad_request; PersistedQueryNotFound asks for the text. */
export function queryText(persisted: Persisted, query: unknown, extensions: unknown): string {
  const wish = isObject(extensions) && isObject(extensions.persistedQuery) ? extensions.persistedQuery : undefined;
  if (!wish) return plainText(query);
  const hash = wish.sha256Hash;
  if (typeof hash !== 'string' || !HASH.test(hash))
    throw refuse('extensions.persistedQuery.sha256Hash must be 64 hexadecimal digits.');
  if (query === undefined || query === null || query === '') {
    const known = persisted.get(hash);
    if (known !== undefined) return known;
    throw new AppError('bad_request', 'PersistedQueryNotFound', { extra: { code: 'PERSISTED_QUERY_NOT_FOUND' } });
  }
  const text = plainText(query);
  if (createHash('sha256').update(text).digest('hex') !== hash)
    throw refuse('extensions.persistedQuery.sha256Hash is not the SHA-256 of the query.');
  persisted.set(hash, text, text.length);
  return text;
}

function plainText(query: unknown): string {
  if (typeof query === 'string' && query.trim() !== '') return query;
  throw refuse('The query is missing. Send {"query": "{ me { user } }", "variables": {…}}.');
}

function refuse(message: string): AppError {
  return new AppError('bad_request', message);
}
