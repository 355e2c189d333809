/** REST, by DocType. */
import type {
  DocTypeShape,
  Document,
  DocumentOptions,
  Expansion,
  FieldWish,
  FilterOptions,
  ListOptions,
  Page,
  Row,
  RowOptions,
} from './rest-types.ts';
import type { Ask, Transport } from './transport.ts';

export interface WriteOptions {
  /** The `_version` that was read: when the document has moved on, nothing is written (409). */
  version?: number;
  /** However often the write is repeated with it within a day, it has one effect. */
  idempotencyKey?: string;
  signal?: AbortSignal;
}

export interface Documents<M, T extends DocTypeShape> {
  list<
    const F extends readonly FieldWish<T['doc']>[] = readonly never[],
    const E extends readonly Expansion<T>[] = readonly never[],
  >(options?: ListOptions<T, F, E>): Promise<Page<Row<M, T, F[number], E[number]>>>;
  /** All rows, page by page; `limit` is how many are fetched at once. */
  all<
    const F extends readonly FieldWish<T['doc']>[] = readonly never[],
    const E extends readonly Expansion<T>[] = readonly never[],
  >(options?: RowOptions<T, F, E>): AsyncGenerator<Row<M, T, F[number], E[number]>, void, undefined>;
  count(options?: FilterOptions<T['doc']>): Promise<number>;
  get<
    const F extends readonly FieldWish<T['doc']>[] = readonly never[],
    const E extends readonly Expansion<T>[] = readonly never[],
  >(name: string, options?: DocumentOptions<F, E>): Promise<Document<M, T, F[number], E[number]>>;
  insert(doc: T['insert'], options?: WriteOptions): Promise<T['doc']>;
  /** What is left out stays; a given child table replaces its rows, matched by their `name`. */
  update(name: string, patch: T['update'], options?: WriteOptions): Promise<T['doc']>;
  /** To the recycle bin; with `hard`, for good. */
  remove(name: string, options?: WriteOptions & { hard?: boolean }): Promise<void>;
  submit(name: string, options?: WriteOptions): Promise<T['doc']>;
  cancel(name: string, options?: WriteOptions): Promise<T['doc']>;
  /** A new draft of a cancelled document. */
  amend(name: string, options?: WriteOptions): Promise<T['doc']>;
  rename(name: string, to: string, options?: WriteOptions & { merge?: boolean }): Promise<T['doc']>;
}

/** Names that are words of the routes, or that a URL cannot end in. */
const UNSAYABLE: ReadonlySet<string> = new Set(['', '.', '..', 'bulk', 'count']);

export function documentsOf<M, T extends DocTypeShape>(transport: Transport, doctype: string): Documents<M, T> {
  const base = `/api/v1/${encodeURIComponent(doctype)}`;
  const at = (name: string): Pick<Ask, 'path' | 'query'> =>
    UNSAYABLE.has(name) ? { path: base, query: { name } } : { path: `${base}/${encodeURIComponent(name)}` };
  const ask = <A>(wish: Ask): Promise<A> => transport.json(wish) as Promise<A>;
  const move = async (name: string, action: string, body: object, options: WriteOptions = {}): Promise<T['doc']> => {
    // A URL would take it for a folder.
    if (/^\.{0,2}$/.test(name)) throw new TypeError(`No document is called ${JSON.stringify(name)}.`);
    return ask({ method: 'POST', path: `${base}/${encodeURIComponent(name)}/${action}`, body, ...given(options) });
  };
  const list = (options: object = {}): Promise<Page<never>> =>
    ask({ method: 'GET', path: base, query: queryOf(options), ...given(options) });
  return {
    list,
    all: (options) => rowsOf(list, { ...options }),
    async count(options = {}) {
      const path = `${base}/count`;
      return (await ask<{ count: number }>({ method: 'GET', path, query: queryOf(options), ...given(options) })).count;
    },
    get(name, options = {}) {
      const { path, query } = at(name);
      return ask({ method: 'GET', path, query: { ...query, ...queryOf(options) }, ...given(options) });
    },
    insert: (doc, options = {}) => ask({ method: 'POST', path: base, body: doc, ...given(options) }),
    update: (name, patch, options = {}) => ask({ method: 'PATCH', ...at(name), body: patch, ...given(options) }),
    async remove(name, { hard, ...options } = {}) {
      const { path, query } = at(name);
      await ask({ method: 'DELETE', path, query: { ...query, hard: hard ? 'true' : undefined }, ...given(options) });
    },
    submit: (name, options) => move(name, 'submit', {}, options),
    cancel: (name, options) => move(name, 'cancel', {}, options),
    amend: (name, options) => move(name, 'amend', {}, options),
    rename: (name, to, { merge = false, ...options } = {}) => move(name, 'rename', { name: to, merge }, options),
  };
}

async function* rowsOf(
  list: (options: object) => Promise<Page<never>>,
  options: object,
): AsyncGenerator<never, void, undefined> {
  let cursor: string | null | undefined = '';
  while (cursor !== null && cursor !== undefined) {
    const page: Page<never> = await list({ limit: 500, ...options, count: 'none', cursor });
    yield* page.items;
    cursor = page.has_more ? page.next_cursor : undefined;
  }
}

/** Names of options that are no parameters. */
const OTHERS: ReadonlySet<string> = new Set(['signal', 'version', 'idempotencyKey']);
/** Parameters that are lists of names, with commas between them. */
const LISTS: ReadonlySet<string> = new Set(['order_by', 'group_by', 'expand']);

function queryOf(options: object): { [name: string]: string } {
  const query: { [name: string]: string } = {};
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || OTHERS.has(name)) continue;
    const isList = LISTS.has(name) && Array.isArray(value);
    query[name] = isList ? value.join(',') : typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return query;
}

function given(options: WriteOptions): Pick<Ask, 'headers' | 'signal'> {
  const { version, idempotencyKey, signal } = options;
  return {
    signal,
    headers: {
      ...(version === undefined ? {} : { 'if-match': `"${version}"` }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
  };
}
