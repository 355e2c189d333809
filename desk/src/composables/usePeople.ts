/** Enabled users, as somebody types a part of their name: for mentions, assignments and shares. The newest answer wins. */
import { shallowRef } from 'vue';
import { findPeople } from '../api/activity.ts';
import { ProblemError } from '../api/client.ts';

export interface Person {
  user: string;
  name: string;
  image?: string;
}

const WAIT_MS = 120;
const MOST = 8;

export function usePeople() {
  const people = shallowRef<readonly Person[]>([]);
  const isSearching = shallowRef(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let abort: AbortController | undefined;

  function search(text: string, wait = WAIT_MS): void {
    stop();
    isSearching.value = true;
    timer = setTimeout(() => void ask(text), wait);
  }

  function stop(): void {
    clearTimeout(timer);
    abort?.abort();
    abort = undefined;
    isSearching.value = false;
  }

  async function ask(text: string): Promise<void> {
    const mine = new AbortController();
    abort = mine;
    try {
      const found = await findPeople(text.trim(), MOST, mine.signal);
      people.value = found.map(({ user, full_name, user_image }) => ({
        user,
        name: full_name,
        image: user_image ?? undefined,
      }));
    } catch (refusal) {
      if (mine.signal.aborted) return;
      // Who may not look for people finds none.
      people.value = [];
      if (!(refusal instanceof ProblemError)) throw refusal;
    } finally {
      if (abort === mine) isSearching.value = false;
    }
  }

  return { people, isSearching, search, stop };
}
