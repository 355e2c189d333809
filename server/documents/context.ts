/**
 * What one request carries from its beginning to its end: who acts, on which snapshot, in which
 * transaction. Arguments, never globals.
 */
import { type Access, type Action, decide } from '../access/decide.ts';
import type { Database, Transaction } from '../db/pool.ts';
import type { Registry } from '../fieldtypes/registry.ts';
import type { Actor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import type { Cipher, Clock, IdSource, Logger } from '../kernel/ports.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';
import type { Controllers } from './controllers.ts';
import type { Doors } from './doors.ts';
import type { Repositories } from './repository.ts';
import type { SchemaSync } from './schema-sync.ts';

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
  /** The hash of a dangerous plan that the caller agreed to (`?confirm=`). */
  confirm?: string;
}

export type WriteContext = Context & { tx: Transaction };

/** The plan of a DocType; `not_found` when there is none. */
export function planOf(ctx: Context, doctype: string): DocTypePlan {
  const plan = ctx.snapshot.find(doctype);
  if (!plan) throw new AppError('not_found', `There is no DocType ${JSON.stringify(doctype)}.`);
  return plan;
}

/** Decides and throws `forbidden` when the action is not allowed at all. */
export function permit(ctx: Context, plan: DocTypePlan, action: Action): Access {
  const access = decide({ snapshot: ctx.snapshot, plan, actor: ctx.actor, action });
  if (!access.allowed) throw new AppError('forbidden', `You may not ${action} ${plan.name} documents.`);
  return access;
}

/** Access of the actor to each DocType that a read passes through. */
export function accessFor(ctx: Context, action: Action): (plan: DocTypePlan) => Access {
  return (plan) => decide({ snapshot: ctx.snapshot, plan, actor: ctx.actor, action });
}

/** Runs in the open transaction, or in one of its own. */
export function inTransaction<T>(ctx: Context, work: (ctx: WriteContext) => Promise<T>): Promise<T> {
  if (ctx.tx) return work(ctx as WriteContext);
  return ctx.services.db.transaction((tx) => work({ ...ctx, tx }));
}
