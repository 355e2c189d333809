/** The short form of a new document: what must be filled, and what its DocType wants in it. Pure. */
import { type DocTypeMeta, type FieldMeta, isSet } from './types.ts';

/** Undefined: it must be made in its full form, as a table is needed. */
export function quickEntryOf(meta: DocTypeMeta): DocTypeMeta | undefined {
  const own = meta.fields.filter((field) => !field.is_standard && !isSet(field.hidden) && !isSet(field.read_only));
  if (meta.issingle || own.some((field) => isSet(field.reqd) && field.widget.startsWith('table'))) return undefined;
  const isWanted = (field: FieldMeta): boolean =>
    isSet(field.reqd) ||
    isSet(field.allow_in_quick_entry) ||
    isSet(field.bold) ||
    field.fieldname === meta.title_field ||
    Boolean(field.mandatory_depends_on);
  const names = own.filter(isWanted).map(({ fieldname }) => fieldname);
  if (names.length === 0) return undefined;
  const half = Math.ceil(names.length / 2);
  const columns = names.length > 1 ? [names.slice(0, half), names.slice(half)] : [names];
  const section = { fieldname: '', label: '', collapsible: false, columns };
  return { ...meta, layout: [{ fieldname: '', label: '', sections: [section] }] };
}
