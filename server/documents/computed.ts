/** Virtual fields: computed on reading, by a controller or by the expression in the field's options. */
import type { Document, Value } from '../kernel/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Context } from './contract.ts';

export function hasComputed(ctx: Context, plan: DocTypePlan): boolean {
  if (plan.fields.some((field) => field.compute)) return true;
  return ctx.services.controllers.of(plan.name).some((controller) => controller.computed !== undefined);
}

/** The same document with its virtual fields filled; one that cannot be computed is null, and logged. */
export function computeFields(ctx: Context, plan: DocTypePlan, document: Document): Document {
  for (const field of plan.fields) {
    if (field.compute)
      document[field.fieldname] = attempt(
        ctx,
        plan,
        field.fieldname,
        () => field.compute?.evaluate({ doc: document, parent: document }) as Value,
      );
  }
  for (const controller of ctx.services.controllers.of(plan.name)) {
    for (const [fieldname, compute] of Object.entries(controller.computed ?? {})) {
      if (plan.byName.get(fieldname)?.isVirtual)
        document[fieldname] = attempt(ctx, plan, fieldname, () => compute(document));
    }
  }
  return document;
}

function attempt(ctx: Context, plan: DocTypePlan, fieldname: string, compute: () => Value | undefined): Value {
  try {
    return compute() ?? null;
  } catch (error) {
    ctx.services.log.warn(
      { doctype: plan.name, fieldname, error: String(error), request_id: ctx.requestId },
      'a computed field failed',
    );
    return null;
  }
}
