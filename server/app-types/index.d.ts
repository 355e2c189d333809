/** What the code of an app, its `app.ts`, may be and is given: `framework-m/app`. */

/** Check is boolean, Date "YYYY-MM-DD", Datetime RFC 3339 UTC, a whole number beyond 2^53 text, a child table a list of rows. */
export type Value = string | number | boolean | null | object;

export interface Document {
  [fieldname: string]: Value | undefined;
}

/** The default export of `app.ts`: `export default { … } satisfies App`. */
export interface App {
  controllers?: { [doctype: string]: Controller };
  /** Where documents of virtual DocTypes come from. */
  repositories?: { [doctype: string]: Repository };
  /** Callable as POST /api/v1/rpc/fn/{dotted.path}. */
  functions?: { [path: string]: Method };
}

/** The behaviour of a DocType; `*` is every one. */
export interface Controller {
  hooks?: { [K in HookName]?: Hook };
  /** Names a document; used where the DocType's own rule says nothing. */
  autoname?(argument: HookArgument): string | undefined | Promise<string | undefined>;
  /** Values of virtual fields, computed on reading. */
  computed?: { [fieldname: string]: (doc: Document) => Value };
  /** Narrows the rows that anybody may reach, whatever else gives a right. */
  rowRule?: RowRule;
  /** Of a child table: the rows that are shown of a document that may be read; a save leaves the others where they are. */
  rowsWithin?: RowRule;
  /** Callable as POST /api/v1/rpc/{doctype}/{method}. */
  methods?: { [method: string]: Method };
}

/** In the order in which they run (README, "Behaviour in code"). One that throws rolls everything back. */
export type HookName =
  | 'before_insert'
  | 'before_naming'
  | 'before_validate'
  | 'validate'
  | 'before_save'
  | 'after_insert'
  | 'on_update'
  | 'after_save'
  | 'before_submit'
  | 'on_submit'
  | 'before_cancel'
  | 'on_cancel'
  | 'before_update_after_submit'
  | 'on_update_after_submit'
  | 'before_delete'
  | 'on_trash'
  | 'after_delete'
  | 'before_rename'
  | 'after_rename'
  | 'on_change';

export type Hook = (argument: HookArgument) => void | Promise<void>;

export interface HookArgument {
  doctype: string;
  /** The document being written; a hook before the save may change its fields and rows. */
  doc: Document;
  /** As it is stored, undefined for a new document. */
  before: Document | undefined;
  actor: Actor;
  /** Now, as RFC 3339 UTC. */
  now: string;
  /** Other documents, in the same transaction and under the same rights. */
  doors: Doors;
  /** Refuses the write: everything is rolled back and the caller gets a 400 with this message. */
  fail(message: string, field?: string): never;
  /** For renames: the names. */
  rename?: { from: string; to: string; merge: boolean };
}

export type Method = (argument: MethodArgument) => unknown | Promise<unknown>;

export interface MethodArgument extends Omit<HookArgument, 'doc' | 'before' | 'rename'> {
  /** What the caller gave. */
  args: { readonly [key: string]: unknown };
}

/** A document as the outside gives it: any JSON object. */
export type GivenDocument = Readonly<Record<string, unknown>>;

export interface Doors {
  get(doctype: string, name: string): Promise<Document>;
  /** `params` as those of GET /api/v1/{doctype}. */
  list(doctype: string, params?: Readonly<Record<string, unknown>>): Promise<Document[]>;
  create(doctype: string, given: GivenDocument): Promise<Document>;
  /** With the version that was seen, another one stored is a `conflict`. */
  update(doctype: string, name: string, given: GivenDocument, options?: { version?: number }): Promise<Document>;
  remove(doctype: string, name: string): Promise<void>;
  submit(doctype: string, name: string): Promise<Document>;
  cancel(doctype: string, name: string): Promise<Document>;
}

/** Who acts. */
export interface Actor {
  /** The name of the User. */
  user: string;
  roles: readonly string[];
  /** Set for the server itself only: why it acts. */
  reason?: string;
  teams?: readonly string[];
  /** What rules may ask of the person beside roles. */
  attributes?: Readonly<Record<string, string | number | boolean | readonly (string | number | boolean)[]>>;
  tenant?: string;
  language?: string;
}

export type Right =
  | 'select'
  | 'read'
  | 'write'
  | 'create'
  | 'delete'
  | 'submit'
  | 'cancel'
  | 'amend'
  | 'print'
  | 'email'
  | 'report'
  | 'import'
  | 'export'
  | 'share';

/** Undefined: it has nothing to say. */
export type RowRule = (q: { actor: Actor; plan: DocType; right: Right }) => Filter | undefined;

/** A DocType as its code sees it. */
export interface DocType {
  name: string;
  module: string;
}

export type Operator =
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
  | 'like exactly'
  | 'not like exactly'
  | 'is'
  | 'between'
  | 'descendants of'
  | 'descendants of (inclusive)'
  | 'not descendants of'
  | 'ancestors of'
  | 'not ancestors of'
  | 'timespan';

export type FilterValue = string | number | boolean | null | readonly (string | number | boolean | null)[];

export type Filter =
  | { kind: 'all' }
  | { kind: 'none' }
  | { kind: 'and'; of: readonly Filter[] }
  | { kind: 'or'; of: readonly Filter[] }
  | { kind: 'not'; of: Filter }
  /** `path`: `status`, `customer.territory` through a Link, `items.item_code` through a child table. */
  | { kind: 'condition'; path: string; operator: Operator; value: FilterValue }
  /** A document of another DocType names this one in its `field`, and `where` holds of it. */
  | { kind: 'related'; doctype: string; field: string; where: Filter }
  /** This one names a document of another DocType in its `field`, and `where` holds of that. */
  | { kind: 'named'; doctype: string; field: string; where: Filter }
  /** There is one among what a field leads to, of which `where` holds. */
  | { kind: 'some'; field: string; doctype?: string; where: Filter };

/** What a request carries, as far as it concerns a repository. */
export interface RepositoryContext {
  actor: Actor;
  requestId: string;
  /** When the request began, milliseconds UTC. */
  now: number;
}

/** What is asked of a list; it may answer with more: the rest is filtered, sorted and paged behind it. */
export interface ListRequest {
  filter: Filter;
  /** Words that must all occur. */
  search: readonly string[];
  limit: number;
  offset: number;
}

/** Where documents of a virtual DocType come from. */
export interface Repository {
  /** Documents that may match, at most 10,000. */
  list(ctx: RepositoryContext, doctype: DocType, request: ListRequest): Promise<readonly Document[]>;
  get(ctx: RepositoryContext, doctype: DocType, name: string): Promise<Document | undefined>;
  /** Absent: the repository is read-only. Each returns the name of the document written. */
  insert?(ctx: RepositoryContext, doctype: DocType, given: GivenDocument): Promise<string>;
  update?(ctx: RepositoryContext, doctype: DocType, name: string, given: GivenDocument): Promise<string>;
  remove?(ctx: RepositoryContext, doctype: DocType, name: string): Promise<void>;
  rename?(ctx: RepositoryContext, doctype: DocType, from: string, to: string): Promise<string>;
}

export interface JsonFileOptions {
  file: string;
  /** The key that names a record of a list (default: `name`); in an object by name the keys are the names. */
  keyField?: string;
  writable?: boolean;
}

/** Out of a JSON file: a list of objects, or an object by name. */
export declare function jsonFileRepository(options: JsonFileOptions): Repository;

export interface SqlTableOptions {
  /** The address of a PostgreSQL. */
  url: string;
  /** `rates`, or `schema.rates`. */
  table: string;
  /** The column that names a document; unique. */
  key: string;
  /** Columns that are not called like their field; null where the table has none. */
  columns?: Readonly<Record<string, string | null>>;
  writable?: boolean;
}

/** Out of a table of another PostgreSQL; connects on first use. */
export declare function sqlTableRepository(options: SqlTableOptions): Repository & { close(): Promise<void> };
