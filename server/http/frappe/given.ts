/**
 * A document as a Frappe client sends it, made what the write doors take: keys of Frappe's own client are
 * dropped, others that no field has are dropped and told, rows that the client called `new-…` have no name.
 */
import type { Access } from '../../access/decide.ts';
import { isKnown } from '../../documents/accept-values.ts';
import { accessTo } from '../../documents/context.ts';
import type { Context } from '../../documents/contract.ts';
import { AppError } from '../../kernel/error.ts';
import { isObject } from '../../kernel/json.ts';
import type { DocTypePlan, FieldPlan, NamingRule } from '../../schema/plan.ts';

export interface CleanDocument {
  given: Record<string, unknown>;
  /** What the client wants the state to be; undefined: it does not say. */
  docstatus: number | undefined;
  /** Keys that no field has, or none that the caller may know of. */
  dropped: readonly string[];
}

/** Throws `bad_request` for a docstatus that is none. */
export function cleanDocument(
  ctx: Context,
  q: { plan: DocTypePlan; given: Readonly<Record<string, unknown>>; isNew: boolean },
): CleanDocument {
  const { plan, given } = q;
  const dropped: string[] = [];
  const access = accessTo(ctx, plan, q.isNew ? 'create' : 'write');
  const clean = cleanKeys({ ...q, ctx, access, dropped, path: '' });
  if (q.isNew && (!keepsName(plan.naming) || isTemporary(plan, given))) delete clean.name;
  return { given: clean, docstatus: docstatusOf(given.docstatus), dropped };
}

/** What Frappe's clients keep on a document for themselves, beside all that begins with two underscores. */
const PRIVATE: ReadonlySet<string> = new Set(
  `doctype docstatus localname owner_name _user_tags _comments _assign _liked_by _seen _onload
  parent parenttype parentfield`.split(/\s+/),
);

/** Set by the server: of a new document they are dropped, of a stored one they must be as they are. */
const SET_BY_SERVER: ReadonlySet<string> = new Set(['id', 'owner', 'creation', 'modified', 'modified_by', '_version']);

interface Cleaning {
  ctx: Context;
  access: Access;
  plan: DocTypePlan;
  given: Readonly<Record<string, unknown>>;
  isNew: boolean;
  dropped: string[];
  path: string;
}

function cleanKeys(q: Cleaning): Record<string, unknown> {
  const kept: [string, unknown][] = [];
  for (const [key, value] of Object.entries(q.given)) {
    if (key.startsWith('__') || PRIVATE.has(key)) continue;
    const field = q.plan.byName.get(key);
    if (!field || !isKnown(q.access, key)) {
      // What describes a DocType has more keys than fields; they are its repository's to judge.
      if (q.plan.storage === 'virtual') kept.push([key, value]);
      else q.dropped.push(q.path + key.slice(0, 100));
    } else if (isKept(q, field)) kept.push([key, cleanValue(q, field, value)]);
  }
  return Object.fromEntries(kept);
}

function isKept(q: Cleaning, field: FieldPlan): boolean {
  if (q.isNew && (SET_BY_SERVER.has(field.fieldname) || isOwnIndex(q.plan, field))) return false;
  return field.column !== undefined || field.sql !== undefined || field.childDocType !== undefined;
}

/** `idx` may be an ordinary field of a DocType; else the server counts. */
function isOwnIndex(plan: DocTypePlan, { fieldname }: FieldPlan): boolean {
  return fieldname === 'idx' && !plan.definition.fields.some((field) => field.fieldname === 'idx');
}

function cleanValue(q: Cleaning, field: FieldPlan, value: unknown): unknown {
  if (field.fieldname === 'name' && typeof value === 'number') return String(value);
  const plan = field.childDocType === undefined ? undefined : q.ctx.snapshot.find(field.childDocType);
  if (!plan || !Array.isArray(value)) return value;
  const within = accessTo(q.ctx, plan, q.isNew ? 'create' : 'write', q.plan);
  return value.map((row: unknown, index) => {
    if (!isObject(row)) return row;
    const isNew = q.isNew || isTemporary(plan, row);
    const path = `${q.path}${field.fieldname}[${index}].`;
    const clean = cleanKeys({ ...q, plan, access: within, given: row, isNew, path });
    if (isNew) delete clean.name;
    return clean;
  });
}

/** A document that the client has made and not saved: its name is the client's own, `new-order-item-1`. */
function isTemporary(plan: DocTypePlan, given: Readonly<Record<string, unknown>>): boolean {
  if (Object.hasOwn(given, '__islocal') && given.__islocal) return true;
  const beginning = `new-${plan.name.toLowerCase().replaceAll(' ', '-')}-`;
  return typeof given.name === 'string' && given.name.startsWith(beginning);
}

/** Where a rule makes the name, Frappe does not look at one that is sent. */
function keepsName(rule: NamingRule): boolean {
  return rule.kind === 'prompt' || rule.kind === 'hash' || rule.kind === 'uuid';
}

function docstatusOf(given: unknown): number | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  const state = Number(given);
  if (state === 0 || state === 1 || state === 2) return state;
  const message = `docstatus is 0, 1 or 2; it is ${JSON.stringify(given)?.slice(0, 80)}.`;
  throw new AppError('bad_request', message, { errors: [{ field: 'docstatus', code: 'docstatus', message }] });
}
