/** What is offered to be made. Who has the right to make what comes about by itself finds its form by its address. Pure. */
import type { DocTypeSummary } from './types.ts';

export function isOffered(meta: Pick<DocTypeSummary, 'permissions' | 'in_create'> | undefined): boolean {
  return meta?.permissions.create === true && !meta.in_create;
}
