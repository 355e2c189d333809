/** The fields that a way to look at a list stands on, as this user has chosen them or as the DocType suggests. */
import { computed } from 'vue';
import type { DocTypeMeta } from '../meta/types.ts';
import { fieldsFor, VIEW_ROLES, type ViewFields, viewFields } from '../meta/view-fields.ts';
import type { ListPage } from './useListPage.ts';

/** `view`: a key of VIEW_ROLES. */
export function useViewFields(page: ListPage, view: string) {
  const { settings, meta } = page;
  const chosen = computed(() => settings.settings.value.views?.[view] ?? {});
  const fields = computed<ViewFields>(() => (meta.value ? viewFields(meta.value, view, chosen.value) : {}));
  return {
    fields,
    /** What else the view remembers, by its name. */
    chosen,
    choose: (key: string, value: string) => settings.setView(view, { [key]: value }),
    roles: computed(() =>
      (VIEW_ROLES[view] ?? []).map((role) => ({
        ...role,
        value: fields.value[role.key]?.fieldname ?? '',
        possible: fieldsFor(meta.value as DocTypeMeta, role, fields.value),
      })),
    ),
  };
}

export type ViewChoice = ReturnType<typeof useViewFields>;
