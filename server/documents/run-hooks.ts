/** Calls the controllers' hooks in order: first the DocType's own, then those of every DocType. */
import type { Document } from '../kernel/document.ts';
import type { BoundDoors, HookArgument, HookName, WriteContext } from './contract.ts';
import { failHook } from './controllers.ts';
import type { Write } from './write.ts';

export async function runHook(write: Write, name: HookName): Promise<void> {
  const { controllers } = write.ctx.services;
  if (!controllers.has(write.plan.name, name)) return;
  const argument = hookArgument(write);
  for (const controller of controllers.of(write.plan.name)) {
    const hook = controller.hooks?.[name];
    if (hook) await hook(argument);
  }
}

export function hookArgument(write: Write, rename?: HookArgument['rename']): HookArgument {
  return {
    doctype: write.plan.name,
    doc: write.doc,
    before: write.before,
    actor: write.ctx.actor,
    now: write.now,
    doors: boundDoors(write.ctx),
    fail: failHook,
    rename,
  };
}

export function boundDoors(ctx: WriteContext): BoundDoors {
  const { doors } = ctx.services;
  return {
    get: (doctype, name) => doors.get(ctx, doctype, name),
    list: (doctype, params) => doors.list(ctx, doctype, params),
    create: (doctype, given) => doors.create(ctx, doctype, given),
    update: (doctype, name, given, options) => doors.update(ctx, doctype, name, given, options),
    remove: (doctype, name) => doors.remove(ctx, doctype, name),
    submit: (doctype, name): Promise<Document> => doors.submit(ctx, doctype, name),
    cancel: (doctype, name): Promise<Document> => doors.cancel(ctx, doctype, name),
  };
}
