/**
 * One document while it is worked on: what is saved, what was typed, and what the server said to it. A write
 * carries the version that was read; when somebody was faster it becomes a `conflict`, and nothing is lost.
 */
import { computed, type MaybeRefOrGetter, shallowReactive, shallowRef, toValue, watch } from 'vue';
import { type FieldProblem, ProblemError } from '../api/client.ts';
import * as documents from '../api/documents.ts';
import { changesOf, forCreation, isSame, newDraft } from '../meta/draft.ts';
import { openProblems } from '../meta/problems.ts';
import type { Doc, DocTypeMeta } from '../meta/types.ts';
import { useFetchFrom } from './useFetchFrom.ts';
import { useStaleLists } from './useList.ts';
import { useSession } from './useSession.ts';

export interface DocWish {
  /** Undefined: not known yet. */
  meta: MaybeRefOrGetter<DocTypeMeta | undefined>;
  /** Known before `meta` is: the document is asked for beside it. */
  doctype?: MaybeRefOrGetter<string | undefined>;
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

export interface LinkedDoc {
  doctype: string;
  name: string;
  field: string;
}

export function useDoc(wish: DocWish) {
  const { user } = useSession();
  const staleLists = useStaleLists();
  const fetchFrom = useFetchFrom();
  /** Shallow: rows and objects are never changed in place, so what was not touched stays the very same. */
  const doc = shallowRef<Doc>(shallowReactive<Doc>({}));
  const saved = shallowRef<Doc>({});
  const error = shallowRef<Error | undefined>();
  const problems = shallowRef<readonly FieldProblem[]>([]);
  const message = shallowRef('');
  const conflict = shallowRef<Conflict | undefined>();
  /** The documents that a refused deletion or cancellation would leave without what they link to. */
  const linked = shallowRef<readonly LinkedDoc[]>([]);
  const isLoading = shallowRef(true);
  const isSaving = shallowRef(false);
  const isNew = computed(() => toValue(wish.name) === undefined);
  const changes = computed(() => {
    const meta = toValue(wish.meta);
    return meta && !isLoading.value ? changesOf(meta, saved.value, doc.value) : {};
  });
  const isDirty = computed(() => Object.keys(changes.value).length > 0);
  let asked = 0;
  let early: { doctype: string; name: string; read: Promise<Doc> } | undefined;

  watch(
    [() => toValue(wish.doctype), () => toValue(wish.name)],
    ([doctype, name]) => {
      if (!doctype || name === undefined || toValue(wish.meta)) return;
      early = { doctype, name, read: documents.getDocument(doctype, name) };
      // Whoever takes it hears of it.
      early.read.catch(() => undefined);
    },
    { immediate: true },
  );
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
        name === undefined ? newDraft(meta, today, toValue(wish.given) ?? {}) : await readNow(meta.name, name);
      if (mine === asked) take(read);
    } catch (refusal) {
      if (mine === asked) error.value = refusal as Error;
    } finally {
      if (mine === asked) isLoading.value = false;
    }
  }

  /** What is on its way already is taken once. */
  function readNow(doctype: string, name: string): Promise<Doc> {
    const known = early;
    early = undefined;
    return known?.doctype === doctype && known.name === name ? known.read : documents.getDocument(doctype, name);
  }

  function take(read: Doc): void {
    saved.value = read;
    doc.value = shallowReactive({ ...read });
  }

  function set(fieldname: string, value: unknown): void {
    const before = doc.value[fieldname];
    doc.value[fieldname] = value;
    problems.value = openProblems(problems.value, fieldname, before, value);
  }

  /** As `set`, for what a person does: what a picked link brings along is shown at once. */
  function enter(fieldname: string, value: unknown): void {
    set(fieldname, value);
    const meta = toValue(wish.meta);
    const edited = doc.value;
    if (!meta) return;
    void fetchFrom(meta, { ...edited }, fieldname, (follower, fetched) => {
      if (doc.value === edited && edited[fieldname] === value) set(follower, fetched);
    });
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
    linked.value = refusal.code === 'linked' ? ((refusal.problem.links as LinkedDoc[] | undefined) ?? []) : [];
    problems.value = linked.value.length > 0 ? [] : refusal.errors;
  }

  function clearRefusal(): void {
    problems.value = [];
    message.value = '';
    linked.value = [];
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

  /** What was read again meanwhile, with what was typed over it. What is the same stays the very same value. */
  function rebase(read: Doc): void {
    const meta = toValue(wish.meta);
    if (!meta) return;
    const mine = changesOf(meta, saved.value, doc.value);
    const typed = Object.fromEntries(Object.keys(mine).map((name) => [name, doc.value[name]]));
    const same = (name: string, value: unknown) => (isSame(saved.value[name], value) ? saved.value[name] : value);
    saved.value = Object.fromEntries(Object.entries(read).map(([name, value]) => [name, same(name, value)]));
    doc.value = shallowReactive({ ...saved.value, ...typed });
  }

  /** Another version is there: both are shown, before anything is saved. */
  function meet(theirs: Doc): void {
    conflict.value = { mine: structuredClone(plain(doc.value)), theirs, base: saved.value };
  }

  /** What was typed over another version than this one. */
  function compare(base: Doc, mine: Doc): void {
    conflict.value = { mine: plain(mine), theirs: saved.value, base };
  }

  /** After a conflict: go on from their version, with my changes over it: all, none, or those of the fields in `keep`. */
  function resolve(keep: 'mine' | 'theirs' | ReadonlySet<string>): void {
    const meta = toValue(wish.meta);
    if (!conflict.value || !meta) return;
    const { mine, theirs, base } = conflict.value;
    const mineAll = keep === 'theirs' ? {} : changesOf(meta, base, mine);
    const kept = typeof keep === 'string' ? mineAll : pick(mine, keep);
    take(theirs);
    doc.value = shallowReactive({ ...theirs, ...kept });
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
    linked,
    set,
    setAll: (values: Readonly<Record<string, unknown>>) => {
      for (const [fieldname, value] of Object.entries(values)) set(fieldname, value);
    },
    enter,
    save,
    reload,
    resolve,
    rebase,
    meet,
    compare,
    submit: () => move(documents.submitDocument),
    cancel: () => move(documents.cancelDocument),
    /** Gives the new draft. */
    amend: () => write((meta) => documents.amendDocument(meta.name, saved.value.name as string)),
    duplicate: () => write((meta) => documents.duplicateDocument(meta.name, saved.value.name as string)),
    /** Gives the document under its new name. */
    rename: (to: string, merge = false) =>
      write((meta) => documents.renameDocument(meta.name, saved.value.name as string, to, merge)),
    /** Out of the recycle bin again; also when another document is shown by now. */
    restore: async (doctype: string, name: string) => {
      const restored = await documents.restoreDocument(doctype, name);
      void staleLists(doctype);
      return restored;
    },
    /** To the recycle bin. */
    remove: () =>
      write(async (meta) => {
        await documents.removeDocument(meta.name, saved.value.name as string);
        return saved.value;
      }),
  };
}

function pick(doc: Doc, fieldnames: ReadonlySet<string>): Doc {
  return Object.fromEntries([...fieldnames].map((name) => [name, doc[name] ?? null]));
}

/** What can be cloned and sent: no reactive proxies anywhere. */
function plain(doc: Doc): Doc {
  return JSON.parse(JSON.stringify(doc)) as Doc;
}
