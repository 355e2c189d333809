/** A form of 150 fields: from its data to the fields on the screen, opened by its address and from the list, and what a key costs. */
import type { Page } from 'playwright-core';
import { FIELDS } from './data.ts';
import { told, type Visitor, type Watched, watchPaints } from './visitor.ts';

const KEYS = 40;

export async function measureForm(visitor: Visitor, q: { runs: number }): Promise<void> {
  const { page, context } = await visitor.visit();
  await page.addInitScript(watchPaints);
  await page.addInitScript(
    ([fields]) => {
      // Every field, and the first takes what is typed.
      const isTypable = (): boolean => {
        const boxes = document.querySelectorAll<HTMLInputElement>(
          'main form [data-fieldname] :is(input, select, textarea, [role="spinbutton"], [role="combobox"])',
        );
        const framed = new Set([...boxes].map((box) => box.closest('[data-fieldname]')));
        return framed.size >= fields && !(boxes[0] as HTMLInputElement).disabled;
      };
      Object.assign(window, { isTypable });
      (window as unknown as Watched).whenPainted('fields', isTypable);
    },
    [FIELDS] as const,
  );
  const address = (n: number): string => `/app/wide-form/detail/WIDE-${String(1 + (n % 20)).padStart(3, '0')}`;
  const direct: number[] = [];
  const whole: number[] = [];
  // The first of them fills the cache.
  for (let run = 0; run <= q.runs; run++) {
    await page.goto(address(run), { waitUntil: 'commit' });
    const { shown, after } = await shownAfterData(page, 0);
    if (run > 0) direct.push(after);
    if (run > 0) whole.push(shown);
  }
  console.log(
    `form of ${FIELDS} fields, opened by its address: ${told(direct)} after its data (goal 300), ${told(whole)} in all`,
  );
  await fromTheList(page, q);
  await measureKeys(page);
  await context.close();
}

/** In a list that was opened by its address: the first time, where the code of the form is needed too, and once more. */
async function fromTheList(page: Page, q: { runs: number }): Promise<void> {
  const first = { after: [] as number[], click: [] as number[] };
  const again = { after: [] as number[], click: [] as number[] };
  /** Seconds of a processor that the page has used: others on the machine do not count. */
  const used = await processorOf(page);
  const spent: number[] = [];
  for (let run = 0; run < q.runs; run++) {
    await page.goto('/app/wide-form/list');
    for (const times of [first, again]) {
      const row = (run * 2 + (times === again ? 1 : 0)) % 15;
      await page.locator(`[data-row="${row}"]`).waitFor();
      // As long as a person needs to find the row.
      await page.waitForTimeout(500);
      const before = await used();
      const began = await page.evaluate((at) => {
        const { paints, whenPainted } = window as unknown as Watched;
        delete paints.fields;
        const from = performance.now();
        document.querySelector<HTMLElement>(`[data-row="${at}"] a`)?.click();
        whenPainted('fields', (window as unknown as { isTypable: () => boolean }).isTypable);
        return from;
      }, row);
      const { shown, after } = await shownAfterData(page, began);
      times.after.push(after);
      times.click.push(shown - began);
      if (times === again) spent.push((await used()) - before);
      await page.waitForTimeout(300);
      if (times === first) await page.goBack();
    }
  }
  for (const [what, { after, click }] of [
    ['from the list', first],
    ['another from the list', again],
  ] as const)
    console.log(`  ${what}: ${told(after)} after its data (goal 300), ${told(click)} after the click`);
  console.log(`  another from the list takes ${told(spent)} of one processor`);
}

/** Gives milliseconds. */
async function processorOf(page: Page): Promise<() => Promise<number>> {
  const line = await page.context().newCDPSession(page);
  await line.send('Performance.enable', { timeDomain: 'threadTicks' });
  return async () => {
    const { metrics } = await line.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
}

async function shownAfterData(page: Page, since: number): Promise<{ shown: number; after: number }> {
  await page.waitForFunction(() => 'fields' in (window as unknown as Watched).paints);
  return page.evaluate(
    ([from]) => {
      const shown = (window as unknown as Watched).paints.fields as number;
      const data = performance
        .getEntriesByType('resource')
        .filter(({ name, startTime }) => startTime >= from && /\/api\/(v1|meta)\/Wide%20Form(\/WIDE-\d+)?$/.test(name))
        .map((entry) => (entry as PerformanceResourceTiming).responseEnd);
      return { shown, after: shown - Math.max(from, ...data) };
    },
    [since] as const,
  );
}

/** What the page works for a key in the field that fifteen others depend on, and how long until a person sees it. */
async function measureKeys(page: Page): Promise<void> {
  const box = page.locator('[data-fieldname="field_0"] input');
  await box.focus();
  const work = await page.evaluate(async (keys) => {
    const input = document.querySelector<HTMLInputElement>('[data-fieldname="field_0"] input') as HTMLInputElement;
    const times: number[] = [];
    for (let at = 0; at < keys; at++) {
      const from = performance.now();
      input.value += 'x';
      input.dispatchEvent(new InputEvent('input', { bubbles: true }));
      await Promise.resolve();
      await new Promise((resolve) => queueMicrotask(() => resolve(undefined)));
      // Styles and places count as well.
      void document.body.offsetHeight;
      times.push(performance.now() - from);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return times;
  }, KEYS);
  await page.evaluate(() => {
    const seen: number[] = [];
    addEventListener('keydown', ({ timeStamp }) => {
      requestAnimationFrame(() => setTimeout(() => seen.push(performance.now() - timeStamp)));
    });
    Object.assign(window, { seen });
  });
  for (let at = 0; at < KEYS; at++) await box.press('y', { delay: 30 });
  const seen = await page.evaluate(() => (window as unknown as { seen: number[] }).seen);
  console.log(`  a key in the field that others depend on: ${told(work)} of work, ${told(seen)} until it is painted`);
}
