/** RACE-04: what is taken away is gone for whatever begins afterwards, in this process at once, in others within a second. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { at, must, openRightsWorld, type RightsWorld } from './rights-world.ts';

/** How long another process may go by what it knew. */
const BOUND_MS = 1000;

let world: RightsWorld;
let elsewhere: TestApp;
beforeAll(async () => {
  world = await openRightsWorld();
  elsewhere = await createTestApp({ databaseUrl: world.app.databaseUrl });
  await world.app.user({ name: 'mole', roles: ['Sales User'] });
  await must(world.app, 'POST', at('User Permission'), { user: 'mole', allow: 'Company', for_value: 'A' });
});
afterAll(async () => {
  expect(world.failures).toEqual([]);
  await elsewhere?.close();
  await world?.app.close();
});

interface Written {
  begun: number;
  ended: number;
  ok: boolean;
}

/** Writes many documents again and again, until told to stop. */
function keepWriting(who: UserClient, names: readonly string[], doctype: string) {
  const written: Written[] = [];
  let isOn = true;
  const run = async (): Promise<void> => {
    while (isOn) {
      const begun = performance.now();
      const docs = names.map((name) => ({ name, colour: String(begun) }));
      const reply = await who.json('POST', at(doctype, 'bulk'), { action: 'update', docs });
      expect([200, 401, 403, 404], reply.text.slice(0, 300)).toContain(reply.status);
      written.push({ begun, ended: performance.now(), ok: reply.status === 200 });
    }
  };
  const done = Promise.all([run(), run()]);
  return {
    written,
    async stop() {
      isOn = false;
      await done;
    },
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Each way of taking a right away, and of giving it back. */
const REVOCATIONS: Record<string, (app: TestApp) => Promise<() => Promise<unknown>>> = {
  async 'a role'(app) {
    await must(app, 'PATCH', at('User', 'mole'), { roles: [] });
    return () => must(app, 'PATCH', at('User', 'mole'), { roles: [{ role: 'Sales User' }] });
  },
  async 'a User Permission that is narrowed'(app) {
    const { items } = await must(app, 'GET', `${at('User Permission')}?filters=[["user","=","mole"]]`);
    await must(app, 'PATCH', at('User Permission', items[0].name), { for_value: 'B' });
    return () => must(app, 'PATCH', at('User Permission', items[0].name), { for_value: 'A' });
  },
  async 'permission rows of the DocType'(app) {
    const { items } = await must(app, 'POST', `/api/v1/permissions/Customer/customize`, {});
    const rows =
      items ?? (await must(app, 'GET', `${at('Custom DocPerm')}?filters=[["ref_doctype","=","Customer"]]`)).items;
    const row = rows.find((each: { role: string }) => each.role === 'Sales User');
    await must(app, 'PATCH', at('Custom DocPerm', row.name), { write: false });
    return () => app.json('POST', '/api/v1/permissions/Customer/reset', {});
  },
  async 'the account'(app) {
    await must(app, 'PATCH', at('User', 'mole'), { enabled: false });
    return () => must(app, 'PATCH', at('User', 'mole'), { enabled: true });
  },
};

for (const [name, revoke] of Object.entries(REVOCATIONS))
  test(`RACE-04: ${name}, taken while many documents are written`, async () => {
    const { app } = world;
    const names: string[] = [];
    for (let index = 0; index < 100; index++) names.push(`c-${name.replaceAll(' ', '-')}-${index}`);
    const docs = names.map((each) => ({ name: each, company: 'A', tax_id: each }));
    await must(app, 'POST', at('Customer', 'bulk'), { action: 'insert', docs });
    const here = keepWriting(await app.as('mole'), names, 'Customer');
    const token = (await app.as('mole')).token;
    const there = keepWriting({ ...(await elsewhere.as('mole')), token }, names, 'Customer');
    // Each has the right, and its writes wait for each other's.
    await expect.poll(() => [here, there].every(({ written }) => written.some(({ ok }) => ok))).toBe(true);
    const giveBack = await revoke(app);
    const gone = performance.now();
    await pause(BOUND_MS + 600);
    await Promise.all([here.stop(), there.stop()]);
    const after = (written: readonly Written[], ms: number) => written.filter((each) => each.begun > gone + ms);
    expect(after(here.written, 0).filter(({ ok }) => ok)).toEqual([]);
    expect(after(there.written, BOUND_MS).filter(({ ok }) => ok)).toEqual([]);
    expect(after(here.written, 0).length + after(there.written, BOUND_MS).length).toBeGreaterThan(1);
    await giveBack();
  });

test('RACE-04: a share that is taken back', async () => {
  const { app, alice } = world;
  const made = await alice.ask(`POST ${at('Note')}`, { name: 'shared', text: 'x' });
  expect(made.status).toBe(201);
  const pat = await app.as('pat');
  const share = { doctype: 'Note', name: 'shared', user: 'pat', write: 1 };
  for (let round = 0; round < 5; round++) {
    expect((await alice.ask('POST /api/v1/share', share)).status).toBe(200);
    expect((await pat.json('PATCH', at('Note', 'shared'), { text: String(round) })).status).toBe(200);
    const [taken, raced] = await Promise.all([
      alice.ask('DELETE /api/v1/share?doctype=Note&name=shared&user=pat'),
      pat.json('PATCH', at('Note', 'shared'), { text: 'raced' }),
    ]);
    expect(taken.status).toBe(204);
    expect([200, 403, 404]).toContain(raced.status);
    expect((await pat.json('PATCH', at('Note', 'shared'), { text: 'late' })).status).toBe(404);
    expect((await alice.ask(`GET ${at('Note', 'shared')}`)).body.text).not.toBe('late');
  }
});

test('RACE-04: a write that begins on a right and ends without it is refused or was first', async () => {
  const { app, alice, admin } = world;
  // The document leaves her reach while she writes it: by name, many times.
  for (let round = 0; round < 10; round++) {
    await must(app, 'PATCH', at('Customer', 'cust-a'), { company: 'A', colour: 'mine' });
    const [moved, hers] = await Promise.all([
      app.json('PATCH', at('Customer', 'cust-a'), { company: 'B' }),
      alice.ask(`PATCH ${at('Customer', 'cust-a')}`, { colour: `hers ${round}` }),
    ]);
    expect(moved.status, moved.text).toBe(200);
    expect([200, 403, 404]).toContain(hers.status);
    const stored = (await admin.ask(`GET ${at('Customer', 'cust-a')}`)).body;
    expect(stored.colour).toBe(hers.status === 200 ? `hers ${round}` : 'mine');
    expect((await alice.ask(`PATCH ${at('Customer', 'cust-a')}`, { colour: 'late' })).status).toBe(404);
  }
});
