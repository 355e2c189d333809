/**
 * What stands beside a form. Each part is a component of its own that gets the DocType and the saved document and
 * asks for what it shows. Others join with `registerPanel`, without a change to the form.
 */
import { type Component, shallowReactive } from 'vue';
import type { Doc, DocTypeMeta } from '../../meta/types.ts';

export interface PanelProps {
  meta: DocTypeMeta;
  /** As it is saved: its `_version` changes with every write, which is when a panel asks again. */
  doc: Doc;
}

export interface Panel {
  key: string;
  /** Its heading. */
  label: string;
  component: Component;
  /** Lower ones stand higher. */
  order: number;
  isShown?(props: PanelProps): boolean;
}

const panels = shallowReactive<Panel[]>([]);

/** Adds a panel, or puts a better one in the place of the one with its key. */
export function registerPanel(panel: Panel): void {
  const at = panels.findIndex(({ key }) => key === panel.key);
  panels.splice(at < 0 ? panels.length : at, at < 0 ? 0 : 1, panel);
  panels.sort((a, b) => a.order - b.order);
}

export function panelsOf(props: PanelProps): Panel[] {
  return panels.filter(({ isShown }) => isShown?.(props) ?? true);
}
