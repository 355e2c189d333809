/**
 * What a list shows, as its address says it: search, filters, order, group and view. A link shows the same to others.
 * An address that says nothing of it shows what this user asked this list for last, or else what it opens on; whoever
 * takes all of that away here has a list that shows everything, the next time too.
 */
import { computed, type MaybeRefOrGetter, shallowRef, toValue, watch } from 'vue';
import { onBeforeRouteUpdate, useRoute, useRouter } from 'vue-router';
import { type FilterTree, fromQuery, toQuery } from '../meta/filters.ts';
import { firstQuery, isKept, type ListQuery, lastQuery, toKeep } from '../meta/last-list.ts';
import type { DocTypeMeta } from '../meta/types.ts';
import { useKept } from './useUserStore.ts';

/** The words of the address that belong to lists; saved views keep these. */
const KEYS = ['q', 'filters', 'sort', 'group', 'view', 'by'] as const;
export type ListKey = (typeof KEYS)[number];
type Part = Partial<Record<ListKey | 'on', string | undefined>>;

export function useListRoute(
  slug: MaybeRefOrGetter<string>,
  meta: MaybeRefOrGetter<DocTypeMeta | undefined>,
  /** What the list opens on where nothing was kept. */
  opening: MaybeRefOrGetter<ListQuery | undefined>,
) {
  const route = useRoute();
  const router = useRouter();
  /** The address is as it is because of what was done here. */
  const isAsked = shallowRef(false);
  let isAsking = false;

  const kept = computed(() => {
    const type = toValue(meta);
    return type && useKept<ListQuery | null>('list-last', type.name, null);
  });
  /** As it was on arrival: a default that somebody makes meanwhile moves no list under its reader. */
  const start = shallowRef<ListQuery | undefined>();
  const arrive = (): void => {
    start.value = toValue(opening);
  };
  watch(() => toValue(meta)?.name, arrive, { immediate: true, flush: 'sync' });
  const first = (type: DocTypeMeta): ListQuery | undefined =>
    kept.value?.value.value ? lastQuery(kept.value.value.value, type) : firstQuery(start.value, type);
  /** Undefined while the address itself says something. */
  const last = computed(() => {
    const type = toValue(meta);
    const isHere = route.params.slug === toValue(slug) && route.path.endsWith('/list');
    const isBare = ![...KEYS, 'on'].some((key) => typeof route.query[key] === 'string');
    return type && isHere && isBare && !isAsked.value ? first(type) : undefined;
  });
  const query = computed(() => ({ ...route.query, ...last.value }));
  watch(last, (found) => found && go(query.value), { immediate: true });
  onBeforeRouteUpdate((to, from) => {
    if (isAsking) return;
    isAsked.value = false;
    if (to.params.slug === from.params.slug) arrive();
  });

  async function go(next: Readonly<Record<string, unknown>>): Promise<void> {
    isAsking = true;
    try {
      await router.replace({ query: next as typeof route.query });
    } finally {
      isAsking = false;
    }
  }

  function ask(part: Part): void {
    show({ ...query.value, ...part }, Object.keys(part).some(isKept));
  }

  function show(next: Readonly<Record<string, unknown>>, isHabit = true): void {
    isAsked.value = true;
    const habit = isHabit ? toKeep(next) : undefined;
    if (habit) kept.value?.write(habit);
    void go(next);
  }

  const text = (key: ListKey | 'on') =>
    computed(() => (typeof query.value[key] === 'string' ? (query.value[key] as string) : ''));
  const filterText = text('filters');

  return {
    q: text('q'),
    sort: text('sort'),
    group: text('group'),
    view: text('view'),
    /** The field that a view is arranged by. */
    by: text('by'),
    /** The day that a calendar is opened at; no saved view keeps it. */
    on: text('on'),
    filters: computed(() => fromQuery(filterText.value)),
    /** Only what is set, for a saved view. */
    query: computed(() =>
      Object.fromEntries(
        KEYS.flatMap((key) =>
          typeof query.value[key] === 'string' && query.value[key] !== '' ? [[key, query.value[key] as string]] : [],
        ),
      ),
    ),
    ask,
    setFilters: (tree: FilterTree) => ask({ filters: toQuery(tree) }),
    /** Nothing of what was asked before is left. */
    show: (next: ListQuery) => show(next),
    /** The list opens as if it had not been used yet. */
    forget: () => kept.value?.write(null),
  };
}
