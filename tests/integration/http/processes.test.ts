/** Several processes on one database, and the end of one. */
import { Agent, request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { App } from '../../../server/documents/contract.ts';
import { clientOf, createTestApp, type TestApp } from '../../support/app.ts';
import { installTask } from './task.ts';

let first: TestApp;
let second: TestApp;
beforeAll(async () => {
  first = await createTestApp();
  second = await createTestApp({ databaseUrl: first.databaseUrl });
  await installTask(first);
});
afterAll(async () => {
  await second?.close();
  await first?.close();
});

describe('a schema that another process changed', () => {
  test('is there for the very next request, whatever it asks', async () => {
    for (let round = 0; round < 10; round++) {
      const name = `Round ${round}`;
      const fields = [{ fieldname: 'a', fieldtype: 'Data' }];
      await first.json('POST', '/api/v1/DocType', {
        name,
        module: 'Test',
        autoname: 'prompt',
        fields,
        permissions: [],
      });
      expect((await second.json('POST', `/api/v1/Round%20${round}`, { name: 'x', a: '1' })).status).toBe(201);
      await first.json('PUT', `/api/v1/DocType/Round%20${round}`, {
        fields: [...fields, { fieldname: 'b', fieldtype: 'Int' }],
      });
      expect((await second.json('PATCH', `/api/v1/Round%20${round}/x`, { b: 2 })).body).toMatchObject({ a: '1', b: 2 });
      const list = await second.json('GET', `/api/v1/Round%20${round}?fields=["b"]`);
      expect(list.body.items).toEqual([{ b: 2 }]);
    }
  });

  test('sessions are those of all processes', async () => {
    const client = await first.signIn();
    expect((await clientOf(second.url, client.token).json('GET', '/api/v1/auth/me')).status).toBe(200);
  });
});

describe('the end of a process', () => {
  const slow: App = {
    functions: {
      slow: async () => {
        await new Promise((resolve) => setTimeout(resolve, 700));
        return 'done';
      },
    },
  };

  test('running requests get their answer, new connections are refused, and it is quick', async () => {
    const app = await createTestApp({ databaseUrl: first.databaseUrl, apps: [slow] });
    const agent = new Agent({ keepAlive: true });
    // An idle connection, as a browser keeps it.
    expect(await statusOf(`${app.url}/health`, agent)).toBe(200);
    const running = app.json('POST', '/api/v1/rpc/fn/slow');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const begun = performance.now();
    const closed = app.server.close();
    // The idle connection is used once more at this very moment: it is answered, and told to go.
    expect(await statusOf(`${app.url}/health`, agent)).toBe(200);
    expect((await running).body).toEqual({ result: 'done' });
    await closed;
    expect(performance.now() - begun).toBeLessThan(3000);
    await expect(statusOf(`${app.url}/health`, new Agent())).rejects.toThrow(/ECONNREFUSED/);
    await app.app.close();
  });
});

function statusOf(url: string, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { agent }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    })
      .on('error', reject)
      .end();
  });
}
