/** /graphql over HTTP: what may be sent in which way, and what errors look like. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TestApp } from '../../support/app.ts';
import { ask, createCrm, errorOf } from './asking.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createCrm();
});
afterAll(() => app?.close());

function send(path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Response> {
  return fetch(app.url + path, { ...init, headers: { authorization: `Bearer ${app.token}`, ...init.headers } });
}

const get = (parameters: Record<string, string>, headers?: Record<string, string>): Promise<Response> =>
  send(`/graphql?${new URLSearchParams(parameters)}`, { headers });

const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  send('/graphql', { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe('GET', () => {
  test('a query, with variables and operationName', async () => {
    const response = await get({
      query: 'query a($n: Int) { sales_order(limit: $n) { name } } query b { me { user } }',
      variables: '{"n":2}',
      operationName: 'a',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(((await response.json()) as { data: { sales_order: [] } }).data.sales_order).toHaveLength(2);
  });

  test('a mutation is refused, and nothing is written', async () => {
    const response = await get({
      query: 'mutation { insert_territory_one(object: {territory_name: "Get"}) { name } }',
    });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect((await app.json('GET', '/api/v1/Territory/Get')).status).toBe(404);
    const named = await get({
      query: 'query a { me { user } } mutation b { insert_territory_one(object: {territory_name: "Get"}) { name } }',
      operationName: 'b',
    });
    expect(named.status).toBe(405);
    expect((await app.json('GET', '/api/v1/Territory/Get')).status).toBe(404);
  });

  test.each([
    [{ query: '{ me {' }, 400],
    [{ query: '{ nothing }' }, 400],
    [{}, 400],
    [{ query: '{ me { user } }', variables: '{' }, 400],
    [{ query: '{ me { user } }', variables: '[]' }, 400],
    [{ query: '{ me { user } }', operationName: 'nobody' }, 400],
  ])('%j is refused', async (parameters, status) => {
    const response = await get(parameters, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(status);
    const body = (await response.json()) as { errors: unknown[] };
    expect(body.errors).toHaveLength(1);
    expect(body.errors[0]).toMatchObject({
      message: expect.any(String),
      extensions: { code: 'bad_request', status: 400 },
    });
  });
});

describe('application/graphql-response+json', () => {
  const accept = { accept: 'application/graphql-response+json' };
  test.each([
    ['{ me { user } }', 200],
    ['{ nothing }', 400],
    ['{ me {', 400],
    ['{ sales_order_by_pk { name } }', 400],
    ['mutation { delete_customer_by_pk(name: "nobody") { name } }', 404],
    ['mutation { insert_territory_one(object: {territory_name: "Germany"}) { name } }', 409],
  ])('%s is %i', async (query, status) => {
    const response = await post(JSON.stringify({ query }), accept);
    expect(response.headers.get('content-type')).toContain('application/graphql-response+json');
    const body = (await response.json()) as { data?: unknown; errors?: unknown[] };
    expect({ status: response.status, hasErrors: body.errors !== undefined }).toEqual({
      status,
      hasErrors: status >= 400,
    });
    // A plain client is told the same with 200, as the older convention has it.
    const plain = await post(JSON.stringify({ query }));
    expect(plain.status).toBe(200);
  });
});

describe('bodies', () => {
  test.each([
    ['', 400],
    ['{', 400],
    ['"text"', 400],
    ['null', 400],
    ['17', 400],
    ['[]', 400],
  ])('%s', async (body, status) => {
    expect((await post(body)).status).toBe(status);
  });

  test.each([
    [{}],
    [{ query: '' }],
    [{ query: '   ' }],
    [{ query: 5 }],
    [{ query: ['{ me { user } }'] }],
    [{ query: '# only a comment' }],
    [{ query: 'fragment f on customer { name }' }],
    [{ query: '{ me { user } }', variables: [] }],
    [{ query: '{ me { user } }', variables: 'x' }],
    [{ query: '{ me { user } }', operationName: 5 }],
    [{ query: 'type X { a: Int }' }],
    [{ query: '{ me { user } } type X { a: Int }' }],
    [{ query: '{ me { user } ' }],
    [{ query: '{ me { user } }}' }],
    [{ query: 'query { \u0000 }' }],
  ])('%j', async (body) => {
    const response = await post(JSON.stringify(body));
    const answer = (await response.json()) as { errors: { extensions: unknown }[] };
    expect(answer.errors[0]?.extensions).toMatchObject({
      code: 'bad_request',
      status: 400,
      request_id: expect.any(String),
      errors: expect.any(Array),
    });
    expect(answer).not.toHaveProperty('data');
  });

  test('another content type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])
      expect((await post('{"query":"{ me { user } }"}', { 'content-type': type })).status).toBe(415);
  });

  test('a place in the text', async () => {
    const { body } = await ask(app, '{\n  me {\n    usr\n  }\n}');
    expect(body.errors[0]).toMatchObject({ locations: [{ line: 3, column: 5 }] });
    const { body: syntax } = await ask(app, '{\n  me {{\n}');
    expect(syntax.errors[0]).toMatchObject({ locations: [{ line: 2, column: 7 }] });
  });
});

describe('batches', () => {
  test('each is answered by itself, in their order', async () => {
    const { status, body } = await app.json('POST', '/graphql', [
      { query: '{ me { user } }' },
      { query: '{ nothing }' },
      { query: 'mutation { insert_territory_one(object: {territory_name: "Batch"}) { name } }' },
      { query: 'query q($n: String) { territory_by_pk(name: $n) { name } }', variables: { n: 'Batch' } },
      'no operation',
      null,
    ]);
    expect(status).toBe(200);
    expect(body).toHaveLength(6);
    expect(body[0].data.me.user).toBe('Administrator');
    expect(body[1].errors).toHaveLength(1);
    expect(body[3].data.territory_by_pk).toEqual({ name: 'Batch' });
    expect(body[4].errors[0].extensions.code).toBe('bad_request');
    expect(body[5].errors[0].extensions.code).toBe('bad_request');
  });

  test('what is written has one effect with an Idempotency-Key', async () => {
    const batch = ['A', 'B'].map((n) => ({
      query: `mutation { insert_territory_one(object: {territory_name: "Key ${n}"}) { name _version } }`,
    }));
    const headers = { 'idempotency-key': 'batch' };
    const first = await app.json('POST', '/graphql', batch, headers);
    expect(first.text).not.toContain('errors');
    expect((await app.json('POST', '/graphql', batch, headers)).text).toBe(first.text);
  });
});

test('operations are counted by type and outcome, for who watches over the server', async () => {
  const counted = async (labels: string): Promise<number> => {
    const { text } = await app.json('GET', '/metrics');
    return Number(new RegExp(`graphql_operations_total\\{${labels}\\} (\\d+)`).exec(text)?.[1] ?? 0);
  };
  const wanted = [
    ['type="query",outcome="done"', '{ me { user } }'],
    ['type="mutation",outcome="refused"', 'mutation { delete_territory_by_pk(name: "not there at all") { name } }'],
    ['type="unknown",outcome="refused"', '{ nothing_at_all }'],
  ] as const;
  for (const [labels, query] of wanted) {
    const before = await counted(labels);
    await ask(app, query);
    expect(await counted(labels), labels).toBe(before + 1);
  }
  const { text } = await app.json('GET', '/metrics');
  expect(text).toMatch(/^graphql_live_queries 0$/m);
  expect(text).toMatch(/^stream_listeners 0$/m);
});

test('what is refused of a GET before an operation is read is counted too', async () => {
  const counted = async (): Promise<number> => {
    const { text } = await app.json('GET', '/metrics');
    return Number(/graphql_operations_total\{type="unknown",outcome="refused"\} (\d+)/.exec(text)?.[1] ?? 0);
  };
  const before = await counted();
  await get({ query: '{ me {' });
  await get({ query: '{ me { user } }', variables: '[1]' });
  await get({ query: 'mutation { delete_territory_by_pk(name: "x") { name } }' });
  expect(await counted()).toBe(before + 3);
});

describe('persisted queries', () => {
  const query = 'query q($n: Int = 1) { sales_order(limit: $n) { name } }';
  const sha256Hash = createHash('sha256').update(query).digest('hex');
  const extensions = { persistedQuery: { version: 1, sha256Hash } };

  test('the hash, then the text, then the hash', async () => {
    const unknown = await app.json('POST', '/graphql', { extensions });
    expect(unknown.body.errors[0]).toMatchObject({
      message: 'PersistedQueryNotFound',
      extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' },
    });
    const wrong = await app.json('POST', '/graphql', { query: `${query} `, extensions });
    expect(wrong.body.errors[0].extensions.code).toBe('bad_request');
    const told = await app.json('POST', '/graphql', { query, extensions });
    expect(told.body.data.sales_order).toHaveLength(1);
    const known = await app.json('POST', '/graphql', { extensions, variables: { n: 2 } });
    expect(known.body.data.sales_order).toHaveLength(2);
    const got = await get({ extensions: JSON.stringify(extensions), variables: '{"n":3}' });
    expect(((await got.json()) as { data: { sales_order: [] } }).data.sales_order).toHaveLength(3);
  });

  test('a hash that is none', async () => {
    for (const hash of ['', 'x', 5, null, sha256Hash.toUpperCase()])
      expect(
        (await app.json('POST', '/graphql', { extensions: { persistedQuery: { sha256Hash: hash } } })).body.errors[0]
          .extensions.code,
      ).toBe('bad_request');
  });
});

describe('who may not', () => {
  test('a guest sees what guests see', async () => {
    const { body } = await ask(app.anonymous, '{ me { user roles } }');
    expect(body.data.me.user).toBe('Guest');
    for (const query of [
      '{ sales_order { name } }',
      'mutation { insert_territory_one(object: {territory_name: "Guest"}) { name } }',
    ]) {
      const { body: refused } = await ask(app.anonymous, query);
      expect(refused.errors[0].message).toContain('Cannot');
    }
  });

  test('a token that is none', async () => {
    const response = await post('{"query":"{ me { user } }"}', { authorization: 'Bearer nonsense' });
    expect(response.status).toBe(401);
  });

  test('who may read but not write is told so, as over REST', async () => {
    const reader = await app.user({ name: 'reader@example.org', roles: ['Only Reads'] });
    const { body: doctype } = await app.json('GET', '/api/v1/DocType/Territory');
    const permissions = [...doctype.permissions, { role: 'Only Reads', read: 1 }];
    expect((await app.json('PUT', '/api/v1/DocType/Territory', { permissions })).status).toBe(200);
    expect((await ask(reader, '{ territory(limit: 1) { name } }')).body.data.territory).toHaveLength(1);
    const rest = await reader.json('POST', '/api/v1/Territory', { territory_name: 'Mine' });
    const error = await errorOf(reader, 'mutation { insert_territory_one(object: {territory_name: "Mine"}) { name } }');
    expect(error.extensions).toMatchObject({ code: 'forbidden', status: rest.status });
    const call = await errorOf(reader, 'mutation { delete_territory_by_pk(name: "Germany") { name } }');
    expect(call.extensions.status).toBe((await reader.json('DELETE', '/api/v1/Territory/Germany')).status);
  });
});

test('what does not fit in a query is told with the root field that it is in', async () => {
  const places: readonly (readonly [query: string, path: string[]])[] = [
    ['{ me { user } a: territory_by_pk { name } }', ['a']],
    ['{ b: territory(limit: -1) { name } }', ['b']],
    [
      '{ territory(limit: 1) { name } c: customer(limit: 1) { name sales_order_by_customer(limit: -1) { name } } }',
      ['c'],
    ],
    ['{ d: me { user } e: search(text: "x", limit: -1) { name } }', ['e']],
  ];
  for (const [query, path] of places) expect((await errorOf(app, query)).path, query).toEqual(path);
});

describe('the page to try queries in', () => {
  test('comes from here alone', async () => {
    const response = await send('/graphql', { headers: { accept: 'text/html,*/*' } });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain('text/html');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).not.toMatch(/https?:/);
    const html = await response.text();
    // Scripts, styles and pictures: none from elsewhere.
    expect(html).not.toMatch(/<(script|link|img|iframe)[^>]+(src|href)=["']?(https?:)?\/\//i);
    expect(html).not.toMatch(/import\(["']https?:|@import|url\(["']?https?:/i);
  });

  test('is there again when it is loaded again with the query that it keeps in its address', async () => {
    for (const query of ['{me{user}}', 'mutation{a}', 'subscription{user{name}}']) {
      const accept = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
      const response = await send(`/graphql?query=${encodeURIComponent(query)}`, { headers: { accept } });
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      await response.body?.cancel();
    }
  });

  test('a query by GET that takes JSON too is answered as one', async () => {
    const response = await send('/graphql?query={me{user}}', { headers: { accept: 'text/html,application/json' } });
    expect(await response.json()).toEqual({ data: { me: { user: 'Administrator' } } });
  });
});
