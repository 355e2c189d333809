/** What the server says of its DocTypes. */
import type { DocTypeMeta, DocTypeSummary } from '../meta/types.ts';
import { request } from './client.ts';

/** All that the caller may see. */
export async function listDocTypes(): Promise<DocTypeSummary[]> {
  return (await request<{ items: DocTypeSummary[] }>('GET', '/api/meta')).items.map(offered);
}

export async function getDocType(name: string): Promise<DocTypeMeta> {
  return offered(await request<DocTypeMeta>('GET', `/api/meta/${encodeURIComponent(name)}`));
}

/** What nobody makes by hand, whatever their rights, is offered as new nowhere. */
function offered<T extends DocTypeSummary>(meta: T): T {
  return meta.in_create ? { ...meta, permissions: { ...meta.permissions, create: false } } : meta;
}
