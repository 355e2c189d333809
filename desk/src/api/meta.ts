/** What the server says of its DocTypes. */
import type { DocTypeMeta, DocTypeSummary } from '../meta/types.ts';
import { request } from './client.ts';

/** All that the caller may see. */
export async function listDocTypes(): Promise<DocTypeSummary[]> {
  return (await request<{ items: DocTypeSummary[] }>('GET', '/api/meta')).items;
}

export function getDocType(name: string): Promise<DocTypeMeta> {
  return request('GET', `/api/meta/${encodeURIComponent(name)}`);
}
