/**
 * `fetch_from`: `link.source` must lead from a Link of this DocType to a field that holds a value, and
 * no chain of fetches may come back to its beginning, since what it gives would depend on who saves last.
 */
import type { FieldProblem } from '../kernel/error.ts';
import { type CheckContext, hasColumn, isStandardKey } from './check-context.ts';
import type { ReadField, Reading } from './check-reading.ts';
import { show } from './check-wording.ts';

export function checkFetches(context: CheckContext): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const read of context.reading.fields) {
    const problem = fetchProblem(context, read);
    if (problem) problems.push(problem);
  }
  return [...problems, ...cycles(context)];
}

interface Fetch {
  link: string;
  source: string;
}

/** Split at the first dot; undefined for none, and for the lone "." that Frappe's editor leaves behind. */
function fetchOf({ field }: ReadField): Fetch | undefined {
  const text = (field.fetch_from ?? '').trim();
  if (text === '' || text === '.') return undefined;
  const dot = text.indexOf('.');
  if (dot < 0) return { link: text, source: '' };
  return { link: text.slice(0, dot).trim(), source: text.slice(dot + 1).trim() };
}

function fetchProblem(context: CheckContext, read: ReadField): FieldProblem | undefined {
  const fetch = fetchOf(read);
  if (!fetch) return undefined;
  const { field, path } = read;
  const say = (code: string, message: string): FieldProblem => ({
    field: `${path}.fetch_from`,
    code,
    message: `${show(field.fieldname)}: ${message}`,
  });
  if (fetch.link === '' || fetch.source === '') {
    return say('bad_fetch', `fetch_from is "link_field.source_field"; got ${show(field.fetch_from)}.`);
  }
  if (fetch.link === field.fieldname)
    return say('self_fetch', 'a field cannot be fetched through itself. Name another Link.');
  const { byName } = context.reading;
  const link = byName.get(fetch.link);
  if (!link) {
    return say(
      'unknown_field',
      `fetch_from begins with ${show(fetch.link)}, which is no field here.${context.suggest(fetch.link, byName.keys())}`,
    );
  }
  if (!link.type) return undefined;
  if (!link.type.linkTarget) {
    return say('bad_fetch', `fetch_from must begin with a Link; ${show(fetch.link)} is a ${link.type.name}.`);
  }
  const target = targetOf(context, link);
  if (!target || isStandardKey(fetch.source, target.definition)) return undefined;
  const source = target.byName.get(fetch.source);
  const where = show(target.definition.name);
  if (!source) {
    return say(
      'unknown_field',
      `${where} has no field ${show(fetch.source)} to fetch.${context.suggest(fetch.source, target.byName.keys())}`,
    );
  }
  if (source.type && !hasColumn(source)) {
    return say(
      'bad_fetch',
      `${show(fetch.source)} of ${where} is a ${source.type.name} that stores no value to fetch.`,
    );
  }
  return undefined;
}

/** Where a Link with a fixed target leads; undefined when that is unknown or decided at run time. */
function targetOf(context: CheckContext, link: ReadField): Reading | undefined {
  const target = link.type?.linkTarget?.(link.field);
  return target && 'doctype' in target ? context.find(target.doctype) : undefined;
}

interface Step {
  doctype: Reading;
  read: ReadField;
}

/**
 * Every field fetches from at most one other, so a chain is followed to its end, each step walked once.
 * A field that inherits itself along a self-Link (a child's territory from its parent's) is no cycle.
 */
function cycles(context: CheckContext): FieldProblem[] {
  const done = new Set<ReadField>();
  const problems: FieldProblem[] = [];
  for (const start of context.reading.fields) {
    const chain: Step[] = [];
    const onChain = new Set<ReadField>();
    let step: Step | undefined = { doctype: context.reading, read: start };
    while (step && !done.has(step.read) && !onChain.has(step.read)) {
      chain.push(step);
      onChain.add(step.read);
      step = nextStep(context, step);
    }
    if (step && onChain.has(step.read)) {
      const cycle = chain.slice(chain.findIndex(({ read }) => read === step?.read));
      const problem = cycleProblem(context, cycle);
      if (problem) problems.push(problem);
    }
    for (const { read } of chain) done.add(read);
  }
  return problems;
}

function nextStep(context: CheckContext, { doctype, read }: Step): Step | undefined {
  const fetch = fetchOf(read);
  const link = fetch && doctype.byName.get(fetch.link);
  const target = link && targetOf(context, link);
  const source = fetch && target?.byName.get(fetch.source);
  return target && source && source !== read ? { doctype: target, read: source } : undefined;
}

function cycleProblem(context: CheckContext, cycle: readonly Step[]): FieldProblem | undefined {
  const ours = cycle.find(({ doctype }) => doctype === context.reading);
  if (!ours) return undefined;
  const names = cycle.map(({ doctype, read }) => `${doctype.definition.name}.${read.field.fieldname}`);
  const circle = names.length > 6 ? `${names.slice(0, 6).join(' ← ')} ← …` : [...names, names[0]].join(' ← ');
  const message =
    `${show(ours.read.field.fieldname)}: fetch_from goes round in a circle: ${circle}. ` +
    'Remove one of these fetches.';
  return { field: `${ours.read.path}.fetch_from`, code: 'cyclic_fetch', message };
}
