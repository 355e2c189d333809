/** Races that break integrity: one success per version, one effect per transition, per key and per counter. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Reply } from '../../support/app.ts';
import { must, openWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world?.close());

const together = (count: number, send: (index: number) => Promise<Reply>): Promise<Reply[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => send(index)));
const countOf = (replies: readonly Reply[], status: number): number =>
  replies.filter((reply) => reply.status === status).length;

test('RACE-01 fifty writes of one version: one is done, the others are conflicts', async () => {
  const { _version, modified } = await must(world, 'GET', '/api/v1/Note/first');
  const replies = await together(50, (index) => {
    const title = `by ${index}`;
    if (index % 3 === 0) return world.json('PATCH', '/api/v1/Note/first', { title, _version });
    if (index % 3 === 1) return world.json('PUT', '/api/v1/Note/first', { title, modified });
    return world.json('PATCH', '/api/v1/Note/first', { title }, { 'if-match': `"${_version}"` });
  });
  expect([countOf(replies, 200), countOf(replies, 409)]).toEqual([1, 49]);
  const winner = replies.find((reply) => reply.status === 200) as Reply;
  expect(await must(world, 'GET', '/api/v1/Note/first')).toMatchObject({
    title: winner.body.title,
    _version: _version + 1,
  });
});

test('RACE-01 what is changed or deleted by a condition is what it holds of at that moment: one of many takes what is free', async () => {
  const tookOne = (reply: Reply): boolean => {
    const { results, data } = reply.body;
    return results
      ? results.length === 1
      : data.update_note?.affected_rows === 1 || data.delete_note?.affected_rows === 1;
  };
  const free = (name: string) => `where: {name: {_eq: "${name}"}, title: {_eq: "free"}}`;
  const ways: readonly ((name: string, by: string) => Promise<Reply>)[] = [
    (name, by) =>
      world.json('POST', '/graphql', {
        query: `mutation { update_note(${free(name)}, _set: {title: "${by}"}) { affected_rows } }`,
      }),
    (name, by) =>
      world.json('POST', '/api/v1/Note/bulk', { filters: { name, title: 'free' }, data: { title: by }, atomic: false }),
    (name) => world.json('POST', '/graphql', { query: `mutation { delete_note(${free(name)}) { affected_rows } }` }),
    (name) => world.json('POST', '/api/v1/Note/bulk', { action: 'delete', filters: { name, title: 'free' } }),
  ];
  for (const [number, way] of ways.entries()) {
    const { name } = await must(world, 'POST', '/api/v1/Note', { name: `free ${number}`, title: 'free' });
    const replies = await together(20, (index) => way(name, `taken by ${index}`));
    for (const reply of replies) expect(reply.status, reply.text).toBe(200);
    expect(replies.filter(tookOne).length, `way ${number}`).toBe(1);
    const taken = replies.findIndex(tookOne);
    if (number < 2)
      expect(await must(world, 'GET', `/api/v1/Note/${name}`)).toMatchObject({
        title: `taken by ${taken}`,
        _version: 2,
      });
    else expect((await world.json('GET', `/api/v1/Note/${name}`)).status).toBe(404);
  }
});

test('RACE-01 twenty that change the same documents in opposite orders: all do, and none waits in a circle', async () => {
  const names = Array.from({ length: 8 }, (_, index) => `turn ${index}`);
  for (const name of names) await must(world, 'POST', '/api/v1/Note', { name, title: '' });
  const order = (index: number): string[] => (index % 2 ? names : [...names].reverse());
  const changes = await together(20, (index) =>
    world.json('POST', '/api/v1/Note/bulk', {
      action: 'update',
      docs: order(index).map((name) => ({ name, title: `bulk ${index}` })),
    }),
  );
  const mutations = await together(20, (index) => {
    const fields = order(index).map(
      (name, number) =>
        `m${number}: update_note_by_pk(pk_columns: {name: "${name}"}, _set: {title: "m ${index}"}) { name }`,
    );
    return world.json('POST', '/graphql', { query: `mutation { ${fields.join(' ')} }` });
  });
  for (const reply of [...changes, ...mutations])
    expect([reply.status, reply.body.errors], reply.text).toEqual([200, undefined]);
  const titles = new Set<string>();
  for (const name of names) {
    const { _version, title } = await must(world, 'GET', `/api/v1/Note/${encodeURIComponent(name)}`);
    expect(_version).toBe(41);
    titles.add(title);
  }
  expect(titles.size).toBe(1);
});

test('RACE-02 twenty submits, cancels and amends: one of each', async () => {
  const at = '/api/v1/Invoice/INV-00001';
  for (const [action, success, docstatus] of [
    ['submit', 200, 1],
    ['cancel', 200, 2],
    ['amend', 201, 2],
  ] as const) {
    const replies = await together(20, () => world.json('POST', `${at}/${action}`, {}));
    expect([countOf(replies, success), countOf(replies, 409)], action).toEqual([1, 19]);
    expect((await must(world, 'GET', at)).docstatus).toBe(docstatus);
  }
});

test('RACE-02 submit against update against delete ends as one order of them', async () => {
  const { name } = await must(world, 'POST', '/api/v1/Invoice', { amount: 1 });
  const at = `/api/v1/Invoice/${name}`;
  const replies = await together(18, (index) => {
    if (index % 3 === 0) return world.json('POST', `${at}/submit`, {});
    if (index % 3 === 1) return world.json('PATCH', at, { amount: index });
    return world.json('DELETE', at);
  });
  for (const reply of replies) expect([200, 204, 400, 404, 409], reply.text).toContain(reply.status);
  const left = await world.json('GET', at);
  const isGone = countOf(replies, 204) === 1;
  expect(left.status).toBe(isGone ? 404 : 200);
  if (!isGone) expect(left.body.docstatus).toBe(1);
});

test('RACE-03 a hundred inserts on one series, a third of which fail: no number twice, none left out', async () => {
  const before = await must(world, 'GET', '/api/v1/Invoice/count');
  const replies = await together(100, (index) =>
    world.json('POST', '/api/v1/Invoice', index % 3 === 0 ? { customer: 'nobody' } : { amount: index }),
  );
  const names = replies.filter((reply) => reply.status === 201).map((reply) => reply.body.name as string);
  expect([names.length, new Set(names).size, countOf(replies, 400)]).toEqual([66, 66, 34]);
  const numbers = names.map((name) => Number(name.slice(4))).sort((a, b) => a - b);
  expect((numbers.at(-1) as number) - (numbers[0] as number)).toBe(65);
  expect((await must(world, 'GET', '/api/v1/Invoice/count')).count - before.count).toBe(66);
});

test('RACE-05 twenty requests under one Idempotency-Key have one effect and one answer', async () => {
  const replies = await together(20, () =>
    world.json('POST', '/api/v1/Invoice', { amount: 7 }, { 'idempotency-key': 'once' }),
  );
  expect(new Set(replies.map((reply) => `${reply.status} ${reply.text}`)).size).toBe(1);
  expect(replies[0]?.status).toBe(201);
  const other = await world.json('POST', '/api/v1/Invoice', { amount: 8 }, { 'idempotency-key': 'once' });
  expect(other.status).toBe(409);
});

test('the same DocType made twenty times at once is made once', async () => {
  const definition = {
    name: 'Raced',
    module: 'Attacks',
    autoname: 'prompt',
    permissions: [],
    fields: [{ fieldname: 'a', fieldtype: 'Data' }],
  };
  const replies = await together(20, (index) =>
    world.json('POST', '/api/v1/DocType', { ...definition, name: index % 2 ? 'Raced' : 'RACED' }),
  );
  expect(countOf(replies, 201), replies.map((reply) => reply.text.slice(0, 100)).join('\n')).toBe(1);
  for (const reply of replies) expect([201, 400, 409], reply.text).toContain(reply.status);
});

test('nothing failed inside', () => expect(world.failures).toEqual([]));
