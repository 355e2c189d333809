/** The documents that a link may lead to, as somebody types: asked for a little later, the newest answer wins. */
import { type MaybeRefOrGetter, shallowRef, toValue } from 'vue';
import { listDocuments } from '../api/documents.ts';
import { linkTitleField, linkTitleOf } from '../meta/links.ts';
import { ranked } from '../meta/rank.ts';
import type { DocTypeMeta, DocTypeSummary, Filter } from '../meta/types.ts';
import { useDefinitions, useDocTypes } from './useDocType.ts';
import { __ } from './useI18n.ts';

export interface LinkChoice {
  name: string;
  title: string;
  /** What else tells it from others of that title. */
  note: string;
}

const WAIT_MS = 120;
const MOST = 20;
const DOCTYPE = 'DocType';

export function useLinkSearch(
  doctype: MaybeRefOrGetter<string>,
  filters: MaybeRefOrGetter<readonly Filter[]> = [],
  withDisabled: MaybeRefOrGetter<boolean> = false,
) {
  const definitionOf = useDefinitions();
  const { items: doctypes } = useDocTypes();
  /** Whoever may not read DocTypes chooses among those that they know of. */
  const isKnownOnly = (target: string): boolean =>
    target === DOCTYPE && !doctypes.value.some(({ name }) => name === DOCTYPE);
  const choices = shallowRef<readonly LinkChoice[]>([]);
  const isSearching = shallowRef(false);
  const error = shallowRef<Error | undefined>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort: AbortController | undefined;

  function search(text: string, wait = WAIT_MS): void {
    clearTimeout(timer);
    abort?.abort();
    // What was stopped no longer says that the search is over.
    abort = undefined;
    isSearching.value = true;
    timer = setTimeout(() => void ask(text), wait);
  }

  async function ask(text: string): Promise<void> {
    const target = toValue(doctype);
    const mine = new AbortController();
    abort = mine;
    error.value = undefined;
    try {
      if (isKnownOnly(target)) {
        choices.value = among(doctypes.value, text);
        return;
      }
      const meta = target === '' ? undefined : await definitionOf(target);
      choices.value = meta
        ? await find(meta, { text, filters: toValue(filters), withDisabled: toValue(withDisabled) }, mine.signal)
        : [];
    } catch (refusal) {
      if (!mine.signal.aborted) error.value = refusal as Error;
    } finally {
      if (abort === mine) isSearching.value = false;
    }
  }

  return { choices, isSearching, error, search };
}

function among(doctypes: readonly DocTypeSummary[], text: string): LinkChoice[] {
  const listed = doctypes.filter(({ istable }) => !istable);
  const found = ranked(
    text,
    listed,
    ({ name }) => __(name),
    ({ name }) => [name],
  );
  return found.slice(0, MOST).map(({ item: { name, module } }) => ({ name, title: name, note: module }));
}

async function find(
  meta: DocTypeMeta,
  q: { text: string; filters: readonly Filter[]; withDisabled: boolean },
  signal: AbortSignal,
): Promise<LinkChoice[]> {
  const shown = new Set([meta.title_field, ...meta.search_fields].filter((field) => field !== '' && field !== 'name'));
  const fields = ['name', ...shown];
  const wish = {
    fields,
    q: q.text || undefined,
    filters: q.filters,
    limit: MOST,
    count: 'none',
    as: 'select',
    include_disabled: q.withDisabled ? 1 : undefined,
  } as const;
  const page = await listDocuments(meta.name, wish, signal);
  return page.items.map((doc) => {
    const name = doc.name ?? '';
    const title = linkTitleOf(meta, doc);
    const others = [...shown].filter((field) => field !== linkTitleField(meta)).map((field) => doc[field]);
    const note = [title === name ? undefined : name, ...others].filter(
      (part) => typeof part === 'string' && part !== '' && part !== title,
    );
    return { name, title, note: note.slice(0, 3).join(' · ') };
  });
}
