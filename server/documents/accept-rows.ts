/** The rows that were given for a child table: matched by `name`, checked key by key, in the order given. */
import type { Access } from '../access/decide.ts';
import { type Document, newDocument, rowsOf, type Value } from '../kernel/document.ts';
import type { FieldProblem } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import {
  type Acceptance,
  acceptValue,
  isHopeless,
  isKnown,
  refuseOther,
  requireEqual,
  unknownField,
} from './accept-values.ts';
import { accessTo } from './context.ts';
import { hiddenRows, withHidden } from './hidden-rows.ts';
import { sameTable } from './rights.ts';

const MAX_ROWS = 20_000;

/** The list sent is the full truth for what of that table the actor sees; rows are matched by `name` (or `id`). */
export function acceptTable(q: {
  acceptance: Acceptance;
  doc: Document;
  plan: DocTypePlan;
  field: FieldPlan;
  value: unknown;
  before?: Document;
}): void {
  const { acceptance, field } = q;
  const plan = acceptance.snapshot.find(field.childDocType as string);
  const all = q.before ? rowsOf(q.before, field.fieldname) : [];
  const hidden = plan ? hiddenRows(acceptance.ctx, { plan, within: q.plan, rows: all }) : new Set<Document>();
  const keep = (rows: readonly Document[]): void => {
    q.doc[field.fieldname] = withHidden(rows, { stored: all, hidden });
  };
  if (q.value === null || q.value === undefined || q.value === '') {
    keep([]);
    return;
  }
  const problem = listProblem(q.value, plan, field);
  if (problem || !plan) {
    if (problem) acceptance.problems.push(problem);
    return;
  }
  const stored = all.filter((row) => !hidden.has(row));
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
  const access = accessTo(acceptance.ctx, plan, 'write', q.plan);
  const rows = (q.value as Record<string, unknown>[]).map((given, index) => {
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
    return acceptRow({ acceptance, plan, access, given, path, stored: match, parent: q.before, position: index + 1 });
  });
  keep(rows);
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
  access: Access;
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
    else if (!field || !isKnown(q.access, key))
      acceptance.problems.push({ ...unknownField(plan, key, q.access), field: path });
    else if (!field.isStandard && !q.access.canWrite(key)) refuseOther({ acceptance, field, value, path, stored });
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

/** A table that may be read but not written: fine when its rows come back as they are. */
export function refuseOtherRows(q: {
  acceptance: Acceptance;
  plan: DocTypePlan;
  field: FieldPlan;
  value: unknown;
  stored: Document | undefined;
}): void {
  const { field, stored } = q;
  const trial: Acceptance = { ...q.acceptance, problems: [], forbidden: [] };
  const target = newDocument();
  acceptTable({ acceptance: trial, doc: target, plan: q.plan, field, value: q.value, before: stored });
  const child = q.acceptance.snapshot.find(field.childDocType as string);
  const isSame =
    child !== undefined && sameTable({ before: stored ?? newDocument(), doc: target, table: field, child });
  if (trial.problems.length + trial.forbidden.length > 0 || !isSame) q.acceptance.forbidden.push(field.fieldname);
}
