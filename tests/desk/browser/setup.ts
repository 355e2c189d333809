/** Before the browser tests: the desk is built when it is stale, and Chromium unpacked, once for all files. */
import type { TestProject } from 'vitest/node';
import { buildDesk, deskFolder, isDeskStale } from '../../../server/cli/desk.ts';
import { ROOT } from '../../support/sources.ts';
import { type Chromium, findChromium } from './chromium.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    chromium: Chromium;
    deskFolder: string;
  }
}

export default async function setUp(project: TestProject): Promise<void> {
  if (isDeskStale(ROOT)) {
    const { ok, output } = await buildDesk(ROOT);
    if (!ok) throw new Error(`The desk could not be built:\n${output}`);
  }
  project.provide('deskFolder', deskFolder(ROOT));
  project.provide('chromium', await findChromium());
}
