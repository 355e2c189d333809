/** Names under concurrency: 32 clients of two processes, a fifth of whose inserts fails, some after the number was taken. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Client, Reply } from '../../support/app.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { type ServerProcess, startServer } from '../../support/reliability/server-process.ts';
import { type Random, randomFrom } from '../query/random.ts';

const CLIENTS = 32;
const INSERTS = 40;
const YEAR = new Date().getUTCFullYear();

interface Rule {
  doctype: string;
  autoname: string;
  /** What a document that is to be inserted says beside its values. */
  given?: Record<string, unknown>;
  number(name: string): number;
  isGapless: boolean;
}

const RULES: readonly Rule[] = [
  {
    doctype: 'Voucher',
    autoname: 'naming_series:',
    number: (name) => Number(new RegExp(`^V-${YEAR}-(\\d{5})$`).exec(name)?.[1]),
    isGapless: true,
  },
  {
    doctype: 'Slip',
    autoname: 'format:SL-{YYYY}-{####}',
    number: (name) => Number(new RegExp(`^SL-${YEAR}-(\\d{4})$`).exec(name)?.[1]),
    isGapless: true,
  },
  { doctype: 'Tick', autoname: 'autoincrement', number: (name) => Number(/^\d+$/.exec(name)?.[0]), isGapless: false },
];

let database: TestDatabase;
let servers: ServerProcess[];

beforeAll(async () => {
  database = await createDatabase();
  servers = [await startServer(database.url)];
  for (const { doctype, autoname } of RULES) {
    const series = { fieldname: 'naming_series', fieldtype: 'Select', options: 'V-.YYYY.-.#####\nX-.###' };
    const fields = [
      ...(autoname === 'naming_series:' ? [series] : []),
      { fieldname: 'needed', fieldtype: 'Data', reqd: 1 },
      { fieldname: 'code', fieldtype: 'Data', unique: 1 },
      { fieldname: 'rows', fieldtype: 'Table', options: 'Naming Row' },
    ];
    if (doctype === 'Voucher') {
      await made({ name: 'Naming Row', istable: 1, fields: [{ fieldname: 'to', fieldtype: 'Link', options: 'Role' }] });
    }
    await made({ name: doctype, autoname, fields });
  }
  servers.push(await startServer(database.url));
});
afterAll(async () => {
  await Promise.all((servers ?? []).map((server) => server.stop()));
  await database?.drop();
});

async function made(doctype: Record<string, unknown>): Promise<void> {
  const reply = await (servers[0] as ServerProcess).json('POST', '/api/v1/DocType', {
    module: 'Test',
    permissions: [],
    ...doctype,
  });
  expect(reply.status, reply.text).toBe(201);
}

/** An insert, and the status that it must get. */
function attempt(q: { random: Random; token: string }): { given: Record<string, unknown>; status: number } {
  const good = { needed: 'x', code: q.token, rows: [{ to: 'System Manager' }] };
  const kind = q.random.int(1, 20);
  if (kind === 1) return { given: { code: q.token }, status: 400 };
  // These fail in the database, when the number was taken already.
  if (kind <= 3) return { given: { ...good, code: 'taken' }, status: 409 };
  if (kind === 4) return { given: { ...good, rows: [{ to: 'Nobody at all' }] }, status: 400 };
  return { given: good, status: 201 };
}

test('no name twice, no gap where none is promised, and nobody sees a deadlock', async () => {
  for (const { doctype } of RULES) {
    const reply = await servers[0]?.json('POST', `/api/v1/${doctype}`, { needed: 'x', code: 'taken' });
    expect(reply?.status, reply?.text).toBe(201);
  }
  const odd: string[] = [];
  const names = new Map(RULES.map(({ doctype }) => [doctype, [] as string[]]));
  const work = async (client: Client, id: number): Promise<void> => {
    const random = randomFrom(id);
    for (let n = 0; n < INSERTS; n++) {
      const { doctype } = random.pick(RULES);
      const { given, status } = attempt({ random, token: `${id}-${n}` });
      const reply: Reply = await client.json('POST', `/api/v1/${doctype}`, given);
      if (reply.status !== status) odd.push(`${status} expected: ${reply.status} ${reply.text}`);
      if (reply.status === 201) names.get(doctype)?.push(reply.body.name);
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, id) => work(servers[id % 2] as ServerProcess, id)));
  expect(odd).toEqual([]);

  for (const { doctype, number, isGapless } of RULES) {
    const acknowledged = [...(names.get(doctype) ?? [])];
    const list = `/api/v1/${doctype}?limit=1000&fields=["name"]`;
    const { body } = await (servers[1] as ServerProcess).json('GET', list);
    const stored = (body.items as { name: string }[]).map((row) => row.name);
    expect(stored).toHaveLength(acknowledged.length + 1);
    expect(new Set(stored).size).toBe(stored.length);
    expect(acknowledged.filter((name) => !stored.includes(name))).toEqual([]);
    const numbers = stored.map(number).sort((a, b) => a - b);
    expect(numbers.filter((value) => !Number.isSafeInteger(value) || value < 1)).toEqual([]);
    if (isGapless) expect(numbers).toEqual(stored.map((_, index) => index + 1));
  }
  expect(servers.flatMap((server) => server.errors())).toEqual([]);
}, 60_000);

test('a number that a failed bulk took is given again', async () => {
  const server = servers[0] as ServerProcess;
  const last = await server.json('POST', '/api/v1/Slip', { needed: 'x' });
  const docs = [{ needed: 'a' }, { needed: 'b' }, { needed: 'c', code: 'taken' }];
  const failed = await server.json('POST', '/api/v1/Slip/bulk', { action: 'insert', docs });
  expect(failed.status, failed.text).toBe(409);
  const partly = await server.json('POST', '/api/v1/Slip/bulk', { action: 'insert', docs, atomic: false });
  expect([partly.body.succeeded, partly.body.failed]).toEqual([2, 1]);
  const next = await server.json('POST', '/api/v1/Slip', { needed: 'x' });
  const number = (RULES[1] as Rule).number;
  expect(number(next.body.name)).toBe(number(last.body.name) + 3);
});
