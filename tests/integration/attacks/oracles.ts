/**
 * What judges every attack, besides its own expectation: nothing changed in the database, the answer is
 * sound and quick, JavaScript's own objects are as they were, and a control request answers as before.
 */
import pg from 'pg';
import { expect } from 'vitest';
import type { Client, Reply } from '../../support/app.ts';
import type { World } from './world.ts';

/** An attack that makes the server wait or work is slower than this, however often it is tried. */
const QUICK_MS = 300;
/** What no answer says unless it quotes the request: SQL, stacks, paths, names of the database's own. */
export const INSIDE =
  /\bselect\b[^"]*\bfrom\b|\bsyntax error at|\b(?:relation|column|constraint) \\"|\bpg_(?!sleep)\w+|information_schema|node_modules|\/server\/|\.ts:\d+|\bat \w+ \(|\bm_[a-z]+\b/gi;

/** Sends it; the answer is a refusal of one of these statuses, sound and quick. */
export async function refused(
  client: Client,
  q: { ask: string; body?: unknown; status?: readonly number[]; limit?: number },
): Promise<Reply> {
  const reply = await quickly(client, q, q.limit);
  expect(q.status ?? [400], `${q.ask.slice(0, 300)} ${shown(q.body)}: ${reply.text.slice(0, 500)}`).toContain(
    reply.status,
  );
  expectProblem(reply, decoded(q.ask) + shown(q.body, 100_000));
  return reply;
}

/** A problem as RFC 9457 has it, that says nothing of the inside but what the request said itself. */
export function expectProblem(reply: Reply, asked = ''): void {
  if (isFrappes(reply)) expect(reply.headers.get('x-request-id')).toMatch(/.{5}/);
  else {
    expect(reply.headers.get('content-type')).toContain('application/problem+json');
    expect(reply.body).toMatchObject({ status: reply.status, title: expect.any(String), type: expect.any(String) });
    expect(reply.body.request_id).toBe(reply.headers.get('x-request-id'));
    expect(reply.body.detail.length).toBeGreaterThan(5);
  }
  expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
  const told = [...reply.text.matchAll(INSIDE)].map(([match]) => match).filter((match) => !asked.includes(match));
  expect(told, reply.text).toEqual([]);
}

/** The shape of the Frappe-compatible routes: `exc_type`, or a list of typed errors. */
function isFrappes({ body }: Reply): boolean {
  return typeof body?.exc_type === 'string' || typeof body?.errors?.[0]?.type === 'string';
}

function decoded(ask: string): string {
  try {
    return decodeURIComponent(ask);
  } catch {
    return ask;
  }
}

/** The answer, whatever it is, if it is quick: a slow one is asked once more, since others use this machine too. */
export async function quickly(client: Client, q: { ask: string; body?: unknown }, limit = QUICK_MS): Promise<Reply> {
  const [method = '', path = ''] = q.ask.split(' ');
  let took = Number.POSITIVE_INFINITY;
  let reply: Reply | undefined;
  for (let attempt = 0; attempt < 3 && took > limit; attempt++) {
    const begun = performance.now();
    reply = await client.json(method, path, q.body);
    took = performance.now() - begun;
  }
  expect(took, `${q.ask.slice(0, 300)} ${shown(q.body)} took too long`).toBeLessThan(limit);
  expect((reply as Reply).status, (reply as Reply).text).toBeLessThan(500);
  return reply as Reply;
}

/** Query parameters, encoded. */
export function query(parameters: Readonly<Record<string, unknown>>): string {
  return Object.entries(parameters)
    .map(
      ([key, value]) =>
        `${encodeURIComponent(key)}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
    )
    .join('&');
}

/** Everything that must be the same after an attack that was refused. */
export async function fingerprint(world: World): Promise<Record<string, unknown>> {
  const control = await Promise.all(CONTROL.map((path) => world.json('GET', path)));
  return {
    database: await databaseOf(world.databaseUrl),
    primordials: primordials(),
    // Where the stream of changes is moves on with each of them.
    control: control.map((reply) => [reply.status, reply.text.replace(/"stream_cursor":"[^"]*"/, '')]),
    failures: world.failures.length,
  };
}

const CONTROL = [
  '/api/v1/auth/me',
  '/api/v1/Invoice?order_by=name',
  '/api/v1/Invoice/INV-00001',
  '/api/meta/Invoice',
  '/api/v1/DocType?limit=1000',
];

/** A digest of every table's rows, and of the columns, constraints, indexes and roles. Sessions come and go. */
async function databaseOf(url: string): Promise<Record<string, string>> {
  return withClient(url, async (client) => {
    const { rows } = await client.query(`
      select table_name as what, md5(query_to_xml(format('select t::text as r from %I.%I t order by 1', table_schema, table_name), true, false, '')::text) as digest
        from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema') and table_name <> 'm_session'
      union all select 'columns', md5(string_agg(concat_ws('.', table_name, column_name, data_type, column_default, is_nullable), ',' order by table_name, column_name))
        from information_schema.columns where table_schema = 'public'
      union all select 'indexes', md5(string_agg(indexdef, ',' order by indexdef)) from pg_indexes where schemaname = 'public'
      union all select 'constraints', md5(string_agg(conname, ',' order by conname)) from pg_constraint
      union all select 'roles', md5(string_agg(rolname || rolsuper, ',' order by rolname)) from pg_roles
      union all select 'functions', count(*)::text from pg_proc`);
    return Object.fromEntries(rows.map((row) => [row.what, row.digest]));
  });
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The server runs in this process, so its Object.prototype is ours. */
export function primordials(): string {
  const owners = [Object, Array, String, Number, Boolean, Function, Map, Promise, RegExp];
  return [globalThis, ...owners.flatMap((owner) => [owner, owner.prototype])]
    .map((each) => Reflect.ownKeys(each).map(String).join())
    .join(';');
}

/** The text of every statement that goes to PostgreSQL from now on, with none of its values. */
export function recordStatements(): { texts: Set<string>; stop(): void } {
  const texts = new Set<string>();
  const { prototype } = pg.Client;
  const original = prototype.query;
  const recording = function (this: pg.Client, ...given: unknown[]): unknown {
    const [first] = given;
    const text = typeof first === 'string' ? first : (first as { text?: string } | null)?.text;
    if (text !== undefined) texts.add(text);
    return Reflect.apply(original, this, given);
  };
  prototype.query = recording as typeof original;
  return {
    texts,
    stop() {
      prototype.query = original;
    },
  };
}

function shown(body: unknown, most = 300): string {
  return (typeof body === 'string' ? body : (JSON.stringify(body) ?? '')).slice(0, most);
}
