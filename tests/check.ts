/** `npm run check`: what can be said of the code without running it. Stops at the first step that fails, with its name. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const CONFIG = '--config-path=.biome.json';
const COLORS = `--colors=${process.stdout.isTTY ? 'force' : 'off'}`;

const STEPS: readonly [name: string, tool: string, command: string, ...args: string[]][] = [
  ['types', 'typescript', 'tsc', '--noEmit'],
  ['types of the desk', 'vue-tsc', 'vue-tsc', '--noEmit', '--project', 'desk'],
  ['format and lint', '@biomejs/biome', 'biome', 'ci', CONFIG, COLORS, '--error-on-warnings', '.'],
  [
    'dependency rules',
    'dependency-cruiser',
    'depcruise',
    '--config',
    '.dependency-cruiser.mjs',
    'server',
    'migrations',
    'seeds',
    'tests',
    'desk/src',
    'kysely.config.ts',
  ],
  ['architecture', 'vitest', 'vitest', 'run', '--config', 'tests/vitest.config.ts', '--reporter=dot', 'tests/arch'],
];

for (const [name, tool, command, ...args] of STEPS) {
  const start = performance.now();
  process.stdout.write(`check: ${name} …\n`);
  const { status, signal } = spawnSync(process.execPath, [binaryOf(tool, command), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) {
    process.stderr.write(`check: "${name}" failed${signal ? ` (${signal})` : ''}; the steps after it did not run.\n`);
    process.exit(status || 1);
  }
  process.stdout.write(`check: ${name} passed in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
}
process.stdout.write('check: all passed\n');

/** The script behind a command, so that it runs under this very Node on every system. */
function binaryOf(tool: string, command: string): string {
  const manifest = path.join(ROOT, 'node_modules', tool, 'package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: string | Record<string, string> };
  const relative = typeof bin === 'string' ? bin : bin[command];
  return createRequire(manifest).resolve(`./${relative}`);
}
