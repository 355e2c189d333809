/** A field added to one of 1,000 DocTypes, until the next request has it; start and memory of that server. */
import { importDocTypes } from '../../server/doctypes/import.ts';
import { systemActor } from '../../server/kernel/actor.ts';
import { manyDocTypes, open } from './data.ts';
import { median } from './rounds.ts';
import { memoryOf, type Server, signIn, startServer, startWorld } from './world.ts';

export async function measureEdits(count: number): Promise<void> {
  const world = await startWorld();
  try {
    await loadMany(world.databaseUrl, { count: 1000 });
    await editMany(world.databaseUrl, count);
  } finally {
    await world.stop();
  }
}

/** DocTypes without documents. */
export async function loadMany(databaseUrl: string, q: { count: number; fields?: number }): Promise<void> {
  const services = await open(databaseUrl);
  const doctypes = manyDocTypes(q.count, q.fields).map((definition) => ({
    definition,
    app: 'bench',
    file: definition.name,
  }));
  const actor = systemActor('the benchmark');
  await importDocTypes(services.schema, { actor, files: { doctypes, customFields: [], propertySetters: [] } });
  await services.close();
}

async function editMany(databaseUrl: string, count: number): Promise<void> {
  const started = performance.now();
  const server = await startServer('ours.ts', { DATABASE_URL: databaseUrl });
  await fetch(`${server.url}/health`);
  console.log(
    `start to the first answer with 1,000 DocTypes (without the database): ${(performance.now() - started).toFixed(0)} ms`,
  );
  try {
    const token = await signIn(server.url);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    await new Promise((resolve) => setTimeout(resolve, 2000));
    console.log(`memory of the idle server with 1,000 DocTypes: ${memoryOf(server).toFixed(0)} MB`);
    const times: number[] = [];
    for (let n = 0; n < count; n++) times.push(await editOnce({ server, headers, n }));
    console.log(
      `edit of a DocType until the next request has it, 1,000 DocTypes: median ${median(times).toFixed(1)} ms, longest ${Math.max(...times).toFixed(1)} ms (goal 50)`,
    );
    console.log(`memory after the edits: ${memoryOf(server).toFixed(0)} MB`);
  } finally {
    await server.stop();
  }
}

/** Answers with the name of the new field, and when the edit began. */
export async function addField(q: {
  server: Server;
  headers: Record<string, string>;
  doctype: string;
  n: number;
}): Promise<{ added: string; begin: number }> {
  const url = `${q.server.url}/api/v1/DocType/${encodeURIComponent(q.doctype)}`;
  const doctype = (await (await fetch(url, { headers: q.headers })).json()) as { fields: object[] };
  const added = `added_${q.n}`;
  const fields = [...doctype.fields, { fieldname: added, fieldtype: 'Data', label: 'Added' }];
  const begin = performance.now();
  const saved = await fetch(url, { method: 'PUT', headers: q.headers, body: JSON.stringify({ fields }) });
  if (!saved.ok) throw new Error(`the edit failed: ${await saved.text()}`);
  await saved.arrayBuffer();
  return { added, begin };
}

async function editOnce(q: { server: Server; headers: Record<string, string>; n: number }): Promise<number> {
  const doctype = `Bench Type ${q.n * 7}`;
  const { added, begin } = await addField({ ...q, doctype });
  const used = await fetch(`${q.server.url}/api/v1/${encodeURIComponent(doctype)}`, {
    method: 'POST',
    headers: q.headers,
    body: JSON.stringify({ title: 'x', [added]: 'y' }),
  });
  if (!used.ok) throw new Error(`the new field is not there: ${await used.text()}`);
  return performance.now() - begin;
}
