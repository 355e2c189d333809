/**
 * Loads the demo apps once. DocTypes and documents of an app are two transactions; which apps' documents
 * are still to come stands in a file, so that a start that was interrupted is finished by the next one.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ActiveApps } from './active-apps.ts';
import type { Config } from './config.ts';
import type { RunningDatabase } from './database.ts';
import { CORE_APP } from './doctypes/prepare.ts';
import { installDocTypes, installDocuments } from './install-app.ts';
import type { OpenServices } from './services.ts';

export interface DemoWish {
  config: Config;
  apps: ActiveApps;
  /** Names of apps that an earlier start did not finish. */
  unfinished: ReadonlySet<string>;
  signal?: AbortSignal;
}

/** The names of apps that an earlier start began to load. */
export async function readUnfinishedDemo(config: Config): Promise<ReadonlySet<string>> {
  const text = await readFile(fileOf(config), 'utf8').catch(() => '');
  return new Set(text.split('\n').filter(Boolean));
}

/** DEMO decides; without it, an embedded database that holds nothing but the built-in DocTypes. */
export function isDemoWanted(config: Config, database: RunningDatabase): boolean {
  return config.demo ?? (database.isEmbedded && [...database.apps].every((app) => app === CORE_APP));
}

/** The demo apps that are not there yet, and what is unfinished. */
export async function loadDemo(open: OpenServices, { config, apps, unfinished, signal }: DemoWish): Promise<void> {
  const wanted = [...apps.demo.filter((app) => unfinished.has(app.name)), ...apps.newDemo];
  if (wanted.length === 0) return;
  await mkdir(config.dataDir, { recursive: true });
  for (const [index, app] of wanted.entries()) {
    await writeFile(
      fileOf(config),
      wanted
        .slice(index)
        .map(({ name }) => `${name}\n`)
        .join(''),
    );
    signal?.throwIfAborted();
    await installDocTypes(open, app);
    const documents = await installDocuments(open, app);
    open.services.log.info({ app: app.name, documents }, 'demo loaded');
  }
  await rm(fileOf(config), { force: true });
}

function fileOf(config: Config): string {
  return path.join(config.dataDir, 'demo-unfinished');
}
