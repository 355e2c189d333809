/** A browser that is signed in: each visit begins with nothing kept, if wanted over a slow line on a slow processor. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { findChromium, launch } from '../../desk/browser/chromium.ts';
import { type Server, signIn } from '../world.ts';

/** 1.6 Mbit/s, 150 ms there and back, a processor of a quarter of the speed: a phone on a poor line. */
const SLOW_LINE = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 93_750 };
const SLOW_PROCESSOR = 4;

export interface Visitor {
  /** With an empty cache and a storage of its own. */
  visit(isSlow?: boolean): Promise<{ page: Page; context: BrowserContext }>;
  close(): Promise<void>;
}

export async function comeBy(server: Server): Promise<Visitor> {
  const browser: Browser = await launch(await findChromium());
  const token = await signIn(server.url);
  return {
    async visit(isSlow = false) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: server.url });
      await context.addCookies([{ name: 'sid', value: token, url: server.url, httpOnly: true, sameSite: 'Lax' }]);
      const page = await context.newPage();
      if (isSlow) {
        const line = await context.newCDPSession(page);
        await line.send('Network.enable');
        await line.send('Network.emulateNetworkConditions', SLOW_LINE);
        await line.send('Emulation.setCPUThrottlingRate', { rate: SLOW_PROCESSOR });
      }
      return { page, context };
    },
    close: () => browser.close(),
  };
}

/** What was painted when: the page tells it with `whenPainted`, from the beginning of the navigation. */
export function watchPaints(): void {
  const paints: Record<string, number> = {};
  const whenPainted = (name: string, isThere: () => boolean): void => {
    const look = (): void => {
      if (!isThere()) requestAnimationFrame(look);
      // Behind the frame that shows it.
      else
        setTimeout(() => {
          paints[name] = performance.now();
        });
    };
    requestAnimationFrame(look);
  };
  const tasks: number[] = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
    buffered: true,
  });
  Object.assign(window, { paints, whenPainted, tasks });
}

/** What `watchPaints` leaves in the window. */
export interface Watched {
  paints: Record<string, number>;
  whenPainted(name: string, isThere: () => boolean): void;
  /** Milliseconds of each task of more than 50 ms. */
  tasks: number[];
}

/** As `412 ms (least 390)`. */
export function told(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const [least = Number.NaN] = sorted;
  const middle = sorted[Math.floor(sorted.length / 2)] as number;
  const digits = middle < 20 ? 1 : 0;
  return `${middle.toFixed(digits)} ms (${least.toFixed(digits)} to ${(sorted.at(-1) as number).toFixed(digits)})`;
}
