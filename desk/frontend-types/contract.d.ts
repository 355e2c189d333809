/** What an app gives: its default export, and what the parts of it get. */
import type { Component, ComputedRef, Ref, ShallowRef } from 'vue';
import type { Doc, DocTypeMeta, FieldMeta } from './meta.d.ts';

/** What an app brings to the desk. All of it is optional; what fails is contained. */
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

export interface FrontendPage {
  title: string;
  component: Component;
  /** Puts it into the navigation. */
  icon?: Component;
}

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

/** What the input of a widget gets; it tells `update:modelValue`. */
export interface WidgetProps {
  field: FieldMeta;
  modelValue: unknown;
  /** The document or row that the field stands in. */
  doc: Doc;
  /** Of the input; what labels it has `${id}-label`. */
  id: string;
  /** Just now, as while it is saved. */
  disabled?: boolean;
  /** To be shown, not written. Only a widget that is its own `read` sees it set. */
  readonly?: boolean;
  /** What the server said of this value. */
  error?: string;
}

export interface CellProps {
  field: FieldMeta;
  value: unknown;
  doc: Doc;
  meta?: DocTypeMeta;
}

export interface WidgetEntry {
  input: Component;
  /** In the cell of a table, which has less room; absent: `input`. */
  inline?: Component;
  /** For a field that can only be read; absent: its text. */
  read?: Component;
  /** In a list; absent: its text. */
  cell?: Component;
  /** In a row of a child table; absent: its text. */
  gridCell?: Component;
  align?: 'start' | 'end';
  /** Who shows the label: the frame of the field (default), the widget, or nobody. */
  label?: 'frame' | 'widget' | 'none';
  /** Takes the width of the whole section. */
  wide?: boolean;
}

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

/** What is in a form gets. */
export interface FormScene {
  meta: DocTypeMeta;
  /** As it stands in the form, saved or not. */
  doc: Doc;
  isNew: boolean;
}

/** What is in a list gets. */
export interface ListScene {
  meta: DocTypeMeta;
  page: ListPage;
}

export interface SlotScenes {
  'form-before': FormScene;
  'form-after': FormScene;
  'form-header': FormScene;
  'list-toolbar': ListScene;
  'list-before': ListScene;
}

export type SlotName = keyof SlotScenes;

export interface SlotEntry<Name extends SlotName = SlotName> {
  /** Of the app's own; a later one with it takes the place. */
  key: string;
  component: Component;
  /** Only there; absent: everywhere. */
  doctype?: string;
  /** Lower ones stand first. */
  order?: number;
  isShown?(scene: SlotScenes[Name]): boolean;
}

export interface ListViewEntry {
  label: string;
  icon: Component;
  available(meta: DocTypeMeta): boolean;
  /** Shows all there is, whatever is searched and filtered for. */
  isWhole?: boolean;
  /** Gets `page`, a ListPage; may offer `move(by)` for the keys of the page. */
  component: Component;
}

/** A list as it stands: which rows, and what they are narrowed to. */
export interface ListPage {
  doctype: ComputedRef<string>;
  meta: Ref<DocTypeMeta | undefined>;
  listPath: ComputedRef<string>;
  newPath: ComputedRef<string>;
  /** Of a document, by its name. */
  pathOf(name: string): string;
  /** The filters, as REST takes them. */
  wire: ComputedRef<readonly unknown[]>;
  /** `modified desc` */
  order: ComputedRef<string>;
  columns: ComputedRef<FieldMeta[]>;
  names: ComputedRef<string[]>;
  isNarrowed: ComputedRef<boolean>;
  list: {
    items: ComputedRef<Doc[]>;
    total: ComputedRef<number | undefined>;
    isEstimate: ComputedRef<boolean>;
    hasMore: Ref<boolean>;
    error: Ref<Error | null>;
    isLoading: Ref<boolean>;
    loadMore(): Promise<void>;
    reload(): Promise<unknown>;
  };
  selection: {
    selected: ShallowRef<ReadonlySet<string>>;
    count: ComputedRef<number>;
    toggle(index: number): void;
    all(): void;
    clear(): void;
  };
}
