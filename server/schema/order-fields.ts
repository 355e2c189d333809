/**
 * The fields of a DocType in presentation order: `field_order` decides where it is present
 * (FORMAT.md 1.5), a repeated fieldname counts once, a missing one is derived from the label.
 */
import type { DocField, DocTypeJson } from '../kernel/doctype.ts';

/** What an absent `fieldtype` means (FORMAT.md 1.3). */
const DEFAULT_FIELDTYPE = 'Data';

/** Every field with a fieldname and a type, as they were given: repeated ones too, for the check. */
export function nameFields(definition: DocTypeJson): DocField[] {
  const given = Array.isArray(definition.fields) ? definition.fields : [];
  return given.map((field, index) => {
    if (field.fieldname && field.fieldtype) return field;
    return {
      ...field,
      fieldname: field.fieldname || deriveFieldname(field, index),
      fieldtype: field.fieldtype || DEFAULT_FIELDTYPE,
    };
  });
}

/** Fields in order, each fieldname once (the first wins), each with a fieldname. */
export function orderFields(definition: DocTypeJson): readonly DocField[] {
  if (isInOrder(definition)) return definition.fields;
  const byName = new Map<string, DocField>();
  for (const field of nameFields(definition)) if (!byName.has(field.fieldname)) byName.set(field.fieldname, field);
  const ordered: DocField[] = [];
  for (const fieldname of Array.isArray(definition.field_order) ? definition.field_order : []) {
    const field = byName.get(fieldname);
    if (!field) continue;
    ordered.push(field);
    byName.delete(fieldname);
  }
  return [...ordered, ...byName.values()];
}

/** As nearly all are that were saved here: nothing has to be moved, named or left out. */
function isInOrder({ fields, field_order: order }: DocTypeJson): boolean {
  if (!Array.isArray(fields)) return false;
  if (Array.isArray(order) && !fields.every((field, at) => order[at] === field.fieldname)) return false;
  const known = new Set<string>();
  for (const { fieldname, fieldtype } of fields) if (fieldname && fieldtype) known.add(fieldname);
  return known.size === fields.length;
}

/** What Frappe's editor writes when a person leaves the fieldname empty (SEMANTICS.md 2.3). */
function deriveFieldname(field: DocField, index: number): string {
  const kind = String(field.fieldtype ?? DEFAULT_FIELDTYPE).toLowerCase();
  const base = String(field.label ?? '')
    .toLowerCase()
    .replace(/\?/g, '')
    .replace(/[^a-z0-9_]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 50);
  const suffix = kind.endsWith(' break') ? `_${kind.slice(0, -' break'.length)}` : '';
  if (!base) return `${kind.replace(/ /g, '_')}_${index}`;
  const text = /^[0-9]/.test(base) ? `_${base}` : base;
  return `${text}${suffix}`;
}
