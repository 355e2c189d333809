/** What the package tells an editor of the code of an app: right code passes the compiler, wrong code does not. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, expectTypeOf, test } from 'vitest';
import type * as declared from '../../../server/app-types/index.d.ts';
import { copyAppTypes } from '../../../server/cli/app-types.ts';
import type * as given from '../../../server/documents/contract.ts';
import type * as runs from '../../../server/for-apps.ts';
import type { Filter } from '../../../server/kernel/filter.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
let project: string;

beforeAll(() => {
  project = mkdtempSync(path.join(tmpdir(), 'framework-m-app-'));
  const installed = path.join(project, 'node_modules/framework-m');
  copyAppTypes(ROOT, path.join(installed, 'dist'));
  copyFileSync(path.join(ROOT, 'package.json'), path.join(installed, 'package.json'));
  mkdirSync(path.join(project, 'apps/shop'), { recursive: true });
  writeFileSync(path.join(project, 'apps/shop/package.json'), '{"private": true, "type": "module"}');
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

type Resolution = { module: string; moduleResolution: string };
const OF_NODE: Resolution = { module: 'nodenext', moduleResolution: 'nodenext' };

/** What the compiler has against it, each with its line. */
function complaintsOf(source: string, resolution: Resolution): { line: number; text: string }[] {
  writeFileSync(path.join(project, 'apps/shop/app.ts'), source);
  const compilerOptions = {
    ...resolution,
    ...{ strict: true, noEmit: true, target: 'es2024', types: [], erasableSyntaxOnly: true },
  };
  writeFileSync(path.join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['apps'] }));
  const compiler = path.join(
    path.dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
    'bin/tsc',
  );
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' });
  const found = [...stdout.matchAll(/app\.ts\((\d+),\d+\): error (.*)/g)];
  if (status !== 0 && found.length === 0) throw new Error(stdout);
  return found.map(([, line, text = '']) => ({ line: Number(line), text }));
}

const RIGHT = `
import { type App, type Document, jsonFileRepository } from 'framework-m/app';
const total = (doc: Document): number => (Array.isArray(doc.items) ? (doc.items as Document[]) : []).length;
export default {
  controllers: {
    Order: {
      hooks: {
        async validate({ doc, before, actor, doors, fail }) {
          doc.title = String(doc.title ?? '').trim();
          const { credit } = await doors.get('Customer', String(doc.customer));
          if (before?.status === 'Done' && !actor.roles.includes('Boss')) fail('It is done.', 'status');
          doc.is_large = Number(credit) < total(doc);
        },
        before_rename: ({ rename, fail }) => (rename?.merge ? fail('Not together.') : undefined),
      },
      computed: { items_count: total },
      rowRule: ({ actor, right }) =>
        right === 'read' ? { kind: 'condition', path: 'owner', operator: '=', value: actor.user } : undefined,
      methods: { close: async ({ args, doors }) => doors.update('Order', String(args.name), { status: 'Done' }) },
    },
  },
  repositories: {
    Rate: jsonFileRepository({ file: 'rates.json', writable: true }),
    Clock: { list: async () => [{ name: 'now' }], get: async (ctx, _doctype, name) => ({ name, at: ctx.now }) },
  },
  functions: { 'shop.ping': ({ actor }) => actor.user },
} satisfies App;
`;

const WRONG = `
import type { App } from 'framework-m/app';
export default {
  controllers: {
    Order: {
      hooks: {
        validat() {},
        on_update({ doc }) { doc.title.trim(); },
        validate({ fail }) { fail(1); },
        before_save({ dorrs }) {},
      },
      rowRule: () => ({ kind: 'condition', path: 'owner', operator: '==', value: 'x' }),
    },
  },
  repositories: { Rate: { list: async () => [] } },
} satisfies App;
`;

test.each([
  ['a module of Node', OF_NODE],
  ['a bundler', { module: 'esnext', moduleResolution: 'bundler' }],
])(
  'an app is checked as by %s',
  (_, resolution) => {
    expect(complaintsOf(RIGHT, resolution)).toEqual([]);
    const lines = complaintsOf(WRONG, resolution).map(({ line }) => line);
    expect([...new Set(lines)].sort((a, b) => a - b)).toEqual([7, 8, 9, 10, 12, 15]);
  },
  60_000,
);

test('what "m new:app" begins with is right, and what it shows in its comments', () => {
  const template = readFileSync(path.join(ROOT, 'server/cli/templates/app.ts.txt'), 'utf8');
  expect(complaintsOf(template.replaceAll('{{title}}', 'Shop'), OF_NODE)).toEqual([]);
  expect(complaintsOf(template.replace(/^(\s*)\/\/ (?!\s*\/\/)/gm, '$1'), OF_NODE)).toEqual([]);
}, 60_000);

test('the server keeps what is said, and takes what is asked for', () => {
  expectTypeOf<declared.App>().toExtend<given.App>();
  expectTypeOf<keyof declared.App>().toEqualTypeOf<keyof given.App>();
  expectTypeOf<keyof declared.Controller>().toEqualTypeOf<keyof given.Controller>();
  expectTypeOf<declared.HookName>().toEqualTypeOf<given.HookName>();
  expectTypeOf<keyof declared.HookArgument>().toEqualTypeOf<keyof given.HookArgument>();
  expectTypeOf<given.HookArgument>().toExtend<declared.HookArgument>();
  expectTypeOf<given.MethodArgument>().toExtend<declared.MethodArgument>();
  expectTypeOf<keyof declared.Repository>().toEqualTypeOf<keyof given.Repository>();
  expectTypeOf<given.Context>().toExtend<declared.RepositoryContext>();
  expectTypeOf<Filter>().toExtend<declared.Filter>();
  expectTypeOf<declared.Filter>().toExtend<Filter>();
  expectTypeOf<keyof typeof runs>().toEqualTypeOf<keyof typeof declared>();
  expectTypeOf<typeof runs>().toExtend<Pick<typeof declared, keyof typeof declared>>();
});
