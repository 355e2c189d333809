/**
 * All that hangs on one document, in one answer that every panel beside the form shares. A change is shown at once
 * and taken back when the server refuses it; who has written asks again.
 */
import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue, watch } from 'vue';
import { type About, getDocInfo } from '../api/activity.ts';
import { nameOf } from '../meta/activity.ts';
import type { DocInfo } from '../meta/activity-types.ts';
import type { Doc } from '../meta/types.ts';

export interface ActivitySubject {
  doctype: string;
  /** As it is saved. */
  doc: Doc;
}

export function docInfoKey([doctype, name]: About): readonly unknown[] {
  return ['docinfo', doctype, name];
}

export function timelineKey([doctype, name]: About): readonly unknown[] {
  return ['timeline', doctype, name];
}

/** For whoever hears that something on a document has changed: what is shown of it is asked again. */
export function useStaleActivity() {
  const client = useQueryClient();
  return async (doctype: string, name: string): Promise<void> => {
    await Promise.all([
      client.invalidateQueries({ queryKey: docInfoKey([doctype, name]) }),
      client.invalidateQueries({ queryKey: timelineKey([doctype, name]) }),
    ]);
  };
}

export function useDocInfo(subject: MaybeRefOrGetter<ActivitySubject>) {
  const client = useQueryClient();
  const stale = useStaleActivity();
  const about = computed<About>(() => {
    const { doctype, doc } = toValue(subject);
    return [doctype, doc.name ?? doctype];
  });
  const queryKey = computed(() => docInfoKey(about.value));
  const query = useQuery({ queryKey, queryFn: () => getDocInfo(about.value), retry: false });
  const info = computed<DocInfo | undefined>(() => query.data.value);

  // What may be done with a document changes with its state.
  watch(
    () => [...about.value, toValue(subject).doc._version] as const,
    ([, name], [, before]) => {
      if (name === before) void client.invalidateQueries({ queryKey: queryKey.value });
    },
  );

  /** Throws what the server says when it refuses; then all is shown as it was. */
  async function change<T>(ask: (about: About) => Promise<T>, shown: (info: DocInfo) => DocInfo): Promise<T> {
    const key = queryKey.value;
    const [doctype, name] = about.value;
    await client.cancelQueries({ queryKey: key });
    const before = client.getQueryData<DocInfo>(key);
    if (before) client.setQueryData(key, shown(before));
    try {
      return await ask([doctype, name]);
    } catch (refusal) {
      if (before) client.setQueryData(key, before);
      throw refusal;
    } finally {
      void stale(doctype, name);
    }
  }

  return {
    about,
    info,
    error: query.error,
    isLoading: query.isLoading,
    may: (right: string): boolean => info.value?.permissions[right] === true,
    nameOf: (user: string | null): string => nameOf(user, info.value?.users ?? {}),
    imageOf: (user: string | null): string | undefined => info.value?.users[user ?? '']?.user_image ?? undefined,
    change,
    reload: () => query.refetch(),
  };
}
