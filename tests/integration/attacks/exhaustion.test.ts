/** DOSR: requests that want too much of the server. Each is bounded, and others are served meanwhile. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Client, Reply } from '../../support/app.ts';
import { expectProblem, query, quickly, refused, withClient } from './oracles.ts';
import { head, open, sendBytes, statusOf } from './socket.ts';
import { must, openWorld, type World } from './world.ts';

const POOL = 4;
const STATEMENT_MS = 800;
const LIMIT = 1_000_000;

let world: World;
beforeAll(async () => {
  world = await openWorld({ poolSize: POOL, statementTimeoutMs: STATEMENT_MS, bodyLimitBytes: LIMIT });
});
afterAll(() => world?.close());

describe('DOSR-01 page size and unbounded lists', () => {
  beforeAll(async () => {
    for (let part = 0; part < 3; part++) {
      const docs = Array.from({ length: 500 }, (_, index) => ({
        name: `bulk ${part * 500 + index}`,
        title: `t${index % 7}`,
      }));
      await must(world, 'POST', '/api/v1/Note/bulk', { action: 'insert', docs });
    }
  });

  test.each(['0', '-1', '1e9', 'all', '1001', '999999999999', ''])('limit=%s', async (limit) => {
    const reply = await quickly(world, { ask: `GET /api/v1/Note?limit=${limit}` });
    if (limit === '') expect([reply.status, reply.body.items.length]).toEqual([200, 20]);
    else expectProblem(reply, limit);
  });

  test('the whole page is bounded: rows, groups, child rows, and versions', async () => {
    for (const ask of [
      '/api/v1/Note?limit=1000&fields=["*"]',
      '/api/v1/Note?limit=1000&group_by=name',
      '/api/v1/Note?limit=1000&q=t',
      '/api/v1/Note/first/versions?limit=1000',
    ]) {
      const reply = await world.json('GET', ask);
      expect([reply.status, reply.body.items.length <= 1000], ask).toEqual([200, true]);
    }
    for (const ask of [
      '/api/v1/Note/first/versions?limit=1001',
      '/api/v1/doctype/Note/history?limit=1001',
      '/api/v1/DocType?limit=1001',
    ])
      await refused(world, { ask: `GET ${ask}` });
    await refused(world, {
      ask: `GET /api/v1/Note?${query({ fields: Array.from({ length: 1001 }, () => 'name') }).slice(0, 16_000)}`,
    });
    await refused(world, { ask: `GET /api/v1/Note?expand=${Array.from({ length: 21 }, () => 'about').join('.')}` });
    await refused(world, { ask: `GET /api/v1/Note?expand=about.about.about.about.about` });
    await refused(world, { ask: `GET /api/v1/Note?offset=10000001` });
  });

  test('a bulk write is bounded too', async () => {
    const docs = Array.from({ length: 20_000 }, () => 'x');
    await refused(world, { ask: 'POST /api/v1/Note/bulk', body: { action: 'delete', docs } });
  });
});

describe('DOSR-02 large and chunked bodies', () => {
  const post = (...headers: string[]): string =>
    head(world.token, 'POST /api/v1/Note HTTP/1.1', 'Content-Type: application/json', ...headers);
  const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;

  test('a hundred announced megabytes are refused before they come', async () => {
    const begun = performance.now();
    expect(statusOf(await sendBytes(world.url, [post('Content-Length: 100000000'), ' '.repeat(1000)]))).toBe(413);
    expect(performance.now() - begun).toBeLessThan(1500);
  });

  test('chunks without end are refused at the limit, while they come', async () => {
    const before = process.memoryUsage.rss();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        sendBytes(world.url, [post('Transfer-Encoding: chunked'), ...Array.from({ length: 400 }, () => chunk)]),
      ),
    );
    expect(answers.map(statusOf)).toEqual(answers.map(() => 413));
    expect(process.memoryUsage.rss() - before).toBeLessThan(400_000_000);
  });

  test('two lengths, or a length and chunks, are no request', async () => {
    for (const headers of [
      ['Content-Length: 5', 'Transfer-Encoding: chunked'],
      ['Content-Length: 5', 'Content-Length: 6'],
      ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
      ['Transfer-Encoding: xchunked'],
      ['Transfer-Encoding: gzip, chunked, gzip'],
      ['Content-Length: -1'],
      ['Content-Length: 0x10'],
      ['Content-Length: 99999999999999999999'],
      ['Content-Length : 5'],
    ]) {
      const answer = await sendBytes(world.url, [post(...headers), '0\r\n\r\n'], { half: true });
      expect(statusOf(answer), `${headers}: ${answer.slice(0, 200)}`).toBeGreaterThanOrEqual(400);
      expect(statusOf(answer)).toBeLessThan(500);
    }
  });

  test('broken chunks and a body that is cut write nothing', async () => {
    for (const bytes of [
      'zz\r\n{}\r\n0\r\n\r\n',
      'ffffffffffffffffff\r\n',
      '5;ext=1\r\n{"na',
      '5\r\n{"name":"chunky"}\r\n0\r\n\r\n',
      '-5\r\n',
    ]) {
      const answer = await sendBytes(world.url, [post('Transfer-Encoding: chunked'), bytes], {
        half: true,
        wait: 1000,
      });
      expect(statusOf(answer)).toBeLessThan(500);
    }
    await sendBytes(world.url, [post('Content-Length: 200'), '{"name":"cut"}'], { half: true, wait: 1000 });
    expect((await world.json('GET', '/api/v1/Note/cut')).status).toBe(404);
    expect((await world.json('GET', '/api/v1/Note/chunky')).status).toBe(404);
  });

  test('two hundred bodies that come a byte at a time hold nobody up', async () => {
    const sockets = await Promise.all(Array.from({ length: 200 }, () => open(world.url)));
    for (const socket of sockets) socket.write(`${post('Content-Length: 100')}{`);
    const latencies = await lightTraffic(world, 40);
    for (const socket of sockets) socket.write('"');
    expect(percentile(latencies, 0.99)).toBeLessThan(500);
    for (const socket of sockets) socket.destroy();
  });

  test('a body packed by a content coding is not unpacked', async () => {
    const reply = await world.json('POST', '/api/v1/Note', '{"name":"zipped"}', { 'content-encoding': 'gzip' });
    expect([201, 400, 415]).toContain(reply.status);
  });
});

describe('DOSR-03 deep nesting and wide bodies', () => {
  const nest = (depth: number, open = '[', close = ']'): string => open.repeat(depth) + close.repeat(depth);

  test.each([
    'POST /api/v1/Note',
    'POST /api/v1/Note/bulk',
    'POST /api/v1/DocType',
    'POST /api/v1/auth/login',
    'PATCH /api/v1/Invoice/INV-00001',
  ])('%s', async (ask) => {
    for (const body of [
      nest(100_000),
      `{"a":${nest(100_000)}}`,
      '['.repeat(900_000),
      '{"a":'.repeat(100_000),
      `{"extra":${nest(66)}}`,
      `{"filters":${nest(63)},"action":"delete"}`,
      `{"docs":${nest(63)},"action":"delete"}`,
    ]) {
      await refused(world, { ask, body });
    }
  });

  test('filters: deep, alternating, wide, and of a kilobyte that would grow', async () => {
    const condition = '["title","=","x"]';
    let tree = condition;
    for (let depth = 0; depth < 12; depth++) tree = `["${depth % 2 ? 'or' : 'and'}",${tree},${condition}]`;
    const FILTERS = [
      nest(5000),
      `${'["and",'.repeat(900)}${condition}${']'.repeat(900)}`,
      `[${Array(1000).fill(condition).join()}]`.slice(0, 12_000),
      `[${Array(700).fill(condition).join(',')}]`,
      `[${Array(40).fill(condition).join(',"or",').replaceAll('"or",[', '"and",[').replace('"and"', '"or"')}]`,
    ];
    for (const filters of FILTERS) {
      const reply = await quickly(
        world,
        { ask: `GET /api/v1/Note?filters=${encodeURIComponent(filters).slice(0, 16_200)}` },
        150,
      );
      expect([200, 400, 413]).toContain(reply.status);
      const inBody = await quickly(
        world,
        { ask: 'POST /api/v1/Note/bulk', body: `{"action":"update","data":{"title":"x"},"filters":${filters}}` },
        300,
      );
      expect(inBody.status, inBody.text.slice(0, 200)).toBeLessThan(500);
    }
    expect((await quickly(world, { ask: `GET /api/v1/Note?filters=${encodeURIComponent(tree)}` })).status).toBe(200);
    const negated = (depth: number): string =>
      depth === 0
        ? '["items.item","!=","x"]'
        : `["and",["or",${negated(depth - 1)},["items.item","not like","y"]],["items.qty","not in",[1]]]`;
    expect(
      (await quickly(world, { ask: `GET /api/v1/Invoice?filters=${encodeURIComponent(negated(8))}` })).status,
    ).toBeLessThan(500);
  });

  test('a hundred thousand unknown keys, and as many rows', async () => {
    const keys = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`titl${index}`, 1]));
    for (const ask of [
      'POST /api/v1/Note',
      'PATCH /api/v1/Note/first',
      'POST /api/v1/Note/first/rename',
      'POST /api/v1/Invoice',
    ]) {
      const reply = await refused(world, { ask, body: keys, limit: 1000 });
      expect(reply.text.length, `${ask} answers with ${reply.text.length} bytes`).toBeLessThan(1_000_000);
    }
    const rows = Array.from({ length: 21_000 }, () => ({ qty: 1 }));
    await refused(world, { ask: 'POST /api/v1/Invoice', body: { items: rows } });
    const wrong = Array.from({ length: 15_000 }, () => ({ qty: 'x', cost: 'y', made_for: {} }));
    const reply = await quickly(world, { ask: 'POST /api/v1/Invoice', body: { items: wrong } }, 1000);
    expect([reply.status, reply.text.length < 1_000_000], `${reply.text.length} bytes`).toEqual([400, true]);
  });

  test('long numbers, long texts, many escapes', async () => {
    for (const body of [
      `{"count_of":${'9'.repeat(900_000)}}`,
      `{"amount":1${'0'.repeat(900_000)}}`,
      `{"amount":"${'9'.repeat(900_000)}"}`,
      `{"amount":1e${'9'.repeat(300_000)}}`,
      `{"posted":"${'2'.repeat(900_000)}"}`,
      `{"email":"${'a.'.repeat(400_000)}@"}`,
      `{"phone":"${'+1'.repeat(400_000)}"}`,
    ]) {
      await refused(world, { ask: 'POST /api/v1/Invoice', body });
    }
    for (const body of [
      `{"notes":"${'<b>'.repeat(300_000)}"}`,
      `{"notes":"${'<'.repeat(900_000)}"}`,
      `{"notes":"${'&lt;'.repeat(200_000)}"}`,
      `{"notes":"${'<!--'.repeat(200_000)}"}`,
      `{"page":"${'<a href='.repeat(100_000)}"}`,
      `{"page":"${"<p style='a:url('>".repeat(50_000)}"}`,
      `{"memo":"${'*_['.repeat(300_000)}"}`,
    ]) {
      const begun = performance.now();
      const reply = await world.json('POST', '/api/v1/Invoice', body);
      expect([201, 400], reply.text.slice(0, 300)).toContain(reply.status);
      expect(performance.now() - begun, body.slice(0, 30)).toBeLessThan(3000);
    }
  });
});

describe('DOSR-06 pattern and search cost', () => {
  test('patterns and searches are bounded in length and number', async () => {
    await refused(world, { ask: `GET /api/v1/Note?${query({ filters: [['title', 'like', '%a'.repeat(2000)]] })}` });
    await refused(world, { ask: `GET /api/v1/Note?q=${'a+'.repeat(5000)}` });
    await refused(world, { ask: `GET /api/v1/Note?q=${'a'.repeat(9000)}` });
  });

  test('what takes too long is a 503 that says how to ask for less, and the pool is whole afterwards', async () => {
    await withClient(world.databaseUrl, async (client) => {
      await client.query(
        "insert into note (id, name, owner, creation, modified, modified_by, title) select gen_random_uuid(), 'long ' || n, 'x', now(), now(), 'x', repeat('ab', 300000) from generate_series(1, 60) n",
      );
    });
    const pattern = `${'%a_a%b_b'.repeat(12)}%c`;
    const ask = `GET /api/v1/Note?${query({ filters: [['title', 'like', pattern]] })}`;
    const begun = performance.now();
    const replies = await Promise.all(Array.from({ length: POOL * 2 }, () => send(world, ask)));
    expect(performance.now() - begun).toBeLessThan(STATEMENT_MS * 4);
    for (const reply of replies) {
      expect([200, 503]).toContain(reply.status);
      if (reply.status === 503) expectProblem(reply, ask);
    }
    await withClient(world.databaseUrl, (client) => client.query("delete from note where name like 'long %'"));
    expect(percentile(await lightTraffic(world, 20), 0.99)).toBeLessThan(500);
  });
});

describe('DOSR-07 connection pool exhaustion', () => {
  test('five times the pool in slow requests: light traffic is served, or told at once that it cannot be', async () => {
    await withClient(world.databaseUrl, async (client) => {
      await client.query('begin');
      await client.query('lock table invoice in access exclusive mode');
      const slow = Array.from({ length: POOL * 5 }, () => send(world, 'GET /api/v1/Invoice?limit=1'));
      await pause(100);
      const statuses: number[] = [];
      const latencies = await lightTraffic(world, 30, statuses);
      expect(percentile(latencies, 0.99)).toBeLessThan(700);
      expect(
        statuses.every((status) => status === 200 || status === 503),
        String(statuses),
      ).toBe(true);
      const answers = await Promise.all(slow);
      for (const reply of answers) {
        expect(reply.status).toBe(503);
        expect(reply.headers.get('retry-after')).toMatch(/^\d+$/);
        expectProblem(reply);
      }
      await client.query('rollback');
    });
    expect(percentile(await lightTraffic(world, 20), 0.99)).toBeLessThan(500);
    expect((await world.json('GET', '/api/v1/Invoice?limit=1')).status).toBe(200);
  });

  test('writes that wait for a lock leave nothing open behind them', async () => {
    await withClient(world.databaseUrl, async (client) => {
      await client.query('begin');
      await client.query("select 1 from note where name = 'first' for update");
      const answers = await Promise.all(
        Array.from({ length: POOL }, () => send(world, 'PATCH /api/v1/Note/first', { title: 'Later' })),
      );
      expect(answers.map((reply) => reply.status)).toEqual(answers.map(() => 503));
      await client.query('rollback');
      const { rows } = await client.query(
        "select count(*)::int as open from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'",
      );
      expect(rows[0].open).toBe(0);
    });
    expect(await must(world, 'GET', '/api/v1/Note/first')).toMatchObject({ title: 'One' });
  });

  test('clients that go away in the middle cost nothing afterwards', async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, () => open(world.url)));
    for (const socket of sockets) socket.write(head(world.token, 'GET /api/v1/Note?limit=1000 HTTP/1.1'));
    await pause(5);
    for (const socket of sockets) socket.destroy();
    await pause(100);
    expect(percentile(await lightTraffic(world, 20), 0.99)).toBeLessThan(500);
  });
});

describe('DOSR-08 costly work of nobody', () => {
  test('500 logins at once: few are hashed, the rest are told to come back, others go on', async () => {
    const login = (user: string, password: string): Promise<Reply> =>
      world.anonymous.json('POST', '/api/v1/auth/login', { user, password });
    const before = process.memoryUsage.rss();
    const all = Array.from({ length: 500 }, (_, index) =>
      login(index % 2 ? 'Administrator' : `nobody ${index}`, 'wrong'),
    );
    const statuses: number[] = [];
    const latencies = await lightTraffic(world, 20, statuses);
    const replies = await Promise.all(all);
    const counted = new Map<number, number>();
    for (const { status } of replies) counted.set(status, (counted.get(status) ?? 0) + 1);
    expect([...counted.keys()].sort()).toEqual([401, 429]);
    expect(replies.find((reply) => reply.status === 429)?.headers.get('retry-after')).toMatch(/^\d+$/);
    expect(statuses).toEqual(statuses.map(() => 200));
    expect(percentile(latencies, 0.5)).toBeLessThan(500);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300_000_000);
  });

  test('a password of a megabyte is not hashed, nor told from a wrong one', async () => {
    for (const user of ['Administrator', 'nobody']) {
      const reply = await quickly(world.anonymous, {
        ask: 'POST /api/v1/auth/login',
        body: { user, password: 'x'.repeat(900_000) },
      });
      // The address has tried too often by now, whoever it asks for.
      expect(reply.status).toBe(429);
    }
  });

  test('nobody gets a description, a schema or a count', async () => {
    for (const path of [
      '/api/meta',
      '/api/meta/Note',
      '/metrics',
      '/api/v1/Note',
      '/api/v1/Note/count',
      '/nothing',
      '/api/v1/rpc/fn/x',
    ]) {
      const reply = await quickly(world.anonymous, { ask: `GET ${path}` });
      expect(reply.status, path).toBe(401);
      expectProblem(reply);
    }
  });
});

test('nothing failed inside', () => expect(world.failures).toEqual([]));

function send(client: Client, ask: string, body?: unknown): Promise<Reply> {
  const [method = '', path = ''] = ask.split(' ');
  return client.json(method, path, body);
}

/** A cheap read every 10 ms: what each took. */
async function lightTraffic(client: Client, times: number, statuses: number[] = []): Promise<number[]> {
  const latencies: number[] = [];
  for (let index = 0; index < times; index++) {
    const begun = performance.now();
    statuses.push((await client.json('GET', '/api/v1/Company/A')).status);
    latencies.push(performance.now() - begun);
    await pause(10);
  }
  return latencies;
}

function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number;
}
