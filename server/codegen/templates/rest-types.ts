/** The types of REST: what may be asked of a list, and what its rows then are. */

/** A DocType of the map that types.ts has. */
export interface DocTypeShape {
  doc: object;
  insert: object;
  update: object;
  listed: string;
  links: object;
}

type Key<T> = keyof T & string;
type Tables<D> = { [K in Key<D>]: NonNullable<D[K]> extends readonly object[] ? K : never }[Key<D>];
/** All but the child tables. */
type Columns<D> = Required<Omit<D, Tables<D>>>;
/** Through a Link or a child table: `customer.territory`, `items.qty`. */
type Path<D> = `${Key<D>}.${string}`;

export type Aggregate<D> = { as: string; distinct?: boolean } & (
  | { count: '*' | Key<D> }
  | { sum: Key<D> }
  | { avg: Key<D> }
  | { min: Key<D> }
  | { max: Key<D> }
);
export type FieldWish<D> = '*' | Key<D> | Path<D> | Aggregate<D>;

type Operator =
  | '='
  | '!='
  | '>'
  | '>='
  | '<'
  | '<='
  | 'in'
  | 'not in'
  | 'like'
  | 'not like'
  | 'is'
  | 'between'
  | 'timespan'
  | 'descendants of'
  | 'descendants of (inclusive)'
  | 'not descendants of'
  | 'ancestors of'
  | 'not ancestors of';
type Listed = 'in' | 'not in';
type Texts = 'like' | 'not like' | 'timespan' | Extract<Operator, `${string} of${string}`>;
type Single = Exclude<Operator, Listed | Texts | 'is' | 'between'>;

type Test<V> =
  | readonly [operator: Single, value: V | null]
  | readonly [operator: Listed, values: readonly (V | null)[]]
  | readonly [operator: Texts, value: string]
  | readonly [operator: 'is', value: 'set' | 'not set']
  | readonly [operator: 'between', values: readonly [V, V]];
type TestOf<D, K extends Key<D>> = Test<NonNullable<D[K]>>;

export type Condition<D> =
  | { [K in Key<D>]: readonly [field: K, ...test: TestOf<D, K>] }[Key<D>]
  | readonly [path: Path<D>, operator: Operator, value: unknown];
export type Filter<D> = Condition<D> | readonly ['and' | 'or', ...Filter<D>[]];
export type Filters<D> =
  | readonly Filter<D>[]
  | ({ [K in Key<D>]?: D[K] | null | TestOf<D, K> } & { [path: `${string}.${string}`]: unknown });

type Term<D> = Key<D> | Path<D>;
export type Order<D> = Term<D> | `${Term<D>} ${'asc' | 'desc'}`;
export type Expansion<T extends DocTypeShape> =
  | Key<T['links']>
  | Tables<T['doc']>
  | `${Key<T['links']> | Tables<T['doc']>}.${string}`;

export interface FilterOptions<D> {
  filters?: Filters<D>;
  /** Of these, one must hold. */
  or_filters?: Filters<D>;
  /** Words that must all occur. */
  q?: string;
  signal?: AbortSignal;
}

export interface DocumentOptions<F, E> {
  /** Absent: all of a document; of a list, the name and the fields of the list view. */
  fields?: F;
  /** Links whose document stands in their place, child tables. */
  expand?: E;
  signal?: AbortSignal;
}

export interface RowOptions<T extends DocTypeShape, F, E> extends FilterOptions<T['doc']>, DocumentOptions<F, E> {
  order_by?: Order<T['doc']> | readonly Order<T['doc']>[];
  /** At most 1000; 20 when absent. */
  limit?: number;
}

export interface ListOptions<T extends DocTypeShape, F, E> extends RowOptions<T, F, E> {
  offset?: number;
  /** Pages by key: "" for the first, then `next_cursor`. */
  cursor?: string;
  group_by?: readonly Term<T['doc']>[];
  /** How the total is found. */
  count?: 'exact' | 'estimated' | 'none';
}

export interface Page<R> {
  items: R[];
  /** Absent with `count: 'none'`. */
  total?: number | null;
  limit: number;
  offset: number;
  has_more: boolean;
  next_cursor?: string | null;
}

type AggregateValue<D, W> = W extends { count: unknown }
  ? number
  : W extends { min: infer K } | { max: infer K }
    ? (K extends keyof D ? D[K] : never) | null
    : number | null;
type Chosen<D, W> = { [K in W & Key<D>]-?: D[K] } & ('*' extends W ? Columns<D> : unknown) & {
    [K in Exclude<Extract<W, string>, Key<D> | '*'>]: unknown;
  } & { [A in Extract<W, { as: string }> as A['as']]: AggregateValue<D, A> };

type Head<P> = P extends `${infer K}.${string}` ? K : never;
type Target<M, T extends DocTypeShape, K> = K extends keyof T['links']
  ? T['links'][K] extends keyof M
    ? M[T['links'][K]] extends DocTypeShape
      ? Columns<M[T['links'][K]]['doc']>
      : never
    : never
  : never;
type ExpandedValue<M, T extends DocTypeShape, K, E> =
  K extends Head<E>
    ? K extends keyof T['links']
      ? Record<string, unknown> | null
      : Record<string, unknown>[]
    : K extends keyof T['links']
      ? Target<M, T, K> | null
      : K extends keyof T['doc']
        ? Required<T['doc']>[K]
        : never;
type Expanded<M, T extends DocTypeShape, R, E> = [E] extends [never]
  ? R
  : Omit<R, (E & string) | Head<E>> & {
      [K in Exclude<E & string, `${string}.${string}`> | Head<E>]: ExpandedValue<M, T, K, E>;
    };

type Flat<R> = { [K in keyof R]: R[K] };

/** A row of a list with these fields and expansions; without fields, with those of the list view. */
export type Row<M, T extends DocTypeShape, W, E> = Flat<
  Expanded<M, T, Chosen<T['doc'], [W] extends [never] ? T['listed'] : W>, E>
>;

/** A document with these fields, or whole. */
export type Document<M, T extends DocTypeShape, W, E> = [W] extends [never]
  ? [E] extends [never]
    ? T['doc']
    : Flat<Expanded<M, T, T['doc'], E>>
  : Row<M, T, W, E>;
