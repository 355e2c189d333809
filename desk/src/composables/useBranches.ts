/** The documents below each document of a tree, asked for once each. */
import { shallowReactive, shallowRef } from 'vue';
import { listDocuments } from '../api/documents.ts';
import { fieldsToAsk } from '../meta/columns.ts';
import type { Doc, DocTypeMeta, FieldMeta } from '../meta/types.ts';

const MOST = 1000;

export function useBranches(meta: () => DocTypeMeta, columns: () => readonly FieldMeta[]) {
  const branches = shallowReactive(new Map<string, readonly Doc[]>());
  const error = shallowRef<Error | undefined>();

  /** "" is the top. */
  async function load(parent: string): Promise<void> {
    const { name, tree_parent_field: field, fields } = meta();
    const group = fields.some(({ fieldname }) => fieldname === 'is_group') ? ['is_group'] : [];
    const condition = parent === '' ? [field, 'is', 'not set'] : [field, '=', parent];
    error.value = undefined;
    try {
      const wish = {
        fields: [...new Set([...fieldsToAsk(meta(), columns()), ...group])],
        filters: [condition],
        order_by: 'name asc',
        limit: MOST,
        count: 'none' as const,
      };
      branches.set(parent, (await listDocuments(name, wish)).items);
    } catch (refusal) {
      error.value = refusal as Error;
    }
  }

  /** Where groups are marked, what is none has nothing below it. */
  function isLeaf(doc: Doc): boolean {
    const known = branches.get(doc.name ?? '');
    if (known) return known.length === 0;
    return 'is_group' in doc && (doc.is_group === 0 || doc.is_group === false || doc.is_group === null);
  }

  return { of: (parent: string) => branches.get(parent), load, isLeaf, error };
}
