/**
 * Which modules come in one file. Left alone, the build makes a file of every few lines that two pages share: a list
 * then waits for 70 of them, and small files pack badly. So what every page needs is one file, what a list shares with
 * other pages is another, and what only a list needs the third.
 */
import path from 'node:path';
import { normalizePath } from 'vite';

/** Of the builder's own, as far as it is asked here. */
interface Build {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

interface Group {
  name(id: string, build: Build): string | null;
  priority: number;
  /** Only what so many pages and later parts use. */
  minShareCount?: number;
}

const KIT = /node_modules[\\/](reka-ui|@floating-ui|@vueuse|@internationalized|aria-hidden|defu)[\\/]/;
const ICON = /@lucide[\\/]vue[\\/]dist[\\/]esm[\\/]icons/;
const SOURCES = path.join(import.meta.dirname, 'src');
const OWN = normalizePath(path.join(import.meta.dirname, '../'));
const BASE = modules('main.ts', 'views/ShellView.vue');
const LIST = modules('views/ListView.vue');
const OTHERS = modules(
  'views/FormView.vue',
  'views/HomeView.vue',
  'views/LoginView.vue',
  'views/SettingsView.vue',
  'views/DocsView.vue',
);

/** The builder takes what they need of packages with them. */
export function chunkGroups(): Group[] {
  const known = new Map<readonly string[], ReadonlySet<string>>();
  /** Our own modules that are there once these are. Packages are not followed: their lists of all they have name too much. */
  const needs = (build: Build, roots: readonly string[]): ReadonlySet<string> => {
    const before = known.get(roots);
    if (before) return before;
    const found = new Set<string>();
    const follow = (id: string): void => {
      if (found.has(id) || isPackage(id)) return;
      found.add(id);
      build.getModuleInfo(id)?.importedIds.forEach(follow);
    };
    roots.forEach(follow);
    known.set(roots, found);
    return found;
  };
  return [
    { name: (id, build) => (needs(build, BASE).has(id) ? 'desk' : null), priority: 3 },
    { name: (id, build) => (needs(build, LIST).has(id) && needs(build, OTHERS).has(id) ? 'parts' : null), priority: 2 },
    // Of the kit for menus and dialogs, what many parts use: they come together, after the first load.
    { name: (id) => (KIT.test(id) ? 'kit' : null), minShareCount: 6, priority: 2 },
    // A few hundred bytes each, in packages that are not followed: those of a list would bring it to every page.
    { name: (id) => (ICON.test(id) ? 'icons' : null), minShareCount: 2, priority: 2 },
    { name: (id, build) => (needs(build, LIST).has(id) ? 'list' : null), priority: 1 },
  ];
}

/** The desk itself may lie in a package, and be built again for a project. */
function isPackage(id: string): boolean {
  return (id.startsWith(OWN) ? id.slice(OWN.length) : id).includes('node_modules');
}

function modules(...files: string[]): string[] {
  return files.map((file) => normalizePath(path.join(SOURCES, file)));
}
