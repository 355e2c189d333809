/**
 * Which apps run: those of APPS, and the demo apps of `seeds/` while their DocTypes are in the database.
 * Finds and loads them; what is installed when is decided by main.ts and the command line.
 */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type AppFolder, loadAppModule, readAppFolder } from './app-folder.ts';
import type { App } from './documents/contract.ts';
import { AppError } from './kernel/error.ts';

export interface ActiveApps {
  /** The folders of APPS. */
  given: AppFolder[];
  /** The demo apps that are in the database already, and those that are to be installed now. */
  demo: AppFolder[];
  newDemo: AppFolder[];
  /** The behaviour of all of them. */
  modules: App[];
}

export interface ActiveAppsWish {
  /** The package's folder: where `seeds/` is. */
  root: string;
  /** Folders of APPS, absolute. */
  folders: readonly string[];
  /** Apps that have DocTypes in the database. */
  installed: ReadonlySet<string>;
  /** Whether demo apps that are not there yet are to be installed. */
  isDemoWanted: boolean;
}

/** Throws AppError `bad_request` for a folder without an app, and for a module that does not load. */
export async function findActiveApps(wish: ActiveAppsWish): Promise<ActiveApps> {
  const given = await Promise.all(wish.folders.map(readAppFolder));
  const twin = given.find((app, index) => given.findIndex((other) => other.name === app.name) !== index);
  if (twin)
    throw new AppError(
      'bad_request',
      `APPS names two apps called ${twin.name}. Leave one out, or give one another name in its app.json.`,
    );
  const seeds = (await readSeeds(wish.root)).filter((seed) => !given.some((app) => app.name === seed.name));
  const demo = seeds.filter((app) => wish.installed.has(app.name));
  const newDemo = wish.isDemoWanted ? seeds.filter((app) => !wish.installed.has(app.name)) : [];
  return { given, demo, newDemo, modules: await Promise.all([...given, ...demo, ...newDemo].map(load)) };
}

async function readSeeds(root: string): Promise<AppFolder[]> {
  const folder = path.join(root, 'seeds');
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  // The order in which they are installed: the same on every machine.
  return Promise.all(names.sort().map((name) => readAppFolder(path.join(folder, name))));
}

async function load(app: AppFolder): Promise<App> {
  try {
    return await loadAppModule(app);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError(
      'bad_request',
      `The module of the app ${app.name} in ${app.folder} does not load: ${(error as Error).message}`,
      { cause: error },
    );
  }
}
