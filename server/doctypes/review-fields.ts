/**
 * Changes of meaning that no DDL shows: fields renamed, removed or narrowed, documents left out of the
 * rules. Each is a question to the rows. Reads counts, changes nothing.
 */
import { count, type Offenders, type Question } from '../db/counts.ts';
import type { Queryable } from '../db/pool.ts';
import { isSet } from '../kernel/doctype.ts';
import { canonicalJson } from '../kernel/json.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { type Judged, type PlanPair, type ReviewedChange, refuse, type Safety } from './review.ts';
import { reviewTenancy } from './review-tenancy.ts';

/** Of one DocType, before and after. */
export async function reviewFields(db: Queryable, pair: PlanPair, snapshot: Snapshot): Promise<ReviewedChange[]> {
  const { before, after } = pair;
  if (!before || !after || before.storage === 'virtual') return [];
  if (after.storage === 'virtual') return reviewVirtual(db, before);
  const byId = new Map(after.fields.map((field) => [field.id, field]));
  const reviewed: Promise<ReviewedChange[]>[] = [reviewTenancy(db, pair)];
  for (const old of before.fields) {
    if (old.isStandard) continue;
    const field = byId.get(old.id);
    if (!field) reviewed.push(reviewRemoved(db, before, old, snapshot));
    else
      reviewed.push(reviewChanged({ db, before, old, field }), reviewValueless({ db, before, old, field, snapshot }));
  }
  if (before.isSubmittable && !after.isSubmittable) reviewed.push(reviewSubmittable(db, before));
  return (await Promise.all(reviewed)).flat();
}

async function reviewRemoved(
  db: Queryable,
  plan: DocTypePlan,
  old: FieldPlan,
  snapshot: Snapshot,
): Promise<ReviewedChange[]> {
  if (old.column) {
    const { rows } = await count(db, { ask: 'set', table: plan.table, column: old.column });
    return [
      note({
        op: 'retire_field',
        plan,
        field: old,
        safety: rows > 0 ? 'WARNING' : 'SAFE',
        rows,
        reason: `the field ${old.fieldname} goes; its column and data stay until m migrate contract`,
      }),
    ];
  }
  const child = old.childDocType ? snapshot.find(old.childDocType) : undefined;
  if (child?.storage !== 'child') return [];
  const { rows } = await count(db, {
    ask: 'children',
    table: child.table,
    parenttype: plan.name,
    parentfield: old.fieldname,
  });
  return [
    note({
      op: 'retire_field',
      plan,
      field: old,
      safety: rows > 0 ? 'WARNING' : 'SAFE',
      rows,
      reason: `the child table ${old.fieldname} goes; its rows stay in ${child.name}, and come back with it`,
    }),
  ];
}

async function reviewChanged(q: {
  db: Queryable;
  before: DocTypePlan;
  old: FieldPlan;
  field: FieldPlan;
}): Promise<ReviewedChange[]> {
  const { db, before, old, field } = q;
  const changes: ReviewedChange[] = [];
  const add = (op: string, judged: Judged): void => {
    changes.push({ op, table: before.table, column: field.column ?? '', sql: '', ...judged });
  };
  if (old.fieldname !== field.fieldname) {
    add('rename_field', {
      safety: 'SAFE',
      reason: `${old.fieldname} is called ${field.fieldname} from now on; its data stays`,
      rows: 0,
    });
  }
  if (!old.column || !field.column || old.sql?.type !== field.sql?.type) return changes;
  for (const narrowing of narrowings(before.table, old, field)) {
    const offenders = await count(db, narrowing.question);
    if (offenders.rows > 0) add(narrowing.op, narrowing.judge(offenders));
  }
  return changes;
}

/** Of a field that stays but keeps its values elsewhere from now on, or nowhere. */
async function reviewValueless(q: {
  db: Queryable;
  before: DocTypePlan;
  old: FieldPlan;
  field: FieldPlan;
  snapshot: Snapshot;
}): Promise<ReviewedChange[]> {
  const { db, before, old, field } = q;
  const moved = (rows: number, what: string, where: string): ReviewedChange[] =>
    rows === 0
      ? []
      : [
          note({
            op: 'hide_values',
            plan: before,
            field: old,
            safety: 'WARNING',
            rows,
            reason: `${what} of ${old.fieldname} ${where} and show again when the field is what it was`,
          }),
        ];
  if (old.column && !field.column) {
    const { rows } = await count(db, { ask: 'set', table: before.table, column: old.column });
    return moved(rows, 'the values', 'stay in their column, out of sight,');
  }
  const child = old.childDocType !== field.childDocType ? q.snapshot.find(old.childDocType ?? '') : undefined;
  if (child?.storage !== 'child') return [];
  const parentfield = field.fieldname;
  const { rows } = await count(db, { ask: 'children', table: child.table, parenttype: before.name, parentfield });
  return moved(rows, 'the rows', `stay in ${child.name}, out of sight,`);
}

/** A virtual DocType has its documents from a repository: those of the table are not seen any more. */
async function reviewVirtual(db: Queryable, plan: DocTypePlan): Promise<ReviewedChange[]> {
  if (plan.table === '') return [];
  const { rows } = await count(db, { ask: 'rows', table: plan.table });
  if (rows === 0) return [];
  const reason = `${rows} documents stay in the table, out of sight while the DocType is virtual`;
  return [{ op: 'leave_table', table: plan.table, column: '', safety: 'DANGEROUS', rows, sql: '', reason }];
}

interface Narrowing {
  op: string;
  question: Question;
  judge(offenders: Offenders): Judged;
}

/** Ways in which the new rule may be stricter than the old one, each a question to the rows. */
function narrowings(table: string, old: FieldPlan, field: FieldPlan): Narrowing[] {
  const column = field.column as string;
  const was = old.type.jsonSchema(old.field);
  const is = field.type.jsonSchema(field.field);
  const list: Narrowing[] = [];
  const limit = typeof is.maxLength === 'number' ? is.maxLength : undefined;
  if (limit !== undefined && limit < (typeof was.maxLength === 'number' ? was.maxLength : Number.POSITIVE_INFINITY)) {
    list.push({
      op: 'shorten_field',
      question: { ask: 'longer', table, column, limit },
      judge: (offenders) =>
        refuse(
          offenders,
          `${offenders.rows} rows hold more than ${limit} characters`,
          'Shorten these values first, or keep the longer length',
        ),
    });
  }
  const options = Array.isArray(is.enum)
    ? is.enum.filter((option): option is string => typeof option === 'string')
    : undefined;
  if (options && canonicalJson(was.enum) !== canonicalJson(is.enum)) {
    list.push({
      op: 'restrict_options',
      question: { ask: 'not among', table, column, options },
      judge: (offenders) => ({
        safety: 'DANGEROUS',
        rows: offenders.rows,
        reason: `${offenders.rows} rows hold a value that is no option any more (${offenders.sample.join(', ')}); they stay until the field is next changed`,
      }),
    });
  }
  if (isSet(field.field.reqd) && !isSet(old.field.reqd)) {
    list.push({
      op: 'require_field',
      question: { ask: 'empty', table, column },
      judge: (offenders) => ({
        safety: 'WARNING',
        rows: offenders.rows,
        reason: `${offenders.rows} rows are empty; they must be filled when they are next saved`,
      }),
    });
  }
  return list;
}

async function reviewSubmittable(db: Queryable, plan: DocTypePlan): Promise<ReviewedChange[]> {
  const { rows } = await count(db, { ask: 'submitted', table: plan.table });
  if (rows === 0) return [];
  return [
    {
      op: 'change_submittable',
      table: plan.table,
      column: 'docstatus',
      safety: 'DANGEROUS',
      rows,
      sql: '',
      reason: `${rows} documents are submitted; they can neither be cancelled nor amended any more`,
    },
  ];
}

function note(q: {
  op: string;
  plan: DocTypePlan;
  field: FieldPlan;
  safety: Safety;
  rows: number;
  reason: string;
}): ReviewedChange {
  return {
    op: q.op,
    table: q.plan.table,
    column: q.field.column ?? q.field.fieldname,
    safety: q.safety,
    rows: q.rows,
    reason: q.reason,
    sql: '',
  };
}
