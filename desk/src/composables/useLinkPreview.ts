/** A few fields of a linked document, asked for when somebody wants to know more of it. */
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { listDocuments } from '../api/documents.ts';
import { titleOf } from '../meta/titles.ts';
import type { FieldMeta } from '../meta/types.ts';
import { useDocType } from './useDocType.ts';

const FEW = 5;

export function useLinkPreview(doctype: MaybeRefOrGetter<string>, name: MaybeRefOrGetter<string>) {
  const { meta } = useDocType(doctype);
  /** Those of its list, which are what people know it by. */
  const fields = computed<FieldMeta[]>(() =>
    (meta.value?.list_fields ?? [])
      .flatMap((fieldname) => meta.value?.fields.filter((field) => field.fieldname === fieldname) ?? [])
      .filter(({ fieldname }) => !['name', meta.value?.title_field].includes(fieldname))
      .slice(0, FEW),
  );
  const query = useQuery({
    queryKey: computed(() => ['link-preview', toValue(doctype), toValue(name)]),
    queryFn: async () => {
      const shown = ['name', meta.value?.title_field ?? '', ...fields.value.map(({ fieldname }) => fieldname)];
      const wish = {
        fields: [...new Set(shown.filter((fieldname) => fieldname !== ''))],
        filters: [['name', '=', toValue(name)] as const],
        limit: 1,
        count: 'none' as const,
      };
      return (await listDocuments(toValue(doctype), wish)).items[0] ?? null;
    },
    staleTime: 30_000,
    retry: false,
    enabled: computed(() => meta.value !== undefined && !meta.value.issingle && toValue(name) !== ''),
  });
  return {
    meta,
    fields,
    doc: query.data,
    isLoading: computed(() => query.isLoading.value || meta.value === undefined),
    error: query.error,
    title: computed(
      () => (meta.value && query.data.value ? titleOf(meta.value, query.data.value) : '') || toValue(name),
    ),
  };
}
