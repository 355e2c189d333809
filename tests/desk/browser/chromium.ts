/**
 * A Chromium for the tests: that of CHROMIUM, or the one that comes from npm with the few libraries which a
 * bare Debian lacks (NSS, NSPR, expat), so that nothing must be installed by hand.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import packaged, { inflate } from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

/** Where systems put theirs: for processors that npm brings none for. */
const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export interface Chromium {
  path: string;
  /** Folder of its libraries; empty: the system has them. */
  libraries: string;
}

/** Unpacks it once into the system's temporary folder. Throws with a sentence when there is none. */
export async function findChromium(): Promise<Chromium> {
  const given = process.env.CHROMIUM;
  if (given) return { path: given, libraries: '' };
  if (process.arch === 'x64' && process.platform === 'linux') {
    const bin = path.resolve(path.dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../bin');
    const libraries = await inflate(path.join(bin, 'al2023.tar.br'));
    return { path: await packaged.executablePath(), libraries: path.join(libraries, 'lib') };
  }
  const found = SYSTEM.find((file) => existsSync(file));
  if (found) return { path: found, libraries: '' };
  throw new Error('No Chromium comes from npm for this system. Install one and name its program in CHROMIUM.');
}

export function launch({ path: executablePath, libraries }: Chromium): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // Containers run tests as root, where the sandbox cannot be had.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'],
    env: { ...process.env, ...(libraries === '' ? {} : ownFiles(libraries)) } as Record<string, string>,
  });
}

/** Without any font of the system the browser would not start. */
function ownFiles(libraries: string): Record<string, string> {
  const fonts = path.join(tmpdir(), 'fonts');
  return { LD_LIBRARY_PATH: libraries, ...(existsSync(fonts) ? { FONTCONFIG_PATH: fonts } : {}) };
}
