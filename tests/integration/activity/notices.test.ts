/** Who is told by the stream that something waits for them: whom it reaches, and nobody else. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { type Ear, hearken, plain } from '../realtime/listening.ts';
import { at, ok, openWorld, type World } from './world.ts';

let world: World;
let other: TestApp;
const ears: Ear[] = [];

beforeAll(async () => {
  world = await openWorld();
  other = await createTestApp({ databaseUrl: world.app.databaseUrl });
});
afterEach(() => {
  for (const { socket } of ears.splice(0)) socket.terminate();
});
afterAll(async () => {
  await other?.close();
  await world?.close();
});

async function earOf({ token }: UserClient, app: TestApp = world.app): Promise<Ear> {
  const made = await hearken(app, { token });
  ears.push(made);
  return made;
}

const NOTICE = { type: 'notification' };

test('an assignment and its end are told to whom it is for, in every process', async () => {
  const name = await world.project();
  const [here, there, writer] = [await earOf(world.ed), await earOf(world.ed, other), await earOf(world.ada)];
  const { items } = await ok(world.ada, 'POST', at(name, '/assignments'), { user: world.ed.user });
  for (const ear of [here, there]) expect(plain(await ear.next())).toEqual(NOTICE);
  await ok(world.ada, 'PATCH', at(name, `/assignments/${items[0].id}`), { status: 'Closed' });
  for (const ear of [here, there]) expect(plain(await ear.next())).toEqual(NOTICE);
  await writer.silent();
});

test('a mention is told to whom it reaches, and not to who may not read the document', async () => {
  const name = await world.project();
  const [ed, nina, rita] = [await earOf(world.ed), await earOf(world.nina), await earOf(world.rita)];
  const content = `Look, @${world.ed.user} and @${world.nina.user}`;
  const { id } = await ok(world.ada, 'POST', at(name, '/comments'), { content });
  expect(plain(await ed.next())).toEqual(NOTICE);
  await ok(world.ada, 'PATCH', at(name, `/comments/${id}`), { content: `Look, @${world.rita.user}` });
  // Who is named no more has one less.
  for (const ear of [ed, rita]) expect(plain(await ear.next())).toEqual(NOTICE);
  await ok(world.ada, 'DELETE', at(name, `/comments/${id}`));
  expect(plain(await rita.next())).toEqual(NOTICE);
  await Promise.all([nina.silent(), ed.silent()]);
});

test('nothing is told of what was rolled back, and nothing that names a document', async () => {
  const name = await world.project();
  const ed = await earOf(world.ed);
  const refused = await world.ada.json('POST', at(name, '/assignments'), { users: [world.ed.user, 'nobody@x.org'] });
  expect(refused.status).toBe(400);
  await ed.silent();
  await ok(world.ada, 'POST', at(name, '/assignments'), { user: world.ed.user });
  expect(JSON.stringify(await ed.next())).not.toContain(name);
});

test('who comes back hears of what came meanwhile, and of nothing that was for others', async () => {
  const name = await world.project();
  const me = await ok(world.ed, 'GET', '/api/v1/auth/me');
  const assigned = () => ok(world.ada, 'POST', at(name, '/assignments'), { user: world.ed.user });
  const { items } = await assigned();
  await pause(150);
  const back = async (client: UserClient, cursor: string): Promise<string[]> => {
    const ear = await earOf(client);
    ear.send({ type: 'resume', cursor });
    const types: string[] = [];
    while (types.at(-1) !== 'resumed') types.push((await ear.next()).type);
    return types;
  };
  expect(await back(world.ed, me.stream_cursor)).toEqual(['notification', 'resumed']);
  expect(await back(world.rita, me.stream_cursor)).toEqual(['resumed']);
  const later = await ok(world.ed, 'GET', '/api/v1/auth/me');
  expect(await back(world.ed, later.stream_cursor)).toEqual(['resumed']);
  await ok(world.ada, 'PATCH', at(name, `/assignments/${items[0].id}`), { status: 'Closed' });
});
