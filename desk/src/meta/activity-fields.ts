/** What lists can be narrowed by beside the fields of their DocType: tags, assignments, likes, as the server calls them. */
import type { DocTypeMeta, FieldMeta } from './types.ts';

const OPERATORS = ['=', '!=', 'in', 'not in', 'is'];

function field(fieldname: string, label: string, more: Partial<FieldMeta>): FieldMeta {
  const common = { id: fieldname, fieldtype: 'Data', widget: 'data', is_standard: true, is_virtual: true };
  return { ...common, fieldname, label, may_write: false, operators: OPERATORS, ...more };
}

const FIELDS: readonly FieldMeta[] = [
  field('_user_tags', 'Tags', { operators: ['=', '!=', 'like', 'not like', 'in', 'not in', 'is'] }),
  field('_assign', 'Assigned to', { fieldtype: 'Link', widget: 'link', options: 'User' }),
  field('_liked_by', 'Liked by', { fieldtype: 'Link', widget: 'link', options: 'User' }),
];

export function activityFields(meta: Pick<DocTypeMeta, 'is_virtual' | 'issingle' | 'istable'>): readonly FieldMeta[] {
  return meta.is_virtual || meta.issingle || meta.istable ? [] : FIELDS;
}

export function activityField(path: string): FieldMeta | undefined {
  return FIELDS.find(({ fieldname }) => fieldname === path);
}
