/** Tags of one document; adding and taking away is shown at once. Each throws what the server says to it. */
import { useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter } from 'vue';
import * as activity from '../api/activity.ts';
import { type ActivitySubject, useDocInfo } from './useDocInfo.ts';

export function useDocTags(subject: MaybeRefOrGetter<ActivitySubject>) {
  const client = useQueryClient();
  const docInfo = useDocInfo(subject);
  const staleNames = (): void => void client.invalidateQueries({ queryKey: ['tags', docInfo.about.value[0]] });

  async function add(tag: string): Promise<void> {
    await docInfo.change(
      (about) => activity.addTags(about, [tag]),
      (info) => ({ ...info, tags: [...new Set([...info.tags, tag])].sort() }),
    );
    staleNames();
  }

  async function remove(tag: string): Promise<void> {
    await docInfo.change(
      (about) => activity.removeTag(about, tag),
      (info) => ({ ...info, tags: info.tags.filter((each) => each !== tag) }),
    );
    staleNames();
  }

  return {
    tags: computed(() => docInfo.info.value?.tags ?? []),
    mayWrite: computed(() => docInfo.may('write')),
    add,
    remove,
  };
}
