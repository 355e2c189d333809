/**
 * Documents of virtual DocTypes: their repository supplies and keeps them, filters and pages are done
 * here with the same meaning as in SQL.
 */

import type { Action } from '../access/decide.ts';
import type { ChangeEvent } from '../kernel/changes.ts';
import { type Document, newDocument } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import type { Filter } from '../kernel/filter.ts';
import { evaluateList, type MemoryPage } from '../query/in-memory.ts';
import type { ListRequest } from '../query/request.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { noteChange } from './changes.ts';
import { computeFields } from './computed.ts';
import { accessFor, accessTo, forbidden } from './context.ts';
import type { Context, GivenDocument, Repository, WriteContext } from './contract.ts';
import { notFound } from './load.ts';
import { repointLinks } from './references.ts';
import { coversInMemory } from './rule-in-memory.ts';

export interface VirtualDocument {
  text: string;
  name: string;
  version: number;
}

export async function getVirtual(
  ctx: Context,
  plan: DocTypePlan,
  q: { name: string; fields?: readonly string[] },
): Promise<VirtualDocument> {
  const found = await reachable(ctx, plan, { name: q.name, action: 'read' });
  const full = newDocument([
    ['doctype', plan.name],
    ...Object.entries(computeFields(ctx, plan, readablePart(ctx, plan, found))),
  ]);
  const shown =
    q.fields?.includes('*') === false
      ? newDocument(q.fields.map((fieldname) => [fieldname, full[knownField(ctx, plan, fieldname)]] as const))
      : full;
  return { text: JSON.stringify(shown), name: String(found.name), version: Number(found._version ?? 0) };
}

/** The document, when the actor may have it for that. Throws `not_found`, and `forbidden` when he may read it only. */
async function reachable(ctx: Context, plan: DocTypePlan, q: { name: string; action: Action }): Promise<Document> {
  const found = await repositoryOf(ctx, plan).get(ctx, plan, q.name);
  if (!found || !coversInMemory(ctx, { plan, doc: found, action: 'read' })) throw notFound(plan, q.name);
  if (!coversInMemory(ctx, { plan, doc: found, action: q.action })) throw forbidden(ctx, plan, q.action, q.name);
  return found;
}

function readablePart(ctx: Context, plan: DocTypePlan, document: Document): Document {
  const access = accessTo(ctx, plan, 'read');
  const entries = Object.entries(document).flatMap(([key, value]) => {
    const field = plan.byName.get(key);
    // What a repository gives beside the fields (its definition's unknown keys) is shown to who sees every field.
    if (field ? !access.canRead(key) : !accessTo(ctx, plan, 'write').allowed) return [];
    const child = field?.childDocType === undefined ? undefined : ctx.snapshot.find(field.childDocType);
    if (!child || !Array.isArray(value)) return [[key, value] as const];
    const within = accessTo(ctx, child, 'read', plan);
    const rows = (value as Document[]).map((row) =>
      newDocument(Object.entries(row).filter(([name]) => !child.byName.has(name) || within.canRead(name))),
    );
    return [[key, rows] as const];
  });
  return newDocument(entries);
}

function knownField(ctx: Context, plan: DocTypePlan, fieldname: string): string {
  if (!plan.byName.has(fieldname) || !accessTo(ctx, plan, 'read').canRead(fieldname))
    throw new AppError('bad_request', `${plan.name} has no field ${JSON.stringify(fieldname)}.`);
  return fieldname;
}

export async function listVirtual(ctx: Context, plan: DocTypePlan, request: ListRequest): Promise<string> {
  return JSON.stringify(await evaluate(ctx, plan, request));
}

export async function countVirtual(ctx: Context, plan: DocTypePlan, filter: Filter): Promise<number> {
  const page = await evaluate(ctx, plan, {
    filter,
    search: [],
    groupBy: [],
    limit: 1,
    offset: 0,
    count: 'exact',
    expand: [],
  });
  return page.total ?? 0;
}

async function evaluate(ctx: Context, plan: DocTypePlan, request: ListRequest): Promise<MemoryPage> {
  const documents = await repositoryOf(ctx, plan).list(ctx, plan, request);
  return evaluateList({
    plan,
    snapshot: ctx.snapshot,
    access: accessFor(ctx, 'read'),
    request,
    documents,
    now: ctx.now,
  });
}

export async function createVirtual(
  ctx: WriteContext,
  plan: DocTypePlan,
  given: GivenDocument,
): Promise<VirtualDocument> {
  const insert = must(repositoryOf(ctx, plan), 'insert', plan);
  return written(ctx, plan, { name: await insert(ctx, plan, given), event: 'insert' });
}

export async function updateVirtual(
  ctx: WriteContext,
  plan: DocTypePlan,
  q: { name: string; given: GivenDocument; version?: number },
): Promise<VirtualDocument> {
  await reachable(ctx, plan, { name: q.name, action: 'write' });
  const update = must(repositoryOf(ctx, plan), 'update', plan);
  const given = q.version === undefined ? q.given : { _version: q.version, ...q.given };
  return written(ctx, plan, { name: await update(ctx, plan, q.name, given), event: 'update' });
}

export async function removeVirtual(ctx: WriteContext, plan: DocTypePlan, name: string): Promise<void> {
  const found = await reachable(ctx, plan, { name, action: 'delete' });
  await must(repositoryOf(ctx, plan), 'remove', plan)(ctx, plan, name);
  noteChange(ctx, plan, { name: String(found.name), event: 'delete' });
}

export async function renameVirtual(
  ctx: WriteContext,
  plan: DocTypePlan,
  q: { name: string; to: string },
): Promise<VirtualDocument> {
  const found = await reachable(ctx, plan, { name: q.name, action: 'rename' });
  const rename = must(repositoryOf(ctx, plan), 'rename', plan);
  const name = await rename(ctx, plan, q.name, q.to.trim());
  // No key carries a Link to what has no table: shares, comments and versions name DocTypes.
  repointLinks({ ctx, plan, name: String(found.name), to: name, carried: false });
  noteChange(ctx, plan, { name: String(found.name), event: 'rename' });
  return written(ctx, plan, { name, event: 'rename' });
}

/** What a repository keeps elsewhere is told with the transaction too, and not when others change it there. */
async function written(
  ctx: WriteContext,
  plan: DocTypePlan,
  change: { name: string; event: ChangeEvent },
): Promise<VirtualDocument> {
  noteChange(ctx, plan, change);
  return getVirtual(ctx, plan, change);
}

function repositoryOf(ctx: Context, plan: DocTypePlan): Repository {
  const repository = ctx.services.repositories.find(plan.name);
  if (repository) return repository;
  return { list: async (): Promise<readonly Document[]> => [], get: async () => undefined };
}

function must<K extends 'insert' | 'update' | 'remove' | 'rename'>(
  repository: Repository,
  what: K,
  plan: DocTypePlan,
): NonNullable<Repository[K]> {
  const method = repository[what];
  if (!method)
    throw new AppError('wrong_state', `${plan.name} documents come from outside and cannot be written here.`);
  return method as NonNullable<Repository[K]>;
}
