/** The stream between two processes: who is told what, by rights of this moment, and what is never told. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { type Ear, hearken, NEWS, plain, SECRET, TASK } from './listening.ts';

let app: TestApp;
let other: TestApp;
const people = new Map<string, UserClient>();
const ears: Ear[] = [];

beforeAll(async () => {
  app = await createTestApp();
  other = await createTestApp({ databaseUrl: app.databaseUrl });
  for (const role of ['Clerk', 'European', 'Rich']) await app.json('POST', '/api/v1/Role', { role_name: role });
  for (const doctype of [TASK, SECRET, NEWS]) {
    const { status, text } = await app.json('POST', '/api/v1/DocType', doctype);
    expect(status, text).toBe(201);
  }
  await other.app.store.refresh();
  for (const role of ['Clerk', 'European', 'Rich'])
    people.set(role, await app.user({ name: `${role.toLowerCase()}@x.org`, roles: [role] }));
});
afterEach(() => {
  for (const { socket } of ears.splice(0)) socket.terminate();
});
afterAll(async () => {
  await other?.close();
  await app?.close();
});

async function ear(who: string, at = app): Promise<Ear> {
  const made = await hearken(at, { token: who === 'Administrator' ? app.token : people.get(who)?.token });
  ears.push(made);
  return made;
}

async function write(method: string, path: string, body?: unknown, at = other): Promise<void> {
  const { status, text } = await at.json(method, `/api/v1/${path}`, body, { authorization: `Bearer ${app.token}` });
  expect(status, text).toBeLessThan(300);
}

/** What was written in another process has been heard here. */
const settled = (): Promise<void> => pause(150);

const by = 'Administrator';

describe('several people with several rules', () => {
  test('each is told with its name what he may read, and nothing of the rest', async () => {
    const [admin, clerk, european, rich] = await Promise.all(
      ['Administrator', 'Clerk', 'European', 'Rich'].map((who) => ear(who)),
    );
    for (const each of [admin, clerk, european, rich]) await each?.follow('1', 'Task');
    await write('POST', 'Task', { name: 'T1', title: 'x', region: 'EU', amount: 1 });
    const inserted = { type: 'event', doctype: 'Task', name: 'T1', event: 'insert', by };
    for (const each of [admin, clerk, european]) expect(plain(await each?.next())).toEqual(inserted);
    await rich?.silent();
    await write('POST', 'Task', { name: 'T2', title: 'x', region: 'US', amount: 10 });
    for (const each of [admin, clerk, rich]) expect(plain(await each?.next())).toEqual({ ...inserted, name: 'T2' });
    await european?.silent();
    expect(JSON.stringify(rich?.all)).not.toContain('"T1"');
    expect(JSON.stringify(european?.all)).not.toContain('"T2"');
  });

  test('what leaves somebody’s rights is a list without a name; what was never his is nothing', async () => {
    await write('POST', 'Task', { name: 'L1', region: 'EU', amount: 0 });
    await write('POST', 'Task', { name: 'L2', region: 'US', amount: 0 });
    await settled();
    const european = await ear('European');
    await european.follow('1', 'Task');
    await write('PATCH', 'Task/L1', { title: 'a' });
    expect(plain(await european.next())).toMatchObject({ type: 'event', name: 'L1', event: 'update' });
    await write('PATCH', 'Task/L2', { title: 'a' });
    await european.silent();
    await write('PATCH', 'Task/L1', { region: 'US' });
    expect(plain(await european.next())).toEqual({ type: 'list', doctype: 'Task' });
    await write('PATCH', 'Task/L1', { title: 'b' });
    await write('DELETE', 'Task/L2');
    await european.silent();
  });

  test('delete and rename', async () => {
    await write('POST', 'Task', { name: 'D1', region: 'EU', amount: 9 });
    await settled();
    const [clerk, european, rich] = [await ear('Clerk'), await ear('European'), await ear('Rich')];
    for (const each of [clerk, european, rich]) await each.follow('1', 'Task');
    const named = await ear('European');
    await named.follow('doc', 'Task', 'D1');
    await write('POST', 'Task/D1/rename', { name: 'D2' });
    const names = [plain(await clerk.next()), plain(await clerk.next())];
    expect(names.map(({ name, event }) => `${event} ${name}`).sort()).toEqual(['rename D1', 'rename D2']);
    for (const each of [european, rich])
      expect(plain(await each.nextOf('event'))).toMatchObject({ event: 'rename', name: 'D2' });
    const ended = await named.nextOf('error');
    expect(ended).toMatchObject({ id: 'doc', code: 'not_found', status: 404 });
    await named.follow('doc', 'Task', 'D2');
    await write('DELETE', 'Task/D2');
    expect(plain(await clerk.next())).toMatchObject({ event: 'delete', name: 'D2' });
    for (const each of [european, rich])
      expect(plain(await each.nextOf('list'))).toEqual({ type: 'list', doctype: 'Task' });
    expect(await named.nextOf('error')).toMatchObject({ id: 'doc', code: 'not_found' });
    const again = { type: 'subscribe', id: 'doc', doctype: 'Task', name: 'D2' };
    named.send(again);
    expect(await named.nextOf('error')).toMatchObject({ id: 'doc', code: 'not_found' });
  });

  test('what may not be seen is answered as what is not there', async () => {
    await write('POST', 'Task', { name: 'H1', region: 'US', amount: 0 });
    const european = await ear('European');
    const ask = async (doctype: string, name?: string): Promise<unknown> => {
      european.send({ type: 'subscribe', id: 'x', doctype, name });
      const { code, status, message } = await european.next();
      return { code, status, message: message.replaceAll(name ?? doctype, '…').replaceAll(doctype, '…') };
    };
    expect(await ask('Task', 'H1')).toEqual(await ask('Task', 'nobody'));
    expect(await ask('Secret')).toEqual(await ask('Nothing'));
    expect(await ask('Secret', 'S1')).toEqual(await ask('Nothing', 'S1'));
    european.send({ type: 'open', doctype: 'Task', name: 'H1' });
    expect(await european.next()).toMatchObject({ type: 'error', code: 'not_found', doctype: 'Task', name: 'H1' });
  });

  test('guests hear what guests may read', async () => {
    const guest = await hearken(app, {});
    ears.push(guest);
    await guest.follow('1', 'News');
    guest.send({ type: 'subscribe', id: '2', doctype: 'Task' });
    expect(await guest.next()).toMatchObject({ type: 'error', id: '2', code: 'unauthenticated' });
    await write('POST', 'News', { name: 'N1', title: 'x' });
    expect(plain(await guest.next())).toMatchObject({ type: 'event', name: 'N1' });
    guest.send({ type: 'open', doctype: 'News', name: 'N1' });
    expect(await guest.next()).toMatchObject({ type: 'error', code: 'unauthenticated' });
  });
});

describe('rights that end', () => {
  test('a session that ends closes the connection, in the other process too', async () => {
    const who = await app.as('clerk@x.org');
    const here = await hearken(app, { token: who.token });
    const there = await hearken(other, { headers: { authorization: `Bearer ${who.token}` } });
    ears.push(here, there);
    for (const each of [here, there]) await each.follow('1', 'Task');
    expect((await who.json('POST', '/api/v1/auth/logout')).status).toBeLessThan(300);
    await pause(1_000);
    await write('POST', 'Task', { name: 'E1', region: 'EU', amount: 0 });
    for (const each of [here, there]) {
      expect(await each.next()).toMatchObject({ type: 'error', code: 'unauthenticated' });
      expect(await each.closed()).toBe(4401);
      expect(JSON.stringify(each.all)).not.toContain('E1');
    }
  });

  test('a role that is taken away ends subscriptions, before anything more is told', async () => {
    const who = await app.user({ name: 'leaver@x.org', roles: ['Clerk'] });
    const there = await hearken(other, { token: who.token });
    ears.push(there);
    await there.follow('1', 'Task');
    await write('PATCH', 'User/leaver@x.org', { roles: [] }, app);
    expect(await there.next()).toMatchObject({ type: 'error', id: '1', status: 404 });
    await write('POST', 'Task', { name: 'R1', region: 'EU', amount: 0 });
    await there.silent();
  });

  test('a document that is shared is heard of while it is', async () => {
    await write('POST', 'Secret', { name: 'S1', title: 'x' });
    await write('POST', 'Secret', { name: 'S2', title: 'x' });
    await write('POST', 'share', { doctype: 'Secret', name: 'S1', user: 'clerk@x.org', read: true }, app);
    const clerk = await ear('Clerk', other);
    await clerk.follow('1', 'Secret', 'S1');
    await clerk.follow('2', 'Secret');
    await write('PATCH', 'Secret/S2', { title: 'y' });
    await write('PATCH', 'Secret/S1', { title: 'y' });
    expect(plain(await clerk.next())).toMatchObject({ type: 'event', name: 'S1' });
    expect(JSON.stringify(clerk.all)).not.toContain('S2');
  });
});

describe('a cut', () => {
  test('without loss: what was missed is told, by the rights of now', async () => {
    const first = await ear('European');
    const cursor = await first.follow('1', 'Task');
    first.socket.terminate();
    await write('POST', 'Task', { name: 'C1', region: 'EU', amount: 0 });
    await write('POST', 'Task', { name: 'C2', region: 'US', amount: 0 });
    await write('PATCH', 'Task/C1', { title: 'z' }, app);
    await settled();
    const again = await ear('European');
    await again.follow('1', 'Task');
    again.send({ type: 'resume', cursor });
    const told = [];
    for (let message = await again.next(); message.type !== 'resumed'; message = await again.next()) told.push(message);
    expect(told.map(({ name }) => name)).toContain('C1');
    expect(JSON.stringify(told)).not.toContain('C2');
    await settled();
    again.send({ type: 'ping' });
    const { cursor: last } = await again.nextOf('pong');
    again.send({ type: 'resume', cursor: last });
    expect((await again.next()).type).toBe('resumed');
  });

  test('with loss: reload', async () => {
    const clerk = await ear('Clerk');
    const [process] = clerk.cursor.split('.');
    for (const cursor of [
      'x',
      `${'0'.repeat(16)}.1`,
      `${process}.999999`,
      `${process}.-1`,
      (await ear('Clerk', other)).cursor,
    ]) {
      clerk.send({ type: 'resume', cursor });
      expect((await clerk.next()).type, cursor).toBe('resync');
    }
  });

  test('the connection for changes is lost', async () => {
    await settled();
    const clerk = await ear('Clerk');
    const cursor = await clerk.follow('1', 'Task');
    await app.app.db.query({
      text: `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'framework-m changes' and datname = current_database()`,
      values: [],
    });
    await clerk.nextOf('resync');
    const again = await ear('Clerk');
    await again.follow('1', 'Task');
    again.send({ type: 'resume', cursor });
    expect((await again.next()).type).toBe('resync');
    await write('POST', 'Task', { name: 'B1', region: 'EU', amount: 0 });
    expect(plain(await again.nextOf('event'))).toMatchObject({ name: 'B1' });
  });
});

describe('as an event stream', () => {
  async function events(at: TestApp, path: string, headers: Readonly<Record<string, string>>) {
    const ending = new AbortController();
    const response = await fetch(`${at.url}/api/v1/stream${path}`, {
      headers: { accept: 'text/event-stream', ...headers },
      signal: ending.signal,
    });
    let text = '';
    const read = async (): Promise<void> => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body as ReadableStream<Uint8Array>)
        text += decoder.decode(chunk, { stream: true });
    };
    const done = read().catch(() => undefined);
    return { response, done, text: () => text, close: () => ending.abort() };
  }
  const clerk = (): Readonly<Record<string, string>> => ({ authorization: `Bearer ${people.get('Clerk')?.token}` });

  test('tells the same, and goes on from where a client was', async () => {
    const wish = encodeURIComponent(JSON.stringify(['Task', ['Nothing', 'x']]));
    const first = await events(app, `?subscribe=${wish}`, clerk());
    expect(first.response.headers.get('content-type')).toContain('text/event-stream');
    await expect.poll(first.text).toContain('"id":"1","code":"not_found"');
    await write('POST', 'Task', { name: 'V1', region: 'EU', amount: 0 });
    await expect.poll(first.text).toContain('"name":"V1","event":"insert"');
    const last = [...first.text().matchAll(/^id: (.+)$/gm)].at(-1)?.[1] as string;
    first.close();
    await first.done;
    await write('POST', 'Task', { name: 'V2', region: 'EU', amount: 0 });
    const second = await events(app, '?subscribe=Task', { ...clerk(), 'last-event-id': last });
    await expect.poll(second.text).toContain('"type":"resumed"');
    await expect.poll(second.text).toContain('"name":"V2"');
    expect(second.text()).not.toContain('"name":"V1"');
    second.close();
  });

  test('what is asked wrongly, and pages of other sites', async () => {
    for (const path of ['?subscribe=%5B1%5D', '?subscribe=%5B', '?subscribe=%7B%7D&x=1']) {
      const { status } = await app.json('GET', `/api/v1/stream${path}`, undefined, { accept: 'text/event-stream' });
      expect(status, path).toBe(400);
    }
    expect((await app.json('GET', '/api/v1/stream')).status).toBe(400);
    const cookie = { cookie: `sid=${app.token}`, accept: 'text/event-stream' };
    const evil = await app.anonymous.json('GET', '/api/v1/stream', undefined, {
      ...cookie,
      origin: 'https://evil.example',
    });
    expect(evil.status).toBe(403);
    const site = await app.anonymous.json('GET', '/api/v1/stream', undefined, {
      ...cookie,
      'sec-fetch-site': 'cross-site',
    });
    expect(site.status).toBe(403);
    const own = await events(app, '', { ...cookie, origin: app.url });
    await expect.poll(own.text).toContain('"user":"Administrator"');
    own.close();
    await own.done;
  });
});
