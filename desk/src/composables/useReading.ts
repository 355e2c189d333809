/** How somebody reads the desk, on every browser alike: language, time zone, numbers and dates, theme. */
import { computed, watch } from 'vue';
import { choose } from '../api/words.ts';
import { loadWords, setRegion } from './useI18n.ts';
import { useSession } from './useSession.ts';
import { adoptTheme, onThemeChosen, type Theme } from './useTheme.ts';
import { useKept } from './useUserStore.ts';

const THEMES: Readonly<Record<string, Theme>> = { Light: 'light', Dark: 'dark', Automatic: 'system' };
const { user, isKnown } = useSession();
/** What a system has that nobody has set up: no wish. */
const NO_WISH = 'UTC';
let started: Promise<void> | undefined;

/** To be waited for before the first page: the words that it is written in. */
export function startReading(): Promise<void> {
  started ??= begin();
  return started;
}

/** One's own, that of the system, or else the browser's. */
function zoneOf(): string | undefined {
  const { chosen, time_zone: effective } = user.value ?? {};
  return chosen?.time_zone ?? (effective === NO_WISH ? undefined : effective);
}

function begin(): Promise<void> {
  const format = computed(() =>
    user.value ? useKept<{ format?: string }>('reading', '', {}).value.value.format : undefined,
  );
  watch([zoneOf, format], ([timeZone, chosen]) => setRegion({ timeZone, format: chosen }), {
    immediate: true,
    flush: 'sync',
  });
  watch(
    () => user.value?.chosen?.desk_theme,
    (chosen) => {
      const theme = chosen ? THEMES[chosen] : undefined;
      if (theme) adoptTheme(theme);
    },
    { immediate: true, flush: 'sync' },
  );
  // Another person, another language; who is there from the beginning is told by the cookie.
  watch(
    () => user.value?.user,
    () => isKnown.value && void loadWords(),
    { flush: 'sync' },
  );
  onThemeChosen((theme) => {
    const desk_theme = Object.keys(THEMES).find((name) => THEMES[name] === theme);
    // Where it cannot be kept it holds in this browser.
    if (user.value) void choose({ desk_theme }).catch(() => undefined);
  });
  return loadWords();
}

export function useReading() {
  const format = useKept<{ format?: string }>('reading', '', {});
  return {
    language: computed(() => user.value?.chosen?.language ?? ''),
    timeZone: computed(() => user.value?.chosen?.time_zone ?? ''),
    format: computed(() => format.value.value.format ?? ''),
    /** Everything that is on the screen is written anew. */
    async setLanguage(language: string): Promise<void> {
      await choose({ language: language || null });
      localStorage.removeItem('desk-words');
      window.location.reload();
    },
    async setTimeZone(timeZone: string): Promise<void> {
      await choose({ time_zone: timeZone || null });
      window.location.reload();
    },
    setFormat: (chosen: string) => format.write(chosen === '' ? {} : { format: chosen }),
  };
}
