/** The time, a minute at a time, for all that says "3 minutes ago". One clock for the whole desk. */
import { readonly, shallowRef } from 'vue';

const now = shallowRef(Date.now());
setInterval(() => {
  now.value = Date.now();
}, 60_000);

export function useNow() {
  return readonly(now);
}
