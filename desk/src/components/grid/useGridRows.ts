/** The rows of one child table: what can be done with them, told whole to the form, and what links bring along. */
import { computed, type Ref, shallowRef } from 'vue';
import { useFetchFrom } from '../../composables/useFetchFrom.ts';
import { useSession } from '../../composables/useSession.ts';
import { newRow } from '../../meta/draft.ts';
import * as ops from '../../meta/rows.ts';
import type { Doc, DocTypeMeta, FieldMeta } from '../../meta/types.ts';
import { type Scene, type Status, stateOf } from '../../meta/visible.ts';

interface Wish {
  rows: Readonly<Ref<readonly Doc[]>>;
  meta: Readonly<Ref<DocTypeMeta | undefined>>;
  parent: Readonly<Ref<Doc>>;
  mayWrite: Readonly<Ref<boolean>>;
  tell(rows: Doc[]): void;
}

export function useGridRows({ rows, meta, parent, mayWrite, tell }: Wish) {
  const { user } = useSession();
  const fetchFrom = useFetchFrom();
  /** Indices of the ticked rows. */
  const chosen = shallowRef<ReadonlySet<number>>(new Set());
  const table = computed<Status>(() => (mayWrite.value ? 'write' : 'read'));

  function sceneOf(row: Doc): Scene {
    return { doc: row, parent: parent.value, isNew: row.name === undefined, mayWrite: true, table: table.value };
  }

  function write(next: Doc[]): void {
    tell(next);
  }

  function fresh(): Doc {
    return newRow(meta.value, { user: user.value?.user ?? '', now: Date.now() });
  }

  /** Gives where it stands. */
  function insert(at = rows.value.length): number {
    write(ops.insertAt(rows.value, at, [ops.keyed(fresh())]));
    chosen.value = new Set();
    return at;
  }

  function set(at: number, fieldname: string, value: unknown): void {
    const row = rows.value[at];
    if (!row || !meta.value) return;
    write(ops.setCell(rows.value, at, fieldname, value));
    const key = ops.keyOf(row, at);
    void fetchFrom(meta.value, { ...row, [fieldname]: value }, fieldname, (name, fetched) => {
      // The row may have moved meanwhile.
      const now = rows.value.findIndex((one, index) => ops.keyOf(one, index) === key);
      if (now >= 0) write(ops.setCell(rows.value, now, name, fetched));
    });
  }

  function remove(which: readonly number[]): void {
    write(ops.withoutRows(rows.value, new Set(which)));
    chosen.value = new Set();
  }

  function move(from: number, to: number): void {
    write(ops.moveRow(rows.value, from, to));
    chosen.value = new Set();
  }

  function duplicate(which: readonly number[]): void {
    write(ops.duplicateRows(rows.value, which, meta.value?.fields ?? []));
    chosen.value = new Set();
  }

  function choose(at: number, isChosen: boolean): void {
    const next = new Set(chosen.value);
    if (isChosen) next.add(at);
    else next.delete(at);
    chosen.value = next;
  }

  return {
    chosen,
    sceneOf,
    isWritable: (field: FieldMeta, row: Doc) => stateOf(field, sceneOf(row)).status === 'write',
    isShown: (field: FieldMeta, row: Doc) => stateOf(field, sceneOf(row)).status !== 'none',
    fresh,
    write,
    insert,
    set,
    remove,
    move,
    duplicate,
    choose,
    chooseAll: (all: boolean) => {
      chosen.value = new Set(all ? rows.value.keys() : []);
    },
    fillDown: (at: number, fieldname: string) => {
      const above = rows.value[at - 1];
      if (above) set(at, fieldname, above[fieldname]);
    },
  };
}
