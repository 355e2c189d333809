/**
 * A change goes as one statement also where fields are fetched, required under a condition, or lead to what may be
 * cancelled, as long as all of that stands. Whatever was done to what it depends on, it is as when every step is
 * taken, which a transaction of several changes (`/bulk`) does.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import fc from '../../support/properties.ts';

let app: TestApp;
let clerk: UserClient;

const ROWS = { read: 1, write: 1, create: 1, delete: 1 };
const FIELDS = [
  'party Link Party',
  'city Data',
  'inner Data',
  'rating Float',
  'since Date',
  'status Select Open\nClosed',
  'amount Currency',
  'reason Data',
  'note Small_Text',
  'about_type Link DocType',
  'about Dynamic_Link about_type',
  'previous Link Matter',
  'lines Table Matter_Line',
];
const RULES: Readonly<Record<string, object>> = {
  city: { fetch_from: 'party.city' },
  inner: { fetch_from: 'party.inner' },
  rating: { fetch_from: 'party.rating', fetch_if_empty: 1 },
  since: { fetch_from: 'party.since' },
  reason: { mandatory_depends_on: 'eval:doc.status == "Closed" || doc.amount > 100' },
  note: { mandatory_depends_on: 'since' },
  item: { reqd: 1 },
  label: { fetch_from: 'item.city' },
  why: { mandatory_depends_on: 'eval:doc.qty != 1' },
};

function ruled(name: string, fields: readonly string[], more: object): object {
  const made = docType(name, fields, more);
  return {
    ...made,
    fields: (made.fields ?? []).map((field) => ({
      ...field,
      options: field.fieldtype === 'Table' ? 'Matter Line' : field.options,
      ...RULES[field.fieldname ?? ''],
    })),
  };
}

beforeAll(async () => {
  app = await createTestApp();
  const make = (doctype: unknown) => app.json('POST', '/api/v1/DocType', doctype);
  const permissions = [
    { role: 'System Manager', ...ROWS },
    { role: 'Clerk', ...ROWS },
  ];
  const submitting = permissions.map((each) => ({ ...each, submit: 1, cancel: 1, amend: 1 }));
  const party = docType('Party', ['city Data', 'inner Data', 'rating Float', 'since Date'], { autoname: 'Prompt' });
  const closed = {
    ...party,
    fields: party.fields.map((each) => (each.fieldname === 'inner' ? { ...each, permlevel: 1 } : each)),
  };
  const of = (doctype: string) => FIELDS.filter((field) => isOf(doctype, field.split(' ')[0] as string));
  const ordinary = { autoname: 'Prompt', permissions, track_changes: 1 };
  const answers = [
    await make(closed),
    await make(ruled('Matter Line', ['item Link Party', 'label Data', 'qty Int', 'why Data'], { istable: 1 })),
    await make(ruled('Matter', of('Matter'), { ...ordinary, is_submittable: 1, permissions: submitting })),
    await make(ruled('Note', of('Note'), ordinary)),
  ];
  expect(answers.map(({ status, body }) => [status, body.detail])).toEqual(answers.map(() => [201, undefined]));
  for (const name of ['P1', 'P2'])
    await app.json('POST', '/api/v1/Party', { name, city: `City of ${name}`, rating: 3, inner: 'secret' });
  clerk = await app.user({ name: 'clerk@example.com', roles: ['Clerk'] });
  await app.json('POST', '/api/v1/Matter', { name: 'Cancelled', lines: [] });
  await app.json('POST', '/api/v1/Matter/Cancelled/submit');
  await app.json('POST', '/api/v1/Matter/Cancelled/cancel');
  await app.json('POST', '/api/v1/Matter', { name: 'Open' });
}, 60_000);

afterAll(() => app?.close());

/** What differs between two documents that were changed alike. */
const OWN = new Set(['id', 'name', 'creation', 'modified', 'parent', 'owner']);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => (OWN.has(key) ? [] : [[key, comparable(each)]])),
  );
}

async function versions(doctype: string, name: string): Promise<unknown[]> {
  const filters = encodeURIComponent(JSON.stringify({ ref_doctype: doctype, docname: name }));
  const { body } = await app.json('GET', `/api/v1/Version?filters=${filters}&fields=["data","version_no"]&limit=100`);
  return (comparable(body.items) as { data: { row_changed: unknown[][] } }[]).map((each) => ({
    ...each,
    // A row is called by its own name, which its twin does not have.
    data: { ...each.data, row_changed: each.data.row_changed.map(([table, idx, , what]) => [table, idx, what]) },
  }));
}

/** Behind the back of every rule, as a migration or another program would. */
const MEDDLE: Readonly<Record<string, string>> = {
  city: `set city = 'old' where name = any($1)`,
  rating: `set rating = 0 where name = any($1)`,
  rated: `set rating = 5 where name = any($1)`,
  party: `set party = 'P2' where name = any($1)`,
  nobody: `set party = null where name = any($1)`,
  reason: `set reason = '' where name = any($1)`,
  note: `set note = null where name = any($1)`,
};
const ROW_MEDDLE: Readonly<Record<string, string>> = {
  label: `set label = 'old' where parent = any($1)`,
  qty: `set qty = 2, why = null where parent = any($1)`,
};
/** The same for both documents: the source itself moves on. */
const SOURCE: Readonly<Record<string, object>> = {
  moved: { city: 'Elsewhere' },
  since: { since: '2025-02-03' },
  never: { since: null },
  better: { rating: 9, inner: 'another' },
};

const plain = fc.record(
  {
    status: fc.constantFrom('Open', 'Closed'),
    amount: fc.constantFrom(1, 100, 101, '250.5', null),
    reason: fc.constantFrom('because', '', null),
    note: fc.constantFrom('noted', ''),
  },
  { requiredKeys: [] },
);
const copied = fc.constantFrom<object>({ city: 'by hand' }, { rating: 0 }, { rating: 7 }, { about_type: 'Matter' });
const change = fc.oneof({ weight: 3, arbitrary: plain }, { weight: 1, arbitrary: copied });
const event = fc.oneof(
  { weight: 4, arbitrary: change.map((given) => ({ kind: 'change' as const, given })) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(MEDDLE)).map((key) => ({ kind: 'meddle' as const, key })) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(ROW_MEDDLE)).map((key) => ({ kind: 'rows' as const, key })) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.keys(SOURCE)).map((key) => ({ kind: 'source' as const, key })) },
);
const more = fc.constantFrom<object>({}, { previous: 'Open' }, { about_type: 'Party', about: 'P2' }, { party: null });

/** A Matter may be cancelled, so it leads to other Matters; a Note is about anything. */
function isOf(doctype: string, fieldname: string): boolean {
  if (fieldname === 'previous') return doctype === 'Matter';
  return doctype === 'Note' || !fieldname.startsWith('about');
}

let made = 0;

test.each(['Matter', 'Note'])(
  'a change of a %s is the same in one statement and step by step',
  async (doctype) => {
    const table = doctype.toLowerCase();
    const seen = { done: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 2, maxLength: 6 }),
        fc.boolean(),
        more,
        async (events, isClerk, given) => {
          await app.json('PATCH', '/api/v1/Party/P1', { city: 'City of P1', rating: 3, since: null });
          const known = Object.entries(given).filter(
            ([key]) =>
              doctype ===
              (key === 'previous' ? 'Matter' : doctype === 'Matter' && key.startsWith('about') ? 'Note' : doctype),
          );
          const names = [`T-${++made}`, `T-${++made}`] as const;
          for (const name of names) {
            const lines = [
              { item: 'P1', qty: 1 },
              { item: 'P2', qty: 2, why: 'more' },
            ];
            const { status, body } = await app.json('POST', `/api/v1/${doctype}`, {
              name,
              party: 'P1',
              status: 'Open',
              lines,
              ...Object.fromEntries(known),
            });
            expect(status, JSON.stringify(body)).toBe(201);
          }
          const who = isClerk ? clerk : app;
          for (const each of events) {
            if (each.kind === 'source') await app.json('PATCH', '/api/v1/Party/P1', SOURCE[each.key] as object);
            else if (each.kind === 'meddle')
              await app.app.db.query({ text: `update ${table} ${MEDDLE[each.key]}`, values: [[...names]] });
            else if (each.kind === 'rows')
              await app.app.db.query({ text: `update matter_line ${ROW_MEDDLE[each.key]}`, values: [[...names]] });
            else {
              const given = Object.fromEntries(
                Object.entries(each.given).filter(([key]) => doctype === 'Note' || !key.startsWith('about')),
              );
              const one = await who.json('PATCH', `/api/v1/${doctype}/${names[0]}`, given);
              const many = await who.json('POST', `/api/v1/${doctype}/bulk`, {
                action: 'update',
                docs: [{ ...given, name: names[1] }],
              });
              const said = JSON.stringify([events, one.body, many.body]);
              expect([one.status, one.body.type], said).toEqual([many.status, many.body.type]);
              seen[one.status === 200 ? 'done' : 'refused']++;
            }
            const [a, b] = await Promise.all(names.map((name) => app.json('GET', `/api/v1/${doctype}/${name}`)));
            expect(comparable(a?.body), JSON.stringify(events)).toEqual(comparable(b?.body));
          }
          expect(await versions(doctype, names[0])).toEqual(await versions(doctype, names[1]));
        },
      ),
      { numRuns: 80 },
    );
    expect(seen.done).toBeGreaterThan(30);
    expect(seen.refused).toBeGreaterThan(10);
  },
  180_000,
);

test('markup is cut out of what is copied, though it stands in both', async () => {
  await app.json('POST', '/api/v1/Party', { name: 'Marked', city: 'x' });
  expect((await app.json('POST', '/api/v1/Note', { name: 'Marked', party: 'Marked' })).status).toBe(201);
  for (const table of ['party', 'note'])
    await app.app.db.query({ text: `update ${table} set city = '<i>City</i>' where name = 'Marked'`, values: [] });
  const { status, body } = await app.json('PATCH', '/api/v1/Note/Marked', { amount: 4 });
  expect([status, body.city]).toEqual([200, 'City']);
});

test('what leads to a cancelled document is refused, an amendment leads to one', async () => {
  const amended = await app.json('POST', '/api/v1/Matter', { name: 'Amended', amended_from: 'Cancelled' });
  expect(amended.status).toBe(201);
  const { name } = amended.body;
  expect((await app.json('PATCH', `/api/v1/Matter/${name}`, { amount: 4 })).status).toBe(200);
  await app.json('POST', '/api/v1/Matter', { name: 'Leads', previous: 'Open' });
  expect((await app.json('PATCH', '/api/v1/Matter/Leads', { amount: 4 })).status).toBe(200);
  await app.app.db.query({ text: `update matter set previous = 'Cancelled' where name = 'Leads'`, values: [] });
  await app.app.db.query({ text: `update matter set amended_from = 'Open' where name = $1`, values: [name] });
  const refused = await Promise.all(
    ['Leads', name].map((each) => app.json('PATCH', `/api/v1/Matter/${each}`, { amount: 5 })),
  );
  expect(refused.map(({ status, body }) => [status, body.errors?.[0]?.code])).toEqual([
    [400, 'link_cancelled'],
    [400, 'not_cancelled'],
  ]);
});
