/** All that a page of documents shows and does, in one place: its parts get this and nothing else. */
import { computed, type MaybeRefOrGetter } from 'vue';
import { fieldsToAsk, listColumns, orderOf } from '../meta/columns.ts';
import { toWire } from '../meta/filters.ts';
import { useBulk } from './useBulk.ts';
import { useCurrentDocType } from './useCurrentDocType.ts';
import { useExport } from './useExport.ts';
import { useLinkTitles } from './useLinkTitles.ts';
import { useList } from './useList.ts';
import { useListRoute } from './useListRoute.ts';
import { useListSettings } from './useListSettings.ts';
import { useLiveList } from './useLiveList.ts';
import { useSelection } from './useSelection.ts';

export type ListPage = ReturnType<typeof useListPage>;

/** `isTable`: rows are wanted, not another view that asks by itself. */
export function useListPage(slug: MaybeRefOrGetter<string>) {
  const current = useCurrentDocType(slug);
  const { meta } = current;
  const doctype = computed(() => current.doctype.value ?? '');
  const route = useListRoute();
  const settings = useListSettings(doctype);
  const columns = computed(() => (meta.value ? listColumns(meta.value, settings.settings.value) : []));
  const order = computed(() => route.sort.value || (meta.value ? orderOf(meta.value) : ''));
  const wire = computed(() => toWire(route.filters.value));
  const isTable = computed(() => ['', 'list'].includes(route.view.value));
  const wish = computed(() =>
    meta.value && isTable.value
      ? {
          fields: fieldsToAsk(meta.value, columns.value),
          filters: wire.value.length > 0 ? wire.value : undefined,
          order_by: order.value,
          q: route.q.value || undefined,
          limit: settings.pageLength.value,
        }
      : undefined,
  );
  const list = useList(doctype, wish);
  const names = computed(() => list.items.value.map(({ name }) => name ?? ''));
  const selection = useSelection(() => names.value);
  const live = useLiveList({
    doctype,
    wish,
    rows: list.items,
    hasMore: list.hasMore,
    isChosen: () => selection.count.value > 0,
    renew: list.renew,
  });
  useLinkTitles(
    () => list.items.value,
    () => columns.value,
  );
  return {
    ...current,
    doctype,
    route,
    settings,
    columns,
    order,
    wire,
    list,
    names,
    selection,
    live,
    bulk: useBulk(() => doctype.value),
    exporter: useExport(),
    isNarrowed: computed(() => wire.value.length > 0 || route.q.value !== ''),
  };
}
