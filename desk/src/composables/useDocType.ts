/** DocTypes as the server describes them to this user: all of them in short, and one in full. */
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { getDocType, listDocTypes } from '../api/meta.ts';
import { createSlugs } from '../meta/slug.ts';
import type { DocTypeMeta, DocTypeSummary } from '../meta/types.ts';
import { useSession } from './useSession.ts';

const FRESH_MS = 60_000;

export function useDocTypes() {
  const { user } = useSession();
  const query = useQuery({
    queryKey: computed(() => ['meta', user.value?.user]),
    queryFn: listDocTypes,
    staleTime: FRESH_MS,
    enabled: computed(() => user.value !== undefined),
  });
  const items = computed<DocTypeSummary[]>(() => query.data.value ?? []);
  const slugs = computed(() => createSlugs(items.value.map(({ name }) => name)));
  return { items, slugs, error: query.error, isLoading: query.isLoading, reload: () => query.refetch() };
}

/** Asks for one now and then, as somebody types: of those that are kept while they are as they were. */
export function useDefinitions(): (name: string) => Promise<DocTypeMeta> {
  const { user } = useSession();
  const client = useQueryClient();
  return (name) =>
    client.fetchQuery({
      queryKey: ['meta', user.value?.user, name],
      queryFn: () => getDocType(name),
      staleTime: FRESH_MS,
    });
}

/** `name` undefined or "": nothing is asked. */
export function useDocType(name: MaybeRefOrGetter<string | undefined>) {
  const { user } = useSession();
  const client = useQueryClient();
  const queryKey = computed(() => ['meta', user.value?.user, toValue(name)]);
  const query = useQuery({
    queryKey,
    queryFn: () => getDocType(toValue(name) as string),
    staleTime: FRESH_MS,
    enabled: computed(() => Boolean(toValue(name)) && user.value !== undefined),
  });
  return {
    meta: query.data,
    error: query.error,
    isLoading: query.isLoading,
    reload: () => client.invalidateQueries({ queryKey: queryKey.value }),
  };
}
