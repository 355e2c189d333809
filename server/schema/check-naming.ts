/**
 * `autoname`: its grammar (FORMAT.md section 6) and the fields that it names. What a valid one means is
 * naming-rule.ts.
 */
import { type DocTypeJson, isSet } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import { type CheckContext, hasColumn, isStandardKey } from './check-context.ts';
import { few, show } from './check-wording.ts';

export function checkNaming(context: CheckContext): FieldProblem[] {
  const { definition } = context.reading;
  const autoname = (definition.autoname ?? '').trim();
  if (autoname === '' || isSet(definition.issingle)) return [];
  const lower = autoname.toLowerCase();
  if (EXACT.has(autoname) || lower === 'prompt') return [];
  if (lower.startsWith('field:')) return fieldProblems(context, autoname.slice('field:'.length).trim());
  if (lower.startsWith('naming_series:')) return seriesFieldProblems(context);
  if (lower.startsWith('format:')) return formatProblems(context, autoname.slice('format:'.length));
  if (autoname.includes('#')) return [...seriesProblems(context, autoname), ...sharedPrefix(context, autoname)];
  return [unknownForm(context, autoname)];
}

const EXACT = new Set(['hash', 'random', 'autoincrement', 'UUID']);
const FORMS =
  'field:fieldname, naming_series:, PREFIX-.#####, format:PREFIX-{#####}, Prompt, hash, UUID or autoincrement';
const DATE_WORDS = new Set(['YYYY', 'YY', 'MM', 'DD', 'WW', 'JJJ', 'timestamp']);

function unknownForm(context: CheckContext, autoname: string): FieldProblem {
  const hint = context.reading.byName.has(autoname) ? ` Did you mean ${show(`field:${autoname}`)}?` : '';
  return say('bad_autoname', `autoname is one of ${FORMS}; got ${show(autoname)}.${hint}`);
}

function fieldProblems(context: CheckContext, fieldname: string): FieldProblem[] {
  const { byName } = context.reading;
  const named = byName.get(fieldname);
  if (!named) {
    const hint = context.suggest(fieldname, byName.keys());
    return [
      say('unknown_field', `autoname takes the name from the field ${show(fieldname)}, which is not there.${hint}`),
    ];
  }
  if (!named.type || hasColumn(named)) return [];
  return [
    say('bad_autoname', `autoname takes the name from ${show(fieldname)}, a ${named.type.name} that stores no value.`),
  ];
}

function seriesFieldProblems(context: CheckContext): FieldProblem[] {
  if (context.reading.byName.has('naming_series')) return [];
  return [
    say('unknown_field', 'autoname "naming_series:" needs a Select field "naming_series" with the patterns. Add it.'),
  ];
}

function formatProblems(context: CheckContext, format: string): FieldProblem[] {
  const rest = format.replace(/\{[^{}]*\}/g, '');
  if (/[{}]/.test(rest))
    return [say('bad_autoname', `Each "{" in autoname needs its "}"; got ${show(`format:${format}`)}.`)];
  const words = [...format.matchAll(/\{([^{}]*)\}/g)].map((match) => (match[1] as string).trim());
  const counters = words.filter((word) => /^#+$/.test(word));
  const problems = wordProblems(context, words);
  if (counters.length > 1) {
    problems.push(
      say('second_counter', `autoname may have one counter such as {#####}; got ${counters.length}. Keep one.`),
    );
  }
  return problems;
}

function seriesProblems(context: CheckContext, series: string): FieldProblem[] {
  if (!series.includes('.') || !/^[\w\-/.#{} ]+$/.test(series)) {
    const message =
      'A series is made of letters, digits, "-", "/", "_", spaces and {field}, its parts and its #-counter set apart ' +
      `by dots, such as "INV-.YYYY.-.#####"; got ${show(series)}.`;
    return [say('bad_autoname', message)];
  }
  return wordProblems(
    context,
    [...series.matchAll(/\{([^{}]*)\}/g)].map((match) => (match[1] as string).trim()),
  );
}

function wordProblems(context: CheckContext, words: readonly string[]): FieldProblem[] {
  const { byName, definition } = context.reading;
  const unknown = new Set(
    words.filter((w) => !/^#+$/.test(w) && !DATE_WORDS.has(w) && !byName.has(w) && !isStandardKey(w, definition)),
  );
  return few(unknown).map((word) =>
    say(
      'unknown_field',
      `autoname has {${word}}, which is neither a field nor one of ${[...DATE_WORDS].join(', ')}.${context.suggest(word, byName.keys())}`,
    ),
  );
}

/** Two DocTypes with one old-style prefix would draw from the same series, as Frappe's counters go by prefix. */
function sharedPrefix(context: CheckContext, autoname: string): FieldProblem[] {
  const prefix = prefixOf(autoname);
  if (prefix === '') return [];
  for (const name of context.knownNames) {
    if (name === context.reading.definition.name || name === context.before?.name) continue;
    const other = autonameOf(context.known(name));
    if (!other.includes('#') || other.toLowerCase().startsWith('format:') || prefixOf(other) !== prefix) continue;
    return [
      say('shared_prefix', `The series prefix ${show(prefix)} belongs to the DocType ${show(name)}. Choose another.`),
    ];
  }
  return [];
}

function prefixOf(autoname: string): string {
  return autoname.slice(0, Math.max(0, autoname.indexOf('.'))).trim();
}

function autonameOf(definition: DocTypeJson | undefined): string {
  return typeof definition?.autoname === 'string' ? definition.autoname : '';
}

function say(code: string, message: string): FieldProblem {
  return { field: 'autoname', code, message };
}
