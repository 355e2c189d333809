/** PostgreSQL alone keeps the tenants apart: statements here have no predicate that does, as a forgotten one would. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../server/db/pool.ts';
import { EVERY_TENANT, OPERATOR } from '../../../server/kernel/tenancy.ts';
import { refusal } from '../../support/services.ts';
import { openWorld, type World } from './world.ts';

const TENANTS = ['t1', 't2', 't3'];
/** Two connections and two shared ones for hundreds of requests: none is anybody's for long. */
const POOL_SIZE = 2;

let world: World;
const db = (tenant: string): Database => world.open.services.db.forTenant(tenant);
const seen = async (database: Pick<Database, 'query'>): Promise<unknown[]> =>
  (await database.query({ text: 'select tax_id from customer order by 1', values: [] })).map((row) => row.tax_id);

beforeAll(async () => {
  world = await openWorld({ poolSize: POOL_SIZE, statementTimeoutMs: 300 });
  for (const tenant of TENANTS)
    await world.of(tenant).doors.create('Customer', { customer_name: 'Acme', tax_id: `of ${tenant}` });
}, 60_000);

afterAll(() => world.close());

describe('raw statements', () => {
  test('see the rows of the tenant that they ask for', async () => {
    for (const tenant of TENANTS) {
      expect(await seen(db(tenant))).toEqual([`of ${tenant}`]);
      expect((await db(tenant).queryByKey({ text: 'select tax_id from customer', values: [] })).length).toBe(1);
      expect(await db(tenant).transaction(seen)).toEqual([`of ${tenant}`]);
    }
    expect(await seen(db('t9'))).toEqual([]);
    expect(await seen(db(OPERATOR))).toEqual([]);
    expect(await seen(db(EVERY_TENANT))).toEqual(TENANTS.map((tenant) => `of ${tenant}`));
  });

  test('see nothing without one, on a fresh connection and on a used one', async () => {
    const fresh = new pg.Client(world.url);
    await fresh.connect();
    const { rows } = await fresh.query('select * from customer, role');
    await fresh.end();
    expect(rows).toEqual([]);
    for (let i = 0; i < 8; i++) {
      await seen(db('t1'));
      expect(await seen(world.open.services.db)).toEqual([]);
      expect(await world.open.services.db.transaction(seen)).toEqual([]);
    }
  });

  test('write no row of another tenant', async () => {
    const move = (text: string) => refusal(db('t1').query({ text, values: [] }));
    expect((await move(`update customer set _tenant = 't2'`)).code).toBe('forbidden');
    expect((await move(`update customer set _tenant = '*'`)).code).toBe('forbidden');
    const insert = `insert into customer (id, name, owner, creation, modified, modified_by, _tenant)
      values (gen_random_uuid(), 'X', 'x', now(), now(), 'x', `;
    expect((await move(`${insert} 't2')`)).code).toBe('forbidden');
    expect(
      await db('t1').query({ text: `update customer set tax_id = 'x' where tax_id = 'of t2' returning 1`, values: [] }),
    ).toEqual([]);
    expect(
      await db('t1').query({ text: `delete from customer where tax_id <> 'of t1' returning 1`, values: [] }),
    ).toEqual([]);
    expect(await db('t1').query({ text: `update role set disabled = true returning 1`, values: [] })).toEqual([]);
    expect(await seen(db(EVERY_TENANT))).toEqual(TENANTS.map((tenant) => `of ${tenant}`));
  });

  test('write no Link across tenants', async () => {
    await db('t2').query({
      text: `insert into customer (id, name, owner, creation, modified, modified_by) values (gen_random_uuid(), 'Only Two', 'x', now(), now(), 'x')`,
      values: [],
    });
    const order = (customer: string) =>
      db('t1').query({
        text: `insert into "order" (id, name, owner, creation, modified, modified_by, customer) values (gen_random_uuid(), $1, 'x', now(), now(), 'x', $1)`,
        values: [customer],
      });
    await order('Acme');
    expect((await refusal(order('Only Two'))).code).toBe('linked');
    await db('t2').query({ text: `delete from customer where name = 'Only Two'`, values: [] });
  });

  test('a name of no tenant asks for nobody', () => {
    for (const name of ["t1' or true --", 'T1', 't1 ', '***', 'ü'])
      expect(() => world.open.services.db.forTenant(name)).toThrow('no name of a tenant');
  });
});

describe('every table', () => {
  test('of a DocType is secured, its owner included', async () => {
    const open = await world.sql(`
      select c.relname from pg_class c where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace
        and c.relname not like 'm\\_%' and c.relname <> 'doctype' and not (c.relrowsecurity and c.relforcerowsecurity)`);
    expect(open).toEqual([]);
  });
});

/** What a request may do to the connection that it has for a moment. */
const SPOILERS: readonly ((tenant: string) => Promise<unknown>)[] = [
  (tenant) => db(tenant).query({ text: 'select 1 / 0', values: [] }),
  (tenant) => db(tenant).query({ text: 'select pg_sleep(5)', values: [] }),
  (tenant) => db(tenant).query({ text: 'select no_such_column from customer', values: [] }),
  (tenant) => db(tenant).queryByKey({ text: 'select 1 / 0', values: [] }),
  (tenant) => db(tenant).query({ text: 'select pg_terminate_backend(pg_backend_pid())', values: [] }),
  (tenant) => db(tenant).queryByKey({ text: 'select pg_terminate_backend(pg_backend_pid())', values: [] }),
  (tenant) =>
    db(tenant).transaction(async (tx) => {
      tx.send({ text: 'select 1 / 0', values: [] });
      await tx.query({ text: 'select 1', values: [] });
    }),
  (tenant) =>
    db(tenant).transaction(async (tx) => {
      await tx.savepoint(() => tx.query({ text: 'select 1 / 0', values: [] })).catch(() => undefined);
      expect(await seen(tx)).toEqual([`of ${tenant}`]);
      throw new Error('given up');
    }),
  (tenant) => db(tenant).query({ text: `select set_config('app.tenant', '**', false)`, values: [] }),
  (tenant) => db(tenant).query({ text: `set app.tenant = 't3'`, values: [] }),
  (tenant) =>
    db(tenant).transaction((tx) => tx.query({ text: `select set_config('app.tenant', '**', false)`, values: [] })),
];

test('TENT-04 thousands of requests of three tenants on two connections, with errors, time-outs and lost connections among them', async () => {
  let wrong = 0;
  let served = 0;
  const read = async (turn: number): Promise<void> => {
    const tenant = TENANTS[turn % TENANTS.length] as string;
    const own = JSON.stringify([`of ${tenant}`]);
    const ask = [
      () => seen(db(tenant)),
      () => db(tenant).transaction(seen),
      () => seen({ query: (statement) => db(tenant).queryByKey(statement) }),
      async () =>
        (await world.of(tenant).doors.list('Customer', { fields: '["tax_id"]' })).map(
          (row: { tax_id: string }) => row.tax_id,
        ),
    ][turn % 4] as () => Promise<unknown[]>;
    const answer = await ask().catch(() => undefined);
    if (answer === undefined) return;
    served++;
    if (JSON.stringify(answer) !== own) wrong++;
  };
  const nobody = async (): Promise<void> => {
    const rows = await seen(world.open.services.db).catch(() => []);
    if (rows.length > 0) wrong++;
  };
  for (let round = 0; round < 60; round++) {
    const tasks = Array.from({ length: 50 }, (_, i) => read(round * 50 + i));
    const spoil = SPOILERS[round % SPOILERS.length] as (tenant: string) => Promise<unknown>;
    tasks.splice(
      20,
      0,
      spoil(TENANTS[round % 3] as string).then(
        () => undefined,
        () => undefined,
      ),
      nobody(),
    );
    await Promise.all(tasks);
  }
  expect(wrong).toBe(0);
  expect(served).toBeGreaterThan(2000);
}, 120_000);
