/**
 * What the caller gave, checked key by key and made canonical: unknown keys are refused, keys that only
 * the server sets are ignored when equal and refused when different (CONTRACT.md section 2).
 */
import { type Document, newDocument, rowsOf, type Value } from '../kernel/document.ts';
import { AppError, type FieldProblem, MOST_PROBLEMS, nearest, refuseProblems } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import type { Context, GivenDocument } from './contract.ts';
import { cloneDocument } from './load.ts';
import { sameValue, takeValue, UNCHANGED, type ValueEnv } from './values.ts';

const MAX_ROWS = 20_000;

/** Keys that never mean a value: sent back by clients that show what they read. */
const ECHOED = new Set(['doctype']);

interface Acceptance {
  snapshot: Snapshot;
  env: ValueEnv;
  /** Who writes: the owner of what is new. */
  user: string;
  newId(): string;
  problems: FieldProblem[];
}

export interface Accepted {
  doc: Document;
  /** The name that a new document asks for. */
  requestedName?: string;
}

/**
 * The document with the given values merged in. `before` is the stored document for a change.
 * Throws `validation` with every problem, and `conflict` for a stale `_version` or `modified`.
 */
export function acceptDocument(
  ctx: Context,
  q: { plan: DocTypePlan; given: GivenDocument; before?: Document },
): Accepted {
  const { services } = ctx;
  const acceptance: Acceptance = {
    snapshot: ctx.snapshot,
    env: { now: ctx.now, cipher: services.cipher },
    user: ctx.actor.user,
    newId: () => services.ids.uuid(),
    problems: [],
  };
  // Rows are copied too: what a step or a hook does to them must differ from what is stored.
  const doc = q.before ? cloneDocument(q.before) : newDocument();
  const accepted: Accepted = { doc };
  for (const [key, value] of Object.entries(q.given)) {
    if (isHopeless(acceptance)) break;
    const field = q.plan.byName.get(key);
    if (ECHOED.has(key)) requireEqual({ acceptance, path: key, given: value, expected: q.plan.name });
    else if (!field) acceptance.problems.push(unknownField(q.plan, key));
    else if (field.isStandard && !isDeclared(q.plan, key))
      acceptStandard({ acceptance, accepted, field, value, before: q.before });
    else if (field.childDocType) acceptTable({ acceptance, doc, field, value, before: q.before });
    else acceptValue({ acceptance, target: doc, field, value, path: key });
  }
  refuseProblems(acceptance.problems, `The ${q.plan.name} cannot be saved`);
  return accepted;
}

/** With so much wrong, the rest is not looked at: a million keys that nobody knows cost no more than a hundred. */
function isHopeless(acceptance: Acceptance): boolean {
  return acceptance.problems.length >= MOST_PROBLEMS;
}

function unknownField(plan: DocTypePlan, key: string): FieldProblem {
  const near = nearest(key, plan.byName.keys());
  const hint = near ? ` Did you mean ${near}?` : '';
  const shown = key.slice(0, 200);
  return { field: shown, code: 'unknown_field', message: `${plan.name} has no field ${JSON.stringify(shown)}.${hint}` };
}

/** `idx` may be an ordinary field of a DocType: then the caller sets it. */
function isDeclared(plan: DocTypePlan, key: string): boolean {
  return key === 'idx' && plan.definition.fields.some((field) => field.fieldname === key);
}

function acceptStandard(q: {
  acceptance: Acceptance;
  accepted: Accepted;
  field: FieldPlan;
  value: unknown;
  before?: Document;
}): void {
  const { fieldname } = q.field;
  if (q.value === null || q.value === undefined || q.value === '') return;
  if (!q.before) {
    if (fieldname === 'name' && typeof q.value === 'string') {
      q.accepted.requestedName = q.value;
      return;
    }
    requireEqual({
      acceptance: q.acceptance,
      path: fieldname,
      given: q.value,
      expected: startsAs(fieldname, q.acceptance),
    });
    return;
  }
  const stored = q.before[fieldname];
  const coerced = q.field.type.coerce(q.value, q.field.field, { now: q.acceptance.env.now });
  const isEqual = 'value' in coerced && sameValue(coerced.value, stored);
  if (isEqual || fieldname === 'idx') return;
  if (fieldname === 'modified' || fieldname === '_version') throw movedOn(q.before);
  requireEqual({ acceptance: q.acceptance, path: fieldname, given: q.value, expected: stored });
}

/** What a standard field of a new document will be; undefined: not known before it is made. */
function startsAs(fieldname: string, acceptance: Acceptance): Value | undefined {
  if (fieldname === 'owner' || fieldname === 'modified_by') return acceptance.user;
  return fieldname === 'docstatus' || fieldname === 'idx' || fieldname === '_version' ? 0 : undefined;
}

/** The document is not what the caller saw when they began to edit. */
export function movedOn(stored: Document): AppError {
  return new AppError(
    'conflict',
    `The document has been changed since you read it: it is at version ${stored._version}, changed by ${stored.modified_by} at ${stored.modified}. Read it again and repeat your change.`,
    { extra: { current_version: stored._version } },
  );
}

function requireEqual(q: { acceptance: Acceptance; path: string; given: unknown; expected: unknown }): void {
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

function acceptValue(q: {
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

/** The list sent is the full truth for that table; rows are matched by `name` (or `id`). */
function acceptTable(q: {
  acceptance: Acceptance;
  doc: Document;
  field: FieldPlan;
  value: unknown;
  before?: Document;
}): void {
  const { acceptance, field } = q;
  const plan = acceptance.snapshot.find(field.childDocType as string);
  if (q.value === null || q.value === undefined || q.value === '') {
    q.doc[field.fieldname] = [];
    return;
  }
  const problem = listProblem(q.value, plan, field);
  if (problem || !plan) {
    if (problem) acceptance.problems.push(problem);
    return;
  }
  const stored = q.before ? rowsOf(q.before, field.fieldname) : [];
  const byName = new Map(
    stored.flatMap(
      (row) =>
        [
          [row.name, row],
          [row.id, row],
        ] as const,
    ),
  );
  const used = new Set<Document>();
  q.doc[field.fieldname] = (q.value as Record<string, unknown>[]).map((given, index) => {
    const path = `${field.fieldname}[${index}]`;
    const key = Object.hasOwn(given, 'name') ? given.name : Object.hasOwn(given, 'id') ? given.id : undefined;
    const match = q.before && key ? byName.get(key as Value) : undefined;
    if (q.before && key && !match) acceptance.problems.push(unknownRow(path, key));
    if (match && used.has(match))
      acceptance.problems.push({
        field: path,
        code: 'repeated_row',
        message: `${path}: the row ${JSON.stringify(key)} is given twice.`,
      });
    if (match) used.add(match);
    return acceptRow({ acceptance, plan, given, path, stored: match, parent: q.before, position: index + 1 });
  });
}

function listProblem(value: unknown, plan: DocTypePlan | undefined, field: FieldPlan): FieldProblem | undefined {
  const wrong = (code: string, message: string): FieldProblem => ({ field: field.fieldname, code, message });
  if (!plan)
    return wrong('missing_doctype', `${field.fieldname}: its child DocType ${field.childDocType} does not exist.`);
  if (!Array.isArray(value)) return wrong('not_a_list', `${field.fieldname} must be a list of rows.`);
  if (value.length > MAX_ROWS)
    return wrong('too_many_rows', `${field.fieldname} has ${value.length} rows; at most ${MAX_ROWS} are allowed.`);
  const bad = value.findIndex((row) => !isObject(row));
  return bad < 0
    ? undefined
    : {
        field: `${field.fieldname}[${bad}]`,
        code: 'not_an_object',
        message: `${field.fieldname}[${bad}] must be an object.`,
      };
}

function unknownRow(path: string, key: unknown): FieldProblem {
  return {
    field: path,
    code: 'unknown_row',
    message: `${path}: this document has no row ${JSON.stringify(key)?.slice(0, 80)} here. Leave the name out to add a row.`,
  };
}

function acceptRow(q: {
  acceptance: Acceptance;
  plan: DocTypePlan;
  given: Record<string, unknown>;
  path: string;
  stored: Document | undefined;
  parent: Document | undefined;
  position: number;
}): Document {
  const { acceptance, plan, stored } = q;
  const row = newDocument(stored ? Object.entries(stored) : [['id', acceptance.newId()]]);
  row.idx = q.position;
  for (const [key, value] of Object.entries(q.given)) {
    if (isHopeless(acceptance)) break;
    const field = plan.byName.get(key);
    const path = `${q.path}.${key.slice(0, 200)}`;
    if (key === 'doctype') requireEqual({ acceptance, path, given: value, expected: plan.name });
    else if (!field) acceptance.problems.push({ ...unknownField(plan, key), field: path });
    else if (field.isStandard) checkRowKey({ acceptance, key, path, value, stored, parent: q.parent });
    else acceptValue({ acceptance, target: row, field, value, path });
  }
  return row;
}

/** A row that is sent back as it was read is fine; one that names another parent is not. */
function checkRowKey(q: {
  acceptance: Acceptance;
  key: string;
  path: string;
  value: unknown;
  stored?: Document;
  parent?: Document;
}): void {
  if (!['parent', 'parenttype', 'parentfield'].includes(q.key) || !q.stored) return;
  requireEqual({ acceptance: q.acceptance, path: q.path, given: q.value, expected: q.stored[q.key] });
}
