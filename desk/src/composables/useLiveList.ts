/**
 * Rows that others change while they are read. A row is brought up to date where it stands; what is new or gone
 * comes at once while nobody would mind, and is only announced while the reader is in the middle of something.
 */
import { useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, shallowRef, toValue, watch } from 'vue';
import { type ListWish, listDocuments } from '../api/documents.ts';
import type { Doc } from '../meta/types.ts';
import { type Changes, type DocumentEvent, useChanges } from './useChanges.ts';
import { listKey, usePatchRows, useStaleLists } from './useList.ts';

export interface LiveListWish {
  doctype: MaybeRefOrGetter<string>;
  /** Undefined: another view shows them, which asks by itself. */
  wish: MaybeRefOrGetter<ListWish | undefined>;
  rows: MaybeRefOrGetter<readonly Doc[]>;
  /** Further pages are there. */
  hasMore: MaybeRefOrGetter<boolean>;
  /** Something is chosen. */
  isChosen: MaybeRefOrGetter<boolean>;
  /** From the first page again. */
  renew(): Promise<unknown>;
}

/** Names that an address has room for. */
const IN_ADDRESS = 60;

export function useLiveList(q: LiveListWish) {
  const patch = usePatchRows();
  const stale = useStaleLists();
  const client = useQueryClient();
  /** Said by the view: its reader has scrolled, is among the rows, or writes in one. */
  const isBusy = shallowRef(false);
  const added = shallowRef<ReadonlySet<string>>(new Set());
  const gone = shallowRef<ReadonlySet<string>>(new Set());
  /** Nobody said what it was. */
  const isOther = shallowRef(false);
  const isHeld = computed(() => isBusy.value || toValue(q.isChosen));
  const hasNews = computed(() => isOther.value || added.value.size + gone.value.size > 0);

  function forget(): void {
    added.value = new Set();
    gone.value = new Set();
    isOther.value = false;
  }

  async function show(): Promise<void> {
    forget();
    await q.renew();
    // Groups and counts beside the rows.
    void client.invalidateQueries({ queryKey: [...listKey(toValue(q.doctype)), 'groups'] });
  }

  async function take({ documents, isAll, isLost }: Changes): Promise<void> {
    const wish = toValue(q.wish);
    if (!wish) return void (await stale(toValue(q.doctype)));
    const rows = new Map(toValue(q.rows).map((row) => [row.name ?? '', row]));
    const news = [...documents.values()].filter(({ name, modified }) => !isKnown(rows.get(name), modified));
    if (isAll || isLost || news.length > IN_ADDRESS) isOther.value = true;
    else if (news.length > 0) await look(wish, rows, news);
    if (hasNews.value && !isHeld.value) await show();
  }

  /** Which of those that changed belong to what is shown, and how they are now. */
  async function look(wish: ListWish, rows: ReadonlyMap<string, Doc>, news: readonly DocumentEvent[]): Promise<void> {
    const names = news.map(({ name }) => name);
    const page = await listDocuments(toValue(q.doctype), {
      ...wish,
      filters: [...(wish.filters ?? []), ['name', 'in', names]],
      limit: names.length,
      count: 'none',
    });
    const found = new Map(page.items.map((row) => [row.name ?? '', row]));
    patch(toValue(q.doctype), new Map([...found].filter(([name]) => rows.has(name))));
    const isNew = ({ name, event }: DocumentEvent): boolean =>
      found.has(name) && !rows.has(name) && (event === 'insert' || !toValue(q.hasMore) || isByTime(wish));
    added.value = new Set([...added.value, ...news.filter(isNew).map(({ name }) => name)]);
    gone.value = new Set([...gone.value, ...names.filter((name) => rows.has(name) && !found.has(name))]);
  }

  useChanges(() => (toValue(q.doctype) === '' ? undefined : { doctype: toValue(q.doctype) }), take);
  watch([() => toValue(q.doctype), () => JSON.stringify(toValue(q.wish) ?? null)], forget);
  // Whoever has gone back to the top and let go of everything sees it all.
  watch(isHeld, (held) => {
    if (!held && hasNews.value) void show();
  });
  return { isBusy, added, gone, hasNews, show };
}

/** The row is of that moment already: it was written here. */
function isKnown(row: Doc | undefined, modified: string | undefined): boolean {
  return row !== undefined && modified !== undefined && row.modified === modified;
}

/** What was changed last stands first: every change is new at the top. */
function isByTime({ order_by = '' }: ListWish): boolean {
  return /^modified\s+desc/i.test(order_by);
}
