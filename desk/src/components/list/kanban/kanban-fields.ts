/** What a board can be arranged by: fields with a few fixed choices, the state first. */
import type { DocTypeMeta, FieldMeta } from '../../../meta/types.ts';
import { choicesOf } from '../../../meta/values.ts';

const MOST_COLUMNS = 12;

export function kanbanFields(meta: DocTypeMeta): FieldMeta[] {
  const fields = meta.fields.filter((field) => {
    const many = field.widget === 'select' && !field.is_standard ? choicesOf(field).length : 0;
    return many > 1 && many <= MOST_COLUMNS;
  });
  return fields.sort((a, b) => rankOf(meta, a) - rankOf(meta, b));
}

/** The less, the likelier it says how far a document has come. */
function rankOf(meta: DocTypeMeta, field: FieldMeta): number {
  if (field.fieldname === 'status') return 0;
  if (choicesOf(field).some((choice) => meta.states.some(({ title }) => title === choice))) return 1;
  return /(^|_)(status|state|stage|phase)$/.test(field.fieldname) ? 2 : 3;
}
