/**
 * Which of some documents each of several people may read now. What their rules ask of the documents' own values is
 * told in memory, of one look at them; for a rule that asks more PostgreSQL is asked, once for all who share it.
 */
import type { Access } from '../access/decide.ts';
import { asSystem, permit, planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { toDocument } from '../documents/load.ts';
import { readDocument, readList } from '../documents/read.ts';
import { holdsInMemory } from '../documents/rule-in-memory.ts';
import { withFreshPlan } from '../http/fresh.ts';
import type { Document } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import type { Filter } from '../kernel/filter.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Listener } from './listener.ts';

/** What somebody may see of a DocType at this moment. */
export interface Grant {
  ctx: Context;
  plan: DocTypePlan;
  access: Access;
  /** The same for people who see the same documents. */
  key: string;
}

/** Throws what a read would: `not_found`, `forbidden`, `unauthenticated`. */
export function grantFor({ call, actor }: Listener, doctype: string): Promise<Grant> {
  return withFreshPlan({ ...call, now: call.http.services.clock.now() }, actor, async (ctx) => {
    const plan = planOf(ctx, doctype);
    const access = permit(ctx, plan, 'read');
    return { ctx, plan, access, key: `${ctx.actor.tenant ?? ''}\n${textOf(access.rows)}` };
  });
}

/** Rules are remembered with people, and long. */
const texts = new WeakMap<Filter, string>();

function textOf(rule: Filter): string {
  const text = texts.get(rule) ?? JSON.stringify(rule);
  texts.set(rule, text);
  return text;
}

export interface Looked {
  /** As they are now, by name; whoever may see them. */
  documents: ReadonlyMap<string, Document>;
  maySee(grant: Grant, name: string): boolean;
}

/** Names in one statement. */
const AT_ONCE = 500;

/** All of one DocType and one tenant. `count`: called for each statement. */
export async function look(grants: readonly Grant[], names: readonly string[], count: () => void): Promise<Looked> {
  const byKey = new Map(grants.map((grant) => [grant.key, grant]));
  const documents = new Map<string, Document>();
  const seen = new Map<string, Set<string>>();
  for (let at = 0; at < names.length; at += AT_ONCE) {
    const part = names.slice(at, at + AT_ONCE);
    for (const [name, document] of await documentsOf([...byKey.values()], part, count)) documents.set(name, document);
  }
  for (const [key, grant] of byKey) seen.set(key, await namesFor(grant, documents, count));
  return { documents, maySee: ({ key }, name) => seen.get(key)?.has(name) === true };
}

/** Of documents that are in no table: read one by one, as each rule lets through. For few of them. */
export async function lookElsewhere(
  grants: readonly Grant[],
  names: readonly string[],
  count: () => void,
): Promise<Pick<Looked, 'maySee'>> {
  const seen = new Set<string>();
  for (const { ctx, plan, key } of new Map(grants.map((grant) => [grant.key, grant])).values()) {
    for (const name of names) {
      count();
      const found = await readDocument(ctx, { doctype: plan.name, name, fields: ['name'] }).catch(notThere);
      if (found) seen.add(`${key}\n${name}`);
    }
  }
  return { maySee: ({ key }, name) => seen.has(`${key}\n${name}`) };
}

function notThere(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'not_found') return undefined;
  throw error;
}

async function documentsOf(
  grants: readonly Grant[],
  names: readonly string[],
  count: () => void,
): Promise<Map<string, Document>> {
  const { ctx, plan } = grants[0] as Grant;
  const fields = new Set(['name', 'modified', 'modified_by', ...grants.flatMap(({ access }) => pathsIn(access.rows))]);
  count();
  const system = asSystem(ctx, 'looks at documents that changed, for those who follow them');
  const items = await listed(system, plan, { names, fields: [...fields].filter((path) => isColumn(plan, path)) });
  return new Map(items.map((item) => [String(item.name), toDocument(item)]));
}

async function namesFor(grant: Grant, documents: ReadonlyMap<string, Document>, count: () => void) {
  const { ctx, plan, access } = grant;
  const names = new Set<string>();
  const unclear: string[] = [];
  for (const [name, document] of documents) {
    const holds = holdsInMemory(ctx, plan, access.rows, document);
    if (holds) names.add(name);
    else if (holds === undefined) unclear.push(name);
  }
  for (let at = 0; at < unclear.length; at += AT_ONCE) {
    count();
    const items = await listed(ctx, plan, { names: unclear.slice(at, at + AT_ONCE), fields: ['name'] });
    for (const { name } of items) names.add(String(name));
  }
  return names;
}

async function listed(
  ctx: Context,
  plan: DocTypePlan,
  q: { names: readonly string[]; fields: readonly string[] },
): Promise<Record<string, unknown>[]> {
  const text = await readList(ctx, {
    doctype: plan.name,
    action: 'read',
    request: {
      fields: q.fields.map((path) => ({ kind: 'path', path })),
      filter: { kind: 'condition', path: 'name', operator: 'in', value: q.names },
      search: [],
      groupBy: [],
      order: [],
      limit: AT_ONCE,
      offset: 0,
      count: 'none',
      expand: [],
    },
  });
  return (JSON.parse(text) as { items: Record<string, unknown>[] }).items;
}

function isColumn(plan: DocTypePlan, path: string): boolean {
  return plan.byName.get(path)?.column !== undefined;
}

function pathsIn(rule: Filter): string[] {
  if (rule.kind === 'condition') return [rule.path];
  if (rule.kind === 'and' || rule.kind === 'or') return rule.of.flatMap(pathsIn);
  return rule.kind === 'not' ? pathsIn(rule.of) : [];
}
