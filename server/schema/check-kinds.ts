/**
 * The few kinds of field that a rule of the editor singles out (FORMAT.md section 8), told apart by what
 * the type says of itself, so that an app's own types of the same kind are under the same rules.
 */
import type { FieldType } from '../fieldtypes/contract.ts';

/** Divides a form in two; a form has one at most. */
export function isFold(type: FieldType): boolean {
  return type.column === undefined && type.widget === 'fold';
}

/** Shown as a picture: what `image_field` may name. */
export function isImage(type: FieldType): boolean {
  return type.column !== undefined && type.widget === 'attach-image';
}

/** A table whose rows stand for the values of one Link in them. */
export function isMultiSelect(type: FieldType): boolean {
  return type.children === true && type.widget === 'table-multiselect';
}

/** Its options are the list of its values, so that it may hold the DocType of a Dynamic Link. */
export function isChoice(type: FieldType): boolean {
  return Object.hasOwn(type.jsonSchema({ fieldname: 'choice', fieldtype: type.name, options: 'A\nB' }), 'enum');
}
