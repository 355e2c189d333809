/**
 * One given value made canonical, or its problem; what the actor may not know of, and what he may not write.
 * Shared by the document itself and its rows.
 */
import type { Access } from '../access/decide.ts';
import { type Document, isEmpty, newDocument } from '../kernel/document.ts';
import { type FieldProblem, MOST_PROBLEMS, nearest } from '../kernel/error.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import type { Context } from './contract.ts';
import { emptyValue, sameValue, takeValue, UNCHANGED, type ValueEnv } from './values.ts';

export interface Acceptance {
  ctx: Context;
  snapshot: Snapshot;
  env: ValueEnv;
  /** Who writes: the owner of what is new. */
  user: string;
  newId(): string;
  problems: FieldProblem[];
  /** Paths of values that the actor gave and may not write. */
  forbidden: string[];
}

/** With so much wrong, the rest is not looked at: a million keys that nobody knows cost no more than a hundred. */
export function isHopeless(acceptance: Acceptance): boolean {
  return acceptance.problems.length >= MOST_PROBLEMS;
}

/** A field that the actor may neither read nor write is not there for him. */
export function isKnown(access: Access, fieldname: string): boolean {
  return access.canRead(fieldname) || access.canWrite(fieldname);
}

export function unknownField(plan: DocTypePlan, key: string, access: Access): FieldProblem {
  const near = nearest(
    key,
    [...plan.byName.keys()].filter((known) => isKnown(access, known)),
  );
  const hint = near ? ` Did you mean ${near}?` : '';
  const shown = key.slice(0, 200);
  return { field: shown, code: 'unknown_field', message: `${plan.name} has no field ${JSON.stringify(shown)}.${hint}` };
}

export function requireEqual(q: { acceptance: Acceptance; path: string; given: unknown; expected: unknown }): void {
  if (q.given === q.expected) return;
  const known = q.expected === undefined ? '' : ` It is ${JSON.stringify(q.expected)}.`;
  const hint = q.path.endsWith('name')
    ? ' To rename a document use …/rename.'
    : q.path.endsWith('docstatus')
      ? ' Use …/submit or …/cancel.'
      : '';
  q.acceptance.problems.push({
    field: q.path,
    code: 'server_set',
    message: `${q.path} is set by the server and cannot be ${JSON.stringify(q.given)?.slice(0, 80)}.${known}${hint} Leave it out.`,
  });
}

export function acceptValue(q: {
  acceptance: Acceptance;
  target: Document;
  field: FieldPlan;
  value: unknown;
  path: string;
}): void {
  const { field, acceptance } = q;
  if (field.isVirtual) return; // Computed on reading; clients send back what they read.
  if (!field.column && !field.sql) {
    if (q.value === null || q.value === undefined || q.value === '') return;
    acceptance.problems.push({
      field: q.path,
      code: 'no_value',
      message: `${q.path} is a ${field.type.name}: it holds no value. Leave it out.`,
    });
    return;
  }
  const taken = takeValue(field, q.value, acceptance.env);
  if (taken === UNCHANGED) return;
  if ('problem' in taken) acceptance.problems.push({ field: q.path, ...taken.problem });
  else q.target[field.fieldname] = taken.value;
}

/** What may be read but not written is fine when it comes back as it is, and refused when it differs. */
export function refuseOther(q: {
  acceptance: Acceptance;
  field: FieldPlan;
  value: unknown;
  path: string;
  stored: Document | undefined;
}): void {
  const { field, stored } = q;
  const trial: Acceptance = { ...q.acceptance, problems: [], forbidden: [] };
  const target = newDocument(stored ? Object.entries(stored) : []);
  acceptValue({ acceptance: trial, target, field, value: q.value, path: q.path });
  if (trial.problems.length > 0 || !isSameValue(q, target)) q.acceptance.forbidden.push(q.path);
}

function isSameValue(
  q: { acceptance: Acceptance; field: FieldPlan; stored: Document | undefined },
  target: Document,
): boolean {
  const { field, stored } = q;
  const given = target[field.fieldname];
  if (stored && stored._version !== undefined) return sameValue(stored[field.fieldname], given);
  // What is new begins with its default; to say so is no wish to change it.
  const start = field.type.defaultValue(String(field.field.default ?? ''), field.field, { now: q.acceptance.env.now });
  return isEmpty(given) || sameValue(given, start) || sameValue(given, emptyValue(field));
}
