/** Why the caller may or may not, as the server explains it. */
import type { Right } from '../meta/types.ts';
import { request } from './client.ts';

export interface Explanation {
  rights: Readonly<Record<Right, { allowed: boolean; because: readonly string[] }>>;
  permissions: readonly { role: string; permlevel: number; rights: readonly Right[]; has_role: boolean }[];
}

/** Of the DocType as a whole. */
export function explainMyRights(doctype: string): Promise<Explanation> {
  return request('GET', '/api/v1/permissions/explain', { query: { doctype } });
}
