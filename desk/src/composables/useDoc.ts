/**
 * One document while it is worked on: what is saved, what was typed, and what the server said to it. A write
 * carries the version that was read; when somebody was faster it becomes a `conflict`, and nothing is lost.
 */
import { computed, type MaybeRefOrGetter, ref, shallowRef, toValue, watch } from 'vue';
import { type FieldProblem, ProblemError } from '../api/client.ts';
import * as documents from '../api/documents.ts';
import { changesOf, forCreation, newDraft } from '../meta/draft.ts';
import type { Doc, DocTypeMeta } from '../meta/types.ts';
import { useStaleLists } from './useList.ts';
import { useSession } from './useSession.ts';

export interface DocWish {
  /** Undefined: not known yet. */
  meta: MaybeRefOrGetter<DocTypeMeta | undefined>;
  /** Undefined: a new one. */
  name: MaybeRefOrGetter<string | undefined>;
  /** Values of a new one, beside its defaults. */
  given?: MaybeRefOrGetter<Readonly<Record<string, unknown>>>;
}

/** Both versions of a document that somebody else has written meanwhile. */
export interface Conflict {
  mine: Doc;
  theirs: Doc;
  /** What both began with. */
  base: Doc;
}

export function useDoc(wish: DocWish) {
  const { user } = useSession();
  const staleLists = useStaleLists();
  const doc = ref<Doc>({});
  const saved = shallowRef<Doc>({});
  const error = shallowRef<Error | undefined>();
  const problems = shallowRef<readonly FieldProblem[]>([]);
  const message = shallowRef('');
  const conflict = shallowRef<Conflict | undefined>();
  const isLoading = shallowRef(true);
  const isSaving = shallowRef(false);
  const isNew = computed(() => toValue(wish.name) === undefined);
  const changes = computed(() => {
    const meta = toValue(wish.meta);
    return meta && !isLoading.value ? changesOf(meta, saved.value, doc.value) : {};
  });
  const isDirty = computed(() => Object.keys(changes.value).length > 0);
  let asked = 0;

  watch([() => toValue(wish.meta)?.name, () => toValue(wish.name)], () => void reload(), { immediate: true });

  /** Forgets what was typed. */
  async function reload(): Promise<void> {
    const meta = toValue(wish.meta);
    if (!meta) return;
    asked += 1;
    const mine = asked;
    const name = toValue(wish.name);
    isLoading.value = true;
    error.value = undefined;
    clearRefusal();
    try {
      const today = { user: user.value?.user ?? '', now: Date.now() };
      const read =
        name === undefined
          ? newDraft(meta, today, toValue(wish.given) ?? {})
          : await documents.getDocument(meta.name, name);
      if (mine === asked) take(read);
    } catch (refusal) {
      if (mine === asked) error.value = refusal as Error;
    } finally {
      if (mine === asked) isLoading.value = false;
    }
  }

  function take(read: Doc): void {
    saved.value = read;
    doc.value = structuredClone(read);
  }

  function set(fieldname: string, value: unknown): void {
    doc.value[fieldname] = value;
    if (problems.value.some(({ field }) => field === fieldname)) {
      problems.value = problems.value.filter(({ field }) => field !== fieldname);
    }
  }

  /** True when the server did it. A refusal is in `problems` and `message`, or `conflict`. */
  async function write(operation: (meta: DocTypeMeta) => Promise<Doc>): Promise<Doc | undefined> {
    const meta = toValue(wish.meta);
    if (!meta || isSaving.value) return undefined;
    isSaving.value = true;
    clearRefusal();
    try {
      const written = await operation(meta);
      void staleLists(meta.name);
      return written;
    } catch (refusal) {
      await explain(meta, refusal);
      return undefined;
    } finally {
      isSaving.value = false;
    }
  }

  async function explain(meta: DocTypeMeta, refusal: unknown): Promise<void> {
    if (!(refusal instanceof ProblemError)) throw refusal;
    const { name } = saved.value;
    if (refusal.code === 'conflict' && name !== undefined) {
      const theirs = await documents.getDocument(meta.name, name).catch(() => undefined);
      if (theirs && theirs._version !== saved.value._version) {
        conflict.value = { mine: structuredClone(plain(doc.value)), theirs, base: saved.value };
        return;
      }
    }
    message.value = refusal.message;
    problems.value = refusal.errors;
  }

  function clearRefusal(): void {
    problems.value = [];
    message.value = '';
    conflict.value = undefined;
  }

  /** Gives the written document; undefined when it was refused. Nothing to write is a success. */
  async function save(): Promise<Doc | undefined> {
    if (!isNew.value && !isDirty.value) return saved.value;
    const written = await write((meta) =>
      isNew.value
        ? documents.createDocument(meta.name, forCreation(meta, plain(doc.value)))
        : documents.updateDocument(meta.name, saved.value.name as string, {
            ...changesOf(meta, saved.value, plain(doc.value)),
            _version: saved.value._version,
          }),
    );
    if (written) take(written);
    return written;
  }

  /** Submit and cancel: what was typed is saved first. */
  async function move(to: typeof documents.submitDocument): Promise<Doc | undefined> {
    if (!(await save())) return undefined;
    const moved = await write((meta) => to(meta.name, saved.value.name as string, saved.value._version));
    if (moved) take(moved);
    return moved;
  }

  /** After a conflict: go on from their version, with my changes over it where `keep` says so. */
  function resolve(keep: 'mine' | 'theirs'): void {
    const meta = toValue(wish.meta);
    if (!conflict.value || !meta) return;
    const { mine, theirs, base } = conflict.value;
    const kept = keep === 'mine' ? changesOf(meta, base, mine) : {};
    take(theirs);
    doc.value = { ...structuredClone(theirs), ...kept };
    clearRefusal();
  }

  return {
    doc,
    saved,
    changes,
    isNew,
    isDirty,
    isLoading,
    isSaving,
    error,
    /** Of the last refused write: what is wrong with which field. */
    problems,
    /** Of the last refused write, as a sentence. */
    message,
    conflict,
    set,
    save,
    reload,
    resolve,
    submit: () => move(documents.submitDocument),
    cancel: () => move(documents.cancelDocument),
    /** Gives the new draft. */
    amend: () => write((meta) => documents.amendDocument(meta.name, saved.value.name as string)),
    duplicate: () => write((meta) => documents.duplicateDocument(meta.name, saved.value.name as string)),
    /** Gives the document under its new name. */
    rename: (to: string, merge = false) =>
      write((meta) => documents.renameDocument(meta.name, saved.value.name as string, to, merge)),
    /** To the recycle bin. */
    remove: () =>
      write(async (meta) => {
        await documents.removeDocument(meta.name, saved.value.name as string);
        return saved.value;
      }),
  };
}

/** What can be cloned and sent: no reactive proxies anywhere. */
function plain(doc: Doc): Doc {
  return JSON.parse(JSON.stringify(doc)) as Doc;
}
