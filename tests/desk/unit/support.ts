/** Definitions in short, for tests of what the desk makes of them. */
import type { DocTypeMeta, FieldMeta } from '../../../desk/src/meta/types.ts';

export function field(fieldname: string, widget = 'data', more: Partial<FieldMeta> = {}): FieldMeta {
  return {
    id: fieldname,
    fieldname,
    label: fieldname,
    fieldtype: widget,
    widget,
    operators: ['='],
    is_standard: false,
    is_virtual: false,
    may_write: true,
    ...more,
  };
}

export function meta(fields: FieldMeta[], more: Partial<DocTypeMeta> = {}): DocTypeMeta {
  const rights = ['select', 'read', 'write', 'create', 'delete', 'submit', 'cancel', 'amend'];
  return {
    doctype: 'Note',
    name: 'Note',
    module: 'Desk',
    app: 'test',
    version: 1,
    istable: false,
    issingle: false,
    is_submittable: false,
    is_tree: false,
    is_virtual: false,
    custom: false,
    allow_rename: false,
    track_changes: false,
    quick_entry: false,
    in_create: false,
    show_title_field_in_link: false,
    description: '',
    fields,
    layout: [
      {
        fieldname: '',
        label: '',
        sections: [
          { fieldname: '', label: '', collapsible: false, columns: [fields.map(({ fieldname }) => fieldname)] },
        ],
      },
    ],
    permissions: Object.fromEntries(rights.map((right) => [right, true])) as DocTypeMeta['permissions'],
    links: [],
    workflow: null,
    naming: { rule: 'hash', autoname: '' },
    title_field: '',
    search_fields: [],
    list_fields: [],
    order: [],
    tree_parent_field: '',
    actions: [],
    states: [],
    ...more,
  };
}
