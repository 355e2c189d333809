/** What a user keeps of a DocType: in this browser, until the server keeps it. Another store may take its place. */
import { readonly, type ShallowRef, shallowRef } from 'vue';
import { useSession } from './useSession.ts';

/** `read` and `write` may answer later, as a server does. */
export interface UserStore {
  read(key: string): unknown | Promise<unknown>;
  write(key: string, value: unknown): void | Promise<void>;
}

const browser: UserStore = {
  read(key) {
    try {
      return JSON.parse(localStorage.getItem(key) ?? 'null');
    } catch {
      return null;
    }
  },
  write(key, value) {
    try {
      localStorage.setItem(key, JSON.stringify(value));
    } catch {
      // A full or forbidden storage: it then holds until the page is left.
    }
  },
};

let store: UserStore = browser;
const kept = new Map<string, ShallowRef<unknown>>();

export function setUserStore(other: UserStore): void {
  store = other;
  kept.clear();
}

/** One value of this user, shared by all who ask for it. */
export function useKept<T>(room: string, doctype: string, otherwise: T) {
  const { user } = useSession();
  const key = `desk-${room}:${user.value?.user ?? ''}:${doctype}`;
  const value = (kept.get(key) ?? shallowRef<unknown>(otherwise)) as ShallowRef<T>;
  if (!kept.has(key)) {
    kept.set(key, value);
    take(store.read(key), (found) => {
      if (found !== null && found !== undefined) value.value = found as T;
    });
  }
  const write = (next: T): void => {
    value.value = next;
    void store.write(key, next);
  };
  return { value: readonly(value) as Readonly<ShallowRef<T>>, write };
}

/** At once where it can be: a list must not jump from its usual columns to the user's. */
function take(answer: unknown, use: (found: unknown) => void): void {
  if (answer instanceof Promise) answer.then(use, () => undefined);
  else use(answer);
}
