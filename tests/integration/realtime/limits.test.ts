/** The stream under pressure: who comes in, limits, hostile messages, slow readers, presence, a thousand subscribers, the stop. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { refusal } from '../graphql/following.ts';
import { type Ear, hearken, plain, TASK } from './listening.ts';

const TIMES = { greetingMs: 400, presenceMs: 1_500, slowMs: 1_500 };
let app: TestApp;
const ears: Ear[] = [];

beforeAll(async () => {
  app = await createTestApp({ liveTimes: TIMES });
  for (const role of ['Clerk', 'European', 'Rich']) await app.json('POST', '/api/v1/Role', { role_name: role });
  expect((await app.json('POST', '/api/v1/DocType', TASK)).status).toBe(201);
});
afterEach(async () => {
  for (const { socket } of ears.splice(0)) socket.terminate();
  await expect.poll(() => app.app.realtime.figures().listeners).toBe(0);
});
afterAll(() => app?.close());

async function ear(token = app.token, at: Pick<TestApp, 'url'> = app): Promise<Ear> {
  const made = await hearken(at, { token });
  ears.push(made);
  return made;
}

async function write(method: string, path: string, body?: unknown): Promise<void> {
  const { status, text } = await app.json(method, `/api/v1/${path}`, body);
  expect(status, text).toBeLessThan(300);
}

describe('who comes in', () => {
  test('a page of another site with our cookie is refused, our own is welcome', async () => {
    const cookie = `sid=${app.token}`;
    for (const origin of ['https://evil.example', 'null', `${app.url}.evil.example`]) {
      const { status } = await refusal(app, { path: '/api/v1/stream', headers: { cookie, origin } });
      expect(status).toBe(403);
    }
    const own = await hearken(app, { headers: { cookie, origin: app.url } });
    ears.push(own);
    await own.follow('1', 'Task');
  });

  test('a wrong token, no greeting, a second one', async () => {
    const wrong = await hearken(app, { isGreeting: false });
    wrong.send({ type: 'hello', authorization: 'Bearer wrong' });
    expect(await wrong.closed()).toBe(4401);
    const silent = await hearken(app, { isGreeting: false });
    expect(await silent.closed()).toBe(4408);
    const twice = await ear();
    twice.send({ type: 'hello' });
    expect(await twice.next()).toMatchObject({ type: 'error', code: 'bad_request' });
    const without = await hearken(app, { isGreeting: false });
    ears.push(without);
    without.send({ type: 'ping' });
    expect(await without.next()).toMatchObject({ type: 'welcome', user: 'Guest' });
  });
});

describe('limits', () => {
  test('subscriptions and open documents of one connection', async () => {
    const one = await ear();
    for (let id = 0; id < 500; id++) one.send({ type: 'subscribe', id: String(id), doctype: 'Task' });
    for (let id = 0; id < 500; id++) expect((await one.next()).type).toBe('subscribed');
    one.send({ type: 'subscribe', id: 'x', doctype: 'Task' });
    expect(await one.next()).toMatchObject({ type: 'error', id: 'x', code: 'rate_limited', status: 429 });
    one.send({ type: 'unsubscribe', id: '7' });
    one.send({ type: 'subscribe', id: '8', doctype: 'Task' });
    expect(await one.next()).toMatchObject({ type: 'error', id: '8', code: 'duplicate', status: 409 });
    await one.follow('x', 'Task');
  });

  test('the rate and the length of messages', async () => {
    const fast = await ear();
    for (let count = 0; count < 700; count++) fast.send({ type: 'ping' });
    expect(await fast.closed()).toBe(4429);
    const long = await ear();
    long.send({ type: 'subscribe', id: 'x'.repeat(20_000), doctype: 'Task' });
    expect(await long.closed()).toBe(1009);
  });

  test('connections of one user, those of GraphQL among them', async () => {
    const few = await createTestApp({ databaseUrl: app.databaseUrl, graphqlLimits: { userSockets: 2 } });
    const [one, two] = [await ear(app.token, few), await ear(app.token, few)];
    const three = await hearken(few, { isGreeting: false });
    three.send({ type: 'hello', authorization: `Bearer ${app.token}` });
    expect(await three.closed()).toBe(1013);
    const accept = { accept: 'text/event-stream', authorization: `Bearer ${app.token}` };
    expect((await few.json('GET', '/api/v1/stream', undefined, accept)).status).toBe(429);
    await two.close();
    await expect.poll(() => few.app.realtime.figures().listeners).toBe(1);
    const four = await ear(app.token, few);
    for (const each of [one, four]) await each.close();
    await few.close();
  });

  test.each([
    ['no JSON', '{'],
    ['no object', '[]'],
    ['another word', '{"type":"drop"}'],
    ['a word of prototypes', '{"type":"__proto__"}'],
    ['numbers', '{"type":"subscribe","id":1,"doctype":2}'],
    ['U+0000', '{"type":"subscribe","id":"a","doctype":"Task","name":"a\\u0000"}'],
    ['too long a name', JSON.stringify({ type: 'open', doctype: 'Task', name: 'x'.repeat(301) })],
  ])('%s closes the connection', async (_, text) => {
    const one = await ear();
    one.send(text);
    expect(await one.closed()).toBe(4400);
  });

  test('bytes, and names that mean something elsewhere', async () => {
    const one = await ear();
    for (const name of ['__proto__', 'constructor', "'; drop table task; --", '%', '../Task', '"']) {
      one.send({ type: 'subscribe', id: name, doctype: 'Task', name });
      expect(await one.next()).toMatchObject({ type: 'error', id: name, code: 'not_found' });
      one.send({ type: 'subscribe', id: name, doctype: name });
      expect(await one.next()).toMatchObject({ type: 'error', id: name, code: 'not_found' });
    }
    one.socket.send(Buffer.from('{}'));
    expect(await one.closed()).toBe(4400);
  });
});

test('a reader who sleeps costs the newest of each document', async () => {
  const slow = await ear();
  await slow.follow('1', 'Task');
  slow.socket.pause();
  const before = process.memoryUsage().heapUsed;
  const docs = Array.from({ length: 200 }, (_, number) => ({ name: `slow-${'x'.repeat(100)}-${number}`, title: 'x' }));
  await write('POST', 'Task/bulk', { action: 'insert', docs });
  for (let round = 0; round < 20; round++) {
    const changed = docs.map(({ name }) => ({ name, title: String(round) }));
    await write('POST', 'Task/bulk', { action: 'update', docs: changed });
  }
  expect((process.memoryUsage().heapUsed - before) / 1e6).toBeLessThan(150);
  slow.socket.resume();
  slow.send({ type: 'ping' });
  expect((await slow.nextOf('pong')).cursor).toBeDefined();
}, 60_000);

describe('presence', () => {
  test('who may read a document is told who else has it open, in all processes, by name and full name', async () => {
    const there = await createTestApp({ databaseUrl: app.databaseUrl, liveTimes: TIMES });
    await write('POST', 'Task', { name: 'P1', title: 'x', region: 'EU', amount: 0 });
    const ada = await app.user({
      name: 'ada@x.org',
      roles: ['European'],
      fields: { first_name: 'Ada', last_name: 'L' },
    });
    const bob = await app.user({ name: 'bob@x.org', roles: ['Rich'] });
    const [admin, other, hidden] = [await ear(), await ear(ada.token, there), await ear(bob.token, there)];
    admin.send({ type: 'open', doctype: 'Task', name: 'P1' });
    expect(await admin.next()).toEqual({ type: 'presence', doctype: 'Task', name: 'P1', users: [] });
    other.send({ type: 'open', doctype: 'Task', name: 'P1' });
    const users = (message: { users: { user: string }[] }): string[] => message.users.map(({ user }) => user);
    const told = await admin.nextOf('presence');
    expect(told.users).toEqual([{ user: 'ada@x.org', full_name: expect.stringContaining('Ada') }]);
    while (users(await other.nextOf('presence'))[0] !== 'Administrator');
    hidden.send({ type: 'open', doctype: 'Task', name: 'P1' });
    expect(await hidden.next()).toMatchObject({ type: 'error', code: 'not_found' });
    // Renewed, nobody vanishes.
    await admin.silent(2_000);
    // He may not read it any more: he is told nothing more, and nobody is told of him.
    await write('PATCH', 'Task/P1', { region: 'US' });
    expect(await other.nextOf('error')).toMatchObject({ doctype: 'Task', name: 'P1', code: 'not_found' });
    expect(users(await admin.nextOf('presence'))).toEqual([]);
    await write('PATCH', 'Task/P1', { region: 'EU' });
    other.send({ type: 'open', doctype: 'Task', name: 'P1' });
    expect(users(await admin.nextOf('presence'))).toEqual(['ada@x.org']);
    const ada1 = { user: 'ada@x.org', full_name: expect.stringContaining('Ada') };
    other.send({ type: 'open', doctype: 'Task', name: 'P1', editing: true });
    expect((await admin.nextOf('presence')).users).toEqual([{ ...ada1, editing: true }]);
    other.send({ type: 'open', doctype: 'Task', name: 'P1', editing: false });
    expect((await admin.nextOf('presence')).users).toEqual([ada1]);
    other.send({ type: 'close', doctype: 'Task', name: 'P1' });
    expect(users(await admin.nextOf('presence'))).toEqual([]);
    await there.close();
  }, 30_000);

  test('the people of a process that was killed vanish', async () => {
    const note = { is: 'presence', of: [['[null,"Task","P1"]', [['ghost@x.org', 'A Ghost']]]] };
    const admin = await ear();
    admin.send({ type: 'open', doctype: 'Task', name: 'P1' });
    await admin.nextOf('presence');
    const text = JSON.stringify(['a process that says nothing more', null, JSON.stringify(note)]);
    await app.app.db.query({ text: `select pg_notify('m_changes_' || current_schema(), $1)`, values: [text] });
    expect((await admin.nextOf('presence')).users).toEqual([{ user: 'ghost@x.org', full_name: 'A Ghost' }]);
    expect((await admin.nextOf('presence')).users).toEqual([]);
  });
});

test('everybody who listens hears that a DocType is another, and not what it is', async () => {
  const guest = await hearken(app, {});
  ears.push(guest);
  await write('POST', 'DocType', { ...TASK, name: 'Hidden Thing', permissions: [] });
  const { cursor: _, ...told } = await guest.nextOf('meta');
  expect(told).toEqual({ type: 'meta' });
});

test('a thousand subscribers cost few statements, and are told soon', async () => {
  const people: UserClient[] = [];
  for (let number = 0; number < 30; number++)
    people.push(
      await app.user({ name: `many${number}@x.org`, roles: [['Clerk', 'European', 'Rich'][number % 3] as string] }),
    );
  const many = await Promise.all(Array.from({ length: 990 }, (_, number) => ear(people[number % 30]?.token)));
  await Promise.all(many.map((each) => each.follow('1', 'Task')));
  await pause(1_200);
  const told: number[] = [];
  const { statements } = app.app.realtime.figures();
  for (let round = 0; round < 3; round++) {
    const at = performance.now();
    await write('POST', 'Task', { name: `M${round}`, title: 'x', region: 'EU', amount: 9 });
    await Promise.all(many.map(async (each) => expect(plain(await each.next())).toMatchObject({ name: `M${round}` })));
    told.push(performance.now() - at);
  }
  const cost = app.app.realtime.figures().statements - statements;
  process.stdout.write(
    `990 subscribers, 3 rules: ${told.map(Math.round).join(', ')} ms; ${cost} statements for 3 events\n`,
  );
  // For each one look, and one for the rule that only PostgreSQL can tell; now and then the sessions of all.
  expect(cost).toBeLessThanOrEqual(10);
  expect(Math.max(...told)).toBeLessThan(3_000);
}, 90_000);

test('the server stops: sockets are told, streams end, nothing stays', async () => {
  const stopping = await createTestApp({ databaseUrl: app.databaseUrl });
  const one = await hearken(stopping, { token: app.token });
  await one.follow('1', 'Task');
  const response = await fetch(`${stopping.url}/api/v1/stream?subscribe=Task`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${app.token}` },
  });
  const text = response.text();
  const since = performance.now();
  const closed = stopping.close();
  expect(await one.closed()).toBe(1001);
  expect(await text).toContain('event: close');
  await closed;
  expect(performance.now() - since).toBeLessThan(4_000);
  expect(stopping.app.realtime.figures().listeners).toBe(0);
});
