/**
 * The types of GraphQL that are the same for all DocTypes: what may be asked of a document, given to a field
 * and chosen of an answer, and what the answer then is. Only types; graphql.ts of a generated client.
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
  /** Of the values, those that nothing can be asked of. */
  opaque: PropertyKey;
  /** Of the texts, those that are dates and the like. */
  exact: PropertyKey;
  insert: object;
  update: object;
}

type ShapeOf<T> = T extends Shape ? T : never;
type GraphOf<T> = T extends Graph ? T : never;
type Member<S, K extends PropertyKey> = S extends { [P in K]: infer T } ? T : unknown;

export interface Comparison<V> {
  _eq?: V;
  _neq?: V;
  _gt?: V;
  _gte?: V;
  _lt?: V;
  _lte?: V;
  _in?: readonly V[];
  _nin?: readonly V[];
  _between?: readonly [V, V];
  _is_null?: boolean;
}

export interface TextComparison<V> extends Comparison<V> {
  _like?: string;
  _nlike?: string;
  _ilike?: string;
}

type Value<G extends Graph, K> = K extends keyof G['values'] ? NonNullable<G['values'][K]> : never;
type Comparable<G extends Graph> = Exclude<keyof G['values'], G['opaque']>;
type Numeric<G extends Graph> = {
  [K in Comparable<G>]: number extends Value<G, K> ? K : never;
}[Comparable<G>];
type ComparisonOf<V, IsExact> = IsExact extends true
  ? Comparison<V>
  : [V] extends [string]
    ? TextComparison<V>
    : Comparison<V>;

export type BoolExp<G extends Graph> = {
  _and?: readonly BoolExp<G>[];
  _or?: readonly BoolExp<G>[];
  _not?: BoolExp<G>;
} & {
  [K in Comparable<G>]?: ComparisonOf<Value<G, K>, K extends G['exact'] ? true : false>;
} & {
  [K in keyof G['one'] as G['one'][K] extends Graph ? K : never]?: BoolExp<GraphOf<G['one'][K]>>;
} & {
  [K in keyof G['many']]?: BoolExp<GraphOf<G['many'][K]>>;
};

export type OrderBy<G extends Graph> = { [K in Comparable<G>]?: 'asc' | 'desc' };
export type SelectColumn<G extends Graph> = Comparable<G>;
export type IncInput<G extends Graph> = { [K in Numeric<G> & keyof G['update']]?: number };

/** Of a document: its id or its name. */
export type Key = { id: string; name?: never } | { name: string; id?: never };

export interface RowArgs<G extends Graph> {
  where?: BoolExp<G>;
  order_by?: readonly OrderBy<G>[];
  limit?: number;
}
export interface ListArgs<G extends Graph> extends RowArgs<G> {
  offset?: number;
}

type Args<A> = object extends A ? { args?: A } : { args: A };
type ArgsOf<S extends Shape, K extends PropertyKey> = K extends keyof Member<S, 'args'>
  ? Args<Member<S, 'args'>[K]>
  : unknown;
type RowArgsOf<S extends Shape, K extends PropertyKey, T> = K extends keyof Member<S, 'args'>
  ? Args<Member<S, 'args'>[K]>
  : T extends Graph
    ? { args?: RowArgs<T> }
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

type Figures<G extends Graph> = { [K in Numeric<G>]: number | null };
type Extremes<G extends Graph> = { [K in Comparable<G>]: Value<G, K> | null };

interface Aggregates<G extends Graph> {
  values: object;
  calls: { count: number };
  args: { count: { columns?: readonly SelectColumn<G>[]; distinct?: boolean } };
  one: { [F in 'sum' | 'avg']: Plain<Figures<G>> } & { [F in 'min' | 'max']: Plain<Extremes<G>> };
  many: object;
}
interface Plain<Values extends object> extends Nothing {
  values: Values;
}
interface Nothing {
  values: object;
  one: object;
  many: object;
}
interface AggregateShape<G extends Graph> extends Omit<Nothing, 'many'> {
  sure: { aggregate: Aggregates<G> };
  many: { nodes: G };
  args: { nodes: object };
}
interface GroupShape<G extends Graph> extends Nothing {
  sure: { key: Plain<Pick<G['values'], Comparable<G>>>; aggregate: Aggregates<G> };
}
interface ConnectionShape<G extends Graph> extends Omit<Nothing, 'many'> {
  sure: { pageInfo: Plain<PageInfo> };
  many: { edges: EdgeShape<G> };
}
interface EdgeShape<G extends Graph> extends Nothing {
  values: { cursor: string };
  sure: { node: G };
}
export interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}
interface MutationResponse<G extends Graph> extends Omit<Nothing, 'many'> {
  values: { affected_rows: number };
  many: { returning: G };
  args: { returning: object };
}

type Names<Graphs> = keyof Graphs & string;

/** The root of queries and subscriptions. */
export interface QueryShape<Graphs> {
  values: object;
  one: { [N in Names<Graphs> as `${N}_by_pk`]: Graphs[N] };
  many: { [N in Names<Graphs>]: Graphs[N] } & {
    [N in Names<Graphs> as `${N}_groups`]: GroupShape<GraphOf<Graphs[N]>>;
  };
  sure: { [N in Names<Graphs> as `${N}_aggregate`]: AggregateShape<GraphOf<Graphs[N]>> } & {
    [N in Names<Graphs> as `${N}_connection`]: ConnectionShape<GraphOf<Graphs[N]>>;
  };
  args: { [N in Names<Graphs>]: ListArgs<GraphOf<Graphs[N]>> & DistinctArgs<GraphOf<Graphs[N]>> } & {
    [N in Names<Graphs> as `${N}_by_pk`]: Key;
  } & { [N in Names<Graphs> as `${N}_groups`]: GroupArgs<GraphOf<Graphs[N]>> } & {
    [N in Names<Graphs> as `${N}_aggregate`]: ListArgs<GraphOf<Graphs[N]>>;
  } & { [N in Names<Graphs> as `${N}_connection`]: PageArgs<GraphOf<Graphs[N]>> };
}

export interface MutationShape<Graphs> {
  values: object;
  one: {
    [N in Names<Graphs> as
      | `insert_${N}_one`
      | `${'update' | 'delete'}_${N}_by_pk`
      | `${'submit' | 'cancel' | 'amend' | 'rename'}_${N}`]: Graphs[N];
  };
  many: object;
  sure: {
    [N in Names<Graphs> as `${'insert' | 'update' | 'delete'}_${N}`]: MutationResponse<GraphOf<Graphs[N]>>;
  };
  calls: { [N in Names<Graphs> as `call_${N}`]: unknown };
  args: { [N in Names<Graphs> as `insert_${N}_one`]: { object: GraphOf<Graphs[N]>['insert'] } } & {
    [N in Names<Graphs> as `insert_${N}`]: { objects: readonly GraphOf<Graphs[N]>['insert'][] };
  } & { [N in Names<Graphs> as `update_${N}_by_pk`]: UpdateArgs<GraphOf<Graphs[N]>> } & {
    [N in Names<Graphs> as `update_${N}`]: { where: BoolExp<GraphOf<Graphs[N]>>; _set: GraphOf<Graphs[N]>['update'] };
  } & { [N in Names<Graphs> as `delete_${N}_by_pk`]: Key } & {
    [N in Names<Graphs> as `delete_${N}`]: { where: BoolExp<GraphOf<Graphs[N]>> };
  } & { [N in Names<Graphs> as `${'submit' | 'cancel' | 'amend'}_${N}`]: { name: string } } & {
    [N in Names<Graphs> as `rename_${N}`]: { name: string; new_name: string; merge?: boolean };
  } & { [N in Names<Graphs> as `call_${N}`]: { name?: string; method: string; args?: unknown } };
}

interface DistinctArgs<G extends Graph> {
  distinct_on?: readonly SelectColumn<G>[];
}
interface GroupArgs<G extends Graph> extends RowArgs<G> {
  by: readonly SelectColumn<G>[];
}
interface PageArgs<G extends Graph> extends Omit<RowArgs<G>, 'limit'> {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
}
interface UpdateArgs<G extends Graph> {
  pk_columns: Key;
  _set?: G['update'];
  _inc?: IncInput<G>;
  _version?: number;
}
