/** What stands at the root of queries, live queries and mutations, for all DocTypes that can do it. */
import type {
  AggregateOrderBy,
  BoolExp,
  Comparable,
  Graph,
  GraphOf,
  IncInput,
  Key,
  ListArgs,
  SelectColumn,
  Summable,
  Value,
} from './graphql-types.ts';

type Extremes<G extends Graph> = Plain<{
  [K in Exclude<Comparable<G>, 'id'> as [Value<G, K>] extends [boolean] ? never : K]: Value<G, K> | null;
}>;
type Sum<V> = [V] extends [boolean] ? number : V;

interface Aggregates<G extends Graph> extends Nothing {
  calls: { count: number };
  args: { count: { columns?: readonly SelectColumn<G>[]; distinct?: boolean } };
  sure: {
    sum: Plain<{ [K in Summable<G>]: Sum<Value<G, K>> | null }>;
    avg: Plain<{ [K in Summable<G>]: number | null }>;
    min: Extremes<G>;
    max: Extremes<G>;
  };
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
interface ConnectionShape<G extends Graph> {
  values: { totalCount: number };
  one: object;
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
interface MutationResponse<G extends Graph> {
  values: { affected_rows: number };
  one: object;
  many: { returning: G };
  args: { returning: object };
}

/** The names of those that can do this. */
type Able<Graphs, Can extends Graph['can']> = {
  [N in keyof Graphs & string]: Can extends GraphOf<Graphs[N]>['can'] ? N : never;
}[keyof Graphs & string];

/** The root of live queries. */
export interface LiveShape<Graphs> {
  values: object;
  one: { [N in Able<Graphs, 'read'> as `${N}_by_pk`]: Graphs[N] };
  many: { [N in Able<Graphs, 'read'>]: Graphs[N] } & {
    [N in Able<Graphs, 'summarize'> as `${N}_groups`]: GroupShape<GraphOf<Graphs[N]>>;
  };
  sure: { [N in Able<Graphs, 'summarize'> as `${N}_aggregate`]: AggregateShape<GraphOf<Graphs[N]>> } & {
    [N in Able<Graphs, 'summarize'> as `${N}_connection`]: ConnectionShape<GraphOf<Graphs[N]>>;
  };
  args: { [N in Able<Graphs, 'read'>]: ListArgs<GraphOf<Graphs[N]>> } & {
    [N in Able<Graphs, 'read'> as `${N}_by_pk`]: Key;
  } & { [N in Able<Graphs, 'summarize'> as `${N}_groups`]: GroupArgs<GraphOf<Graphs[N]>> } & {
    [N in Able<Graphs, 'summarize'> as `${N}_aggregate`]: ListArgs<GraphOf<Graphs[N]>>;
  } & { [N in Able<Graphs, 'summarize'> as `${N}_connection`]: PageArgs<GraphOf<Graphs[N]>> };
}

/** The root of queries: the same, and who one is, what a DocType is, what is found. */
export interface QueryShape<Graphs> {
  values: object;
  one: LiveShape<Graphs>['one'];
  many: LiveShape<Graphs>['many'] & { search: Plain<SearchResult> };
  sure: LiveShape<Graphs>['sure'] & { me: Plain<UserInfo> };
  calls: { doctype_meta: unknown };
  args: LiveShape<Graphs>['args'] & {
    search: { text: string; doctypes?: readonly string[]; limit?: number };
    doctype_meta: { name: string };
  };
}

export interface SearchResult {
  doctype: string;
  name: string;
  title: string | null;
  modified: string | null;
}
export interface UserInfo {
  user: string;
  full_name: string | null;
  roles: string[];
}

export interface MutationShape<Graphs> {
  values: object;
  one: { [N in Able<Graphs, 'read'> as `insert_${N}_one` | `update_${N}_by_pk`]: Graphs[N] } & {
    [N in Able<Graphs, 'insert'> as `delete_${N}_by_pk`]: Graphs[N];
  } & { [N in Able<Graphs, 'submit'> as `${'submit' | 'cancel' | 'amend'}_${N}`]: Graphs[N] } & {
    [N in Able<Graphs, 'rename'> as `rename_${N}`]: Graphs[N];
  };
  many: object;
  sure: {
    [N in Able<Graphs, 'insert'> as `${'insert' | 'update' | 'delete'}_${N}`]: MutationResponse<GraphOf<Graphs[N]>>;
  };
  calls: { [N in Able<Graphs, 'read'> as `call_${N}`]: unknown };
  args: { [N in Able<Graphs, 'read'> as `insert_${N}_one`]: { object: GraphOf<Graphs[N]>['insert'] } } & {
    [N in Able<Graphs, 'insert'> as `insert_${N}`]: { objects: readonly GraphOf<Graphs[N]>['insert'][] };
  } & { [N in Able<Graphs, 'read'> as `update_${N}_by_pk`]: UpdateOneArgs<GraphOf<Graphs[N]>> } & {
    [N in Able<Graphs, 'insert'> as `update_${N}`]: UpdateArgs<GraphOf<Graphs[N]>>;
  } & { [N in Able<Graphs, 'insert'> as `delete_${N}_by_pk`]: Key } & {
    [N in Able<Graphs, 'insert'> as `delete_${N}`]: { where: BoolExp<GraphOf<Graphs[N]>> };
  } & {
    [N in Able<Graphs, 'submit'> as `${'submit' | 'cancel' | 'amend'}_${N}`]: { name: string; _version?: number };
  } & { [N in Able<Graphs, 'rename'> as `rename_${N}`]: { name: string; new_name: string; merge?: boolean } } & {
    [N in Able<Graphs, 'read'> as `call_${N}`]: { name?: string; method: string; args?: unknown };
  };
}

interface GroupArgs<G extends Graph> extends Omit<ListArgs<G>, 'distinct_on'> {
  by: readonly SelectColumn<G>[];
  order_by_aggregate?: readonly AggregateOrderBy<G>[];
}
interface PageArgs<G extends Graph> extends Pick<ListArgs<G>, 'where' | 'order_by'> {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
}
interface Changes<G extends Graph> {
  _set?: G['update'];
  _inc?: IncInput<G>;
}
interface UpdateArgs<G extends Graph> extends Changes<G> {
  where: BoolExp<G>;
}
interface UpdateOneArgs<G extends Graph> extends Changes<G> {
  pk_columns: Key;
  _version?: number;
}
