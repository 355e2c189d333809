/** The DocType that the address names, for the views under /app/{slug}. */
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { useDocType, useDocTypes } from './useDocType.ts';

/** `isMissing` when all DocTypes are known and none has this slug: it is not there, or not for this user. */
export function useCurrentDocType(slug: MaybeRefOrGetter<string>) {
  const all = useDocTypes();
  const doctype = computed(() => all.slugs.value.find(toValue(slug)));
  const isMissing = computed(() => !all.isLoading.value && !all.error.value && doctype.value === undefined);
  const { meta, error, reload } = useDocType(doctype);
  const base = computed(() => `/app/${encodeURIComponent(toValue(slug))}`);
  return {
    doctype,
    meta,
    isMissing,
    error: computed(() => all.error.value ?? error.value),
    reload: () => (all.error.value ? all.reload() : reload()),
    listPath: computed(() => `${base.value}/list`),
    newPath: computed(() => `${base.value}/new`),
    pathOf: (name: string) => `${base.value}/detail/${encodeURIComponent(name)}`,
  };
}
