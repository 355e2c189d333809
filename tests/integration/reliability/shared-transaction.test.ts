/** New documents that share a transaction (db/shared-transaction.ts): each has its own outcome all the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';

let server: TestApp;
let other: TestApp;

const PERMISSIONS = [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }];
const named = (name: string, more: object) => ({ name, module: 'Core', permissions: PERMISSIONS, ...more });

beforeAll(async () => {
  server = await createTestApp({ poolSize: 8 });
  const doctypes = [
    named('Place', { autoname: 'Prompt', fields: [{ fieldname: 'city', fieldtype: 'Data', label: 'City' }] }),
    named('Piece', { istable: 1, fields: [{ fieldname: 'what', fieldtype: 'Data', label: 'What', reqd: 1 }] }),
    named('Parcel', {
      autoname: 'PAR-.####',
      fields: [
        { fieldname: 'place', fieldtype: 'Link', label: 'Place', options: 'Place' },
        { fieldname: 'city', fieldtype: 'Data', label: 'City', fetch_from: 'place.city' },
        { fieldname: 'seal', fieldtype: 'Data', label: 'Seal', unique: 1 },
        { fieldname: 'pieces', fieldtype: 'Table', label: 'Pieces', options: 'Piece' },
      ],
    }),
  ];
  for (const doctype of doctypes) {
    const { status, text } = await server.json('POST', '/api/v1/DocType', doctype);
    expect(status, text).toBe(201);
  }
  await server.json('POST', '/api/v1/Place', { name: 'Here', city: 'Bremen' });
  other = await createTestApp({ databaseUrl: server.databaseUrl, poolSize: 8 });
});

afterAll(async () => {
  await other?.close();
  await server?.close();
});

const make = (given: object, at = server) => at.json('POST', '/api/v1/Parcel', given);
const numbers = (bodies: readonly { name: string }[]) =>
  bodies.map(({ name }) => Number(name.slice(4))).sort((a, b) => a - b);
const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, n) => n + from);

test('many at once are all made, numbered without a gap, with what they fetch and their rows', async () => {
  const replies = await Promise.all(
    upTo(60).map((n) => make({ place: 'Here', pieces: upTo(1 + (n % 3)).map((m) => ({ what: `${n}.${m}` })) })),
  );
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
  expect(numbers(replies.map(({ body }) => body))).toEqual(upTo(60));
  for (const [index, { body }] of replies.entries()) {
    expect(body.city).toBe('Bremen');
    expect(body.pieces.map((row: { what: string }) => row.what)).toEqual(
      upTo(1 + ((index + 1) % 3)).map((m) => `${index + 1}.${m}`),
    );
    expect((await server.json('GET', `/api/v1/Parcel/${body.name}`)).body).toEqual(body);
  }
});

test('what one may not have does not keep the others from theirs, and leaves no gap', async () => {
  const replies = await Promise.all(
    upTo(40).map((n) => {
      if (n % 8 === 0) return make({ place: 'Nowhere' });
      if (n % 8 === 1) return make({ pieces: [{ what: '' }] });
      return make({ seal: n % 8 === 2 ? 'red' : `s${n}` });
    }),
  );
  const made = replies.filter(({ status }) => status === 201);
  const reds = replies.filter((_, n) => (n + 1) % 8 === 2);
  expect(reds.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409]);
  expect(reds.find(({ status }) => status === 409)?.body.errors[0]).toMatchObject({ field: 'seal', code: 'duplicate' });
  expect(replies.map(({ status }) => status).filter((status) => status === 400)).toHaveLength(10);
  expect(replies[7]?.body.errors[0]).toMatchObject({ field: 'place', code: 'link_not_found' });
  expect(replies[0]?.body.errors[0]).toMatchObject({ field: 'pieces[0].what', code: 'required' });
  expect(numbers(made.map(({ body }) => body))).toEqual(upTo(made.length, 61));
});

test('two processes that number one series do not stand in each other’s way', async () => {
  const before = (await server.json('GET', '/api/v1/Parcel/count')).body.count as number;
  const replies = await Promise.all(upTo(80).map((n) => make({ place: 'Here' }, n % 2 ? server : other)));
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 201));
  expect(numbers(replies.map(({ body }) => body))).toEqual(upTo(80, before + 1));
});

test('each is told to who listens', async () => {
  const heard = new Set<string>();
  const stop = other.app.changes.subscribe(({ changes }) => {
    for (const { doctype, event, name } of changes) if (doctype === 'Parcel') heard.add(`${event} ${name}`);
  });
  const replies = await Promise.all(upTo(20).map(() => make({})));
  await expect.poll(() => replies.filter(({ body }) => heard.has(`insert ${body.name}`)).length).toBe(20);
  stop();
});

test('the connection that they share may be lost: who was refused may try again, and nobody is made twice', async () => {
  const before = (await server.json('GET', '/api/v1/Parcel/count')).body.count as number;
  const replies = Promise.all(upTo(60).map((n) => make({ seal: `lost ${n}` })));
  await server.app.db.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'framework-m' and pid <> pg_backend_pid() and datname = current_database()`,
    values: [],
  });
  const settled = await replies;
  const made = settled.filter(({ status }) => status === 201).length;
  for (const { status } of settled) expect([201, 503]).toContain(status);
  const again = await Promise.all(
    settled.flatMap(({ status }, n) => (status === 201 ? [] : [make({ seal: `lost ${n + 1}` })])),
  );
  for (const { status } of again) expect([201, 409]).toContain(status);
  expect(made + again.length).toBe(60);
  const after = (await server.json('GET', '/api/v1/Parcel/count')).body.count as number;
  expect(after - before).toBe(60);
});
