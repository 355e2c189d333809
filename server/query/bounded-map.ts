/** A map that forgets what was not used for longest when it grows too heavy. Knows nothing of what it holds. */
export interface BoundedMap<V> {
  /** Finding is using. */
  get(key: string): V | undefined;
  set(key: string, value: V, weight: number): void;
}

export function boundedMap<V>(heaviest: number): BoundedMap<V> {
  const entries = new Map<string, { value: V; weight: number }>();
  let total = 0;
  return {
    get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      // A Map keeps the order of insertion: what is used goes to the end.
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    set(key, value, weight) {
      total += weight - (entries.get(key)?.weight ?? 0);
      entries.delete(key);
      entries.set(key, { value, weight });
      for (const [oldest, entry] of entries) {
        if (total <= heaviest || oldest === key) break;
        entries.delete(oldest);
        total -= entry.weight;
      }
    },
  };
}
