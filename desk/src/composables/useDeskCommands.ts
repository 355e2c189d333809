/** What can be done from everywhere: themes, keys, one's own settings, the way out. */
import { Braces, House, Keyboard, KeyRound, LogOut, Monitor, Moon, Sun, UserRound } from '@lucide/vue';
import { computed } from 'vue';
import { useRouter } from 'vue-router';
import type { Command } from './useCommands.ts';
import { __ } from './useI18n.ts';
import { useKeySheet, useSingleKeys } from './useKeyHelp.ts';
import { useSession } from './useSession.ts';
import { type Theme, useTheme } from './useTheme.ts';

/** `also`: other words under which it is looked for. */
export interface DeskCommand extends Command {
  key: string;
  also?: readonly string[];
  isOn?: boolean;
}

export function useDeskCommands() {
  const router = useRouter();
  const { signOut } = useSession();
  const { theme, setTheme } = useTheme();
  const { hasSingleKeys, set: setSingleKeys } = useSingleKeys();
  const sheet = useKeySheet();

  const themed = (key: Theme, label: string, icon: DeskCommand['icon']): DeskCommand => {
    const run = (): void => setTheme(key);
    return { key: `theme-${key}`, label, icon, run, isOn: theme.value === key, also: [__('Theme'), __('Appearance')] };
  };

  async function leave(): Promise<void> {
    await signOut();
    window.location.assign('/login');
  }

  return computed<DeskCommand[]>(() => [
    { key: 'home', label: __('Home'), icon: House, keys: 'g h', run: () => router.push('/app') },
    {
      key: 'settings',
      label: __('My settings'),
      icon: UserRound,
      also: [__('Language'), __('Time zone'), __('Profile')],
      run: () => router.push('/app/settings'),
    },
    themed('light', __('Light'), Sun),
    themed('dark', __('Dark'), Moon),
    themed('system', __('As the system'), Monitor),
    {
      key: 'docs',
      label: __('API explorer'),
      icon: Braces,
      also: [__('Documentation'), 'REST', 'GraphQL', 'OpenAPI'],
      run: () => router.push('/docs'),
    },
    { key: 'keys', label: __('Keyboard shortcuts'), icon: Keyboard, keys: '?', also: [__('Help')], run: sheet.open },
    {
      key: 'single-keys',
      label: __('Shortcuts of a single key'),
      icon: KeyRound,
      isOn: hasSingleKeys.value,
      run: () => setSingleKeys(!hasSingleKeys.value),
    },
    { key: 'sign-out', label: __('Sign out'), icon: LogOut, also: [__('Log out')], run: () => void leave() },
  ]);
}
