/** Files behind the other walls: tenants, a policy engine, hundreds of DocTypes with rules, a full disk. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { setPassword } from '../../../server/auth/login.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import { OPERATOR } from '../../../server/kernel/tenancy.ts';
import { createContext } from '../../../server/services.ts';
import { type Client, clientOf, createTestApp, type TestApp } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import { startEngine } from '../policy/engine.ts';
import { adminOf } from '../tenancy/world.ts';
import { attached, contents, fetchFile, fileWorld, must, PNG, send, sent, stored } from './world.ts';

const FULL = { read: 1, write: 1, create: 1, delete: 1 } as const;

async function importAll(app: TestApp, definitions: readonly ReturnType<typeof docType>[]): Promise<void> {
  await importDocTypes(app.app.schema, {
    actor: systemActor('a test'),
    files: {
      doctypes: definitions.map((definition) => ({ definition, app: 'test', file: `${definition.name}.json` })),
      customFields: [],
      propertySetters: [],
    },
  });
}

test('FILE-01 in another tenant: no file, no content, by no address', async () => {
  const app = await createTestApp({ tenancy: 'column', trustedProxies: ['127.0.0.0/8', '::1'] });
  const permissions = [{ role: 'System Manager', ...FULL }];
  await importAll(app, [docType('Letter', ['title', 'scan Attach'], { autoname: 'prompt', permissions })]);
  const { create } = app.app.services.doors;
  const people = new Map<string, Client>();
  for (const tenant of ['t1', 't2']) {
    await create(createContext(app.app, adminOf(OPERATOR)), 'Tenant', { name: tenant, label: tenant });
    const name = `manager-${tenant}`;
    const roles = [{ role: 'System Manager' }];
    await create(createContext(app.app, adminOf(tenant)), 'User', { name, first_name: name, roles });
    await setPassword(app.app.db, name, 'correct horse battery staple 7');
    const { body } = await app.anonymous.json('POST', '/api/v1/auth/login', {
      user: name,
      password: 'correct horse battery staple 7',
    });
    people.set(tenant, clientOf(app.url, body.token));
    await must((people.get(tenant) as Client).json('POST', '/api/v1/Letter', { name: 'L' }));
  }
  const [one, two] = [people.get('t1') as Client, people.get('t2') as Client];
  const file = await sent(app, one, [{ name: 'f.txt', content: 'of the first' }], attached('Letter', 'L'));
  const open = await sent(app, one, [{ name: 'p.png', content: PNG }], { is_private: '0' });
  for (const path of [file.file_url, `/api/v1/file/${file.id}`, `/api/v1/file/${file.name}/f.txt`, open.file_url])
    expect([
      (await fetchFile(app, one, path)).status,
      (await fetchFile(app, two, path)).status,
      (await fetchFile(app, app.anonymous, path)).status,
    ]).toEqual([200, 404, 401]);
  // A guest is where the proxy says.
  const guest = (tenant: string) =>
    fetchFile(app, app.anonymous, open.file_url, { headers: { 'x-tenant-id': tenant } });
  expect([(await guest('t1')).status, (await guest('t2')).status]).toEqual([200, 401]);
  expect((await two.json('GET', '/api/v1/File')).body.total).toBe(0);
  expect((await two.json('PATCH', '/api/v1/Letter/L', { scan: file.file_url })).status).toBe(400);
  // Equal content is kept for each of them, and swept for each of them.
  const same = await sent(app, two, [{ name: 's.txt', content: 'of the first' }]);
  expect(contents(app.filesDir).map((each) => each.split('/')[0])).toEqual(['tenant-t1', 'tenant-t1', 'tenant-t2']);
  await must(one.json('DELETE', `/api/v1/File/${file.name}?hard=true`));
  await app.app.files.sweep({ graceMs: 0, now: Date.now() + 1000 });
  expect(await (await fetchFile(app, two, same.file_url)).text()).toBe('of the first');
  expect(contents(app.filesDir)).toHaveLength(2);
  await app.close();
}, 60_000);

test('what a policy engine takes away of a document it takes away of its files', async () => {
  const engine = await startEngine();
  const world = await fileWorld({
    policy: { url: engine.url, shape: 'opa', timeoutMs: 500, cacheMs: 0, onError: 'deny' },
  });
  const { app, alice } = world;
  await must(alice.json('POST', '/api/v1/Paper', { name: 'P' }));
  const own = await sent(app, alice, [{ name: 'o', content: 'own' }]);
  const onPaper = await sent(app, alice, [{ name: 'p', content: 'paper' }], attached('Paper', 'P'));
  const there = async () => [
    (await fetchFile(app, alice, own.file_url)).status,
    (await fetchFile(app, alice, onPaper.file_url)).status,
    (await alice.json('GET', '/api/v1/File')).body.total,
  ];
  expect(await there()).toEqual([200, 200, 2]);
  engine.rule(({ resource, action }) => resource.doctype !== 'Paper' || action !== 'read');
  expect(await there()).toEqual([200, 404, 1]);
  engine.rule(({ resource, action }) => resource.doctype !== 'Paper' || action === 'read');
  expect(await there()).toEqual([200, 200, 2]);
  expect((await alice.json('DELETE', `/api/v1/File/${onPaper.name}`)).status).toBe(403);
  expect((await send(app, alice, [{ name: 'n', content: 'n' }], attached('Paper', 'P'))).status).toBe(403);
  engine.rule(({ resource }) => resource.doctype !== 'File');
  expect((await alice.json('GET', '/api/v1/File')).status).toBe(403);
  expect((await send(app, alice, [{ name: 'n', content: 'n' }])).status).toBe(403);
  await app.close();
  await engine.stop();
}, 60_000);

test('somebody with a rule of his own on each of 250 DocTypes', async () => {
  const app = await createTestApp();
  const permissions = [{ role: 'All', ...FULL, if_owner: 1 as const }];
  const names = Array.from({ length: 250 }, (_, n) => `Kind ${n}`);
  await importAll(
    app,
    names.map((name) => docType(name, ['title'], { autoname: 'prompt', permissions })),
  );
  const [anna, ben] = [await app.user({ name: 'anna@x.test' }), await app.user({ name: 'ben@x.test' })];
  for (const who of [anna, ben]) {
    await must(who.json('POST', '/api/v1/Kind 7', { name: who.user }));
    for (let n = 0; n < 30; n++)
      await sent(app, who, [{ name: `${n}`, content: `${n}` }], attached('Kind 7', who.user));
  }
  expect((await anna.json('GET', '/api/v1/File')).body.total).toBe(30);
  const begun = performance.now();
  for (let n = 0; n < 10; n++) expect((await anna.json('GET', '/api/v1/File?limit=50')).body.total).toBe(30);
  const each = (performance.now() - begun) / 10;
  if (process.env.TEST_FIGURES) console.info(`a list of files with 250 rules: ${each.toFixed(1)} ms`);
  expect(each).toBeLessThan(500);
  const filters = { attached_to_doctype: 'Kind 7', attached_to_name: ben.user };
  expect((await anna.json('GET', `/api/v1/File?filters=${JSON.stringify(filters)}`)).body.total).toBe(0);
  await app.close();
}, 120_000);

describe('a disk that does not take it', () => {
  test('no folder can be made: 503 with a sentence, and documents go on', async () => {
    const home = mkdtempSync(path.join(tmpdir(), 'framework-m-no-folder-'));
    writeFileSync(path.join(home, 'file'), '');
    const app = await createTestApp({ filesDir: path.join(home, 'file', 'store') });
    const reply = await send(app, app, [{ name: 'a', content: 'a' }]);
    expect([reply.status, reply.body.detail]).toEqual([503, expect.stringContaining('FILES_DIR')]);
    expect((await app.json('GET', '/api/v1/File')).body.total).toBe(0);
    expect(await app.app.files.sweep()).toEqual({ drafts: 0, contents: 0 });
    await app.close();
    rmSync(home, { recursive: true, force: true });
  });

  const small = mkdtempSync(path.join(tmpdir(), 'framework-m-full-'));
  const mounts = process.platform === 'linux' && run('mount', '-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', small);
  if (!mounts) rmSync(small, { recursive: true, force: true });
  test.skipIf(!mounts)(
    'R-34: full is a 503 with a sentence, nothing is left, and it goes on when there is room',
    async () => {
      mkdirSync(path.join(small, 'store'), { recursive: true });
      const app = await createTestApp({ filesDir: path.join(small, 'store') });
      try {
        const kept = await sent(app, app, [{ name: 'small', content: 'fits' }]);
        for (let n = 0; n < 3; n++) {
          const reply = await send(app, app, [
            { name: 'first', content: `goes with the other ${n}` },
            { name: 'large', content: Buffer.alloc(1_000_000, n) },
          ]);
          expect([reply.status, reply.body.detail]).toEqual([503, expect.stringContaining('file store is full')]);
          expect(reply.headers.get('retry-after')).not.toBeNull();
        }
        expect(stored(app.filesDir)).toHaveLength(1);
        expect((await app.json('GET', '/api/v1/File')).body.total).toBe(1);
        expect(await (await fetchFile(app, app, kept.file_url)).text()).toBe('fits');
        expect((await send(app, app, [{ name: 'again', content: Buffer.alloc(200_000) }])).status).toBe(201);
      } finally {
        await app.close();
        run('umount', small);
        rmSync(small, { recursive: true, force: true });
      }
    },
  );
});

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
