/** The doors that lists, counts and searches go through: one wish, said in the way of each. */
import { query } from './oracles.ts';
import { at, resource, v2 } from './rights-world.ts';

export interface Wish {
  doctype: string;
  filters?: unknown;
  or_filters?: unknown;
  fields?: unknown;
  order_by?: string;
  group_by?: string;
  expand?: string;
}

export type Asked = readonly [ask: string, body?: unknown];
export type Door = (wish: Wish) => Asked;

const said = ({ doctype: _, ...wish }: Wish): string => query(wish as Record<string, unknown>);
const method = (name: string, wish: object): string =>
  `GET /api/method/${name}?${query(wish as Record<string, unknown>)}`;

/** Take every part of a wish. */
export const LISTS: Readonly<Record<string, Door>> = {
  native: (wish) => [`GET ${at(wish.doctype)}?${said(wish)}`],
  resource: (wish) => [`GET ${resource(wish.doctype)}?${said(wish)}`],
  v2: (wish) => [`GET ${v2(wish.doctype)}?${said(wish)}`],
  get_list: (wish) => ['POST /api/method/frappe.client.get_list', wish],
  cmd: (wish) => ['POST /', { cmd: 'frappe.client.get_list', ...wish }],
  reportview: (wish) => ['POST /api/method/frappe.desk.reportview.get', wish],
  reportview_list: (wish) => [method('frappe.desk.reportview.get_list', wish)],
};

/** Take the filters of a wish. */
export const FILTERED: Readonly<Record<string, Door>> = {
  ...LISTS,
  count: ({ doctype, filters }) => [`GET ${at(doctype, 'count')}?${query({ filters })}`],
  v2_count: ({ doctype, filters }) => [
    `GET /api/v2/doctype/${encodeURIComponent(doctype)}/count?${query({ filters })}`,
  ],
  get_count: ({ doctype, filters }) => [method('frappe.client.get_count', { doctype, filters })],
  reportview_count: ({ doctype, filters }) => [method('frappe.desk.reportview.get_count', { doctype, filters })],
  get: ({ doctype, filters }) => [method('frappe.client.get', { doctype, filters })],
  get_value: ({ doctype, filters }) => [method('frappe.client.get_value', { doctype, filters, fieldname: 'name' })],
  search_link: ({ doctype, filters }) => [method('frappe.desk.search.search_link', { doctype, filters, txt: '' })],
  search_widget: ({ doctype, filters }) => [method('frappe.desk.search.search_widget', { doctype, filters, txt: '' })],
  bulk_update: ({ doctype, filters }) => [
    `POST ${at(doctype, 'bulk')}`,
    { action: 'update', filters, data: { colour: 'red' } },
  ],
  bulk_delete: ({ doctype, filters }) => [`POST ${at(doctype, 'bulk')}`, { action: 'delete', filters }],
};
