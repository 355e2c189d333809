/** What is refused is in the audit log, once a minute for the same thing; what is hidden leaves no trace of its name. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { connect, stream } from '../graphql/following.ts';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app?.close());

test('a refusal says who, where and by which request', async () => {
  const eve = await app.user({ name: 'eve' });
  const ask = () => eve.json('DELETE', '/api/v1/Module%20Def/Core');
  const refused = await ask();
  expect(refused.status).toBe(403);
  for (let n = 0; n < 5; n++) await ask();
  await expect
    .poll(async () => {
      const rows = await app.app.db.query({
        text: `select actor, subject, request_id from m_audit where action = 'denied'`,
        values: [],
      });
      return rows.map((row) => [row.actor, row.subject, row.request_id]);
    })
    .toEqual([['eve', 'DELETE /api/v1/Module%20Def/Core', refused.headers.get('x-request-id')]]);
});

test.each([
  ['of a batch', (query: string) => [{ query: '{ me { user } }' }, { query }], {}],
  ['for who wants the status', (query: string) => ({ query }), { accept: 'application/graphql-response+json' }],
])('a refusal over GraphQL %s is one too', async (what, body, headers) => {
  const name = what.replaceAll(' ', '');
  const person = await app.user({ name });
  const query = 'mutation { delete_module_def_by_pk(name: "Core") { name } }';
  const answer = await person.json('POST', '/graphql', body(query), headers);
  expect(answer.text).toContain('"status":403');
  await expect
    .poll(() =>
      app.app.db.query({
        text: `select subject, request_id from m_audit where action = 'denied' and actor = $1`,
        values: [name],
      }),
    )
    .toEqual([{ subject: 'POST /graphql', request_id: answer.headers.get('x-request-id') }]);
});

test('a refusal over GraphQL is one too, though its answer is 200', async () => {
  const fay = await app.user({ name: 'fay' });
  const query = 'mutation { delete_module_def_by_pk(name: "Core") { name } }';
  const { status, body, headers } = await fay.json('POST', '/graphql', { query });
  expect([status, body.errors[0].extensions.status]).toEqual([200, 403]);
  await expect
    .poll(() =>
      app.app.db.query({
        text: `select subject, request_id from m_audit where action = 'denied' and actor = 'fay'`,
        values: [],
      }),
    )
    .toEqual([{ subject: 'POST /graphql', request_id: headers.get('x-request-id') }]);
});

const DELETES = 'mutation { delete_module_def_by_pk(name: "Core") { name } }';

async function deniedTo(actor: string): Promise<unknown[]> {
  const text = `select subject, request_id from m_audit where action = 'denied' and actor = $1`;
  return app.app.db.query({ text, values: [actor] });
}

test('a refusal over GraphQL in an event stream is one too', async () => {
  const gus = await app.user({ name: 'gus' });
  const answer = await stream(app, { query: DELETES, token: gus.token });
  expect((await answer.next()).errors[0].extensions.status).toBe(403);
  const subject = 'POST /graphql';
  await expect
    .poll(() => deniedTo('gus'))
    .toEqual([{ subject, request_id: answer.response.headers.get('x-request-id') }]);
});

test('a refusal over a WebSocket of GraphQL is one too, under the id of the operation', async () => {
  const hal = await app.user({ name: 'hal' });
  const socket = await connect(app, { params: { authorization: `Bearer ${hal.token}` } });
  socket.send({ id: '1', type: 'subscribe', payload: { query: DELETES } });
  const { type, payload } = await socket.next();
  expect([type, payload[0].extensions.status]).toEqual(['error', 403]);
  const wanted = [{ subject: 'GET /graphql', request_id: payload[0].extensions.request_id }];
  await expect.poll(() => deniedTo('hal')).toEqual(wanted);
  await socket.close();
});
