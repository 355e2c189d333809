/** DocTypes as the server describes them, and documents. */

/** 0 and 1, or true and false: definitions spell flags in both ways. */
export type Flag = 0 | 1 | boolean | '0' | '1';

export interface Doc {
  name?: string;
  doctype?: string;
  docstatus?: number;
  modified?: string;
  _version?: number;
  [fieldname: string]: unknown;
}

export interface DocTypeSummary {
  name: string;
  module: string;
  /** What it is called in GraphQL. */
  graphql_name?: string;
  app: string;
  version: number;
  istable: boolean;
  issingle: boolean;
  is_submittable: boolean;
  is_tree: boolean;
  is_virtual: boolean;
  custom: boolean;
  allow_rename: boolean;
  track_changes: boolean;
  /** New documents begin in a small dialog. */
  quick_entry: boolean;
  /** Its documents come about by themselves: nobody makes one by hand. */
  in_create: boolean;
  /** Where one is linked to, its title stands in the place of its name. */
  show_title_field_in_link: boolean;
  /** The caller's on some document, as menus need them. */
  permissions: Readonly<Record<'read' | 'create', boolean>>;
  description: string;
}

export interface FieldMeta {
  id: string;
  fieldname: string;
  label: string;
  fieldtype: string;
  /** The name of its widget. */
  widget: string;
  operators: readonly string[];
  /** Every document has it: name, owner, modified … */
  is_standard: boolean;
  is_virtual: boolean;
  /** The caller may write it in documents that they may write. */
  may_write: boolean;
  /** It narrows a list: what is switched off is looked for as well. */
  is_filter?: 1;
  options?: string;
  default?: string | number | null;
  description?: string;
  placeholder?: string;
  reqd?: Flag;
  read_only?: Flag;
  hidden?: Flag;
  bold?: Flag;
  set_only_once?: Flag;
  allow_on_submit?: Flag;
  no_copy?: Flag;
  permlevel?: number;
  non_negative?: Flag;
  precision?: string | number;
  length?: number;
  columns?: number;
  depends_on?: string;
  mandatory_depends_on?: string;
  read_only_depends_on?: string;
  collapsible_depends_on?: string;
  collapsible?: Flag;
  fetch_from?: string;
  fetch_if_empty?: Flag;
  link_filters?: string;
  in_list_view?: Flag;
  in_standard_filter?: Flag;
  [key: string]: unknown;
}

export interface LayoutTab {
  fieldname: string;
  label: string;
  sections: LayoutSection[];
}

export interface LayoutSection {
  fieldname: string;
  label: string;
  /** Folded away at first. */
  collapsible: boolean;
  columns: string[][];
}

export type Right =
  | 'select'
  | 'read'
  | 'write'
  | 'create'
  | 'delete'
  | 'submit'
  | 'cancel'
  | 'amend'
  | 'report'
  | 'import'
  | 'export'
  | 'print'
  | 'email'
  | 'share';

export interface StateColor {
  title: string;
  color: string;
}

/** Where documents of another DocType refer to one of these. */
export interface DocTypeLink {
  link_doctype: string;
  link_fieldname: string;
  is_child_table?: boolean | number;
  /** Of a link in a row: what the row stands in, and where. */
  parent_doctype?: string;
  table_fieldname?: string;
  group?: string;
}

export interface DocTypeMeta extends DocTypeSummary {
  doctype: string;
  fields: FieldMeta[];
  layout: LayoutTab[];
  /** The caller's, before any document is looked at. */
  permissions: Readonly<Record<Right, boolean>>;
  links: readonly DocTypeLink[];
  workflow: unknown;
  naming: { rule: string; autoname: string };
  title_field: string;
  image_field?: string;
  is_calendar_and_gantt?: boolean;
  search_fields: readonly string[];
  list_fields: readonly string[];
  order: readonly { path: string; direction: 'asc' | 'desc' }[];
  tree_parent_field: string;
  actions: readonly Record<string, unknown>[];
  states: readonly StateColor[];
  /** 0: as many as one likes. */
  max_attachments?: number;
  /** What is attached is public unless somebody says otherwise. */
  make_attachments_public?: boolean;
}
