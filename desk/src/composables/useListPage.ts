/** All that a page of documents shows and does, in one place: its parts get this and nothing else. */
import { computed, type MaybeRefOrGetter } from 'vue';
import { fieldsToAsk, listColumns, orderOf } from '../meta/columns.ts';
import { toWire } from '../meta/filters.ts';
import { viewFields } from '../meta/view-fields.ts';
import { useBulk } from './useBulk.ts';
import { useCurrentDocType } from './useCurrentDocType.ts';
import { useDefaultView } from './useDefaultView.ts';
import { useExport } from './useExport.ts';
import { useLinkTitles } from './useLinkTitles.ts';
import { useList } from './useList.ts';
import { useListRoute } from './useListRoute.ts';
import { useListSettings } from './useListSettings.ts';
import { useLiveList } from './useLiveList.ts';
import { useSavedViews } from './useSavedViews.ts';
import { useSelection } from './useSelection.ts';

export type ListPage = ReturnType<typeof useListPage>;

/** Views that show the rows of the page one after another; others ask by themselves. */
const ROW_VIEWS: ReadonlySet<string> = new Set(['', 'list', 'gallery']);

export function useListPage(slug: MaybeRefOrGetter<string>) {
  const current = useCurrentDocType(slug);
  const doctype = computed(() => current.doctype.value ?? '');
  const saved = useSavedViews(doctype);
  const opening = useDefaultView(doctype, saved.views);
  const settings = useListSettings(doctype, () => ({
    columns: opening.view.value?.columns,
    views: opening.view.value?.parts,
  }));
  // Asked for beside each other: a list that did not wait for all would show other rows first than those that are kept.
  const isKnown = computed(() => [settings, saved].every((part) => part.isKnown.value));
  const meta = computed(() => (isKnown.value ? current.meta.value : undefined));
  const route = useListRoute(slug, meta, () => opening.view.value?.query);
  const columns = computed(() => (meta.value ? listColumns(meta.value, settings.settings.value) : []));
  const order = computed(() => route.sort.value || (meta.value ? orderOf(meta.value) : ''));
  const wire = computed(() => toWire(route.filters.value));
  const hasRows = computed(() => ROW_VIEWS.has(route.view.value));
  /** What a row is shown with: its columns, and of a card its picture. */
  const shown = computed(() => {
    const { image } = meta.value ? viewFields(meta.value, 'gallery', settings.settings.value.views?.gallery) : {};
    return route.view.value === 'gallery' && image ? [...columns.value, image] : columns.value;
  });
  const wish = computed(() =>
    meta.value && hasRows.value
      ? {
          fields: fieldsToAsk(meta.value, shown.value),
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
    meta,
    doctype,
    route,
    saved,
    opening,
    settings,
    columns,
    order,
    wire,
    list,
    hasRows,
    names,
    selection,
    live,
    bulk: useBulk(() => doctype.value),
    exporter: useExport(),
    isNarrowed: computed(() => wire.value.length > 0 || route.q.value !== ''),
  };
}
