/** REST: our server against a hand-written one on the same tables, as ratios of one run. */
import { loadSales } from './data.ts';
import { type Compared, compare, type Load, type Side } from './rounds.ts';
import { signIn, startServer, startWorld } from './world.ts';

export async function compareRest(load: Load): Promise<void> {
  const world = await startWorld();
  try {
    await loadSales(world.databaseUrl);
    await compareServers(world.databaseUrl, load);
  } finally {
    await world.stop();
  }
}

async function compareServers(databaseUrl: string, load: Load): Promise<void> {
  const ours = await startServer('ours.ts', { DATABASE_URL: databaseUrl });
  const token = await signIn(ours.url);
  const theirs = await startServer('hand-written.ts', { DATABASE_URL: databaseUrl, TOKEN: token });
  try {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const items = await readItems(ours.url, token);
    const pairs = scenarios({ ours: ours.url, theirs: theirs.url, headers, items, connections: load.connections });
    await sameAnswers(pairs);
    for (const { title, goal, ...pair } of pairs) {
      await mustSucceed(title, pair.ours);
      await mustSucceed(title, pair.theirs);
      report({
        title,
        goal,
        result: await compare({ ...pair, ...load }),
      });
    }
  } finally {
    await ours.stop();
    await theirs.stop();
  }
}

interface Scenario {
  title: string;
  /** Undefined: nobody has set one. */
  goal?: number;
  ours: Side;
  theirs: Side;
}

function scenarios(q: {
  ours: string;
  theirs: string;
  headers: Record<string, string>;
  items: readonly string[];
  connections: number;
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
  const drafts = Array.from({ length: q.connections }, (_, n) => `BO-${String((n + 1) * 4).padStart(6, '0')}`);
  const notes = ['seen', 'seen again', 'checked'].map((text) => JSON.stringify({ notes: text }));
  const patch = (url: string): Side => ({ ...side(`${url}BO-000004`, 'PATCH', { notes: 'new' }), bodies: notes });
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
        ...patch(`${q.ours}/api/v1/Sales%20Order/`),
        paths: drafts.map((name) => `/api/v1/Sales%20Order/${name}`),
      },
      theirs: { ...patch(`${q.theirs}/orders/`), paths: drafts.map((name) => `/orders/${name}`) },
    },
    {
      title: 'update one field, all of one document',
      ours: patch(`${q.ours}/api/v1/Sales%20Order/`),
      theirs: patch(`${q.theirs}/orders/`),
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

function report(q: { title: string; goal?: number; result: Compared }): void {
  const { result } = q;
  const figures = `${result.ratio.toFixed(2)} (${result.lowest.toFixed(2)} to ${result.highest.toFixed(2)})`;
  console.log(
    `${q.title.padEnd(38)} ratio ${figures}  goal ${q.goal ?? 'none'}  ours ${result.ours.toFixed(0)}/s  by hand ${result.theirs.toFixed(0)}/s  failed ${result.failed}`,
  );
}

async function readItems(url: string, token: string): Promise<string[]> {
  const list = await fetch(`${url}/api/v1/Sales%20Item?fields=["name"]&limit=5`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return ((await list.json()) as { items: { name: string }[] }).items.map((item) => item.name);
}
