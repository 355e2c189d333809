/**
 * Behaviour that an app adds to a DocType: hooks in Frappe's order and names, computed fields, methods
 * that may be called from outside. Plain functions by DocType; `*` is every DocType.
 */
import type { Actor } from '../kernel/actor.ts';
import type { Document, Value } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import type { Doors } from './doors.ts';

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
  /** Callable as POST /api/v1/rpc/{doctype}/{method}. */
  methods?: { [method: string]: (argument: MethodArgument) => unknown | Promise<unknown> };
}

export interface MethodArgument extends Omit<HookArgument, 'doc' | 'before' | 'rename'> {
  args: { readonly [key: string]: unknown };
}

/** What an app's module exports by default: see seeds/crm/app.ts. */
export interface App {
  controllers?: { [doctype: string]: Controller };
}

export interface Controllers {
  of(doctype: string): readonly Controller[];
  has(doctype: string, hook: HookName): boolean;
}

/** Controllers of all apps, in the order of the apps; those of `*` come last (SEMANTICS.md 1.3). */
export function createControllers(apps: readonly App[]): Controllers {
  const byDocType = new Map<string, Controller[]>();
  for (const app of apps) {
    for (const [doctype, controller] of Object.entries(app.controllers ?? {})) {
      byDocType.set(doctype, [...(byDocType.get(doctype) ?? []), controller]);
    }
  }
  const everywhere = byDocType.get('*') ?? [];
  const merged = new Map<string, readonly Controller[]>();
  for (const [doctype, controllers] of byDocType) merged.set(doctype, [...controllers, ...everywhere]);
  const of = (doctype: string) => merged.get(doctype) ?? everywhere;
  return { of, has: (doctype, hook) => of(doctype).some((controller) => controller.hooks?.[hook] !== undefined) };
}

export function failHook(message: string, field = ''): never {
  throw new AppError('validation', message, { errors: [{ field, code: 'refused', message }] });
}
