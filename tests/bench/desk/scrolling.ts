/** A hundred thousand rows under the wheel: frames that came late and the longest task, at the top and when all rows are there. */
import type { Page } from 'playwright-core';
import { ROWS } from './data.ts';
import { type Visitor, type Watched, watchPaints } from './visitor.ts';

const TURNS = 150;
const TURN_PX = 900;
/** A frame that took longer than this is seen. */
const LATE_MS = 50;

export async function measureScrolling(visitor: Visitor, q: { all: boolean }): Promise<void> {
  const { page, context } = await visitor.visit();
  await page.addInitScript(watchPaints);
  await page.goto('/app/bench-ticket/list');
  await page.locator('[data-row="10"]').waitFor();
  await tell(page, 'from the top, pages coming in', async () => {
    for (let turn = 0; turn < TURNS; turn++) await page.mouse.wheel(0, TURN_PX);
  });
  if (q.all) {
    const took = await tell(page, `until all ${ROWS.toLocaleString('en')} rows are there, always at the end`, () =>
      toTheEnd(page),
    );
    console.log(`  that took ${(took / 1000).toFixed(1)} s`);
    await tell(page, 'back up through all of them', async () => {
      for (let turn = 0; turn < TURNS; turn++) await page.mouse.wheel(0, -TURN_PX);
    });
    await tell(page, 'thrown to and fro with the bar', () =>
      page.evaluate(async () => {
        const box = document.querySelector('[data-scroller]') as HTMLElement;
        for (let at = 0; at < 60; at++) {
          box.scrollTop = ((at * 7919) % 100) * 0.01 * box.scrollHeight;
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
      }),
    );
  }
  await context.close();
}

async function toTheEnd(page: Page): Promise<void> {
  await page.evaluate(async (rows) => {
    const box = document.querySelector('[data-scroller]') as HTMLElement;
    const table = document.querySelector('[role="grid"]') as HTMLElement;
    while (table.getAttribute('aria-rowcount') === '-1') {
      box.scrollTop = box.scrollHeight;
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    if (Number(table.getAttribute('aria-rowcount')) !== rows + 1) throw new Error('not all rows have come');
  }, ROWS);
}

/** Gives how long it took. */
async function tell(page: Page, what: string, act: () => Promise<unknown>): Promise<number> {
  const box = await page.locator('[data-scroller]').boundingBox();
  if (box) await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate(() => {
    const frames: number[] = [];
    let last = performance.now();
    const step = (now: number): void => {
      frames.push(now - last);
      last = now;
      if ((window as unknown as { frames: number[] }).frames === frames) requestAnimationFrame(step);
    };
    (window as unknown as Watched).tasks.length = 0;
    Object.assign(window, { frames });
    requestAnimationFrame(step);
  });
  const from = performance.now();
  await act();
  const took = performance.now() - from;
  const { frames, tasks, drawn } = await page.evaluate(() => {
    const found = window as unknown as Watched & { frames: number[] };
    const frames = found.frames.slice(1);
    Object.assign(window, { frames: [] });
    return { frames, tasks: found.tasks, drawn: document.querySelectorAll('[data-row]').length };
  });
  const late = frames.filter((ms) => ms > LATE_MS).length;
  console.log(
    `scrolling ${what}: longest task ${Math.max(0, ...tasks).toFixed(0)} ms (${tasks.length} over 50), ${late} of ${frames.length} frames later than ${LATE_MS} ms, the latest ${Math.max(0, ...frames).toFixed(0)} ms; ${drawn} rows drawn`,
  );
  return took;
}
