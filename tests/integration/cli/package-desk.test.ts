/** What the published package needs to build the desk of a project: sources that stand alone, and libraries that npm brings. */
import {
  copyFileSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildDesk } from '../../../server/cli/desk.ts';
import { copyDeskSource } from '../../../server/cli/desk-source.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const IMPORT = /(?:^@?import\s+(?!type\b)(?:[^'";]*?\bfrom\s+)?|\bimport\()['"]([^'".\s][^'"\s]*)['"]/gm;

let project: string;
let source: string;
beforeAll(() => {
  project = mkdtempSync(path.join(tmpdir(), 'framework-m-project-'));
  source = path.join(project, 'node_modules/framework-m/dist/desk-source');
  copyDeskSource(ROOT, source);
  copyFileSync(path.join(ROOT, 'package.json'), path.join(project, 'node_modules/framework-m/package.json'));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test('whatever the desk and its build import comes with the package', () => {
  const manifest = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const { dependencies, optionalDependencies, peerDependencies } = manifest;
  const comes = new Set(Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }));
  const files = globSync('{desk,server/expressions,seeds}/**/*.{ts,vue,css}', { cwd: source });
  expect(files.length).toBeGreaterThan(300);
  const missing = files.flatMap((file) =>
    [...readFileSync(path.join(source, file), 'utf8').matchAll(IMPORT)]
      .map(([, name = '']) => name)
      .filter((name) => !/^(node:|virtual:|@expressions\/|framework-m\/|@\/|\/)/.test(name))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter((name) => !comes.has(name))
      .map((name) => `${file}: ${name}`),
  );
  expect(missing).toEqual([]);
});

test('the desk is built from there with what an app brings, in the same parts', async () => {
  for (const name of readdirSync(path.join(ROOT, 'node_modules')))
    if (!name.startsWith('.'))
      symlinkSync(path.join(ROOT, 'node_modules', name), path.join(project, 'node_modules', name));
  const app = path.join(project, 'apps/library');
  mkdirSync(path.join(app, 'frontend'), { recursive: true });
  writeFileSync(path.join(app, 'app.json'), '{"name": "library"}');
  writeFileSync(
    path.join(app, 'frontend/index.ts'),
    `import { defineFrontend } from 'framework-m/frontend';
     export default defineFrontend({ pages: { shelves: { title: 'Shelves of mine', component: () => null } } });`,
  );
  const folder = path.join(project, 'dist/desk');
  const { ok, output } = await buildDesk(source, { apps: [app], folder });
  expect(ok, output).toBe(true);
  const assets = readdirSync(path.join(folder, 'assets'));
  const text = assets
    .filter((name) => name.endsWith('.js'))
    .map((name) => readFileSync(path.join(folder, 'assets', name), 'utf8'));
  expect(text.some((each) => each.includes('Shelves of mine'))).toBe(true);
  for (const part of ['desk', 'parts', 'list', 'icons'])
    expect(
      assets.some((name) => new RegExp(`^${part}-[0-9a-f]+\\.js$`).test(name)),
      part,
    ).toBe(true);
}, 90_000);
