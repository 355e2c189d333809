/** Widgets that come when a form asks for them. Once there they are drawn at once, without an empty place before. */
import { type Component, defineAsyncComponent } from 'vue';

type Load = () => Promise<{ default: Component }>;

const loads = new Map<Component, Load>();
const there = new Map<Component, Component>();

/** A component that fetches itself with its first use. */
export function deferred(load: Load): Component {
  const stand = defineAsyncComponent(load);
  loads.set(stand, load);
  return stand;
}

/** The component itself once it is there; until then what stands for it. */
export function readyOf(component: Component): Component {
  return there.get(component) ?? component;
}

/** Never throws: what cannot be had now is tried again with its use, and its place says so then. */
export async function fetchDeferred(component: Component): Promise<void> {
  const load = loads.get(component);
  if (!load || there.has(component)) return;
  await load().then(
    ({ default: found }) => there.set(component, found),
    () => undefined,
  );
}
