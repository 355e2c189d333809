/** Tags that are in use on documents of a DocType, the most used first: what one may want to put on the next. */
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { listTags } from '../api/activity.ts';

export function useTags(doctype: MaybeRefOrGetter<string>, isWanted: MaybeRefOrGetter<boolean>) {
  const query = useQuery({
    queryKey: computed(() => ['tags', toValue(doctype)]),
    queryFn: () => listTags(toValue(doctype)),
    enabled: computed(() => toValue(isWanted)),
    retry: false,
  });
  return { tags: computed(() => query.data.value ?? []) };
}
