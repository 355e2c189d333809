/** DocTypes by module: those that people work with first, the framework's own last. */
import type { DocTypeSummary } from './types.ts';

export interface ModuleGroup {
  name: string;
  /** The framework's own. */
  isSystem: boolean;
  doctypes: DocTypeSummary[];
}

const SYSTEM_APP = 'core';

/** Without child tables: they have no list of their own. */
export function modulesOf(summaries: readonly DocTypeSummary[]): ModuleGroup[] {
  const groups = new Map<string, ModuleGroup>();
  for (const doctype of [...summaries].sort((a, b) => a.name.localeCompare(b.name))) {
    if (doctype.istable) continue;
    const group = groups.get(doctype.module) ?? { name: doctype.module, isSystem: true, doctypes: [] };
    groups.set(doctype.module, group);
    group.doctypes.push(doctype);
    if (doctype.app !== SYSTEM_APP) group.isSystem = false;
  }
  const rank = (group: ModuleGroup): number => (group.isSystem ? 1 : 0);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}
