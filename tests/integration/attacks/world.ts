/** The small company that the attacks are made on: its DocTypes and records, over HTTP as anybody would make them. */
import type { AppInput } from '../../../server/app.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';

export interface World extends TestApp {
  /** What the server logged as a failure of its own: must stay empty. */
  failures: unknown[];
}

const field = (fieldname: string, fieldtype: string, more: object = {}): object => ({ fieldname, fieldtype, ...more });
const docType = (name: string, fields: object[], more: object = {}): Record<string, unknown> => ({
  name,
  module: 'Attacks',
  autoname: 'prompt',
  fields,
  permissions: [],
  ...more,
});

const DOCTYPES = [
  docType('Company', [field('abbr', 'Data')], { allow_rename: 1 }),
  docType(
    'Customer',
    [
      field('full_name', 'Data', { in_list_view: 1 }),
      field('tax_id', 'Data', { unique: 1 }),
      field('credit_limit', 'Currency'),
      field('company', 'Link', { options: 'Company' }),
    ],
    { title_field: 'full_name', search_fields: 'tax_id', allow_rename: 1 },
  ),
  docType(
    'Invoice Item',
    [
      field('item', 'Data'),
      field('qty', 'Int'),
      field('cost', 'Currency'),
      field('made_for', 'Link', { options: 'Customer' }),
    ],
    { istable: 1, autoname: undefined },
  ),
  docType(
    'Invoice',
    [
      field('naming_series', 'Select', { options: 'INV-.#####' }),
      field('customer', 'Link', { options: 'Customer', in_list_view: 1 }),
      field('customer_name', 'Data', { fetch_from: 'customer.full_name' }),
      field('company', 'Link', { options: 'Company' }),
      field('kind', 'Link', { options: 'DocType' }),
      field('ref_name', 'Dynamic Link', { options: 'kind' }),
      field('posted', 'Date'),
      field('due', 'Datetime'),
      field('at', 'Time'),
      field('status', 'Select', { options: 'Open\nPaid' }),
      field('amount', 'Currency'),
      field('count_of', 'Int'),
      field('share', 'Percent'),
      field('is_paid', 'Check'),
      field('stars', 'Rating'),
      field('notes', 'Text Editor'),
      field('page', 'HTML Editor'),
      field('memo', 'Markdown Editor'),
      field('plain', 'Long Text'),
      field('extra', 'JSON'),
      field('pin', 'Password'),
      field('email', 'Data', { options: 'Email' }),
      field('phone', 'Phone'),
      field('colour', 'Color'),
      field('place', 'Geolocation'),
      field('items', 'Table', { options: 'Invoice Item' }),
    ],
    { autoname: 'naming_series:', is_submittable: 1, track_changes: 1 },
  ),
  docType('Note', [field('title', 'Data', { in_list_view: 1 }), field('about', 'Link', { options: 'Note' })], {
    allow_rename: 1,
    track_changes: 1,
  }),
  docType('Label', [field('text', 'Data')], { autoname: 'field:text' }),
  docType('Region', [field('title', 'Data')], { is_tree: 1 }),
  docType('Shop Rules', [field('greeting', 'Data')], { issingle: 1, autoname: undefined }),
];

const RECORDS: readonly [string, Record<string, unknown>][] = [
  ['Company', { name: 'A', abbr: 'a' }],
  ['Company', { name: 'B', abbr: 'b' }],
  ['Customer', { name: 'ada', full_name: 'Ada', tax_id: 'T1', credit_limit: 10, company: 'A' }],
  ['Customer', { name: 'bob', full_name: 'Bob', tax_id: 'T2', credit_limit: 20, company: 'B' }],
  ['Note', { name: 'first', title: 'One' }],
  ['Note', { name: 'second', title: 'Two', about: 'first' }],
  ['Region', { name: 'World', title: 'All', is_group: 1 }],
  ['Region', { name: 'North', title: 'N', parent_region: 'World' }],
];

/** The names of its invoices, in order. */
export const INVOICES = ['INV-00001', 'INV-00002', 'INV-00003'];

export async function openWorld(options: Partial<AppInput> = {}): Promise<World> {
  const failures: unknown[] = [];
  const log = { debug() {}, info() {}, warn() {}, error: (...said: unknown[]) => failures.push(said) };
  const app = await createTestApp({ log, ...options });
  for (const doctype of DOCTYPES) await must(app, 'POST', '/api/v1/DocType', doctype);
  for (const [doctype, record] of RECORDS) await must(app, 'POST', `/api/v1/${doctype}`, record);
  for (const [index, customer] of ['ada', 'bob', 'ada'].entries()) {
    await must(app, 'POST', '/api/v1/Invoice', {
      customer,
      company: 'A',
      posted: '2026-01-0'.concat(String(index + 1)),
      status: index === 1 ? 'Paid' : 'Open',
      amount: 100 * (index + 1),
      notes: '<p>hello</p>',
      extra: { a: { b: index } },
      pin: `secret ${index}`,
      items: [
        { item: 'bolt', qty: index, cost: 1.5 },
        { item: 'nut', qty: 2, cost: 0.5 },
      ],
    });
  }
  return Object.assign(app, { failures });
}

/** The answer's body; throws when it is not a success. */
// biome-ignore lint/suspicious/noExplicitAny: answers are JSON, and a test says which member it means
export async function must(app: TestApp, method: string, path: string, body?: unknown): Promise<any> {
  const reply = await app.json(method, path, body);
  if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.text}`);
  return reply.body;
}
