/** People named with an @ while a text is typed: what is looked for, what was found, and what is taken. */
import { computed, nextTick, type Ref, type ShallowRef, shallowRef, watch } from 'vue';
import { type Person, usePeople } from '../../composables/usePeople.ts';
import { type MentionAt, type Mentions, mentionBefore } from '../../meta/comment-text.ts';

export function useMentions(q: {
  text: Ref<string>;
  area: Readonly<ShallowRef<HTMLTextAreaElement | null>>;
  start?: Mentions;
}) {
  const { text, area } = q;
  const mentions = shallowRef<Mentions>(q.start ?? new Map<string, string>());
  const { people, isSearching, search, stop } = usePeople();
  const mention = shallowRef<MentionAt | undefined>();
  const marked = shallowRef(0);
  const shown = computed(() => (mention.value ? people.value : []));

  watch(people, () => {
    marked.value = 0;
  });

  /** Looks at what stands before the caret. Somebody who was taken already is not asked for again. */
  function look(): void {
    const found = mentionBefore(text.value, area.value?.selectionStart ?? 0);
    const isTaken = [...mentions.value.keys()].some((label) => `${found?.query} `.startsWith(`${label} `));
    if (!found || isTaken) {
      close();
      return;
    }
    const isSame = mention.value?.start === found.start && mention.value.query === found.query;
    mention.value = found;
    if (!isSame) search(found.query);
  }

  function close(): void {
    mention.value = undefined;
    stop();
  }

  /** Two people of one name: the second is called as they sign in. */
  function take({ user, name }: Person): void {
    const at = mention.value;
    if (!at) return;
    const other = mentions.value.get(name);
    const label = other === undefined || other === user ? name : user;
    const before = `${text.value.slice(0, at.start)}@${label} `;
    text.value = before + text.value.slice(at.start + at.query.length + 1).replace(/^ /, '');
    mentions.value = new Map([...mentions.value, [label, user]]);
    close();
    void nextTick(() => {
      area.value?.focus();
      area.value?.setSelectionRange(before.length, before.length);
    });
  }

  function move(by: number): void {
    marked.value = (marked.value + by + shown.value.length) % shown.value.length;
  }

  function takeMarked(): void {
    const person = shown.value[marked.value];
    if (person) take(person);
  }

  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: takeMarked,
    Tab: takeMarked,
    Escape: close,
  };

  return {
    mentions,
    shown,
    marked,
    isLooking: computed(() => mention.value !== undefined),
    isSearching,
    look,
    close,
    take,
    /** What a key does while people are shown. */
    keyOf: (key: string): (() => void) | undefined => (shown.value.length > 0 ? keys[key] : undefined),
  };
}
