/** Tenants do not hear of each other: neither of documents of the same name, nor of people at them. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import { OPERATOR } from '../../../server/kernel/tenancy.ts';
import { createContext } from '../../../server/services.ts';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { adminOf, DOCTYPES } from '../tenancy/world.ts';
import { hearken, plain } from './listening.ts';

let app: TestApp;
let other: TestApp;
const people = new Map<string, UserClient>();

beforeAll(async () => {
  app = await createTestApp({ tenancy: 'column' });
  other = await createTestApp({ tenancy: 'column', databaseUrl: app.databaseUrl });
  const files = DOCTYPES.map((definition) => ({
    definition: {
      ...definition,
      permissions: definition.istable ? [] : [{ role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 }],
    },
    app: 'test',
    file: `${definition.name}.json`,
  }));
  await importDocTypes(app.app.schema, {
    actor: systemActor('a test'),
    files: { doctypes: files, customFields: [], propertySetters: [] },
  });
  await other.app.store.refresh();
  const { create } = app.app.services.doors;
  for (const tenant of ['t1', 't2']) {
    await create(createContext(app.app, adminOf(OPERATOR)), 'Tenant', { name: tenant, label: tenant });
    const user = `manager-${tenant}`;
    const roles = [{ role: 'System Manager' }];
    await create(createContext(app.app, adminOf(tenant)), 'User', { name: user, first_name: user, roles });
    people.set(tenant, await app.as(user));
  }
}, 120_000);
afterAll(async () => {
  await other?.close();
  await app?.close();
});

test('what one writes, the other does not hear of', async () => {
  const [one, two] = [people.get('t1') as UserClient, people.get('t2') as UserClient];
  // What was made before anybody listens may come to the other process a moment later.
  const early = await Promise.all([one, two].map(({ token }) => hearken(other, { token })));
  for (const ear of early) await ear.follow('1', 'Customer');
  for (const each of [one, two])
    expect((await each.json('POST', '/api/v1/Customer', { customer_name: 'Acme' })).status).toBe(201);
  for (const ear of early) expect(plain(await ear.nextOf('event'))).toMatchObject({ name: 'Acme', event: 'insert' });
  for (const { socket } of early) socket.terminate();
  const ears = await Promise.all(
    [one, two].flatMap(({ token }) => [hearken(app, { token }), hearken(other, { token })]),
  );
  await Promise.all(ears.map((ear) => ear.follow('1', 'Customer')));
  for (const ear of ears) ear.send({ type: 'open', doctype: 'Customer', name: 'Acme' });
  for (const ear of ears) expect((await ear.nextOf('presence')).users).toEqual([]);
  await one.json('PATCH', '/api/v1/Customer/Acme', { tax_id: '1' });
  await one.json('POST', '/api/v1/Customer', { customer_name: 'Only mine' });
  const [first, second, ...others] = ears;
  for (const ear of [first, second]) {
    expect(plain(await ear?.nextOf('event'))).toMatchObject({ name: 'Acme', event: 'update' });
    expect(plain(await ear?.nextOf('event'))).toMatchObject({ name: 'Only mine', event: 'insert' });
  }
  for (const ear of others) {
    await ear.silent(300);
    expect(JSON.stringify(ear.all)).not.toMatch(/"event"|Only mine|manager-t1|"list"/);
  }
  for (const { socket } of ears) socket.terminate();
});
