/**
 * Random edits of DocTypes by two editors on two processes while clients work on the same documents. After each
 * round the database is what the metadata says, both processes serve it, and no acknowledged value is lost.
 * FUZZ_SEED repeats a run (or is `random`), as far as the clocks allow; FUZZ_EDITS makes a long one.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../../server/db/pool.ts';
import { createDatabase, type TestDatabase } from '../../support/postgres.ts';
import { expectAgreement, openObserver } from '../../support/reliability/agreement.ts';
import { editSomething, makeDocType } from '../../support/reliability/fuzz-edits.ts';
import { exclusively, runClient, verify } from '../../support/reliability/fuzz-traffic.ts';
import type { FuzzField } from '../../support/reliability/fuzz-values.ts';
import { CHILD, TARGET, type World } from '../../support/reliability/fuzz-world.ts';
import { type ServerProcess, startServer } from '../../support/reliability/server-process.ts';
import { seedFrom } from '../../support/seed.ts';
import { type Random, randomFrom } from '../query/random.ts';

const SEED = seedFrom('FUZZ_SEED');
const EDITS = Number(process.env.FUZZ_EDITS ?? 70);
const CLIENTS = 6;
/** A process that did not make the edit serves it by then. */
const FRESH_MS = 2000;

let database: TestDatabase;
let observer: Database;
let world: World;

beforeAll(async () => {
  database = await createDatabase();
  observer = openObserver(database.url);
  const first = await startServer(database.url);
  const entry = { fieldname: 'label_0', fieldtype: 'Data' };
  const child = await made(first, { name: CHILD, istable: 1, fields: [entry] });
  await made(first, { name: TARGET, autoname: 'prompt', fields: [{ fieldname: 'a', fieldtype: 'Data' }] });
  for (let n = 1; n <= 5; n++) await first.json('POST', `/api/v1/${encodeURIComponent(TARGET)}`, { name: `T${n}` });
  world = {
    servers: [first, await startServer(database.url)],
    doctypes: [],
    label: (child.fields as FuzzField[])[0] as FuzzField,
    problems: [],
    tally: new Map(),
    serial: 100,
    isOver: false,
  };
  for (const name of ['Fuzz A', 'Fuzz B', 'Fuzz C']) world.doctypes.push(await makeDocType(world, first, name));
});
afterAll(async () => {
  await Promise.all((world?.servers ?? []).map((server) => server.stop()));
  await observer?.close();
  await database?.drop();
});

async function made(server: ServerProcess, doctype: Record<string, unknown>): Promise<Record<string, unknown>> {
  const reply = await server.json('POST', '/api/v1/DocType', { module: 'Test', permissions: [], ...doctype });
  expect(reply.status, reply.text).toBe(201);
  return reply.body;
}

test(
  `${EDITS} edits under traffic (FUZZ_SEED=${SEED})`,
  async () => {
    const clients = Array.from({ length: CLIENTS }, (_, n) => runClient(world, randomFrom(SEED + 1000 + n)));
    const editors = world.servers.map((_, n) => randomFrom(SEED + n));
    const done: string[] = [];
    try {
      for (let edits = 0; edits < EDITS; edits += editors.length) {
        done.push(
          ...(await Promise.all(
            editors.map((random, n) => editSomething(world, world.servers[n] as ServerProcess, random)),
          )),
        );
        const version = await expectAgreement(observer);
        await expectServed(version);
        expectNoProblem(done);
      }
    } finally {
      world.isOver = true;
      await Promise.all(clients);
    }
    await verifyAll(randomFrom(SEED));
    expectNoProblem(done);
    expect(world.servers.flatMap((server) => server.errors())).toEqual([]);
    expect(done.filter((text) => text.endsWith(': done')).length).toBeGreaterThan(EDITS / 3);
    expect(world.tally.get('done') ?? 0).toBeGreaterThan(EDITS * 2);
    if (process.env.FUZZ_SEED ?? process.env.FUZZ_EDITS) console.log(Object.fromEntries([...world.tally].sort()));
  },
  120_000 + EDITS * 2000,
);

/** Both processes, within the time that is promised. */
async function expectServed(version: number): Promise<void> {
  const until = Date.now() + FRESH_MS;
  for (const server of world.servers) {
    for (;;) {
      const { text } = await server.json('GET', '/metrics');
      const served = Number(/^framework_m_schema_version (\d+)/m.exec(text)?.[1]);
      if (served >= version) break;
      if (Date.now() > until) expect(served, 'schema version that a process serves').toBe(version);
      await sleep(10);
    }
  }
}

async function verifyAll(random: Random): Promise<void> {
  for (const known of world.doctypes) {
    if (!known.exists) continue;
    for (const document of known.documents) {
      await exclusively(document, () => verify(world, { known, document, random }));
    }
  }
}

/** Fails with what went wrong, the edits of the last rounds, and what the servers logged. */
function expectNoProblem(done: readonly string[]): void {
  if (world.problems.length === 0) return;
  const logged = world.servers.flatMap((server) => server.errors()).map((line) => line.slice(0, 1500));
  const lines = [...world.problems.slice(0, 10), 'last edits:', ...done.slice(-6), 'logged:', ...logged.slice(0, 4)];
  expect.fail(`FUZZ_SEED=${SEED}\n${lines.join('\n')}`);
}
