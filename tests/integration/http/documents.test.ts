import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { scenarios } from './scenario.ts';
import { installTask } from './task.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  await installTask(app);
  for (const name of ['one', 'two', 'three'])
    await app.json('POST', '/api/v1/Task', { name, title: name.toUpperCase() });
});
afterAll(() => app?.close());

const NAMES = [
  'a/b',
  'a%2Fb',
  '50%',
  '...',
  '?x=1#y',
  '😀',
  'Straße & Söhne',
  "o'clock",
  '"q"',
  'a+b',
  ' x y',
  'constructor',
  '__proto__',
  'count',
  'bulk',
  'versions',
  '\\',
  'x;y,z',
];

describe('names of every kind', () => {
  test.each(NAMES)('%s', async (name) => {
    const made = await app.json('POST', '/api/v1/Task', { name, title: 'T' });
    expect(made.status, made.text).toBe(201);
    const id = made.body.id as string;
    const stored = made.body.name as string;
    const path = made.headers.get('location') ?? '';
    // What Location says is where it is, also for a word that names a route.
    expect(path).toBe(stored === 'count' ? '/api/v1/Task?name=count' : `/api/v1/Task/${encodeURIComponent(stored)}`);
    expect((await app.json('GET', path)).body?.id).toBe(id);
    const reached = stored === 'bulk' ? '/api/v1/Task?name=bulk' : path;
    expect((await app.json('GET', reached)).body?.id).toBe(id);
    expect((await app.json('GET', `/api/v1/Task/${id}`)).body?.name).toBe(stored);
    expect((await app.json('PATCH', reached, { title: 'U' })).body?.title).toBe('U');
    expect((await app.json('DELETE', reached)).status).toBe(204);
    expect((await app.json('GET', `/api/v1/Task/${id}`)).status).toBe(404);
  });
});

describe('create, read, change', () => {
  scenarios(
    () => app,
    [
      { name: 'reads', ask: 'GET /api/v1/Task/one', status: 200, must: ['"title":"ONE"'] },
      {
        name: 'reads by HEAD without a body',
        ask: 'HEAD /api/v1/Task/one',
        status: 200,
        check: (reply) => expect(reply.text).toBe(''),
      },
      {
        name: 'reads some fields',
        ask: 'GET /api/v1/Task/one?fields=["title"]',
        status: 200,
        must: ['ONE'],
        mustNot: ['owner'],
      },
      {
        name: 'reads every field with *',
        ask: 'GET /api/v1/Task/one?fields=["*"]',
        status: 200,
        must: ['"title":"ONE"', '"owner"'],
      },
      { name: 'an unknown field', ask: 'GET /api/v1/Task/one?fields=["titel"]', status: 400, must: ['titel'] },
      { name: 'an unknown document', ask: 'GET /api/v1/Task/nothing', status: 404, must: ['nothing'] },
      { name: 'an unknown DocType', ask: 'GET /api/v1/Tusk/one', status: 404, must: ['Tusk'] },
      { name: 'a name with U+0000', ask: 'GET /api/v1/Task/%00', status: 400 },
      {
        name: 'a misspelt parameter',
        ask: 'GET /api/v1/Task/one?feilds=x',
        status: 400,
        must: ['Did you mean fields?'],
      },
      {
        name: 'creates',
        ask: 'POST /api/v1/Task',
        body: { name: 'made', title: 'M' },
        status: 201,
        must: ['"_version":1'],
      },
      {
        name: 'a name that is taken',
        ask: 'POST /api/v1/Task',
        body: { name: 'one', title: 'M' },
        status: 409,
        must: ['/problems/duplicate'],
      },
      {
        name: 'an unknown key',
        ask: 'POST /api/v1/Task',
        body: { name: 'x', title: 'M', titel: 'N' },
        status: 400,
        must: ['"field":"titel"'],
      },
      {
        name: 'a missing field',
        ask: 'POST /api/v1/Task',
        body: { name: 'x' },
        status: 400,
        must: ['"field":"title"'],
      },
      { name: 'no body', ask: 'POST /api/v1/Task', status: 400, must: ['"errors":[{"field"'] },
      { name: 'a list as body', ask: 'POST /api/v1/Task', body: [], status: 400, must: ['JSON object'] },
      {
        name: '__proto__ in the body',
        ask: 'POST /api/v1/Task',
        body: '{"title":"x","name":"x","__proto__":{"a":1}}',
        status: 400,
        must: ['__proto__'],
      },
      {
        name: 'changes by PUT',
        ask: 'PUT /api/v1/Task/two',
        body: { title: 'Second' },
        status: 200,
        must: ['"title":"Second"', '"_version":2'],
      },
      {
        name: 'changes by PATCH',
        ask: 'PATCH /api/v1/Task/two',
        body: { points: 3 },
        status: 200,
        must: ['"title":"Second"', '"points":3', '"_version":3'],
      },
      {
        name: 'nobody changes everything',
        ask: 'PUT /api/v1/Task',
        body: { title: 'x' },
        status: 400,
        must: ['Which Task?'],
      },
      { name: 'nobody deletes everything', ask: 'DELETE /api/v1/Task', status: 400, must: ['Which Task?'] },
      {
        name: 'reads a Single without a name',
        ask: 'GET /api/v1/Work%20Settings/Work%20Settings',
        status: 200,
        must: ['"greeting":"Hello"'],
      },
      {
        name: 'changes a Single without a name',
        ask: 'PATCH /api/v1/Work%20Settings',
        body: { greeting: 'Hi' },
        status: 200,
        must: ['"greeting":"Hi"'],
      },
      { name: 'shares', ask: 'GET /api/v1/Task/one/shares', status: 200, must: ['{"items":[]}'] },
      { name: 'shares of nothing', ask: 'GET /api/v1/Task/nothing/shares', status: 404 },
      {
        name: 'versions',
        ask: 'GET /api/v1/Task/two/versions',
        status: 200,
        must: ['"version_no":3', '["title","TWO","Second"]', '"total":2'],
      },
      {
        name: 'versions, one of them',
        ask: 'GET /api/v1/Task/two/versions?limit=1',
        status: 200,
        must: ['"version_no":3', '"has_more":true'],
        mustNot: ['"version_no":2'],
      },
      {
        name: 'another method',
        ask: 'POST /api/v1/Task/one',
        body: {},
        status: 405,
        check: (reply) => expect(reply.headers.get('allow')).toBe('DELETE, GET, HEAD, OPTIONS, PATCH, PUT'),
      },
      {
        name: 'OPTIONS',
        ask: 'OPTIONS /api/v1/Task/one',
        status: 204,
        check: (reply) => expect(reply.headers.get('allow')).toContain('PATCH'),
      },
      { name: 'a path of nobody', ask: 'GET /api/v1/Task/one/two/three', status: 404 },
    ],
  );
});

describe('versions of a document', () => {
  const tag = async (name: string): Promise<string> =>
    (await app.json('GET', `/api/v1/Task/${name}`)).headers.get('etag') ?? '';

  test('the ETag changes with the document and saves sending it', async () => {
    const before = await tag('one');
    const again = await app.json('GET', '/api/v1/Task/one', undefined, { 'if-none-match': before });
    expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', before]);
    expect(
      (await app.json('GET', '/api/v1/Task/one', undefined, { 'if-none-match': `"other", W/${before}` })).status,
    ).toBe(304);
    await app.json('PUT', '/api/v1/Task/one', { points: 1 });
    expect((await app.json('GET', '/api/v1/Task/one', undefined, { 'if-none-match': before })).status).toBe(200);
  });

  test('the ETag changes too when a link was renamed elsewhere, or other fields are asked for', async () => {
    await app.json('POST', '/api/v1/Task', { name: 'later', title: 'L', after: 'three' });
    const before = await tag('later');
    expect((await app.json('POST', '/api/v1/Task/three/rename', { name: 'third' })).status).toBe(200);
    const now = await app.json('GET', '/api/v1/Task/later', undefined, { 'if-none-match': before });
    expect([now.status, now.body.after, now.body._version]).toEqual([200, 'third', 1]);
    expect(
      (await app.json('GET', '/api/v1/Task/later?fields=title', undefined, { 'if-none-match': await tag('later') }))
        .status,
    ).toBe(200);
  });

  test.each(['"%"', 'W/"%"', '"%.7.abc"', '%'])('If-Match: %s writes when the version is the one', async (shape) => {
    const { body } = await app.json('GET', '/api/v1/Task/one');
    const write = (version: number) =>
      app.json(
        'PUT',
        '/api/v1/Task/one',
        { points: body._version },
        { 'if-match': shape.replace('%', String(version)) },
      );
    expect((await write(body._version - 1)).status).toBe(409);
    expect((await write(body._version)).status).toBe(200);
    expect((await write(body._version)).body.type).toBe('/problems/conflict');
  });

  test('If-Match: * is any version, one of several tags is enough, a tag of somebody else is none, nonsense is refused', async () => {
    const write = async (tags: string) =>
      (await app.json('PUT', '/api/v1/Task/one', { points: 99 }, { 'if-match': tags })).status;
    expect(await write('*')).toBe(200);
    expect(await write(`"abc", ${await tag('one')}`)).toBe(200);
    expect(await write('"abc"')).toBe(409);
    expect(await write('abc')).toBe(400);
  });

  test('an ETag that was read can be sent back, on delete too', async () => {
    await app.json('POST', '/api/v1/Task', { name: 'gone', title: 'G' });
    const old = await tag('gone');
    await app.json('PUT', '/api/v1/Task/gone', { title: 'H' });
    expect((await app.json('DELETE', '/api/v1/Task/gone', undefined, { 'if-match': old })).status).toBe(409);
    expect((await app.json('DELETE', '/api/v1/Task/gone', undefined, { 'if-match': await tag('gone') })).status).toBe(
      204,
    );
  });
});

describe('deleting', () => {
  test('goes to the recycle bin and comes back', async () => {
    await app.json('POST', '/api/v1/Task', { name: 'bin', title: 'B' });
    expect((await app.json('DELETE', '/api/v1/Task/bin')).status).toBe(204);
    expect((await app.json('GET', '/api/v1/Task/bin')).status).toBe(404);
    expect((await app.json('POST', '/api/v1/Task/bin/restore')).body.title).toBe('B');
  });

  test('for good is for good; what it was to be must be clear', async () => {
    expect((await app.json('DELETE', '/api/v1/Task/bin?hard=perhaps')).status).toBe(400);
    expect((await app.json('DELETE', '/api/v1/Task/bin?hrad=true')).status).toBe(400);
    expect((await app.json('DELETE', '/api/v1/Task/bin?hard=true')).status).toBe(204);
    expect((await app.json('POST', '/api/v1/Task/bin/restore')).status).toBe(404);
  });

  test('is refused while another links to it, and says which', async () => {
    const reply = await app.json('DELETE', '/api/v1/Task/third');
    expect([reply.status, reply.body.type]).toEqual([409, '/problems/linked']);
    expect(reply.text).toContain('later');
  });
});

describe('states', () => {
  test('submit, cancel, amend, duplicate', async () => {
    const made = await app.json('POST', '/api/v1/Work%20Order', {
      subject: 'S',
      steps: [{ what: 'a' }, { what: 'b' }],
    });
    expect([made.status, made.body.name, made.headers.get('location')]).toEqual([
      201,
      'WO-0001',
      '/api/v1/Work%20Order/WO-0001',
    ]);
    const path = '/api/v1/Work%20Order/WO-0001';
    expect((await app.json('POST', `${path}/cancel`)).body.type).toBe('/problems/wrong_state');
    expect((await app.json('POST', `${path}/submit`, { _version: 7 })).status).toBe(409);
    expect((await app.json('POST', `${path}/submit`, undefined, { 'if-match': '"1"' })).body.docstatus).toBe(1);
    expect((await app.json('PUT', path, { subject: 'T' })).status).toBeGreaterThanOrEqual(400);
    expect((await app.json('DELETE', path)).status).toBe(409);
    expect((await app.json('POST', `${path}/cancel`)).body.docstatus).toBe(2);
    const amended = await app.json('POST', `${path}/amend`);
    expect([amended.status, amended.body.amended_from, amended.body.docstatus]).toEqual([201, 'WO-0001', 0]);
    expect(amended.headers.get('location')).toBe(`/api/v1/Work%20Order/${amended.body.name}`);
    const copy = await app.json('POST', `${path}/duplicate`);
    expect([copy.status, copy.body.subject, copy.body.steps.length]).toEqual([201, 'S', 2]);
  });

  scenarios(
    () => app,
    [
      {
        name: 'submit of what has no states',
        ask: 'POST /api/v1/Task/one/submit',
        status: 409,
        must: ['not submittable'],
      },
      {
        name: 'submit with a key it does not know',
        ask: 'POST /api/v1/Task/one/submit',
        body: { version: 1 },
        status: 400,
        must: ['Did you mean _version?'],
      },
      {
        name: 'rename without a name',
        ask: 'POST /api/v1/Task/one/rename',
        body: {},
        status: 400,
        must: ['"field":"name"'],
      },
      {
        name: 'rename with a bad merge',
        ask: 'POST /api/v1/Task/one/rename',
        body: { name: 'x', merge: 'yes' },
        status: 400,
        must: ['"field":"merge"'],
      },
      {
        name: 'rename to a name that is taken',
        ask: 'POST /api/v1/Task/one/rename',
        body: { name: 'two' },
        status: 409,
      },
      {
        name: 'rename',
        ask: 'POST /api/v1/Task/one/rename',
        body: { name: 'erste/r' },
        status: 200,
        check: (reply) => expect(reply.headers.get('location')).toBe('/api/v1/Task/erste%2Fr'),
      },
      {
        name: 'merge',
        ask: 'POST /api/v1/Task/erste%2Fr/rename',
        body: { name: 'two', merge: true },
        status: 200,
        must: ['"name":"two"'],
      },
      { name: 'restore of nothing', ask: 'POST /api/v1/Task/never/restore', status: 404 },
      { name: 'a misspelt action', ask: 'POST /api/v1/Task/two/sumbit', status: 404 },
      { name: 'an action by GET', ask: 'GET /api/v1/Task/two/submit', status: 405 },
    ],
  );

  test('a document called count can do what others can', async () => {
    await app.json('POST', '/api/v1/Task', { name: 'count', title: 'C' });
    expect((await app.json('GET', '/api/v1/Task/count')).body.count).toBeGreaterThan(0);
    expect((await app.json('GET', '/api/v1/Task/count?name=count')).body.title).toBe('C');
    expect((await app.json('GET', '/api/v1/Task/count/versions')).body.items).toEqual([]);
    expect((await app.json('POST', '/api/v1/Task/count/rename', { name: 'counted' })).body.title).toBe('C');
  });
});
