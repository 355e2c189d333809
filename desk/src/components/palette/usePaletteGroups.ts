/** The entries for what was typed, in groups: the group with the best fit first, documents of the server last. */
import { CircleQuestionMark, Hash, Terminal } from '@lucide/vue';
import { computed, type Ref, watch } from 'vue';
import { __ } from '../../composables/useI18n.ts';
import { useSearch } from '../../composables/useSearch.ts';
import { ranked } from '../../meta/rank.ts';
import { type Entry, useEntries } from './entries.ts';

export interface EntryGroup {
  title: string;
  entries: readonly Entry[];
}

const MODE = /^\s*([>#?])\s*/;
const SHORTEST_SEARCH = 2;
const SHOWN = 6;
const SHOWN_COMMANDS = 20;

export function usePaletteGroups(text: Ref<string>) {
  const sources = useEntries();
  const { hits, isSearching, error, search } = useSearch();
  const mode = computed(() => MODE.exec(text.value)?.[1] ?? '');
  const typed = computed(() => text.value.replace(MODE, '').trim());

  watch(
    [typed, mode],
    ([q, how]) => {
      const isWanted = q !== '' && (how === '#' || (how === '' && q.length >= SHORTEST_SEARCH));
      search(isWanted ? { q: q.slice(0, 140), isByName: how === '#', first: sources.first.value } : undefined);
    },
    { immediate: true },
  );

  const fitting = (entries: readonly Entry[], most: number) =>
    ranked(
      typed.value,
      entries,
      ({ label }) => label,
      ({ also = [] }) => also,
    ).slice(0, most);

  function group(title: string, entries: readonly Entry[], most = SHOWN) {
    const found = fitting(entries, most);
    return { title, entries: found.map(({ item }) => item), fit: found[0]?.fit ?? 0 };
  }

  const modes = computed<Entry[]>(() => [
    { id: 'mode >', label: __('Commands'), note: __('Type > first'), icon: Terminal, run: () => begin('>') },
    { id: 'mode #', label: __('Documents by their name'), note: __('Type # first'), icon: Hash, run: () => begin('#') },
    { id: 'mode ?', label: __('Help'), note: __('Type ? first'), icon: CircleQuestionMark, run: () => begin('?') },
  ]);

  /** Another way to look: the palette stays. */
  function begin(sign: string): void {
    text.value = sign;
  }

  /** What was opened before is not shown twice. */
  const documents = computed<readonly Entry[]>(() => {
    const known = new Set(mode.value === '' ? fitting(sources.recent.value, SHOWN).map(({ item }) => item.id) : []);
    return hits.value.map(sources.documentOf).filter(({ id }) => !known.has(id));
  });

  const groups = computed<EntryGroup[]>(() => {
    const here = (most?: number) => group(__('On this page'), sources.here.value, most);
    if (mode.value === '>')
      return filled([here(SHOWN_COMMANDS), group(__('Commands'), sources.desk.value, SHOWN_COMMANDS)]);
    if (mode.value === '?') {
      const help = sources.desk.value.filter(({ id }) => id === 'desk keys');
      return filled([group(__('Help'), [...help, ...modes.value])]);
    }
    if (mode.value === '#') {
      const recent = sources.recent.value.filter(() => typed.value === '');
      return filled([group(__('Open recently'), recent), { title: __('Documents'), entries: documents.value }]);
    }
    if (typed.value === '')
      return filled([
        here(),
        group(__('Pinned'), sources.pinned.value),
        group(__('Open recently'), sources.recent.value),
        { title: __('More'), entries: modes.value },
      ]);
    const local = [
      group(__('Go to'), sources.pages.value),
      here(),
      group(__('Make'), sources.created.value, 4),
      group(__('Commands'), sources.desk.value),
      group(__('Open recently'), sources.recent.value),
    ].sort((a, b) => b.fit - a.fit);
    return filled([...local, { title: __('Documents'), entries: documents.value }]);
  });

  return { groups, isSearching, error, typed, mode };
}

function filled(groups: readonly EntryGroup[]): EntryGroup[] {
  return groups.filter(({ entries }) => entries.length > 0);
}
