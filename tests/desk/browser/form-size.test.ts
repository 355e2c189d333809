/** A very large form: that it opens with its fields, and how long that takes (printed). */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openWorld, type World } from './world.ts';

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
        const data = performance
          .getEntriesByType('resource')
          .filter(({ name }) => /\/api\/(v1|meta)\/Wide%20Form(\/[^/?]+)?$/.test(name));
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
