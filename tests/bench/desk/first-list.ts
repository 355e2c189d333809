/** From the address to a list of 100,000 documents that answers to a key, with an empty cache. */
import { median } from '../rounds.ts';
import { told, type Visitor, type Watched, watchPaints } from './visitor.ts';

const LIST = '/app/bench-ticket/list';

export async function measureFirstList(visitor: Visitor, q: { runs: number; isSlow: boolean }): Promise<void> {
  const visits: Visit[] = [];
  for (let run = 0; run < q.runs; run++) visits.push(await visitOnce(visitor, q.isSlow));
  const of = (key: keyof Visit) => visits.map((visit) => visit[key]);
  console.log(
    `first list, ${q.isSlow ? '1.6 Mbit/s, 150 ms, 4x CPU' : 'this machine'}, empty cache: a key works after ${told(of('answered'))}${q.isSlow ? '' : ' (goal 1500)'}, rows ${told(of('rows'))}, titles of links ${told(of('titles'))}, first paint ${told(of('painted'))}`,
  );
  console.log(
    `  ${median(of('requests'))} requests before the rows, ${(median(of('bytes')) / 1000).toFixed(0)} kB, one after another ${median(of('depth'))}; longest task ${told(of('longest'))}`,
  );
}

interface Visit {
  painted: number;
  rows: number;
  answered: number;
  titles: number;
  requests: number;
  bytes: number;
  /** Longest chain of requests of which each began when the one before had ended. */
  depth: number;
  longest: number;
}

async function visitOnce(visitor: Visitor, isSlow: boolean): Promise<Visit> {
  const { page, context } = await visitor.visit(isSlow);
  await page.addInitScript(watchPaints);
  await page.addInitScript(() => {
    const { whenPainted } = window as unknown as Watched;
    const hasRows = (): boolean => document.querySelectorAll('[data-row]').length >= 20;
    whenPainted('rows', hasRows);
    // Pressed at every frame, until it puts the focus into a row.
    whenPainted('answered', () => {
      if (!hasRows()) return false;
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'j', code: 'KeyJ', bubbles: true }));
      return document.activeElement?.closest('[data-row]') != null;
    });
    whenPainted(
      'titles',
      () => document.querySelector('[data-row="0"]')?.textContent?.includes('Customer number') === true,
    );
  });
  await page.goto(LIST, { waitUntil: 'commit' });
  await page.waitForFunction(() => Object.keys((window as unknown as Watched).paints).length === 3, undefined, {
    timeout: 60_000,
  });
  const visit = await page.evaluate(() => {
    const { paints, tasks } = window as unknown as Watched;
    const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    const before = [navigation, ...performance.getEntriesByType('resource')].filter(
      (entry): entry is PerformanceResourceTiming =>
        entry !== undefined && (entry as PerformanceResourceTiming).responseEnd < (paints.rows as number),
    );
    before.sort((a, b) => a.startTime - b.startTime);
    const depths = new Map<PerformanceResourceTiming, number>();
    for (const entry of before) {
      const ended = before.filter((other) => other.responseEnd <= entry.startTime);
      depths.set(entry, 1 + Math.max(0, ...ended.map((other) => depths.get(other) ?? 0)));
    }
    return {
      painted: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
      rows: paints.rows as number,
      answered: paints.answered as number,
      titles: paints.titles as number,
      requests: before.length,
      bytes: before.reduce((sum, { transferSize }) => sum + transferSize, 0),
      depth: Math.max(...depths.values()),
      longest: Math.max(0, ...tasks),
    };
  });
  await context.close();
  return visit;
}
