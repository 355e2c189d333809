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
  customizations: { custom_fields: number; property_setters: number };
  /** Documents of other DocTypes, and files that hold nothing for us: left alone. */
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
    customizations: { custom_fields: files.customFields.length, property_setters: files.propertySetters.length },
    documents_left: files.documents.length,
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
  if (created.length + changed.length === 0) say('Nothing to change.');
  else say(`${counted(created.length, 'DocType')} created, ${changed.length} changed.`);
  sayWarnings(warnings, maxWarnings);
  if (summary.documents_left > 0)
    say(`${counted(summary.documents_left, 'document')} of other DocTypes left alone: only definitions are imported.`);
  if (summary.files_skipped.length > 0)
    say(`${counted(summary.files_skipped.length, 'file')} left alone: neither DocType nor document.`);
}

function sayWarnings(warnings: readonly string[], max: number): void {
  if (warnings.length === 0) return;
  say(`${counted(warnings.length, 'warning')}:`);
  for (const warning of warnings.slice(0, max)) say(`  ${oneLine(warning)}`);
  if (warnings.length > max) say(`  … and ${warnings.length - max} more; --verbose shows all.`);
}
