import { test } from 'vitest';
import { readFileSync } from 'node:fs';
import { execSync } from 'node:child_process';
import { openTestServices } from '../../support/services.ts';
test('probe', async () => {
  const find = (n: string) => JSON.parse(readFileSync(execSync(`grep -rlE '^ "name": "${n}"' /work/shared/frappe/doctypes | head -1`).toString().trim(), 'utf8'));
  const names = ['Document Naming Settings', 'Energy Point Settings', 'Customize Form', 'Customize Form Field','Review Level'];
  const s = await openTestServices({ doctypes: names.map((n) => { try { return find(n); } catch { console.log('no', n); return null; } }).filter(Boolean) });

  for (let i = 0; i < 2; i++) for (const [n, g] of [['Energy Point Settings', { review_levels: [{ level_name: 'a', role: 'All', review_points: 1 }, { level_name: 'b', role: 'Guest', review_points: 1 }] }], ['Customize Form', { fields: [{ label: 'x', fieldtype: 'Data', fieldname: 'x' }, { label: 'y' }], links: [{}, {}] }]] as const)
   for (const f of ['create', 'update'] as const) try { const r = f === 'create' ? await s.create(n, g) : await s.update(n, n, g); console.log(n, f, 'ok', r._version); } catch (e) { console.log(n, f, (e as Error).message, (e as { cause?: unknown }).cause, (e as Error).stack?.slice(0, 900)); }
  await s.close();
});
