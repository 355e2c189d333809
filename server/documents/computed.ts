/** Virtual fields: computed on reading, by a controller or by the expression in the field's options. */
import { type Document, newDocument, type Value } from '../kernel/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { accessTo } from './context.ts';
import type { Context } from './contract.ts';

export function hasComputed(ctx: Context, plan: DocTypePlan): boolean {
  if (plan.fields.some((field) => field.compute)) return true;
  return ctx.services.controllers.of(plan.name).some((controller) => controller.computed !== undefined);
}

/** The same document with its virtual fields filled; one that cannot be computed is null, and logged. */
export function computeFields(ctx: Context, plan: DocTypePlan, document: Document): Document {
  const { canRead } = accessTo(ctx, plan, 'read');
  for (const field of plan.fields) {
    if (field.compute && canRead(field.fieldname))
      document[field.fieldname] = attempt(
        ctx,
        plan,
        field.fieldname,
        () => field.compute?.evaluate({ doc: document, parent: document }) as Value,
      );
  }
  for (const controller of ctx.services.controllers.of(plan.name)) {
    for (const [fieldname, compute] of Object.entries(controller.computed ?? {})) {
      if (plan.byName.get(fieldname)?.isVirtual && canRead(fieldname))
        document[fieldname] = attempt(ctx, plan, fieldname, () => compute(document));
    }
  }
  return document;
}

/** What these paths name of a whole document: `*` its fields without tables, `items` whole rows, `items.qty` a part. */
export function chosenPart(plan: DocTypePlan, document: Document, paths: readonly string[]): Document {
  const chosen = new Map<string, Set<string>>();
  for (const path of paths) {
    const [name = '', part = '*'] = path.split('.');
    chosen.set(name, (chosen.get(name) ?? new Set()).add(part));
  }
  const isTable = (name: string) => plan.byName.get(name)?.childDocType !== undefined;
  const entries = Object.entries(document).flatMap(([name, value]) => {
    const parts = chosen.get(name) ?? (chosen.has('*') && name !== 'doctype' && !isTable(name) ? ALL : undefined);
    return parts ? [[name, isTable(name) && !parts.has('*') ? rowParts(value, parts) : value] as const] : [];
  });
  return newDocument(entries);
}

const ALL: ReadonlySet<string> = new Set(['*']);

function rowParts(rows: Value | undefined, parts: ReadonlySet<string>): Value {
  if (!Array.isArray(rows)) return null;
  return rows.map((row) => newDocument(Object.entries(row as Document).filter(([name]) => parts.has(name))));
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
