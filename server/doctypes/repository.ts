/**
 * `DocType` as a virtual DocType: read and written like any document, kept in the `doctype` table.
 * A write goes through save.ts; fields and the other lists are matched by row `name`, which is the id.
 */

import { quote } from '../db/rows.ts';
import { acrossTenants } from '../db/tenant-setting.ts';
import type { Context, GivenDocument, Repository, WriteContext } from '../documents/contract.ts';
import { toDocument } from '../documents/load.ts';
import { repointLinks } from '../documents/references.ts';
import { type Document, newDocument, type Value } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { CHILD_KEYS, STANDARD_KEYS } from '../kernel/names.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { changeSchema } from './change.ts';
import { type ChangeReport, NEW, type SchemaServices } from './edits.ts';
import { withFieldIds } from './history.ts';
import { alreadyThere, CORE_APP } from './prepare.ts';
import type { DocTypeRecord } from './record.ts';
import { renameEdits } from './rename.ts';
import { readRecords } from './rows.ts';
import { planDocType, saveDocType } from './save.ts';

export function docTypeRepository(services: () => SchemaServices): Repository {
  return {
    async list(ctx, plan) {
      return (await readRecords(ctx.tx ?? ctx.services.db)).map((record) => summary(record, plan));
    },
    async get(ctx, plan, name) {
      const record = await findRecord(ctx, name);
      return record && presentRecord(record, plan);
    },
    insert: (ctx, _plan, given) => insert(services(), ctx, given),
    update: (ctx, _plan, name, given) => update(services(), ctx, name, given),
    remove: (ctx, _plan, name) => remove(services(), ctx, name),
    rename: (ctx, plan, from, to) => rename(services(), ctx, { plan, from, to }),
  };
}

async function findRecord(ctx: Context, key: string): Promise<DocTypeRecord | undefined> {
  const db = ctx.tx ?? ctx.services.db;
  const [record] = await readRecords(db, [key]);
  if (record || !/^[0-9a-f-]{36}$/i.test(key)) return record;
  const [row] = await db.query({ text: 'select name from doctype where id::text = $1', values: [key.toLowerCase()] });
  return row ? (await readRecords(db, [String(row.name)]))[0] : undefined;
}

/** For lists, which filter by flags: one that the definition leaves out is off. */
function summary(record: DocTypeRecord, plan: DocTypePlan): Document {
  const document = presentRecord(record, plan);
  for (const { fieldname, sql } of plan.fields) {
    if (sql?.type === 'boolean') document[fieldname] = Number(document[fieldname] ?? 0) !== 0;
  }
  return document;
}

/** The whole definition as a document, its rows with their identity. */
export function presentRecord(record: DocTypeRecord, plan: DocTypePlan): Document {
  const definition = withFieldIds(record.definition, record.states);
  const document = toDocument({ ...definition, ...Object.fromEntries(standard(record)) });
  for (const table of plan.fields.filter((field) => field.childDocType)) {
    const rows = definition[table.fieldname];
    document[table.fieldname] = (Array.isArray(rows) ? rows : []).map((row: Record<string, unknown>, index) =>
      newDocument([
        ...Object.entries(row).map(([key, value]) => [key, value as Value] as const),
        ['name', String(row.id ?? `${table.fieldname}-${index + 1}`)],
        ['idx', index + 1],
        ['parent', record.name],
        ['parenttype', plan.name],
        ['parentfield', table.fieldname],
      ]),
    );
  }
  return document;
}

function standard(record: DocTypeRecord): [string, Value][] {
  return [
    ['id', record.id],
    ['name', record.name],
    ['owner', record.owner],
    ['creation', record.creation],
    ['modified', record.modified],
    ['modified_by', record.modifiedBy],
    ['docstatus', 0],
    ['idx', 0],
    ['_version', record.version],
    ['app', record.app],
  ];
}

async function insert(services: SchemaServices, ctx: WriteContext, given: GivenDocument): Promise<string> {
  const name = given.name;
  if (typeof name === 'string' && ctx.snapshot.find(name)) throw alreadyThere(name);
  // Somebody else may be making it at this moment: that is seen when the schema is locked.
  const wish = { actor: ctx.actor, definition: clean(given), version: NEW, confirm: ctx.confirm };
  await saveDocType(services, ctx.tx, wish);
  return String(name);
}

async function update(services: SchemaServices, ctx: WriteContext, key: string, given: GivenDocument): Promise<string> {
  const record = await findRecord(ctx, key);
  if (!record) throw new AppError('not_found', `There is no DocType ${JSON.stringify(key)}.`);
  refuseServerSet(record, given);
  const version = given._version === undefined || given._version === null ? undefined : Number(given._version);
  // A Frappe file carries its own stamp in Frappe's form ("2026-01-02 03:04:05"): that says nothing of our row.
  const isOurs = typeof given.modified === 'string' && given.modified.includes('T');
  if (version === undefined && isOurs && given.modified !== record.modified)
    throw new AppError(
      'conflict',
      `The DocType ${record.name} was changed at ${record.modified}, after the one you send (${String(given.modified).slice(0, 40)}). Load it again, or leave modified out.`,
    );
  const definition = mergedInto(record, given);
  await saveDocType(services, ctx.tx, { actor: ctx.actor, definition, version, confirm: ctx.confirm });
  return record.name;
}

/** The changes that writing this to the DocType would make, or creating it; nothing done. */
export async function planDocTypeWrite(
  services: SchemaServices,
  ctx: Context,
  q: { name: string; given: GivenDocument },
): Promise<ChangeReport> {
  const record = await findRecord(ctx, q.name);
  const definition = record ? mergedInto(record, q.given) : { ...clean(q.given), name: q.name };
  return planDocType(services, { actor: ctx.actor, definition });
}

/** The given keys replace those of the definition; fields keep the ids that the server gave them. */
function mergedInto(record: DocTypeRecord, given: GivenDocument): Record<string, unknown> {
  const current = withFieldIds(record.definition, record.states);
  const merged: Record<string, unknown> = { ...current, ...clean(given), name: record.name };
  // A list of fields in an order of its own replaces the order that the file had.
  if (Array.isArray(given.fields) && !Object.hasOwn(given, 'field_order')) delete merged.field_order;
  return merged;
}

function refuseServerSet(record: DocTypeRecord, given: GivenDocument): void {
  const fixed: [string, unknown][] = [
    ['id', record.id],
    ['name', record.name],
  ];
  for (const [key, value] of fixed) {
    if (Object.hasOwn(given, key) && given[key] !== value && given[key] !== null) {
      throw new AppError(
        'validation',
        `${key} is ${JSON.stringify(value)} and cannot be set. To rename a DocType use …/rename.`,
        { errors: [{ field: key, code: 'server_set', message: `${key} cannot be set` }] },
      );
    }
  }
}

const ROW_BOOKKEEPING: ReadonlySet<string> = new Set(
  [...STANDARD_KEYS, ...CHILD_KEYS].filter((key) => key !== 'id' && key !== 'name'),
);
const BOOKKEEPING: ReadonlySet<string> = new Set([
  ...STANDARD_KEYS.filter((key) => key !== 'name' && key !== 'doctype'),
  'app',
]);

/** What a client sends back of what it read, without the server's own keys; a row's `name` is its id. */
function clean(given: GivenDocument): Record<string, unknown> {
  const definition: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    if (BOOKKEEPING.has(key)) continue;
    setOwn(definition, key, Array.isArray(value) ? value.map((row) => cleanRow(key, row)) : value);
  }
  return definition;
}

function cleanRow(list: string, row: unknown): unknown {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) return row;
  const kept: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(row)) {
    if (ROW_BOOKKEEPING.has(key) || key === 'name') continue;
    setOwn(kept, key, value);
  }
  const id =
    list === 'fields' && !Object.hasOwn(row, 'id') && Object.hasOwn(row, 'name')
      ? (row as { name: unknown }).name
      : undefined;
  if (typeof id === 'string') kept.id = id;
  return kept;
}

/** Defines an own property even when it is called `__proto__`. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
}

async function remove(services: SchemaServices, ctx: WriteContext, key: string): Promise<void> {
  const record = await findRecord(ctx, key);
  if (!record) throw new AppError('not_found', `There is no DocType ${JSON.stringify(key)}.`);
  if (record.app === CORE_APP)
    throw new AppError('wrong_state', `${record.name} is part of the framework and cannot be deleted.`);
  refuseReferred(ctx, record.name);
  await changeSchema({
    services,
    tx: ctx.tx,
    policy: { actor: ctx.actor, strictness: 'strict', confirm: ctx.confirm },
    edits: [{ kind: 'remove', doctype: record.name }],
  });
}

function refuseReferred(ctx: WriteContext, doctype: string): void {
  for (const name of ctx.snapshot.names) {
    if (name === doctype) continue;
    const field = ctx.snapshot
      .find(name)
      ?.fields.find(
        (candidate) =>
          candidate.childDocType === doctype ||
          (candidate.link && 'doctype' in candidate.link && candidate.link.doctype === doctype),
      );
    if (field)
      throw new AppError(
        'linked',
        `The DocType ${doctype} cannot be deleted: ${name}.${field.fieldname} refers to it. Remove that field first.`,
      );
  }
}

/** The DocType, every definition that names it, and every document that holds its name. */
async function rename(
  services: SchemaServices,
  ctx: WriteContext,
  q: { plan: DocTypePlan; from: string; to: string },
): Promise<string> {
  const record = await findRecord(ctx, q.from);
  if (!record) throw new AppError('not_found', `There is no DocType ${JSON.stringify(q.from)}.`);
  if (record.app === CORE_APP)
    throw new AppError('wrong_state', `${record.name} is part of the framework and cannot be renamed.`);
  const edits = await renameEdits(ctx, { from: record.name, to: q.to });
  await changeSchema({
    services,
    tx: ctx.tx,
    policy: { actor: ctx.actor, strictness: 'lenient', confirm: ctx.confirm },
    edits,
  });
  await acrossTenants(ctx.tx, async () => renameInRows(ctx, { plan: q.plan, from: record.name, to: q.to }));
  return q.to;
}

/** In every document that holds its name. */
function renameInRows(ctx: WriteContext, q: { plan: DocTypePlan; from: string; to: string }): void {
  repointLinks({ ctx, plan: q.plan, name: q.from, to: q.to, carried: false });
  // No Link: it outlives its DocType.
  ctx.tx.send({
    text: 'update deleted_document set deleted_doctype = $1 where deleted_doctype = $2',
    values: [q.to, q.from],
  });
  for (const name of ctx.snapshot.names) {
    const child = ctx.snapshot.find(name);
    if (child?.storage === 'child')
      ctx.tx.send({
        text: `update ${quote(child.table)} set parenttype = $1 where parenttype = $2`,
        values: [q.to, q.from],
      });
  }
}
