/** The documents before and after this one, in the list that its reader came from. */
import { type InfiniteData, useQueryClient } from '@tanstack/vue-query';
import type { Page } from '../api/documents.ts';
import { listKey } from './useList.ts';

export function useNeighbours() {
  const client = useQueryClient();
  /** Undefined at the ends, and where no list was seen. */
  return (doctype: string, name: string, step: 1 | -1): string | undefined => {
    const seen = client
      .getQueryCache()
      .findAll({ queryKey: listKey(doctype) })
      .sort((a, b) => b.state.dataUpdatedAt - a.state.dataUpdatedAt);
    for (const { state } of seen) {
      const pages = (state.data as InfiniteData<Page> | undefined)?.pages ?? [];
      const names = pages.flatMap(({ items }) => items.map((item) => item.name));
      const at = names.indexOf(name);
      if (at >= 0) return names[at + step];
    }
    return undefined;
  };
}
