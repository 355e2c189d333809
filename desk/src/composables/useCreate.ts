/** "New" of a DocType: its quick entry where it has one, otherwise its form. */

import { type MaybeRefOrGetter, toValue } from 'vue';
import { useRouter } from 'vue-router';
import { isOffered } from '../meta/offered.ts';
import { quickEntryOf } from '../meta/quick.ts';
import type { DocTypeMeta } from '../meta/types.ts';
import { useStaleLists } from './useList.ts';
import { useQuickEntry } from './useQuickEntry.ts';

/** `made` hears the name of what was made in the quick entry; the form says it by itself. */
export function useCreate(
  meta: MaybeRefOrGetter<DocTypeMeta | undefined>,
  newPath: MaybeRefOrGetter<string>,
  made: (name: string) => void = () => {},
) {
  const router = useRouter();
  const staleLists = useStaleLists();
  const { ask } = useQuickEntry();
  return async (): Promise<void> => {
    const wanted = toValue(meta);
    if (!wanted || !isOffered(wanted)) return;
    if (!wanted.quick_entry || !quickEntryOf(wanted)) return void router.push(toValue(newPath));
    const name = await ask(wanted.name, '', { mayLeave: true });
    if (name === undefined) return;
    staleLists(wanted.name);
    made(name);
  };
}
