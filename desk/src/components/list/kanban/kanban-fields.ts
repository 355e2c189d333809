/** What a board can be arranged by: fields with a few fixed choices, the state first. */
import type { DocTypeMeta, FieldMeta } from '../../../meta/types.ts';
import { choicesOf } from '../../../meta/values.ts';

const MOST_COLUMNS = 12;

export function kanbanFields(meta: DocTypeMeta): FieldMeta[] {
  const fields = meta.fields.filter((field) => {
    const many = field.widget === 'select' && !field.is_standard ? choicesOf(field).length : 0;
    return many > 1 && many <= MOST_COLUMNS;
  });
  return fields.sort((a, b) => Number(b.fieldname === 'status') - Number(a.fieldname === 'status'));
}
