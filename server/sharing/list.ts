/** Who has what of a document, and what somebody has given and been given. Only of what the asker may read. */
import { planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { listDocuments, readDocument } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import { condition } from '../kernel/filter.ts';
import type { ListRequest } from '../query/request.ts';
import { mayDo, type ShareRow, shareRows } from './rows.ts';

/** The shares of a document: all for who may share it, else those that concern the asker. Throws `not_found`. */
export async function sharesOf(ctx: Context, q: { doctype: string; name: string }): Promise<ShareRow[]> {
  const { name } = await readDocument(ctx, { ...q, fields: ['name'] });
  const plan = planOf(ctx, q.doctype);
  if (plan.storage !== 'table') return [];
  const rows = await shareRows(ctx, { doctype: plan.name, name });
  if (await mayDo(ctx, { plan, name, action: 'share' })) return rows;
  const { user } = ctx.actor;
  return rows.filter((row) => row.everyone || row.user === user || row.shared_by === user);
}

export interface MyShares {
  given: ShareRow[];
  /** What is worth something now: documents that the giver may no longer reach are not in it. */
  received: ShareRow[];
}

/** The newest of each. */
export async function myShares(ctx: Context, limit: number): Promise<MyShares> {
  const { user } = ctx.actor;
  const given = await shareRows(ctx, { sharedBy: user, limit });
  const received = await shareRows(ctx, { with: user, limit });
  const visible = await visibleNames(ctx, [...given, ...received]);
  const isVisible = (row: ShareRow) => visible.get(row.doctype)?.has(row.name) === true;
  return { given: given.filter(isVisible), received: received.filter(isVisible) };
}

async function visibleNames(ctx: Context, rows: readonly ShareRow[]): Promise<Map<string, Set<string>>> {
  const wanted = new Map<string, Set<string>>();
  for (const row of rows) wanted.set(row.doctype, (wanted.get(row.doctype) ?? new Set()).add(row.name));
  const visible = new Map<string, Set<string>>();
  for (const [doctype, names] of wanted) {
    const found = await namesOf(ctx, doctype, [...names]);
    visible.set(doctype, new Set(found));
  }
  return visible;
}

async function namesOf(ctx: Context, doctype: string, names: readonly string[]): Promise<string[]> {
  if (!ctx.snapshot.find(doctype)) return [];
  const request: ListRequest = {
    fields: [{ kind: 'path', path: 'name' }],
    filter: condition('name', 'in', names),
    search: [],
    groupBy: [],
    limit: names.length,
    offset: 0,
    count: 'none',
    expand: [],
  };
  try {
    return (await listDocuments(ctx, doctype, request)).map((doc) => String(doc.name));
  } catch (error) {
    // A DocType that the asker has no right on any more has no visible documents.
    if (error instanceof AppError) return [];
    throw error;
  }
}
