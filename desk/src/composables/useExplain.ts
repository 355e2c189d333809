/** Why this user may not do something with a DocType, and which roles would allow it. */
import { useQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import { explainMyRights } from '../api/permissions.ts';
import type { Right } from '../meta/types.ts';
import { useSession } from './useSession.ts';

export function useExplain(doctype: MaybeRefOrGetter<string>, right: MaybeRefOrGetter<Right>) {
  const { user } = useSession();
  const query = useQuery({
    queryKey: computed(() => ['explain', user.value?.user, toValue(doctype)]),
    queryFn: () => explainMyRights(toValue(doctype)),
    retry: false,
    enabled: computed(() => user.value !== undefined && toValue(doctype) !== ''),
  });
  return {
    because: computed(() => query.data.value?.rights[toValue(right)]?.because ?? []),
    /** Those that the user does not have. */
    roles: computed(() => {
      const rows = query.data.value?.permissions ?? [];
      const giving = rows.filter((row) => row.permlevel === 0 && !row.has_role && row.rights.includes(toValue(right)));
      return [...new Set(giving.map(({ role }) => role))];
    }),
  };
}
