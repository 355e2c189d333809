/** `m codegen client`: typed clients for the DocTypes of the database. */
import path from 'node:path';
import { type Command, Option } from 'commander';
import { clientFiles } from '../codegen/client.ts';
import { writeFiles } from '../codegen/files.ts';
import { readVersion } from '../package-folder.ts';
import { counted, say, sayJson } from './output.ts';
import { withProgress } from './progress.ts';
import { withProject } from './project.ts';

export function addCodegen(program: Command): void {
  const group = program.command('codegen').description('code for clients, made from the DocTypes');
  group
    .command('client')
    .summary('write a typed client')
    .description(
      'write a typed client for REST and GraphQL: types.ts, graphql.ts and client.ts; again after a change of a DocType',
    )
    .addOption(new Option('--lang <language>', 'of the client').choices(['ts']).makeOptionMandatory())
    .requiredOption('--out <folder>', 'where the files go; made when missing')
    .option('--doctype <name...>', 'only these DocTypes, and the child tables that they have (default: all)')
    .option('--module <name...>', 'only the DocTypes of these modules, and the child tables that they have')
    .option('--json', 'the result as JSON')
    .action(runClient);
}

interface ClientOptions {
  out: string;
  doctype?: string[];
  module?: string[];
  json?: true;
}

async function runClient({ out, doctype = [], module = [], json }: ClientOptions): Promise<void> {
  await withProject('codegen client', async ({ open }) => {
    const snapshot = open.store.current();
    const made = await withProgress('Writing the types', (tell) =>
      clientFiles(snapshot, {
        doctypes: doctype,
        modules: module,
        version: readVersion(),
        report: (done, total) => tell(`${done} of ${total}`),
      }),
    );
    const folder = path.resolve(out);
    const files = await writeFiles(folder, made.files);
    const changed = files.filter((file) => file.changed).length;
    if (json) return sayJson({ schema_version: snapshot.version, doctypes: made.doctypes, files });
    const what = counted(made.doctypes.length, 'DocType');
    say(
      changed === 0
        ? `Nothing changed: ${folder} is as the ${what} say.`
        : `Wrote ${counted(changed, 'file')} for ${what} to ${folder}.`,
    );
  });
}
