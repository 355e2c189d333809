/**
 * What the caller gave, checked key by key and made canonical: unknown keys are refused, keys that only
 * the server sets are ignored when equal and refused when different (CONTRACT.md section 2).
 */
import { type Document, newDocument, type Value } from '../kernel/document.ts';
import { AppError, MOST_PROBLEMS, refuseProblems } from '../kernel/error.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { acceptTable, refuseOtherRows } from './accept-rows.ts';
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
import type { Context, GivenDocument } from './contract.ts';
import { cloneDocument } from './load.ts';
import { sameValue } from './values.ts';

/** Keys that never mean a value: sent back by clients that show what they read. */
const ECHOED = new Set(['doctype']);

export interface Accepted {
  doc: Document;
  /** The name that a new document asks for. */
  requestedName?: string;
}

/**
 * The document with the given values merged in. `before` is the stored document for a change.
 * Throws `validation` with every problem, and `conflict` for a stale `_version` or `modified`.
 */
export function acceptDocument(
  ctx: Context,
  q: { plan: DocTypePlan; given: GivenDocument; before?: Document },
): Accepted {
  const { services } = ctx;
  const acceptance: Acceptance = {
    ctx,
    snapshot: ctx.snapshot,
    env: { now: ctx.now, cipher: services.cipher },
    user: ctx.actor.user,
    newId: () => services.ids.uuid(),
    problems: [],
    forbidden: [],
  };
  const access = accessTo(ctx, q.plan, q.before ? 'write' : 'create');
  // Rows are copied too: what a step or a hook does to them must differ from what is stored.
  const doc = q.before ? cloneDocument(q.before) : newDocument();
  const accepted: Accepted = { doc };
  for (const [key, value] of Object.entries(q.given)) {
    if (isHopeless(acceptance)) break;
    const field = q.plan.byName.get(key);
    if (ECHOED.has(key)) requireEqual({ acceptance, path: key, given: value, expected: q.plan.name });
    else if (!field || !isKnown(access, key)) acceptance.problems.push(unknownField(q.plan, key, access));
    else if (field.isStandard && !isDeclared(q.plan, key))
      acceptStandard({ acceptance, accepted, field, value, before: q.before });
    else if (!access.canWrite(key)) {
      if (field.childDocType) refuseOtherRows({ acceptance, plan: q.plan, field, value, stored: q.before });
      else refuseOther({ acceptance, field, value, path: key, stored: q.before });
    } else if (field.childDocType) acceptTable({ acceptance, doc, plan: q.plan, field, value, before: q.before });
    else acceptValue({ acceptance, target: doc, field, value, path: key });
  }
  refuseProblems(acceptance.problems, `The ${q.plan.name} cannot be saved`);
  refuseForbidden(q.plan, acceptance.forbidden);
  return accepted;
}

function refuseForbidden(plan: DocTypePlan, paths: readonly string[]): void {
  if (paths.length === 0) return;
  throw new AppError('forbidden', `You may not change ${paths.slice(0, 5).join(', ')} of ${plan.name} documents.`, {
    errors: paths.slice(0, MOST_PROBLEMS).map((field) => ({
      field,
      code: 'not_writable',
      message: `${field} is not yours to change. Leave it out, or ask somebody who manages permissions.`,
    })),
  });
}

/** `idx` may be an ordinary field of a DocType: then the caller sets it. */
function isDeclared(plan: DocTypePlan, key: string): boolean {
  return key === 'idx' && plan.definition.fields.some((field) => field.fieldname === key);
}

function acceptStandard(q: {
  acceptance: Acceptance;
  accepted: Accepted;
  field: FieldPlan;
  value: unknown;
  before?: Document;
}): void {
  const { fieldname } = q.field;
  if (q.value === null || q.value === undefined || q.value === '') return;
  if (!q.before) {
    if (fieldname === 'name' && typeof q.value === 'string') {
      q.accepted.requestedName = q.value;
      return;
    }
    requireEqual({
      acceptance: q.acceptance,
      path: fieldname,
      given: q.value,
      expected: startsAs(fieldname, q.acceptance),
    });
    return;
  }
  const stored = q.before[fieldname];
  const coerced = q.field.type.coerce(q.value, q.field.field, { now: q.acceptance.env.now });
  const isEqual = 'value' in coerced && sameValue(coerced.value, stored);
  if (isEqual || fieldname === 'idx') return;
  if (fieldname === 'modified' || fieldname === '_version') throw movedOn(q.before);
  requireEqual({ acceptance: q.acceptance, path: fieldname, given: q.value, expected: stored });
}

/** What a standard field of a new document will be; undefined: not known before it is made. */
function startsAs(fieldname: string, acceptance: Acceptance): Value | undefined {
  if (fieldname === 'owner' || fieldname === 'modified_by') return acceptance.user;
  return fieldname === 'docstatus' || fieldname === 'idx' || fieldname === '_version' ? 0 : undefined;
}

/** The document is not what the caller saw when they began to edit. */
export function movedOn(stored: Document): AppError {
  return new AppError(
    'conflict',
    `The document has been changed since you read it: it is at version ${stored._version}, changed by ${stored.modified_by} at ${stored.modified}. Read it again and repeat your change.`,
    { extra: { current_version: stored._version } },
  );
}
