/**
 * The words of this room: what a request carries (Context), what serves it (Services), and what code of
 * apps may add (controllers with hooks, repositories of virtual DocTypes). Types only.
 */
import type { Following } from '../access/followed-rows.ts';
import type { RowRule } from '../access/row-rules.ts';
import type { Database, Transaction } from '../db/pool.ts';
import type { Registry } from '../fieldtypes/registry.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Changes } from '../kernel/changes.ts';
import type { Document, Value } from '../kernel/document.ts';
import type { Policy, PolicyAnswers } from '../kernel/policy.ts';
import type { Cipher, Clock, IdSource, Logger } from '../kernel/ports.ts';
import type { ListRequest } from '../query/request.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';

export interface Services {
  db: Database;
  registry: Registry;
  clock: Clock;
  ids: IdSource;
  log: Logger;
  cipher: Cipher;
  controllers: Controllers;
  repositories: Repositories;
  /** The documents operations themselves, for hooks: they go through the same doors as everybody. */
  doors: Doors;
  /** Told when a document that customizes a DocType was written. */
  schema: SchemaSync;
  /** Told, after the commit, that people may have other rights than before. */
  rightsChanged(): void;
  /** Told, after the commit, which documents were written (changes.ts). */
  changes: Changes;
  guards: Guards;
  /** DocTypes whose rows are about other documents and follow their rights: a rule of each is in its controller. */
  following: ReadonlyMap<string, Following>;
  /** An engine that is asked beside the built-in decision and can only take away; undefined: that decision alone. */
  policy?: Policy;
}

export interface Context {
  services: Services;
  actor: Actor;
  snapshot: Snapshot;
  requestId: string;
  /** When the request began, milliseconds UTC. */
  now: number;
  /** Open while a write runs; operations inside it join it. */
  tx?: Transaction;
  /** What the policy engine said in this request. Without it, what the engine would have to be asked is refused. */
  policyAnswers?: PolicyAnswers;
  /** The hash of a dangerous plan that the caller agreed to (`?confirm=`). */
  confirm?: string;
}

export type WriteContext = Context & { tx: Transaction };

/** A document as the outside gives it: any JSON object. */
export type GivenDocument = Readonly<Record<string, unknown>>;

export interface WriteOptions {
  /** The version that the caller saw; another one stored is a `conflict`. */
  version?: number;
}

export interface Doors {
  get(ctx: Context, doctype: string, name: string): Promise<Document>;
  list(ctx: Context, doctype: string, params?: Readonly<Record<string, unknown>>): Promise<Document[]>;
  create(ctx: Context, doctype: string, given: GivenDocument): Promise<Document>;
  update(ctx: Context, doctype: string, name: string, given: GivenDocument, options?: WriteOptions): Promise<Document>;
  remove(ctx: Context, doctype: string, name: string): Promise<void>;
  submit(ctx: Context, doctype: string, name: string): Promise<Document>;
  cancel(ctx: Context, doctype: string, name: string): Promise<Document>;
}

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
  doors: BoundDoors;
  /** Refuses the write: everything is rolled back and the caller gets a 400 with this message. */
  fail(message: string, field?: string): never;
  /** For renames: the names. */
  rename?: { from: string; to: string; merge: boolean };
}

/** The documents operations with the request's context already given. */
export type BoundDoors = {
  [K in keyof Doors]: Doors[K] extends (ctx: infer _C, ...rest: infer R) => infer T ? (...rest: R) => T : never;
};

export type Hook = (argument: HookArgument) => void | Promise<void>;

export interface Controller {
  hooks?: { [K in HookName]?: Hook };
  /** Names a document; used where the DocType's own rule says nothing. */
  autoname?(argument: HookArgument): string | undefined | Promise<string | undefined>;
  /** Values of virtual fields, computed on reading. */
  computed?: { [fieldname: string]: (doc: Document) => Value };
  /** Narrows the rows that anybody may reach, whatever else gives a right: a predicate for SQL and memory. */
  rowRule?: RowRule;
  /**
   * Of a child table: the rows that are shown of a document that may be read; a save leaves the others where they
   * are. It asks the row's own values with =, !=, in, not in and is.
   */
  rowsWithin?: RowRule;
  /** Callable as POST /api/v1/rpc/{doctype}/{method}. */
  methods?: { [method: string]: (argument: MethodArgument) => unknown | Promise<unknown> };
}

export interface MethodArgument extends Omit<HookArgument, 'doc' | 'before' | 'rename'> {
  args: { readonly [key: string]: unknown };
}

/** What an app's module exports by default: see seeds/crm/app.ts. */
export interface App {
  controllers?: { [doctype: string]: Controller };
  /** For its virtual DocTypes. */
  repositories?: { [doctype: string]: Repository };
  /** Callable as POST /api/v1/rpc/fn/{dotted.path}. */
  functions?: { [path: string]: (argument: MethodArgument) => unknown | Promise<unknown> };
}

export interface Controllers {
  of(doctype: string): readonly Controller[];
  has(doctype: string, hook: HookName): boolean;
  /** What apps say of the rows of a DocType. */
  rowRules(doctype: string): readonly RowRule[];
  /** And of the rows of a child table within documents. */
  rowsWithin(childDoctype: string): readonly RowRule[];
}

/** Where documents of a virtual DocType come from: registered by code under the DocType's name. */
export interface Repository {
  /** Documents that may match; the caller filters, sorts and pages them. At most 10,000. */
  list(ctx: Context, plan: DocTypePlan, request: ListRequest): Promise<readonly Document[]>;
  get(ctx: Context, plan: DocTypePlan, name: string): Promise<Document | undefined>;
  /** Absent: the repository is read-only. Each returns the name of the document written. */
  insert?(ctx: WriteContext, plan: DocTypePlan, given: Readonly<Record<string, unknown>>): Promise<string>;
  update?(
    ctx: WriteContext,
    plan: DocTypePlan,
    name: string,
    given: Readonly<Record<string, unknown>>,
  ): Promise<string>;
  remove?(ctx: WriteContext, plan: DocTypePlan, name: string): Promise<void>;
  rename?(ctx: WriteContext, plan: DocTypePlan, from: string, to: string): Promise<string>;
}

export interface Repositories {
  find(doctype: string): Repository | undefined;
}

/**
 * When a guard is asked: `check` after all hooks and before anything is stored, `restored` when a document is back
 * from the recycle bin, the others as they say.
 */
export type GuardMoment = 'check' | 'stored' | 'removing' | 'renaming' | 'renamed' | 'restored';

export interface GuardArgument {
  ctx: WriteContext;
  plan: DocTypePlan;
  /** As it will be; `check` may change it. */
  doc: Document;
  /** As it is stored; undefined for a new document. */
  before: Document | undefined;
  rename?: { from: string; to: string; merge: boolean };
  /** It comes back from the recycle bin. */
  isRestored?: boolean;
  /** It is removed for good: nothing goes to the recycle bin. */
  isHard?: boolean;
}

/** What the server itself demands of documents that give rights: beside the controllers of apps, and after them. */
export type Guard = { [M in GuardMoment]?: (argument: GuardArgument) => void | Promise<void> } & {
  /** Whether `check` and `stored` have a word in a change of these fields. Absent: in every one. */
  concerns?(plan: DocTypePlan, given: GivenDocument): boolean;
};

/** By DocType; `*` is every one. The rooms that know what such documents mean stand above this one. */
export type Guards = ReadonlyMap<string, Guard>;

/**
 * Documents that describe DocTypes (Custom Field, Property Setter) reach the schema through this port:
 * the room that edits DocTypes stands above this one and is given as a value.
 */
export interface SchemaSync {
  /** Compiles the DocType anew in the write's transaction. Throws when the result is no valid DocType. */
  customized(ctx: WriteContext, doctype: string): Promise<void>;
}
