/** Changes that are committed together (db/commit-group.ts): each has its own outcome all the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';

let server: TestApp;
const COUNT = 48;
const names = Array.from({ length: COUNT }, (_, n) => `D${n}`);

beforeAll(async () => {
  server = await createTestApp({ poolSize: 8 });
  const made = await server.json('POST', '/api/v1/DocType', {
    name: 'Parcel',
    module: 'Core',
    autoname: 'field:code',
    fields: [
      { fieldname: 'code', fieldtype: 'Data', label: 'Code', reqd: 1, unique: 1 },
      { fieldname: 'place', fieldtype: 'Data', label: 'Place' },
      { fieldname: 'seal', fieldtype: 'Data', label: 'Seal', unique: 1 },
    ],
    permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1 }],
  });
  expect(made.status, made.text).toBe(201);
  const docs = names.map((code) => ({ code }));
  const filled = await server.json('POST', '/api/v1/Parcel/bulk', { action: 'insert', docs });
  expect(filled.status, filled.text).toBe(200);
});

afterAll(() => server.close());

const change = (name: string, fields: object) => server.json('PATCH', `/api/v1/Parcel/${name}`, fields);

test('many at once are all made, and each document has its own', async () => {
  for (let round = 1; round <= 4; round++) {
    const replies = await Promise.all(names.map((name) => change(name, { place: `${name} in ${round}` })));
    expect(replies.map(({ status }) => status)).toEqual(names.map(() => 200));
    const { body } = await server.json('GET', `/api/v1/Parcel?fields=["name","place","_version"]&limit=${COUNT}`);
    for (const { name, place, _version } of body.items) {
      expect(place).toBe(`${name} in ${round}`);
      expect(_version).toBe(round + 1);
    }
  }
});

test('what one may not have does not keep the others from theirs', async () => {
  expect((await change('D0', { seal: 'red' })).status).toBe(200);
  const replies = await Promise.all(
    names.slice(1).map((name, n) => change(name, { seal: n % 5 === 0 ? 'red' : `s${n}` })),
  );
  const statuses = replies.map(({ status }) => status);
  expect(statuses).toEqual(statuses.map((_, n) => (n % 5 === 0 ? 409 : 200)));
  expect(replies[0]?.body.errors[0].field).toBe('seal');
});

test('of many who change one document on its version, one is accepted', async () => {
  const { body } = await server.json('GET', '/api/v1/Parcel/D3');
  const replies = await Promise.all(
    Array.from({ length: 20 }, (_, n) => change('D3', { place: `p${n}`, _version: body._version })),
  );
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(replies.filter(({ status }) => status === 409)).toHaveLength(19);
  expect((await server.json('GET', '/api/v1/Parcel/D3')).body._version).toBe(body._version + 1);
});

test('of many who change one document whatever it is, none is lost', async () => {
  const { body } = await server.json('GET', '/api/v1/Parcel/D4');
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => change('D4', { place: `q${n}` })));
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
  expect((await server.json('GET', '/api/v1/Parcel/D4')).body._version).toBe(body._version + 20);
});

test('who waits for a lock keeps nobody else waiting', async () => {
  const { db } = server.app;
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const holding = db.transaction(async (tx) => {
    await tx.query({ text: `select 1 from parcel where name = 'D5' for update`, values: [] });
    await held;
  });
  const slow = change('D5', { place: 'late' });
  const others = names.slice(10, 30);
  const replies = await Promise.all(others.map((name) => change(name, { place: 'early' })));
  expect(replies.map(({ status }) => status)).toEqual(others.map(() => 200));
  // It is still waiting: the others came by.
  expect(await Promise.race([slow.then(() => 'done'), Promise.resolve('waiting')])).toBe('waiting');
  release();
  await holding;
  expect((await slow).status).toBe(200);
});

test('a lost connection is told, and the next change has a new one', async () => {
  const { db } = server.app;
  const writing = Promise.all(names.map((name) => change(name, { place: 'storm' })));
  await db.query({
    text: `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name = 'framework-m'`,
    values: [],
  });
  for (const { status } of await writing) expect([200, 503]).toContain(status);
  const failed = async (): Promise<number> => {
    const again = await Promise.all(names.map((name) => change(name, { place: 'calm' })));
    return again.filter(({ status }) => status !== 200).length;
  };
  // Each connection that is lost is told once, also one that was opened in the storm and lay idle since.
  await expect.poll(failed, { timeout: 10_000 }).toBe(0);
});
