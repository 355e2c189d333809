/**
 * Whether people who sign in hold up the others: reads by key alone, and while passwords are checked without
 * a pause. Hashing takes a core; what must not happen is that a read waits for it on the event loop.
 */
import autocannon from 'autocannon';
import { open } from './data.ts';
import { PASSWORD, startServer, startWorld } from './world.ts';

const USERS_SIGNING_IN = 4;

export async function measureLogins(q: { seconds: number; connections: number }): Promise<void> {
  const world = await startWorld();
  try {
    await (await open(world.databaseUrl)).close();
    const server = await startServer('ours.ts', { DATABASE_URL: world.databaseUrl });
    try {
      const headers = { authorization: `Bearer ${(await login(server.url)).token}` };
      const url = `${server.url}/api/v1/Role/System%20Manager`;
      const read = () => autocannon({ url, headers, duration: q.seconds, connections: q.connections });
      await read();
      const alone = await read();
      let isOver = false;
      let signedIn = 0;
      const people = Array.from({ length: USERS_SIGNING_IN }, async () => {
        while (!isOver) if ((await login(server.url)).token) signedIn++;
      });
      const beside = await read();
      isOver = true;
      await Promise.all(people);
      console.log(
        `reads while ${USERS_SIGNING_IN} people sign in without a pause (${(signedIn / q.seconds).toFixed(0)} logins/s): p99 ${beside.latency.p99} ms, alone ${alone.latency.p99} ms; throughput ratio ${(beside.requests.average / alone.requests.average).toFixed(2)}; failed ${beside.non2xx + beside.errors}`,
      );
    } finally {
      await server.stop();
    }
  } finally {
    await world.stop();
  }
}

async function login(url: string): Promise<{ token?: string }> {
  const reply = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'Administrator', password: PASSWORD }),
  });
  return (await reply.json()) as { token?: string };
}
