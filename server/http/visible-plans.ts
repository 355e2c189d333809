/**
 * The schema as one caller may know it: DocTypes on which he has some right, each cut down to the fields
 * that he may read. Whatever describes DocTypes (metadata, JSON Schema, OpenAPI) describes these. By the built-in
 * rules alone: a policy engine would have to be asked for each of a thousand DocTypes, and guards documents.
 */
import { isAdministrator } from '../access/decide.ts';
import { isInScope } from '../access/scopes.ts';
import { builtinAccess, unknownDocType } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { inboundOf } from '../schema/inbound.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';

/** In order of their names. */
export function visiblePlans(ctx: Context): DocTypePlan[] {
  return ctx.snapshot.names.flatMap((name) => findVisible(ctx, name) ?? []);
}

/** Throws `not_found` alike for a DocType that is not there and one that the caller may not know of. */
export function visiblePlan(ctx: Context, name: string): DocTypePlan {
  const plan = findVisible(ctx, name);
  if (!plan) throw unknownDocType(ctx, name.slice(0, 140));
  return plan;
}

/** A child table is known through the tables that the caller may read; `within` asks for one DocType's only. */
export function findVisible(ctx: Context, name: string, within?: DocTypePlan): DocTypePlan | undefined {
  const plan = ctx.snapshot.find(name);
  // What a credential's scopes do not reach, it does not describe either.
  if (!plan || (!plan.definition.istable && !SCOPED.some((right) => isInScope(ctx.actor, name, right))))
    return undefined;
  if (isAdministrator(ctx.actor)) return plan;
  const canRead = plan.definition.istable ? rowReader(ctx, plan, within) : documentReader(ctx, plan);
  return canRead && narrowed(ctx, plan, canRead);
}

const SCOPED = ['read', 'create', 'write'] as const;

type CanRead = (fieldname: string) => boolean;

function documentReader(ctx: Context, plan: DocTypePlan): CanRead | undefined {
  const access = builtinAccess(ctx, plan, 'read');
  if (!access.isVisible) return undefined;
  // Who may only create still has to know what to fill in.
  const isReader = access.allowed || builtinAccess(ctx, plan, 'select').allowed;
  return (fieldname) => access.canRead(fieldname) || (!isReader && access.canWrite(fieldname));
}

function rowReader(ctx: Context, plan: DocTypePlan, within: DocTypePlan | undefined): CanRead | undefined {
  const hosts = (inboundOf(ctx.snapshot).parents.get(plan.name) ?? []).filter((host) => {
    const access = builtinAccess(ctx, host.plan, 'read');
    return access.isVisible && access.canRead(host.field.fieldname) && (!within || within.name === host.plan.name);
  });
  if (hosts.length === 0) return undefined;
  const accesses = hosts.map((host) => builtinAccess(ctx, plan, 'read', host.plan));
  return (fieldname) => accesses.some((access) => access.canRead(fieldname));
}

function narrowed(ctx: Context, plan: DocTypePlan, canRead: CanRead): DocTypePlan {
  const shown = new Map(plan.fields.map((field) => [field.fieldname, withoutHiddenSource(ctx, plan, field)]));
  const cut = (fields: readonly FieldPlan[]) =>
    fields.filter(({ fieldname }) => canRead(fieldname)).map((field) => shown.get(field.fieldname) ?? field);
  const fields = cut(plan.fields);
  if (fields.length === plan.fields.length && fields.every((field, index) => field === plan.fields[index])) return plan;
  return {
    ...plan,
    fields,
    byName: new Map(cut([...plan.byName.values()]).map((field) => [field.fieldname, field])),
    columns: cut(plan.columns),
    tables: cut(plan.tables),
    links: cut(plan.links),
    searchFields: plan.searchFields.filter(canRead),
    listFields: plan.listFields.filter(canRead),
    order: plan.order.filter((term) => canRead(term.path)),
    titleField: canRead(plan.titleField) ? plan.titleField : 'name',
  };
}

/** Without the name of what it copies, where the caller may not read that: then it is not copied for him either. */
function withoutHiddenSource(ctx: Context, plan: DocTypePlan, field: FieldPlan): FieldPlan {
  const { fetch } = field;
  if (!fetch) return field;
  const link = plan.byName.get(fetch.link)?.link;
  const target = link && 'doctype' in link ? ctx.snapshot.find(link.doctype) : undefined;
  if (target && builtinAccess(ctx, target, 'read').canRead(fetch.source)) return field;
  const { fetch_from: _, ...shown } = field.field;
  return { ...field, field: shown };
}
