/** Custom Fields, Property Setters and Custom DocPerms are documents that change a DocType: writing one changes the schema. */
import { isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import type { Write } from './write.ts';

/** The field that says which DocType is customized, by the DocType that customizes. */
const CUSTOMIZERS: ReadonlyMap<string, string> = new Map([
  ['Custom Field', 'dt'],
  ['Property Setter', 'doc_type'],
  ['Custom DocPerm', 'ref_doctype'],
]);

export async function customizeSchema(write: Write): Promise<void> {
  const fieldname = CUSTOMIZERS.get(write.plan.name);
  if (!fieldname) return;
  refuseTaken(write);
  const targets = new Set(
    [write.doc[fieldname], write.before?.[fieldname]].filter((name) => !isEmpty(name)).map(String),
  );
  for (const doctype of targets) await write.ctx.services.schema.customized(write.ctx, doctype);
}

/** The DocType's own field wins over a custom one of the same name (FORMAT.md section 9), so that one would do nothing. */
function refuseTaken({ plan, doc, before, ctx }: Write): void {
  if (plan.name !== 'Custom Field' || (before && before.fieldname === doc.fieldname && before.dt === doc.dt)) return;
  const target = isEmpty(doc.dt) ? undefined : ctx.snapshot.find(String(doc.dt));
  if (!target?.byName.has(String(doc.fieldname))) return;
  const message = `${target.name} has a field ${doc.fieldname} already. Choose another fieldname, or change that field by a Property Setter.`;
  throw new AppError('validation', message, { errors: [{ field: 'fieldname', code: 'duplicate', message }] });
}
