/**
 * The DocTypes of the GraphQL benchmark: orders of thirty columns with rows, their customers and items. A
 * role sees and changes some of each: by owner, by a condition on an attribute, by a share (data.ts).
 * None tracks changes, as a DocType that does not say so: an update is one row in one transaction.
 */
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';

export const ROLE = 'Bench User';

type Field = DocTypeJson['fields'] extends readonly (infer F)[] | undefined ? F : never;

const field = (fieldname: string, fieldtype: string, more: object = {}): Field =>
  ({ fieldname, fieldtype, label: fieldname.replaceAll('_', ' '), ...more }) as Field;
const fields = (fieldtype: string, names: string): Field[] => names.split(' ').map((name) => field(name, fieldtype));
const all = { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 };

export const STATUSES = ['Draft', 'To Deliver', 'To Bill', 'Completed', 'Cancelled'] as const;

export const DOCTYPES: readonly DocTypeJson[] = [
  {
    name: 'Bench Customer',
    module: 'Bench',
    autoname: 'Prompt',
    fields: [
      ...fields('Data', 'customer_name territory customer_group email phone tax_id'),
      field('credit_limit', 'Currency'),
    ],
    permissions: [all, { role: ROLE, read: 1, condition: 'doc.territory in attributes.territories' }],
  },
  {
    name: 'Bench Item',
    module: 'Bench',
    autoname: 'Prompt',
    fields: [
      ...fields('Data', 'item_name item_group uom brand'),
      field('standard_rate', 'Currency'),
      field('description', 'Small Text'),
    ],
    permissions: [all, { role: ROLE, read: 1, condition: 'doc.item_group in attributes.item_groups' }],
  },
  {
    name: 'Bench Order Item',
    module: 'Bench',
    istable: 1,
    fields: [
      field('item', 'Link', { options: 'Bench Item', reqd: 1, in_list_view: 1 }),
      ...fields('Data', 'item_name uom warehouse'),
      field('description', 'Small Text'),
      ...fields('Float', 'qty delivered_qty'),
      ...fields('Currency', 'rate amount'),
    ],
  },
  {
    name: 'Bench Order',
    module: 'Bench',
    autoname: 'Prompt',
    fields: [
      field('customer', 'Link', { options: 'Bench Customer', reqd: 1, in_list_view: 1 }),
      ...fields('Data', 'customer_name contact_person contact_email territory sales_person po_no currency'),
      field('order_type', 'Select', { options: 'Sales\nService' }),
      field('status', 'Select', { options: STATUSES.join('\n'), search_index: 1, in_list_view: 1 }),
      field('priority', 'Int'),
      field('order_date', 'Date', { search_index: 1 }),
      ...fields('Date', 'delivery_date po_date'),
      field('confirmed_at', 'Datetime'),
      field('is_urgent', 'Check'),
      ...fields('Float', 'conversion_rate total_qty'),
      ...fields('Percent', 'discount_percentage tax_rate'),
      ...fields('Currency', 'total discount_amount net_total tax_amount grand_total advance_paid'),
      ...fields('Small Text', 'shipping_address billing_address terms notes'),
      field('items', 'Table', { options: 'Bench Order Item' }),
    ],
    permissions: [
      all,
      { role: ROLE, read: 1, write: 1, if_owner: 1 },
      { role: ROLE, read: 1, write: 1, condition: 'doc.territory in attributes.territories' },
    ],
  },
];
