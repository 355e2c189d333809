/**
 * A tree of what is wanted: lists of documents, in them Links' targets, rows, documents that point here, as
 * deep as it goes. The tree is made once for a wish; what differs from request to request (filters, order,
 * pages) comes beside it as the arguments of each list. Plain data; tree-sql.ts makes one statement of it.
 */
import type { Filter } from '../kernel/filter.ts';
import type { DocTypePlan, FieldPlan, OrderTerm } from '../schema/plan.ts';
import type { AggregateFunction } from './request.ts';

/** One member of an object in the answer, under its key. */
export type TreeItem =
  | { kind: 'column'; key: string; field: FieldPlan }
  /** The same for every row. */
  | { kind: 'constant'; key: string; value: string | null }
  /** The document that a Link names; null where there is none that may be seen. */
  | { kind: 'target'; key: string; field: FieldPlan; target: DocTypePlan; items: readonly TreeItem[] }
  | { kind: 'list'; key: string; list: TreeList }
  /** `[DocType, name]` of what a field leads to, or null: the caller looks it up elsewhere. */
  | { kind: 'reference'; key: string; field: FieldPlan; doctype: string | FieldPlan }
  /** Everything that may be read of the document, for what is computed from it. */
  | { kind: 'whole'; key: string };

/** Where the documents of a list come from. */
export type Origin =
  /** All that the caller may see. */
  | { kind: 'all' }
  /** The rows of a child table of the document around the list. */
  | { kind: 'rows'; field: FieldPlan }
  /** Those whose Link names the document around the list; with `table` and `child` a Link in rows of theirs. */
  | { kind: 'reverse'; field: FieldPlan; table?: FieldPlan; child?: DocTypePlan };

export interface TreeList {
  plan: DocTypePlan;
  /** For rows of a child table: the DocType whose they are. */
  within?: DocTypePlan;
  origin: Origin;
  /** Index of the list's arguments in a request. */
  place: number;
  form: ListForm;
}

/** What a list looks like in the answer. */
export type ListForm =
  | { kind: 'many'; items: readonly TreeItem[] }
  /** The first, or null. */
  | { kind: 'one'; items: readonly TreeItem[] }
  | { kind: 'summary'; parts: readonly SummaryPart[] }
  | { kind: 'groups'; parts: readonly GroupPart[] }
  | { kind: 'connection'; parts: readonly ConnectionPart[] };

export type Constant = TreeItem & { kind: 'constant' };

export type SummaryPart =
  | Constant
  | { kind: 'aggregate'; key: string; members: readonly AggregateMember[] }
  | { kind: 'nodes'; key: string; items: readonly TreeItem[] };

export type GroupPart =
  | Constant
  | { kind: 'key'; key: string; members: readonly (Constant | { kind: 'column'; key: string; field: FieldPlan })[] }
  | { kind: 'aggregate'; key: string; members: readonly AggregateMember[] };

export type AggregateMember =
  | Constant
  /** Rows, or those in which all these fields are filled. */
  | { kind: 'count'; key: string; fields: readonly FieldPlan[]; distinct: boolean }
  | {
      kind: 'values';
      key: string;
      fn: Exclude<AggregateFunction, 'count'>;
      members: readonly (Constant | { kind: 'column'; key: string; field: FieldPlan })[];
    };

export type ConnectionPart =
  | Constant
  | { kind: 'edges'; key: string; members: readonly EdgeMember[] }
  | { kind: 'page'; key: string; members: readonly PageMember[] }
  | { kind: 'total'; key: string };

export type EdgeMember =
  | Constant
  | { kind: 'cursor'; key: string }
  | { kind: 'node'; key: string; items: readonly TreeItem[] };

export type PageMember = Constant | { kind: 'has next' | 'has previous' | 'first cursor' | 'last cursor'; key: string };

/** What one request says of one list. */
export interface ListArguments {
  filter: Filter;
  /** Undefined: the DocType's own order, rows in theirs. */
  order?: readonly OrderTerm[];
  /** Undefined: all of them. */
  limit?: number;
  offset?: number;
  /** One document of each of these fields' values: the first in the order, which begins with them. */
  distinct?: readonly string[];
  /** Groups by these fields. */
  by?: readonly string[];
  /** Groups by their aggregates, before their keys. */
  groupOrder?: readonly GroupOrder[];
  /** Keyset page: after this cursor (before it, going backward); "" is the first one. */
  page?: { cursor: string; backward: boolean };
  /** Words that must all occur in the searchable fields. */
  search?: readonly string[];
}

export interface GroupOrder {
  fn: AggregateFunction;
  /** Undefined: rows are counted. */
  field?: string;
  direction: 'asc' | 'desc';
  nulls?: 'first' | 'last';
}

export interface Tree {
  /** Tells this tree from all others of the same Snapshot: everything that decides the SQL but the arguments. */
  key: string;
  roots: readonly { key: string; list: TreeList }[];
}
