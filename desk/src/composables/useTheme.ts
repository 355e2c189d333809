/** Light, dark, or as the system has it; remembered in this browser. */
import { computed, shallowRef } from 'vue';

export type Theme = 'light' | 'dark' | 'system';

const KEY = 'desk-theme';
const system = window.matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = shallowRef(system.matches);
const theme = shallowRef<Theme>(stored());

system.addEventListener('change', ({ matches }) => {
  isSystemDark.value = matches;
  apply();
});

const isDark = computed(() => theme.value === 'dark' || (theme.value === 'system' && isSystemDark.value));

export function useTheme() {
  return { theme, isDark, setTheme };
}

/** Called once before the first paint of the application. */
export function apply(): void {
  document.documentElement.classList.toggle('dark', isDark.value);
}

function setTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(KEY, next);
  apply();
}

function stored(): Theme {
  const text = localStorage.getItem(KEY);
  return text === 'light' || text === 'dark' ? text : 'system';
}
