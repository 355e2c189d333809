/**
 * What must hold whatever the rules are: a filter and its opposite make the whole list, under row rules too
 * losing a role or gaining a restriction never shows more; a share shows at most what its giver sees.
 * PERMISSION_SEED repeats a run (or is `random`).
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { randomFrom } from '../integration/query/random.ts';
import { type Client, createTestApp, type TestApp } from '../support/app.ts';
import { seedFrom } from '../support/seed.ts';
import { type Clients, loadWorld, must, path, shareJson } from './load.ts';
import { may } from './oracle.ts';
import type { Leaf } from './oracle-lists.ts';
import { randomWorld, some } from './random-world.ts';
import { randomLeaf } from './read-cases.ts';
import { docsOf, mainTypes, type Type, type World } from './world.ts';

const SEED = seedFrom('PERMISSION_SEED');
const random = randomFrom(SEED + 2);
const people = (): string[] => [...world.people.keys()];

let app: TestApp;
let world: World;
let clients: Clients;
beforeAll(async () => {
  app = await createTestApp();
  world = randomWorld(SEED, 1);
  clients = await loadWorld(app, world, random);
});
afterAll(() => app?.close());

const clientOf = (user: string): Client => clients.get(user) as Client;

/** Names of the documents that a list shows; none when it is refused. */
async function listed(user: string, type: Type, filters: readonly Leaf[] = []): Promise<string[] | undefined> {
  const wire = JSON.stringify(filters.map((leaf) => [leaf.path, leaf.operator, leaf.value]));
  const params = new URLSearchParams({ limit: '1000', fields: '["name"]', order_by: 'name', filters: wire });
  const { status, body } = await clientOf(user).json('GET', `${path(type.name)}?${params}`);
  if (status !== 200) return undefined;
  const names = (body.items as { name: string }[]).map((item) => item.name);
  expect(body.total).toBe(names.length);
  return names;
}

/** Everything that somebody sees: `Type: name`. */
async function view(user: string): Promise<Set<string>> {
  const seen = new Set<string>();
  for (const type of mainTypes(world))
    for (const name of (await listed(user, type)) ?? []) seen.add(`${type.name}: ${name}`);
  return seen;
}

/** The operators that together leave nothing over; a number that is not there is neither. */
const OPPOSITES = {
  '=': '!=',
  '!=': '=',
  in: 'not in',
  'not in': 'in',
  like: 'not like',
  'not like': 'like',
  '>': '<=',
  '<=': '>',
} as const;

function partsOf(leaf: Leaf): Leaf[] {
  if (leaf.operator === 'is') return ['set', 'not set'].map((value) => ({ ...leaf, value }));
  const parts: Leaf[] = [leaf, { ...leaf, operator: OPPOSITES[leaf.operator] }];
  return typeof leaf.value === 'number' ? [...parts, { path: leaf.path, operator: 'is', value: 'not set' }] : parts;
}

describe(`rights under change (PERMISSION_SEED=${SEED})`, () => {
  test('a filter, its opposite and what is neither make the whole list', async () => {
    let told = 0;
    for (let round = 0; round < 120; round++) {
      const user = random.pick(people());
      const type = random.pick(mainTypes(world));
      const whole = await listed(user, type);
      const leaf = randomLeaf({ random, world, user, hasFrappe: false }, type, false);
      const parts = await Promise.all(partsOf(leaf).map((part) => listed(user, type, [part])));
      const about = `seed ${SEED}: ${user} lists ${type.name} by ${JSON.stringify(leaf)}`;
      if (parts.includes(undefined))
        expect(
          parts.every((part) => part === undefined),
          about,
        ).toBe(true);
      else expect(parts.flat().sort(), about).toEqual(whole?.sort());
      if (parts.filter((part) => part && part.length > 0).length > 1) told++;
    }
    expect(told).toBeGreaterThan(5);
  });

  test('a document is found by its own values', async () => {
    for (let round = 0; round < 60; round++) {
      const user = random.pick(people());
      const type = random.pick(mainTypes(world));
      const [pivot] = some(random, (await listed(user, type)) ?? [], 0.3);
      const doc = docsOf(world, type.name).find((each) => each.name === pivot);
      const field = random.pick(
        type.fields.filter((each) => each.kind !== 'rows' && typeof doc?.[each.name] === 'string'),
      );
      if (!doc || !field) continue;
      const found = await listed(user, type, [{ path: field.name, operator: '=', value: doc[field.name] as string }]);
      if (found) expect(found, `seed ${SEED}: ${user}, ${doc.name} by ${field.name}`).toContain(doc.name);
    }
  });

  test('who loses a role sees no more than before, but for documents of their own', async () => {
    for (const person of world.people.values()) {
      const before = await view(person.name);
      const kept = person.roles.filter(() => random.chance(0.5));
      await setPerson(person.name, kept);
      // Without a row for everybody's documents only own ones count, and User Permissions do not hold for those;
      // without a row to read, those to choose from decide.
      const exempt = new Set(
        mainTypes(world).flatMap((type) =>
          docsOf(world, type.name)
            .filter((doc) => doc.owner === person.name || maySelect(type))
            .map((doc) => `${type.name}: ${doc.name}`),
        ),
      );
      const more = [...(await view(person.name))].filter((each) => !before.has(each) && !exempt.has(each));
      await setPerson(person.name, person.roles);
      expect(more, `seed ${SEED}: ${person.name} keeps ${kept.join()}`).toEqual([]);
    }
  });

  test('who gains a User Permission sees no more than before', async () => {
    for (const user of people()) {
      const before = await view(user);
      const type = random.pick(mainTypes(world).filter((each) => docsOf(world, each.name).length > 0));
      // One more of those that there are widens them: only a first one narrows.
      if (world.restrictions.some((each) => each.user === user && each.allow === type.name)) continue;
      const given = { user, allow: type.name, for_value: random.pick(docsOf(world, type.name)).name };
      const { body } = await must(app, 'POST', path('User Permission'), given);
      const more = [...(await view(user))].filter((each) => !before.has(each));
      await must(app, 'DELETE', path('User Permission', body.name));
      expect(more, `seed ${SEED}: ${JSON.stringify(given)}`).toEqual([]);
    }
  });

  test('a share shows one document that its giver sees, and as long as they do', async () => {
    const candidates = people().flatMap((giver) =>
      mainTypes(world).flatMap((type) =>
        docsOf(world, type.name)
          .filter((doc) => may(world, giver, type, 'read', doc) && may(world, giver, type, 'share', doc))
          .map((doc) => ({ giver, type, doc })),
      ),
    );
    for (const { giver, type, doc } of some(random, candidates, 12 / candidates.length)) {
      const taker = random.pick(people().filter((name) => name !== giver));
      const before = await view(taker);
      const key = `${type.name}: ${doc.name}`;
      const about = `seed ${SEED}: ${giver} shares ${key} with ${taker}`;
      const wish = { type: type.name, name: doc.name, to: taker, rights: ['read'] as const };
      await must(clientOf(giver), 'POST', '/api/v1/share', shareJson(wish));
      expect((await view(giver)).has(key), about).toBe(true);
      const more = [...(await view(taker))].filter((each) => !before.has(each));
      expect(more, about).toEqual(before.has(key) ? [] : [key]);
      await setPerson(giver, [], []);
      const isLost = !(await view(giver)).has(key);
      const isLeft = (await view(taker)).has(key);
      await setPerson(giver, world.people.get(giver)?.roles ?? [], world.people.get(giver)?.profiles ?? []);
      if (isLost && !before.has(key)) expect(isLeft, `${about}, and loses every role`).toBe(false);
    }
  });
});

async function setPerson(user: string, roles: readonly string[], profiles?: readonly string[]): Promise<void> {
  const changed = profiles && { role_profiles: profiles.map((role_profile) => ({ role_profile })) };
  await must(app, 'PATCH', path('User', user), { roles: roles.map((role) => ({ role })), ...changed });
}

function maySelect(type: Type): boolean {
  const rules = type.customRules.length > 0 ? type.customRules : type.rules;
  return rules.some((rule) => rule.rights.includes('select') && !rule.rights.includes('read'));
}
