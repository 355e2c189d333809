/** How this user keeps the sidebar: its width, whether it is folded to icons, which groups in it are open. */
import { useKept } from './useUserStore.ts';

const WIDTH = { least: 180, usual: 224, most: 400 } as const;

interface Sidebar {
  width: number;
  isFolded: boolean;
}

export function useSidebar() {
  const { value: kept, write } = useKept<Sidebar>('sidebar', '', { width: WIDTH.usual, isFolded: false });
  const { value: groups, write: writeGroups } = useKept<Readonly<Record<string, boolean>>>('sidebar-groups', '', {});
  return {
    kept,
    WIDTH,
    setWidth: (width: number) =>
      write({ ...kept.value, width: Math.round(Math.min(WIDTH.most, Math.max(WIDTH.least, width))) }),
    fold: (isFolded: boolean) => write({ ...kept.value, isFolded }),
    /** `otherwise` until the user has said something else. */
    isGroupOpen: (key: string, otherwise: boolean) => groups.value[key] ?? otherwise,
    openGroup: (key: string, isOpen: boolean) => writeGroups({ ...groups.value, [key]: isOpen }),
  };
}
