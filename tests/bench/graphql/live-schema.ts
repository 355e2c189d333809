/**
 * What the live schema costs with many DocTypes: until a field that one process added is answered by
 * another, the memory after a hundred DocTypes were asked for, and introspection of a module and of all.
 */
import { getIntrospectionQuery } from 'graphql';
import { addField, loadMany } from '../edits.ts';
import { median } from '../rounds.ts';
import { memoryOf, type Server, signIn, startServer, startWorld } from '../world.ts';
import { type Asked, ask, headersOf, post, servesGraphql } from './ask.ts';
import { longestHealthAnswer } from './longest-answer.ts';

const QUERIED = 100;

export async function measureLiveSchema(q: { count: number; fields: number; edits: number }): Promise<void> {
  const world = await startWorld();
  const servers: Server[] = [];
  try {
    await loadMany(world.databaseUrl, q);
    const start = async () => {
      const server = await startServer('ours.ts', { DATABASE_URL: world.databaseUrl });
      servers.push(server);
      const token = await signIn(server.url);
      return { server, url: `${server.url}/graphql`, token };
    };
    const [a, b] = [await start(), await start()];
    const what = `${q.count.toLocaleString('en')} DocTypes of ${q.fields} fields`;
    if (!(await servesGraphql(b))) {
      console.log(`graphql with ${what}: not measured, our server has no /graphql`);
      return;
    }
    await measureEdits({ a: a.server, b, ...q, what });
    await measureIntrospection(b, what);
    // A process that has answered nothing else.
    await measureMemory({ ...(await start()), step: Math.floor(q.count / QUERIED), what });
  } finally {
    for (const server of servers) await server.stop();
    await world.stop();
  }
}

async function measureEdits(q: { a: Server; b: Asked; edits: number; what: string }): Promise<void> {
  const headers = headersOf(q.b.token);
  const times: number[] = [];
  for (let n = 0; n < q.edits; n++) {
    const { added } = await addField({ server: q.a, headers, doctype: `Bench Type ${n * 7}`, n });
    const answered = performance.now();
    await pollFor(q.b, `{ bench_type_${n * 7}(limit: 1) { name ${added} } }`);
    times.push(performance.now() - answered);
  }
  console.log(
    `edit in one process until GraphQL in another has it, ${q.what}: median ${median(times).toFixed(1)} ms, longest ${Math.max(...times).toFixed(1)} ms (goal 20)`,
  );
}

const PATIENCE_MS = 10_000;

/** Without a pause, so that the figure is not one of the polling. */
async function pollFor(b: Asked, query: string): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    const reply = await ask(b, { query });
    if (!reply.errors) return;
    if (performance.now() > end) throw new Error(`${query} is still refused: ${JSON.stringify(reply).slice(0, 500)}`);
  }
}

async function measureMemory(asked: Asked & { server: Server; step: number; what: string }): Promise<void> {
  const idle = memoryOf(asked.server);
  for (let n = 0; n < QUERIED; n++) {
    const fields =
      'name title status previous previous_doc { name title } amount quantity day moment is_done notes count';
    const query = `{ bench_type_${n * asked.step}(where: {status: {_eq: "Open"}}, order_by: [{day: desc}], limit: 20) { ${fields} } }`;
    const { errors } = await ask(asked, { query });
    if (errors) throw new Error(`${query} is refused: ${JSON.stringify(errors).slice(0, 500)}`);
  }
  console.log(
    `memory after ${QUERIED} DocTypes were asked for, ${asked.what}: ${memoryOf(asked.server).toFixed(0)} MB, before ${idle.toFixed(0)} MB (goal 300)`,
  );
}

async function measureIntrospection(asked: Asked, what: string): Promise<void> {
  for (const [title, url, goal] of [
    ['a module of 30', `${asked.url}?module=Bench`, ' (goal 200)'],
    ['a module of 30, again', `${asked.url}?module=Bench`, ' (goal 200)'],
    ['everything', asked.url, ''],
  ] as const) {
    let [size, took] = [0, 0];
    const longest = await longestHealthAnswer(new URL('/health', asked.url).href, async () => {
      const begin = performance.now();
      size = await introspect({ ...asked, url });
      took = performance.now() - begin;
    });
    console.log(
      `introspection of ${title}, ${what}: ${took.toFixed(0)} ms${goal}, ${(size / 1e6).toFixed(1)} MB, longest answer of /health meanwhile ${longest.toFixed(0)} ms (goal 50)`,
    );
  }
}

/** The bytes of the answer, which is not kept: it may be large. */
async function introspect(asked: Asked): Promise<number> {
  const answer = await post(asked, { query: getIntrospectionQuery() });
  let size = 0;
  let head = '';
  for await (const chunk of answer.body ?? []) {
    if (size === 0) head = Buffer.from(chunk).toString('utf8', 0, 500);
    size += chunk.length;
  }
  if (!answer.ok || !head.includes('"__schema"')) throw new Error(`introspection answers ${answer.status}: ${head}`);
  return size;
}
