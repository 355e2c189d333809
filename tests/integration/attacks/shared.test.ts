/** New documents and changes share transactions: nobody's large one is what others wait for, and names never meet. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hashName } from '../../../server/documents/naming.ts';
import { createTestApp, type Reply, type TestApp } from '../../support/app.ts';

let app: TestApp;
const PERMISSIONS = [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }];
const named = (name: string, more: object) => ({ name, module: 'Core', permissions: PERMISSIONS, ...more });

beforeAll(async () => {
  app = await createTestApp({ poolSize: 8 });
  const doctypes = [
    named('Piece', { istable: 1, fields: [{ fieldname: 'what', fieldtype: 'Data', label: 'What' }] }),
    named('Parcel', {
      autoname: 'hash',
      fields: [
        { fieldname: 'notes', fieldtype: 'Long Text', label: 'Notes' },
        { fieldname: 'data', fieldtype: 'JSON', label: 'Data' },
        { fieldname: 'pieces', fieldtype: 'Table', label: 'Pieces', options: 'Piece' },
      ],
    }),
  ];
  for (const doctype of doctypes) expect((await app.json('POST', '/api/v1/DocType', doctype)).status).toBe(201);
});
afterAll(() => app?.close());

const make = (given: object): Promise<Reply> => app.json('POST', '/api/v1/Parcel', given);
const times = <T>(count: number, of: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => of(n));

/** The transactions in which documents were last written. */
async function transactionsOf(replies: readonly Reply[]): Promise<string[]> {
  for (const { status, text } of replies) expect([200, 201], text.slice(0, 200)).toContain(status);
  const names = replies.map(({ body }) => body.name as string);
  const found = await app.app.db.query({
    text: 'select xmin::text as xmin from parcel where name = any($1::text[])',
    values: [names],
  });
  return found.map(({ xmin }) => String(xmin));
}

/** Documents beside which nobody else's may stand; small ones share as they come. */
const LARGE: readonly (readonly [string, object])[] = [
  ['many rows', { pieces: times(3000, (n) => ({ what: `piece ${n}` })) }],
  ['a long text', { notes: 'x'.repeat(1_000_000) }],
  ['much JSON', { data: times(3000, (n) => ({ n })) }],
];

test.each(LARGE)('a new document of %s is in nobody else’s transaction', async (_, large) => {
  const sent = times(40, (n) => (n % 8 === 3 ? make(large) : make({ notes: `small ${n}` })));
  const replies = await Promise.all(sent);
  const larges = await transactionsOf(replies.filter((__, n) => n % 8 === 3));
  const smalls = await transactionsOf(replies.filter((__, n) => n % 8 !== 3));
  expect(new Set(larges).size).toBe(5);
  expect(smalls.filter((xmin) => larges.includes(xmin))).toEqual([]);
  expect(new Set(smalls).size).toBeLessThan(smalls.length);
});

test('nor is a change to a long text', async () => {
  const names = (await Promise.all(times(40, () => make({})))).map(({ body }) => body.name as string);
  const replies = await Promise.all(
    names.map((name, n) =>
      app.json('PATCH', `/api/v1/Parcel/${name}`, { notes: n % 8 === 3 ? 'y'.repeat(1_000_000) : 'y' }),
    ),
  );
  const larges = await transactionsOf(replies.filter((_, n) => n % 8 === 3));
  const smalls = await transactionsOf(replies.filter((_, n) => n % 8 !== 3));
  expect(smalls.filter((xmin) => larges.includes(xmin))).toEqual([]);
  expect(new Set(smalls).size).toBeLessThan(smalls.length);
});

test('a hundred thousand names of one second are all different', () => {
  const names = times(100_000, () => hashName(1_800_000_000_000));
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[0-9a-v]{10}$/.test(name))).toEqual([]);
  expect(new Set(names.map((name) => name.slice(0, 4))).size).toBe(1);
});
