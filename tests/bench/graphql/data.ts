/**
 * 100,000 orders, 400,000 rows, 5,000 customers and 500 items in SQL, and a person whose rules let through a
 * part of each: own orders, those of three territories of ten, one that is shared; customers of the same
 * territories; items of four groups of five.
 */
import { setPassword } from '../../../server/auth/login.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { createDocument } from '../../../server/documents/create.ts';
import { ensureGivenRecords } from '../../../server/first-start.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import { createContext, type OpenServices } from '../../../server/services.ts';
import { open } from '../data.ts';
import { DOCTYPES, ROLE, STATUSES } from './doctypes.ts';

export const ORDERS = 100_000;
const ROWS_PER_ORDER = 4;
const CUSTOMERS = 5_000;
const ITEMS = 500;

export const USER = 'bench-user';
export const USER_PASSWORD = 'a password for the benchmark';
export const ATTRIBUTES = { territories: ['T1', 'T4', 'T7'], item_groups: ['G0', 'G1', 'G2', 'G3'] };
/** Neither the person's own nor of his territories. */
export const SHARED_ORDER = orderName(10);

export function orderName(n: number): string {
  return `O-${String(n).padStart(6, '0')}`;
}

export async function loadOrders(databaseUrl: string): Promise<void> {
  const services = await open(databaseUrl);
  try {
    await ensureGivenRecords(services);
    const doctypes = DOCTYPES.map((definition) => ({ definition, app: 'bench', file: definition.name }));
    const actor = systemActor('the benchmark');
    await importDocTypes(services.schema, { actor, files: { doctypes, customFields: [], propertySetters: [] } });
    await makeUser(services);
    await services.db.transaction(async (tx) => {
      tx.send({ text: `set local statement_timeout = '5min'`, values: [] });
      for (const text of [...FILL, ...STAMP]) tx.send({ text, values: [] });
      tx.send({ text: SHARE, values: [USER, SHARED_ORDER] });
    });
    await services.db.query({ text: 'vacuum analyze', values: [] });
  } finally {
    await services.close();
  }
}

async function makeUser(services: OpenServices): Promise<void> {
  const given = { name: USER, first_name: 'Bench', enabled: true, roles: [{ role: ROLE }], attributes: ATTRIBUTES };
  await createDocument(createContext(services, systemActor('the benchmark')), { doctype: 'User', given });
  await setPassword(services.db, USER, USER_PASSWORD);
}

const STANDARD = 'id, name, owner, creation, modified, modified_by';
const standard = (name: string, owner = `'Administrator'`) =>
  `gen_random_uuid(), ${name}, ${owner}, now(), now(), 'Administrator'`;
const pick = (values: readonly string[], n: string) =>
  `(array[${values.map((value) => `'${value}'`).join(', ')}])[1 + ${n} % ${values.length}]`;

/** Dates are spread by a prime, so that neighbours in the table are no neighbours in time. */
const FILL: readonly string[] = [
  `insert into bench_customer (${STANDARD}, customer_name, territory, customer_group, email, phone, tax_id, credit_limit)
    select ${standard(`'C-' || lpad(n::text, 5, '0')`)}, 'Customer ' || n, 'T' || n % 10, 'Group ' || n % 7, 'c' || n || '@example.com',
      '+49 30 ' || n, 'DE' || 100000000 + n, n % 100 * 1000
    from generate_series(0, ${CUSTOMERS - 1}) n`,
  `insert into bench_item (${STANDARD}, item_name, item_group, uom, brand, standard_rate, description)
    select ${standard(`'I-' || lpad(n::text, 4, '0')`)}, 'Item ' || n, 'G' || n % 5, 'Nos', 'Brand ' || n % 20, n % 200 + 0.25, repeat('What it is good for. ', 5)
    from generate_series(0, ${ITEMS - 1}) n`,
  `insert into bench_order (${STANDARD}, customer, customer_name, contact_person, contact_email, territory, sales_person, po_no, currency,
      order_type, status, priority, order_date, delivery_date, po_date, confirmed_at, is_urgent, conversion_rate, total_qty, discount_percentage,
      tax_rate, total, discount_amount, net_total, tax_amount, grand_total, advance_paid, shipping_address, billing_address, terms, notes)
    select ${standard(`'O-' || lpad(n::text, 6, '0')`, `case when n % 50 = 0 and n % 100 <> 0 then '${USER}' else 'Administrator' end`)},
      c.name, c.customer_name, 'Contact ' || n % 300, 'p' || n % 300 || '@example.com',
      case when n % 10 = 3 then 'T' || n / 10 % 10 else c.territory end, 'Person ' || n % 40, 'PO-' || n, 'EUR',
      ${pick(['Sales', 'Service'], 'n')}, ${pick(STATUSES, 'abs(hashint4(n))')}, n % 3, date '2023-01-01' + (n::bigint * 7919 % 1097)::int, date '2023-01-15' + (n::bigint * 7919 % 1097)::int,
      date '2022-12-28' + (n::bigint * 7919 % 1097)::int, now(), n % 9 = 0, 1, 10, n % 5, 19, n % 1000 + 0.5, n % 10, n % 900, n % 100 + 0.19,
      n % 1100 + 0.69, 0, repeat('Street ' || n || ', ', 3), repeat('Street ' || n || ', ', 3), repeat('Goods remain ours until they are paid. ', 4), 'note ' || n
    from generate_series(1, ${ORDERS}) n join bench_customer c on c.name = 'C-' || lpad((n::bigint * 31 % ${CUSTOMERS})::text, 5, '0')`,
  `insert into bench_order_item (${STANDARD}, idx, parent_id, parent, parenttype, parentfield, item, item_name, uom, warehouse, description, qty, delivered_qty, rate, amount)
    select ${standard('md5(o.id::text || i)')}, i, o.id, o.name, 'Bench Order', 'items', s.name, s.item_name, s.uom, 'W' || i, s.description,
      i, 0, s.standard_rate, i * s.standard_rate
    from bench_order o cross join generate_series(1, ${ROWS_PER_ORDER}) i
    join bench_item s on s.name = 'I-' || lpad((abs(hashtext(o.name || i)) % ${ITEMS})::text, 4, '0')`,
];

/**
 * What every other side writes beside the field that is asked for, for the one that does not: PostGraphile's users
 * have a trigger for it. Where the version is raised already it does nothing.
 */
const STAMP: readonly string[] = [
  `create function bench_stamp() returns trigger language plpgsql as $$
    begin
      new.modified := now();
      new.modified_by := 'Administrator';
      new._version := old._version + 1;
      return new;
    end $$`,
  `create trigger bench_stamp before update on bench_order for each row
    when (new._version = old._version) execute function bench_stamp()`,
];

const SHARE = `insert into docshare (${STANDARD}, "user", everyone, share_doctype, share_name, "read", "write", submit, share, shared_by)
  select ${standard(`'bench-share'`)}, $1, false, 'Bench Order', $2, true, true, false, false, 'Administrator'`;
