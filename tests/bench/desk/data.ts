/** A table of 100,000 tickets that link to customers with titles, and a DocType of 150 fields with a document. */
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { createDocument } from '../../../server/documents/create.ts';
import { ensureGivenRecords } from '../../../server/first-start.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { createContext } from '../../../server/services.ts';
import { open } from '../data.ts';

export const ROWS = 100_000;
export const FIELDS = 150;
/** Enough to go from one to the next. */
const WIDE_DOCUMENTS = 20;
const CUSTOMERS = 500;

const permissions = [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }];
const TYPES = ['Data', 'Int', 'Date', 'Check', 'Select', 'Currency', 'Link', 'Small Text', 'Datetime', 'Float'];

/** Every tenth field depends on the first. */
const WIDE: DocTypeJson = {
  doctype: 'DocType',
  name: 'Wide Form',
  module: 'Bench',
  autoname: 'WIDE-.###',
  fields: Array.from({ length: FIELDS }, (_, n) => {
    const fieldtype = TYPES[n % TYPES.length] as string;
    const options = { Select: 'One\nTwo', Link: 'Bench Customer' }[fieldtype];
    const depends_on = n % 10 === 9 ? 'eval:doc.field_0 != "hide"' : undefined;
    return { fieldname: `field_${n}`, label: `Field ${n}`, fieldtype, options, depends_on };
  }),
  permissions,
};

const DOCTYPES: readonly DocTypeJson[] = [
  {
    doctype: 'DocType',
    name: 'Bench Customer',
    module: 'Bench',
    autoname: 'field:code',
    title_field: 'customer_name',
    show_title_field_in_link: 1,
    fields: [
      { fieldname: 'code', fieldtype: 'Data', label: 'Code', reqd: 1, unique: 1 },
      { fieldname: 'customer_name', fieldtype: 'Data', label: 'Customer Name', in_list_view: 1 },
    ],
    permissions,
  },
  {
    doctype: 'DocType',
    name: 'Bench Ticket',
    module: 'Bench',
    autoname: 'T-.######',
    title_field: 'subject',
    fields: [
      { fieldname: 'subject', fieldtype: 'Data', label: 'Subject', reqd: 1, in_list_view: 1 },
      { fieldname: 'customer', fieldtype: 'Link', label: 'Customer', options: 'Bench Customer', in_list_view: 1 },
      { fieldname: 'status', fieldtype: 'Select', label: 'Status', options: 'Open\nDone', in_list_view: 1 },
      { fieldname: 'due', fieldtype: 'Date', label: 'Due', in_list_view: 1 },
      { fieldname: 'cost', fieldtype: 'Currency', label: 'Cost', in_list_view: 1 },
      { fieldname: 'is_paid', fieldtype: 'Check', label: 'Is Paid', in_list_view: 1 },
    ],
    permissions,
  },
  WIDE,
];

export async function loadTickets(databaseUrl: string): Promise<void> {
  const services = await open(databaseUrl);
  try {
    await ensureGivenRecords(services);
    const actor = systemActor('the benchmark');
    const doctypes = DOCTYPES.map((definition) => ({ definition, app: 'bench', file: definition.name }));
    await importDocTypes(services.schema, { actor, files: { doctypes, customFields: [], propertySetters: [] } });
    await services.db.transaction(async (tx) => {
      tx.send({ text: `set local statement_timeout = '5min'`, values: [] });
      for (const text of FILL) tx.send({ text, values: [] });
    });
    for (let n = 0; n < WIDE_DOCUMENTS; n++) {
      const given = { field_0: `shown ${n}`, field_1: n, field_6: 'C-001' };
      await createDocument(createContext(services, actor), { doctype: WIDE.name, given });
    }
    await services.db.query({ text: 'vacuum analyze', values: [] });
  } finally {
    await services.close();
  }
}

const STANDARD = 'id, name, owner, creation, modified, modified_by';
const standard = (name: string) =>
  `gen_random_uuid(), ${name}, 'Administrator', now() - n * interval '1 s', now() - n * interval '1 s', 'Administrator'`;

const FILL: readonly string[] = [
  `insert into bench_customer (${STANDARD}, code, customer_name)
    select ${standard(`'C-' || lpad(n::text, 3, '0')`)}, 'C-' || lpad(n::text, 3, '0'), 'Customer number ' || n
    from generate_series(0, ${CUSTOMERS - 1}) n`,
  `insert into bench_ticket (${STANDARD}, subject, customer, status, due, cost, is_paid)
    select ${standard(`'T-' || lpad(n::text, 6, '0')`)}, 'Something is to be done, number ' || n, 'C-' || lpad((n::bigint * 31 % ${CUSTOMERS})::text, 3, '0'),
      (array['Open', 'Done'])[1 + n % 2], date '2026-01-01' + (n::bigint * 7919 % 1097)::int, n % 1000 + 0.5, n % 3 = 0
    from generate_series(1, ${ROWS}) n`,
];
