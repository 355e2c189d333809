/**
 * Which desk a project serves: the one that the package brings built; where an app has a `frontend/`, one of the
 * project's own with that in it, in its `dist/desk`, built from the sources that the package brings as well.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Config } from '../config.ts';
import { PACKAGE_ROOT } from '../package-folder.ts';
import { buildDesk, canBuildDesk, type DeskBuild, deskFolder, frontendFolders, isDeskStale } from './desk.ts';
import { remark, say } from './output.ts';

type Project = Pick<Config, 'root' | 'apps'>;

const SHIPPED = deskFolder(PACKAGE_ROOT);
/** A checkout is its own; the package has them aside. */
const SOURCES = [PACKAGE_ROOT, path.join(PACKAGE_ROOT, 'desk-source')];

/** Builds it first where that is due. */
export async function deskOfProject(project: Project): Promise<string> {
  if (frontendFolders(project.apps).length === 0) return SHIPPED;
  const folder = ownFolder(project);
  if (isDeskStale(source(), project.apps, folder)) {
    say('Building the desk with what the apps bring to it …');
    const { ok, output } = await buildProjectDesk(project);
    if (!ok) remark(`The desk could not be built with what the apps bring to it.\n${output}`);
  }
  if (existsSync(path.join(folder, 'index.html'))) return folder;
  if (!canBuildDesk(source()))
    remark('What the apps bring to the desk is left out: npm has not installed what builds it (--omit=optional).');
  return SHIPPED;
}

/** In the folder of the project that is given out with it. */
export async function buildProjectDesk(project: Project): Promise<DeskBuild> {
  if (!canBuildDesk(source())) {
    const output = 'npm has not installed what builds it (--omit=optional). Run "npm i --include=optional" first.';
    return { ok: false, output };
  }
  return buildDesk(source(), { apps: project.apps, folder: ownFolder(project) });
}

function ownFolder({ root }: Project): string {
  return path.join(root, 'dist/desk');
}

function source(): string {
  return SOURCES.find((root) => existsSync(path.join(root, 'desk/vite.config.ts'))) ?? PACKAGE_ROOT;
}
