/** The addresses of DocTypes and documents, for whatever leads to them. */
import type { DocTypeSummary } from '../meta/types.ts';
import { useDocTypes } from './useDocType.ts';

export function usePlaces() {
  const { slugs } = useDocTypes();
  const base = (doctype: string): string => `/app/${encodeURIComponent(slugs.value.of(doctype))}`;
  const toDocument = (doctype: string, name: string): string => `${base(doctype)}/detail/${encodeURIComponent(name)}`;
  return {
    toDocument,
    toNew: (doctype: string) => `${base(doctype)}/new`,
    /** Its list; of a single DocType, its one document. */
    toDocType: ({ name, issingle }: Pick<DocTypeSummary, 'name' | 'issingle'>) =>
      issingle ? toDocument(name, name) : `${base(name)}/list`,
  };
}
