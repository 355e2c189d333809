/**
 * The server and the oracle are asked the same: thousands of random requests by random people in random
 * companies must answer alike, and writes must leave exactly what the oracle says (R-01 of the fault tests).
 * PERMISSION_SEED repeats a run (or is `random`), PERMISSION_CASES makes it longer, PERMISSION_GRAPHQL says which part of it
 * goes over GraphQL.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Random, randomFrom } from '../integration/query/random.ts';
import { type Client, createTestApp, type TestApp } from '../support/app.ts';
import { seedFrom } from '../support/seed.ts';
import { introspectionCase, randomGraphql } from './graphql-cases.ts';
import { type Clients, loadWorld } from './load.ts';
import { randomWorld } from './random-world.ts';
import { type Case, type Drawing, randomRead } from './read-cases.ts';
import { report } from './report.ts';
import { GUEST, type World } from './world.ts';
import { randomWish, tryBulk, tryWrite } from './write-cases.ts';

const SEED = seedFrom('PERMISSION_SEED');
const CASES = Number(process.env.PERMISSION_CASES ?? 5200);
const WORLDS = Math.max(1, Math.round(CASES / 1300));
const GRAPHQL_SHARE = Number(process.env.PERMISSION_GRAPHQL ?? 0.4);
/** What is wrong with a rule is wrong many times; the first few tell it. */
const MOST_DIFFERENCES = Number(process.env.PERMISSION_DIFFERENCES ?? 5);
const READS_AT_ONCE = 8;

let app: TestApp;
beforeAll(async () => {
  // What is asked of small companies would be too much of large ones.
  app = await createTestApp({ graphqlLimits: { cost: 1e12 } });
});
afterAll(() => app?.close());

interface Run {
  random: Random;
  world: World;
  clients: Clients;
  hasFrappe: boolean;
  differences: string[];
  reads: Map<number, number>;
  writes: { done: number; refused: number };
}

describe(`rights as the oracle sees them (PERMISSION_SEED=${SEED})`, () => {
  for (let number = 1; number <= WORLDS; number++) {
    test(`company ${number}`, { timeout: 60_000 + (CASES / WORLDS) * 200 }, async () => {
      const seed = SEED + number * 7919;
      const world = randomWorld(seed, number);
      const random = randomFrom(seed + 1);
      const clients = await loadWorld(app, world, random);
      const ping = await app.json('GET', '/api/method/ping');
      const hasFrappe = ping.status === 200;
      const run: Run = {
        random,
        world,
        clients,
        hasFrappe,
        differences: [],
        reads: new Map(),
        writes: { done: 0, refused: 0 },
      };
      for (let cases = 0; cases < CASES / WORLDS && run.differences.length < MOST_DIFFERENCES; ) {
        cases += await readSome(run);
        for (let i = 0; i < 4; i++) cases += await writeOnce(run);
      }
      if (run.differences.length > 0) throw new Error(`PERMISSION_SEED=${SEED}\n\n${run.differences.join('\n\n')}`);
      // A company in which everybody may everything, or nobody anything, would prove nothing.
      expect(run.writes.done).toBeGreaterThan(5);
      expect(run.writes.refused).toBeGreaterThan(5);
      expect(run.reads.get(200) ?? 0).toBeGreaterThan(50);
    });
  }
});

function draw(run: Run): Drawing & { client: Client } {
  const people = [...run.world.people.keys()];
  const user = run.random.chance(0.06) ? GUEST : run.random.pick(people);
  const { random, world, hasFrappe } = run;
  return { random, world, user, hasFrappe, client: run.clients.get(user) as Client };
}

function randomOverGraphql(drawing: Drawing): Case {
  return drawing.random.chance(0.1) ? introspectionCase(drawing) : randomGraphql(drawing);
}

async function readSome(run: Run): Promise<number> {
  const asked: { question: Case; client: Client }[] = [];
  for (let i = 0; i < READS_AT_ONCE + 4; i++) {
    const { client, ...drawing } = draw(run);
    asked.push({
      question: run.random.chance(GRAPHQL_SHARE) ? randomOverGraphql(drawing) : randomRead(drawing),
      client,
    });
  }
  const replies = await Promise.all(asked.map(({ question, client }) => question.send(client)));
  for (const [i, { question }] of asked.entries()) {
    const reply = replies[i] as (typeof replies)[number];
    run.reads.set(reply.status, (run.reads.get(reply.status) ?? 0) + 1);
    const wrong = question.check(reply);
    if (wrong) run.differences.push(report(run.world, { ...question, wrong }));
  }
  return asked.length;
}

async function writeOnce(run: Run): Promise<number> {
  const { client, ...drawing } = draw(run);
  const { user, world } = drawing;
  const writing = { ...drawing, admin: app as Client, graphql: GRAPHQL_SHARE };
  if (run.random.chance(0.08)) {
    const { about, wrong, type } = await tryBulk(writing, client);
    if (wrong) run.differences.push(report(world, { user, about, type, wrong }));
    return 1;
  }
  const wish = randomWish(writing);
  const stored = world.docs.get(wish.type)?.get(wish.name);
  const { wrong, isDone } = await tryWrite(writing, wish, client);
  const about = `${JSON.stringify(wish)} of ${JSON.stringify(stored)}`;
  if (wrong) run.differences.push(report(world, { user, about, type: wish.type, name: wish.name, wrong }));
  run.writes[isDone ? 'done' : 'refused']++;
  return 1;
}
