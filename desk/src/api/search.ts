/** Documents of all DocTypes by what they are called. */
import { request } from './client.ts';

export interface Hit {
  doctype: string;
  name: string;
  title: string;
}

export interface SearchWish {
  q: string;
  /** Only names that begin with `q`. */
  isByName?: boolean;
  /** DocTypes to look into before the others. */
  first?: readonly string[];
  limit?: number;
}

export function searchDocuments(
  { q, isByName, first, limit }: SearchWish,
  signal?: AbortSignal,
): Promise<{ items: Hit[]; is_complete: boolean }> {
  const query = { q, by: isByName ? 'name' : undefined, first: first?.length ? first : undefined, limit };
  return request('GET', '/api/v1/search', { query, signal });
}
