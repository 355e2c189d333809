/**
 * The saved view that a list of a DocType opens on while nothing else was kept or asked for: the one that this user
 * chose, or else the one that was made so for everybody. Its columns are those of the list until the user has their own.
 */
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { StoredView } from './useSavedViews.ts';
import { useKept } from './useUserStore.ts';

export function useDefaultView(doctype: MaybeRefOrGetter<string>, views: MaybeRefOrGetter<readonly StoredView[]>) {
  const chosen = computed(() => useKept<string>('list-default', toValue(doctype), ''));
  const own = computed(() => toValue(views).find(({ id }) => id === chosen.value.value.value));
  return {
    own,
    view: computed(() => own.value ?? toValue(views).find(({ isDefault }) => isDefault)),
    /** "": none of one's own. */
    choose: (id: string) => chosen.value.write(id),
  };
}
