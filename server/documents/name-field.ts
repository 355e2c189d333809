/** `autoname: field:x`: the field stays equal to the name on every save (SEMANTICS.md 1.14). */
import { AppError } from '../kernel/error.ts';
import { sameValue } from './values.ts';
import type { Write } from './write.ts';

export function syncNameField(write: Write): void {
  const { naming } = write.plan;
  if (naming.kind !== 'field' || !write.before) return;
  const field = write.plan.byName.get(naming.fieldname);
  if (!field?.column) return;
  if (!sameValue(write.before[field.fieldname], write.doc[field.fieldname])) {
    const message = `${field.fieldname} names this document. To change it, rename the document (…/rename).`;
    throw new AppError('validation', message, {
      errors: [{ field: field.fieldname, code: 'names_document', message }],
    });
  }
}
