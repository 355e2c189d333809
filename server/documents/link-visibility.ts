/**
 * Which documents an actor may link to: those that he may select or read. A Link to another one is answered
 * like a Link to nothing, so that nobody finds out by linking what there is.
 */
import { decide, isAdministrator } from '../access/decide.ts';
import type { Actor } from '../kernel/actor.ts';
import { isSet } from '../kernel/doctype.ts';
import { condition } from '../kernel/filter.ts';
import { listStatement } from '../query/list.ts';
import { inboundOf } from '../schema/inbound.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { accessTo } from './context.ts';
import type { WriteContext } from './contract.ts';
import { underPolicy } from './policy.ts';
import { targetKey } from './stored-targets.ts';

/** A Link that the actor sets: not one that stands in the document already. */
export interface ChosenLink {
  /** Whose field it is. */
  plan: DocTypePlan;
  field: FieldPlan;
  target: string;
  name: string;
}

/** Those of the links that lead where the actor may not look. */
export async function hiddenLinks(ctx: WriteContext, chosen: readonly ChosenLink[]): Promise<ReadonlySet<ChosenLink>> {
  const hidden = new Set<ChosenLink>();
  if (chosen.length === 0 || isAdministrator(ctx.actor)) return hidden;
  const asked: Promise<void>[] = [];
  for (const isFree of [false, true]) {
    const actor = isFree ? withoutRestrictions(ctx.actor) : ctx.actor;
    const byTarget = new Map<DocTypePlan, ChosenLink[]>();
    for (const link of chosen) {
      if (isFreeLink(link) !== isFree) continue;
      const plan = ctx.snapshot.find(link.target);
      if (!plan) continue;
      if (isOutOfReach(ctx, actor, plan, link.name)) hidden.add(link);
      else if (isNarrowed(ctx, actor, plan)) byTarget.set(plan, [...(byTarget.get(plan) ?? []), link]);
    }
    for (const [plan, links] of byTarget) asked.push(hideUnseen({ ctx, actor, plan, links, hidden }));
  }
  await Promise.all(asked);
  return hidden;
}

/** What lies above one's own nodes does not hide them; to put a node there is another thing. */
function isFreeLink({ plan, field, target }: ChosenLink): boolean {
  const isPlace = plan.isTree && target === plan.name && [plan.treeParentField, 'old_parent'].includes(field.fieldname);
  return isSet(field.field.ignore_user_permissions) && !isPlace;
}

function accessOf(ctx: WriteContext, actor: Actor, plan: DocTypePlan) {
  const rules = ctx.services.controllers.rowRules(plan.name);
  const access = decide({ snapshot: ctx.snapshot, plan, actor, action: 'select', rules });
  return underPolicy(ctx, { plan, action: 'select', access });
}

/** A DocType of which nothing can be chosen; of `DocType` itself, those that the actor may know of. */
function isOutOfReach(ctx: WriteContext, actor: Actor, plan: DocTypePlan, name: string): boolean {
  if (plan.name !== DOCTYPE) return !accessOf(ctx, actor, plan).allowed;
  const named = ctx.snapshot.find(name);
  return named !== undefined && !knowsDocType(ctx, named);
}

const DOCTYPE = 'DocType';

/** Whether the actor may know of a DocType; of a child table through a document that has it, or as who reads DocTypes. */
export function knowsDocType(ctx: WriteContext, plan: DocTypePlan): boolean {
  const { actor, snapshot } = ctx;
  if (isAdministrator(actor)) return true;
  if (!plan.definition.istable) return accessOf(ctx, actor, plan).isVisible;
  const doctypes = snapshot.find(DOCTYPE);
  if (doctypes && accessOf(ctx, actor, doctypes).allowed) return true;
  return (inboundOf(snapshot).parents.get(plan.name) ?? []).some((host) => {
    const access = accessTo(ctx, host.plan, 'read');
    return access.isVisible && access.canRead(host.field.fieldname);
  });
}

function isNarrowed(ctx: WriteContext, actor: Actor, plan: DocTypePlan): boolean {
  const hasTable = plan.storage === 'table' || plan.storage === 'child';
  return hasTable && accessOf(ctx, actor, plan).rows.kind !== 'all';
}

async function hideUnseen(q: {
  ctx: WriteContext;
  actor: Actor;
  plan: DocTypePlan;
  links: readonly ChosenLink[];
  hidden: Set<ChosenLink>;
}): Promise<void> {
  const { ctx, plan } = q;
  const names = [...new Set(q.links.map((link) => link.name))].sort();
  const { statement, page } = listStatement({
    snapshot: ctx.snapshot,
    plan,
    access: (each) => accessOf(ctx, q.actor, each),
    request: {
      fields: [{ kind: 'path', path: 'name' }],
      filter: condition('name', 'in', names),
      search: [],
      groupBy: [],
      order: [],
      limit: names.length,
      offset: 0,
      count: 'none',
      expand: [],
    },
    now: ctx.now,
  });
  const [row] = await ctx.tx.query(statement);
  const seen = JSON.parse(page(row ?? {}).items) as { name: string }[];
  const keys = new Set(seen.map(({ name }) => targetKey(plan.name, name)));
  for (const link of q.links) if (!keys.has(targetKey(plan.name, link.name))) q.hidden.add(link);
}

/** Links with `ignore_user_permissions` are free of them; the answers hang on the actor, so this one is kept. */
const unrestricted = new WeakMap<Actor, Actor>();

function withoutRestrictions(actor: Actor): Actor {
  if (!actor.restrictions?.length) return actor;
  const known = unrestricted.get(actor) ?? { ...actor, restrictions: [] };
  unrestricted.set(actor, known);
  return known;
}
