/**
 * The types of GraphQL that are the same for all DocTypes: what may be asked of a document, given to a field
 * and chosen of an answer, and what the answer then is.
 */

/** What can be chosen of something: values, objects that may be null, lists, objects that are always there. */
export interface Shape {
  values: object;
  one: object;
  many: object;
  /** Objects that are never null. */
  sure?: object;
  /** Values that take arguments. */
  calls?: object;
  /** The arguments of a field, where it takes others than rows do. */
  args?: object;
}

/** A DocType. */
export interface Graph extends Shape {
  /** Of the values, those that nothing can be asked of: they are computed. */
  computed: PropertyKey;
  /** Those of which only whether they are there can be asked: JSON and secrets. */
  hidden: PropertyKey;
  /** Of the texts, those that are dates and the like. */
  exact: PropertyKey;
  /** Which fields at the root it has. */
  can: 'read' | 'summarize' | 'insert' | 'submit' | 'rename';
  insert: object;
  update: object;
}

type ShapeOf<T> = T extends Shape ? T : never;
export type GraphOf<T> = T extends Graph ? T : never;
type Member<S, K extends PropertyKey> = S extends { [P in K]: infer T } ? T : unknown;

export interface Presence {
  _is_null?: boolean;
}
export interface Equality<V> extends Presence {
  _eq?: V;
  _neq?: V;
  _in?: readonly V[];
  _nin?: readonly V[];
}
export interface Comparison<V> extends Equality<V> {
  _gt?: V;
  _gte?: V;
  _lt?: V;
  _lte?: V;
  _between?: readonly [V, V];
}
export interface TextComparison<V> extends Comparison<V> {
  _like?: string;
  _nlike?: string;
  _ilike?: string;
  _nilike?: string;
}

export type Value<G extends Graph, K> = K extends keyof G['values'] ? NonNullable<G['values'][K]> : never;
/** What has a column. */
type Stored<G extends Graph> = Exclude<keyof G['values'], G['computed']>;
export type Comparable<G extends Graph> = Exclude<Stored<G>, G['hidden']>;
/** What the server counts itself is no figure. */
type Counter = 'docstatus' | 'idx' | '_version';
type Numeric<G extends Graph> = {
  [K in Exclude<Comparable<G>, Counter>]: number extends Value<G, K> ? K : never;
}[Exclude<Comparable<G>, Counter>];
export type Summable<G extends Graph> =
  | Numeric<G>
  | { [K in Comparable<G>]: [Value<G, K>] extends [boolean] ? K : never }[Comparable<G>];
type ComparisonOf<V, IsExact> = [V] extends [boolean]
  ? Equality<V>
  : IsExact extends true
    ? Comparison<V>
    : [V] extends [string]
      ? TextComparison<V>
      : Comparison<V>;
/** Of Links, those to documents that lie in a table. */
type Joined<G extends Graph> = {
  [K in keyof G['one'] as 'summarize' extends GraphOf<G['one'][K]>['can'] ? K : never]: GraphOf<G['one'][K]>;
};

export type BoolExp<G extends Graph> = {
  _and?: readonly BoolExp<G>[];
  _or?: readonly BoolExp<G>[];
  _not?: BoolExp<G>;
} & {
  [K in Comparable<G>]?: ComparisonOf<Value<G, K>, K extends G['exact'] ? true : false>;
} & {
  [K in G['hidden'] & keyof G['values']]?: Presence;
} & {
  [K in keyof Joined<G>]?: BoolExp<GraphOf<Joined<G>[K]>>;
} & {
  [K in keyof G['many']]?: BoolExp<GraphOf<G['many'][K]>>;
};

export type Direction = 'asc' | 'asc_nulls_first' | 'asc_nulls_last' | 'desc' | 'desc_nulls_first' | 'desc_nulls_last';
export type OrderBy<G extends Graph> = { [K in Comparable<G>]?: Direction } & {
  [K in keyof Joined<G>]?: OrderBy<GraphOf<Joined<G>[K]>>;
};
export interface AggregateOrderBy<G extends Graph> {
  count?: Direction;
  sum?: { [K in Summable<G>]?: Direction };
  avg?: { [K in Summable<G>]?: Direction };
  min?: { [K in Comparable<G>]?: Direction };
  max?: { [K in Comparable<G>]?: Direction };
}
export type SelectColumn<G extends Graph> = Stored<G>;
export type IncInput<G extends Graph> = { [K in Numeric<G> & keyof G['update']]?: number };

/** Of a document: its id or its name. */
export type Key = { id: string; name?: never } | { name: string; id?: never };

export interface ListArgs<G extends Graph> {
  where?: BoolExp<G>;
  order_by?: readonly OrderBy<G>[];
  limit?: number;
  offset?: number;
  distinct_on?: readonly SelectColumn<G>[];
}

type Args<A> = object extends A ? { args?: A } : { args: A };
type ArgsOf<S extends Shape, K extends PropertyKey> = K extends keyof Member<S, 'args'>
  ? Args<Member<S, 'args'>[K]>
  : unknown;
type RowArgsOf<S extends Shape, K extends PropertyKey, T> = K extends keyof Member<S, 'args'>
  ? Args<Member<S, 'args'>[K]>
  : T extends Graph
    ? { args?: ListArgs<T> }
    : unknown;

/** What may be chosen of a shape. */
export type Selection<S extends Shape> = { [K in keyof S['values']]?: true } & {
  [K in keyof S['one']]?: ArgsOf<S, K> & { select: Selection<ShapeOf<S['one'][K]>> };
} & {
  [K in keyof S['many']]?: RowArgsOf<S, K, S['many'][K]> & { select: Selection<ShapeOf<S['many'][K]>> };
} & {
  [K in keyof Member<S, 'sure'>]?: ArgsOf<S, K> & { select: Selection<ShapeOf<Member<S, 'sure'>[K]>> };
} & {
  [K in keyof Member<S, 'calls'>]?:
    | (object extends Member<Member<S, 'args'>, K & PropertyKey> ? true : never)
    | ArgsOf<S, K>;
};

type SelectedOf<T> = T extends { select: infer Inner } ? Inner : never;

/** What is answered to a selection. */
export type Result<S extends Shape, Chosen> = {
  [K in keyof Chosen]: K extends keyof S['values']
    ? S['values'][K]
    : K extends keyof S['one']
      ? Result<ShapeOf<S['one'][K]>, SelectedOf<Chosen[K]>> | null
      : K extends keyof S['many']
        ? Result<ShapeOf<S['many'][K]>, SelectedOf<Chosen[K]>>[]
        : K extends keyof Member<S, 'sure'>
          ? Result<ShapeOf<Member<S, 'sure'>[K]>, SelectedOf<Chosen[K]>>
          : K extends keyof Member<S, 'calls'>
            ? Member<S, 'calls'>[K]
            : never;
};

type Primitive = string | number | boolean | bigint | symbol | null | undefined;
type KeysOf<T> = T extends Primitive ? never : keyof T;
type At<T, K> = T extends Primitive ? never : K extends keyof T ? T[K] : never;

/** What a value with a key that there is not is no part of. */
export interface ThereIsNo<K> {
  there_is_no: K;
}

/** A selection without any key that its type does not have: TypeScript looks for such keys in no inferred type. */
export type Exact<A, T> = unknown extends T
  ? A
  : A extends Primitive
    ? A
    : [T] extends [A]
      ? A
      : A extends readonly unknown[]
        ? { [I in keyof A]: Exact<A[I], At<T, number>> }
        : { [K in keyof A]: K extends KeysOf<T> ? Exact<A[K], At<T, K>> : ThereIsNo<K> };
