/**
 * Who links to a document: asked before it is deleted or cancelled, and carried along when it is
 * renamed (SEMANTICS.md 1.15, 1.16). Link columns of tables follow a rename by their foreign keys;
 * Dynamic Links, Singles and links without a constraint are updated here.
 */
import { quote } from '../db/rows.ts';
import { AppError } from '../kernel/error.ts';
import { inboundOf, type Reference } from '../schema/inbound.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { noteSome } from './changes.ts';
import { accessTo } from './context.ts';
import type { Context, WriteContext } from './contract.ts';

interface Target {
  ctx: WriteContext;
  plan: DocTypePlan;
  name: string;
}

export interface LinkFound {
  doctype: string;
  name: string;
  field: string;
  /** The DocType whose field it is: that of the rows, when a row links. */
  holder: string;
}

/** DocTypes whose documents are about others and do not hold them fast. */
const NOT_HOLDING: ReadonlySet<string> = new Set(['Version', 'Deleted Document']);

/** Documents that hold this one fast; `submitted`: only submitted ones do (cancel). At most 20 are named. */
export async function linksTo(q: Target & { submittedOnly: boolean }): Promise<LinkFound[]> {
  const questions = referencesOf(q).filter(
    ({ reference }) => !NOT_HOLDING.has(reference.plan.name) && !isOldParent(reference),
  );
  if (questions.length === 0) return [];
  const relevant = q.submittedOnly
    ? questions.filter(
        ({ reference }) =>
          reference.field.fieldname !== 'amended_from' &&
          (reference.plan.isSubmittable || reference.plan.storage === 'child'),
      )
    : questions;
  if (relevant.length === 0) return [];
  const parts = relevant.map(({ reference, isDynamic }, index) =>
    linkQuery({ reference, isDynamic, index, submittedOnly: q.submittedOnly }),
  );
  const rows = await q.ctx.tx.query({
    text: `select * from (${parts.join(' union all ')}) as found limit 20`,
    values: [
      q.name,
      q.plan.name,
      ...relevant.map(({ reference }) => `${reference.plan.name}\n${reference.field.fieldname}`),
    ],
  });
  return rows.map((row) => toFound(row)).filter((found) => !(found.doctype === q.plan.name && found.name === q.name));
}

/** A tree writes the parent twice: once is enough to say who stands under a document. */
function isOldParent({ plan, field }: Reference): boolean {
  return plan.isTree && field.fieldname === 'old_parent' && plan.byName.has(plan.treeParentField);
}

function referencesOf(q: Target): { reference: Reference; isDynamic: boolean }[] {
  const inbound = inboundOf(q.ctx.snapshot);
  return [
    ...(inbound.links.get(q.plan.name) ?? []).map((reference) => ({ reference, isDynamic: false })),
    ...inbound.dynamicLinks.map((reference) => ({ reference, isDynamic: true })),
  ];
}

/** $1 the name, $2 its DocType, then one label per part. A child row counts as its parent. */
function linkQuery(q: { reference: Reference; isDynamic: boolean; index: number; submittedOnly: boolean }): string {
  const { plan, field } = q.reference;
  const isChild = plan.storage === 'child';
  const conditions = [`t.${quote(field.column as string)} = $1`];
  if (q.isDynamic) conditions.push(pointerCondition(q.reference));
  if (q.submittedOnly) conditions.push('t.docstatus = 1');
  else if (q.isDynamic) conditions.push('t.docstatus <> 2');
  const name = isChild ? 't.parent' : 't.name';
  const doctype = isChild ? 't.parenttype' : 'null::text';
  return `(select ${doctype} as parenttype, ${name} as name, $${q.index + 3}::text as label, $2::text as target from ${quote(plan.table)} t where ${conditions.join(' and ')} limit 5)`;
}

function pointerCondition(reference: Reference): string {
  const { plan, field } = reference;
  const pointer = field.link && 'pointer' in field.link ? plan.byName.get(field.link.pointer) : undefined;
  return pointer?.column ? `t.${quote(pointer.column)} = $2` : 'false';
}

function toFound(row: Record<string, unknown>): LinkFound {
  const [doctype = '', field = ''] = String(row.label).split('\n');
  return { doctype: row.parenttype ? String(row.parenttype) : doctype, name: String(row.name), field, holder: doctype };
}

/** Throws `linked` that names the documents. */
export function refuseLinked(q: {
  ctx: Context;
  plan: DocTypePlan;
  name: string;
  links: readonly LinkFound[];
  verb: string;
}): void {
  if (q.links.length === 0) return;
  const links = q.links.filter((link) => isShown(q.ctx, link)).map(({ holder: _, ...link }) => link);
  const first = links[0];
  if (!first) {
    const message = `${q.plan.name} ${q.name} cannot be ${q.verb}: documents that you may not see link to it.`;
    throw new AppError('linked', `${message} Ask somebody who sees them.`);
  }
  const more = q.links.length > 1 ? ` and ${q.links.length - 1} more` : '';
  const hint = q.plan.byName.has('disabled') || q.plan.byName.has('enabled') ? ' You may disable it instead.' : '';
  throw new AppError(
    'linked',
    `${q.plan.name} ${q.name} cannot be ${q.verb}: ${first.doctype} ${first.name} links to it (${first.field})${more}. Remove the links first.${hint}`,
    {
      errors: links.map((link) => ({
        field: link.field,
        code: 'linked',
        message: `${link.doctype} ${link.name} links to it.`,
      })),
      extra: { links },
    },
  );
}

/**
 * Only those are named of whose DocType the actor sees every document, and by a field that he may read: which
 * others there are is not his to know.
 */
function isShown(ctx: Context, { doctype, holder, field }: LinkFound): boolean {
  const plan = ctx.snapshot.find(doctype);
  if (!plan) return false;
  const access = accessTo(ctx, plan, 'read');
  if (access.rows.kind !== 'all') return false;
  const rows = holder === doctype ? undefined : ctx.snapshot.find(holder);
  if (!rows) return access.canRead(field);
  const isTableRead = plan.tables.some((table) => table.childDocType === holder && access.canRead(table.fieldname));
  return isTableRead && accessTo(ctx, rows, 'read', plan).canRead(field);
}

/** Points every link from one name to another. `carried`: foreign keys do it for plain Links themselves. */
export function repointLinks(q: Target & { to: string; carried: boolean }): void {
  for (const { reference, isDynamic } of referencesOf(q)) {
    const { plan, field } = reference;
    noteHolders(q, plan);
    const hasKey =
      !isDynamic && q.plan.storage !== 'virtual' && q.plan.storage !== 'single' && plan.storage !== 'single';
    if (q.carried && hasKey) continue;
    const column = quote(field.column as string);
    const pointer = isDynamic ? ` and ${pointerCondition(reference)}` : ` and $2::text is not null`;
    q.ctx.tx.send({
      text: `update ${quote(plan.table)} t set ${column} = $3 where t.${column} = $1${pointer}`,
      values: [q.name, q.plan.name, q.to],
    });
  }
}

/** Whose links are others from now on, by key or by statement. What is common is linked to by all tenants. */
function noteHolders({ ctx, plan: target }: Target, plan: DocTypePlan): void {
  const parents = plan.storage === 'child' ? (inboundOf(ctx.snapshot).parents.get(plan.name) ?? []) : [{ plan }];
  for (const { plan: holder } of parents) noteSome(ctx, target.tenancy === 'common' ? { name: holder.name } : holder);
}
