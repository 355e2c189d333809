/**
 * `npm run bench`: our server against a hand-written one on the same tables, as ratios of one run, and
 * what edits, imports, memory and start cost. `-- --quick` takes under two minutes.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { readDocTypeFiles } from '../../server/doctypes/files.ts';
import { importDocTypes } from '../../server/doctypes/import.ts';
import { systemActor } from '../../server/kernel/actor.ts';
import { loadSales, manyDocTypes, open } from './data.ts';
import { measureLogins } from './logins.ts';
import { comparePermissions } from './permissions.ts';
import { type Compared, compare, median, type Side } from './rounds.ts';
import { PASSWORD, ROOT, type Server, startServer, startWorld, type World } from './world.ts';

const isQuick = process.argv.includes('--quick');
const ROUNDS = isQuick ? 3 : 5;
const SECONDS = isQuick ? 2 : 5;
const CONNECTIONS = 16;
const actor = systemActor('the benchmark');

async function main(): Promise<void> {
  console.log(`rounds ${ROUNDS} x ${SECONDS} s, ${CONNECTIONS} connections, Node ${process.version}`);
  const world = await startWorld();
  try {
    await loadSales(world.databaseUrl);
    await compareServers(world);
  } finally {
    await world.stop();
  }
  const second = await startWorld();
  try {
    await measureEdits(second);
  } finally {
    await second.stop();
  }
  await measureImport();
  await comparePermissions({ rounds: ROUNDS, seconds: SECONDS, connections: CONNECTIONS });
  await measureLogins({ seconds: SECONDS, connections: CONNECTIONS });
}

async function compareServers(world: World): Promise<void> {
  const ours = await startServer('ours.ts', { DATABASE_URL: world.databaseUrl });
  const token = await login(ours.url);
  const theirs = await startServer('hand-written.ts', { DATABASE_URL: world.databaseUrl, TOKEN: token });
  try {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const items = await readItems(ours.url, token);
    const pairs = scenarios({ ours: ours.url, theirs: theirs.url, headers, items });
    await sameAnswers(pairs);
    for (const { title, goal, ...pair } of pairs) {
      await mustSucceed(title, pair.ours);
      await mustSucceed(title, pair.theirs);
      report({
        title,
        goal,
        result: await compare({ ...pair, rounds: ROUNDS, seconds: SECONDS, connections: CONNECTIONS }),
      });
    }
  } finally {
    await ours.stop();
    await theirs.stop();
  }
}

interface Scenario {
  title: string;
  goal: number;
  ours: Side;
  theirs: Side;
}

function scenarios(q: {
  ours: string;
  theirs: string;
  headers: Record<string, string>;
  items: readonly string[];
}): Scenario[] {
  const { headers, items } = q;
  const side = (url: string, method: Side['method'], body?: unknown): Side => ({
    url,
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const list = `fields=${encodeURIComponent('["name","customer","status","order_date","grand_total"]')}&filters=${encodeURIComponent('[["status","=","Draft"]]')}&order_by=${encodeURIComponent('order_date desc')}`;
  const rows = [1, 2, 3, 4].map((n) => ({ item: items[n % items.length], qty: n, rate: 10, amount: n * 10 }));
  const order = { customer: 'CUST-00001', items: rows, currency: 'EUR', grand_total: 100 };
  const drafts = Array.from({ length: CONNECTIONS }, (_, n) => `BO-${String((n + 1) * 4).padStart(6, '0')}`);
  return [
    {
      title: 'read one document with its rows',
      goal: 0.85,
      ours: side(`${q.ours}/api/v1/Sales%20Order/BO-000777`, 'GET'),
      theirs: side(`${q.theirs}/orders/BO-000777`, 'GET'),
    },
    {
      title: 'list 20 with filter and sort',
      goal: 0.85,
      ours: side(`${q.ours}/api/v1/Sales%20Order?${list}`, 'GET'),
      theirs: side(`${q.theirs}/orders?status=Draft`, 'GET'),
    },
    {
      title: 'insert one with four rows',
      goal: 0.7,
      ours: side(`${q.ours}/api/v1/Sales%20Order`, 'POST', order),
      theirs: side(`${q.theirs}/orders`, 'POST', order),
    },
    {
      title: 'update one field',
      goal: 0.7,
      ours: {
        ...side(`${q.ours}/api/v1/Sales%20Order/BO-000004`, 'PATCH', { notes: 'seen' }),
        paths: drafts.map((name) => `/api/v1/Sales%20Order/${name}`),
      },
      theirs: {
        ...side(`${q.theirs}/orders/BO-000004`, 'PATCH', { notes: 'seen' }),
        paths: drafts.map((name) => `/orders/${name}`),
      },
    },
  ];
}

async function mustSucceed(title: string, side: Side): Promise<void> {
  const answer = await fetch(side.url, { method: side.method, headers: side.headers, body: side.body });
  if (!answer.ok)
    throw new Error(`${title}: ${side.url} answers ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
}

/** Two servers that answer differently are not doing the same work. */
async function sameAnswers(pairs: readonly Scenario[]): Promise<void> {
  for (const { title, ours, theirs } of pairs.filter((pair) => pair.ours.method === 'GET')) {
    const [a, b] = await Promise.all(
      [ours, theirs].map(async (side) => sorted(await (await fetch(side.url, { headers: side.headers })).json())),
    );
    if (a !== b)
      throw new Error(`${title}: the answers differ\nours:   ${a?.slice(0, 2000)}\ntheirs: ${b?.slice(0, 2000)}`);
  }
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item && typeof item === 'object' && !Array.isArray(item) ? Object.fromEntries(Object.entries(item).sort()) : item,
  );
}

function report(q: { title: string; goal: number; result: Compared }): void {
  const { result } = q;
  const figures = `${result.ratio.toFixed(2)} (${result.lowest.toFixed(2)} to ${result.highest.toFixed(2)})`;
  console.log(
    `${q.title.padEnd(34)} ratio ${figures}  goal ${q.goal}  ours ${result.ours.toFixed(0)}/s  by hand ${result.theirs.toFixed(0)}/s  failed ${result.failed}`,
  );
}

async function login(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ user: 'Administrator', password: PASSWORD }),
  });
  const { token } = (await answer.json()) as { token: string };
  return token;
}

async function readItems(url: string, token: string): Promise<string[]> {
  const list = await fetch(`${url}/api/v1/Sales%20Item?fields=["name"]&limit=5`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await list.json()) as { items: { name: string }[] }).items.map((item) => item.name);
}

/** A field added to one of 1,000 DocTypes, until the next request has it; memory of the idle server. */
async function measureEdits(world: World): Promise<void> {
  const services = await open(world.databaseUrl);
  const doctypes = manyDocTypes(1000).map((definition) => ({ definition, app: 'bench', file: definition.name }));
  await importDocTypes(services.schema, { actor, files: { doctypes, customFields: [], propertySetters: [] } });
  await services.close();
  const started = performance.now();
  const server = await startServer('ours.ts', { DATABASE_URL: world.databaseUrl });
  await fetch(`${server.url}/health`);
  console.log(
    `start to the first answer with 1,000 DocTypes (without the database): ${(performance.now() - started).toFixed(0)} ms`,
  );
  try {
    const token = await login(server.url);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    await new Promise((resolve) => setTimeout(resolve, 2000));
    console.log(`memory of the idle server with 1,000 DocTypes: ${memoryOf(server).toFixed(0)} MB`);
    const times: number[] = [];
    for (let n = 0; n < (isQuick ? 15 : 40); n++) times.push(await editOnce({ server, headers, n }));
    console.log(
      `edit of a DocType until the next request has it, 1,000 DocTypes: median ${median(times).toFixed(1)} ms, longest ${Math.max(...times).toFixed(1)} ms (goal 50)`,
    );
    console.log(`memory after the edits: ${memoryOf(server).toFixed(0)} MB`);
  } finally {
    await server.stop();
  }
}

async function editOnce(q: { server: Server; headers: Record<string, string>; n: number }): Promise<number> {
  const name = encodeURIComponent(`Bench Type ${q.n * 7}`);
  const url = `${q.server.url}/api/v1/DocType/${name}`;
  const doctype = (await (await fetch(url, { headers: q.headers })).json()) as { fields: object[] };
  const fields = [...doctype.fields, { fieldname: `added_${q.n}`, fieldtype: 'Data', label: 'Added' }];
  const begin = performance.now();
  const saved = await fetch(url, { method: 'PUT', headers: q.headers, body: JSON.stringify({ fields }) });
  if (!saved.ok) throw new Error(`the edit failed: ${await saved.text()}`);
  await saved.arrayBuffer();
  const used = await fetch(`${q.server.url}/api/v1/${name}`, {
    method: 'POST',
    headers: q.headers,
    body: JSON.stringify({ title: 'x', [`added_${q.n}`]: 'y' }),
  });
  if (!used.ok) throw new Error(`the new field is not there: ${await used.text()}`);
  return performance.now() - begin;
}

/** Resident memory in MB, from /proc. */
function memoryOf(server: Server): number {
  const pages = Number(readFileSync(`/proc/${server.pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4096) / 1e6;
}

/** The real DocTypes into an empty database, where they are at hand. */
async function measureImport(): Promise<void> {
  const folder = path.join(ROOT, '../shared/frappe/doctypes');
  if (!isFolder(folder)) {
    console.log('import of the real DocTypes: skipped, ../shared/frappe/doctypes is not here');
    return;
  }
  const world = await startWorld();
  const services = await open(world.databaseUrl);
  try {
    const begin = performance.now();
    const files = await readDocTypeFiles([folder]);
    await importDocTypes(services.schema, { actor, files });
    console.log(
      `import of ${files.doctypes.length} real DocTypes (${readdirSync(folder).length - 1} apps) into an empty database: ${((performance.now() - begin) / 1000).toFixed(1)} s (goal 15)`,
    );
  } finally {
    await services.close();
    await world.stop();
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

await main();
