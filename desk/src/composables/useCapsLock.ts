/** Whether Caps Lock is on, as far as a browser tells: with each key that is pressed. */
import { onBeforeUnmount, onMounted, shallowRef } from 'vue';

export function useCapsLock() {
  const isOn = shallowRef(false);
  const look = (event: KeyboardEvent): void => {
    if (typeof event.getModifierState === 'function') isOn.value = event.getModifierState('CapsLock');
  };
  const names = ['keydown', 'keyup'] as const;
  onMounted(() => {
    for (const name of names) window.addEventListener(name, look);
  });
  onBeforeUnmount(() => {
    for (const name of names) window.removeEventListener(name, look);
  });
  return isOn;
}
