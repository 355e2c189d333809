/** Custom Fields, Property Setters and Custom DocPerms are documents that change a DocType: writing one changes the schema. */
import { isEmpty } from '../kernel/document.ts';
import { AppError, nearest } from '../kernel/error.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Write } from './write.ts';

/** The field that says which DocType is customized, by the DocType that customizes. */
const CUSTOMIZERS: ReadonlyMap<string, string> = new Map([
  ['Custom Field', 'dt'],
  ['Property Setter', 'doc_type'],
  ['Custom DocPerm', 'ref_doctype'],
]);

/** Whether its documents change DocTypes. */
export function isCustomizer(plan: DocTypePlan): boolean {
  return CUSTOMIZERS.has(plan.name);
}

export async function customizeSchema(write: Write): Promise<void> {
  const fieldname = CUSTOMIZERS.get(write.plan.name);
  if (!fieldname) return;
  refuseTaken(write);
  refuseNoField(write);
  const targets = new Set(
    [write.doc[fieldname], write.before?.[fieldname]].filter((name) => !isEmpty(name)).map(String),
  );
  for (const doctype of targets) await write.ctx.services.schema.customized(write.ctx, doctype);
}

const CHOICE = ['doc_type', 'field_name', 'property'] as const;

/** A property of a field that is not there would do nothing; an import keeps such a row with a warning. */
function refuseNoField({ plan, doc, before, ctx, action }: Write): void {
  if (plan.name !== 'Property Setter' || doc.doctype_or_field !== 'DocField' || action === 'discard') return;
  if (before && CHOICE.every((key) => before[key] === doc[key])) return;
  const target = isEmpty(doc.doc_type) ? undefined : ctx.snapshot.find(String(doc.doc_type));
  if (doc.property === 'fieldname' || doc.property === 'id') {
    const message = `A Property Setter does not change the ${doc.property} of a field. Rename it in the DocType.`;
    throw new AppError('validation', message, { errors: [{ field: 'property', code: 'not_allowed', message }] });
  }
  if (!target || target.byName.has(String(doc.field_name))) return;
  // Breaks and headings hold no value, and have properties all the same.
  const named = target.definition.fields.map((field) => field.fieldname);
  if (named.includes(String(doc.field_name))) return;
  const near = nearest(String(doc.field_name ?? ''), named);
  const message = `${target.name} has no field ${JSON.stringify(doc.field_name)}.${near ? ` Did you mean ${JSON.stringify(near)}?` : ''}`;
  throw new AppError('validation', message, { errors: [{ field: 'field_name', code: 'unknown_field', message }] });
}

/** The DocType's own field wins over a custom one of the same name (FORMAT.md section 9), so that one would do nothing. */
function refuseTaken({ plan, doc, before, ctx }: Write): void {
  if (plan.name !== 'Custom Field' || (before && before.fieldname === doc.fieldname && before.dt === doc.dt)) return;
  const target = isEmpty(doc.dt) ? undefined : ctx.snapshot.find(String(doc.dt));
  if (!target?.byName.has(String(doc.fieldname))) return;
  const message = `${target.name} has a field ${doc.fieldname} already. Choose another fieldname, or change that field by a Property Setter.`;
  throw new AppError('validation', message, { errors: [{ field: 'fieldname', code: 'duplicate', message }] });
}
