/**
 * The GraphQL schema as plain data: types by name, their fields by name, and what each field means in the
 * product. Validation, introspection and the compiler of queries all ask these; nothing is built before
 * somebody names it.
 */
import type { AggregateFunction } from '../query/request.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';

/** A type as GraphQL writes it: `[sales_order!]!`. */
export type TypeRef = string;

export type TypeDef = ScalarDef | EnumDef | InputDef | ObjectDef | InterfaceDef;

interface Described {
  name: string;
  description?: string;
}

export interface ScalarDef extends Described {
  kind: 'SCALAR';
}

export interface EnumDef extends Described {
  kind: 'ENUM';
  values: readonly Described[];
}

export interface InputDef extends Described {
  kind: 'INPUT_OBJECT';
  fields: Members<InputField>;
}

export interface ObjectDef extends Described {
  kind: 'OBJECT';
  fields: Members<OutputField>;
  interfaces: readonly string[];
}

export interface InterfaceDef extends Described {
  kind: 'INTERFACE';
  fields: Members<OutputField>;
  possible(): Iterable<string>;
}

/** Found one by one; all of them only where somebody wants to see all. */
export interface Members<T> {
  find(name: string): T | undefined;
  all(): Iterable<T>;
}

export interface InputField extends Described {
  type: TypeRef;
  /** As a GraphQL literal. */
  defaultValue?: string;
  meaning?: InputMeaning;
}

/** What a key of a filter, an order or an input is about. */
export type InputMeaning =
  | { kind: 'column'; field: FieldPlan }
  /** What the field leads to, filtered by a bool_exp of it. */
  | { kind: 'some'; field: FieldPlan; table?: FieldPlan; doctype?: string; target: string }
  | { kind: 'rows'; field: FieldPlan; child: string };

export interface OutputField extends Described {
  type: TypeRef;
  args: readonly InputField[];
  meaning: Meaning;
}

export type Meaning =
  | { kind: 'doctype' }
  | { kind: 'column'; field: FieldPlan }
  /** Computed when a document is read. */
  | { kind: 'computed'; field: FieldPlan }
  /** The document that a Link names. */
  | { kind: 'target'; field: FieldPlan; target: DocTypePlan }
  /** The same where it is in no table, or in one that the row names. */
  | { kind: 'reference'; field: FieldPlan; doctype: string | FieldPlan }
  | { kind: 'rows'; field: FieldPlan; child: DocTypePlan }
  /** With `table` and `child` the field is one of their rows. */
  | { kind: 'reverse'; field: FieldPlan; plan: DocTypePlan; table?: FieldPlan; child?: DocTypePlan }
  /** Parts of aggregates, groups and pages. */
  | { kind: 'aggregate' }
  | { kind: 'nodes' }
  | { kind: 'key' }
  | { kind: 'count' }
  | { kind: 'values'; fn: Exclude<AggregateFunction, 'count'> }
  | { kind: 'edges' | 'page' | 'total' | 'cursor' | 'node' }
  | { kind: 'has next' | 'has previous' | 'first cursor' | 'last cursor' }
  /** A member of an answer that JavaScript makes, under its own name. */
  | { kind: 'plain' }
  | QueryMeaning
  | MutationMeaning;

export interface ListMeaning {
  kind: 'list' | 'one' | 'summary' | 'groups' | 'connection';
  plan: DocTypePlan;
}

export type QueryMeaning = ListMeaning | { kind: 'search' } | { kind: 'meta' } | { kind: 'me' };

export type MutationMeaning = {
  kind: 'mutation';
  does: Mutation;
  plan: DocTypePlan;
};

export type Mutation =
  | 'insert'
  | 'insert one'
  | 'update'
  | 'update one'
  | 'delete'
  | 'delete one'
  | 'submit'
  | 'cancel'
  | 'amend'
  | 'rename'
  | 'call'
  | 'affected rows'
  | 'returning';

/** Members that are known beforehand. */
export function members<T extends { name: string }>(make: () => readonly T[]): Members<T> {
  let list: readonly T[] | undefined;
  let byName: ReadonlyMap<string, T> | undefined;
  const all = (): readonly T[] => {
    list ??= make();
    return list;
  };
  return {
    all,
    find(name) {
      byName ??= new Map(all().map((each) => [each.name, each]));
      return byName.get(name);
    },
  };
}

/** The name in a reference: `[sales_order!]!` is about sales_order. */
export function namedType(type: TypeRef): string {
  return type.replace(/[[\]!]/g, '');
}
