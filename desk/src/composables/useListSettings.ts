/** How this user wants the list of a DocType: its columns, their widths, how many at a time. */
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { type ColumnSettings, clampWidth } from '../meta/columns.ts';
import { useKept } from './useUserStore.ts';

export interface ListSettings extends ColumnSettings {
  pageLength?: number;
  /** What the other ways to look at the list stand on: by view, a choice for each of its parts. "": none. */
  views?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const PAGE_LENGTHS = [20, 50, 100, 500];
const USUAL_LENGTH = 50;

/** `otherwise`: what holds where the user has said nothing. */
export function useListSettings(
  doctype: MaybeRefOrGetter<string>,
  otherwise: MaybeRefOrGetter<Pick<ListSettings, 'columns' | 'views'>> = {},
) {
  const kept = computed(() => useKept<ListSettings>('list', toValue(doctype), {}));
  const settings = computed((): ListSettings => {
    const own = kept.value.value.value;
    const { columns, views } = toValue(otherwise);
    return { ...own, columns: own.columns ?? columns, views: own.views ?? views };
  });
  const change = (part: ListSettings): void => kept.value.write({ ...kept.value.value.value, ...part });
  return {
    settings,
    /** False while what another browser has kept may still come. */
    isKnown: computed(() => kept.value.isKnown.value),
    pageLength: computed(() => settings.value.pageLength ?? USUAL_LENGTH),
    setColumns: (columns: readonly string[]) => change({ columns }),
    setWidth: (fieldname: string, width: number) =>
      change({ widths: { ...settings.value.widths, [fieldname]: clampWidth(width) } }),
    setView: (view: string, part: Readonly<Record<string, string>>) =>
      change({ views: { ...settings.value.views, [view]: { ...settings.value.views?.[view], ...part } } }),
    setViews: (views: ListSettings['views']) => change({ views }),
    setPageLength: (pageLength: number) => change({ pageLength }),
    /** Back to what the DocType says. */
    reset: () => change({ columns: undefined, widths: undefined }),
  };
}
