import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Actor, ADMINISTRATOR, GUEST_ACTOR } from '../../../server/kernel/actor.ts';
import { OPERATOR } from '../../../server/kernel/tenancy.ts';
import type { Tenants } from '../../../server/tenancy/tenants.ts';
import { refusal } from '../../support/services.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let tenants: Tenants;
const alice: Actor = { user: 'alice', roles: ['All'], tenant: 't1', attributes: { plan: 'free', region: 'EU' } };
const operator: Actor = { user: ADMINISTRATOR, roles: [ADMINISTRATOR], tenant: OPERATOR };

beforeAll(async () => {
  world = await openWorld();
  tenants = world.open.tenants as Tenants;
  const { doors } = world.of(OPERATOR);
  await doors.create('Tenant', { name: 't1', label: 'One', attributes: { plan: 'gold' }, features: ['stock', 7] });
  await doors.create('Tenant', { name: 't2', label: 'Two' });
  await doors.create('Tenant', { name: 'closed', enabled: false });
}, 60_000);

afterAll(() => world.close());

describe('TENT-01 where a request belongs', () => {
  test('is where its user is, with what the tenant brings along', async () => {
    const placed = await tenants.place(alice, undefined);
    expect(placed).toMatchObject({ tenant: 't1', features: ['stock'], attributes: { plan: 'gold', region: 'EU' } });
    // The same one again, since decisions are remembered with it.
    expect(await tenants.place(alice, 't1')).toBe(placed);
  });

  test('is nowhere else', async () => {
    expect((await refusal(tenants.place(alice, 't2'))).code).toBe('forbidden');
    expect((await refusal(tenants.place({ ...operator, user: 'mike' }, 't1'))).code).toBe('forbidden');
    for (const name of ['T1', 't1.', 't1, t2', ' t1', '*', '**', '', "t1'--", 't'.repeat(64)])
      expect((await refusal(tenants.place(operator, name))).code).toBe('bad_request');
  });

  test('must be there and switched on', async () => {
    for (const name of ['t9', 'closed', 'default']) {
      expect((await refusal(tenants.place(operator, name))).code).toBe('forbidden');
      expect((await refusal(tenants.place({ ...alice, tenant: name }, undefined))).code).toBe('forbidden');
    }
  });

  test('is by nobody’s default a tenant: a guest is where the proxy says, the operator among his own', async () => {
    expect(await tenants.place(GUEST_ACTOR, undefined)).toBe(GUEST_ACTOR);
    expect(await tenants.place(GUEST_ACTOR, 't2')).toMatchObject({ user: 'Guest', tenant: 't2' });
    expect(await tenants.place(operator, undefined)).toBe(operator);
    expect(await tenants.place(operator, 't2')).toMatchObject({ user: ADMINISTRATOR, tenant: 't2' });
  });

  test('a tenant that is switched off is closed at once', async () => {
    const { doors } = world.of(OPERATOR);
    await tenants.place(alice, undefined);
    await doors.update('Tenant', 't1', { enabled: false });
    expect((await refusal(tenants.place(alice, undefined))).code).toBe('forbidden');
    await doors.update('Tenant', 't1', { enabled: true });
    expect(await tenants.place(alice, undefined)).toMatchObject({ tenant: 't1' });
  });
});

test('tenants have names that fit everywhere, and keep them', async () => {
  const { doors } = world.of(OPERATOR);
  for (const name of ['Big Corp', '-x', '*', 'ümlaut', 'a/b'])
    expect((await refusal(doors.create('Tenant', { name }))).errors[0]).toMatchObject({ field: 'name' });
  expect((await refusal(doors.remove('Tenant', 't2'))).code).toBe('wrong_state');
});
