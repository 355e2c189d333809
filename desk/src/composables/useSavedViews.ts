/** Named states of a list that a user comes back to, and those that others share: what stands in the address after the question mark. */
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { listSavedViews, removeSavedView, writeSavedView } from '../api/saved-views.ts';
import { fromQuery, toWire } from '../meta/filters.ts';
import type { Doc } from '../meta/types.ts';
import { useChanges } from './useChanges.ts';
import type { ListSettings } from './useListSettings.ts';
import { useSession } from './useSession.ts';

export interface SavedView {
  name: string;
  query: Readonly<Record<string, string>>;
  columns?: readonly string[];
  /** What the other ways to look at the list stood on. */
  parts?: ListSettings['views'];
  isShared: boolean;
}

export interface StoredView extends SavedView {
  id: string;
  isMine: boolean;
  /** For everybody who finds it. */
  isDefault: boolean;
}

const FRESH_MS = 60_000;
/** Views of the address that are kinds of the server's. */
const KINDS: ReadonlySet<string> = new Set(['kanban', 'calendar', 'gantt', 'gallery', 'tree', 'map']);

export function useSavedViews(doctype: MaybeRefOrGetter<string>) {
  const { user } = useSession();
  const client = useQueryClient();
  const queryKey = computed(() => ['saved-views', user.value?.user, toValue(doctype)]);
  const answer = useQuery({
    queryKey,
    queryFn: () => listSavedViews(toValue(doctype)),
    staleTime: FRESH_MS,
    retry: false,
    enabled: computed(() => toValue(doctype) !== '' && user.value !== undefined),
  });
  const stale = () => client.invalidateQueries({ queryKey: ['saved-views'] });
  useChanges(() => (toValue(doctype) === '' ? undefined : { doctype: 'Saved View' }), stale, { everyMs: 3_000 });
  const views = computed(() => (answer.data.value?.items ?? []).map((doc) => viewOf(doc, user.value?.user)));
  return {
    views,
    /** They are there, or cannot be had. */
    // Not by isPending: what an answer changes is set one after another, and the views come later than that word.
    isKnown: computed(() => answer.data.value !== undefined || answer.isError.value),
    /** One of one's own of the same name is replaced. Throws ProblemError. */
    async save(view: SavedView): Promise<void> {
      const same = views.value.find(({ name, isMine }) => isMine && name === view.name);
      await writeSavedView(givenOf(toValue(doctype), view), same?.id);
      await stale();
    },
    async setDefault(id: string, isDefault: boolean): Promise<void> {
      await writeSavedView({ is_default: isDefault }, id);
      await stale();
    },
    async remove(id: string): Promise<void> {
      await removeSavedView(id);
      await stale();
    },
  };
}

function givenOf(doctype: string, { name, query, columns, parts, isShared }: SavedView): Record<string, unknown> {
  const filters = toWire(fromQuery(query.filters ?? ''));
  return {
    label: name,
    for_doctype: doctype,
    kind: KINDS.has(query.view ?? '') ? query.view : 'list',
    is_shared: isShared,
    columns: columns?.map((field) => ({ field })) ?? null,
    filters: filters.length > 0 ? filters : null,
    sort: query.sort ?? null,
    group_by: query.group ?? null,
    settings: { query, ...(parts ? { views: parts } : {}) },
  };
}

function viewOf(doc: Doc, me: string | undefined): StoredView {
  const settings = parsed(doc.settings) as { query?: Record<string, string>; views?: SavedView['parts'] } | null;
  const columns = parsed(doc.columns);
  return {
    id: String(doc.name),
    name: String(doc.label),
    query: settings?.query ?? {},
    columns: Array.isArray(columns)
      ? columns.map((column) => String((column as { field?: unknown }).field ?? column))
      : undefined,
    parts: settings?.views,
    isShared: doc.is_shared === true,
    isMine: doc.owner === me,
    isDefault: doc.is_default === true,
  };
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
}
