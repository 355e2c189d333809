/** Light, dark, or as the system has it; remembered in this browser, so that it holds before anything is loaded. */
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
  adoptTheme(next);
  for (const listener of chosen) listener(next);
}

/** As it was chosen elsewhere. */
export function adoptTheme(next: Theme): void {
  theme.value = next;
  localStorage.setItem(KEY, next);
  apply();
}

const chosen = new Set<(theme: Theme) => void>();

export function onThemeChosen(listener: (theme: Theme) => void): void {
  chosen.add(listener);
}

function stored(): Theme {
  const text = localStorage.getItem(KEY);
  return text === 'light' || text === 'dark' ? text : 'system';
}
