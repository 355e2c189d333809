/**
 * A change of fields that nothing else depends on goes to the database as one statement: nothing is read before
 * it, and no step has anything to do but to store. Whatever it does not cover, and everything that is refused, is
 * done step by step, so that there is one place that says why (update.ts).
 */

import { isOtherRow } from '../db/errors.ts';
import { parameter } from '../db/rows.ts';
import type { Row } from '../db/statements.ts';
import { isSet } from '../kernel/doctype.ts';
import { newDocument, type Value } from '../kernel/document.ts';
import { fieldsIn } from '../kernel/filter.ts';
import { toTimestamp } from '../kernel/time.ts';
import { isJudgeable } from '../query/order-sql.ts';
import { updateStatement } from '../query/update.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { noteChange, noteSome } from './changes.ts';
import { accessFor, accessTo } from './context.ts';
import type { Context, GivenDocument, WriteContext } from './contract.ts';
import { isCustomizer } from './customize.ts';
import { titleTemplate } from './defaults.ts';
import { mindsChange } from './guard.ts';
import { parseDocument } from './load.ts';
import { hashName } from './naming.ts';
import { readBack } from './present.ts';
import type { ReadDocument } from './read.ts';
import { mayChangeRights } from './rights-changes.ts';
import { takeValue, UNCHANGED } from './values.ts';

export interface DirectWish {
  name: string;
  given: GivenDocument;
  version?: number;
  wanted?: readonly string[];
}

type Setting = { field: FieldPlan; value: ReturnType<typeof parameter> };

/** Undefined: it was not done, for whatever reason, and nothing was written. */
export async function updateDirectly(
  ctx: Context,
  plan: DocTypePlan,
  q: DirectWish,
): Promise<ReadDocument | undefined> {
  const set = isAlone(ctx, plan, q.given) ? valuesOf(ctx, plan, q.given) : undefined;
  if (!set || q.name.includes('\0')) return undefined;
  const noted = ctx.services.db.note();
  const within: WriteContext = { ...ctx, tx: noted.tx };
  const statement = updateStatement({
    snapshot: ctx.snapshot,
    plan,
    name: q.name,
    access: accessFor(ctx, 'write', plan),
    reading: accessFor(ctx, 'read', plan),
    set,
    by: ctx.actor.user,
    at: toTimestamp(ctx.now),
    now: ctx.now,
    version: q.version,
    wanted: q.wanted,
    record: plan.tracksChanges ? { id: ctx.services.ids.uuid(), name: hashName(ctx.now) } : undefined,
  });
  if (!statement) return undefined;
  noted.tx.send({ ...statement, expectsRow: true });
  noteChange(within, plan, { name: q.name, event: 'update' });
  if (plan.tracksChanges) noteSome(within, { name: 'Version', tenancy: ctx.snapshot.find('Version')?.tenancy });
  try {
    const [row] = await ctx.services.db.sendAtOnce(noted);
    return row && (await answerOf(ctx, plan, row));
  } catch (error) {
    if (isOtherRow(error)) return undefined;
    throw error;
  }
}

async function answerOf(ctx: Context, plan: DocTypePlan, row: Row): Promise<ReadDocument> {
  const { doc: text, id, name } = row as { doc: string; id: string; name: string };
  const version = Number(row._version);
  const isReadable = row.is_readable === true;
  if (isReadable && row.stale !== true) return { text, name, version };
  const read = await readBack(ctx, plan, newDocument(Object.entries({ id, name, _version: version })));
  if (!isReadable || read.version === version) return read;
  return { text: withRowsOf(plan, text, read.text), name, version };
}

/** Somebody has written since: the fields as this change left them, and the rows, which it did not touch, as they are now. */
function withRowsOf(plan: DocTypePlan, text: string, now: string): string {
  const [written, read] = [parseDocument(text), parseDocument(now)];
  for (const { fieldname } of plan.tables) if (read[fieldname] !== undefined) written[fieldname] = read[fieldname];
  return JSON.stringify(written);
}

/** Nobody else has a word in it, and it is not part of something larger. */
function isAlone(ctx: Context, plan: DocTypePlan, given: GivenDocument): boolean {
  const { controllers, guards, policy } = ctx.services;
  if (ctx.tx !== undefined || policy || !standsAlone(ctx.snapshot, plan)) return false;
  return controllers.of(plan.name).length === 0 && !mindsChange(guards, plan, given);
}

const known = new WeakMap<Snapshot, Map<DocTypePlan, boolean>>();

function standsAlone(snapshot: Snapshot, plan: DocTypePlan): boolean {
  const plans = known.get(snapshot) ?? new Map<DocTypePlan, boolean>();
  known.set(snapshot, plans);
  const found = plans.get(plan) ?? [plan, ...rowsOf(snapshot, plan)].every((each) => isSimple(snapshot, each, plan));
  plans.set(plan, found);
  return found;
}

/** No field of it is computed, and what is demanded of the others can be asked in the statement. */
function isSimple(snapshot: Snapshot, plan: DocTypePlan, root: DocTypePlan): boolean {
  if ((plan.storage !== 'table' && plan.storage !== 'child') || plan.isTree) return false;
  if (mayChangeRights(plan) || isCustomizer(plan) || titleTemplate(plan) !== undefined) return false;
  return !plan.fields.some((field) => field.compute) && isJudgeable(snapshot, plan, root);
}

function rowsOf(snapshot: Snapshot, plan: DocTypePlan): DocTypePlan[] {
  return plan.tables.flatMap((table) => snapshot.find(table.childDocType as string) ?? []);
}

/** Undefined: a value wants more than to be stored, or is refused. */
function valuesOf(ctx: Context, plan: DocTypePlan, given: GivenDocument): Setting[] | undefined {
  const writing = accessTo(ctx, plan, 'write');
  const reading = accessTo(ctx, plan, 'read');
  if (!reading.allowed) return undefined;
  const judged = new Set([...fieldsIn(writing.rows), ...fieldsIn(reading.rows)]);
  if (STAMPED.some((fieldname) => judged.has(fieldname))) return undefined;
  const values: Setting[] = [];
  for (const [fieldname, value] of Object.entries(given)) {
    const field = plan.byName.get(fieldname);
    if (!field || !isPlain(plan, field) || !writing.canWrite(fieldname) || judged.has(fieldname)) return undefined;
    const taken = takeValue(field, value, { now: ctx.now, cipher: ctx.services.cipher });
    if (taken === UNCHANGED || 'problem' in taken || isRefused(field, taken.value)) return undefined;
    values.push({ field, value: parameter(field, taken.value) });
  }
  return values.length > 0 ? values : undefined;
}

/** What every change sets. */
const STAMPED = ['modified', 'modified_by', '_version'];

/** A value by itself, which no rule of the DocType but the field's own looks at. */
function isPlain(plan: DocTypePlan, field: FieldPlan): boolean {
  if (field.column === undefined || field.isStandard || field.link || field.fetch || field.type.secret) return false;
  if (plan.links.some(({ link }) => link && 'pointer' in link && link.pointer === field.fieldname)) return false;
  if (isSet(field.field.set_only_once)) return false;
  return plan.naming.kind !== 'field' || plan.naming.fieldname !== field.fieldname;
}

function isRefused(field: FieldPlan, value: Value): boolean {
  const isMissing = isSet(field.field.reqd) && field.type.isMissing(value);
  return isMissing || (isSet(field.field.non_negative) && Number(value) < 0);
}
