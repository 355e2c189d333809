/** `m drift`: whether the tables are what the DocTypes say. */
import type { Command } from 'commander';
import { findDrift } from '../doctypes/drift.ts';
import { counted, say, sayJson, sayTable } from './output.ts';
import { withProject } from './project.ts';

export function addDrift(program: Command): void {
  program
    .command('drift')
    .summary('compare the database with the DocTypes')
    .description('compare the database with the DocTypes: exit code 1 when a table is not what they say')
    .option('--json', 'the differences as JSON')
    .action(runDrift);
}

async function runDrift(options: { json?: true }): Promise<void> {
  await withProject('drift', async ({ open }) => {
    const { changes, strangers } = await findDrift(open.db, open.store.current());
    if (changes.length > 0) process.exitCode = 1;
    if (options.json) return sayJson({ changes, strangers });
    sayTable(
      ['missing', 'table', 'what'],
      changes.map((change) => [change.op, change.table, 'column' in change ? change.column : '']),
    );
    say(changes.length === 0 ? 'The database is what the DocTypes say.' : `${counted(changes.length, 'difference')}.`);
    if (strangers.length > 0) say(`Tables of no DocType, left alone: ${strangers.join(', ')}.`);
  });
}
