/** A DocType that is edited is another one for the next request, in every process, and no request fails for it. */
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type Client, clientOf, createTestApp, type TestApp } from '../../support/app.ts';
import { ask, dataOf, makeDocType } from './asking.ts';

let apps: TestApp[];
let clients: Client[];

beforeAll(async () => {
  const first = await createTestApp();
  const others = await Promise.all([1, 2].map(() => createTestApp({ databaseUrl: first.databaseUrl, poolSize: 3 })));
  apps = [first, ...others];
  clients = apps.map(({ url }) => clientOf(url, first.token));
  await makeDocType(first, { name: 'Steady', autoname: 'prompt', fields: [{ fieldname: 'a', fieldtype: 'Data' }] });
  for (let n = 0; n < 20; n++) await first.json('POST', '/api/v1/Steady', { name: `s${n}`, a: `${n}` });
});
afterAll(async () => {
  for (const app of [...(apps ?? [])].reverse()) await app.close();
});

interface Field {
  fieldname: string;
  fieldtype: string;
  id?: string;
  options?: string;
}

/** An edit of a DocType; a dangerous one is confirmed. */
async function edit(method: string, name: string, ask?: object): Promise<void> {
  const path = `/api/v1/DocType/${encodeURIComponent(name)}`;
  const first = await (apps[0] as TestApp).json(method, path, ask);
  const hash = first.body?.plan_hash;
  const { status, text } =
    hash === undefined ? first : await (apps[0] as TestApp).json(method, `${path}?confirm=${hash}`, ask);
  expect([200, 204], text).toContain(status);
}

const put = (name: string, fields: readonly Field[]): Promise<void> => edit('PUT', name, { fields });

async function fieldsOf(name: string): Promise<Field[]> {
  return (await (apps[0] as TestApp).json('GET', `/api/v1/DocType/${encodeURIComponent(name)}`)).body.fields;
}

/** Queries of what is not edited, on every process, until it is told to stop; gives what failed, and how many there were. */
function load(): { stop(): Promise<{ count: number; failures: string[] }> } {
  let isOver = false;
  let count = 0;
  const failures: string[] = [];
  const one = async (client: Client, query: string, check: (text: string) => boolean): Promise<void> => {
    while (!isOver) {
      const { status, text } = await ask(client, query);
      count++;
      if (status !== 200 || !check(text)) failures.push(text.slice(0, 300));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const running = clients.flatMap((client) => [
    one(
      client,
      '{ steady(limit: 5, order_by: {name: asc}) { name a } steady_aggregate { aggregate { count } } }',
      (text) => text.includes('"count":20'),
    ),
    one(client, '{ __type(name: "steady") { fields { name } } }', (text) => text.includes('"a"')),
  ]);
  return {
    async stop() {
      isOver = true;
      await Promise.all(running);
      return { count, failures };
    },
  };
}

/** The same of each process, asked at once. */
const everywhere = <T>(work: (client: Client) => Promise<T>): Promise<T[]> => Promise.all(clients.map(work));

describe('edits under steady load', () => {
  test('each is there for the very next request of every process', async () => {
    const steady = load();
    onTestFinished(async () => void (await steady.stop()));
    for (let round = 0; round < 2; round++) {
      const doctype = `Edited ${round}`;
      const name = `edited_${round}`;
      await makeDocType(apps[0] as TestApp, {
        name: doctype,
        autoname: 'prompt',
        fields: [{ fieldname: 'a', fieldtype: 'Data' }],
      });
      const made = await everywhere((client) =>
        dataOf(
          client,
          `mutation { insert_${name}_one(object: {name: "${clients.indexOf(client)}", a: "7"}) { name a } }`,
        ),
      );
      expect(made).toHaveLength(3);

      // A new field.
      await put(doctype, [...(await fieldsOf(doctype)), { fieldname: 'b', fieldtype: 'Int' }]);
      for (const data of await everywhere((client) => dataOf(client, `{ ${name}(where: {b: {_eq: 0}}) { a b } }`)))
        expect(data[name]).toEqual(Array(3).fill({ a: '7', b: 0 }));

      // Another name for it: what it was called is gone.
      await put(
        doctype,
        (await fieldsOf(doctype)).map((field) =>
          field.fieldname === 'a' ? { ...field, fieldname: 'renamed' } : field,
        ),
      );
      for (const data of await everywhere((client) => dataOf(client, `{ ${name}(limit: 1) { renamed b } }`)))
        expect(data[name]).toEqual([{ renamed: '7', b: 0 }]);
      for (const { body } of await everywhere((client) => ask(client, `{ ${name} { a } }`)))
        expect(body.errors[0].message).toContain('Cannot query field');

      // Another type: numbers are compared as such.
      await put(
        doctype,
        (await fieldsOf(doctype)).map((field) =>
          field.fieldname === 'renamed' ? { ...field, fieldtype: 'Int' } : field,
        ),
      );
      for (const data of await everywhere((client) =>
        dataOf(
          client,
          `{ ${name}(limit: 1, where: {renamed: {_gt: 6}}) { renamed } ${name}_aggregate { aggregate { sum { renamed } } } }`,
        ),
      ))
        expect(data).toEqual({
          [name]: [{ renamed: 7 }],
          [`${name}_aggregate`]: { aggregate: { sum: { renamed: 21 } } },
        });

      // A link to it from elsewhere.
      await makeDocType(apps[0] as TestApp, {
        name: `Asker ${round}`,
        autoname: 'prompt',
        fields: [{ fieldname: 'to', fieldtype: 'Link', options: doctype }],
      });
      for (const data of await everywhere((client) =>
        dataOf(client, `{ ${name}(limit: 1) { asker_${round}_by_to { name } } }`),
      ))
        expect(data[name]).toEqual([{ [`asker_${round}_by_to`]: [] }]);

      // No field any more.
      await put(
        doctype,
        (await fieldsOf(doctype)).filter(({ fieldname }) => fieldname !== 'b'),
      );
      for (const { body } of await everywhere((client) => ask(client, `{ ${name} { renamed b } }`)))
        expect(body.errors[0].message).toContain('Cannot query field "b"');
      await put(
        doctype,
        (await fieldsOf(doctype)).map((field) => ({ ...field, description: 'described' })),
      );
      for (const data of await everywhere((client) =>
        dataOf(client, `{ __type(name: "${name}") { fields { name description } } }`),
      ))
        expect(JSON.stringify(data)).toContain('described');
    }
    // No DocType any more.
    await dataOf(
      apps[0] as TestApp,
      'mutation { delete_asker_0(where: {}) { affected_rows } delete_edited_0(where: {}) { affected_rows } }',
    );
    for (const doctype of ['Asker 0', 'Edited 0']) await edit('DELETE', doctype);
    for (const { body } of await everywhere((client) => ask(client, '{ edited_0 { name } }')))
      expect(body.errors[0].message).toContain('Cannot query field');
    for (const data of await everywhere((client) => dataOf(client, '{ __type(name: "edited_0") { name } }')))
      expect(data).toEqual({ __type: null });
    const { count, failures } = await steady.stop();
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(100);
  }, 60_000);

  test('an edit by GraphQL itself', async () => {
    const query = `mutation { insert_doctype_one(object: {name: "By Graphql", module: "Test", autoname: "prompt",
      fields: [{fieldname: "x", fieldtype: "Int", label: "X"}], permissions: [{role: "System Manager", read: true, write: true, create: true, delete: true}]}) { name fields { fieldname } } }`;
    const { insert_doctype_one: made } = await dataOf(apps[1] as TestApp, query);
    expect(made).toEqual({ name: 'By Graphql', fields: [{ fieldname: 'x' }] });
    await everywhere((client) => dataOf(client, '{ by_graphql { x } }'));
    const { doctype_by_pk: read } = await dataOf(
      clients[2] as Client,
      '{ doctype_by_pk(name: "By Graphql") { name module fields(where: {fieldtype: {_eq: "Int"}}) { fieldname label } } }',
    );
    expect(read).toEqual({ name: 'By Graphql', module: 'Test', fields: [{ fieldname: 'x', label: 'X' }] });
  });

  test('a right that is given and taken is in the schema', async () => {
    const user = await (apps[0] as TestApp).user({ name: 'right@example.org', roles: ['Sometimes'] });
    const theirs = apps.map(({ url }) => clientOf(url, user.token));
    const permissionsWith = async (more: object[]): Promise<void> => {
      const { body } = await (apps[0] as TestApp).json('GET', '/api/v1/DocType/Steady');
      const permissions = [...body.permissions.filter(({ role }: { role: string }) => role !== 'Sometimes'), ...more];
      expect((await (apps[0] as TestApp).json('PUT', '/api/v1/DocType/Steady', { permissions })).status).toBe(200);
    };
    for (const client of theirs)
      expect((await ask(client, '{ steady(limit: 1) { name } }')).body.errors).toHaveLength(1);
    await permissionsWith([{ role: 'Sometimes', read: 1 }]);
    for (const client of theirs) expect((await dataOf(client, '{ steady(limit: 1) { name } }')).steady).toHaveLength(1);
    await permissionsWith([]);
    // Within a second everywhere.
    await expect
      .poll(
        async () =>
          (await Promise.all(theirs.map((client) => ask(client, '{ steady(limit: 1) { name } }')))).every(
            ({ body }) => body.errors,
          ),
        { timeout: 1500, interval: 100 },
      )
      .toBe(true);
  });
});
