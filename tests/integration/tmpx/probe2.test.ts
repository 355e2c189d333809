import { test } from 'vitest';
import * as support from '../../support/app.ts';
import * as gen from '../../corpus/generate.ts';
import { readDocTypeFiles } from '../../../server/doctypes/files.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
test('probe', async () => {
  const app = await support.createTestApp({ log: { debug(){}, info(){}, warn(){}, error(d: any, m: string) { console.log('LOG', m, JSON.stringify(d).slice(0, 600), d?.error?.stack ?? d?.error) } } } as never);
  console.log(Object.keys(support), Object.keys(gen));
  if (!app) return;
  const files = await readDocTypeFiles(['/work/shared/frappe/doctypes']);
  await importDocTypes(app.app.schema, { actor: systemActor('x'), files });
  let counter = 0;
  const world: any = { client: app, snapshot: app.app.store.current(), made: new Map(), next: () => ++counter };
  for (const n of world.snapshot.names) {
    const plan = world.snapshot.find(n);
    if (plan.storage !== 'single') continue;
    const values = await (gen as any).generate(world, plan).catch((e: unknown) => { console.log(n, String(e)); return {}; });
    const r = await app.json('POST', `/api/v1/${encodeURIComponent(n)}`, values);
    if (r.status >= 400) console.log(n, r.text.slice(0, 300), JSON.stringify(values).slice(0, 300));
  }
  await app.close();
}, 100000);
