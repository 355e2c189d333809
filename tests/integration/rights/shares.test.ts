import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Context } from '../../../server/documents/contract.ts';
import { removeDocument } from '../../../server/documents/remove.ts';
import { renameDocument } from '../../../server/documents/rename.ts';
import { restoreDocument } from '../../../server/documents/restore.ts';
import { updateDocument } from '../../../server/documents/update.ts';
import { myShares, sharesOf } from '../../../server/sharing/list.ts';
import { type ShareWish, shareDocument } from '../../../server/sharing/share.ts';
import { unshareDocument } from '../../../server/sharing/unshare.ts';
import { docType } from '../../support/plans.ts';
import { openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';
import { as, makeUser } from './people.ts';

let services: TestServices;

beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      docType('Plan', ['title Data'], {
        autoname: 'prompt',
        allow_rename: 1,
        permissions: [
          { role: 'Owner', read: 1, write: 1, create: 1, delete: 1, share: 1, if_owner: 1 },
          { role: 'Editor', read: 1, write: 1, create: 1, share: 1 },
          { role: 'Reader', read: 1, share: 1 },
          { role: 'Looker', read: 1 },
          { role: 'System Manager', read: 1 },
        ],
      }),
      docType('Setting', ['a Data'], {
        issingle: 1,
        autoname: undefined,
        permissions: [{ role: 'All', read: 1, share: 1 }],
      }),
    ],
  });
  await makeUser(services, 'alice', ['Owner']);
  await makeUser(services, 'ed', ['Editor']);
  await makeUser(services, 'rita', ['Reader']);
  await makeUser(services, 'lou', ['Looker']);
  await makeUser(services, 'bob', []);
  await makeUser(services, 'carol', []);
  await makeUser(services, 'gone', [], { enabled: false });
  await makeUser(services, 'boss', ['System Manager']);
});

afterAll(() => services?.close());

let count = 0;
/** A plan that alice made. */
async function make(): Promise<string> {
  const name = `plan-${++count}`;
  await services.open.services.doors.create(await as(services, 'alice'), 'Plan', { name, title: 'a' });
  return name;
}

const share = async (user: string, name: string, wish: Partial<ShareWish>) =>
  shareDocument(await as(services, user), { doctype: 'Plan', name, ...wish });
const unshare = async (user: string, name: string, wish: object) =>
  unshareDocument(await as(services, user), { doctype: 'Plan', name, ...wish });
const seenBy = async (user: string): Promise<unknown[]> => {
  const ctx: Context = await as(services, user);
  const found = await services.open.services.doors.list(ctx, 'Plan', { limit: '1000' }).catch(() => []);
  return found.map((plan) => plan.name);
};
const write = async (user: string, name: string) =>
  updateDocument(await as(services, user), { doctype: 'Plan', name, given: { title: `by ${user}` } });

describe('sharing', () => {
  test('lets the receiver see and, if said, change the one document, and nothing else', async () => {
    const [name, other] = [await make(), await make()];
    const row = await share('alice', name, { user: 'bob' });
    expect(row).toMatchObject({
      user: 'bob',
      everyone: false,
      read: true,
      write: false,
      share: false,
      shared_by: 'alice',
    });
    expect(await seenBy('bob')).toContain(name);
    expect(await seenBy('bob')).not.toContain(other);
    expect((await refusal(write('bob', name))).code).toBe('forbidden');
    await share('alice', name, { user: 'bob', write: true });
    await write('bob', name);
    expect((await refusal(removeDocument(await as(services, 'bob'), { doctype: 'Plan', name }))).code).toBe(
      'forbidden',
    );
    await share('alice', name, { user: 'bob' });
    expect((await refusal(write('bob', name))).code).toBe('forbidden');
  });

  test('is idempotent: one row for each giver, receiver and document', async () => {
    const name = await make();
    const wish = { user: 'bob', write: true };
    const [first, second] = [await share('alice', name, wish), await share('alice', name, wish)];
    expect(second).toEqual(first);
    await Promise.all([1, 2, 3, 4].map(() => share('alice', name, { user: 'carol' })));
    expect(await services.sql('select id from docshare where share_name = $1', [name])).toHaveLength(2);
  });

  test('with everyone is for each who is signed in', async () => {
    const name = await make();
    expect(await share('alice', name, { everyone: true })).toMatchObject({ user: null, everyone: true });
    expect(await seenBy('carol')).toContain(name);
    await unshare('alice', name, { everyone: true });
    expect(await seenBy('carol')).not.toContain(name);
  });

  test('is refused for what cannot be shared and for who cannot receive', async () => {
    const name = await make();
    for (const user of ['alice', 'gone', 'Guest', 'nobody'])
      expect(problems(await refusal(share('alice', name, { user })))).toEqual(['user bad_receiver']);
    for (const wish of [{}, { user: 'bob', everyone: true }])
      expect(problems(await refusal(share('alice', name, wish)))).toEqual(['user bad_receiver']);
    expect((await refusal(share('alice', name, { user: 'bob', submit: true }))).code).toBe('wrong_state');
    expect((await refusal(share('alice', 'plan-of-nobody', { user: 'bob' }))).code).toBe('not_found');
    const setting = shareDocument(await as(services, 'alice'), { doctype: 'Setting', name: 'Setting', user: 'bob' });
    expect((await refusal(setting)).code).toBe('wrong_state');
  });

  test('can be switched off', async () => {
    const name = await make();
    await share('alice', name, { user: 'bob' });
    await services.update('System Settings', 'System Settings', { disable_document_sharing: true });
    expect((await refusal(share('alice', name, { user: 'carol' }))).code).toBe('forbidden');
    expect(await seenBy('bob')).not.toContain(name);
    await services.update('System Settings', 'System Settings', { disable_document_sharing: false });
    expect(await seenBy('bob')).toContain(name);
  });
});

describe('AUTZ-05: a grant', () => {
  test('needs the right to share and each right that is given', async () => {
    const name = await make();
    expect((await refusal(share('lou', name, { user: 'bob' }))).code).toBe('forbidden');
    await share('rita', name, { user: 'bob' });
    expect((await refusal(share('rita', name, { user: 'bob', write: true }))).code).toBe('forbidden');
    expect((await refusal(share('carol', name, { user: 'bob' }))).code).toBe('not_found');
    await share('alice', name, { user: 'carol' });
    expect((await refusal(share('carol', name, { user: 'bob' }))).code).toBe('forbidden');
    await share('alice', name, { user: 'carol', share: true });
    expect((await refusal(share('carol', name, { user: 'bob', write: true }))).code).toBe('forbidden');
    expect(await share('carol', name, { user: 'bob' })).toMatchObject({ shared_by: 'carol' });
  });

  test('dies with the right that it came from, through a chain too', async () => {
    const name = await make();
    await share('ed', name, { user: 'carol', write: true, share: true });
    await share('carol', name, { user: 'bob', write: true });
    await write('bob', name);
    await services.update('User', 'ed', { roles: [] });
    expect(await seenBy('carol')).not.toContain(name);
    expect(await seenBy('bob')).not.toContain(name);
    expect((await refusal(write('bob', name))).code).toBe('not_found');
    await services.update('User', 'ed', { roles: [{ role: 'Editor' }] });
    expect(await seenBy('bob')).toContain(name);
    await unshare('ed', name, { user: 'carol' });
    expect(await seenBy('bob')).not.toContain(name);
  });

  test('is not written as a document by anybody', async () => {
    const name = await make();
    const row = await share('alice', name, { user: 'bob' });
    const { doors } = services.open.services;
    const given = {
      share_doctype: 'Plan',
      share_name: name,
      user: 'bob',
      read: true,
      write: true,
      shared_by: 'Administrator',
    };
    for (const user of ['alice', 'bob', 'boss', 'Administrator']) {
      const ctx = await as(services, user);
      expect((await refusal(doors.create(ctx, 'DocShare', given))).code).toMatch(/^(forbidden|not_found)$/);
      const stored = (await services.sql('select name from docshare where id = $1::uuid', [String(row?.id)]))[0].name;
      expect((await refusal(doors.update(ctx, 'DocShare', stored, { write: true }))).code).toMatch(
        /^(forbidden|not_found)$/,
      );
      expect((await refusal(doors.remove(ctx, 'DocShare', stored))).code).toMatch(/^(forbidden|not_found)$/);
    }
  });
});

describe('a share', () => {
  test('is taken back by its giver, the owner of the document, or a System Manager', async () => {
    const name = await make();
    await share('rita', name, { user: 'bob' });
    for (const user of ['lou', 'ed', 'bob'])
      expect((await refusal(unshare(user, name, { user: 'bob' }))).code).toBe('forbidden');
    await unshare('alice', name, { user: 'bob' });
    await unshare('alice', name, { user: 'bob' });
    await share('rita', name, { user: 'bob' });
    await unshare('rita', name, { user: 'bob' });
    await share('rita', name, { user: 'bob' });
    await unshare('boss', name, { user: 'bob', shared_by: 'rita' });
    expect(await seenBy('bob')).not.toContain(name);
    await share('rita', name, { user: 'bob' });
    expect(await share('rita', name, { user: 'bob', read: false })).toBeUndefined();
  });

  test('is listed for those whom it concerns', async () => {
    const name = await make();
    await share('alice', name, { user: 'bob' });
    await share('rita', name, { user: 'carol' });
    const listed = async (user: string) =>
      (await sharesOf(await as(services, user), { doctype: 'Plan', name })).map((row) => row.user);
    expect((await listed('alice')).sort()).toEqual(['bob', 'carol']);
    expect(await listed('bob')).toEqual(['bob']);
    expect(await listed('lou')).toEqual([]);
    expect((await myShares(await as(services, 'alice'), 100)).given.map((row) => row.name)).toContain(name);
    expect((await myShares(await as(services, 'carol'), 100)).received.map((row) => row.name)).toContain(name);
    await services.update('User', 'rita', { roles: [] });
    expect((await myShares(await as(services, 'carol'), 100)).received.map((row) => row.name)).not.toContain(name);
    await services.update('User', 'rita', { roles: [{ role: 'Reader' }] });
  });

  test('follows a rename, goes with the document, and does not come back with it', async () => {
    const name = await make();
    await share('alice', name, { user: 'bob' });
    await renameDocument(services.context(), { doctype: 'Plan', name, to: `${name}-b`, merge: false });
    expect(await seenBy('bob')).toContain(`${name}-b`);
    await removeDocument(services.context(), { doctype: 'Plan', name: `${name}-b` });
    expect(await services.sql('select id from docshare where share_name = $1', [`${name}-b`])).toEqual([]);
    await restoreDocument(services.context(), { doctype: 'Plan', name: `${name}-b` });
    expect(await seenBy('bob')).not.toContain(`${name}-b`);
  });

  test('goes with its receiver', async () => {
    const name = await make();
    await makeUser(services, 'short', []);
    await share('alice', name, { user: 'short' });
    await removeDocument(services.context(), { doctype: 'User', name: 'short' });
    expect(await services.sql('select id from docshare where share_name = $1', [name])).toEqual([]);
  });
});
