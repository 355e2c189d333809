/** The workspaces of this user, in the order of the sidebar, and where each leads. */
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, watch } from 'vue';
import { useRoute } from 'vue-router';
import { listWorkspaces } from '../api/workspaces.ts';
import { createWorkspaceSlugs, inOrder, type WorkspaceEntry } from '../meta/workspaces.ts';
import { useChanges } from './useChanges.ts';
import { useDocTypes } from './useDocType.ts';
import { usePlaces } from './usePlaces.ts';
import { useSession } from './useSession.ts';

const FRESH_MS = 60_000;
export const WORKSPACE = 'Workspace';

export function useWorkspaces() {
  const { user } = useSession();
  const { items: doctypes } = useDocTypes();
  const { toDocType, toNew } = usePlaces();
  const query = useQuery({
    queryKey: computed(() => ['workspaces', user.value?.user]),
    queryFn: listWorkspaces,
    staleTime: FRESH_MS,
    enabled: computed(() => user.value !== undefined),
  });
  const entries = computed(() => query.data.value?.items ?? []);
  const slugs = computed(() => createWorkspaceSlugs(entries.value.map(({ name }) => name)));
  return {
    nodes: computed(() => inOrder(entries.value)),
    entries,
    slugs,
    isLoading: query.isLoading,
    mayCreate: computed(() => query.data.value?.may_create === true),
    newPath: computed(() => toNew(WORKSPACE)),
    pathOf: (name: string): string => `/app/workspace/${encodeURIComponent(slugs.value.of(name))}`,
    /** Its page, or in the place of it a list; undefined: an address, in `url`. */
    toEntry({ name, doctype, url }: WorkspaceEntry): string | undefined {
      if (url !== undefined) return undefined;
      const leads = doctypes.value.find((each) => each.name === doctype);
      return leads ? toDocType(leads) : `/app/workspace/${encodeURIComponent(slugs.value.of(name))}`;
    },
  };
}

/** The name of the one whose page is on the screen; "" for none. */
export function useCurrentWorkspace() {
  const route = useRoute();
  const { slugs } = useWorkspaces();
  return computed(() =>
    route.params.workspace === undefined ? '' : (slugs.value.find(String(route.params.workspace)) ?? ''),
  );
}

/** To be called by what shows them all: a workspace that others change, and rights that are others, are seen at once. */
export function useLiveWorkspaces(): void {
  const client = useQueryClient();
  const { items } = useDocTypes();
  const renew = () => client.invalidateQueries({ queryKey: ['workspaces'] });
  useChanges({ doctype: WORKSPACE }, renew);
  watch(items, (_, before) => before.length > 0 && void renew());
}
