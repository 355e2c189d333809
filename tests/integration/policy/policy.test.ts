import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { App, MethodArgument } from '../../../server/documents/contract.ts';
import { type Engine, startEngine } from './engine.ts';
import { must, openWorld, type World } from './world.ts';

/** Whatever goes wrong is "not seen": an app that catches everything. */
const look = ({ doors }: Pick<MethodArgument, 'doors'>) =>
  doors.get('Client', 'ACME').then(
    () => 'seen',
    () => 'not seen',
  );

const careless: App = {
  functions: { look },
  controllers: {
    Deal: {
      hooks: {
        async validate({ doc, doors }) {
          if (doc.title === 'look') doc.note = await look({ doors });
        },
      },
    },
  },
};

let engine: Engine;
let world: World;

beforeAll(async () => {
  engine = await startEngine();
  world = await openWorld(engine, { apps: [careless] });
});

afterAll(async () => {
  await world?.app.close();
  await engine?.stop();
});

beforeEach(() => engine.rule(() => true));

const deals = async () => (await must(world.app, 'GET', '/api/v1/Deal?limit=1000')).total as number;
const makeDeal = (more: object = {}) => must(world.app, 'POST', '/api/v1/Deal', { title: 'a deal', ...more });
const filters = (value: unknown) => encodeURIComponent(JSON.stringify(value));

describe('what the engine is asked', () => {
  test('who, what and of which DocType; each once in a request, whatever the request does', async () => {
    const { name } = await makeDeal();
    engine.rule(() => true);
    const { status } = await world.seller.json('GET', `/api/v1/Deal/${name}`);
    expect(status).toBe(200);
    expect(engine.bodies).toEqual([
      {
        input: {
          principal: {
            user: 'seller@example.com',
            roles: expect.arrayContaining(['Seller', 'All', 'Guest']),
            teams: [],
            attributes: { region: 'EU', limits: [1, 2] },
          },
          action: 'read',
          resource: { doctype: 'Deal' },
        },
      },
    ]);
  });

  test('rows are asked about as part of their documents', async () => {
    await makeDeal({ steps: [{ what: 'call' }] });
    engine.rule(() => true);
    const fields = filters(['name', 'steps.what']);
    expect((await world.seller.json('GET', `/api/v1/Deal?fields=${fields}`)).status).toBe(200);
    expect(engine.asked()).toEqual(['read Deal']);
  });

  test('nothing about what the built-in rules refuse: it cannot give', async () => {
    expect((await world.stranger.json('GET', '/api/v1/Deal')).status).toBe(404);
    expect((await world.stranger.json('POST', '/api/v1/Deal', { title: 'x' })).status).toBe(404);
    expect((await world.seller.json('POST', '/api/v1/User', { name: 'x@example.com' })).status).toBe(403);
    expect(engine.asked()).toEqual([]);
  });

  test('which rows stays with the built-in rules', async () => {
    await makeDeal();
    const { body: mine } = await world.junior.json('POST', '/api/v1/Deal', { title: 'mine' });
    const { body } = await world.junior.json('GET', '/api/v1/Deal?limit=1000');
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual([mine.name]);
  });
});

describe('what the engine takes away', () => {
  test('every way to read the documents, with 403 and its reason; others have theirs', async () => {
    const { name } = await makeDeal();
    const reason = 'outside\nof office hours';
    engine.rule(({ principal }) => ({ allow: principal.user !== 'seller@example.com', reason }));
    for (const path of ['', `/${name}`, '/count', '?q=deal', `/${name}/versions`, '?group_by=title&fields=["title"]']) {
      const { status, body } = await world.seller.json('GET', `/api/v1/Deal${path}`);
      expect([path, status, body.detail]).toEqual([
        path,
        403,
        'You may not read Deal documents: the policy engine refuses it (outside of office hours). Ask somebody who manages permissions.',
      ]);
    }
    const frappe = await world.seller.json('GET', '/api/resource/Deal');
    expect([frappe.status, frappe.body.exc_type]).toEqual([403, 'PermissionError']);
    expect((await world.junior.json('GET', '/api/v1/Deal')).status).toBe(200);
  });

  test('one action and not the others', async () => {
    const { name } = await makeDeal();
    engine.rule(({ action }) => action !== 'write');
    expect((await world.seller.json('PUT', `/api/v1/Deal/${name}`, { title: 'changed' })).status).toBe(403);
    expect((await world.seller.json('POST', `/api/v1/Deal/${name}/rename`, { name: 'Other' })).status).not.toBe(200);
    const { status, body } = await world.seller.json('GET', `/api/v1/Deal/${name}`);
    expect([status, body.title, body._version]).toEqual([200, 'a deal', 1]);
    engine.rule(({ action }) => action !== 'create');
    const before = await deals();
    expect((await world.seller.json('POST', '/api/v1/Deal', { title: 'new' })).status).toBe(403);
    expect(await deals()).toBe(before);
  });

  test('paths through Links: a field there is as if it were not', async () => {
    await makeDeal({ client: 'ACME' });
    engine.rule(({ resource }) => resource.doctype !== 'Client');
    for (const query of [
      `fields=${filters(['name', 'client.secret'])}`,
      `filters=${filters([['client.secret', '=', 'plans']])}`,
      'order_by=client.secret',
    ]) {
      const { status, text } = await world.seller.json('GET', `/api/v1/Deal?${query}`);
      expect([query, status]).toEqual([query, 400]);
      expect(text).not.toContain('plans');
    }
    const whole = '/api/v1/Deal?expand=client&limit=1000';
    expect((await world.seller.json('GET', whole)).text).not.toContain('plans');
    engine.rule(() => true);
    expect((await world.seller.json('GET', whole)).text).toContain('plans');
  });

  test('choosing a document for a Link: like one that is not there', async () => {
    const before = await deals();
    engine.rule(({ resource }) => resource.doctype !== 'Client');
    const hidden = await world.seller.json('POST', '/api/v1/Deal', { title: 'x', client: 'ACME' });
    const missing = await world.seller.json('POST', '/api/v1/Deal', { title: 'x', client: 'Nobody' });
    expect([hidden.status, missing.status]).toEqual([400, 400]);
    expect(hidden.body.errors[0].code).toBe(missing.body.errors[0].code);
    expect(await deals()).toBe(before);
  });

  test('not that the DocType exists: metadata lists it unasked, and says that nothing is allowed', async () => {
    engine.rule(() => false);
    const all = await world.seller.json('GET', '/api/meta');
    expect(all.body.items.map(({ name }: { name: string }) => name)).toContain('Deal');
    expect(engine.asked()).toEqual([]);
    const one = await world.seller.json('GET', '/api/meta/Deal');
    expect(one.status).toBe(200);
    expect(one.body.permissions).toMatchObject({ read: false, write: false, create: false });
  });

  test('nothing from Administrator, who is not asked about', async () => {
    engine.rule(() => false);
    expect((await world.app.json('GET', '/api/v1/Deal')).status).toBe(200);
    expect(engine.asked()).toEqual([]);
  });
});

describe('a write that meets questions on its way has one effect', () => {
  test('created once, and its series has no gap', async () => {
    const names: string[] = [];
    const before = await deals();
    for (let turn = 0; turn < 3; turn++) {
      const { status, body } = await world.seller.json('POST', '/api/v1/Deal', { title: 'x', client: 'ACME' });
      expect([status, body.title]).toEqual([201, 'x']);
      names.push(body.name);
    }
    expect(engine.asked()).toContain('select Client');
    expect(await deals()).toBe(before + 3);
    const numbers = names.map((name) => Number(name.split('-')[1]));
    expect(numbers).toEqual([0, 1, 2].map((step) => (numbers[0] as number) + step));
  });

  test('created once although the answer to it is refused', async () => {
    engine.rule(({ action }) => action !== 'read');
    const before = await deals();
    const { status, body } = await world.seller.json('POST', '/api/v1/Deal', { title: 'unseen' });
    expect([status, body.title]).toEqual([201, undefined]);
    expect(engine.asked()).toContain('read Deal');
    expect(await deals()).toBe(before + 1);
  });

  test('updated once, deleted once', async () => {
    const { name } = await makeDeal();
    const { body } = await world.seller.json('PUT', `/api/v1/Deal/${name}`, { title: 'y', client: 'ACME' });
    expect([body.title, body._version]).toEqual(['y', 2]);
    expect((await world.seller.json('DELETE', `/api/v1/Deal/${name}`)).status).toBe(204);
    expect((await world.seller.json('GET', `/api/v1/Deal/${name}`)).status).toBe(404);
  });

  test('with an Idempotency-Key: the repeated request gets the first answer', async () => {
    const before = await deals();
    const send = () => world.seller.json('POST', '/api/v1/Deal', { title: 'z' }, { 'idempotency-key': 'policy-once' });
    const first = await send();
    const second = await send();
    expect([first.status, second.status, second.text]).toEqual([201, 201, first.text]);
    expect(await deals()).toBe(before + 1);
  });

  test.each([true, false])('in bulk, atomic: %s', async (atomic) => {
    const before = await deals();
    const docs = Array.from({ length: 20 }, (_, at) => ({ title: `bulk ${at}`, client: 'ACME' }));
    const { body } = await world.seller.json('POST', '/api/v1/Deal/bulk', { action: 'insert', docs, atomic });
    expect([body.succeeded, body.failed]).toEqual([20, 0]);
    expect(await deals()).toBe(before + 20);
  });

  test('though code of an app catches everything: it sees the answers, not the waiting for them', async () => {
    const before = await deals();
    const called = await world.seller.json('POST', '/api/v1/rpc/fn/look', {});
    expect([called.body.result, engine.asked()]).toEqual(['seen', ['read Client']]);
    expect((await world.seller.json('POST', '/api/v1/Deal', { title: 'look' })).body.note).toBe('seen');
    engine.rule(({ resource }) => resource.doctype !== 'Client');
    expect((await world.seller.json('POST', '/api/v1/Deal', { title: 'look' })).body.note).toBe('not seen');
    expect(await deals()).toBe(before + 2);
  });
});
