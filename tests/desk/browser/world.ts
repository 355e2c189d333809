/** A server with the demo in a database of its own, and a browser whose pages look at it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { inject } from 'vitest';
import { findActiveApps } from '../../../server/active-apps.ts';
import type { AppInput } from '../../../server/app.ts';
import { installDocTypes, installDocuments } from '../../../server/install-app.ts';
import { createTestApp, type TestApp } from '../../support/app.ts';
import { ROOT } from '../../support/sources.ts';
import { launch } from './chromium.ts';

export interface PageWish {
  /** Signed in as this user; "" for nobody. Default: Administrator. */
  user?: string;
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

export interface Desk {
  page: Page;
  /** What the browser complained of: errors, refused policies, requests to other hosts. Empty is right. */
  complaints: string[];
  /** A path of the desk, until its title is there. */
  open(path: string): Promise<void>;
  /** Rules of WCAG 2.1 A and AA that the page breaks now, each with its places. */
  axe(): Promise<string[]>;
}

export interface World {
  app: TestApp;
  browser: Browser;
  /** A page with cookies and storage of its own. */
  desk(wish?: PageWish): Promise<Desk>;
  close(): Promise<void>;
}

/** With another `deskFolder`: of a desk that was built for this test. */
export async function openWorld({
  deskFolder = inject('deskFolder'),
  ...more
}: Partial<AppInput> = {}): Promise<World> {
  const [app, browser] = await Promise.all([createDemoApp({ ...more, deskFolder }), launch(inject('chromium'))]);
  return {
    app,
    browser,
    desk: (wish) => openDesk(app, browser, wish),
    async close() {
      await browser.close();
      await app.close();
    },
  };
}

async function createDemoApp(input: Partial<AppInput>): Promise<TestApp> {
  const apps = await findActiveApps({ root: ROOT, folders: [], installed: new Set(), isDemoWanted: true });
  const app = await createTestApp({ apps: apps.modules, ...input });
  for (const demo of apps.newDemo) {
    await installDocTypes(app.app, demo);
    await installDocuments(app.app, demo);
  }
  return app;
}

async function openDesk(app: TestApp, browser: Browser, wish: PageWish = {}): Promise<Desk> {
  const { user = 'Administrator', theme = 'light', width = 1280, height = 800 } = wish;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    reducedMotion: 'reduce',
    hasTouch: width < 640,
  });
  if (user !== '') {
    const { token } = await app.as(user);
    await context.addCookies([{ name: 'sid', value: token, url: app.url, httpOnly: true, sameSite: 'Lax' }]);
  }
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isExpected(message.text())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(app.url) && !/^(data|blob):/.test(request.url()))
      complaints.push(`a request to ${request.url()}`);
  });
  return {
    page,
    complaints,
    async open(path) {
      await page.goto(app.url + path);
      await page.locator('h1').first().waitFor();
      await page.locator('[role="status"]:has-text("Loading")').first().waitFor({ state: 'detached' });
    },
    axe: () => runAxe(page),
  };
}

/** The browser writes a line for each refusal of the server; the desk shows them, as it should. */
function isExpected(text: string): boolean {
  return /^Failed to load resource: the server responded with a status of (400|401|403|404|409)/.test(text);
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = "{ runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'] }";

interface Violation {
  id: string;
  nodes: { target: string[]; failureSummary?: string }[];
}

async function runAxe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<Violation[]>(`axe.run(document, ${RULES}).then(({ violations }) => violations)`);
  return found.map(({ id, nodes }) => {
    const places = nodes.map(({ target, failureSummary = '' }) => `${target.join(' ')}: ${failureSummary}`);
    return `${id}\n${places.slice(0, 5).join('\n')}`;
  });
}
