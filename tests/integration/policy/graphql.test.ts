/** The policy engine takes away over GraphQL what it takes away over REST, and nothing is told that it refuses. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client } from '../../support/app.ts';
import { type Engine, startEngine } from './engine.ts';
import { must, openWorld, type World } from './world.ts';

let engine: Engine;
let world: World;
beforeAll(async () => {
  engine = await startEngine();
  world = await openWorld(engine);
  await must(world.app, 'POST', '/api/v1/Deal', { title: 'a deal', client: 'ACME', steps: [{ what: 'call' }] });
});
afterAll(async () => {
  await world?.app.close();
  await engine?.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON, and a test says which member it means
async function ask(query: string, client: Client = world.seller): Promise<any> {
  return (await client.json('POST', '/graphql', { query })).body;
}

const refusing = (...refused: readonly string[]) =>
  engine.rule(({ action, resource }) => !refused.includes(`${action} ${resource.doctype}`));

describe('what the engine refuses', () => {
  const DEAL = 'deal { name title client client_doc { region } steps { what } }';

  test('all of it is there while the engine allows it', async () => {
    refusing();
    const { data } = await ask(
      `{ ${DEAL} client { name deal_by_client { title } } }`.replace('client {', 'client(limit: 9) {'),
    );
    expect(data.deal).toMatchObject([{ title: 'a deal', client_doc: { region: 'north' }, steps: [{ what: 'call' }] }]);
    expect(data.client).toEqual([{ name: 'ACME', deal_by_client: [{ title: 'a deal' }] }]);
    expect(engine.asked()).toContain('read Deal');
  });

  test('a list, a document, an aggregate, a group, a page are forbidden', async () => {
    refusing('read Deal');
    for (const query of [
      `{ ${DEAL} }`,
      '{ deal_by_pk(name: "DEAL-0001") { name } }',
      '{ deal_aggregate { aggregate { count } } }',
      '{ deal_groups(by: [title]) { aggregate { count } } }',
      '{ deal_connection(first: 1) { totalCount } }',
      '{ client(limit: 9) { name deal_by_client { title } } }',
      '{ client(where: {deal_by_client: {title: {_like: "a%"}}}) { name } }',
    ]) {
      const { data, errors } = await ask(query);
      expect([400, 403], query).toContain(errors[0].extensions.status);
      expect(data ?? null).toBeNull();
    }
    expect((await ask('{ search(text: "deal") { name } }')).data.search).toEqual([]);
    expect((await ask('{ client { name } }')).data.client).toEqual([{ name: 'ACME' }]);
  });

  test('the target of a Link is null, and cannot be asked about', async () => {
    refusing('read Client');
    const { data } = await ask(`{ ${DEAL} }`);
    expect(data.deal).toMatchObject([{ client: 'ACME', client_doc: null }]);
    for (const query of [
      '{ deal(where: {client_doc: {secret: {_eq: "plans"}}}) { name } }',
      '{ deal(order_by: {client_doc: {secret: asc}}) { name } }',
    ])
      expect((await ask(query)).errors[0].extensions.status, query).toBe(400);
  });

  test('a mutation does nothing, none of its fields', async () => {
    refusing('create Client');
    const { data, errors } = await ask(
      'mutation { a: insert_deal_one(object: {title: "half"}) { name } b: insert_client_one(object: {name: "x"}) { name } }',
    );
    expect([data, errors[0].extensions.status, errors[0].path]).toEqual([null, 403, ['b']]);
    refusing();
    expect((await ask('{ deal(where: {title: {_eq: "half"}}) { name } }')).data.deal).toEqual([]);
    const made = await ask(
      'mutation { insert_deal_one(object: {title: "whole", client: "ACME"}) { title client_doc { region } } }',
    );
    expect(made.data.insert_deal_one).toEqual({ title: 'whole', client_doc: { region: 'north' } });
  });
});
