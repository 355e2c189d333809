/** The DocTypes of the company in rights-world.ts. */

const field = (fieldname: string, fieldtype: string, more: object = {}): object => ({ fieldname, fieldtype, ...more });
const link = (fieldname: string, options: string, more: object = {}): object =>
  field(fieldname, 'Link', { options, ...more });
const inner = (fieldname: string, fieldtype: string, more: object = {}): object =>
  field(fieldname, fieldtype, { permlevel: 1, ...more });
const docType = (name: string, fields: object[], permissions: object[], more: object = {}) => ({
  name,
  module: 'Attacks',
  autoname: 'prompt',
  fields,
  permissions,
  ...more,
});

const READ = { select: 1, read: 1 };
const EDIT = { ...READ, write: 1, create: 1, delete: 1 };
const ALL = { ...EDIT, share: 1, report: 1, export: 1 };
const LEVEL_1 = { role: 'HR Manager', permlevel: 1, read: 1, write: 1 };

export const DOCTYPES = [
  docType(
    'Company',
    [],
    [
      { role: 'Sales User', ...READ },
      { role: 'HR Manager', ...READ },
      { role: 'System Manager', ...ALL },
    ],
    { allow_rename: 1 },
  ),
  docType(
    'Region',
    // Of what one is restricted to, the parent lies out of reach.
    [
      link('parent_region', 'Region', { ignore_user_permissions: 1 }),
      link('old_parent', 'Region', { ignore_user_permissions: 1 }),
    ],
    [
      { role: 'Sales User', ...EDIT },
      { role: 'HR Manager', ...ALL },
      { role: 'System Manager', ...ALL },
    ],
    { is_tree: 1, allow_rename: 1 },
  ),
  docType(
    'Customer',
    [
      field('full_name', 'Data', { in_list_view: 1, in_global_search: 1 }),
      field('tax_id', 'Data', { unique: 1 }),
      field('colour', 'Data'),
      link('company', 'Company'),
      inner('credit_limit', 'Currency'),
      inner('inner_note', 'Data', { in_global_search: 1 }),
    ],
    [
      { role: 'Sales User', ...EDIT },
      { role: 'HR Manager', ...ALL },
      LEVEL_1,
      { role: 'System Manager', ...ALL },
      { role: 'Portal User', select: 1 },
    ],
    {
      title_field: 'full_name',
      search_fields: 'tax_id,inner_note',
      show_title_field_in_link: 1,
      allow_rename: 1,
      track_changes: 1,
    },
  ),
  docType(
    'Invoice Item',
    [
      field('item', 'Data'),
      field('qty', 'Int'),
      link('made_for', 'Customer'),
      inner('cost', 'Currency'),
      inner('inner_note', 'Data'),
    ],
    [],
    { istable: 1, autoname: undefined },
  ),
  docType('Inner Item', [field('item', 'Data')], [], { istable: 1, autoname: undefined }),
  docType(
    'Invoice',
    [
      field('naming_series', 'Select', { options: 'INV-.#####' }),
      link('company', 'Company'),
      link('customer', 'Customer', { in_list_view: 1 }),
      link('region', 'Region'),
      link('kind', 'DocType'),
      field('ref_name', 'Dynamic Link', { options: 'kind' }),
      field('remark', 'Small Text', { in_global_search: 1 }),
      field('amount', 'Currency'),
      inner('margin', 'Currency'),
      inner('inner_note', 'Data', { in_global_search: 1 }),
      field('pin', 'Password'),
      field('items', 'Table', { options: 'Invoice Item' }),
      inner('inner_items', 'Table', { options: 'Inner Item' }),
      inner('inner_customer', 'Link', { options: 'Customer' }),
    ],
    [
      { role: 'Sales User', ...EDIT, share: 1, condition: 'doc.margin != 3' },
      { role: 'Sales Lead', ...EDIT, submit: 1, cancel: 1, amend: 1 },
      { role: 'HR Manager', ...ALL, submit: 1, cancel: 1, amend: 1 },
      LEVEL_1,
      { role: 'System Manager', ...READ },
    ],
    {
      autoname: 'naming_series:',
      is_submittable: 1,
      track_changes: 1,
      search_fields: 'remark,inner_note',
      sender_field: 'inner_note',
    },
  ),
  docType(
    'Order',
    [
      link('customer', 'Customer'),
      field('customer_name', 'Data', { fetch_from: 'customer.full_name' }),
      field('credit', 'Currency', { fetch_from: 'customer.credit_limit' }),
      field('told', 'Data', { fetch_from: 'customer.inner_note' }),
    ],
    [
      { role: 'Sales User', ...EDIT },
      { role: 'Portal User', ...EDIT },
    ],
  ),
  docType(
    'Contract',
    [
      field('title', 'Data'),
      link('company', 'Company'),
      link('customer', 'Customer'),
      inner('clause', 'Data', { reqd: 1 }),
      inner('number', 'Data', { unique: 1 }),
    ],
    [{ role: 'Sales User', ...EDIT }, { role: 'HR Manager', ...ALL }, LEVEL_1, { role: 'System Manager', ...ALL }],
    { allow_rename: 1 },
  ),
  docType(
    'Note',
    [field('text', 'Small Text', { in_list_view: 1 })],
    [
      { role: 'Sales User', ...EDIT, share: 1, if_owner: 1 },
      { role: 'Portal User', ...EDIT, if_owner: 1 },
    ],
    { allow_rename: 1, track_changes: 1 },
  ),
  docType(
    'Salary',
    [link('person', 'User'), field('text', 'Data'), field('pay', 'Currency')],
    [{ role: 'HR Manager', ...ALL }],
    { track_changes: 1, allow_rename: 1 },
  ),
  docType('Secret Row', [field('text', 'Data')], [], { istable: 1, autoname: undefined }),
  docType('Secret', [field('text', 'Data'), field('parts', 'Table', { options: 'Secret Row' })], [], {
    track_changes: 1,
    allow_rename: 1,
  }),
  docType(
    'Gateway',
    [field('label', 'Data'), field('api_secret', 'Password')],
    [
      { role: 'Sales User', ...EDIT },
      { role: 'HR Manager', ...EDIT },
      { role: 'System Manager', ...ALL },
    ],
    { track_changes: 1, allow_rename: 1 },
  ),
  docType(
    'Shop Rules',
    [field('greeting', 'Data'), inner('inner_note', 'Data')],
    [{ role: 'Sales User', ...READ, write: 1 }, { role: 'HR Manager', ...READ }, LEVEL_1],
    { issingle: 1, autoname: undefined },
  ),
];
