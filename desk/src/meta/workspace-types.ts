/** Workspaces as the server tells them to this user, as types. */

export interface WorkspaceEntry {
  name: string;
  title: string;
  icon: string;
  color: string;
  /** The name of the one that it stands under. */
  parent: string | null;
  public: boolean;
  may_write: boolean;
  /** Where it leads in the place of a page. */
  doctype?: string;
  url?: string;
}

/** Where a shortcut or a link leads: to documents or to an address. */
export interface Way {
  id: string;
  label: string;
  doctype?: string;
  /** Its DocType has one document. */
  is_single?: boolean;
  url?: string;
}

export interface Shortcut extends Way {
  view: string;
  filters: readonly unknown[];
  format: string;
  color: string;
  is_counted: boolean;
  /** Why it cannot be used as it is: for who can mend it. */
  problem?: string;
}

export interface WorkspacePage extends Omit<WorkspaceEntry, 'parent' | 'doctype' | 'url'> {
  module: string;
  is_hidden: boolean;
  shortcuts: readonly Shortcut[];
  cards: readonly { label: string; links: readonly Way[] }[];
  /** For who may write it: so many entries lead where they cannot go. */
  not_shown?: number;
}

/** Undefined: it cannot be counted. */
export type WorkspaceCount = { count: number; more: boolean } | null;
