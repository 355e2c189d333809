/**
 * The framework's own rules on a document that hooks are done with (SEMANTICS.md 1.2 step 13):
 * required fields, conditions, limits, what may change after insert or submit. All problems at once.
 */

import { isSet } from '../kernel/doctype.ts';
import { type Document, newDocument, rowsOf, SUBMITTED } from '../kernel/document.ts';
import { type FieldProblem, refuseProblems } from '../kernel/error.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { eachRow } from './links.ts';
import { presentable } from './rights.ts';
import { sameValue, takeValue, UNCHANGED } from './values.ts';
import type { Write } from './write.ts';

export function checkRules(write: Write): void {
  const problems: FieldProblem[] = [];
  for (const { row, before, plan, path } of eachRow(write)) {
    recoerce({ write, row, before, plan, path, problems });
    checkRequired({ write, row, plan, path, problems });
    checkNumbers({ row, plan, path, problems });
  }
  checkOnce(write, problems);
  if (write.action === 'update_after_submit') checkAfterSubmit(write, problems);
  refuseProblems(presentable(write.ctx, write.plan, problems), `The ${write.plan.name} cannot be saved`);
}

interface RowCheck {
  row: Document;
  plan: DocTypePlan;
  path: string;
  problems: FieldProblem[];
}

/** Hooks may have written anything: what changed is brought to its canonical form again. */
function recoerce(q: RowCheck & { write: Write; before: Document | undefined }): void {
  const env = { now: q.write.ctx.now, cipher: SEALED };
  for (const field of q.plan.columns) {
    if (field.isStandard || field.type.secret) continue;
    const value = q.row[field.fieldname];
    if (q.before && sameValue(q.before[field.fieldname], value)) continue;
    const taken = takeValue(field, value, env);
    if (taken === UNCHANGED) continue;
    if ('problem' in taken) q.problems.push({ field: q.path + field.fieldname, ...taken.problem });
    else q.row[field.fieldname] = taken.value;
  }
}

/** Secrets are sealed when they are accepted, and not touched again. */
const SEALED = { encrypt: (text: string) => text, decrypt: (text: string) => text };

function checkRequired(q: RowCheck & { write: Write }): void {
  const scope = scopeOf(q.write, q.row, q.plan);
  for (const field of q.plan.fields) {
    if (field.isStandard || (!field.column && !field.childDocType)) continue;
    const isRequired = isSet(field.field.reqd) || (field.mandatoryDependsOn !== undefined && isTrue(field, scope));
    if (!isRequired) continue;
    const value = q.row[field.fieldname];
    const isMissing = field.childDocType ? rowsOf(q.row, field.fieldname).length === 0 : field.type.isMissing(value);
    if (!isMissing) continue;
    const what = field.childDocType ? 'needs at least one row' : 'is required';
    q.problems.push({
      field: q.path + field.fieldname,
      code: 'required',
      message: `${field.label} (${q.path}${field.fieldname}) ${what}. Fill it and save again.`,
    });
  }
}

interface ConditionScope {
  doc: Document;
  parent: Document;
}

function scopeOf(write: Write, row: Document, plan: DocTypePlan): ConditionScope | undefined {
  if (!plan.fields.some((field) => field.mandatoryDependsOn)) return undefined;
  const local = (doc: Document) => (write.before ? doc : newDocument([...Object.entries(doc), ['__islocal', 1]]));
  return { doc: local(row), parent: local(write.doc) };
}

function isTrue(field: FieldPlan, scope: ConditionScope | undefined): boolean {
  return scope !== undefined && field.mandatoryDependsOn?.evaluate(scope) === true;
}

function checkNumbers(q: RowCheck): void {
  for (const field of q.plan.columns) {
    if (!isSet(field.field.non_negative)) continue;
    const value = q.row[field.fieldname];
    if (Number(value) < 0) {
      q.problems.push({
        field: q.path + field.fieldname,
        code: 'negative',
        message: `${field.label} (${q.path}${field.fieldname}) must not be negative; it is ${String(value)}.`,
      });
    }
  }
}

function checkOnce(write: Write, problems: FieldProblem[]): void {
  const { before, doc } = write;
  if (!before) return;
  for (const field of write.plan.fields) {
    if (!isSet(field.field.set_only_once) || field.isStandard) continue;
    const isSame = field.childDocType
      ? sameRows(write, field)
      : sameValue(before[field.fieldname], doc[field.fieldname]);
    if (!isSame)
      problems.push({
        field: field.fieldname,
        code: 'set_only_once',
        message: `${field.label} (${field.fieldname}) can only be set when the document is made.`,
      });
  }
}

/** Only `allow_on_submit` fields change while docstatus is 1 (SEMANTICS.md 1.6). */
function checkAfterSubmit(write: Write, problems: FieldProblem[]): void {
  const { before, doc, plan } = write;
  if (!before) return;
  const refuse = (path: string, label: string): void => {
    problems.push({
      field: path,
      code: 'submitted',
      message: `${label} (${path}) cannot change after the document was submitted. Cancel and amend it instead.`,
    });
  };
  for (const field of plan.fields) {
    if (field.isStandard || isSet(field.field.allow_on_submit)) continue;
    if (!field.childDocType && !sameValue(before[field.fieldname], doc[field.fieldname]))
      refuse(field.fieldname, field.label);
    if (field.childDocType && rowsOf(before, field.fieldname).length !== rowsOf(doc, field.fieldname).length)
      refuse(field.fieldname, field.label);
  }
  for (const { row, before: stored, plan: child, path } of eachRow(write)) {
    if (path === '') continue;
    const table = plan.byName.get(path.slice(0, path.indexOf('[')));
    if (!stored) {
      if (!isSet(table?.field.allow_on_submit)) refuse(path.slice(0, -1), table?.label ?? path);
      continue;
    }
    for (const field of child.columns) {
      if (field.isStandard || isSet(field.field.allow_on_submit)) continue;
      if (!sameValue(stored[field.fieldname], row[field.fieldname])) refuse(path + field.fieldname, field.label);
    }
  }
}

function sameRows(write: Write, table: FieldPlan): boolean {
  const child = write.ctx.snapshot.find(table.childDocType as string);
  const was = rowsOf(write.before as Document, table.fieldname);
  const is = rowsOf(write.doc, table.fieldname);
  if (was.length !== is.length) return false;
  return is.every((row, index) => {
    const stored = was[index] as Document;
    return (
      row.id === stored.id &&
      (child?.columns ?? []).every(
        (field) => field.isStandard || sameValue(stored[field.fieldname], row[field.fieldname]),
      )
    );
  });
}

export function isSubmitted(document: Document | undefined): boolean {
  return Number(document?.docstatus ?? 0) === SUBMITTED;
}
