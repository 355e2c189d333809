/** No update is lost: 32 clients of two processes append to 8 documents, each to what it has read. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { type ServerProcess, startServer } from '../../support/reliability/server-process.ts';
import { randomFrom } from '../query/random.ts';

const CLIENTS = 32;
const DOCUMENTS = 8;
const APPENDS = 12;

let database: TestDatabase;
let servers: ServerProcess[];

beforeAll(async () => {
  database = await createDatabase();
  servers = [await startServer(database.url)];
  const entry = [{ fieldname: 'entry', fieldtype: 'Data', reqd: 1 }];
  for (const doctype of [
    { name: 'Chain Row', istable: 1, fields: entry },
    {
      name: 'Chain',
      autoname: 'prompt',
      track_changes: 1,
      fields: [
        { fieldname: 'text', fieldtype: 'Long Text' },
        { fieldname: 'rows', fieldtype: 'Table', options: 'Chain Row' },
      ],
    },
  ]) {
    const reply = await servers[0]?.json('POST', '/api/v1/DocType', { module: 'Test', permissions: [], ...doctype });
    expect(reply?.status, reply?.text).toBe(201);
  }
  servers.push(await startServer(database.url));
  for (let n = 0; n < DOCUMENTS; n++) await servers[0]?.json('POST', '/api/v1/Chain', { name: `C${n}` });
});
afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()));
  await database?.drop();
});

interface Accepted {
  document: string;
  version: number;
  entry: string;
}

interface Worker {
  id: number;
  accepted: Accepted[];
  /** Statuses of the writes that were refused. */
  refused: number[];
}

/** Reads a document and writes it with one entry more, as somebody who has seen that version. */
async function append(worker: Worker, q: { document: string; entry: string; how: 'body' | 'header' | 'modified' }) {
  const path = `/api/v1/Chain/${q.document}`;
  const server = servers[worker.id % 2] as ServerProcess;
  const read = await server.json('GET', path);
  expect(read.status, read.text).toBe(200);
  const { rows, text, _version, modified } = read.body;
  const change = {
    text: text ? `${text} ${q.entry}` : q.entry,
    rows: [...rows.map((row: { name: string }) => ({ name: row.name })), { entry: q.entry }],
    ...(q.how === 'body' ? { _version } : q.how === 'modified' ? { modified } : {}),
  };
  const headers: Record<string, string> = q.how === 'header' ? { 'if-match': read.headers.get('etag') ?? '' } : {};
  const written = await server.json('PUT', path, change, headers);
  if (written.status !== 200) {
    worker.refused.push(written.status);
    return;
  }
  expect(written.body._version).toBe(_version + 1);
  worker.accepted.push({ document: q.document, version: written.body._version, entry: q.entry });
}

test('what was accepted is all there, in a chain of versions without a gap; the rest was told 409', async () => {
  const workers = Array.from({ length: CLIENTS }, (_, id): Worker => ({ id, accepted: [], refused: [] }));
  await Promise.all(
    workers.map(async (worker) => {
      const random = randomFrom(worker.id);
      for (let n = 0; n < APPENDS; n++) {
        const how = random.pick(['body', 'header', 'modified'] as const);
        await append(worker, { document: `C${random.int(0, DOCUMENTS - 1)}`, entry: `${worker.id}.${n}`, how });
      }
    }),
  );
  expect(new Set(workers.flatMap((worker) => worker.refused))).toEqual(new Set([409]));
  const accepted = workers.flatMap((worker) => worker.accepted);
  for (let n = 0; n < DOCUMENTS; n++) {
    const chain = accepted.filter((each) => each.document === `C${n}`).sort((a, b) => a.version - b.version);
    expect(chain.map((each) => each.version)).toEqual(chain.map((_, index) => index + 2));
    const { body } = await (servers[n % 2] as ServerProcess).json('GET', `/api/v1/Chain/C${n}`);
    const entries = chain.map((each) => each.entry);
    expect(body._version).toBe(chain.length + 1);
    expect(body.rows.map((row: { entry: string }) => row.entry)).toEqual(entries);
    expect(body.text ?? '').toBe(entries.join(' '));
    const versions = await (servers[n % 2] as ServerProcess).json('GET', `/api/v1/Chain/C${n}/versions?limit=1000`);
    expect(versions.body.total).toBe(chain.length);
  }
  expect(servers.flatMap((server) => server.errors())).toEqual([]);
}, 60_000);

test('of many who write one version at the same moment, exactly one is accepted', async () => {
  const server = servers[0] as ServerProcess;
  for (let round = 0; round < 5; round++) {
    const { body, headers } = await server.json('GET', '/api/v1/Chain/C0');
    const etag = headers.get('etag') ?? '';
    const replies = await Promise.all(
      Array.from({ length: 16 }, (_, n) =>
        (servers[n % 2] as ServerProcess).json(
          'PUT',
          '/api/v1/Chain/C0',
          { text: `${round} ${n}` },
          { 'if-match': etag },
        ),
      ),
    );
    expect(replies.filter((reply) => reply.status === 200)).toHaveLength(1);
    expect(replies.filter((reply) => reply.status === 409)).toHaveLength(15);
    expect((await server.json('GET', '/api/v1/Chain/C0')).body._version).toBe(body._version + 1);
  }
});
