/** Data for the benchmark: the demo apps, then 20,000 orders in bulk, and 1,000 DocTypes for the edits. */
import path from 'node:path';
import { readAppFolder } from '../../server/app-folder.ts';
import { ensureGivenRecords } from '../../server/first-start.ts';
import { installDocTypes, installDocuments } from '../../server/install-app.ts';
import type { DocTypeJson } from '../../server/kernel/doctype.ts';
import { type OpenServices, openServices } from '../../server/services.ts';
import { silentLog } from '../support/silent-log.ts';
import { ROOT } from './world.ts';

export const ORDERS = 20_000;

export function open(databaseUrl: string): Promise<OpenServices> {
  return openServices({
    databaseUrl,
    secret: 'a secret for the benchmark only',
    log: silentLog,
    root: ROOT,
    poolSize: 4,
    // Filling and vacuuming take their time.
    statementTimeoutMs: 300_000,
  });
}

/** The sales app without its controller: both servers do the same, no more and no less. */
export async function loadSales(databaseUrl: string): Promise<void> {
  const services = await open(databaseUrl);
  await ensureGivenRecords(services);
  const crm = await readAppFolder(path.join(ROOT, 'seeds/crm'));
  await installDocTypes(services, crm);
  await installDocuments(services, crm);
  await services.db.transaction(async (tx) => {
    tx.send({ text: `set local statement_timeout = '5min'`, values: [] });
    tx.send({
      text: `insert into sales_order (id, name, owner, creation, modified, modified_by, naming_series, customer, customer_name, territory, order_date, currency, status, order_type, grand_total)
        select gen_random_uuid(), 'BO-' || lpad(n::text, 6, '0'), 'Administrator', now(), now(), 'Administrator', 'SO-.YYYY.-.#####', c.name, c.customer_name, c.territory,
          date '2024-01-01' + (n * 7919 % 900), 'EUR', (array['Draft', 'To Deliver', 'Completed', 'Cancelled'])[1 + n % 4], 'Domestic', n % 1000 + 0.5
        from generate_series(1, ${ORDERS}) n
        join lateral (select * from (select name, customer_name, territory, row_number() over (order by name) - 1 as k, count(*) over () as total from customer) x where x.k = n % x.total) c on true`,
      values: [],
    });
    tx.send({
      text: `insert into sales_order_item (id, name, owner, creation, modified, modified_by, idx, parent_id, parent, parenttype, parentfield, item, item_name, uom, qty, rate, amount)
        select gen_random_uuid(), md5(o.id::text || i), 'Administrator', now(), now(), 'Administrator', i, o.id, o.name, 'Sales Order', 'items', s.name, s.item_name, s.uom, i, 10, i * 10
        from sales_order o join generate_series(1, 8) i on i <= 1 + abs(hashtext(o.name)) % 8
        join lateral (select * from (select name, item_name, uom, row_number() over (order by name) - 1 as k, count(*) over () as total from sales_item) x where x.k = abs(hashtext(o.name || i)) % x.total) s on true
        where o.name like 'BO-%'`,
      values: [],
    });
  });
  await services.db.query({ text: 'analyze', values: [] });
  await services.close();
}

/** The module that holds the first of the many DocTypes, as many as a real one. */
const MODULE = 'Bench';
const MODULE_SIZE = 30;

/** DocTypes of 12 fields with two links each, the size of a real application; or larger ones. */
export function manyDocTypes(count: number, size = 12): DocTypeJson[] {
  return Array.from({ length: count }, (_, n) => ({
    doctype: 'DocType' as const,
    name: `Bench Type ${n}`,
    module: n < MODULE_SIZE ? MODULE : 'Bench Rest',
    fields: [
      { fieldname: 'title', fieldtype: 'Data', label: 'Title', in_list_view: 1, reqd: 1 },
      { fieldname: 'status', fieldtype: 'Select', label: 'Status', options: 'Open\nClosed', in_list_view: 1 },
      { fieldname: 'section', fieldtype: 'Section Break', label: 'More' },
      { fieldname: 'previous', fieldtype: 'Link', label: 'Previous', options: `Bench Type ${Math.max(0, n - 1)}` },
      { fieldname: 'first', fieldtype: 'Link', label: 'First', options: 'Bench Type 0' },
      { fieldname: 'amount', fieldtype: 'Currency', label: 'Amount' },
      { fieldname: 'quantity', fieldtype: 'Float', label: 'Quantity' },
      { fieldname: 'day', fieldtype: 'Date', label: 'Day' },
      { fieldname: 'moment', fieldtype: 'Datetime', label: 'Moment' },
      { fieldname: 'is_done', fieldtype: 'Check', label: 'Done' },
      { fieldname: 'notes', fieldtype: 'Text Editor', label: 'Notes' },
      { fieldname: 'count', fieldtype: 'Int', label: 'Count', depends_on: 'eval:doc.status == "Open"' },
      ...moreFields(size - 12),
    ],
    permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }],
  }));
}

function moreFields(count: number): { fieldname: string; fieldtype: string; label: string }[] {
  const types = ['Data', 'Small Text', 'Currency', 'Date', 'Check', 'Int'];
  return Array.from({ length: Math.max(0, count) }, (_, n) => ({
    fieldname: `more_${n}`,
    fieldtype: types[n % types.length] as string,
    label: `More ${n}`,
  }));
}
