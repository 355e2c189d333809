/** Files with their documents: fields that hold them, the recycle bin, renames, merges, amendments, copies. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../support/app.ts';
import { attached, contents, fetchFile, fileWorld, must, PNG, sent, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await fileWorld();
});
afterAll(() => world?.app.close());

// biome-ignore lint/suspicious/noExplicitAny: documents of any shape
async function filesOn(who: Client, doctype: string, name: string): Promise<any[]> {
  const filters = encodeURIComponent(JSON.stringify({ attached_to_doctype: doctype, attached_to_name: name }));
  const { body } = await must(who.json('GET', `/api/v1/File?filters=${filters}&fields=["*"]&order_by=creation asc`));
  return body.items;
}

const status = async (who: Client, path: string) => (await fetchFile(world.app, who, path)).status;
const paper = (who: Client, given: object) => must(who.json('POST', '/api/v1/Paper', given));

describe('a field of a document', () => {
  test('takes a file that hangs on nothing', async () => {
    const { app, alice } = world;
    const photo = await sent(app, alice, [{ name: 'photo.png', content: PNG }]);
    await paper(alice, { name: 'with photo', photo: photo.file_url });
    const found = await filesOn(alice, 'Paper', 'with photo');
    expect(found).toMatchObject([{ name: photo.name, attached_to_field: 'photo', file_url: photo.file_url }]);
    // The same again changes nothing.
    await must(alice.json('PATCH', '/api/v1/Paper/with photo', { photo: photo.file_url, title: 'x' }));
    expect(await filesOn(alice, 'Paper', 'with photo')).toHaveLength(1);
    // Whoever may read the paper sees it from now on.
    expect(await status(world.auditor, photo.file_url)).toBe(200);
  });
  test('of a row, and by a change', async () => {
    const { app, alice } = world;
    const [one, two] = [
      await sent(app, alice, [{ name: '1.png', content: 'one' }]),
      await sent(app, alice, [{ name: '2.png', content: 'two' }]),
    ];
    await paper(alice, { name: 'pages', pages: [{ picture: one.file_url }] });
    await must(
      alice.json('PATCH', '/api/v1/Paper/pages', { pages: [{ picture: one.file_url }, { picture: two.file_url }] }),
    );
    expect((await filesOn(alice, 'Paper', 'pages')).map((file) => [file.name, file.attached_to_field])).toEqual([
      [one.name, 'pages.picture'],
      [two.name, 'pages.picture'],
    ]);
  });
  test('names the file that hangs on the document already', async () => {
    const { app, alice } = world;
    await paper(alice, { name: 'scanned' });
    const scan = await sent(app, alice, [{ name: 's.txt', content: 'scan' }], attached('Paper', 'scanned'));
    await must(alice.json('PATCH', '/api/v1/Paper/scanned', { scan: scan.file_url }));
    expect(await filesOn(alice, 'Paper', 'scanned')).toMatchObject([{ name: scan.name, attached_to_field: 'scan' }]);
  });
  test('of a file that hangs elsewhere it gets a hold of its own', async () => {
    const { app, alice, bob } = world;
    await paper(alice, { name: 'source', open_to: 'bob@x.test' });
    const file = await sent(app, alice, [{ name: 'f.txt', content: 'held twice' }], attached('Paper', 'source'));
    await paper(bob, { name: 'held by bob', scan: file.file_url });
    const [held] = await filesOn(bob, 'Paper', 'held by bob');
    expect(held).toMatchObject({ file_url: file.file_url, attached_to_field: 'scan', owner: 'bob@x.test' });
    expect(held.name).not.toBe(file.name);
    // The one goes, the other stays, and Bob keeps what he had.
    await must(alice.json('DELETE', '/api/v1/Paper/source?hard=true'));
    expect([await status(bob, file.file_url), await status(alice, file.file_url)]).toEqual([200, 404]);
  });
  test('a formatted text takes the pictures that it shows, and no others', async () => {
    const { app, alice, bob } = world;
    const [one, two, linked] = [
      await sent(app, alice, [{ name: 'one.png', content: PNG }]),
      await sent(app, alice, [{ name: 'two.png', content: 'two' }]),
      await sent(app, alice, [{ name: 'linked.txt', content: 'linked' }]),
    ];
    const image = ({ file_url }: { file_url: string }) => `<p><img src="${file_url}" alt=""></p>`;
    const body = `${image(one)}${image(one)}<p><a href="${linked.file_url}">x</a></p>`;
    await paper(alice, { name: 'shown', body });
    expect(await filesOn(alice, 'Paper', 'shown')).toMatchObject([{ name: one.name, attached_to_field: 'body' }]);
    await must(alice.json('PATCH', '/api/v1/Paper/shown', { body: body + image(two) }));
    expect((await filesOn(alice, 'Paper', 'shown')).map((file) => file.name)).toEqual([one.name, two.name]);
    expect(await status(world.auditor, two.file_url)).toBe(200);
    expect(await status(world.auditor, linked.file_url)).toBe(404);
    // Whoever copies the text gets nothing by it that they may not read.
    await paper(bob, { name: 'copied', body: body + image(two) });
    expect(await filesOn(bob, 'Paper', 'copied')).toEqual([]);
    expect(await status(bob, two.file_url)).toBe(404);
  });
  test('FILE-02: not one that the writer may not read, which is like one that is not there', async () => {
    const { app, alice, bob } = world;
    const secret = await sent(app, alice, [{ name: 's.txt', content: 'secret' }]);
    const tries = [secret.file_url, '/private/files/no-such.txt', '/files/no-such.txt', `${secret.file_url}?fid=x`];
    for (const scan of tries) {
      const refused = await bob.json('POST', '/api/v1/Paper', { name: 'claims', scan });
      expect([refused.status, refused.body.errors]).toEqual([
        400,
        [{ field: 'scan', code: 'file_not_found', message: expect.stringContaining('no such file') }],
      ]);
    }
    const row = { name: 'claims', pages: [{}, { picture: secret.file_url }] };
    expect((await bob.json('POST', '/api/v1/Paper', row)).body.errors[0].field).toBe('pages[1].picture');
    await paper(bob, { name: 'claims', scan: 'https://example.com/x.png', photo: 'a word' });
    expect((await bob.json('PATCH', '/api/v1/Paper/claims', { scan: secret.file_url })).status).toBe(400);
    const bulk = { action: 'update', docs: [{ name: 'claims', scan: secret.file_url }] };
    expect((await bob.json('POST', '/api/v1/Paper/bulk', bulk)).body.ok ?? false).toBe(false);
    const mutation = `mutation { update_paper(name: "claims", data: {scan: "${secret.file_url}"}) { name } }`;
    expect((await bob.json('POST', '/graphql', { query: mutation })).body.errors.length).toBeGreaterThan(0);
    expect((await bob.json('GET', '/api/v1/Paper/claims')).body.scan).toBe('https://example.com/x.png');
    expect(await status(bob, secret.file_url)).toBe(404);
  });
  test('two documents that take the same file at once both have it', async () => {
    const { app, alice } = world;
    for (let n = 0; n < 5; n++) {
      const file = await sent(app, alice, [{ name: 'race.txt', content: `race ${n}` }]);
      const names = ['a', 'b', 'c'].map((letter) => `race ${n}${letter}`);
      await Promise.all(names.map((name) => paper(alice, { name, scan: file.file_url })));
      for (const name of names)
        expect(await filesOn(alice, 'Paper', name)).toMatchObject([
          { file_url: file.file_url, attached_to_field: 'scan' },
        ]);
    }
  });
  test('of a submitted document', async () => {
    const { app } = world;
    await must(app.json('POST', '/api/v1/Notice', { name: 'posted' }));
    await must(app.json('POST', '/api/v1/Notice/posted/submit'));
    const file = await sent(app, app, [{ name: 'p.txt', content: 'poster' }]);
    await must(app.json('PATCH', '/api/v1/Notice/posted', { poster: file.file_url }));
    expect(await filesOn(app, 'Notice', 'posted')).toMatchObject([{ name: file.name, attached_to_field: 'poster' }]);
  });
});

describe('the recycle bin', () => {
  test('takes the files along and gives them back', async () => {
    const { app, alice, auditor } = world;
    await paper(alice, { name: 'binned' });
    const files = [
      await sent(app, alice, [{ name: '1', content: 'bin 1' }], attached('Paper', 'binned')),
      await sent(app, alice, [{ name: '2', content: 'bin 2' }], attached('Paper', 'binned')),
    ];
    await must(alice.json('DELETE', '/api/v1/Paper/binned'));
    for (const who of [alice, auditor, app])
      for (const file of files) expect(await status(who, file.file_url)).toBe(404);
    // Another document of the name has none of them.
    await paper(alice, { name: 'binned' });
    expect(await filesOn(alice, 'Paper', 'binned')).toEqual([]);
    const later = await sent(app, alice, [{ name: '3', content: 'bin 3' }], attached('Paper', 'binned'));
    await must(alice.json('DELETE', '/api/v1/Paper/binned?hard=true'));
    expect(await status(alice, later.file_url)).toBe(404);
    const kept = contents(world.folder).length;
    await app.app.files.sweep({ graceMs: 0, draftMs: 0, now: Date.now() + 1000 });
    // Content that the bin names stays, what was deleted for good goes.
    expect(contents(world.folder).length).toBeLessThan(kept);
    await must(alice.json('POST', '/api/v1/Paper/binned/restore'));
    expect((await filesOn(alice, 'Paper', 'binned')).map((file) => file.name)).toEqual(files.map((file) => file.name));
    for (const file of files) expect(await status(auditor, file.file_url)).toBe(200);
  });
  test('a file alone comes back only while its document is there', async () => {
    const { app, alice } = world;
    await paper(alice, { name: 'short' });
    const file = await sent(app, alice, [{ name: 'f', content: 'short' }], attached('Paper', 'short'));
    await must(alice.json('DELETE', `/api/v1/File/${file.name}`));
    await must(alice.json('DELETE', '/api/v1/Paper/short'));
    expect((await alice.json('POST', `/api/v1/File/${file.name}/restore`)).status).toBe(404);
    await must(alice.json('POST', '/api/v1/Paper/short/restore'));
    // It was deleted before its document, and is not brought back by it.
    expect(await filesOn(alice, 'Paper', 'short')).toEqual([]);
    await must(alice.json('POST', `/api/v1/File/${file.name}/restore`));
    expect(await status(alice, file.file_url)).toBe(200);
  });
  test('a folder that is gone does not keep a file in the bin', async () => {
    const { app, alice } = world;
    const { body: folder } = await must(alice.json('POST', '/api/v1/File', { is_folder: true, file_name: 'F' }));
    await paper(alice, { name: 'filed' });
    await sent(app, alice, [{ name: 'f', content: 'filed' }], { ...attached('Paper', 'filed'), folder: folder.name });
    await must(alice.json('DELETE', '/api/v1/Paper/filed'));
    await must(alice.json('DELETE', `/api/v1/File/${folder.name}`));
    await must(alice.json('POST', '/api/v1/Paper/filed/restore'));
    expect(await filesOn(alice, 'Paper', 'filed')).toMatchObject([{ folder: null }]);
  });
});

describe('names and states', () => {
  test('a rename carries them, a merge gives them to the other', async () => {
    const { app, alice } = world;
    await paper(alice, { name: 'before' });
    await paper(alice, { name: 'target' });
    const file = await sent(app, alice, [{ name: 'f', content: 'renamed' }], attached('Paper', 'before'));
    await must(alice.json('POST', '/api/v1/Paper/before/rename', { name: 'after' }));
    expect(await filesOn(alice, 'Paper', 'after')).toMatchObject([{ name: file.name }]);
    expect(await status(alice, file.file_url)).toBe(200);
    await must(alice.json('POST', '/api/v1/Paper/after/rename', { name: 'target', merge: true }));
    expect(await filesOn(alice, 'Paper', 'target')).toMatchObject([{ name: file.name }]);
    expect(await status(alice, file.file_url)).toBe(200);
  });
  test('an amendment has all of them, a copy those that a field names', async () => {
    const { app } = world;
    await must(app.json('POST', '/api/v1/Notice', { name: 'A' }));
    const poster = await sent(app, app, [{ name: 'p', content: 'a poster' }], attached('Notice', 'A'));
    const other = await sent(app, app, [{ name: 'o', content: 'another' }], attached('Notice', 'A'));
    await must(app.json('PATCH', '/api/v1/Notice/A', { poster: poster.file_url }));
    const { body: copy } = await must(app.json('POST', '/api/v1/Notice/A/duplicate', { name: 'A copy' }));
    expect((await filesOn(app, 'Notice', copy.name)).map((file) => file.file_url)).toEqual([poster.file_url]);
    await must(app.json('POST', '/api/v1/Notice/A/submit'));
    await must(app.json('POST', '/api/v1/Notice/A/cancel'));
    const { body } = await must(app.json('POST', '/api/v1/Notice/A/amend'));
    const held = await filesOn(app, 'Notice', body.name);
    expect(held.map((file) => file.file_url).sort()).toEqual([poster.file_url, other.file_url].sort());
    expect(held.find((file) => file.file_url === poster.file_url).attached_to_field).toBe('poster');
    expect(await filesOn(app, 'Notice', 'A')).toHaveLength(2);
  });
  test('a file is attached while its document is deleted: one of both happens, and nothing dangles', async () => {
    const { app, alice } = world;
    for (let n = 0; n < 8; n++) {
      const name = `gone ${n}`;
      await paper(alice, { name });
      const [, file] = await Promise.all([
        alice.json('DELETE', `/api/v1/Paper/${name}?hard=true`),
        sent(app, alice, [{ name: 'f', content: `dangling ${n}` }], attached('Paper', name)).catch(() => undefined),
      ]);
      expect(await filesOn(app, 'Paper', name)).toEqual([]);
      if (file) expect(await status(app, file.file_url)).toBe(404);
    }
  });
  test('settings have files too', async () => {
    const { app } = world;
    await must(
      app.json('POST', '/api/v1/DocType', {
        name: 'House Rules',
        module: 'Test',
        issingle: 1,
        fields: [{ fieldname: 'logo', fieldtype: 'Attach Image' }],
        permissions: [{ role: 'System Manager', read: 1, write: 1 }],
      }),
    );
    const logo = await sent(app, app, [{ name: 'l.png', content: PNG }], attached('House Rules', 'House Rules'));
    await must(app.json('PATCH', '/api/v1/House Rules/House Rules', { logo: logo.file_url }));
    expect(await filesOn(app, 'House Rules', 'House Rules')).toMatchObject([{ attached_to_field: 'logo' }]);
    const manager = await app.user({ name: 'manager@x.test', roles: ['System Manager'] });
    expect([await status(manager, logo.file_url), await status(world.alice, logo.file_url)]).toEqual([200, 404]);
  });
});
