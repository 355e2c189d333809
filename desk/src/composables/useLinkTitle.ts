/** The title of a linked document, to be shown in the place of its name. Asked for once, for all places that show it. */
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { listDocuments } from '../api/documents.ts';
import { linkTitleField, linkTitleOf } from '../meta/links.ts';
import { useDocType, useDocTypes } from './useDocType.ts';

export function useLinkTitle(doctype: MaybeRefOrGetter<string>, name: MaybeRefOrGetter<string>) {
  const { items } = useDocTypes();
  /** Of a DocType that this user may not see nothing is asked. */
  const known = computed(() => (items.value.some((item) => item.name === toValue(doctype)) ? toValue(doctype) : ''));
  const { meta } = useDocType(known);
  const field = computed(() => linkTitleField(meta.value));
  const query = useQuery({
    queryKey: computed(() => ['link-title', toValue(doctype), toValue(name)]),
    queryFn: async () => {
      const wish = {
        fields: ['name', field.value],
        filters: [['name', '=', toValue(name)] as const],
        limit: 1,
        count: 'none' as const,
        as: 'select' as const,
        include_disabled: 1 as const,
      };
      return (await listDocuments(toValue(doctype), wish)).items[0] ?? null;
    },
    staleTime: 60_000,
    retry: false,
    enabled: computed(() => toValue(name) !== '' && field.value !== 'name'),
  });
  const title = computed(() => (query.data.value ? linkTitleOf(meta.value, query.data.value) : '') || toValue(name));
  return { title, meta, isReachable: computed(() => known.value !== '') };
}
