/** The compiler as whoever uses the product has it: a folder of TypeScript, under the strictest of options. */
import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** What a page in a browser is compiled with. */
export const BROWSER = {
  module: 'esnext',
  moduleResolution: 'bundler',
  lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'],
  types: [],
};
/** And a program for Node. */
export const NODE = { module: 'nodenext', moduleResolution: 'nodenext', lib: ['es2022'], types: ['node'] };

const STRICT = {
  target: 'es2022',
  strict: true,
  noEmit: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  erasableSyntaxOnly: true,
};

/** What the compiler says of the folder; "" when it says nothing. */
export async function compile(folder: string, options: object): Promise<string> {
  const config = path.join(folder, 'tsconfig.json');
  await writeFile(config, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, include: ['*.ts'] }));
  const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', config, '--pretty', 'false'], {
    encoding: 'utf8',
  });
  return `${stdout}${stderr}`.trim();
}

/** A folder for generated code, where the packages of the project are found. */
export function generatedFolder(name: string): string {
  return path.join(ROOT, '.vitest', `${name}-${process.pid}`);
}
