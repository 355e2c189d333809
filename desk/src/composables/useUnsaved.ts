/**
 * What is typed in a form is kept in this browser until it is saved or given up, and offered again after a crash or
 * a reload. Each page writes its own; what another open tab has typed is that tab's business.
 */
import { computed, onScopeDispose, shallowRef, watch } from 'vue';
import { draftsOf, forgetDrafts, removeDraft, type StoredDraft, writeDraft } from '../api/draft-store.ts';
import type { Doc, DocTypeMeta } from '../meta/types.ts';
import { takeUp, unsavedOf } from '../meta/unsaved.ts';
import type { useDoc } from './useDoc.ts';
import { onSignOut, useSession } from './useSession.ts';

const PAUSE_MS = 600;
const KEPT_MS = 30 * 24 * 3_600_000;
const page = `desk-page-${Date.now()}-${Math.random().toString(36).slice(2)}`;

// Held as long as this page is there: whoever finds a draft sees by it whether its page still is.
if ('locks' in navigator) void navigator.locks.request(page, () => new Promise<never>(() => undefined));
onSignOut((user) => forgetDrafts({ user }));
setTimeout(() => void forgetDrafts({ before: Date.now() - KEPT_MS }), 10_000);

async function pagesThatLive(): Promise<ReadonlySet<string | undefined>> {
  const locks = 'locks' in navigator ? await navigator.locks.query() : {};
  return new Set([page, ...(locks.held ?? []).map(({ name }) => name)]);
}

export function useUnsaved({
  meta,
  document: form,
}: {
  meta: () => DocTypeMeta | undefined;
  document: ReturnType<typeof useDoc>;
}) {
  const { user } = useSession();
  const { doc, saved, isLoading, isNew } = form;
  const found = shallowRef<StoredDraft | undefined>();
  const place = computed(() => {
    const type = meta();
    if (!type || !user.value || isLoading.value) return undefined;
    const name = isNew.value ? '' : saved.value.name;
    return name === undefined ? undefined : { user: user.value.user, doctype: type.name, name };
  });
  const key = computed(() => place.value && JSON.stringify(place.value));
  const unsaved = computed(() => {
    const type = meta();
    return type && place.value ? unsavedOf(type, saved.value, doc.value) : undefined;
  });
  let written: NonNullable<typeof place.value> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function write(): void {
    clearTimeout(timer);
    timer = undefined;
    if (!place.value || !unsaved.value) return;
    written = place.value;
    void writeDraft({ ...place.value, ...unsaved.value, page, at: Date.now(), version: saved.value._version });
  }

  function giveUp(): void {
    clearTimeout(timer);
    timer = undefined;
    if (written) void removeDraft({ ...written, page });
    written = undefined;
  }

  async function look(): Promise<void> {
    found.value = undefined;
    const [at, type] = [place.value, meta()];
    if (!at || !type) return;
    const [drafts, alive] = [await draftsOf(at), await pagesThatLive()];
    const left = drafts.filter((draft) => !alive.has(draft.page));
    const worth = left.filter((draft) => takeUp(type, draft, saved.value).names.length > 0);
    for (const draft of left) if (!worth.includes(draft)) void removeDraft(draft);
    if (key.value === JSON.stringify(at)) found.value = worth[0];
  }

  watch(
    key,
    () => {
      giveUp();
      void look();
    },
    { immediate: true },
  );
  watch(
    () => JSON.stringify(unsaved.value ?? null),
    () => {
      if (!unsaved.value) giveUp();
      else timer ??= setTimeout(write, PAUSE_MS);
    },
  );
  const flush = (): void => {
    if (timer !== undefined) write();
  };
  window.addEventListener('pagehide', flush);
  document.addEventListener('visibilitychange', flush);
  onScopeDispose(() => {
    window.removeEventListener('pagehide', flush);
    document.removeEventListener('visibilitychange', flush);
    giveUp();
  });

  async function discard(): Promise<void> {
    const [at, alive] = [place.value, await pagesThatLive()];
    found.value = undefined;
    if (at) for (const draft of await draftsOf(at)) if (!alive.has(draft.page)) void removeDraft(draft);
  }

  /** Over what the document is now; what others changed since is compared first. */
  function restore(): void {
    const [draft, type] = [found.value, meta()];
    if (!draft || !type) return;
    const { names, contested } = takeUp(type, draft, saved.value);
    const values: Doc = Object.fromEntries(names.map((name) => [name, draft.values[name]]));
    if (contested.length > 0) {
      found.value = undefined;
      form.compare({ ...saved.value, ...draft.base }, { ...saved.value, ...draft.base, ...values });
      watch(form.conflict, () => (form.isDirty.value ? taken() : look()), { once: true });
      return;
    }
    for (const [name, value] of Object.entries(values)) form.set(name, value);
    taken();
  }

  /** It is this page's now. */
  function taken(): void {
    write();
    void discard();
  }

  return { found, restore, discard };
}
