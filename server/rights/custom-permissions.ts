/**
 * The guard of Custom DocPerm, and what makes such rows easy to begin and to undo: copying a DocType's own rows,
 * and deleting all of the site's so that its own are back.
 */
import { audit } from '../audit/audit.ts';
import { insertRows, quote } from '../db/rows.ts';
import { noteSome } from '../documents/changes.ts';
import { forbidden, inTransaction, planOf } from '../documents/context.ts';
import type { Context, Guard, WriteContext } from '../documents/contract.ts';
import { hashName } from '../documents/naming.ts';
import type { DocPerm } from '../kernel/doctype.ts';
import { newDocument, type Value } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { toTimestamp } from '../kernel/time.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { isManager, refusal, refuseValue } from './grants.ts';

export const CUSTOM_PERMISSION_GUARD: Guard = {
  check({ ctx, doc }) {
    refuseOthers(ctx);
    refuseTarget(ctx, String(doc.ref_doctype));
  },
  removing: ({ ctx }) => refuseOthers(ctx),
};

export interface CustomPermissions {
  doctype: string;
  /** Whether rows of this site stand in the place of the DocType's own. */
  is_customized: boolean;
  permissions: readonly DocPerm[];
}

/** Copies the DocType's rows into Custom DocPerms, to be edited one by one. Does nothing when there are some. */
export function customizePermissions(ctx: Context, doctype: string): Promise<CustomPermissions> {
  return inTransaction(ctx, async (within) => {
    const { plan, custom } = open(within, doctype);
    const [{ count = 0 } = {}] = await rowsOf(within, custom, doctype);
    if (Number(count) === 0 && plan.permissions.length > 0) {
      within.tx.send(
        insertRows(
          custom,
          plan.permissions.map((row, index) => ({ values: toRow(within, custom, { doctype, row, index }) })),
        ),
      );
      await within.services.schema.customized(within, doctype);
      await note(within, doctype, 'permissions_customized');
    }
    return { doctype, is_customized: plan.permissions.length > 0, permissions: plan.permissions };
  });
}

/** Deletes the Custom DocPerms of a DocType: its own rows count again. */
export function resetPermissions(ctx: Context, doctype: string): Promise<void> {
  return inTransaction(ctx, async (within) => {
    const { custom } = open(within, doctype);
    const gone = await within.tx.query({
      text: `delete from ${quote(custom.table)} where ref_doctype = $1 returning name`,
      values: [doctype],
    });
    if (gone.length === 0) return;
    await within.services.schema.customized(within, doctype);
    await note(within, doctype, 'permissions_reset');
  });
}

function note(ctx: WriteContext, doctype: string, action: string): Promise<void> {
  noteSome(ctx, planOf(ctx, 'Custom DocPerm'));
  return audit(ctx.tx, { actor: ctx.actor.user, action, subject: `DocType ${doctype}`, requestId: ctx.requestId });
}

function open(ctx: WriteContext, doctype: string): { plan: DocTypePlan; custom: DocTypePlan } {
  const custom = planOf(ctx, 'Custom DocPerm');
  if (!isManager(ctx.actor)) throw forbidden(ctx, custom, 'write');
  const plan = planOf(ctx, doctype);
  refuseTarget(ctx, doctype);
  // As every edit of the schema does: two of them wait for each other here.
  ctx.tx.send({
    text: `select pg_advisory_xact_lock(hashtext('framework-m schema ' || current_schema()))`,
    values: [],
  });
  return { plan, custom };
}

function rowsOf(ctx: WriteContext, custom: DocTypePlan, doctype: string): Promise<Record<string, unknown>[]> {
  return ctx.tx.query({
    text: `select count(*) as count from ${quote(custom.table)} where ref_doctype = $1`,
    values: [doctype],
  });
}

function toRow(ctx: WriteContext, custom: DocTypePlan, q: { doctype: string; row: DocPerm; index: number }) {
  const now = toTimestamp(ctx.now);
  const own = custom.columns
    .filter((field) => !field.isStandard && field.fieldname !== 'ref_doctype')
    .map((field): [string, Value] => {
      const given = Object.hasOwn(q.row, field.fieldname) ? q.row[field.fieldname] : null;
      const taken = field.type.coerce(given ?? null, field.field, { now: ctx.now });
      return [field.fieldname, 'value' in taken ? taken.value : null];
    });
  return newDocument([
    ['id', ctx.services.ids.uuid()],
    ['name', hashName(ctx.now)],
    ['owner', ctx.actor.user],
    ['modified_by', ctx.actor.user],
    ['creation', now],
    ['modified', now],
    ['docstatus', 0],
    ['idx', q.index + 1],
    ['_version', 1],
    ['ref_doctype', q.doctype],
    ...own,
  ]);
}

function refuseOthers(ctx: WriteContext): void {
  if (!isManager(ctx.actor)) throw refusal('Only a System Manager changes the permissions of a DocType.');
}

function refuseTarget(ctx: WriteContext, doctype: string): void {
  const target = ctx.snapshot.find(doctype);
  if (!target) throw new AppError('not_found', `There is no DocType ${JSON.stringify(doctype.slice(0, 140))}.`);
  if (target.definition.istable)
    refuseValue(
      'ref_doctype',
      'child_table',
      `${doctype} is a child table: the permissions of its parent count for its rows.`,
    );
}
