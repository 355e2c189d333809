/** Whether a value may be changed where it stands in a list, and why not. */
import { type Doc, type DocTypeMeta, type FieldMeta, isSet } from './types.ts';

/** Widgets that need more room than a cell has. */
const TOO_BIG =
  /^(table|long-text|text|small-text|code|json|geolocation|attach|signature|image|password|html|heading|button)|-editor$|multiselect$/;

export function mayEditIn(meta: DocTypeMeta, field: FieldMeta): boolean {
  if (!meta.permissions.write || !field.may_write) return false;
  return !isSet(field.read_only) && !isSet(field.set_only_once) && !isSet(field.hidden) && !TOO_BIG.test(field.widget);
}

export function mayEditCell(meta: DocTypeMeta, field: FieldMeta, doc: Doc): boolean {
  if (!mayEditIn(meta, field)) return false;
  if (doc.docstatus === 2) return false;
  return doc.docstatus === 1 ? isSet(field.allow_on_submit) : true;
}
