import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDocument } from '../../../server/documents/create.ts';
import { removeDocument } from '../../../server/documents/remove.ts';
import { renameDocument } from '../../../server/documents/rename.ts';
import { restoreDocument } from '../../../server/documents/restore.ts';
import { updateDocument } from '../../../server/documents/update.ts';
import { docType } from '../../support/plans.ts';
import { openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';
import { as, makeRoles, makeUser } from './people.ts';

let services: TestServices;

beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      docType('Note', ['title Data'], {
        autoname: 'prompt',
        permissions: [{ role: 'All', read: 1, write: 1, create: 1, if_owner: 1 }],
      }),
    ],
  });
  await makeRoles(services, 'Clerk', 'User Manager', 'Auditor');
  // Those who manage users without managing the system.
  const rights = { ref_doctype: 'User', role: 'User Manager', read: true, write: true };
  const rows = [
    { ...rights, create: true, delete: true },
    { ...rights, permlevel: 1 },
    { ref_doctype: 'User', role: 'System Manager', read: true, write: true, create: true, delete: true },
    { ref_doctype: 'User', role: 'System Manager', permlevel: 1, read: true, write: true },
  ];
  for (const row of rows) await services.create('Custom DocPerm', row);
  // They must see what they link to.
  for (const doctype of ['Role', 'DocType']) {
    await services.create('Custom DocPerm', { ref_doctype: doctype, role: 'User Manager', select: true });
    await services.create('Custom DocPerm', { ref_doctype: doctype, role: 'System Manager', read: true, write: true });
  }
  for (const doctype of ['Role Profile', 'User Permission'])
    await services.create('Custom DocPerm', { ...rights, ref_doctype: doctype, create: true, delete: true });
  await services.create('Custom DocPerm', { ...rights, ref_doctype: 'Custom DocPerm', create: true, delete: true });
  for (const doctype of ['Role Profile', 'User Permission', 'Custom DocPerm']) {
    const row = { ref_doctype: doctype, role: 'System Manager', read: true, write: true, create: true, delete: true };
    await services.create('Custom DocPerm', row);
  }
  await makeUser(services, 'boss', ['System Manager']);
  await makeUser(services, 'hr', ['User Manager', 'Clerk']);
  await makeUser(services, 'clerk', ['Clerk']);
});

afterAll(() => services?.close());

const by = async (user: string, doctype: string, name: string, given: object) =>
  updateDocument(await as(services, user), { doctype, name, given: given as Record<string, unknown> });
const createBy = async (user: string, doctype: string, given: object) =>
  createDocument(await as(services, user), { doctype, given: given as Record<string, unknown> });
const roles = (...names: string[]) => ({ roles: names.map((role) => ({ role })) });

describe('roles', () => {
  test('are given and taken by a System Manager, except those that the server gives', async () => {
    await makeUser(services, 'r1', []);
    await by('boss', 'User', 'r1', roles('Clerk', 'System Manager', 'Clerk'));
    expect((await services.read('User', 'r1')).roles).toHaveLength(2);
    const logged = await services.sql(
      `select details from m_audit where actor = 'boss' and action = 'rights_changed' and subject = 'User r1'`,
    );
    expect(logged).toEqual([{ details: { fields: ['roles'], added: ['Clerk', 'System Manager'], removed: [] } }]);
    const refused = await refusal(by('boss', 'User', 'r1', roles('Clerk', 'Administrator', 'All')));
    expect(problems(refused)).toEqual(['roles[1].role automatic_role', 'roles[2].role automatic_role']);
    expect(problems(await refusal(createBy('boss', 'Role Profile', { role_profile: 'x', ...roles('Guest') })))).toEqual(
      ['roles[0].role automatic_role'],
    );
  });

  test('are given by another manager of users only as far as they have them', async () => {
    await createBy('hr', 'User', { name: 'r2', first_name: 'r2', ...roles('Clerk') });
    expect((await refusal(by('hr', 'User', 'r2', roles('Clerk', 'Auditor')))).code).toBe('forbidden');
    expect((await refusal(by('hr', 'User', 'r2', roles('Clerk', 'System Manager')))).code).toBe('forbidden');
    expect((await refusal(by('hr', 'User', 'hr', roles('User Manager', 'System Manager')))).code).toBe('forbidden');
    await by('hr', 'User', 'r2', roles());
    await by('boss', 'User', 'r2', roles('Auditor'));
    expect((await refusal(by('hr', 'User', 'r2', { first_name: 'mine' }))).code).toBe('forbidden');
    expect((await refusal(by('hr', 'User', 'boss', { email: 'hr@evil.example' }))).code).toBe('forbidden');
    const away = removeDocument(await as(services, 'hr'), { doctype: 'User', name: 'boss' });
    expect((await refusal(away)).code).toBe('forbidden');
  });

  test('come by profiles under the same rule', async () => {
    await createBy('boss', 'Role Profile', { role_profile: 'Audit', ...roles('Auditor') });
    await createBy('hr', 'Role Profile', { role_profile: 'Clerks', ...roles('Clerk') });
    await createBy('hr', 'User', { name: 'r3', first_name: 'r3', role_profiles: [{ role_profile: 'Clerks' }] });
    expect((await as(services, 'r3')).actor.roles).toContain('Clerk');
    const profile = { role_profiles: [{ role_profile: 'Audit' }] };
    expect((await refusal(by('hr', 'User', 'r3', profile))).code).toBe('forbidden');
    expect((await refusal(by('hr', 'User', 'r3', { role_profile_name: 'Audit' }))).code).toBe('forbidden');
    expect((await refusal(by('hr', 'Role Profile', 'Clerks', roles('Auditor')))).code).toBe('forbidden');
    expect((await refusal(by('hr', 'Role Profile', 'Audit', roles()))).code).toBe('forbidden');
    await by('boss', 'User', 'r3', { role_profile_name: 'Audit' });
    expect((await as(services, 'r3')).actor.roles).toEqual(expect.arrayContaining(['Clerk', 'Auditor']));
    await by('boss', 'User', 'r3', { role_profile_name: null });
    expect((await as(services, 'r3')).actor.roles).not.toContain('Auditor');
  });

  test('of the framework stay, and a role that rules name keeps its name', async () => {
    const rename = (name: string, to: string) =>
      renameDocument(services.context(), { doctype: 'Role', name, to, merge: false });
    for (const name of ['System Manager', 'All'])
      expect((await refusal(rename(name, 'Something'))).code).toBe('forbidden');
    expect((await refusal(rename('Clerk', 'System Manager'))).code).toBe('forbidden');
    expect((await refusal(rename('User Manager', 'People'))).code).toBe('linked');
    expect((await refusal(services.create('Role', { role_name: 'system manager' }))).code).toBe('validation');
    expect((await refusal(services.update('Role', 'System Manager', { disabled: true }))).code).toBe('validation');
    const settings = services.update('System Settings', 'System Settings', { default_role: 'System Manager' });
    expect(problems(await refusal(settings))).toEqual(['default_role built_in']);
    await makeRoles(services, 'Short Lived');
    await rename('Short Lived', 'Long Lived');
  });
});

describe('a user', () => {
  test('who is Administrator is touched by nobody else, and is never switched off', async () => {
    for (const given of [{ enabled: false }, { email: 'boss@evil.example' }, roles('Clerk')])
      expect((await refusal(by('boss', 'User', 'Administrator', given))).code).toBe('forbidden');
    expect(problems(await refusal(services.update('User', 'Administrator', { enabled: false })))).toEqual([
      'enabled built_in',
    ]);
    const gone = () => removeDocument(services.context(), { doctype: 'User', name: 'Guest' });
    expect((await refusal(gone())).code).toBe('forbidden');
    const named = renameDocument(services.context(), {
      doctype: 'User',
      name: 'Administrator',
      to: 'root',
      merge: false,
    });
    expect((await refusal(named)).code).toBe('forbidden');
  });

  test('neither disables nor deletes themselves', async () => {
    expect((await refusal(by('boss', 'User', 'boss', { enabled: false }))).code).toBe('forbidden');
    expect((await refusal(removeDocument(await as(services, 'boss'), { doctype: 'User', name: 'boss' }))).code).toBe(
      'forbidden',
    );
  });

  test('signs in with what nobody else signs in with', async () => {
    await makeUser(services, 'Ann@Example.org', []);
    expect(await services.read('User', 'Ann@Example.org')).toMatchObject({
      email: 'ann@example.org',
      full_name: 'Ann@Example.org',
    });
    const taken = (given: object) => refusal(services.create('User', { first_name: 'x', ...given }));
    expect(problems(await taken({ name: 'ann@example.org' }))).toEqual(['name duplicate']);
    expect(problems(await taken({ name: 'other', email: 'ANN@example.org' }))).toEqual(['email duplicate']);
    expect(problems(await taken({ name: 'other', username: 'boss' }))).toEqual(['username duplicate']);
    await makeUser(services, 'u1', [], { username: 'pseudonym' });
    expect(problems(await taken({ name: 'Pseudonym' }))).toEqual(['name duplicate']);
  });

  test('has a full name that follows the names, unless it is given', async () => {
    await services.create('User', { name: 'u2', first_name: 'Ada', last_name: 'Lovelace' });
    expect((await services.read('User', 'u2')).full_name).toBe('Ada Lovelace');
    await services.update('User', 'u2', { first_name: 'Augusta' });
    expect((await services.read('User', 'u2')).full_name).toBe('Augusta Lovelace');
    await services.update('User', 'u2', { full_name: 'Countess' });
    expect((await services.read('User', 'u2')).full_name).toBe('Countess');
  });

  test('has attributes that are plain values', async () => {
    await makeUser(services, 'u3', [], { attributes: { region: 'EU', plants: ['A', 'B'], level: 3 } });
    for (const attributes of [{ a: { b: 1 } }, ['x'], 'text', { 'a b': 1 }, { a: [[1]] }])
      expect(problems(await refusal(services.update('User', 'u3', { attributes })))[0]).toMatch(/^attributes /);
    expect((await refusal(by('hr', 'User', 'u3', { attributes: { region: 'US' } }))).code).toBe('forbidden');
  });

  test('loses the proof of an address with the address', async () => {
    await makeUser(services, 'u4', [], { email: 'u4@example.org', email_verified: true });
    await services.update('User', 'u4', { email: 'new@example.org' });
    expect((await services.read('User', 'u4')).email_verified).toBe(false);
  });

  test('who is renamed keeps their documents, and nobody gets them by the old name', async () => {
    await makeUser(services, 'old@example.org', ['Clerk']);
    await createBy('old@example.org', 'Note', { name: 'n1', title: 'mine' });
    const wish = { doctype: 'User', name: 'old@example.org', to: 'new.name@example.org', merge: false };
    await renameDocument(services.context(), wish);
    expect(await services.read('User', 'new.name@example.org')).toMatchObject({ email: 'new.name@example.org' });
    expect((await services.read('Note', 'n1')).owner).toBe('new.name@example.org');
    await makeUser(services, 'old@example.org', []);
    const asOld = await as(services, 'old@example.org');
    expect(await services.open.services.doors.list(asOld, 'Note')).toEqual([]);
  });

  test('who is deleted leaves no credentials and no shares, and comes back only with roles that may be given', async () => {
    await makeUser(services, 'u5', ['Auditor']);
    const { id } = await services.read('User', 'u5');
    await services.sql(`insert into m_credential (user_id, password_hash, modified) values ($1::uuid, 'x', now())`, [
      id,
    ]);
    await services.create('User Permission', { user: 'u5', allow: 'Role', for_value: 'Auditor' });
    await removeDocument(services.context(), { doctype: 'User', name: 'u5' });
    expect(await services.sql('select * from m_credential where user_id = $1::uuid', [id])).toEqual([]);
    const back = restoreDocument(await as(services, 'hr'), { doctype: 'User', name: 'u5' });
    expect((await refusal(back)).code).toMatch(/^(forbidden|not_found)$/);
    await restoreDocument(await as(services, 'boss'), { doctype: 'User', name: 'u5' });
  });
});

describe('User Permissions', () => {
  const permission = (user: string, more: object = {}) => ({ user, allow: 'Role', for_value: 'Clerk', ...more });

  test('are others’ to change: nobody frees themselves', async () => {
    await makeUser(services, 'p1', ['System Manager']);
    const row = await services.create('User Permission', permission('p1'));
    expect((await refusal(by('p1', 'User Permission', row.name, { for_value: 'Auditor' }))).code).toBe('forbidden');
    expect((await refusal(by('p1', 'User Permission', row.name, { user: 'clerk' }))).code).toBe('forbidden');
    const gone = removeDocument(await as(services, 'p1'), { doctype: 'User Permission', name: row.name });
    expect((await refusal(gone)).code).toBe('forbidden');
    await removeDocument(await as(services, 'boss'), { doctype: 'User Permission', name: row.name });
  });

  test('stand once, with one default, and not for those whom nobody restricts', async () => {
    await makeUser(services, 'p2', []);
    await services.create('User Permission', permission('p2', { is_default: true }));
    expect((await refusal(services.create('User Permission', permission('p2')))).code).toBe('duplicate');
    const second = permission('p2', { for_value: 'Auditor', is_default: true });
    expect(problems(await refusal(services.create('User Permission', second)))).toEqual(['is_default duplicate']);
    await services.create(
      'User Permission',
      permission('p2', { apply_to_all_doctypes: false, applicable_for: 'Note' }),
    );
    for (const user of ['Administrator', 'Guest'])
      expect(problems(await refusal(services.create('User Permission', permission(user))))).toEqual(['user built_in']);
    const single = { user: 'p2', allow: 'System Settings', for_value: 'System Settings' };
    expect(problems(await refusal(services.create('User Permission', single)))).toEqual(['allow wrong_kind']);
  });

  test('of somebody with more roles are no business of another manager of users', async () => {
    expect((await refusal(createBy('hr', 'User Permission', permission('boss')))).code).toBe('forbidden');
  });
});

test('Custom DocPerms are for System Managers, whatever their own permissions say', async () => {
  const row = { ref_doctype: 'Note', role: 'Clerk', read: true };
  expect((await refusal(createBy('hr', 'Custom DocPerm', row))).code).toBe('forbidden');
  const { name } = await services.create('Custom DocPerm', row);
  expect((await refusal(by('hr', 'Custom DocPerm', name, { write: true }))).code).toBe('forbidden');
  const gone = removeDocument(await as(services, 'hr'), { doctype: 'Custom DocPerm', name });
  expect((await refusal(gone)).code).toBe('forbidden');
});
