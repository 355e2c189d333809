/** Takes in what an app brings: each component behind a wall, each colour looked at. */
import type { Component } from 'vue';
import { contained } from '../components/apps/contained.ts';
import { registerPage } from '../components/apps/pages.ts';
import { registerSlot, type SlotEntry, type SlotName } from '../components/apps/slots.ts';
import { registerPanel } from '../components/form/panels.ts';
import { registerView } from '../components/list/views.ts';
import type { WidgetEntry } from '../widgets/contract.ts';
import { registerField, registerWidget } from '../widgets/registry.ts';
import type { FrontendApp } from './contract.ts';
import { applyTheme } from './theme.ts';

/** Throws when the app's own setup does; what was registered before stays. */
export async function registerFrontend(name: string, app: FrontendApp): Promise<void> {
  const wall = (what: string, component: Component): Component => contained(name, what, component);
  for (const [key, entry] of Object.entries(app.widgets ?? {}))
    registerWidget(key, walled(key, entry, wall) as WidgetEntry);
  for (const [path, entry] of Object.entries(app.fields ?? {})) registerField(path, walled(path, entry, wall));
  for (const [key, entry] of Object.entries(app.views ?? {}))
    registerView(key, { ...entry, component: wall(entry.label, entry.component), available: safely(entry.available) });
  for (const panel of app.panels ?? [])
    registerPanel({
      ...panel,
      component: wall(panel.label, panel.component),
      isShown: panel.isShown && safely(panel.isShown),
    });
  for (const [place, entries] of Object.entries(app.slots ?? {}))
    for (const entry of entries as readonly SlotEntry[])
      registerSlot(place as SlotName, {
        ...entry,
        key: `${name} ${entry.key}`,
        component: wall(entry.key, entry.component),
      });
  for (const [path, page] of Object.entries(app.pages ?? {}))
    registerPage({ app: name, path, ...page, component: wall(page.title, page.component) });
  if (app.theme) applyTheme(app.theme);
  await app.setup?.();
}

function walled(
  what: string,
  entry: Partial<WidgetEntry>,
  wall: (what: string, component: Component) => Component,
): Partial<WidgetEntry> {
  const { input, read, cell } = entry;
  return {
    ...entry,
    ...(input ? { input: wall(what, input) } : {}),
    ...(read ? { read: wall(what, read) } : {}),
    ...(cell ? { cell: wall(what, cell) } : {}),
  };
}

/** A question that fails is answered with no. */
function safely<Given>(ask: (given: Given) => boolean): (given: Given) => boolean {
  return (given) => {
    try {
      return ask(given);
    } catch (error) {
      console.error(error);
      return false;
    }
  };
}
