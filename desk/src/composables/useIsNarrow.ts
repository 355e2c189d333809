/** Whether the window is as narrow as a phone: there, lists show less. */
import { readonly, shallowRef } from 'vue';

const query = window.matchMedia('(width < 640px)');
const isNarrow = shallowRef(query.matches);
query.addEventListener('change', ({ matches }) => {
  isNarrow.value = matches;
});

export function useIsNarrow() {
  return readonly(isNarrow);
}
