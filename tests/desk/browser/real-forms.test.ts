/**
 * The forms of all real DocTypes: that each opens, has its fields and makes the browser complain of nothing. Child tables
 * have no form of their own; a row of each is opened in the table of a DocType that is made for them.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocTypeFiles } from '../../../server/doctypes/files.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import { type Described, leadTo, showAll, unconditional } from './real-forms.ts';
import { type Desk, openWorld, type World } from './world.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../../shared/frappe/doctypes');
const PAGES = 2;
const ROWS_PER_FORM = 10;
const FORM_MS = 15_000;

describe.skipIf(!existsSync(FOLDER))(
  'the forms of real DocTypes (skipped where ../shared/frappe/doctypes is not beside the project)',
  () => {
    let world: World;
    const forms: Described[] = [];
    const rows: Described[] = [];

    beforeAll(async () => {
      world = await openWorld();
      const files = await readDocTypeFiles([FOLDER]);
      await importDocTypes(world.app.app.schema, { actor: systemActor('the test of forms'), files });
      const names = new Set(files.doctypes.map(({ definition }) => definition.name));
      for (const name of names) {
        const headers = { authorization: `Bearer ${world.app.token}` };
        const answer = await world.app.app.http.request(`/api/meta/${encodeURIComponent(name)}`, { headers });
        const described = (await answer.json()) as Described;
        (described.istable ? rows : forms).push(described);
      }
    }, 180_000);
    afterAll(() => world?.close());

    it('open, with their fields and without an error', async () => {
      const failures = await withPages(world, forms, async ({ page }, form) => {
        const slug = encodeURIComponent(form.name);
        const path = form.issingle ? `/app/${slug}/detail/${slug}` : `/app/${slug}/new`;
        await leadTo(page, { path, form: form.issingle ? form.name : `New ${form.name}`, ms: FORM_MS });
        return flaws(form, await showAll(page, 'main form'));
      });
      console.info(`${forms.length} forms opened`);
      expect(failures).toEqual([]);
      expect(forms.length).toBeGreaterThan(200);
    }, 600_000);

    it('have rows that open, with their fields and without an error', async () => {
      const hosts = [];
      for (let at = 0; at < rows.length; at += ROWS_PER_FORM)
        hosts.push(await makeHost(world, at, rows.slice(at, at + ROWS_PER_FORM)));
      const failures = await withPages(world, hosts, async (desk, host) => {
        const { page } = desk;
        await leadTo(page, {
          path: `/app/${encodeURIComponent(host.name)}/new`,
          form: `New ${host.name}`,
          ms: FORM_MS,
        });
        const found: string[] = [];
        for (const [at, row] of host.rows.entries()) {
          await page.getByRole('button', { name: `Add row to Table ${at}`, exact: true }).click();
          await page.locator(`[data-fieldname="table_${at}"]`).getByRole('button', { name: 'Open row 1' }).click();
          await page.getByRole('dialog').waitFor();
          found.push(...flaws(row, await showAll(page, '[role="dialog"]')).map((flaw) => `${row.name}: ${flaw}`));
          await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click();
          await page.getByRole('dialog').waitFor({ state: 'detached' });
        }
        // The rows would be asked about.
        await page.goto('about:blank');
        await desk.open('/app');
        return found;
      });
      console.info(`a row of each of ${rows.length} child tables opened`);
      expect(failures).toEqual([]);
      expect(rows.length).toBeGreaterThan(50);
    }, 600_000);
  },
);

function flaws(doctype: Described, shown: Awaited<ReturnType<typeof showAll>>): string[] {
  const missing = unconditional(doctype).filter((fieldname) => !shown.fields.includes(fieldname));
  return [...missing.map((fieldname) => `${fieldname} is not there`), ...shown.broken];
}

/** Each thing once, in as many pages at a time; gives what was wrong with which. */
async function withPages<T extends { name: string }>(
  world: World,
  things: readonly T[],
  look: (desk: Desk, thing: T) => Promise<string[]>,
): Promise<string[]> {
  const waiting = [...things];
  const failures: string[] = [];
  await Promise.all(
    Array.from({ length: PAGES }, async () => {
      const desk = await world.desk();
      await desk.open('/app');
      for (let thing = waiting.shift(); thing; thing = waiting.shift()) {
        const found = await look(desk, thing).catch((error: Error) => [error.message.split('\n')[0] as string]);
        const said = desk.complaints.splice(0);
        failures.push(...[...found, ...said].map((flaw) => `${(thing as T).name}: ${flaw}`));
      }
      await desk.page.context().close();
    }),
  );
  return failures;
}

async function makeHost(world: World, at: number, rows: Described[]): Promise<{ name: string; rows: Described[] }> {
  const name = `Rows From ${at}`;
  const fields = rows.map((row, index) => ({
    fieldname: `table_${index}`,
    label: `Table ${index}`,
    fieldtype: 'Table',
    options: row.name,
  }));
  const permissions = [{ role: 'System Manager', read: 1, write: 1, create: 1 }];
  const made = await world.app.json('POST', '/api/v1/DocType', { name, module: 'Sales', fields, permissions });
  expect(made.status, made.text).toBe(201);
  return { name, rows };
}
