/** Whose a file is, at every door: REST, Frappe's, GraphQL, lists, counts, the content by document and by address. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../support/app.ts';
import { attached, contents, fetchFile, fileWorld, must, PNG, send, sent, type World } from './world.ts';

let world: World;
// biome-ignore lint/suspicious/noExplicitAny: documents of any shape
let own: any, onPaper: any, onOpen: any, onNotice: any;

beforeAll(async () => {
  world = await fileWorld();
  const { app, alice } = world;
  await must(alice.json('POST', '/api/v1/Paper', { name: 'mine' }));
  await must(alice.json('POST', '/api/v1/Paper', { name: 'open', open_to: 'bob@x.test' }));
  await must(app.json('POST', '/api/v1/Notice', { name: 'N1' }));
  own = await sent(app, alice, [{ name: 'own.txt', content: 'own' }]);
  onPaper = await sent(app, alice, [{ name: 'paper.txt', content: 'on paper' }], attached('Paper', 'mine'));
  onOpen = await sent(app, alice, [{ name: 'open.txt', content: 'on open' }], attached('Paper', 'open'));
  onNotice = await sent(app, app, [{ name: 'notice.txt', content: 'on notice' }], attached('Notice', 'N1'));
});
afterAll(() => world?.app.close());

interface FileLike {
  name: string;
  id: string;
  file_url: string;
}

/** Every way to a file: whether it is there for somebody, who must get the same answer at each. */
async function sees(who: Client, file: FileLike): Promise<boolean> {
  const { app } = world;
  const doors = {
    document: (await who.json('GET', `/api/v1/File/${file.name}`)).status === 200,
    byId: (await who.json('GET', `/api/v1/File/${file.id}`)).status === 200,
    list: (await who.json('GET', `/api/v1/File?filters={"name":"${file.name}"}`)).body.total === 1,
    count: (await who.json('GET', `/api/v1/File/count?filters={"name":"${file.name}"}`)).body.count === 1,
    frappe: (await who.json('GET', `/api/resource/File/${file.name}`)).status === 200,
    frappeList:
      (
        await who.json('POST', '/api/method/frappe.client.get_list', {
          doctype: 'File',
          filters: { name: file.name },
        })
      ).body.message?.length === 1,
    graphql:
      (await who.json('POST', '/graphql', { query: `{ file(where: {name: {_eq: "${file.name}"}}) { name } }` })).body
        .data?.file?.length === 1,
    content: (await fetchFile(app, who, `/api/v1/file/${file.name}/x`)).status === 200,
    contentById: (await fetchFile(app, who, `/api/v1/file/${file.id}`)).status === 200,
    address: (await fetchFile(app, who, file.file_url)).status === 200,
    head: (await fetchFile(app, who, file.file_url, { method: 'HEAD' })).status === 200,
    range: (await fetchFile(app, who, file.file_url, { headers: { range: 'bytes=0-0' } })).status === 206,
    fid: (await fetchFile(app, who, `${file.file_url}?fid=${file.name}`)).status === 200,
    openly: (await fetchFile(app, who, file.file_url.replace('/private', ''))).status === 200,
    download:
      (await fetchFile(app, who, `/api/method/download_file?file_url=${encodeURIComponent(file.file_url)}`)).status ===
      200,
  };
  const answers = new Set(Object.values(doors));
  expect(answers.size, JSON.stringify(doors)).toBe(1);
  return doors.document;
}

test('FILE-01: who reads what, at every door', async () => {
  const { app, alice, bob, auditor } = world;
  const table = async (who: Client) => [
    await sees(who, own),
    await sees(who, onPaper),
    await sees(who, onOpen),
    await sees(who, onNotice),
  ];
  expect(await table(alice)).toEqual([true, true, true, true]);
  expect(await table(bob)).toEqual([false, false, true, true]);
  expect(await table(auditor)).toEqual([false, true, true, false]);
  expect(await table(app)).toEqual([true, true, true, true]);
  const nobody = await app.user({ name: 'nobody@x.test' });
  expect(await table(nobody)).toEqual([false, false, false, false]);
  const manager = await app.user({ name: 'manager@x.test', roles: ['System Manager'] });
  expect(await table(manager)).toEqual([false, true, true, true]);
  const counts = await Promise.all(
    [alice, bob, auditor, nobody].map(async (who) => (await who.json('GET', '/api/v1/File')).body.total),
  );
  expect(counts).toEqual([4, 2, 2, 0]);
});

test('what is not there and what may not be read are one answer; a guest is asked to sign in by both', async () => {
  const { app, bob } = world;
  for (const [who, status] of [
    [bob, 404],
    [app.anonymous, 401],
  ] as const)
    for (const [hidden, absent] of [
      [own.file_url, '/private/files/nothing.txt'],
      [`/api/v1/file/${own.name}/own.txt`, '/api/v1/file/nothing/own.txt'],
    ]) {
      const replies = await Promise.all([hidden, absent].map((path) => fetchFile(app, who, path as string)));
      const bodies = await Promise.all(replies.map((reply) => reply.json()));
      for (const body of bodies) body.request_id = '';
      expect(replies.map((reply) => reply.status)).toEqual([status, status]);
      expect(bodies[0]).toEqual(bodies[1]);
    }
});

test('rights that go take the file along, the uploader included', async () => {
  const { app, alice, bob } = world;
  await must(app.json('POST', '/api/v1/Paper', { name: 'given', open_to: 'bob@x.test' }));
  const file = await sent(app, app, [{ name: 'g.txt', content: 'given' }], attached('Paper', 'given'));
  expect(await sees(bob, file)).toBe(true);
  await must(app.json('PATCH', '/api/v1/Paper/given', { open_to: 'alice@x.test' }));
  expect([await sees(bob, file), await sees(alice, file)]).toEqual([false, true]);
  // What somebody has attached himself is not his any more when the document is not.
  await must(app.json('POST', '/api/v1/share', { doctype: 'Paper', name: 'given', user: 'bob@x.test', write: true }));
  const his = await sent(app, bob, [{ name: 'his.txt', content: 'his' }], attached('Paper', 'given'));
  expect(his.owner).toBe('bob@x.test');
  expect(await sees(bob, his)).toBe(true);
  await must(app.json('DELETE', '/api/v1/share?doctype=Paper&name=given&user=bob@x.test'));
  expect([await sees(bob, his), await sees(app, his)]).toEqual([false, true]);
});

describe('writing', () => {
  test('who may write the document changes and deletes what hangs on it', async () => {
    const { app, alice, bob, auditor } = world;
    const at = `/api/v1/File/${onOpen.name}`;
    // Bob and the auditor may read the paper and not write it.
    for (const who of [bob, auditor]) {
      expect((await who.json('PATCH', at, { file_name: 'x.txt' })).status).toBe(403);
      expect((await who.json('DELETE', at)).status).toBe(403);
      expect((await send(app, who, [{ name: 'n', content: 'n' }], attached('Paper', 'open'))).status).toBe(403);
    }
    expect((await bob.json('DELETE', `/api/v1/File/${own.name}`)).status).toBe(404);
    const renamed = await alice.json('PATCH', at, { file_name: '../b\u202Eetter.txt' });
    expect(renamed.body).toMatchObject({ file_name: 'better.txt', file_url: onOpen.file_url });
    const doomed = await sent(app, alice, [{ name: 'd', content: 'd' }], attached('Paper', 'open'));
    expect((await alice.json('DELETE', `/api/v1/File/${doomed.name}`)).status).toBe(204);
    expect(await sees(alice, doomed)).toBe(false);
    expect((await alice.json('POST', `/api/v1/File/${doomed.name}/restore`)).status).toBe(200);
    expect(await sees(alice, doomed)).toBe(true);
    expect((await bob.json('POST', `/api/v1/File/${doomed.name}/restore`)).status).toBe(404);
  });
  test('FILE-02: no document says of its content what is not so', async () => {
    const { app, alice, bob, folder } = world;
    const before = contents(folder);
    const claims: Record<string, unknown>[] = [
      { file_url: own.file_url },
      { file_url: own.file_url, is_private: false },
      { file_url: own.file_url.replace('/private', ''), is_private: true },
      { file_url: '/private/files/../../etc/passwd' },
      { file_url: '/private/files/nothing.txt' },
      { file_url: 'file:///etc/passwd' },
      { file_url: 'javascript:alert(1)' },
      { file_url: 'data:text/html,x' },
      { file_name: 'x', content_hash: own.content_hash },
      { file_name: 'x' },
      {},
    ];
    for (const claim of claims) {
      expect([claim, (await bob.json('POST', '/api/v1/File', claim)).status]).toEqual([claim, 400]);
      expect((await bob.json('POST', '/api/resource/File', claim)).status).toBe(417);
    }
    const sneaky = await bob.json('POST', '/graphql', {
      query: `mutation { create_file(data: {file_url: "${own.file_url}", file_name: "x"}) { name } }`,
    });
    expect(sneaky.body.errors?.length, sneaky.text).toBeGreaterThan(0);
    const mine = await sent(app, bob, [{ name: 'm.txt', content: 'm' }]);
    for (const change of [
      { content_hash: own.content_hash },
      { file_url: own.file_url },
      { file_size: 1_000_000 },
      { file_type: 'image/png' },
      { is_folder: true },
    ])
      expect((await bob.json('PATCH', `/api/v1/File/${mine.name}`, change)).status).toBe(400);
    for (const change of [attached('Paper', 'mine'), attached('Paper', 'no such'), attached('File', own.name)])
      expect((await bob.json('PATCH', `/api/v1/File/${mine.name}`, change)).status).toBe(400);
    expect((await bob.json('PATCH', `/api/v1/File/${mine.name}`, attached('Paper', 'open'))).status).toBe(403);
    expect((await bob.json('PATCH', `/api/v1/File/${mine.name}`, { attached_to_doctype: 'Paper' })).status).toBe(400);
    expect(contents(folder).length).toBe(before.length + 1);
    expect((await alice.json('GET', `/api/v1/File/${own.name}`)).body.file_url).toBe(own.file_url);
  });
  test('another hold on what one may read, and a link to elsewhere', async () => {
    const { app, alice, bob } = world;
    await must(bob.json('POST', '/api/v1/Paper', { name: "bob's" }));
    const held = await bob.json('POST', '/api/v1/File', { file_url: onNotice.file_url, ...attached('Paper', "bob's") });
    expect(held.body).toMatchObject({
      file_name: 'notice.txt',
      file_url: onNotice.file_url,
      content_hash: onNotice.content_hash,
      is_private: true,
      file_size: 9,
    });
    const openly = { file_url: onNotice.file_url, is_private: false };
    expect((await bob.json('POST', '/api/v1/File', openly)).status).toBe(400);
    // What is withdrawn is gone for everybody, whoever else has a hold on it.
    const logo = await sent(app, alice, [{ name: 'l.png', content: PNG }], { is_private: '0' });
    expect((await bob.json('POST', '/api/v1/File', { file_url: logo.file_url, is_private: false })).status).toBe(400);
    const his = await must(bob.json('POST', '/api/v1/File', { file_url: logo.file_url }));
    expect(his.body).toMatchObject({ is_private: true, file_url: logo.file_url.replace('/files', '/private/files') });
    await must(alice.json('PATCH', `/api/v1/File/${logo.name}`, { is_private: true }));
    expect((await fetchFile(app, app.anonymous, logo.file_url)).status).toBe(401);
    expect((await fetchFile(app, bob, logo.file_url)).status).toBe(200);
    const sink = createServer((_, response) => response.end('fetched')).listen(0, '127.0.0.1');
    let fetched = 0;
    sink.on('request', () => fetched++);
    await once(sink, 'listening');
    const local = `http://127.0.0.1:${(sink.address() as AddressInfo).port}/x.png`;
    for (const file_url of [local, 'http://169.254.169.254/latest/meta-data/', 'http://user:pw@127.0.0.1/'])
      await alice.json('POST', '/api/v1/File', { file_url });
    await alice.json('POST', '/api/method/upload_file', { file_url: local });
    await must(alice.json('PATCH', '/api/v1/Paper/mine', { photo: local }));
    sink.close();
    // SSRF-01: a link is kept and never followed.
    expect(fetched).toBe(0);
    const link = await alice.json('POST', '/api/v1/File', { file_url: 'https://example.com/a/plan.pdf' });
    expect(link.body).toMatchObject({ file_name: 'plan.pdf', content_hash: null, file_size: 0 });
    expect((await fetchFile(app, alice, `/api/v1/file/${link.body.name}`)).status).toBe(409);
  });
  test('folders are their owner’s, and hold his files', async () => {
    const { app, alice, bob } = world;
    const folder = await must(alice.json('POST', '/api/v1/File', { is_folder: true, file_name: 'Letters' }));
    expect(folder.body).toMatchObject({ is_private: true, file_url: null });
    const file = await sent(app, alice, [{ name: 'l.txt', content: 'l' }], { folder: folder.body.name });
    expect(file.folder).toBe(folder.body.name);
    expect((await send(app, bob, [{ name: 'l', content: 'l' }], { folder: folder.body.name })).status).toBe(400);
    expect((await alice.json('DELETE', `/api/v1/File/${folder.body.name}`)).status).toBe(409);
  });
  test('a DocType may limit how many hang on one document', async () => {
    const { app } = world;
    await must(app.json('POST', '/api/v1/Notice', { name: 'crowded' }));
    const three = [1, 2, 3].map((n) => ({ name: `${n}`, content: `crowd ${n}` }));
    expect((await send(app, app, three, attached('Notice', 'crowded'))).status).toBe(201);
    expect((await send(app, app, [{ name: '4', content: '4' }], attached('Notice', 'crowded'))).status).toBe(409);
  });
});

describe('public files', () => {
  test('only when asked for, and only what is harmless', async () => {
    const { app, alice } = world;
    const file = await sent(app, alice, [{ name: 'logo.png', content: PNG }], { is_private: '0' });
    expect(file.file_url).toMatch(/^\/files\/logo-/);
    const open = await fetchFile(app, app.anonymous, file.file_url);
    expect([open.status, open.headers.get('content-type')]).toEqual([200, 'image/png']);
    expect((await fetchFile(app, app.anonymous, `/api/v1/file/${file.name}/logo.png`)).status).toBe(200);
    // A guest lists nothing.
    expect((await app.anonymous.json('GET', '/api/v1/File')).status).toBe(401);
    for (const content of ['<svg onload="x"/>', '<html>', '<?xml version="1.0"?><a/>', Buffer.from([1, 2, 3, 255])])
      expect((await send(app, alice, [{ name: 'x.png', content }], { is_private: '0' })).status).toBe(400);
    const page = await sent(app, alice, [{ name: 'x.png', content: '<html>' }]);
    expect((await alice.json('PATCH', `/api/v1/File/${page.name}`, { is_private: false })).status).toBe(400);
  });
  test('published and withdrawn, under the same last part', async () => {
    const { app, alice, bob } = world;
    const file = await sent(app, alice, [{ name: 't.txt', content: 'to be published' }]);
    const tail = file.file_url.split('/').at(-1);
    expect((await bob.json('PATCH', `/api/v1/File/${file.name}`, { is_private: false })).status).toBe(404);
    const published = await must(alice.json('PATCH', `/api/v1/File/${file.name}`, { is_private: false }));
    expect(published.body.file_url).toBe(`/files/${tail}`);
    for (const path of [`/files/${tail}`, `/private/files/${tail}`])
      expect((await fetchFile(app, app.anonymous, path)).status).toBe(200);
    expect((await bob.json('GET', `/api/v1/File/${file.name}`)).status).toBe(200);
    expect((await bob.json('PATCH', `/api/v1/File/${file.name}`, { file_name: 'x' })).status).toBe(403);
    await must(alice.json('PATCH', `/api/v1/File/${file.name}`, { is_private: true }));
    for (const path of [`/files/${tail}`, `/private/files/${tail}`])
      expect((await fetchFile(app, app.anonymous, path)).status).toBe(401);
  });
});

test('a credential with scopes needs one for File and one for the document', async () => {
  const { app, alice } = world;
  const key = async (scopes: string[]): Promise<Client> => {
    const made = await must(alice.json('POST', '/api/v1/auth/api-keys', { label: scopes.join(), scopes }));
    const { token } = made.body;
    return {
      token: '',
      json: (method, path, ask, headers) => app.anonymous.json(method, path, ask, { ...headers, 'x-api-key': token }),
    };
  };
  const status = async (who: Client, file: FileLike) => (await who.json('GET', `/api/v1/file/${file.name}`)).status;
  const both = await key(['File:read', 'Paper:read']);
  expect([await status(both, own), await status(both, onPaper)]).toEqual([200, 200]);
  const files = await key(['File:read']);
  expect([await status(files, own), await status(files, onPaper)]).toEqual([200, 404]);
  const papers = await key(['Paper:read']);
  expect(await status(papers, onPaper)).not.toBe(200);
});
