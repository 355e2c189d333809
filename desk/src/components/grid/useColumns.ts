/** Which fields of a child table are columns: as the DocType says, or as this user chose. */
import { computed, type Ref } from 'vue';
import { useKept } from '../../composables/useUserStore.ts';
import { gridFields } from '../../meta/layout.ts';
import { LAYOUT } from '../../meta/titles.ts';
import { type DocTypeMeta, type FieldMeta, isSet } from '../../meta/types.ts';

export function useColumns(meta: Readonly<Ref<DocTypeMeta | undefined>>) {
  const chosen = computed(() => useKept<readonly string[]>(`grid ${meta.value?.name ?? ''}`, '', []));
  const choosable = computed(() =>
    (meta.value?.fields ?? []).filter(
      ({ is_standard, widget, hidden }) =>
        !is_standard && !LAYOUT.has(widget) && !widget.startsWith('table') && !isSet(hidden),
    ),
  );
  const columns = computed<FieldMeta[]>(() => {
    if (!meta.value) return [];
    const names = chosen.value.value.value;
    const mine = choosable.value.filter(({ fieldname }) => names.includes(fieldname));
    return mine.length > 0 ? mine : gridFields(meta.value).filter(({ widget }) => !widget.startsWith('table'));
  });

  function toggle(fieldname: string): void {
    const names = columns.value.map((column) => column.fieldname);
    const next = names.includes(fieldname) ? names.filter((name) => name !== fieldname) : [...names, fieldname];
    if (next.length === 0) return;
    chosen.value.write(next);
  }

  return { columns, choosable, toggle };
}
