/** Definitions of the child tables of a DocType, for filters that reach into rows. Asked for only when they are wanted. */
import { shallowReactive } from 'vue';
import { getDocType } from '../api/meta.ts';
import type { DocTypeMeta } from '../meta/types.ts';

const known = shallowReactive(new Map<string, DocTypeMeta>());
const asked = new Set<string>();

export function useChildMetas(meta: () => DocTypeMeta | undefined) {
  function load(): void {
    for (const { widget, options } of meta()?.fields ?? []) {
      if (!widget.startsWith('table') || !options || asked.has(options)) continue;
      asked.add(options);
      getDocType(options).then(
        (child) => known.set(options, child),
        // One that cannot be seen cannot be filtered by.
        () => asked.delete(options),
      );
    }
  }
  return { children: known as ReadonlyMap<string, DocTypeMeta>, load };
}
