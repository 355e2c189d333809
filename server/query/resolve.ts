/**
 * Paths of a wish to fields of plans: the only way from a caller's text to a name in SQL.
 * A field that the caller may not read answers exactly like one that is not there.
 */
import { type AccessTo, EVERYTHING } from '../access/decide.ts';
import { type AppError, nearest } from '../kernel/error.ts';
import { isPointing, pathOf, pointingRows, type RowReference } from '../schema/inbound.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { MAX_LINK_HOPS, refusal } from './request.ts';

/** On whose behalf, and at which version, paths are read. */
export interface Reader {
  snapshot: Snapshot;
  access: AccessTo;
}

/** A DocType to look in; a child table together with the DocType whose rows are meant. */
export interface Place {
  plan: DocTypePlan;
  within?: DocTypePlan;
}

export interface Hop {
  kind: 'link' | 'child';
  field: FieldPlan;
  target: DocTypePlan;
}

export interface Resolved {
  /** From the plan that was asked to the plan that has the field; a child table only comes first. */
  hops: readonly Hop[];
  plan: DocTypePlan;
  field: FieldPlan;
}

/** For permission rules, which are the product's own: they see every field and every row. */
export function trusting(reader: Reader): Reader {
  return { snapshot: reader.snapshot, access: () => EVERYTHING };
}

/** The column that a path leads to. Throws bad_request at `where` when there is none that may be read. */
export function resolvePath(q: Place & { reader: Reader; path: string; where: string }): Resolved {
  const { reader, where } = q;
  const start = startOf(q);
  const hops: Hop[] = [...start.hops];
  let place: Place = hops[0] ? { plan: hops[0].target, within: q.plan } : { plan: q.plan, within: q.within };
  const last = start.segments.length - 1;
  for (const [index, segment] of start.segments.entries()) {
    const { plan } = place;
    const field = readableField({ reader, ...place, name: segment });
    if (!field) throw unknownField({ reader, ...place, name: segment, where });
    if (index === last) return { hops, plan, field: columnOf({ reader, plan, field, where }) };
    const hop = hopThrough({ reader, plan, field, where });
    if (hop.kind === 'child' && hops.length > 0)
      throw refusal(where, `the rows of ${segment} cannot be reached through another field`);
    hops.push(hop);
    if (hops.filter((each) => each.kind === 'link').length > MAX_LINK_HOPS) {
      throw refusal(where, `a path goes through at most ${MAX_LINK_HOPS} Links`);
    }
    place = { plan: hop.target, within: hop.kind === 'child' ? plan : undefined };
  }
  throw refusal(where, 'the name of a field is missing');
}

/** A child table field by its name. Throws bad_request. */
export function resolveTable(q: Place & { reader: Reader; name: string; where: string }): Hop & { kind: 'child' } {
  const field = readableField(q);
  if (!field) throw unknownField(q);
  const hop = hopThrough({ ...q, field });
  if (hop.kind === 'child') return { ...hop, kind: 'child' };
  throw refusal(q.where, `${field.fieldname} is no child table`);
}

/** What a field leads to: the rows of a child table, or a Link's target that has a table. Throws bad_request. */
export function resolveHop(q: Place & { reader: Reader; name: string; where: string }): Hop {
  const field = readableField(q);
  if (!field) throw unknownField(q);
  return hopThrough({ ...q, field });
}

/** A field by which documents of a DocType point here; with `table` and `child` it is one of their rows. */
export interface Pointing {
  plan: DocTypePlan;
  field: FieldPlan;
  table?: FieldPlan;
  child?: DocTypePlan;
}

/** The field of another DocType that leads to this one, as far as the caller may read it. Throws bad_request. */
export function resolveReverse(q: {
  reader: Reader;
  plan: DocTypePlan;
  doctype: string;
  name: string;
  where: string;
}): Pointing {
  const plan = q.reader.snapshot.find(q.doctype);
  const rows =
    plan && pointingRows(q.reader.snapshot, q.plan).find((each) => each.plan === plan && pathOf(each) === q.name);
  if (rows) return readableRows(q, rows);
  const field = plan?.storage === 'table' ? readableField({ reader: q.reader, plan, name: q.name }) : undefined;
  const isHere = plan && field && q.reader.access(plan).allowed && isPointing(q.plan, { plan, field });
  if (isHere && field.column && hasPointer(q.reader, plan, field)) return { plan, field };
  throw refusal(q.where, `no documents are found by ${q.name.slice(0, 100)} of ${q.doctype.slice(0, 100)}`);
}

function readableRows(q: { reader: Reader; where: string; name: string }, rows: RowReference): Pointing {
  const { reader } = q;
  const { plan, table, child, field } = rows;
  const canRead = (place: Place, name: string): boolean => readableField({ reader, ...place, name }) !== undefined;
  const isHere = reader.access(plan).allowed && canRead({ plan }, table.fieldname);
  const pointer = field.link && 'pointer' in field.link ? [field.link.pointer] : [];
  const within = { plan: child, within: plan };
  if (isHere && [field.fieldname, ...pointer].every((name) => canRead(within, name))) return rows;
  throw refusal(q.where, `no documents are found by ${q.name.slice(0, 100)} of ${plan.name}`);
}

/** What a Dynamic Link means is known to who may read its pointer. */
function hasPointer(reader: Reader, plan: DocTypePlan, { link }: FieldPlan): boolean {
  if (!link || 'doctype' in link) return true;
  return readableField({ reader, plan, name: link.pointer })?.column !== undefined;
}

/** A Link field with the DocType that it leads to, whether or not the caller may read that. Throws bad_request. */
export function resolveLink(q: {
  reader: Reader;
  plan: DocTypePlan;
  field: FieldPlan;
  where: string;
}): Hop & { kind: 'link' } {
  const hop = hopThrough({ ...q, reader: trusting(q.reader) });
  if (hop.kind === 'link' && q.field.column !== undefined) return { ...hop, kind: 'link' };
  throw refusal(q.where, `${q.field.fieldname} is no Link`);
}

/** The field of that name, when the caller may read it. */
export function readableField(q: Place & { reader: Reader; name: string }): FieldPlan | undefined {
  const field = q.plan.byName.get(q.name);
  if (!field?.isReadable || !hasValue(q.plan, field)) return undefined;
  return q.reader.access(q.plan, q.within).canRead(field.fieldname) ? field : undefined;
}

/** Columns that the caller may read, in the plan's order; of a child table, those of rows within a DocType. */
export function readableColumns(reader: Reader, plan: DocTypePlan, within?: DocTypePlan): FieldPlan[] {
  const access = reader.access(plan, within);
  const stored = plan.storage === 'virtual' ? plan.fields.filter((field) => isStored(plan, field)) : plan.columns;
  return stored.filter((field) => field.isReadable && access.canRead(field.fieldname));
}

/** Whether documents hold the field as one value: in a column, or in a virtual DocType's documents. */
export function isStored(plan: DocTypePlan, field: FieldPlan): boolean {
  return field.column !== undefined || (plan.storage === 'virtual' && field.sql !== undefined);
}

export function unknownField(q: Place & { reader: Reader; name: string; where: string }): AppError {
  const access = q.reader.access(q.plan, q.within);
  const known = q.plan.fields.filter(
    (field) => field.isReadable && hasValue(q.plan, field) && access.canRead(field.fieldname),
  );
  const near = nearest(
    q.name.slice(0, 100),
    known.map((field) => field.fieldname),
  );
  const hint = near === undefined ? '' : `; did you mean "${near}"?`;
  return refusal(q.where, `${q.plan.name} has no field "${q.name.slice(0, 100)}"${hint}`);
}

/** Layout fields and buttons are there to look at; they hold nothing. */
function hasValue(plan: DocTypePlan, field: FieldPlan): boolean {
  return isStored(plan, field) || field.childDocType !== undefined || field.isVirtual;
}

function columnOf(q: { reader: Reader; plan: DocTypePlan; field: FieldPlan; where: string }): FieldPlan {
  const { field } = q;
  if (isStored(q.plan, field)) return field;
  const why = field.childDocType
    ? `is a child table; name one of its fields, as ${field.fieldname}.name`
    : 'is computed when a document is read, so lists cannot use it';
  throw refusal(q.where, `${field.fieldname} ${why}`);
}

function hopThrough(q: { reader: Reader; plan: DocTypePlan; field: FieldPlan; where: string }): Hop {
  const { reader, field, where } = q;
  const child = field.childDocType === undefined ? undefined : reader.snapshot.find(field.childDocType);
  if (child) return { kind: 'child', field, target: child };
  if (field.link && 'pointer' in field.link) {
    throw refusal(
      where,
      `${field.fieldname} is a Dynamic Link: its target differs from row to row, so no path goes through it`,
    );
  }
  const target = field.link && isStored(q.plan, field) ? reader.snapshot.find(field.link.doctype) : undefined;
  if (target && target.storage === 'virtual')
    throw refusal(where, `${field.fieldname} leads to ${target.name}, which has no table`);
  // A DocType that the caller may not read hides like a field that he may not read.
  if (target && reader.access(target).allowed) return { kind: 'link', field, target };
  throw refusal(where, `${field.fieldname} of ${q.plan.name} is no Link or child table, so no path goes through it`);
}

const QUALIFIED = /^`tab([^`]+)`\.(.+)$/s;

/** A path may begin with its DocType: the plan itself, or the DocType of one of its child tables. */
function startOf(q: { reader: Reader; plan: DocTypePlan; path: string; where: string }): {
  hops: Hop[];
  segments: string[];
} {
  const match = QUALIFIED.exec(q.path);
  const segments = (match?.[2] ?? q.path).split('.');
  if (!match || match[1] === q.plan.name) return { hops: [], segments };
  const table = q.plan.tables.find(
    (field) =>
      field.childDocType === match[1] && readableField({ reader: q.reader, plan: q.plan, name: field.fieldname }),
  );
  const target = table && q.reader.snapshot.find(table.childDocType as string);
  if (table && target) return { hops: [{ kind: 'child', field: table, target }], segments };
  throw refusal(q.where, `${match[1]} is neither ${q.plan.name} nor one of its child tables`);
}

/** The tree whose nodes a field names: the target of a Link, or the DocType itself for `name`. */
export function treeOf(reader: Reader, at: Resolved): DocTypePlan | undefined {
  const { link } = at.field;
  const tree =
    link && 'doctype' in link
      ? reader.snapshot.find(link.doctype)
      : isNameOfTree(at.plan, at.field)
        ? at.plan
        : undefined;
  // Who may not read the tree learns nothing of its shape either.
  return tree?.isTree && reader.access(tree).allowed ? tree : undefined;
}

export function isNameOfTree(plan: DocTypePlan, field: FieldPlan): boolean {
  return plan.isTree && field.isStandard && field.fieldname === 'name';
}
