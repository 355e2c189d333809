/** Files as Frappe's clients send and ask for them; the library of its community, unmodified. */
import { FrappeApp } from 'frappe-js-sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attached, fetchFile, fileWorld, must, PNG, send, type World } from './world.ts';

let world: World;
let frappe: FrappeApp;

// biome-ignore lint/suspicious/noExplicitAny: the library gives answers of any shape
type Any = any;

beforeAll(async () => {
  world = await fileWorld();
  const { app, alice } = world;
  await must(alice.json('POST', '/api/v1/Paper', { name: 'P' }));
  frappe = new FrappeApp(app.url, { useToken: true, token: () => alice.token, type: 'Bearer' });
});
afterAll(() => world?.app.close());

const upload = (fields: Record<string, string>, path = '/api/method/upload_file') =>
  send(world.app, world.alice, [{ name: 'f.txt', content: 'frappe' }], fields, { path });

describe('frappe-js-sdk', () => {
  test('uploads a file to a document and its field', async () => {
    const file = new File([PNG], 'photo.png', { type: 'image/png' });
    const progress: number[] = [];
    const answer = (await frappe
      .file()
      .uploadFile(
        file,
        { isPrivate: true, folder: 'Home/Attachments', doctype: 'Paper', docname: 'P', fieldname: 'photo' },
        (sent) => progress.push(sent),
      )) as Any;
    expect(answer.status).toBe(200);
    expect(answer.data.message).toMatchObject({
      doctype: 'File',
      file_name: 'photo.png',
      is_private: 1,
      is_folder: 0,
      file_size: PNG.byteLength,
      attached_to_doctype: 'Paper',
      attached_to_name: 'P',
      attached_to_field: 'photo',
    });
    expect(answer.data.message.file_url).toMatch(/^\/private\/files\/photo-\w+\.png$/);
    expect(answer.data.message.creation).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
    await frappe.db().updateDoc('Paper', 'P', { photo: answer.data.message.file_url } as Any);
    const rows = await frappe.db().getDocList('File', {
      fields: ['file_name', 'attached_to_field'],
      filters: [['attached_to_name', '=', 'P']],
    });
    expect(rows).toEqual([{ file_name: 'photo.png', attached_to_field: 'photo' }]);
  });
  test('a public one, and what is refused', async () => {
    const file = new File([PNG], 'logo.png');
    const { data } = (await frappe.file().uploadFile(file, { isPrivate: false })) as Any;
    expect(data.message).toMatchObject({ is_private: 0, file_url: expect.stringMatching(/^\/files\//) });
    const refused = frappe.file().uploadFile(file, { doctype: 'Paper', docname: 'none' } as Any);
    await expect(refused).rejects.toMatchObject({ httpStatus: 404, exc_type: 'DoesNotExistError' });
  });
  test('a link', async () => {
    const { data } = (await frappe
      .file()
      .uploadFile(
        undefined as Any,
        { file_url: 'https://example.com/x.png', doctype: 'Paper', docname: 'P' } as Any,
      )) as Any;
    expect(data.message).toMatchObject({ file_url: 'https://example.com/x.png', attached_to_name: 'P' });
  });
});

describe('upload_file', () => {
  test('v1 and v2; private unless it is said', async () => {
    expect((await upload({})).body.message).toMatchObject({ is_private: 1, file_name: 'f.txt' });
    expect((await upload({}, '/api/v2/method/upload_file')).body.data).toMatchObject({ is_private: 1 });
    expect(
      (await upload({ is_private: '0', optimize: '1', max_width: '5', from_form: '1' })).body.message,
    ).toMatchObject({ is_private: 0 });
  });
  test('as base64', async () => {
    const { alice } = world;
    const filedata = `data:text/plain;base64,${Buffer.from('héllo').toString('base64')}`;
    const made = await alice.json('POST', '/api/method/upload_file', {
      filename: 'b.txt',
      filedata,
      doctype: 'Paper',
      docname: 'P',
    });
    expect(made.body.message).toMatchObject({ file_name: 'b.txt', file_size: 6, attached_to_name: 'P' });
    const form = new URLSearchParams({ filename: 'c.txt', filedata, cmd: 'upload_file' }).toString();
    const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await alice.json('POST', '/api/method/upload_file', form, urlencoded)).body.message.file_name).toBe(
      'c.txt',
    );
    expect((await alice.json('POST', '/', form, urlencoded)).body.message.file_name).toBe('c.txt');
    const broken = { filename: 'x', filedata: 'a%b' };
    expect((await alice.json('POST', '/api/method/upload_file', broken)).status).toBe(417);
  });
  test('attach_file puts the address into the field', async () => {
    const { alice } = world;
    const given = { filename: 'scan.txt', filedata: 'plain text', doctype: 'Paper', docname: 'P', docfield: 'scan' };
    const { body } = await must(alice.json('POST', '/api/method/frappe.client.attach_file', given));
    expect((await alice.json('GET', '/api/v1/Paper/P')).body.scan).toBe(body.message.file_url);
    const list = await alice.json('POST', '/api/method/frappe.client.get_list', {
      doctype: 'File',
      filters: { attached_to_field: 'scan' },
      fields: ['name'],
    });
    expect(list.body.message).toEqual([{ name: body.message.name }]);
    const encoded = { ...given, filedata: Buffer.from('x').toString('base64'), decode_base64: 1, docfield: undefined };
    expect((await alice.json('POST', '/api/method/frappe.client.attach_file', encoded)).body.message.file_size).toBe(1);
  });
  test('what is there already, by its address or its name', async () => {
    const { alice } = world;
    const { body } = await upload({});
    const again = await alice.json('POST', '/api/method/upload_file', {
      file_url: body.message.file_url,
      doctype: 'Paper',
      docname: 'P',
    });
    expect(again.body.message).toMatchObject({ content_hash: body.message.content_hash, attached_to_name: 'P' });
    const library = await alice.json('POST', '/api/method/upload_file', { library_file_name: body.message.name });
    expect(library.body.message.file_url).toBe(body.message.file_url);
    const { status } = await world.bob.json('POST', '/api/method/upload_file', { file_url: body.message.file_url });
    expect(status).toBe(417);
    const named = await world.bob.json('POST', '/api/method/upload_file', { library_file_name: body.message.name });
    expect(named.status).toBe(404);
  });
  test('a form that is not saved yet', async () => {
    const made = await upload({ doctype: 'Paper', docname: 'new-paper-1', fieldname: 'scan' });
    expect(made.body.message).toMatchObject({ attached_to_doctype: null, attached_to_name: null });
  });
  test('refusals are Frappe’s, and a guest signs in first', async () => {
    const missing = await upload({ doctype: 'Paper', docname: 'none' });
    expect([missing.status, missing.body.exc_type]).toEqual([404, 'DoesNotExistError']);
    const { app } = world;
    const guest = await send(
      app,
      app.anonymous,
      [{ name: 'x', content: 'x' }],
      {},
      { path: '/api/method/upload_file' },
    );
    expect([guest.status, guest.body.exc_type]).toEqual([401, 'AuthenticationError']);
    expect((await upload({ method: 'frappe.ping' })).status).toBe(417);
    const none = await world.alice.json('POST', '/api/method/upload_file', {});
    expect([none.status, none.body.message]).toEqual([417, expect.stringContaining('No file came')]);
  });
  test('with a cookie it takes the token of the session', async () => {
    const { app, alice } = world;
    const cookie = { cookie: `sid=${alice.token}` };
    const form = () => {
      const body = new FormData();
      body.append('file', new Blob(['x']), 'x.txt');
      return body;
    };
    const post = (headers: Record<string, string>) =>
      fetch(`${app.url}/api/method/upload_file`, { method: 'POST', body: form(), headers: { ...cookie, ...headers } });
    expect((await post({})).status).toBe(400);
    const { body } = await app.anonymous.json('GET', '/api/v1/auth/csrf', undefined, cookie);
    expect((await post({ 'x-frappe-csrf-token': body.csrf_token })).status).toBe(200);
  });
});

test('download_file saves what the address shows', async () => {
  const { app, alice, bob } = world;
  const { body } = await upload({});
  const path = `/api/method/download_file?file_url=${encodeURIComponent(body.message.file_url)}`;
  const reply = await fetchFile(app, alice, path);
  expect([reply.status, await reply.text()]).toEqual([200, 'frappe']);
  expect(reply.headers.get('content-disposition')).toMatch(/^attachment/);
  const refused = await fetchFile(app, bob, path);
  expect([refused.status, (await refused.json()).exc_type]).toEqual([404, 'DoesNotExistError']);
  expect((await fetchFile(app, alice, '/api/method/download_file?file_url=/etc/passwd')).status).toBe(404);
  expect((await upload(attached('Paper', 'P'))).status).toBe(200);
});
