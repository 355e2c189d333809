/** `m info`: what runs here, on which database, with how many DocTypes of which app. */
import type { Command } from 'commander';
import { PACKAGE_ROOT, readVersion } from '../package-folder.ts';
import { say, sayJson, sayTable } from './output.ts';
import { withProject } from './project.ts';

export function addInfo(program: Command): void {
  program
    .command('info')
    .description('versions, folders, database, DocTypes')
    .option('--json', 'as JSON')
    .action(runInfo);
}

async function runInfo(options: { json?: true }): Promise<void> {
  await withProject('info', async ({ config, database, open, apps }) => {
    const [server] = await open.db.query({
      text: `select current_setting('server_version') as version, current_database() as name, pg_database_size(current_database())::float8 as bytes`,
      values: [],
    });
    const counts = await open.db.query({
      text: 'select app, count(*)::float8 as doctypes from doctype group by app order by app',
      values: [],
    });
    const { host } = new URL(database.url);
    const info = {
      version: readVersion(),
      node: process.version,
      project: config.root,
      package: PACKAGE_ROOT,
      database: {
        kind: database.isEmbedded ? 'embedded' : 'DATABASE_URL',
        host,
        name: String(server?.name),
        postgresql: String(server?.version),
        bytes: Number(server?.bytes),
      },
      schema_version: open.store.current().version,
      active_apps: [...apps.given, ...apps.demo].map(({ name, folder }) => ({ name, folder })),
      doctypes: counts.map((row) => ({ app: String(row.app), doctypes: Number(row.doctypes) })),
    };
    if (options.json) return sayJson(info);
    say(`Framework M ${info.version} on Node ${info.node}, PostgreSQL ${info.database.postgresql}`);
    say(`project   ${info.project}`);
    say(`package   ${info.package}`);
    say(
      `database  ${info.database.name} at ${host} (${info.database.kind}), ${(info.database.bytes / 1e6).toFixed(1)} MB`,
    );
    say(`schema    version ${info.schema_version}`);
    say(`apps      ${info.active_apps.map(({ name }) => name).join(', ') || '(none)'}`);
    sayTable(
      ['app', 'DocTypes'],
      info.doctypes.map(({ app, doctypes }) => [app || '(none)', doctypes]),
    );
  });
}
