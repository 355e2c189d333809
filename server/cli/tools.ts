/** `m test`, `m lint` and so on: the programs of the npm scripts, for those who work on the framework itself. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { AppError } from '../kernel/error.ts';
import { PACKAGE_ROOT } from '../package-folder.ts';
import { say } from './output.ts';
import { projectConfig } from './project.ts';
import { buildProjectDesk } from './project-desk.ts';

const TOOLS: readonly { name: string; does: string; command: readonly string[] }[] = [
  {
    name: 'test',
    does: 'run the tests, or some of them',
    command: ['vitest', 'run', '--config', 'tests/vitest.config.ts'],
  },
  { name: 'lint', does: 'find mistakes and bad style', command: ['biome', 'lint', '--config-path=.biome.json', '.'] },
  {
    name: 'format',
    does: 'format the code, mend what can be mended',
    command: ['biome', 'check', '--write', '--config-path=.biome.json', '.'],
  },
  { name: 'typecheck', does: 'check the types', command: ['tsc', '--noEmit'] },
];

export function addTools(program: Command): void {
  program
    .command('build')
    .summary('build the desk with what the apps of the project bring to it')
    .description(
      'build the desk with the frontend/ of the apps in APPS, into dist/desk, as "m start" does when it is due; in a checkout of Framework M: make dist/, which the package runs',
    )
    .action(build);
  for (const { name, does, command } of TOOLS) {
    program
      .command(name)
      .summary(`${does} (checkout)`)
      .description(`${does} (in a checkout of Framework M)`)
      .argument('[arguments...]', 'handed to the program; put -- before its options')
      .action((rest: string[]) => relay(name, [...command, ...rest]));
  }
}

async function build(): Promise<void> {
  if (isCheckout()) return relay('build', ['server/cli/build.mjs']);
  const { ok, output } = await buildProjectDesk(projectConfig());
  if (!ok) throw new AppError('bad_request', `The desk could not be built.\n${output}`);
  say('Built the desk in dist/desk.');
}

function isCheckout(): boolean {
  return existsSync(path.join(PACKAGE_ROOT, 'tests'));
}

/** This process ends as the program does. */
function relay(name: string, command: readonly string[]): void {
  const bootstrap = path.join(PACKAGE_ROOT, 'server/cli/bootstrap.mjs');
  if (!isCheckout()) {
    throw new AppError(
      'bad_request',
      `"m ${name}" works on the framework itself, and this is its installed package. Run it in a checkout of Framework M.`,
    );
  }
  const { status, signal } = spawnSync(process.execPath, [bootstrap, ...command], {
    cwd: PACKAGE_ROOT,
    stdio: 'inherit',
  });
  process.exitCode = signal ? 1 : (status ?? 1);
}
