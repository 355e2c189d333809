/**
 * What a stored document fetches from: asked for in the same breath as the document itself. Every save
 * copies `fetch_from` values anew, and nearly none changes the links that they come through.
 */
import { type StoredLink, type StoredWish, storedTargetsStatement } from '../db/link-targets.ts';
import type { Document } from '../kernel/document.ts';
import { isUuid } from '../query/values.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import type { WriteContext } from './contract.ts';

export interface Target {
  docstatus: number;
  fetched: Document | null;
}

/** Targets by DocType and name. */
export type Targets = Map<string, Target>;

export function targetKey(doctype: string, name: string): string {
  return `${doctype}\n${name}`;
}

export function toTargets(rows: readonly Record<string, unknown>[]): Targets {
  const targets: Targets = new Map();
  for (const row of rows) {
    targets.set(targetKey(String(row.doctype), String(row.name)), {
      docstatus: Number(row.docstatus),
      fetched: row.fetched as Document | null,
    });
  }
  return targets;
}

/** Sent, not awaited: to be called right after the document's own statement was sent. */
export function askStoredTargets(ctx: WriteContext, plan: DocTypePlan, key: string): Promise<Targets> {
  const wishes = wishesOf(ctx.snapshot, plan);
  if (wishes.length === 0) return Promise.resolve(new Map());
  const asked = ctx.tx
    .query(storedTargetsStatement({ table: plan.table, key, isId: isUuid(key), wishes }))
    .then(toTargets);
  // Awaited when the links are looked at; a document that is not there ends the write before.
  asked.catch(() => undefined);
  return asked;
}

const known = new WeakMap<Snapshot, Map<string, readonly StoredWish[]>>();

function wishesOf(snapshot: Snapshot, plan: DocTypePlan): readonly StoredWish[] {
  const byName = known.get(snapshot) ?? new Map<string, readonly StoredWish[]>();
  known.set(snapshot, byName);
  let wishes = byName.get(plan.name);
  if (!wishes) {
    wishes = collect(snapshot, plan);
    byName.set(plan.name, wishes);
  }
  return wishes;
}

interface Draft {
  plan: DocTypePlan;
  sources: Set<FieldPlan>;
  links: StoredLink[];
}

function collect(snapshot: Snapshot, plan: DocTypePlan): StoredWish[] {
  const drafts = new Map<string, Draft>();
  addLinks({ snapshot, drafts, plan });
  for (const name of new Set(plan.tables.map((table) => table.childDocType as string))) {
    const child = snapshot.find(name);
    if (child?.storage === 'child') addLinks({ snapshot, drafts, plan: child, childTable: child.table });
  }
  return [...drafts.values()].map((draft) => ({ ...draft, sources: [...draft.sources] }));
}

/** Links through which a field of the same row is fetched, to DocTypes with a table. */
function addLinks(q: { snapshot: Snapshot; drafts: Map<string, Draft>; plan: DocTypePlan; childTable?: string }): void {
  for (const field of q.plan.links) {
    const target = field.link && 'doctype' in field.link ? q.snapshot.find(field.link.doctype) : undefined;
    if (!target || target.table === '') continue;
    const sources = sourcesThrough(q.plan, field, target);
    if (sources.length === 0) continue;
    const draft = q.drafts.get(target.name) ?? { plan: target, sources: new Set<FieldPlan>(), links: [] };
    q.drafts.set(target.name, draft);
    for (const source of sources) draft.sources.add(source);
    draft.links.push({ column: field.column as string, childTable: q.childTable });
  }
}

/** The fields of the target that some field of the linking row copies. */
export function sourcesThrough(plan: DocTypePlan, link: FieldPlan, target: DocTypePlan): FieldPlan[] {
  const sources: FieldPlan[] = [];
  for (const field of plan.columns) {
    if (field.fetch?.link !== link.fieldname) continue;
    const source = target.byName.get(field.fetch.source);
    if (source?.column && !source.type.secret) sources.push(source);
  }
  return sources;
}
