/**
 * Fields that a DocType has because of what it is: `amended_from` of a submittable one, the nested
 * set of a tree (SEMANTICS.md 2.3). Added to the effective definition, never to the stored one.
 */
import { type DocField, type DocTypeJson, isSet } from '../kernel/doctype.ts';
import { scrub } from '../kernel/names.ts';

export function completeDefinition(definition: DocTypeJson): DocTypeJson {
  if (!isSet(definition.is_submittable) && !isSet(definition.is_tree)) return definition;
  const present = new Set(definition.fields.map((field) => field.fieldname));
  const added: DocField[] = [];
  const add = (field: DocField): void => {
    if (!present.has(field.fieldname)) added.push(field);
  };
  if (isSet(definition.is_submittable) && !isSet(definition.istable)) {
    add({
      fieldname: 'amended_from',
      fieldtype: 'Link',
      label: 'Amended From',
      options: definition.name,
      no_copy: 1,
      print_hide: 1,
      read_only: 1,
      search_index: 1,
    });
  }
  if (isSet(definition.is_tree)) {
    const hidden = { hidden: 1, no_copy: 1, print_hide: 1, read_only: 1 } as const;
    add({ fieldname: 'lft', fieldtype: 'Int', label: 'Left', search_index: 1, ...hidden });
    add({ fieldname: 'rgt', fieldtype: 'Int', label: 'Right', search_index: 1, ...hidden });
    add({ fieldname: 'is_group', fieldtype: 'Check', label: 'Is Group' });
    // A node that somebody may see stands under nodes that he may not: its place does not hide it.
    const place = { fieldtype: 'Link', options: definition.name, ignore_user_permissions: 1 } as const;
    add({ fieldname: 'old_parent', label: 'Old Parent', ...place, ...hidden });
    add({ fieldname: treeParentField(definition), label: `Parent ${definition.name}`, ...place });
  }
  return added.length === 0 ? definition : { ...definition, fields: [...definition.fields, ...added] };
}

export function treeParentField(definition: DocTypeJson): string {
  if (!isSet(definition.is_tree)) return '';
  return definition.nsm_parent_field || `parent_${scrub(definition.name)}`;
}
