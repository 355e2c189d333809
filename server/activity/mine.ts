/**
 * Across all documents: what is assigned to the caller, where they are mentioned, which tags are in use. Of documents
 * that they may read now; a page is filled up while there is more.
 */
import { permit, planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { readList } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import { condition } from '../kernel/filter.ts';
import type { ListRequest } from '../query/request.ts';
import { type Assignment, type AssignmentState, assignmentColumns } from './assignments.ts';
import { columnsSql } from './comments.ts';
import { beforeSql, nextAfter, type PageWish, type Place, placeBefore } from './page.ts';
import { type Face, facesOf } from './people.ts';
import { COMMENT, plainTable, prepared, TODO, tableOf, timeSql } from './tables.ts';

interface About {
  reference: { doctype: string; name: string; title: string | null };
}

export type MyAssignment = Assignment & About;

export interface Mention extends About {
  id: string;
  name: string;
  by: string;
  content: string;
  creation: string;
}

export interface MinePage<T> {
  items: T[];
  next: string | null;
  users: Record<string, Face>;
}

/** Newest first. */
export async function assignedToMe(
  ctx: Context,
  q: PageWish & { status?: AssignmentState },
): Promise<MinePage<MyAssignment>> {
  const table = tableOf(ctx, TODO);
  const { column } = table;
  const page = await fill(ctx, q, async (place, limit) => {
    const values: (string | number | null)[] = [ctx.actor.user, q.status ?? null, limit];
    return ctx.services.db.query(
      prepared({
        text: `select ${assignmentColumns(ctx)}, ${timeSql('t.creation')} as at, t.${column(TODO.typeField)} as about_doctype,
          t.${column(TODO.nameField)} as about_name from ${table.name} t
        where t.${column('allocated_to')} = $1 and ($2::text is null or t.${column('status')} = $2)
          and t.${column(TODO.nameField)} is not null${beforeSql('t', place, values)}
        order by t.creation desc, t.id desc limit $3`,
        values,
      }),
    );
  });
  const items = page.items as unknown as MyAssignment[];
  return {
    ...page,
    items,
    users: await facesOf(
      ctx,
      items.map((item) => item.assigned_by),
    ),
  };
}

/** Newest first. */
export async function mentionsOfMe(ctx: Context, q: PageWish): Promise<MinePage<Mention>> {
  const table = tableOf(ctx, COMMENT);
  const mention = plainTable(ctx, 'Comment Mention');
  const { column } = table;
  const page = await fill(ctx, q, async (place, limit) => {
    const values: (string | number | null)[] = [ctx.actor.user, limit];
    return ctx.services.db.query(
      prepared({
        text: `select ${columnsSql(ctx)}, c.${column(COMMENT.typeField)} as about_doctype, c.${column(COMMENT.nameField)} as about_name
        from ${table.name} c where c.id in (select m.parent_id from ${mention.name} m where m.${mention.column('user')} = $1)
          and c.${column(COMMENT.nameField)} is not null${beforeSql('c', place, values)}
        order by c.creation desc, c.id desc limit $2`,
        values,
      }),
    );
  });
  const items = page.items.map((item): Mention => {
    const { id, name, by, content, at, reference } = item as unknown as Mention & Place;
    return { id, name, by, content: content ?? '', creation: at, reference };
  });
  return {
    ...page,
    items,
    users: await facesOf(
      ctx,
      items.map((item) => item.by),
    ),
  };
}

type Found = Record<string, unknown>;
const ROUNDS = 5;

/** Asks for more until the page is full: what is out of the caller's sight is no part of it. */
async function fill(
  ctx: Context,
  q: PageWish,
  ask: (place: Place | undefined, limit: number) => Promise<Found[]>,
): Promise<{ items: Found[]; next: string | null }> {
  const items: Found[] = [];
  let place = placeBefore(q.before);
  for (let round = 0; round < ROUNDS; round++) {
    const rows = await ask(place, q.limit + 1);
    const titles = await titlesOf(ctx, rows);
    for (const [index, row] of rows.entries()) {
      place = { at: String(row.at), id: String(row.id) };
      const title = titles.get(`${row.about_doctype}\n${row.about_name}`);
      if (title === undefined) continue;
      const { about_doctype: doctype, about_name: name, ...rest } = row;
      items.push({ ...rest, reference: { doctype, name, title } });
      const isLast = index === rows.length - 1 && rows.length <= q.limit;
      if (items.length === q.limit) return { items, next: isLast ? null : nextAfter(place) };
    }
    if (rows.length <= q.limit) return { items, next: null };
  }
  return { items, next: place ? nextAfter(place) : null };
}

/** Titles of those documents that the caller may read, by DocType and name; null where a document has none of its own. */
async function titlesOf(ctx: Context, rows: readonly Found[]): Promise<Map<string, string | null>> {
  const wanted = new Map<string, Set<string>>();
  for (const row of rows) {
    const doctype = String(row.about_doctype);
    wanted.set(doctype, (wanted.get(doctype) ?? new Set()).add(String(row.about_name)));
  }
  const found = new Map<string, string | null>();
  for (const [doctype, names] of wanted)
    for (const [name, title] of await readable(ctx, doctype, [...names])) found.set(`${doctype}\n${name}`, title);
  return found;
}

async function readable(ctx: Context, doctype: string, names: readonly string[]): Promise<[string, string | null][]> {
  if (!ctx.snapshot.find(doctype)) return [];
  try {
    const plan = planOf(ctx, doctype);
    const access = permit(ctx, plan, 'read');
    if (plan.storage === 'single') return [[plan.name, null]];
    const title =
      access.canRead(plan.titleField) && plan.byName.get(plan.titleField)?.column ? plan.titleField : 'name';
    // As a reader: who may only choose a document does not read what hangs on it.
    const text = await readList(ctx, { doctype, request: listOf(['name', title], names), action: 'read' });
    const { items } = JSON.parse(text) as { items: Record<string, unknown>[] };
    return items.map((doc) => [String(doc.name), title === 'name' ? null : String(doc[title] ?? '')]);
  } catch (error) {
    if (error instanceof AppError) return [];
    throw error;
  }
}

function listOf(fields: readonly string[], names: readonly string[]): ListRequest {
  return {
    fields: [...new Set(fields)].map((path) => ({ kind: 'path', path })),
    filter: condition('name', 'in', names),
    search: [],
    groupBy: [],
    limit: names.length,
    offset: 0,
    count: 'none',
    expand: [],
  };
}
