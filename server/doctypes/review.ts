/**
 * What an edit means for the data, in words and numbers: each change with its safety, its reason and
 * the rows that it concerns. Reads counts, changes nothing. A refused change cannot be confirmed away.
 */
import { count, type Offenders, type Question } from '../db/counts.ts';
import { ddl } from '../db/ddl.ts';
import type { Queryable } from '../db/pool.ts';
import { isSet } from '../kernel/doctype.ts';
import { canonicalJson } from '../kernel/json.ts';
import { shortHash } from '../kernel/names.ts';
import type { TableChange } from '../schema/diff.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';

export type Safety = 'SAFE' | 'WARNING' | 'DANGEROUS';

export interface ReviewedChange {
  op: string;
  table: string;
  column: string;
  safety: Safety;
  reason: string;
  rows: number;
  sql: string;
  /** Data would be lost: not done, confirmed or not. */
  refused?: true;
}

export interface PlanPair {
  before?: DocTypePlan;
  after?: DocTypePlan;
}

interface Judged {
  safety: Safety;
  reason: string;
  rows: number;
  refused?: true;
}

/** The hash that confirms a dangerous plan: the same changes on the same rows give the same hash. */
export function planHash(changes: readonly ReviewedChange[]): string {
  return shortHash(
    canonicalJson(changes.map(({ op, table, column, safety, rows }) => [op, table, column, safety, rows])),
  );
}

/** Table changes with safety and rows. `tables` says which tables exist already. */
export async function reviewTables(db: Queryable, changes: readonly TableChange[]): Promise<ReviewedChange[]> {
  const created = new Set(changes.filter((change) => change.op === 'create_table').map((change) => change.table));
  const added = new Set(
    changes.filter((change) => change.op === 'add_column').map((change) => `${change.table}.${change.column}`),
  );
  // What stands on a column that is not there yet cannot be asked of the rows.
  const isNew = (change: TableChange): boolean =>
    created.has(change.table) ||
    (change.op !== 'add_column' && 'column' in change && added.has(`${change.table}.${change.column}`));
  const reviewed = changes.map(async (change): Promise<ReviewedChange> => {
    const judged = isNew(change) ? judgeNew(change) : await judge(db, change);
    return {
      op: change.op,
      table: change.table,
      column: 'column' in change ? change.column : '',
      ...judged,
      sql: ddl(change).join(';\n'),
    };
  });
  return Promise.all(reviewed);
}

function judgeNew(change: TableChange): Judged {
  return { safety: 'SAFE', reason: change.op === 'create_table' ? 'a new table' : 'stands on what is new', rows: 0 };
}

async function judge(db: Queryable, change: TableChange): Promise<Judged> {
  const rows = async () => (await count(db, { ask: 'rows', table: change.table })).rows;
  switch (change.op) {
    case 'add_column':
      return { safety: 'SAFE', reason: 'a new column; rows that exist get its default', rows: await rows() };
    case 'alter_type':
      return judgeType(db, change);
    case 'create_index':
      return change.index.unique
        ? judgeUnique(db, change)
        : { safety: 'SAFE', reason: 'a new index; writes wait while it is built', rows: await rows() };
    case 'set_not_null':
      return {
        safety: 'WARNING',
        reason: 'empty values get the default',
        rows: (await count(db, { ask: 'empty', table: change.table, column: change.column })).rows,
      };
    case 'add_foreign_key':
      return judgeForeignKey(db, change);
    case 'drop_foreign_key':
      return { safety: 'WARNING', reason: 'the database no longer keeps this link true', rows: 0 };
    default:
      return { safety: 'SAFE', reason: 'no value changes', rows: 0 };
  }
}

async function judgeType(db: Queryable, change: Extract<TableChange, { op: 'alter_type' }>): Promise<Judged> {
  const { table, column, from, wanted } = change;
  const lost = await count(db, { ask: 'lost', table, column, from, wanted });
  if (lost.rows > 0) {
    return refuse(
      lost,
      `${lost.rows} rows would not survive the change from ${from} to ${wanted.type}`,
      'Mend these values first, or add a new field and move them',
    );
  }
  const { rows } = await count(db, { ask: 'set', table, column });
  return {
    safety: rows > 0 ? 'WARNING' : 'SAFE',
    reason: `every value survives the change from ${from} to ${wanted.type}; the table is rewritten`,
    rows,
  };
}

async function judgeUnique(db: Queryable, change: Extract<TableChange, { op: 'create_index' }>): Promise<Judged> {
  const repeated = await count(db, { ask: 'repeated', table: change.table, column: change.column });
  if (repeated.rows > 0)
    return refuse(
      repeated,
      `${repeated.rows} rows share their value with another, so it cannot be made unique`,
      'Make the values different first',
    );
  const { rows } = await count(db, { ask: 'rows', table: change.table });
  return { safety: 'SAFE', reason: 'all values are different already', rows };
}

async function judgeForeignKey(
  db: Queryable,
  change: Extract<TableChange, { op: 'add_foreign_key' }>,
): Promise<Judged> {
  const dangling = await count(db, {
    ask: 'dangling',
    table: change.table,
    column: change.column,
    targetTable: change.foreignKey.targetTable,
  });
  if (dangling.rows > 0)
    return refuse(
      dangling,
      `${dangling.rows} rows link to documents that do not exist`,
      'Mend or empty these links first',
    );
  return { safety: 'SAFE', reason: 'the database keeps this link true from now on', rows: 0 };
}

function refuse(offenders: Offenders, what: string, mend: string): Judged {
  const sample =
    offenders.sample.length > 0
      ? ` (for example ${offenders.sample.map((text) => JSON.stringify(text)).join(', ')})`
      : '';
  return { safety: 'DANGEROUS', reason: `${what}${sample}. ${mend}.`, rows: offenders.rows, refused: true };
}

/** Changes of meaning that no DDL shows: fields renamed, removed, narrowed; documents out of the rules. */
export async function reviewFields(db: Queryable, pair: PlanPair, snapshot: Snapshot): Promise<ReviewedChange[]> {
  const { before, after } = pair;
  if (!before || !after || before.storage === 'virtual') return [];
  const byId = new Map(after.fields.map((field) => [field.id, field]));
  const reviewed: Promise<ReviewedChange[]>[] = [];
  for (const old of before.fields) {
    if (old.isStandard) continue;
    const field = byId.get(old.id);
    if (!field) reviewed.push(reviewRemoved(db, before, old, snapshot));
    else reviewed.push(reviewChanged({ db, before, old, field }));
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
      reason: `the child table ${old.fieldname} goes; its rows stay until m migrate contract`,
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
