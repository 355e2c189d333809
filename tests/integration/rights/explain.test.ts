import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { type Explanation, explainAccess } from '../../../server/rights/explain.ts';
import { shareDocument } from '../../../server/sharing/share.ts';
import { docType } from '../../support/plans.ts';
import { openTestServices, refusal, type TestServices } from '../../support/services.ts';
import { as, makeUser } from './people.ts';

let services: TestServices;

const withLevel = (fieldname: string, definition: DocTypeJson): DocTypeJson => ({
  ...definition,
  fields: definition.fields.map((field) => (field.fieldname === fieldname ? { ...field, permlevel: 1 } : field)),
});

beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      docType('Region', ['title Data'], {
        autoname: 'prompt',
        permissions: [
          { role: 'Seller', read: 1 },
          { role: 'System Manager', read: 1 },
        ],
      }),
      withLevel(
        'margin',
        docType('Deal', ['title Data', 'state Data', 'region Link Region', 'margin Int'], {
          autoname: 'prompt',
          permissions: [
            { role: 'Seller', read: 1, write: 1, create: 1, share: 1, condition: 'doc.state != "secret"' },
            { role: 'Helper', read: 1, if_owner: 1 },
            { role: 'System Manager', read: 1 },
          ],
        }),
      ),
      docType('Hidden', ['title Data'], { autoname: 'prompt', permissions: [{ role: 'Seller', read: 1 }] }),
    ],
  });
  for (const region of ['North', 'South']) await services.create('Region', { name: region });
  await makeUser(services, 'sam', ['Seller']);
  await makeUser(services, 'sue', ['Seller']);
  await makeUser(services, 'hal', ['Helper']);
  await makeUser(services, 'boss', ['System Manager']);
  await services.create('User Permission', { user: 'sam', allow: 'Region', for_value: 'North' });
  await services.create('Deal', { name: 'n', region: 'North', state: 'open' });
  await services.create('Deal', { name: 's', region: 'South', state: 'open' });
  await services.create('Deal', { name: 'x', region: 'North', state: 'secret' });
  await services.create('Hidden', { name: 'h' });
});

afterAll(() => services?.close());

const explain = async (asker: string, q: { doctype?: string; name?: string; user?: string }): Promise<Explanation> =>
  explainAccess(await as(services, asker), { doctype: 'Deal', ...q }, (user) => services.open.principals.of(user));
const may = async (user: string, name: string) => {
  const ctx = await as(services, user);
  return services.open.services.doors.get(ctx, 'Deal', name).then(
    () => true,
    () => false,
  );
};

describe('explain says of each right', () => {
  test('whether it is there, as the right itself decides', async () => {
    for (const user of ['sam', 'sue', 'hal', 'boss'])
      for (const name of ['n', 's', 'x'])
        expect([user, name, (await explain('boss', { name, user })).rights.read.allowed]).toEqual([
          user,
          name,
          await may(user, name),
        ]);
    expect((await explain('boss', { user: 'sue' })).rights).toMatchObject({
      read: { allowed: true },
      create: { allowed: true },
      delete: { allowed: false, because: [expect.stringContaining('No permission row')] },
    });
  });

  test('which User Permission is in the way, with field and value', async () => {
    const { rights, user_permissions } = await explain('boss', { name: 's', user: 'sam' });
    expect(user_permissions).toEqual([
      { allow: 'Region', allowed: ['North'], holds: false, outside: [{ field: 'region', value: 'South' }] },
    ]);
    expect(rights.write.because.join(' ')).toContain('region is South');
  });

  test('which condition or owner does not hold, and which role is missing', async () => {
    const secret = await explain('boss', { name: 'x', user: 'sue' });
    expect(secret.rights.read.because.join(' ')).toMatch(/where doc\.state != "secret": not this one/);
    expect(secret.permissions.map(({ role, has_role, holds }) => [role, has_role, holds])).toEqual([
      ['Seller', true, false],
      ['Helper', false, false],
      ['System Manager', false, true],
    ]);
    const own = await explain('boss', { name: 'n', user: 'hal' });
    expect(own.rights.read.because.join(' ')).toMatch(/that the user made: not this one/);
  });

  test('which share counts, and which is worth nothing any more', async () => {
    await shareDocument(await as(services, 'sue'), { doctype: 'Deal', name: 's', user: 'hal', write: true });
    expect((await explain('boss', { name: 's', user: 'hal' })).shares).toEqual([
      { user: 'hal', everyone: false, shared_by: 'sue', rights: ['read', 'write'], worth: ['read', 'write'] },
    ]);
    await services.update('User', 'sue', { roles: [] });
    const after = await explain('boss', { name: 's', user: 'hal' });
    expect(after.shares[0]?.worth).toEqual([]);
    expect(after.rights.write).toMatchObject({ allowed: false });
    expect(after.rights.write.because.join(' ')).toContain('worth nothing');
    await services.update('User', 'sue', { roles: [{ role: 'Seller' }] });
  });

  test('that a disabled user may nothing, and Administrator everything', async () => {
    await services.update('User', 'hal', { enabled: false });
    const { is_enabled, rights } = await explain('boss', { name: 'n', user: 'hal' });
    expect([is_enabled, rights.read]).toEqual([false, { allowed: false, because: ['The user is disabled.'] }]);
    await services.update('User', 'hal', { enabled: true });
    expect((await explain('Administrator', { name: 'x' })).rights.delete.allowed).toBe(true);
  });
});

describe('explain keeps to itself', () => {
  test('what the asker may not see', async () => {
    expect((await refusal(explain('boss', { doctype: 'Hidden', name: 'h', user: 'sam' }))).code).toBe('not_found');
    expect((await refusal(explain('sam', { name: 's' }))).code).toBe('not_found');
    expect((await refusal(explain('boss', { name: 'n', user: 'nobody' }))).code).toBe('not_found');
    expect((await explain('boss', { name: 'n', user: 'sam' })).fields.unreadable).toEqual([]);
    expect((await explain('Administrator', { name: 'n', user: 'sam' })).fields.unreadable).toEqual(['margin']);
  });

  test('what is about others, unless a System Manager asks', async () => {
    expect((await refusal(explain('sam', { name: 'n', user: 'sue' }))).code).toBe('forbidden');
    const mine = await explain('sam', { name: 'n' });
    expect(mine.rights.read.allowed).toBe(true);
    expect(mine.permissions.map(({ role }) => role)).toEqual(['Seller']);
  });
});
