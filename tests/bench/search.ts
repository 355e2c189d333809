/** The search of the palette over all DocTypes: the real ones with 120,000 documents, for two people, with and without hits. */
import { statSync } from 'node:fs';
import path from 'node:path';
import { readDocTypeFiles } from '../../server/doctypes/files.ts';
import { importDocTypes } from '../../server/doctypes/import.ts';
import type { Context } from '../../server/documents/contract.ts';
import { searchDocuments } from '../../server/documents/search.ts';
import { systemActor } from '../../server/kernel/actor.ts';
import { typeOf } from '../../server/query/predicates.ts';
import type { DocTypePlan } from '../../server/schema/plan.ts';
import { createContext, type OpenServices } from '../../server/services.ts';
import { open } from './data.ts';
import { median } from './rounds.ts';
import { ROOT, startWorld } from './world.ts';

/** Documents of most DocTypes, and of every twentieth. */
const FEW = 200;
const MANY = 6_000;
const ROUNDS = 9;

export async function measureSearch(): Promise<void> {
  const folder = path.join(ROOT, '../shared/frappe/doctypes');
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    console.log('search over all DocTypes: skipped, ../shared/frappe/doctypes is not here');
    return;
  }
  const world = await startWorld();
  const services = await open(world.databaseUrl);
  try {
    const files = await readDocTypeFiles([folder]);
    await importDocTypes(services.schema, { actor: systemActor('the benchmark'), files });
    const rows = await fill(services);
    const plans = services.store.current().names.length;
    console.log(`search over ${plans} DocTypes with ${rows} documents, median of ${ROUNDS} (goal 150 ms)`);
    const roles = ['All', 'Desk User', 'Sales User', 'Stock User', 'Accounts User', 'Projects User', 'Employee'];
    const people: Record<string, Context> = {
      Administrator: createContext(services, {
        user: 'Administrator',
        roles: ['Administrator', 'System Manager', 'All'],
      }),
      'a user of seven roles': createContext(services, { user: 'someone@example.org', roles }),
    };
    for (const [who, ctx] of Object.entries(people)) {
      await told(`${who}, a word that nothing has`, ctx, { terms: ['nothing-has-this'] });
      await told(`${who}, a word that some have`, ctx, { terms: ['acme 77'] });
      await told(`${who}, names that begin with it`, ctx, { terms: [], prefix: 'acme 77' });
    }
  } finally {
    await services.close();
    await world.stop();
  }
}

async function told(what: string, ctx: Context, wish: { terms: string[]; prefix?: string }): Promise<void> {
  const times: number[] = [];
  let found = 0;
  let isComplete = true;
  for (let round = 0; round <= ROUNDS; round++) {
    const begin = performance.now();
    const hits = await searchDocuments(ctx, { ...wish, first: [], each: 5, most: 20 });
    if (round > 0) times.push(performance.now() - begin);
    found = hits.items.length;
    isComplete = hits.is_complete;
  }
  console.log(`  ${what}: ${median(times).toFixed(0)} ms, ${found} found${isComplete ? '' : ', not complete'}`);
}

async function fill({ db, store }: OpenServices): Promise<number> {
  const snapshot = store.current();
  const plans = snapshot.names
    .flatMap((name) => snapshot.find(name) ?? [])
    .filter((plan) => plan.storage === 'table' && plan.app !== 'core');
  let rows = 0;
  for (const [index, plan] of plans.entries()) {
    const count = index % 20 === 0 ? MANY : FEW;
    await db.query({ text: insertOf(plan, count), values: [] });
    await db.query({ text: `analyze "${plan.table}"`, values: [] });
    rows += count;
  }
  return rows;
}

/** Names such as "ACME 77 Item"; a title where there is one. */
function insertOf(plan: DocTypePlan, count: number): string {
  const label = `'Acme ' || n || ' ${plan.name.replaceAll("'", "''")}'`;
  const title = plan.byName.get(plan.titleField);
  const isText = title?.column !== undefined && title.fieldname !== 'name' && typeOf(title) === 'text' && !title.link;
  const columns = isText ? `, "${title?.column}"` : '';
  return `insert into "${plan.table}" (id, name, owner, modified_by, creation, modified${columns})
    select gen_random_uuid(), ${label}, 'Administrator', 'Administrator', now(), now()${isText ? `, ${label}` : ''} from generate_series(1, ${count}) n`;
}
