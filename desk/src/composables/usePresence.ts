/** Who else has a document open, and who of them changes it; and the others are told the same of this window. */
import { type MaybeRefOrGetter, onScopeDispose, shallowRef, toValue, watch } from 'vue';
import type { Person, Topic } from '../api/stream-messages.ts';
import { stream } from './useStream.ts';

export type { Person } from '../api/stream-messages.ts';

export function usePresence(
  place: MaybeRefOrGetter<Required<Topic> | undefined>,
  isEditing: MaybeRefOrGetter<boolean>,
) {
  const people = shallowRef<readonly Person[]>([]);
  let opening: ReturnType<typeof stream.open> | undefined;
  const leave = (): void => {
    opening?.close();
    opening = undefined;
    people.value = [];
  };
  watch(
    () => {
      const at = toValue(place);
      return at && JSON.stringify([at.doctype, at.name]);
    },
    () => {
      leave();
      const at = toValue(place);
      if (!at) return;
      opening = stream.open({ ...at }, (others) => {
        people.value = others;
      });
      opening.note(toValue(isEditing));
    },
    { immediate: true },
  );
  watch(
    () => toValue(isEditing),
    (editing) => opening?.note(editing),
  );
  onScopeDispose(leave);
  return {
    people,
    /** By the name that documents are signed with; that name itself where nobody is there. */
    nameOf: (user: string): string => people.value.find((one) => one.user === user)?.full_name ?? user,
  };
}
