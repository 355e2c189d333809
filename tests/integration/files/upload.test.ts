/** What comes in: forms, raw bodies, several files; what is refused leaves nothing behind. */
import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  attached,
  contents,
  fetchFile,
  fileWorld,
  must,
  PNG,
  read,
  send,
  sent,
  signedIn,
  stored,
  type World,
} from './world.ts';

let world: World;
const LIMIT = 100_000;

beforeAll(async () => {
  world = await fileWorld({ fileLimitBytes: LIMIT });
  await must(world.alice.json('POST', '/api/v1/Paper', { name: 'mine', title: 'Mine' }));
});
afterAll(() => world?.app.close());

const sha = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');

describe('a form', () => {
  test('a file becomes a private File document of its sender', async () => {
    const { app, alice } = world;
    const reply = await send(app, alice, [{ name: 'Notes on M.txt', content: 'hello' }]);
    expect(reply.status, reply.text).toBe(201);
    const [file] = reply.body.items;
    expect(file).toMatchObject({
      doctype: 'File',
      owner: 'alice@x.test',
      file_name: 'Notes on M.txt',
      is_private: true,
      is_folder: false,
      file_size: 5,
      file_type: 'text/plain',
      content_hash: sha('hello'),
      attached_to_doctype: null,
      attached_to_name: null,
      attached_to_field: null,
    });
    expect(file.file_url).toMatch(/^\/private\/files\/Notes_on_M-[0-9a-v]{16}\.txt$/);
    expect(reply.headers.get('location')).toBe(`/api/v1/File/${file.name}`);
    const got = await fetchFile(app, alice, file.file_url);
    expect([got.status, await got.text()]).toEqual([200, 'hello']);
    expect((await alice.json('GET', `/api/v1/File/${file.name}`)).body).toEqual(file);
  });
  test('several files at once, attached to a document', async () => {
    const { app, alice } = world;
    const reply = await send(
      app,
      alice,
      [
        { name: 'a.png', content: PNG },
        { name: 'b.txt', content: 'b' },
      ],
      attached('Paper', 'mine'),
    );
    expect(reply.body.items.map((file: { file_name: string }) => file.file_name)).toEqual(['a.png', 'b.txt']);
    expect(reply.body.items[0]).toMatchObject({ ...attached('Paper', 'mine'), file_type: 'image/png' });
    const list = await alice.json('GET', '/api/v1/File?filters={"attached_to_name":"mine"}&fields=["file_name"]');
    expect(list.body.total).toBe(2);
  });
  test('equal content is kept once, files only for the server to read', async () => {
    const { app, alice, bob, folder } = world;
    const before = contents(folder).length;
    const [one, two] = [
      await sent(app, alice, [{ name: 'x.bin', content: 'the same thing' }]),
      await sent(app, bob, [{ name: 'y.bin', content: 'the same thing' }]),
    ];
    expect(one.content_hash).toBe(two.content_hash);
    expect(one.file_url).not.toBe(two.file_url);
    const kept = contents(folder);
    expect(kept.length).toBe(before + 1);
    const hash = sha('the same thing');
    expect(kept).toContain(`files/${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`);
    expect(statSync(path.join(folder, kept[0] as string)).mode & 0o777).toBe(0o600);
    expect(stored(folder).filter((file) => file.startsWith('drafts'))).toEqual([]);
  });
  test('the content decides what it is, not the name and not the sender', async () => {
    const { app, alice } = world;
    const disguised = await sent(app, alice, [
      { name: 'photo.png', content: '<html><script>1</script>', type: 'image/png' },
    ]);
    expect(disguised.file_type).toBe('text/html');
    const plain = await sent(app, alice, [{ name: 'page.html', content: PNG, type: 'text/html' }]);
    expect(plain.file_type).toBe('image/png');
  });
  test.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\..\\boot.ini', 'boot.ini'],
    ['/etc/passwd', 'passwd'],
    ['....//x.txt', 'x.txt'],
    ['C:\\x', 'x'],
    ['..', 'file'],
    ['\u202Egnp.exe', 'gnp.exe'],
    ['a\u0007b<c>.txt', 'ab_c_.txt'],
    ['résumé 日本.pdf', 'résumé 日本.pdf'],
    [`${'x'.repeat(10_000)}.pdf`, `${'x'.repeat(136)}.pdf`],
  ])('the name %.40s is made fit to be shown', async (given, kept) => {
    const { app, alice, folder } = world;
    const file = await sent(app, alice, [{ name: 'sent.txt', content: given }], { file_name: given });
    expect(file.file_name).toBe(kept);
    expect(file.file_url).toMatch(/^\/private\/files\/[\w-]{1,80}(\.\w+)?$/);
    expect(contents(folder).every((each) => /^files\/[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}$/.test(each))).toBe(true);
  });
  test('names in the part itself, as bytes', async () => {
    const { app, alice } = world;
    for (const name of ['../../x', 'a\\b.txt', 'x'.repeat(9000)]) {
      const reply = await sendBytes(
        `--B\r\nContent-Disposition: form-data; name="f"; filename="${name}"\r\n\r\nhi\r\n--B--\r\n`,
      );
      expect(reply.status, reply.text).toBe(201);
      expect(reply.body.items[0].file_name).not.toMatch(/[\\/]/);
    }
    const nul = await sendBytes(
      '--B\r\nContent-Disposition: form-data; name="f"; filename="a\0b.txt"\r\n\r\nhi\r\n--B--\r\n',
    );
    expect([201, 400]).toContain(nul.status);
    if (nul.status === 201) expect(nul.body.items[0].file_name).not.toContain('\0');
    expect((await fetchFile(app, alice, '/files/a%00b')).status).toBe(404);
  });
});

describe('a raw body', () => {
  test('with its name in a header or in the query', async () => {
    const { app, alice } = world;
    const ask = (query: string, headers: Record<string, string>) =>
      fetchFile(app, alice, `/api/v1/file/upload${query}`, { method: 'POST', body: 'raw', headers }).then(read);
    const one = await ask('', { 'x-file-name': 'r%C3%A9sum%C3%A9.txt', 'content-type': 'application/octet-stream' });
    expect(one.body.items[0]).toMatchObject({ file_name: 'résumé.txt', file_size: 3 });
    const query = new URLSearchParams({ ...attached('Paper', 'mine'), file_name: 'q.txt' });
    const two = await ask(`?${query}`, { 'content-type': 'application/pdf' });
    expect(two.body.items[0]).toMatchObject({
      file_name: 'q.txt',
      file_type: 'text/plain',
      ...attached('Paper', 'mine'),
    });
    const three = await ask('', { 'content-disposition': `attachment; filename="c.txt"`, 'content-type': 'x/y' });
    expect(three.body.items[0].file_name).toBe('c.txt');
    const empty = await fetchFile(app, alice, '/api/v1/file/upload?file_name=e', { method: 'POST' }).then(read);
    expect(empty.body.items[0]).toMatchObject({ file_name: 'e', file_size: 0 });
    expect(await (await fetchFile(app, alice, empty.body.items[0].file_url)).text()).toBe('');
  });
});

describe('FILE-12: what is refused', () => {
  test('a file that is too large, by what is announced and by what comes', async () => {
    const { app, alice, folder } = world;
    const before = stored(folder);
    const announced = await send(app, alice, [{ name: 'big', content: Buffer.alloc(LIMIT + 1) }]);
    expect([announced.status, announced.body.detail]).toEqual([413, expect.stringContaining(`${LIMIT} bytes`)]);
    const chunked = await read(
      await fetchFile(app, alice, '/api/v1/file/upload?file_name=x', {
        method: 'POST',
        body: new Blob([Buffer.alloc(LIMIT * 3)]).stream(),
        // @ts-expect-error: Node asks for it with a stream
        duplex: 'half',
        headers: { 'content-type': 'application/octet-stream' },
      }),
    );
    expect(chunked.status).toBe(413);
    const second = await send(app, alice, [
      { name: 'small', content: 'small enough' },
      { name: 'big', content: Buffer.alloc(LIMIT + 1) },
    ]);
    expect(second.status).toBe(413);
    expect((await send(app, alice, [{ name: 'fits', content: Buffer.alloc(LIMIT) }])).status).toBe(201);
    expect(stored(folder).length).toBe(before.length + 1);
  });
  test('more files than go at once, fields that are not known, no file, forms that are none', async () => {
    const { app, alice, folder } = world;
    const before = stored(folder);
    const many = Array.from({ length: 21 }, (_, n) => ({ name: `${n}.txt`, content: `${n}` }));
    expect((await send(app, alice, many)).status).toBe(400);
    const unknown = await send(app, alice, [{ name: 'u', content: 'u' }], { is_privat: '0' });
    expect([unknown.status, unknown.body.detail]).toEqual([400, expect.stringContaining('Did you mean is_private?')]);
    expect((await send(app, alice, [], { is_private: '1' })).status).toBe(400);
    const half = attached('Paper', 'mine').attached_to_doctype as string;
    expect((await send(app, alice, [{ name: 'h', content: 'h' }], { attached_to_doctype: half })).status).toBe(400);
    const forms: [body: string, type?: string][] = [
      ['--B\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nhi'],
      ['--C\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nhi\r\n--C--\r\n'],
      ['nothing of a form'],
      ['--B--\r\n'],
      ['', 'multipart/form-data'],
      ['--B\r\n\r\nhi\r\n--B--\r\n', 'multipart/form-data; boundary=""'],
      [`--B\r\nContent-Disposition: form-data; name="folder"\r\n\r\n${'x'.repeat(70_000)}\r\n--B--\r\n`],
    ];
    for (const [body, type] of forms) {
      const reply = await sendBytes(body, type);
      expect([body.slice(0, 60), reply.status]).toEqual([body.slice(0, 60), 400]);
    }
    expect(stored(folder)).toEqual(before);
  });
  test('as base64 it is as large as it is', async () => {
    const { app, alice, folder } = world;
    const before = stored(folder);
    const filedata = Buffer.alloc(LIMIT + 1).toString('base64');
    const reply = await alice.json('POST', '/api/method/upload_file', { filename: 'x', filedata });
    expect([reply.status, reply.body.exc_type]).toEqual([413, 'RequestEntityTooLarge']);
    const many = Array.from({ length: 3 }, (_, n) => ({ name: `${n}`, content: Buffer.alloc(LIMIT, n + 1) }));
    expect((await send(app, alice, many)).status).toBe(201);
    expect(stored(folder).length).toBe(before.length + 3);
  });
  test('FILE-08: what would unpack to more is kept as it is, and never unpacked', async () => {
    const { app, alice } = world;
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const asf = Buffer.from('3026b2758e66cf11a6d900aa0062ce6c00000000000000000000000000000000', 'hex');
    const deep = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(4000, 'xl/')]);
    for (const [content, type] of [
      [bomb, 'application/gzip'],
      [asf, 'application/octet-stream'],
      [deep, 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
    ] as const) {
      const begun = performance.now();
      const file = await sent(app, alice, [{ name: 'bomb', content }]);
      expect(file).toMatchObject({ file_type: type, file_size: content.byteLength });
      expect(performance.now() - begun).toBeLessThan(2000);
    }
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/octet-stream' };
    const raw = await fetchFile(app, alice, '/api/v1/file/upload?file_name=z', { method: 'POST', body: bomb, headers });
    expect((await read(raw)).body.items[0].file_size).toBe(bomb.byteLength);
  });
  test('by a rule of the document: nothing is kept', async () => {
    const { app, alice, bob, auditor, folder } = world;
    const before = stored(folder);
    const file = [{ name: 'r.txt', content: 'refused by a rule' }];
    expect((await send(app, bob, file, attached('Paper', 'mine'))).status).toBe(404);
    expect((await send(app, alice, file, attached('Paper', 'no such'))).status).toBe(404);
    expect((await send(app, auditor, file, attached('Paper', 'mine'))).status).toBe(403);
    expect((await send(app, alice, file, attached('No Such', 'mine'))).status).toBe(404);
    expect((await send(app, alice, file, attached('Paper', 'mine', 'nonsense'))).status).toBe(400);
    expect((await send(app, alice, file, { folder: 'no such folder' })).status).toBe(400);
    expect((await send(app, app.anonymous, file)).status).toBe(401);
    expect(stored(folder)).toEqual(before);
  });
  test('a hundred uploads that break off leave no draft', async () => {
    const { app, alice, folder } = world;
    const before = stored(folder);
    for (let n = 0; n < 100; n++) {
      const abort = new AbortController();
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(Buffer.from('--B\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\n'));
          controller.enqueue(Buffer.alloc(50_000));
        },
      });
      const sending = fetch(`${app.url}/api/v1/file/upload`, {
        method: 'POST',
        body,
        signal: abort.signal,
        duplex: 'half',
        headers: { ...signedIn(alice), 'content-type': 'multipart/form-data; boundary=B' },
      } as RequestInit).catch(() => undefined);
      setTimeout(() => abort.abort(), n % 10);
      await sending;
    }
    await expect.poll(() => stored(folder), { timeout: 5000 }).toEqual(before);
  });
  test('a page of another site cannot upload with a cookie', async () => {
    const { app, alice } = world;
    const headers = { cookie: `sid=${alice.token}`, origin: 'https://evil.test' };
    const form = new FormData();
    form.append('file', new Blob(['x']), 'x.txt');
    expect((await fetch(`${app.url}/api/v1/file/upload`, { method: 'POST', body: form, headers })).status).toBe(403);
  });
});

test('a repeated upload has one effect', async () => {
  const { app, alice } = world;
  const more = { headers: { 'idempotency-key': 'upload-1' } };
  const one = await send(app, alice, [{ name: 'once.txt', content: 'once' }], {}, more);
  const two = await send(app, alice, [{ name: 'once.txt', content: 'once' }], {}, more);
  expect([one.status, two.status]).toEqual([201, 201]);
  expect(two.text).toBe(one.text);
  const other = await send(app, alice, [{ name: 'once.txt', content: 'twice' }], {}, more);
  expect(other.status).toBe(409);
});

async function sendBytes(body: string, type = 'multipart/form-data; boundary=B') {
  const { app, alice } = world;
  return read(
    await fetchFile(app, alice, '/api/v1/file/upload', {
      method: 'POST',
      body: Buffer.from(body, 'latin1'),
      headers: { 'content-type': type },
    }),
  );
}
