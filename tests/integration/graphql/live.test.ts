/** Live queries: what is pushed, when, to whom, and what never is. */
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../server/documents/contract.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { newDocument } from '../../../server/kernel/document.ts';
import { createTestApp, type Reply, type TestApp, type UserClient } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import { type Asking, type Following, inbox, readEvents, stream } from './following.ts';

const RIGHTS: Partial<DocTypeJson> = {
  autoname: 'prompt',
  allow_rename: 1,
  permissions: [
    { role: 'System Manager', read: 1, write: 1, create: 1, delete: 1 },
    { role: 'Clerk', read: 1 },
    { role: 'Owner', read: 1, write: 1, create: 1, if_owner: 1 },
  ],
};
const DOCTYPES = [
  docType('Buyer', ['full_name'], RIGHTS),
  docType('Item Row', ['item', 'qty Int'], { istable: 1 }),
  docType('Buy', ['buyer Link Buyer', 'state', 'total Int', 'note', 'rows Table Item_Row'], RIGHTS),
  docType('Aside', ['title'], RIGHTS),
  docType('House', ['greeting', 'buyer Link Buyer'], { issingle: 1, permissions: RIGHTS.permissions }),
  docType('Elsewhere', ['title'], { ...RIGHTS, is_virtual: 1 }),
];
for (const field of DOCTYPES[2]?.fields ?? []) if (field.options === 'Item_Row') field.options = 'Item Row';

const elsewhere = new Map<string, string>();
const app: App = {
  repositories: {
    Elsewhere: {
      list: async () => [...elsewhere].map(([name, title]) => newDocument([...Object.entries({ name, title })])),
      get: async (_ctx, _plan, name) =>
        elsewhere.has(name)
          ? newDocument([
              ['name', name],
              ['title', elsewhere.get(name) ?? null],
            ])
          : undefined,
      insert: async (_ctx, _plan, given) => {
        elsewhere.set(String(given.name), String(given.title));
        return String(given.name);
      },
    },
  },
};

let first: TestApp;
let second: TestApp;
const open: Following[] = [];

beforeAll(async () => {
  first = await createTestApp({ apps: [app] });
  second = await createTestApp({ databaseUrl: first.databaseUrl, apps: [app] });
  for (const role of ['Clerk', 'Owner']) await first.json('POST', '/api/v1/Role', { role_name: role });
  for (const doctype of DOCTYPES) {
    const { status, text } = await first.json('POST', '/api/v1/DocType', doctype);
    expect(status, text).toBe(201);
  }
  await second.app.store.refresh();
});
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});
afterAll(async () => {
  await second?.close();
  await first?.close();
});

async function follow(q: Asking & { token?: string; at?: TestApp; headers?: Readonly<Record<string, string>> }) {
  const at = q.at ?? first;
  const made = await stream(at, { token: at.token, ...q });
  open.push(made);
  return made;
}

/** To the stream of changes, which follows nothing: to see when it is closed. */
async function listen(at: TestApp, token: string): Promise<{ closed(): Promise<void> }> {
  const response = await fetch(`${at.url}/api/v1/stream`, {
    headers: { authorization: `Bearer ${token}`, accept: 'text/event-stream' },
  });
  return { closed: async () => void (await response.text()) };
}

async function ok(method: string, path: string, body?: unknown, at = first): Promise<void> {
  const { status, text } = await at.json(method, `/api/v1/${path}`, body);
  expect(status, text).toBeLessThan(300);
}

describe('a live query', () => {
  test('brings the first result, then one after each change that alters it', async () => {
    await ok('POST', 'Buyer', { name: 'Ann', full_name: 'Ann A.' });
    const live = await follow({
      query: `subscription { buy(order_by: {name: asc}) {
        name state total buyer_doc { name full_name } rows { item qty } } }`,
    });
    expect(live.response.headers.get('content-type')).toContain('text/event-stream');
    expect(await live.next()).toEqual({ data: { buy: [] } });
    await ok('POST', 'Buy', { name: 'B1', buyer: 'Ann', state: 'Draft', total: 1, rows: [{ item: 'x', qty: 2 }] });
    const one = { name: 'B1', state: 'Draft', total: 1, rows: [{ item: 'x', qty: 2 }] };
    expect((await live.next()).data.buy).toEqual([{ ...one, buyer_doc: { name: 'Ann', full_name: 'Ann A.' } }]);
    await ok('PATCH', 'Buy/B1', { state: 'Paid' });
    expect((await live.next()).data.buy[0].state).toBe('Paid');
    await ok('PATCH', 'Buyer/Ann', { full_name: 'Ann B.' });
    expect((await live.next()).data.buy[0].buyer_doc.full_name).toBe('Ann B.');
    await ok('POST', 'Buyer/Ann/rename', { name: 'Anna' });
    expect((await live.next()).data.buy[0].buyer_doc.name).toBe('Anna');
    await ok('PATCH', 'Buy/B1', { rows: [{ item: 'y', qty: 3 }] });
    expect((await live.next()).data.buy[0].rows).toEqual([{ item: 'y', qty: 3 }]);
    await ok('DELETE', 'Buy/B1');
    expect(await live.next()).toEqual({ data: { buy: [] } });
  });

  test('says nothing when its result stays as it is, and nothing of what was rolled back', async () => {
    await ok('POST', 'Buy', { name: 'S1', state: 'Draft', total: 1 });
    const live = await follow({ query: 'subscription { buy(where: {name: {_eq: "S1"}}) { name state } }' });
    await live.next();
    const { runs } = first.app.live.figures();
    await ok('PATCH', 'Buy/S1', { note: 'not selected' });
    await ok('POST', 'Buy', { name: 'S2', state: 'Draft' });
    const failed = await first.json('POST', '/graphql', {
      query: `mutation {
        a: update_buy_by_pk(pk_columns: {name: "S1"}, _set: {state: "Gone"}) { name }
        b: insert_buy_one(object: {name: "S2"}) { name } }`,
    });
    expect(failed.body.errors).toHaveLength(1);
    await live.silent();
    expect(first.app.live.figures().runs).toBeGreaterThan(runs);
    await ok('PATCH', 'Buy/S1', { state: 'Paid' });
    expect((await live.next()).data.buy[0].state).toBe('Paid');
  });

  test('is not asked again for what it does not depend on', async () => {
    const live = await follow({ query: 'subscription { buy_aggregate { aggregate { count } } }' });
    await live.next();
    // What was written before is still being told of, and what may have moved rights 1.2 s later.
    await live.silent(1500);
    const { runs } = first.app.live.figures();
    await ok('POST', 'Aside', { name: 'A1' });
    await live.silent(200);
    expect(first.app.live.figures().runs).toBe(runs);
  });

  test('depends on what its conditions and its order ask', async () => {
    await ok('POST', 'Buyer', { name: 'Cy', full_name: 'Cy' });
    await ok('POST', 'Buy', { name: 'C1', buyer: 'Cy' });
    const live = await follow({
      query: `subscription { buy(where: {buyer_doc: {full_name: {_eq: "Cy C."}}}) { name } }`,
    });
    expect((await live.next()).data.buy).toEqual([]);
    await ok('PATCH', 'Buyer/Cy', { full_name: 'Cy C.' });
    expect((await live.next()).data.buy).toEqual([{ name: 'C1' }]);
  });

  test.each([
    ['by_pk', 'subscription { r: buy_by_pk(name: "K1") { state } }', { state: 'x' }],
    [
      'aggregate',
      'subscription { r: buy_aggregate(where: {name: {_eq: "K1"}}) { nodes { state } } }',
      { nodes: [{ state: 'x' }] },
    ],
    [
      'groups',
      'subscription { r: buy_groups(by: [state], where: {name: {_eq: "K1"}}) { key { state } } }',
      [{ key: { state: 'x' } }],
    ],
    [
      'connection',
      'subscription { r: buy_connection(first: 1, where: {name: {_eq: "K1"}}) { edges { node { state } } } }',
      { edges: [{ node: { state: 'x' } }] },
    ],
  ])('may be any query: %s', async (_, query, expected) => {
    const before = await first.json('GET', '/api/v1/Buy/K1');
    if (before.status === 404) await ok('POST', 'Buy', { name: 'K1' });
    await ok('PATCH', 'Buy/K1', { state: 'w' });
    const live = await follow({ query });
    expect(JSON.stringify(await live.next())).toContain('"w"');
    await ok('PATCH', 'Buy/K1', { state: 'x' });
    expect((await live.next()).data.r).toEqual(expected);
  });

  test('follows Singles and documents that are in no table', async () => {
    const single = await follow({ query: 'subscription { house { greeting buyer_doc { full_name } } }' });
    expect((await single.next()).data.house[0].greeting).toBeNull();
    await ok('POST', 'Buyer', { name: 'Hal', full_name: 'Hal' });
    await ok('PATCH', 'House/House', { greeting: 'hello', buyer: 'Hal' });
    expect((await single.next()).data.house).toEqual([{ greeting: 'hello', buyer_doc: { full_name: 'Hal' } }]);
    await ok('PATCH', 'Buyer/Hal', { full_name: 'Hal H.' });
    expect((await single.next()).data.house[0].buyer_doc.full_name).toBe('Hal H.');
    const virtual = await follow({ query: 'subscription { elsewhere { name title } }' });
    expect((await virtual.next()).data.elsewhere).toEqual([]);
    await ok('POST', 'Elsewhere', { name: 'E1', title: 'far' });
    expect((await virtual.next()).data.elsewhere).toEqual([{ name: 'E1', title: 'far' }]);
  });

  test('hears what another process writes', async () => {
    const live = await follow({ query: 'subscription { aside_by_pk(name: "X1") { title } }' });
    expect((await live.next()).data.aside_by_pk).toBeNull();
    const token = (await second.signIn()).token;
    await second.json('POST', '/api/v1/Aside', { name: 'X1', title: 'far' }, { authorization: `Bearer ${token}` });
    expect((await live.next()).data.aside_by_pk).toEqual({ title: 'far' });
  });

  test('many changes at once are few runs, and the last state is told', async () => {
    await ok('POST', 'Buy', { name: 'M1', total: 0 });
    const live = await follow({ query: 'subscription { buy_by_pk(name: "M1") { total } }' });
    await live.next();
    const { runs } = first.app.live.figures();
    for (let total = 1; total <= 40; total++) await ok('PATCH', 'Buy/M1', { total });
    await expect.poll(() => live.answers.at(-1).data.buy_by_pk.total).toBe(40);
    expect(first.app.live.figures().runs - runs).toBeLessThan(40);
  });
});

describe('an event stream', () => {
  test('begins at once, is kept alive, and its end is noticed', async () => {
    const live = await follow({ query: 'subscription { aside(limit: 0) { name } }' });
    await live.next();
    await expect.poll(() => first.app.live.figures().followers).toBe(1);
    await expect.poll(() => live.comments.length).toBeGreaterThan(0);
    await live.close();
    await expect.poll(() => first.app.live.figures().followers).toBe(0);
  });

  test('comes by GET too, and answers a query once', async () => {
    const ending = new AbortController();
    const ask = (query: string) =>
      fetch(`${first.url}/graphql?query=${encodeURIComponent(query)}`, {
        signal: ending.signal,
        headers: { authorization: `Bearer ${first.token}`, accept: 'text/event-stream' },
      });
    const box = inbox(() => undefined);
    const response = await ask('subscription { aside(limit: 0) { name } }');
    void readEvents(response, box).catch(() => undefined);
    expect(await box.next()).toEqual({ data: { aside: [] } });
    const once = inbox(() => undefined);
    await readEvents(await ask('{ aside(limit: 0) { name } }'), once);
    expect(once.answers).toEqual([{ data: { aside: [] } }]);
    ending.abort();
  });

  test('comes for the hash of its text, once that is known', async () => {
    const query = 'subscription Known { aside(limit: 0) { name } }';
    const sha256Hash = createHash('sha256').update(query).digest('hex');
    const told = async (more: object): Promise<unknown> => {
      const box = inbox(() => undefined);
      const ending = new AbortController();
      const response = await fetch(`${first.url}/graphql`, {
        method: 'POST',
        signal: ending.signal,
        headers: {
          authorization: `Bearer ${first.token}`,
          'content-type': 'application/json',
          accept: 'text/event-stream',
        },
        body: JSON.stringify({ extensions: { persistedQuery: { version: 1, sha256Hash } }, ...more }),
      });
      void readEvents(response, box).catch(() => undefined);
      const answer = await box.next();
      ending.abort();
      return answer;
    };
    expect(await told({})).toMatchObject({ errors: [{ message: 'PersistedQueryNotFound' }] });
    expect(await told({ query })).toEqual({ data: { aside: [] } });
    expect(await told({})).toEqual({ data: { aside: [] } });
  });

  test('says what is wrong as its one answer', async () => {
    for (const [query, message] of [
      ['subscription { nothing_here { name } }', 'nothing_here'],
      ['subscription { a: aside { name } b: aside { name } }', 'one'],
      ['subscription {', 'Syntax'],
      [`subscription { buy { ${'buyer_doc { buy_by_buyer { '.repeat(10)} name ${'} }'.repeat(10)} } }`, ''],
    ] as const) {
      const live = await follow({ query });
      const { errors } = await live.next();
      expect(errors[0].message).toContain(message);
      expect(errors[0].extensions.code).toBe('bad_request');
      await live.ended();
    }
  });

  test('is what a subscription wants: a plain POST is told so', async () => {
    const query = 'subscription { aside { name } }';
    const { body } = await first.json('POST', '/graphql', { query });
    expect(body.errors[0].message).toContain('text/event-stream');
    const got = await first.json('GET', `/graphql?query=${encodeURIComponent(query)}`, undefined, {
      accept: 'application/json',
    });
    expect(got.body.errors[0].message).toContain('text/event-stream');
    await expect.poll(() => first.app.live.figures().followers).toBe(0);
  });
});

describe('rights', () => {
  const query = 'subscription { buy(order_by: {name: asc}, where: {state: {_eq: "r"}}) { name } }';

  test('two users with different rules each see theirs; the same statement is run once for all who share it', async () => {
    const owner = await first.user({ name: 'olive@x.org', roles: ['Owner'] });
    const clerk = await first.user({ name: 'carl@x.org', roles: ['Clerk'] });
    const other = await first.user({ name: 'cora@x.org', roles: ['Clerk'] });
    const own = await follow({ query, token: owner.token });
    const all = [clerk, clerk, clerk, other, other].map(({ token }) => follow({ query, token }));
    const everything = await Promise.all(all);
    for (const each of [own, ...everything]) expect((await each.next()).data.buy).toEqual([]);
    const { runs } = first.app.live.figures();
    await ok('POST', 'Buy', { name: 'R1', state: 'r' });
    for (const each of everything) expect((await each.next()).data.buy).toEqual([{ name: 'R1' }]);
    await own.silent(200);
    // One for the five clerks, one for the owner.
    expect(first.app.live.figures().runs - runs).toBe(2);
    const { status } = await owner.json('POST', '/api/v1/Buy', { name: 'R2', state: 'r' });
    expect(status).toBe(201);
    expect((await own.next()).data.buy).toEqual([{ name: 'R2' }]);
    for (const each of everything) expect((await each.next()).data.buy).toEqual([{ name: 'R1' }, { name: 'R2' }]);
  });

  test('a right that is taken away ends it, in every process, and nothing written later leaks', async () => {
    const bob = await first.user({ name: 'bob@x.org', roles: ['Clerk'] });
    const lives = [await follow({ query, token: bob.token }), await follow({ query, token: bob.token, at: second })];
    for (const live of lives) await live.next();
    await ok('PUT', 'User/bob@x.org', { roles: [] });
    await ok('POST', 'Buy', { name: 'secret', state: 'r' });
    for (const live of lives) {
      expect((await live.next()).errors[0].extensions.code).toMatch(/bad_request|forbidden|not_found/);
      await live.ended();
      expect(JSON.stringify(live.answers)).not.toContain('secret');
    }
    await ok('DELETE', 'Buy/secret');
  });

  test('without any change of documents a disabled user is told within two seconds', async () => {
    const eve = await first.user({ name: 'eve@x.org', roles: ['Clerk'] });
    const lives = [await follow({ query, token: eve.token }), await follow({ query, token: eve.token, at: second })];
    for (const live of lives) await live.next();
    const since = Date.now();
    await ok('PUT', 'User/eve@x.org', { enabled: 0 });
    for (const live of lives) {
      expect((await live.next()).errors[0].extensions.code).toBe('unauthenticated');
      await live.ended();
    }
    expect(Date.now() - since).toBeLessThan(2500);
  });

  test.each<[what: string, end: (person: UserClient) => Promise<Reply>]>([
    ['signing out', (person) => person.json('POST', '/api/v1/auth/logout')],
    ['the end of all sessions', ({ user }) => first.json('DELETE', `/api/v1/auth/users/${user}/sessions`)],
    [
      'a new password',
      ({ user }) => first.json('POST', `/api/v1/auth/users/${user}/password`, { new_password: 'a new long password' }),
    ],
    ['the end of the account', ({ user }) => first.json('PUT', `/api/v1/User/${user}`, { enabled: 0 })],
  ])('%s ends quiet ones at once, in every process', async (what, end) => {
    const name = `${what.replaceAll(' ', '-')}@x.org`;
    const person = await first.user({ name, roles: ['Clerk'], password: 'a first long password' });
    const lives = await Promise.all([first, second].map((at) => follow({ query, token: person.token, at })));
    const listener = await listen(second, person.token);
    for (const live of lives) await live.next();
    const since = Date.now();
    expect((await end(person)).status).toBeLessThan(300);
    for (const live of lives) {
      expect((await live.next()).errors[0].extensions.code).toBe('unauthenticated');
      await live.ended();
    }
    await listener.closed();
    expect(Date.now() - since).toBeLessThan(1000);
  });

  test('an API key that is revoked ends what came with it at once, in every process; a session goes on', async () => {
    const person = await first.user({ name: 'keyed@x.org', roles: ['Clerk'] });
    const { body: made } = await person.json('POST', '/api/v1/auth/api-keys', { label: 'live' });
    const headers = { authorization: `token ${made.key}:${made.secret}` };
    const lives = await Promise.all([first, second].map((at) => follow({ query, token: '', headers, at })));
    const other = await follow({ query, token: person.token, at: second });
    for (const live of [...lives, other]) await live.next();
    const since = Date.now();
    expect((await person.json('DELETE', `/api/v1/auth/api-keys/${made.id}`)).status).toBeLessThan(300);
    for (const live of lives) expect((await live.next()).errors[0].extensions.code).toBe('unauthenticated');
    expect(Date.now() - since).toBeLessThan(1000);
    await other.silent();
  });

  test('a session that ends without a word is noticed soon', async () => {
    const person = await first.user({ name: 'silent@x.org', roles: ['Clerk'] });
    const live = await follow({ query, token: person.token });
    await live.next();
    const text = `delete from m_session s using "user" u where u.id = s.user_id and u.name = 'silent@x.org'`;
    await first.app.db.query({ text, values: [] });
    expect((await live.next()).errors[0].extensions.code).toBe('unauthenticated');
  });

  test('a session that ends, ends it before the next change', async () => {
    const dan = await first.user({ name: 'dan@x.org', roles: ['Clerk'] });
    const live = await follow({ query, token: dan.token });
    await live.next();
    await dan.json('POST', '/api/v1/auth/logout');
    await ok('POST', 'Buy', { name: 'after logout', state: 'r' });
    expect((await live.next()).errors[0].extensions.code).toBe('unauthenticated');
    await live.ended();
    await expect.poll(() => first.app.live.figures().followers).toBe(0);
  });

  test('a User Permission that is added narrows what comes', async () => {
    const fay = await first.user({ name: 'fay@x.org', roles: ['Clerk'] });
    await ok('POST', 'Buyer', { name: 'Only', full_name: 'Only' });
    const live = await follow({ query: 'subscription { buyer(order_by: {name: asc}) { name } }', token: fay.token });
    expect((await live.next()).data.buyer.length).toBeGreaterThan(1);
    await ok('POST', 'User Permission', { user: 'fay@x.org', allow: 'Buyer', for_value: 'Only' });
    expect((await live.next()).data.buyer).toEqual([{ name: 'Only' }]);
    await ok('POST', 'Buyer', { name: 'Unseen' });
    await live.silent();
  });

  test('a guest follows what guests may see, which is nothing here', async () => {
    const live = await follow({ query, token: '' });
    const { errors } = await live.next();
    expect(errors[0].extensions.code).toMatch(/unauthenticated|bad_request/);
    await live.ended();
  });
});

describe('an edit of the schema', () => {
  test('goes on when a field is added, ends when a selected one is removed', async () => {
    const fields = (names: string[]) => docType('Shape', names, RIGHTS);
    await ok('POST', 'DocType', fields(['title', 'color']));
    await ok('POST', 'Shape', { name: 'one', title: 't', color: 'red' });
    const plain = await follow({ query: 'subscription { shape { name title } }' });
    const colored = await follow({ query: 'subscription { shape { name color } }' });
    const far = await follow({ query: 'subscription { shape { name color } }', at: second });
    for (const each of [plain, colored, far]) await each.next();
    await ok('PUT', 'DocType/Shape', fields(['title', 'color', 'size']));
    for (const each of [plain, colored]) await each.silent(200);
    await ok('PUT', 'DocType/Shape', fields(['title', 'size']));
    for (const each of [colored, far]) {
      expect((await each.next()).errors[0].extensions.code).toBe('bad_request');
      await each.ended();
    }
    await ok('PATCH', 'Shape/one', { title: 'u' });
    expect((await plain.next()).data.shape[0].title).toBe('u');
  });
});

describe('a lost notice', () => {
  test('is made good by asking again', async () => {
    const short = await createTestApp({ databaseUrl: first.databaseUrl, apps: [app], liveTimes: { againMs: 300 } });
    try {
      const live = await stream(short, {
        token: first.token,
        query: 'subscription { aside_by_pk(name: "L") { title } }',
      });
      await live.next();
      // By no door of ours, so that nobody is told.
      await first.app.db.query({
        text: `insert into aside (id, name, title, owner, modified_by, creation, modified)
          select gen_random_uuid(), 'L', 'by hand', owner, modified_by, creation, modified from buyer limit 1`,
        values: [],
      });
      expect((await live.next()).data.aside_by_pk).toEqual({ title: 'by hand' });
      await live.close();
    } finally {
      await short.close();
    }
  });
});

describe('limits and the end', () => {
  test('of a user and of the process', async () => {
    const small = await createTestApp({
      databaseUrl: first.databaseUrl,
      apps: [app],
      graphqlLimits: { userSubscriptions: 2, allSubscriptions: 3 },
    });
    try {
      const follow = (token: string) => stream(small, { token, query: 'subscription { aside(limit: 0) { name } }' });
      const gil = await first.user({ name: 'gil@x.org', roles: ['Clerk'] });
      const open = [await follow(first.token), await follow(first.token)];
      for (const each of open) expect((await each.next()).data).toBeDefined();
      const third = await follow(first.token);
      expect((await third.next()).errors[0].extensions).toMatchObject({ code: 'rate_limited', status: 429 });
      await third.ended();
      const other = await follow(gil.token);
      expect((await other.next()).data).toBeDefined();
      const fourth = await follow(gil.token);
      expect((await fourth.next()).errors[0].message).toContain('This server');
      await open[0]?.close();
      await expect.poll(() => small.app.live.figures().followers).toBe(2);
      expect((await (await follow(first.token)).next()).data).toBeDefined();
    } finally {
      await small.close();
    }
  });

  test('the server stops: every stream is completed, and soon', async () => {
    const short = await createTestApp({ databaseUrl: first.databaseUrl, apps: [app] });
    const lives = await Promise.all(
      Array.from({ length: 5 }, () =>
        stream(short, { token: first.token, query: 'subscription { aside(limit: 1) { name } }' }),
      ),
    );
    for (const live of lives) await live.next();
    const since = Date.now();
    await short.close();
    for (const live of lives) await live.ended();
    expect(Date.now() - since).toBeLessThan(3000);
  });
});
