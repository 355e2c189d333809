/** A very large form and the forms of real DocTypes: that each opens, has its fields, and how long that takes (printed). */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readDocTypeFiles } from '../../../server/doctypes/files.ts';
import { importDocTypes } from '../../../server/doctypes/import.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import { openWorld, type World } from './world.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../../../shared/frappe/doctypes');
/** As many as fit into a minute: every so-manieth of all that have a form of their own. */
const STRIDE = 4;
const BUDGET_MS = 60_000;

let world: World;

beforeAll(async () => {
  world = await openWorld();
}, 180_000);
afterAll(() => world?.close());

it('shows a form of 150 fields', async () => {
  const types = ['Data', 'Int', 'Date', 'Check', 'Select', 'Currency', 'Link', 'Small Text', 'Datetime', 'Float'];
  const fields = Array.from({ length: 150 }, (_, at) => {
    const fieldtype = types[at % types.length] as string;
    const options = fieldtype === 'Select' ? 'One\nTwo' : fieldtype === 'Link' ? 'Customer' : undefined;
    return {
      fieldname: `field_${at}`,
      label: `Field ${at}`,
      fieldtype,
      options,
      ...(at % 10 === 9 ? { depends_on: 'eval:doc.field_0 != "hide"' } : {}),
    };
  });
  const definition = {
    name: 'Wide Form',
    module: 'Sales',
    fields,
    permissions: [{ role: 'System Manager', read: 1, write: 1, create: 1 }],
  };
  const made = await world.app.json('POST', '/api/v1/DocType', definition);
  expect(made.status, made.text).toBe(201);
  const { body } = await world.app.json('POST', '/api/v1/Wide%20Form', { field_0: 'shown' });
  const { page, open, complaints } = await world.desk();
  const address = `/app/wide-form/detail/${encodeURIComponent(body.name)}`;
  // Once before, so that what is measured is the form and not the loading of its code.
  await open(address);
  await page.locator('[data-fieldname="field_149"]').waitFor();
  await page.addInitScript(() => {
    const look = (): void => {
      if (
        document.querySelectorAll('[data-fieldname] :is(input, select, textarea, [role="spinbutton"])').length < 150
      ) {
        requestAnimationFrame(look);
      } else Object.assign(window, { shownAt: performance.now() });
    };
    requestAnimationFrame(look);
  });
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) {
    await open(address);
    await page.waitForFunction(() => 'shownAt' in window);
    times.push(
      await page.evaluate(() => {
        const data = performance.getEntriesByType('resource').filter(({ name }) => /\/api\/(v1|meta)\/Wide/.test(name));
        const end = Math.max(...data.map((entry) => (entry as PerformanceResourceTiming).responseEnd));
        return (window as unknown as { shownAt: number }).shownAt - end;
      }),
    );
  }
  const key = await page.evaluate(async () => {
    const box = document.querySelector<HTMLInputElement>('[data-fieldname="field_0"] input') as HTMLInputElement;
    const start = performance.now();
    for (let at = 0; at < 20; at += 1) {
      box.value = `text ${at}`;
      box.dispatchEvent(new Event('input', { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve));
    }
    return (performance.now() - start) / 20;
  });
  console.info(
    `150 fields: shown ${times.map((time) => Math.round(time)).join(', ')} ms after their data; ${key.toFixed(1)} ms a key`,
  );
  expect(complaints).toEqual([]);
  await page.context().close();
}, 90_000);

it.skipIf(!existsSync(FOLDER))(
  'opens the forms of real DocTypes (skipped where ../shared/frappe/doctypes is not beside the project)',
  async () => {
    const actor = systemActor('the test of forms');
    const files = await readDocTypeFiles([FOLDER]);
    await importDocTypes(world.app.app.schema, { actor, files });
    const { body } = await world.app.json('GET', '/api/meta');
    const known = new Map<string, { istable: boolean; is_virtual: boolean }>(
      body.items.map((item: { name: string }) => [item.name, item]),
    );
    const names = files.doctypes
      .map(({ definition }) => definition.name)
      .filter((name) => known.get(name)?.istable === false);
    const { page, open, complaints } = await world.desk();
    await open('/app');
    const start = Date.now();
    const failures: string[] = [];
    let opened = 0;
    for (let at = 0; at < names.length && Date.now() - start < BUDGET_MS; at += STRIDE) {
      const name = names[at] as string;
      await page.goto(`${world.app.url}/app/${encodeURIComponent(name)}/new`);
      const form = page.locator('main form');
      const isThere = await form.waitFor({ timeout: 8000 }).then(
        () => true,
        () => false,
      );
      const shown = isThere ? await form.locator('[data-fieldname], [role="tab"]').count() : 0;
      const broken = await page.getByText('cannot be shown.').count();
      if (shown === 0 || broken > 0) failures.push(`${name}: ${shown} fields, ${broken} broken`);
      failures.push(...complaints.splice(0).map((complaint) => `${name}: ${complaint}`));
      opened += 1;
    }
    console.info(`${opened} of ${names.length} real forms opened in ${Math.round((Date.now() - start) / 1000)} s`);
    expect(failures).toEqual([]);
    await page.context().close();
  },
  200_000,
);
