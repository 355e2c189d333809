/** One cell that is written where it stands: saved against the version that was read, and asked about when that is old. */
import { computed, shallowRef } from 'vue';
import { useDocuments } from '../../composables/useDocuments.ts';
import type { ListPage } from '../../composables/useListPage.ts';
import type { Doc, FieldMeta } from '../../meta/types.ts';

export interface Conflict {
  /** As the server has it now. */
  theirs: Doc;
  mine: unknown;
  field: FieldMeta;
  /** As the list showed it. */
  before: Doc;
}

export function useCellEdit(page: ListPage, after: (next: -1 | 0 | 1) => void) {
  const documents = useDocuments(() => page.doctype.value);
  const open = shallowRef<{ doc: Doc; field: FieldMeta } | undefined>();
  const error = shallowRef<string | undefined>();
  const conflict = shallowRef<Conflict | undefined>();
  /** What asks about it stays then, so that it can close as it opened. */
  const hadConflict = shallowRef(false);
  const isSaving = shallowRef(false);

  async function save(value: unknown, next: -1 | 0 | 1): Promise<void> {
    if (!open.value || isSaving.value) return;
    const { doc, field } = open.value;
    const isSame = (doc[field.fieldname] ?? null) === (value === '' ? null : value);
    if (isSame) finish(next);
    else await write({ doc, field, value, version: doc._version, next });
  }

  async function write(wish: {
    doc: Doc;
    field: FieldMeta;
    value: unknown;
    version?: number;
    next: -1 | 0 | 1;
  }): Promise<void> {
    const { doc, field, value, version, next } = wish;
    const name = doc.name as string;
    isSaving.value = true;
    error.value = undefined;
    const outcome = await documents.write(name, { [field.fieldname]: value, _version: version });
    isSaving.value = false;
    if (outcome.kind === 'saved') finish(next);
    else if (outcome.kind === 'conflict') {
      open.value = undefined;
      hadConflict.value = true;
      conflict.value = { theirs: outcome.theirs, mine: value, field, before: doc };
    } else error.value = outcome.message;
  }

  function finish(next: -1 | 0 | 1): void {
    open.value = undefined;
    error.value = undefined;
    after(next);
  }

  function keepMine(): void {
    const now = conflict.value;
    conflict.value = undefined;
    if (now) void write({ doc: now.theirs, field: now.field, value: now.mine, version: now.theirs._version, next: 0 });
  }

  function takeTheirs(): void {
    if (conflict.value) documents.show(conflict.value.theirs);
    conflict.value = undefined;
    after(0);
  }

  return {
    editing: computed(() => open.value && { name: open.value.doc.name, field: open.value.field.fieldname }),
    error,
    conflict,
    hadConflict,
    isSaving,
    begin(doc: Doc, field: FieldMeta): void {
      error.value = undefined;
      open.value = { doc, field };
    },
    cancel(): void {
      open.value = undefined;
      error.value = undefined;
    },
    save,
    keepMine,
    takeTheirs,
  };
}
