/** Whom, what and by whom an explanation is about: what its parts ask of. */
import { type Access, decide } from '../access/decide.ts';
import type { Right } from '../access/grants.ts';
import { accessTo } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Document } from '../kernel/document.ts';
import type { Filter } from '../kernel/filter.ts';
import type { DocTypePlan } from '../schema/plan.ts';

export interface Subject {
  ctx: Context;
  plan: DocTypePlan;
  /** Who is explained. */
  actor: Actor;
  /** As the asker may read it; undefined when the DocType as a whole is meant. */
  doc: Document | undefined;
  /** Whether the asker manages rights, and may know of rows that are not about the explained user. */
  isManager: boolean;
  /** Whether a rule holds of the document; true when none is meant. */
  holds(filter: Filter): Promise<boolean>;
}

/** What the explained user may: asked as their own request would ask. */
export function accessOf({ ctx, plan, actor }: Pick<Subject, 'ctx' | 'plan' | 'actor'>, right: Right): Access {
  return actor === ctx.actor
    ? accessTo(ctx, plan, right)
    : decide({
        snapshot: ctx.snapshot,
        plan,
        actor,
        action: right,
        rules: ctx.services.controllers.rowRules(plan.name),
      });
}

/** Whether the asker may read a field of the plan. */
export function mayRead(subject: Subject, of: DocTypePlan, fieldname: string): boolean {
  const { ctx, plan } = subject;
  return accessTo(ctx, of, 'read', of === plan ? undefined : plan).canRead(fieldname);
}
