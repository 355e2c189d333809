/** What the palette may offer, by where it comes from: pages, documents, new ones, commands. */

import { FilePlus, FileText, LayoutDashboard, List, Settings2 } from '@lucide/vue';
import { type Component, computed } from 'vue';
import { useRouter } from 'vue-router';
import { usePageCommands } from '../../composables/useCommands.ts';
import { useDeskCommands } from '../../composables/useDeskCommands.ts';
import { useDocTypes } from '../../composables/useDocType.ts';
import { __ } from '../../composables/useI18n.ts';
import { usePins } from '../../composables/usePins.ts';
import { usePlaces } from '../../composables/usePlaces.ts';
import { useQuickEntry } from '../../composables/useQuickEntry.ts';
import { useRecent } from '../../composables/useRecent.ts';
import type { Hit } from '../../composables/useSearch.ts';
import { useWorkspaces } from '../../composables/useWorkspaces.ts';
import { isOffered } from '../../meta/offered.ts';
import type { DocTypeSummary } from '../../meta/types.ts';
import type { WorkspaceEntry } from '../../meta/workspaces.ts';
import { toast } from '../../ui/toast.ts';

export interface Entry {
  id: string;
  label: string;
  note?: string;
  icon?: Component;
  keys?: string;
  /** Other words under which it is looked for. */
  also?: readonly string[];
  isOn?: boolean;
  /** Leads to this address; otherwise it is done here. */
  to?: string;
  run?(): unknown;
}

export function useEntries() {
  const router = useRouter();
  const { items } = useDocTypes();
  const { items: recent } = useRecent();
  const { pins } = usePins();
  const { toDocType, toDocument, toNew } = usePlaces();
  const { ask } = useQuickEntry();
  const pageCommands = usePageCommands();
  const deskCommands = useDeskCommands();

  const { entries: workspaces, toEntry } = useWorkspaces();

  const listed = computed(() => items.value.filter(({ istable }) => !istable));

  function pageOf(doctype: DocTypeSummary): Entry {
    const { name, module, issingle } = doctype;
    const icon = issingle ? Settings2 : List;
    const label = __(name);
    return { id: `list ${name}`, label, note: __(module), icon, to: toDocType(doctype), also: [name] };
  }

  function workspaceOf(workspace: WorkspaceEntry): Entry {
    const { name, title, url } = workspace;
    const leads =
      url === undefined ? { to: toEntry(workspace) } : { run: () => window.open(url, '_blank', 'noopener') };
    const label = __(title);
    return { id: `workspace ${name}`, label, note: __('Workspace'), icon: LayoutDashboard, also: [title], ...leads };
  }

  function documentOf({ doctype, name, title }: Hit): Entry {
    const note = [__(doctype), ...(name === title ? [] : [name])].join(' · ');
    return {
      id: `document ${doctype}/${name}`,
      label: title,
      note,
      icon: FileText,
      to: toDocument(doctype, name),
      also: [name],
    };
  }

  function newOf({ name, quick_entry: isQuick }: DocTypeSummary): Entry {
    const label = __('New {0}', __(name));
    const entry = { id: `new ${name}`, label, icon: FilePlus, also: [`${__('Create')} ${__(name)}`] };
    return isQuick ? { ...entry, run: () => createQuickly(name) } : { ...entry, to: toNew(name) };
  }

  async function createQuickly(doctype: string): Promise<void> {
    const name = await ask(doctype, '', { mayLeave: true });
    if (name === undefined) return;
    const open = { label: __('Open'), run: () => void router.push(toDocument(doctype, name)) };
    toast(__('{0} is made', name), { action: open });
  }

  return {
    pages: computed(() => [...workspaces.value.map(workspaceOf), ...listed.value.map(pageOf)]),
    pinned: computed(() => pins.value.flatMap((name) => listed.value.filter((each) => each.name === name).map(pageOf))),
    created: computed(() => listed.value.filter((each) => isOffered(each) && !each.issingle).map(newOf)),
    recent: computed(() => recent.value.map(documentOf)),
    here: computed<Entry[]>(() => pageCommands.value.map((command) => ({ ...command, id: `here ${command.label}` }))),
    desk: computed<Entry[]>(() => deskCommands.value.map(({ key, ...command }) => ({ ...command, id: `desk ${key}` }))),
    documentOf,
    /** Where documents are most likely looked for. */
    first: computed(() => [...new Set([...pins.value, ...recent.value.map(({ doctype }) => doctype)])].slice(0, 20)),
  };
}
