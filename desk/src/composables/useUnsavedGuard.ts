/** Asks before what was typed is left behind: another page of the desk, another site, a closed tab. */
import { onBeforeUnmount, onMounted, type Ref, shallowRef } from 'vue';
import { onBeforeRouteLeave, onBeforeRouteUpdate } from 'vue-router';

/** `isAsking` opens the question; `answer(true)` leaves. `letPass` allows one leave without asking, as after a save. */
export function useUnsavedGuard(isDirty: Readonly<Ref<boolean>>) {
  const isAsking = shallowRef(false);
  let decide: ((leaves: boolean) => void) | undefined;
  let passes = false;

  async function guard(to: { path: string }, from: { path: string }): Promise<boolean> {
    const mayPass = passes || !isDirty.value || to.path === from.path;
    passes = false;
    if (mayPass) return true;
    isAsking.value = true;
    return new Promise((resolve) => {
      decide?.(false);
      decide = resolve;
    });
  }

  function answer(leaves: boolean): void {
    isAsking.value = false;
    decide?.(leaves);
    decide = undefined;
  }

  useUnloadWarning(isDirty);
  onBeforeRouteLeave(guard);
  onBeforeRouteUpdate(guard);
  return {
    isAsking,
    answer,
    letPass: () => {
      passes = true;
    },
  };
}

/** Asked by the browser itself, before the tab is closed or shows another site. */
export function useUnloadWarning(isDirty: Readonly<Ref<boolean>>): void {
  const warn = (event: BeforeUnloadEvent): void => {
    if (isDirty.value) event.preventDefault();
  };
  onMounted(() => window.addEventListener('beforeunload', warn));
  onBeforeUnmount(() => window.removeEventListener('beforeunload', warn));
}
