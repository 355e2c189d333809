/** What the server says of what hangs on a document, as types. */

export interface Face {
  full_name: string;
  user_image: string | null;
}

/** Everybody who is named in an answer, by user. */
export type Faces = Readonly<Record<string, Face>>;

export interface CommentContent {
  name: string;
  /** HTML, cleaned by the server. */
  content: string;
  modified: string;
  is_edited: boolean;
  mentions: readonly string[];
  may_edit: boolean;
  may_delete: boolean;
}

export interface FieldChange {
  field: string;
  label: string;
  from: unknown;
  to: unknown;
}

export type Change =
  | ({ kind: 'field' } & FieldChange)
  | {
      kind: 'row added' | 'row removed';
      table: string;
      label: string;
      name: string | null;
      /** From 1. */
      idx: number;
      row: Readonly<Record<string, unknown>>;
    }
  | {
      kind: 'row changed';
      table: string;
      label: string;
      /** From 1. */
      idx: number;
      row: string | null;
      changes: readonly FieldChange[];
    };

export interface Assignment {
  id: string;
  name: string;
  allocated_to: string | null;
  assigned_by: string | null;
  status: 'Open' | 'Closed' | 'Cancelled';
  priority: string | null;
  date: string | null;
  description: string;
  creation: string;
}

export interface Share {
  id: string;
  /** Null: everyone. */
  user: string | null;
  everyone: boolean;
  read: boolean;
  write: boolean;
  submit: boolean;
  share: boolean;
  shared_by: string;
}

export type TimelineEntry = { id: string; at: string; by: string } & (
  | { kind: 'creation' }
  | { kind: 'like' }
  | { kind: 'version'; version: number; changes: readonly Change[] }
  | { kind: 'comment'; comment: CommentContent }
  | { kind: 'assignment'; assignment: Assignment }
  | { kind: 'share'; share: Share }
  | { kind: 'tag'; tag: string }
  | { kind: 'attachment'; attachment: { name: string; file_name: string | null } }
);

export type TimelineView = 'everything' | 'comments' | 'changes';

export interface TimelinePage {
  items: readonly TimelineEntry[];
  next: string | null;
  users: Faces;
}

export interface Connection {
  doctype: string;
  /** The field there, as `customer` or `items.item`. */
  field: string;
  label: string;
  /** The heading under which the DocType lists it; "" when it does not. */
  group: string;
  count: number;
  has_more: boolean;
  may_create: boolean;
  filters: readonly (readonly [string, '=', string])[];
}

export interface Likes {
  liked: boolean;
  count: number;
  users: readonly string[];
}

export interface DocInfo {
  doctype: string;
  name: string;
  permissions: Readonly<Record<string, boolean>>;
  comments: { total: number };
  assignments: readonly Assignment[];
  tags: readonly string[];
  likes: Likes;
  shares: readonly Share[];
  links: readonly Connection[];
  users: Faces;
}
