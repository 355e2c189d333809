/** The command line: the groups of commands, and what they have in common. Each group is a file beside this one. */
import { Command } from 'commander';
import { readVersion } from '../package-folder.ts';
import { addCodegen } from './codegen.ts';
import { addConfig } from './config.ts';
import { addConsole } from './console.ts';
import { addDocType } from './doctype.ts';
import { addDrift } from './drift.ts';
import { BAD_ARGUMENT, reportFailure, toSentence } from './failure.ts';
import { addInfo } from './info.ts';
import { addMigrate } from './migrate.ts';
import { addNew } from './new.ts';
import { addRoutes } from './routes.ts';
import { addStart } from './start.ts';
import { addTools } from './tools.ts';
import { addUser } from './user.ts';

const GROUPS = [
  addStart,
  addMigrate,
  addDocType,
  addUser,
  addNew,
  addCodegen,
  addRoutes,
  addInfo,
  addConfig,
  addConsole,
  addDrift,
  addTools,
];

ignoreTypelessApps();
// A reader that has seen enough (`| head`) does not stop the work.
for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);

const program = new Command('m')
  .description('Framework M: a DocType is data; tables, REST, permissions and desk follow from it.')
  .version(readVersion(), '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand('help [command]', 'print the help of a command')
  // An option belongs to the command that it stands behind: both `m migrate` and `m migrate status` have --json.
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .configureOutput({ outputError: (text, write) => write(`${toSentence(text)}\n`) })
  .exitOverride();

for (const add of GROUPS) add(program);
program.addHelpText(
  'after',
  '\nEvery command has --help. Settings come from the environment and .env: see "m config show".',
);

if (process.argv.length <= 2) {
  program.outputHelp({ error: true });
  process.exitCode = BAD_ARGUMENT;
} else {
  await program.parseAsync().catch((error: unknown) => {
    process.exitCode = reportFailure(error);
  });
}

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** An app's folder needs no package.json: Node reads its module well, and would say that it had to look twice. */
function ignoreTypelessApps(): void {
  const print = process.listeners('warning');
  process.removeAllListeners('warning').on('warning', (warning) => {
    if ((warning as { code?: string }).code === 'MODULE_TYPELESS_PACKAGE_JSON') return;
    for (const listener of print) listener(warning);
  });
}
