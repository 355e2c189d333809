/** What an import did, by app: for `m doctype import`, as data and as a table. */
import type { ChangeReport } from '../doctypes/edits.ts';
import type { ReadFiles } from '../doctypes/files.ts';
import { counted, oneLine, say, sayTable } from './output.ts';

export interface AppSummary {
  app: string;
  created: number;
  changed: number;
  unchanged: number;
  warnings: number;
}

export interface ImportSummary {
  apps: AppSummary[];
  created: string[];
  changed: string[];
  unchanged: string[];
  warnings: string[];
  customizations: { custom_fields: number; property_setters: number; custom_perms: number };
  /** Documents of other DocTypes, and files that hold nothing for us: left alone. */
  /** Fixtures and the like, by what became of them. */
  documents: { created: number; changed: number; unchanged: number };
  documents_left: number;
  files_skipped: string[];
}

export function toImportSummary(files: ReadFiles, report: ChangeReport): ImportSummary {
  // A file that is given twice counts once, as the one that stands.
  const appOf = new Map(files.doctypes.map(({ definition, app }) => [definition.name, app]));
  const created = new Set(report.created);
  const changed = new Set(report.changed);
  const unchanged = [...appOf.keys()].filter((name) => !created.has(name) && !changed.has(name));
  const warned = report.warnings.map((warning) => appOf.get(subjectOf(warning, appOf)) ?? '');
  const touched = [...created, ...changed].map((name) => appOf.get(name) ?? '');
  const apps = [...new Set([...appOf.values(), ...touched, ...warned])].sort();
  const countIn = (app: string, names: Iterable<string>) =>
    [...names].filter((name) => (appOf.get(name) ?? '') === app).length;
  const documents = report.documents ?? { created: 0, changed: 0, unchanged: 0 };
  return {
    apps: apps.map((app) => ({
      app,
      created: countIn(app, created),
      changed: countIn(app, changed),
      unchanged: countIn(app, unchanged),
      warnings: warned.filter((other) => other === app).length,
    })),
    created: [...created],
    changed: [...changed],
    unchanged,
    warnings: report.warnings,
    customizations: {
      custom_fields: files.customFields.length,
      property_setters: files.propertySetters.length,
      custom_perms: files.customPermissions.reduce((sum, { rows }) => sum + rows.length, 0),
    },
    documents: { created: documents.created, changed: documents.changed, unchanged: documents.unchanged },
    documents_left: files.documents.length - documents.created - documents.changed - documents.unchanged,
    files_skipped: files.skipped,
  };
}

/** The DocType that a warning begins with: `Sales Order: fields[3]: …`, `User.email: …`. */
function subjectOf(warning: string, known: ReadonlyMap<string, string>): string {
  const start = warning.slice(0, warning.indexOf(': '));
  return known.has(start) ? start : start.replace(/\..*$/, '');
}

/** For people: the table, the first warnings, and what was left alone. */
export function sayImport(summary: ImportSummary, maxWarnings: number): void {
  const { apps, created, changed, warnings } = summary;
  sayTable(
    ['app', 'created', 'changed', 'unchanged', 'warnings'],
    apps.map(({ app, ...counts }) => [
      app || '(none)',
      counts.created,
      counts.changed,
      counts.unchanged,
      counts.warnings,
    ]),
  );
  const { documents } = summary;
  if (created.length + changed.length + documents.created + documents.changed === 0) say('Nothing to change.');
  else say(`${counted(created.length, 'DocType')} created, ${changed.length} changed.`);
  if (documents.created + documents.changed > 0)
    say(
      `${counted(documents.created, 'document')} created, ${documents.changed} changed, ${documents.unchanged} unchanged.`,
    );
  sayWarnings(warnings, maxWarnings);
  if (summary.documents_left > 0)
    say(`${counted(summary.documents_left, 'document')} left alone: their DocType is not here, or they have no name.`);
  if (summary.files_skipped.length > 0)
    say(
      `${counted(summary.files_skipped.length, 'file')} or lists left alone: ${summary.files_skipped.slice(0, 3).join('; ')}`,
    );
}

function sayWarnings(warnings: readonly string[], max: number): void {
  if (warnings.length === 0) return;
  say(`${counted(warnings.length, 'warning')}:`);
  for (const warning of warnings.slice(0, max)) say(`  ${oneLine(warning)}`);
  if (warnings.length > max) say(`  … and ${warnings.length - max} more; --verbose shows all.`);
}
