/**
 * The few field types that a rule of the editor calls by name (FORMAT.md section 8). Everything else
 * that the checks want to know of a type, they ask its members.
 */
import type { FieldType } from '../fieldtypes/contract.ts';

/** Divides a form in two; a form has one at most. */
export function isFold(type: FieldType): boolean {
  return type.name === 'Fold';
}

/** May hold the name of a DocType for a Dynamic Link, besides a Link to DocType. */
export function isChoice(type: FieldType): boolean {
  return type.name === 'Select';
}

/** What `image_field` may name. */
export function isImage(type: FieldType): boolean {
  return type.name === 'Attach Image';
}

/** A table whose rows stand for the values of one Link in them. */
export function isMultiSelect(type: FieldType): boolean {
  return type.name === 'Table MultiSelect';
}
