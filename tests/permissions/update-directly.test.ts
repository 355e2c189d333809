/**
 * A change that goes to the database as one statement does for each person of a random company what the steps do that
 * a bulk takes: the same is refused, the same is stored, the same Versions are kept, and the answer is what that person reads.
 * PERMISSION_SEED repeats a run (or is `random`).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Random, randomFrom } from '../integration/query/random.ts';
import { type Client, clientOf, createTestApp, type Reply, type TestApp } from '../support/app.ts';
import { seedFrom } from '../support/seed.ts';
import { type Clients, loadWorld, must, path } from './load.ts';
import { randomValue, randomWorld, some } from './random-world.ts';
import { docsOf, mainTypes, type Row, type Type, type World } from './world.ts';

const SEED = seedFrom('PERMISSION_SEED');
const WORLDS = Number(process.env.PERMISSION_WORLDS ?? 2);
const CHANGES = 350;

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app?.close());

describe(`a change in one statement (PERMISSION_SEED=${SEED})`, () => {
  for (let number = 1; number <= WORLDS; number++) {
    test(`by the people of company ${number} is what the steps make of it`, { timeout: 240_000 }, async () => {
      const seed = SEED + number * 104_729;
      const random = randomFrom(seed + 1);
      const world = simpler(random, randomWorld(seed, number));
      const clients = await keysToo(random, world, await loadWorld(app, world, random));
      await trackSome(random, world);
      const seen = { done: 0, refused: 0 };
      for (let i = 0; i < CHANGES; i++) {
        const { wrong, isDone } = await changeTwice(random, world, clients);
        if (wrong) throw new Error(`PERMISSION_SEED=${SEED}\n${wrong}`);
        seen[isDone ? 'done' : 'refused']++;
      }
      expect(seen.done).toBeGreaterThan(20);
      expect(seen.refused).toBeGreaterThan(20);
    });
  }
});

/** What may be cancelled is never changed in one statement, nor what leads to it: little of it shall be there. */
function simpler(random: Random, world: World): World {
  const types = [...world.types.values()].map((type): Type => {
    const isSubmittable = type.isSubmittable === true && random.chance(0.25);
    const fields = isSubmittable ? type.fields : type.fields.filter(({ name }) => name !== 'amended_from');
    const rules = (of: Type['rules']) => of.map((rule) => stricter(random, type, isSubmittable, rule));
    return { ...type, isSubmittable, fields, rules: rules(type.rules), customRules: rules(type.customRules) };
  });
  for (const { name, isSubmittable } of types)
    if (!isSubmittable) for (const doc of world.docs.get(name)?.values() ?? []) doc.docstatus = 0;
  return { ...world, types: new Map(types.map((type) => [type.name, type])) };
}

/** Many rules look at what is changed. */
function stricter(random: Random, { fields }: Type, isSubmittable: boolean, rule: Type['rules'][number]) {
  const rights = rule.rights.filter((right) => isSubmittable || !BEYOND.has(right));
  const isAsked = rule.level === 0 && !rule.ifOwner && fields.some(({ name }) => name === 'amount');
  const terms = ['doc.amount > 3', 'doc.flag == 1', 'doc.status != "Closed"', 'doc.modified_by != user'];
  const condition = isAsked && random.chance(0.4) ? random.pick(terms) : rule.condition;
  return { ...rule, rights, condition };
}

const BEYOND: ReadonlySet<string> = new Set(['submit', 'cancel', 'amend']);

/** Some also come with a key that may less than they may. */
async function keysToo(random: Random, world: World, clients: Clients): Promise<Map<string, Client>> {
  const all = new Map(clients);
  for (const user of ['Administrator', ...world.people.keys()]) {
    const scopes = some(random, mainTypes(world), 0.5).map((type) => `${type.name}:${random.pick(['read', 'write'])}`);
    if (random.chance(0.4)) scopes.push(random.pick(['read', 'write']));
    if (scopes.length === 0) continue;
    const client = clients.get(user) as Client;
    const made = await client.json('POST', '/api/v1/auth/api-keys', { label: 'less', scopes });
    if (made.status !== 201) continue;
    const by = clientOf(app.url, '');
    all.set(`${user} with ${scopes}`, {
      token: '',
      json: (method, target, ask, headers) =>
        by.json(method, target, ask, { ...headers, authorization: `token ${made.body.token}` }),
    });
  }
  return all;
}

async function trackSome(random: Random, world: World): Promise<void> {
  for (const type of mainTypes(world))
    if (random.chance(0.5)) await must(app, 'PUT', path('DocType', type.name), { track_changes: 1 });
}

async function changeTwice(
  random: Random,
  world: World,
  clients: ReadonlyMap<string, Client>,
): Promise<{ wrong?: string; isDone: boolean }> {
  const type = random.pick(mainTypes(world).filter((each) => !each.isTree));
  const { name } = random.pick(docsOf(world, type.name));
  const user = random.pick([...clients.keys()]);
  const client = clients.get(user) as Client;
  const given = randomGiven(random, world, type);
  const before = await stored(type, name);
  const one = await client.json('PATCH', path(type.name, name), given);
  const read = await client.json('GET', path(type.name, name));
  const after = await stored(type, name);
  await restore(type, before);
  const many = await client.json('POST', path(type.name, 'bulk'), { action: 'update', docs: [{ ...given, name }] });
  const wanted = await stored(type, name);
  await restore(type, before);
  const about = `${user} changes ${type.name} ${name} to ${JSON.stringify(given)}`;
  const isDone = one.status === 200;
  const wrong =
    difference(outcome(one), outcome(many)) ??
    difference(unstamped(after), unstamped(wanted)) ??
    difference(after.modified > before.modified, isDone) ??
    told(one, many, read);
  return { wrong: wrong && `${about}\n${JSON.stringify(before.row)}\n${one.text}\n${many.text}\n${wrong}`, isDone };
}

function randomGiven(random: Random, world: World, type: Type): Row {
  const values = type.fields.filter(({ kind }) => kind !== 'rows');
  const simple = values.filter(({ kind }) => kind !== 'link');
  const chosen = some(random, random.chance(0.9) ? simple : values, 0.4);
  const fields = chosen.length > 0 ? chosen : [random.pick(simple)];
  return Object.fromEntries(
    fields.map((field) => [field.name, random.chance(0.1) ? null : randomValue(random, world, field)]),
  );
}

/** Status, kind and fields of a refusal; where a bulk says them of its only document. */
function outcome(reply: Reply): unknown {
  const { body } = reply;
  const said = body?.results?.[0]?.error ?? body;
  if (reply.status < 300 && said === body) return 'done';
  const fields = said.errors?.map((each: { field: string; code: string }) => [
    each.field.replace(/^docs\[\d+\]\.?/, ''),
    each.code,
  ]);
  return [said.status ?? reply.status, said.type, fields];
}

/** The answer is what a bulk answers, and what this person then reads, if it is theirs to read. */
function told(one: Reply, many: Reply, read: Reply): string | undefined {
  if (one.status !== 200) return undefined;
  const unequal = difference(unstamped(one.body), unstamped(many.body.results[0].doc));
  if (unequal) return unequal;
  if (read.status === 200) return difference(one.body, read.body);
  return difference(Object.keys(one.body).sort(), ['doctype', 'id', 'name']);
}

const unstamped = ({ modified: _, ...rest }: object & { modified?: unknown }): unknown => rest;

function difference(is: unknown, shouldBe: unknown): string | undefined {
  const [left, right] = [JSON.stringify(is), JSON.stringify(shouldBe)];
  return left === right ? undefined : `${left}\nis not\n${right}`;
}

interface Stored {
  row: Record<string, unknown>;
  modified: string;
  versions: unknown;
}

const tableOf = (type: Type): string => `"${type.name.toLowerCase().replaceAll(' ', '_')}"`;

async function stored(type: Type, name: string): Promise<Stored> {
  const { db } = app.app;
  const [found] = await db.query({
    text: `select to_jsonb(t) - 'modified' as row, modified from ${tableOf(type)} t where name = $1`,
    values: [name],
  });
  const versions = await db.query({
    text: 'select version_no, modified_by, owner, data from version where ref_doctype = $1 and docname = $2 order by version_no',
    values: [type.name, name],
  });
  return { row: found?.row as Record<string, unknown>, modified: String(found?.modified), versions };
}

/** Past all rules, so that a second change meets what the first has met. */
async function restore(type: Type, { row, modified }: Stored): Promise<void> {
  const { db } = app.app;
  const table = tableOf(type);
  const columns = [...Object.keys(row), 'modified'].map((each) => `"${each}"`).join(', ');
  await db.query({
    text: `update ${table} set (${columns}) = (select ${columns} from jsonb_populate_record(null::${table}, $1::jsonb))
      where id = ($1::jsonb->>'id')::uuid`,
    values: [JSON.stringify({ ...row, modified })],
  });
  await db.query({
    text: 'delete from version where ref_doctype = $1 and docname = $2 and version_no > $3',
    values: [type.name, String(row.name), Number(row._version)],
  });
}
