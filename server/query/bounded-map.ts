/** A map that forgets what was not used for long when it grows too heavy. Knows nothing of what it holds. */
export interface BoundedMap<V> {
  /** Finding is using. */
  get(key: string): V | undefined;
  set(key: string, value: V, weight: number): void;
}

interface Entry<V> {
  value: V;
  weight: number;
  /** Since it was last passed over. */
  isUsed: boolean;
}

/** What was used since it was last the oldest is passed over once: finding costs a mark only, and no other order. */
export function boundedMap<V>(heaviest: number): BoundedMap<V> {
  const entries = new Map<string, Entry<V>>();
  let total = 0;
  const toEnd = (key: string, entry: Entry<V>): void => {
    entries.delete(key);
    entries.set(key, entry);
  };
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entry.isUsed = true;
      return entry.value;
    },
    set(key, value, weight) {
      total += weight - (entries.get(key)?.weight ?? 0);
      toEnd(key, { value, weight, isUsed: false });
      for (const [oldest, entry] of entries) {
        if (total <= heaviest || entries.size === 1) break;
        if (oldest === key || entry.isUsed) {
          entry.isUsed = false;
          toEnd(oldest, entry);
        } else {
          entries.delete(oldest);
          total -= entry.weight;
        }
      }
    },
  };
}
