/** `m doctype …`: definitions in and out of the database, what a change would do, and how they came to be. */
import path from 'node:path';
import type { Command } from 'commander';
import type { ChangeReport } from '../doctypes/edits.ts';
import { exportCustomizations, exportDocTypes, writeCustomizations, writeExport } from '../doctypes/export.ts';
import type { ReadFiles } from '../doctypes/files.ts';
import { readHistory, revertDocType } from '../doctypes/history.ts';
import { importDocTypes, planImport } from '../doctypes/import.ts';
import { AppError, nearest } from '../kernel/error.ts';
import { wholeNumber } from './arguments.ts';
import { readGivenFiles } from './given-files.ts';
import { sayImport, toImportSummary } from './import-summary.ts';
import { counted, say, sayJson, sayTable } from './output.ts';
import { withProgress } from './progress.ts';
import { type Project, withProject } from './project.ts';

export function addDocType(program: Command): void {
  const group = program.command('doctype').description('import, export, compare DocTypes; their history');
  group
    .command('import')
    .summary('bring DocTypes from files into the database')
    .description(
      'bring DocTypes from files, folders and whole Frappe apps into the database: all or nothing, in any order',
    )
    .argument('<path...>', 'JSON files, folders, checkouts of Frappe apps')
    .option('--app <name>', 'the app that they belong to (default: as the folders say)')
    .option('--confirm <hash>', 'the hash of a dangerous plan that you agree to')
    .option('--verbose', 'every warning, not the first twenty')
    .option('--json', 'the result as JSON')
    .action(runImport);
  group
    .command('export')
    .summary('write DocTypes as files')
    .description('write DocTypes as they were imported, as <out>/<app>/<DocType>.json')
    .argument('[name...]', 'DocTypes (default: all but the built-in ones)')
    .requiredOption('--out <folder>', 'where the files go; made when missing')
    .option('--json', 'the result as JSON')
    .action(runExport);
  group
    .command('diff')
    .summary('show what an import would change')
    .description('show what an import would change in the database; nothing is done')
    .argument('<path...>', 'JSON files, folders, checkouts of Frappe apps')
    .option('--app <name>', 'the app that they belong to (default: as the folders say)')
    .option('--json', 'the plan as JSON')
    .action(runDiff);
  group
    .command('history')
    .description('the versions of a DocType, newest first')
    .argument('<name>', 'the DocType')
    .option('--limit <number>', 'how many', wholeNumber('--limit', 1, 10_000), 50)
    .option('--json', 'the versions as JSON')
    .action(runHistory);
  group
    .command('revert')
    .summary('make an earlier version current again')
    .description('make an earlier version of a DocType current again; its fields come back with their data')
    .argument('<name>', 'the DocType')
    .argument('<version>', 'a version that "m doctype history" shows', wholeNumber('the version', 1))
    .option('--confirm <hash>', 'the hash of a dangerous plan that you agree to')
    .option('--json', 'the result as JSON')
    .action(runRevert);
}

function read(paths: readonly string[], app: string | undefined): Promise<ReadFiles> {
  return withProgress('Reading the files', () => readGivenFiles(paths, app));
}

interface ImportOptions {
  app?: string;
  confirm?: string;
  verbose?: true;
  json?: true;
}

async function runImport(paths: string[], options: ImportOptions): Promise<void> {
  const files = await read(paths, options.app);
  await withProject('doctype import', async ({ open, actor }) => {
    const what = counted(files.doctypes.length, 'DocType');
    const report = await withProgress(`Importing ${what}`, (tell) =>
      importDocTypes(open.schema, {
        actor,
        files,
        confirm: options.confirm,
        progress: (done, total) => tell(`${done} of ${total}`),
      }),
    );
    const summary = toImportSummary(files, report);
    if (options.json) sayJson(summary);
    else sayImport(summary, options.verbose ? Number.POSITIVE_INFINITY : 20);
  });
}

async function runExport(names: string[], options: { out: string; json?: true }): Promise<void> {
  await withProject('doctype export', async ({ open }) => {
    const files = await exportDocTypes(open.db, names);
    const written = await writeExport(files, path.resolve(options.out));
    const list = files.map(({ app, definition }, index) => ({
      name: definition.name,
      app,
      file: written[index] as string,
    }));
    const customized = await writeCustomizations(await exportCustomizations(open.db, names), path.resolve(options.out));
    if (options.json)
      sayJson(customized.length > 0 ? { exported: list, customizations: customized } : { exported: list });
    else say(`Wrote ${counted(list.length + customized.length, 'file')} to ${path.resolve(options.out)}.`);
  });
}

async function runDiff(paths: string[], options: { app?: string; json?: true }): Promise<void> {
  const files = await read(paths, options.app);
  await withProject('doctype diff', async ({ open, actor }) => {
    const report = await withProgress('Comparing', () => planImport(open.schema, { actor, files }));
    if (options.json) sayJson(report);
    else sayPlan(report);
  });
}

/** The plan of a change, for people. Also says the hash that agrees to it, when it must be agreed to. */
function sayPlan(report: ChangeReport): void {
  const { changes, hash, created, changed } = report;
  if (created.length + changed.length === 0) {
    say('Nothing to change.');
    return;
  }
  sayTable(
    ['op', 'table', 'column', 'safety', 'rows', 'reason'],
    changes.map((change) => [change.op, change.table, change.column, change.safety, change.rows, change.reason]),
  );
  if (changes.length === 0) say('No table changes, only the definitions.');
  say(
    `${counted(created.length, 'DocType')} to create, ${changed.length} to change, ${counted(changes.length, 'operation')}.`,
  );
  const isRefused = changes.some((change) => change.refused);
  if (isRefused) say('This would lose data and will be refused: see the reasons above.');
  else if (changes.some((change) => change.safety === 'DANGEROUS'))
    say(`Dangerous: the import must be given --confirm ${hash}`);
}

async function runHistory(name: string, options: { limit: number; json?: true }): Promise<void> {
  await withProject('doctype history', async (project) => {
    const entries = await readHistory(project.open.db, { doctype: name, limit: options.limit });
    if (entries.length === 0) throw unknownDocType(project, name);
    if (options.json) return sayJson(entries);
    sayTable(
      ['version', 'when', 'who', 'action', 'operations'],
      entries.map((entry) => [
        entry.version,
        entry.changed_at,
        entry.changed_by,
        entry.action,
        operationsOf(entry.operations),
      ]),
    );
  });
}

function unknownDocType({ open }: Project, name: string): AppError {
  const near = nearest(name, open.store.current().names);
  return new AppError(
    'not_found',
    `There is no DocType ${JSON.stringify(name)}${near ? `; did you mean ${near}?` : '.'}`,
  );
}

/** `create_table, 3 add_column`. */
function operationsOf(operations: unknown): string {
  const counts = new Map<string, number>();
  for (const { op } of Array.isArray(operations) ? (operations as { op: string }[]) : [])
    counts.set(op, (counts.get(op) ?? 0) + 1);
  return [...counts].map(([op, count]) => (count === 1 ? op : `${count} ${op}`)).join(', ');
}

async function runRevert(name: string, version: number, options: { confirm?: string; json?: true }): Promise<void> {
  await withProject('doctype revert', async (project) => {
    const { open, actor } = project;
    if (!open.store.current().find(name)) throw unknownDocType(project, name);
    const report = await withProgress('Reverting', () =>
      open.db.transaction((tx) =>
        revertDocType(open.schema, tx, { actor, doctype: name, version, confirm: options.confirm }),
      ),
    );
    if (options.json) return sayJson(report);
    const isSame = report.changed.length + report.created.length === 0;
    say(
      isSame
        ? `${name} is as it was in version ${version} already: nothing to change.`
        : `${name} is as it was in version ${version}, with ${counted(report.changes.length, 'operation')}.`,
    );
  });
}
