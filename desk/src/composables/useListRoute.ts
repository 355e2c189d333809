/** What a list shows, as its address says it: search, filters, order, group and view. A link shows the same to others. */
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { type FilterTree, fromQuery, toQuery } from '../meta/filters.ts';

/** The words of the address that belong to lists; saved views keep these. */
const KEYS = ['q', 'filters', 'sort', 'group', 'view', 'by'] as const;
export type ListKey = (typeof KEYS)[number];

export function useListRoute() {
  const route = useRoute();
  const router = useRouter();
  const text = (key: ListKey | 'on') =>
    computed(() => (typeof route.query[key] === 'string' ? (route.query[key] as string) : ''));
  const filterText = text('filters');

  function ask(part: Partial<Record<ListKey | 'on', string | undefined>>): void {
    void router.replace({ query: { ...route.query, ...part } });
  }

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
          typeof route.query[key] === 'string' && route.query[key] !== '' ? [[key, route.query[key] as string]] : [],
        ),
      ),
    ),
    ask,
    setFilters: (tree: FilterTree) => ask({ filters: toQuery(tree) }),
    /** Nothing of what was asked before is left. */
    show: (query: Readonly<Record<string, string>>) => void router.replace({ query: { ...query } }),
  };
}
