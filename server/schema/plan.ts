/**
 * The Plan: a DocType compiled once per version into what everything else asks.
 * Nobody but compile.ts interprets a DocField. Plans and snapshots are immutable.
 */

import type { Expression } from '../expressions/contract.ts';
import type { Column, FieldType, JsonShape, LinkTarget } from '../fieldtypes/contract.ts';
import type { DocField, DocPerm, DocTypeJson } from '../kernel/doctype.ts';
import type { Tenancy } from '../kernel/tenancy.ts';

/** Where documents of a DocType live. */
export type Storage = 'table' | 'child' | 'single' | 'virtual';

export interface FieldPlan {
  /** Stable identity of the field; the standard fields have their own name as id. */
  id: string;
  fieldname: string;
  label: string;
  /** The effective definition, layers applied. */
  field: DocField;
  type: FieldType;
  /** The column that holds it, which renaming the field does not change; undefined: no column. */
  column?: string;
  sql?: Column;
  json: JsonShape;
  /** `name`, `owner`, `creation` …: set by the server. */
  isStandard: boolean;
  isReadable: boolean;
  link?: LinkTarget;
  /** The child DocType of a Table field. */
  childDocType?: string;
  fetch?: { link: string; source: string; ifEmpty: boolean };
  mandatoryDependsOn?: Expression;
  /** Computed on reading: by the controller, or by the expression in `options`. */
  isVirtual: boolean;
  compute?: Expression;
}

export type NamingRule =
  | { kind: 'hash' }
  | { kind: 'prompt' }
  | { kind: 'uuid' }
  | { kind: 'autoincrement'; sequence: string }
  | { kind: 'single' }
  | { kind: 'field'; fieldname: string }
  | { kind: 'series'; fieldname: string; options: readonly string[] }
  | { kind: 'pattern'; parts: readonly NamePart[] };

/** A piece of a name: text, a date or field value, or the counter (`digits` wide, zero padded). */
export type NamePart =
  | { kind: 'text'; text: string }
  | { kind: 'date'; format: string }
  | { kind: 'field'; fieldname: string }
  | { kind: 'counter'; digits: number };

export interface OrderTerm {
  path: string;
  direction: 'asc' | 'desc';
  /** Where NULLs come; undefined: last going up, first going down. */
  nulls?: 'first' | 'last';
}

export interface DocTypePlan {
  name: string;
  /** Number of the definition's version, +1 per save: part of statement names and ETags. */
  version: number;
  module: string;
  app: string;
  /** The effective definition, layers merged. */
  definition: DocTypeJson;
  storage: Storage;
  /** Whose its documents are; undefined where there is only one tenant. */
  tenancy?: Tenancy;
  /** Table name; "" for virtual DocTypes. */
  table: string;
  /** Every field in presentation order, layout fields included, standard fields first. */
  fields: readonly FieldPlan[];
  byName: ReadonlyMap<string, FieldPlan>;
  /** Those with a column, standard ones first: what a full read selects. */
  columns: readonly FieldPlan[];
  /** Table and Table MultiSelect fields that are stored. */
  tables: readonly FieldPlan[];
  /** Fields with a link target and a column. */
  links: readonly FieldPlan[];
  naming: NamingRule;
  titleField: string;
  searchFields: readonly string[];
  listFields: readonly string[];
  order: readonly OrderTerm[];
  isSubmittable: boolean;
  isTree: boolean;
  /** The self-Link that holds the tree's parent; "" when not a tree. */
  treeParentField: string;
  tracksChanges: boolean;
  allowsRename: boolean;
  permissions: readonly DocPerm[];
}

/**
 * All DocTypes at one schema version. A request takes one when it begins and keeps it to its end.
 * Derived things (inbound links, statements) hang on it in WeakMaps of their rooms.
 */
export interface Snapshot {
  version: number;
  names: readonly string[];
  /** The plan of an exact DocType name, compiled on first use; undefined when there is none. */
  find(doctype: string): DocTypePlan | undefined;
  /** The module of a DocType, without compiling it where its definition is all that says so; undefined when there is none. */
  moduleOf(doctype: string): string | undefined;
  /** The DocType that a table is of. */
  atTable(table: string): string | undefined;
}
