/**
 * Customizations of an import as rows, under the names that they came with: leniently, without hooks. What is
 * stored already in the same way is left alone.
 */
import type { Transaction } from '../db/pool.ts';
import { insertRows, quote } from '../db/rows.ts';
import { noteChange } from '../documents/changes.ts';
import type { Actor } from '../kernel/actor.ts';
import { newDocument, type Value } from '../kernel/document.ts';
import { toTimestamp } from '../kernel/time.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import type { SchemaServices } from './edits.ts';

export interface StoreWish {
  services: SchemaServices;
  tx: Transaction;
  actor: Actor;
  plan: DocTypePlan;
  row: Record<string, unknown>;
  name: string;
}

/** Whether anything changed. */
export async function storeCustomization(q: StoreWish): Promise<boolean> {
  const { services, tx, plan, row } = q;
  const values = plan.columns
    .filter((field) => !field.isStandard)
    .map((field) => [field, canonicalValue(services, field, row)] as const);
  const [same] = await tx.query({
    text: `select id, to_jsonb(t) as stored from ${quote(plan.table)} t where name = $1`,
    values: [q.name],
  });
  const stored = same?.stored as Record<string, unknown> | undefined;
  if (stored && values.every(([field, value]) => (stored[field.column as string] ?? null) === value)) return false;
  if (same) tx.send({ text: `delete from ${quote(plan.table)} where name = $1`, values: [q.name] });
  const now = toTimestamp(services.clock.now());
  const standard: [string, Value][] = [
    ['id', same ? String(same.id) : services.ids.uuid()],
    ['name', q.name],
    ['owner', q.actor.user],
    ['modified_by', q.actor.user],
    ['creation', now],
    ['modified', now],
    ['docstatus', 0],
    ['idx', Number(row.idx) || 0],
    ['_version', 1],
  ];
  tx.send(
    insertRows(plan, [
      { values: newDocument([...standard, ...values.map(([field, value]) => [field.fieldname, value] as const)]) },
    ]),
  );
  noteChange(q, plan, { name: q.name, event: same ? 'update' : 'insert' });
  return true;
}

/** The value as it will be stored; what does not fit the field is left empty, as an import is lenient. */
function canonicalValue(services: SchemaServices, field: FieldPlan, row: Record<string, unknown>): Value {
  const given = Object.hasOwn(row, field.fieldname) ? row[field.fieldname] : undefined;
  const coerced =
    given === undefined || given === null || given === ''
      ? undefined
      : field.type.coerce(given, field.field, { now: services.clock.now() });
  if (coerced && 'value' in coerced) return coerced.value;
  const zero = field.type.coerce(null, field.field, { now: 0 });
  return field.sql?.zero && 'value' in zero ? zero.value : null;
}
