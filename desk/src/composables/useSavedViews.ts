/** Named states of a list that a user comes back to: what stands in the address after the question mark. */
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { useKept } from './useUserStore.ts';

export interface SavedView {
  name: string;
  query: Readonly<Record<string, string>>;
  columns?: readonly string[];
}

export function useSavedViews(doctype: MaybeRefOrGetter<string>) {
  const kept = computed(() => useKept<readonly SavedView[]>('views', toValue(doctype), []));
  const views = computed(() => kept.value.value.value);
  const without = (name: string): SavedView[] => views.value.filter((view) => view.name !== name);
  return {
    views,
    /** One of the same name is replaced. */
    save: (view: SavedView) =>
      kept.value.write([...without(view.name), view].sort((a, b) => a.name.localeCompare(b.name))),
    remove: (name: string) => kept.value.write(without(name)),
  };
}
