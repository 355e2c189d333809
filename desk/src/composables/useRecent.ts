/** The documents that this user opened last, in this browser. */
import { shallowRef } from 'vue';
import { useSession } from './useSession.ts';

export interface Recent {
  doctype: string;
  name: string;
  title: string;
}

const MOST = 12;
const items = shallowRef<readonly Recent[]>([]);
let owner = '';

export function useRecent() {
  const { user } = useSession();
  const key = `desk-recent:${user.value?.user ?? ''}`;
  if (owner !== key) {
    owner = key;
    items.value = stored(key);
  }
  const write = (next: readonly Recent[]): void => {
    items.value = next;
    localStorage.setItem(key, JSON.stringify(next));
  };
  const without = ({ doctype, name }: Pick<Recent, 'doctype' | 'name'>) =>
    items.value.filter((item) => item.doctype !== doctype || item.name !== name);
  return {
    items,
    add: (recent: Recent) => write([recent, ...without(recent)].slice(0, MOST)),
    forget: (recent: Pick<Recent, 'doctype' | 'name'>) => write(without(recent)),
  };
}

function stored(key: string): Recent[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(list) ? (list as Recent[]) : [];
  } catch {
    return [];
  }
}
