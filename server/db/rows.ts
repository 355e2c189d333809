/**
 * Rows by plan: the INSERT, UPDATE and DELETE statements of documents. Texts are made once per plan and
 * shape; identifiers come from the plan, values only as parameters.
 */
import type { Value } from '../kernel/document.ts';
import { shortHash } from '../kernel/names.ts';
import type { Statement } from '../kernel/statement.ts';
import { sqlTypeName } from '../schema/diff.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { PARENT_ID_COLUMN } from '../schema/standard-fields.ts';

type Parameter = string | number | boolean | null;

/** A row to be written: canonical values by fieldname, and the parent's id for child rows. */
export interface StoredRow {
  values: { readonly [fieldname: string]: Value | undefined };
  parentId?: string;
}

interface Texts {
  insert: { name: string; text: string };
  insertOne: { name: string; text: string };
  updates: Map<string, Text>;
}

interface Text {
  name: string;
  text: string;
  alone?: Statement['alone'];
}

const texts = new WeakMap<DocTypePlan, Texts>();

/** A quoted identifier. Only names out of plans come here; quoting is the second wall. */
export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

/** Any number of rows in one statement: a single one by its values, more as one array per column, however many. */
export function insertRows(plan: DocTypePlan, rows: readonly StoredRow[]): Statement {
  const { insert, insertOne } = textsOf(plan);
  const [only] = rows;
  if (only && rows.length === 1) {
    const one = plan.columns.map((field) => parameter(field, only.values[field.fieldname]));
    return { ...insertOne, values: plan.storage === 'child' ? [...one, only.parentId ?? null] : one };
  }
  const values: (string | null)[][] = plan.columns.map((field) =>
    rows.map((row) => asText(parameter(field, row.values[field.fieldname]))),
  );
  if (plan.storage === 'child') values.push(rows.map((row) => row.parentId ?? null));
  return { name: insert.name, text: insert.text, values };
}

/**
 * Sets the given fields of one row by id and raises its version by one. With a `version` the statement fails
 * where the row has another.
 */
export function updateRow(
  plan: DocTypePlan,
  fields: readonly FieldPlan[],
  row: StoredRow & { id: string; version?: number },
): Statement {
  const { updates } = textsOf(plan);
  const isSure = row.version === undefined;
  const key = `${isSure ? '' : '= '}${fields.map((field) => field.column).join(',')}`;
  let made = updates.get(key);
  if (!made) {
    made = isSure ? updateText(plan, fields) : updateSeenText(plan, fields);
    if (updates.size > 200) updates.clear();
    updates.set(key, made);
  }
  const values = [...fields.map((field) => parameter(field, row.values[field.fieldname])), row.id];
  return row.version === undefined
    ? { ...made, values }
    : { ...made, alone: made.alone, values: [...values, row.version], expectsRow: true };
}

export function deleteRows(plan: DocTypePlan, ids: readonly string[]): Statement {
  return { text: `delete from ${quote(plan.table)} where id = any($1::uuid[])`, values: [[...ids]] };
}

/** All child rows of one parent, of one table field or of every one. */
export function deleteChildren(plan: DocTypePlan, parentId: string): Statement {
  return { text: `delete from ${quote(plan.table)} where ${PARENT_ID_COLUMN} = $1::uuid`, values: [parentId] };
}

function textsOf(plan: DocTypePlan): Texts {
  let made = texts.get(plan);
  if (!made) {
    made = { ...insertTexts(plan), updates: new Map() };
    texts.set(plan, made);
  }
  return made;
}

function insertTexts(plan: DocTypePlan): Pick<Texts, 'insert' | 'insertOne'> {
  const columns = plan.columns.map((field) => ({ name: field.column as string, type: sqlType(field) }));
  if (plan.storage === 'child') columns.push({ name: PARENT_ID_COLUMN, type: 'uuid' });
  const names = columns.map((column) => quote(column.name)).join(', ');
  const arrays = columns.map((column, index) => `$${index + 1}::${column.type}[]`).join(', ');
  const values = columns.map((column, index) => `$${index + 1}::${column.type}`).join(', ');
  return {
    insert: named('insert', plan, `insert into ${quote(plan.table)} (${names}) select * from unnest(${arrays})`),
    insertOne: named('insert', plan, `insert into ${quote(plan.table)} (${names}) values (${values})`),
  };
}

function updateText(plan: DocTypePlan, fields: readonly FieldPlan[]): { name: string; text: string } {
  return named('update', plan, updateSql(plan, fields));
}

function updateSeenText(plan: DocTypePlan, fields: readonly FieldPlan[]): Text {
  const update = `${updateSql(plan, fields)} and _version = $${fields.length + 2}::bigint returning 1`;
  const sure = `with changed as (${update}) select framework_expect_row(count(*)) from changed`;
  return { ...named('update', plan, sure), alone: named('update', plan, update) };
}

/** The id is the parameter after the values. */
function updateSql(plan: DocTypePlan, fields: readonly FieldPlan[]): string {
  const sets = fields.map((field, index) => `${quote(field.column as string)} = $${index + 1}::${sqlType(field)}`);
  const changes = [...sets, '_version = _version + 1'].join(', ');
  return `update ${quote(plan.table)} set ${changes} where id = $${fields.length + 1}::uuid`;
}

/** The name changes with the text and with the plan's version, since a prepared text outlives an ALTER badly. */
function named(verb: string, plan: DocTypePlan, text: string): { name: string; text: string } {
  return { name: `${verb}_${plan.version}_${shortHash(text)}`, text };
}

function sqlType(field: FieldPlan): string {
  if (field.fieldname === 'docstatus') return 'smallint';
  return sqlTypeName(field.sql?.type ?? 'text');
}

/** A canonical value as PostgreSQL takes it; an empty one becomes the type's zero where it has one. */
export function parameter(field: FieldPlan, value: Value | undefined): Parameter {
  if (value === undefined || value === null) return field.sql?.zero ?? null;
  return field.type.toColumn ? field.type.toColumn(value) : (value as Parameter);
}

function asText(value: Parameter): string | null {
  return value === null ? null : String(value);
}
