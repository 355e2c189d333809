/**
 * What an app may bring to the desk: the default export of its `frontend/index.ts`, made with `defineFrontend`. All of
 * it is optional. Whatever fails in it is contained: the place that it failed in says which app it was.
 */
import type { Component } from 'vue';
import type { SlotEntry, SlotName } from '../components/apps/slots.ts';
import type { Panel } from '../components/form/panels.ts';
import type { ListViewEntry } from '../components/list/views.ts';
import type { WidgetEntry } from '../widgets/contract.ts';

/** The colours that the desk is drawn with. See styles/tokens.css for what each is. */
export type ColorToken =
  | 'bg'
  | 'sunken'
  | 'hover'
  | 'ink'
  | 'ink-2'
  | 'ink-3'
  | 'edge'
  | 'line'
  | 'accent'
  | 'accent-hover'
  | 'accent-ink'
  | 'accent-text'
  | 'accent-soft'
  | 'blue'
  | 'amber'
  | 'green'
  | 'red'
  | 'danger'
  | 'danger-ink'
  | 'danger-soft';

export type Colors = Readonly<Partial<Record<ColorToken, string>>>;

/** Text needs 4.5 : 1 on its background, edges and icons 3 : 1; in both. */
export interface Theme {
  light?: Colors;
  dark?: Colors;
}

export interface FrontendPage {
  title: string;
  component: Component;
  /** Puts it into the navigation. */
  icon?: Component;
}

export interface FrontendApp {
  /** By the widget's name: for a field type of the app's, or in the place of what the desk has. */
  widgets?: Readonly<Record<string, WidgetEntry>>;
  /** By `DocType.fieldname`: another input, reading or cell for one field; what is left out stays. */
  fields?: Readonly<Record<string, Partial<WidgetEntry>>>;
  /** Ways to look at a list, by their name in the address. */
  views?: Readonly<Record<string, ListViewEntry>>;
  /** What stands beside forms. One with the key of a panel of the desk takes its place. */
  panels?: readonly Panel[];
  /** What stands in named places of lists and forms. */
  slots?: { readonly [Name in SlotName]?: readonly SlotEntry<Name>[] };
  /** By path: `pipeline` of the app `crm` is at /app/x/crm/pipeline. */
  pages?: Readonly<Record<string, FrontendPage>>;
  theme?: Theme;
  /** For all else; runs once, before the first page. */
  setup?(): void | Promise<void>;
}

/** Gives what it gets: with it the editor knows what belongs in. */
export function defineFrontend(app: FrontendApp): FrontendApp {
  return app;
}
