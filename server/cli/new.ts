/** `m new:app` and `m new:doctype`: the first files of an app and of a DocType, from the texts of `templates/`. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { readAppFolder } from '../app-folder.ts';
import { AppError } from '../kernel/error.ts';
import { isDocTypeName, MAX_DOCTYPE_NAME, RESERVED_DOCTYPE_NAMES } from '../kernel/names.ts';
import { say } from './output.ts';
import { projectFolder } from './project.ts';

export function addNew(program: Command): void {
  program
    .command('new:app')
    .summary('make an app')
    .description(
      'make an app: apps/<name>/ with app.json, doctypes/, documents/, workspaces/ and app.ts for its behaviour',
    )
    .argument('<name>', 'a-z, 0-9, _ and -, such as library')
    .action(runNewApp);
  program
    .command('new:doctype')
    .summary('write a DocType to begin with')
    .description('write a DocType to begin with: a title, a description, permissions')
    .argument('<name>', 'its name, such as "Library Book"')
    .option('--app <folder>', 'the folder of its app (default: the current folder)')
    .action(runNewDocType);
}

async function runNewApp(name: string): Promise<void> {
  if (!/^[a-z][a-z0-9_-]{0,59}$/.test(name) || name === 'core') {
    throw new AppError(
      'bad_request',
      `An app's name begins with a letter and is made of a-z, 0-9, _ and -, such as library; it is ${JSON.stringify(name)}.`,
    );
  }
  const folder = path.join(projectFolder(), 'apps', name);
  if (existsSync(folder))
    throw new AppError('duplicate', `${shown(folder)} exists already. Choose another name, or remove it.`);
  const title = words(name);
  await mkdir(path.join(folder, 'doctypes'), { recursive: true });
  await mkdir(path.join(folder, 'documents'), { recursive: true });
  await writeFile(path.join(folder, 'app.json'), toJson({ name, title, description: '', modules: [title] }));
  await writeFile(path.join(folder, 'app.ts'), (await template('app.ts.txt')).replaceAll('{{title}}', title));
  await mkdir(path.join(folder, 'workspaces'), { recursive: true });
  await writeFile(path.join(folder, 'workspaces', `${title}.json`), toJson(firstWorkspace(title)));
  // A project that "npm init" made says that its .ts files are CommonJS; an app's is a module.
  await writeFile(path.join(folder, 'package.json'), toJson({ private: true, type: 'module' }));
  say(`Made ${shown(folder)}.`);
  say(`Give it a DocType:  m new:doctype "${title} Note" --app ${shown(folder)}`);
  say(`Activate it:        APPS=apps/${name} (in .env or the environment), then m start`);
}

/** Without shortcuts and links it shows the DocTypes of its module: the app's, as they come. */
function firstWorkspace(title: string): Record<string, unknown> {
  const modified = new Date().toISOString().replace('T', ' ').replace('Z', '000');
  const called = { label: title, title, module: title };
  return { doctype: 'Workspace', name: title, ...called, public: 1, links: [], shortcuts: [], roles: [], modified };
}

async function runNewDocType(name: string, options: { app?: string }): Promise<void> {
  refuseName(name);
  const { folder, module } = await placeFor(options.app);
  const file = path.join(folder, `${name}.json`);
  const series = name.toUpperCase().replace(/[^A-Z0-9]+/g, '-');
  const content = JSON.parse(await template('doctype.json')) as Record<string, unknown>;
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(file, toJson({ ...content, autoname: `${series}-.#####`, module, name }), { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new AppError('duplicate', `${shown(file)} exists already. Choose another name, or change that file.`);
  }
  say(`Wrote ${shown(file)}.`);
  say(`Bring it in, now and after every change:  m doctype import "${shown(file)}"`);
}

function refuseName(name: string): void {
  if (!isDocTypeName(name)) {
    throw new AppError(
      'bad_request',
      `A DocType's name begins with a letter, is made of letters, digits, blanks, - and _, and has at most ${MAX_DOCTYPE_NAME} characters; it is ${JSON.stringify(name)}.`,
    );
  }
  if (RESERVED_DOCTYPE_NAMES.has(name.toLowerCase()))
    throw new AppError(
      'bad_request',
      `${name} is a word of the REST routes and cannot name a DocType. Choose another.`,
    );
}

/** An app's `doctypes/` with its first module, or the current folder. */
async function placeFor(given: string | undefined): Promise<{ folder: string; module: string }> {
  const home = path.resolve(given ?? '.');
  if (given === undefined && !existsSync(path.join(home, 'app.json'))) return { folder: home, module: 'Custom' };
  const app = await readAppFolder(home);
  return { folder: path.join(home, 'doctypes'), module: app.modules[0] ?? app.title };
}

function template(name: string): Promise<string> {
  return readFile(path.join(import.meta.dirname, 'templates', name), 'utf8');
}

/** As Frappe writes its files. */
function toJson(content: unknown): string {
  return `${JSON.stringify(content, null, 1)}\n`;
}

/** `sales_tools` is `Sales Tools`. */
function words(name: string): string {
  return name
    .split(/[_-]+/)
    .filter(Boolean)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
