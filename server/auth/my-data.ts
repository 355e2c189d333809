/**
 * Everything that is kept about a person, as one JSON text: profile, sessions, keys and identities without
 * their secrets, what they said in comments, how they left their lists, and the documents that are theirs or name them, as far as they may read them.
 */
import { accessTo } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { readDocument, readList } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import { parseListRequest } from '../query/wire.ts';
import { inboundOf } from '../schema/inbound.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { readProfile } from './profile.ts';

const PER_DOCTYPE = 1000;
const MAX_DOCUMENTS = 5000;
const MAX_CHARACTERS = 20_000_000;
const RFC_3339 = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;
const time = (column: string): string => `to_char(t.${column} at time zone 'UTC', ${RFC_3339}) as ${column}`;

interface Gathered {
  /** JSON texts of documents by DocType. */
  documents: Map<string, string[]>;
  /** DocTypes of which more is there than was taken. */
  truncated: string[];
  count: number;
  characters: number;
}

/** The context is the person's own: what they may not read is not in it. */
export async function exportMyData(ctx: Context): Promise<string> {
  const gathered = await gather(ctx);
  const head = {
    exported: new Date(ctx.now).toISOString(),
    profile: await readProfile(ctx),
    ...(await accountOf(ctx)),
    truncated: gathered.truncated,
    hint:
      gathered.truncated.length === 0
        ? undefined
        : 'There is more of the DocTypes in "truncated" than fits here; GET /api/v1/{doctype} lists them page by page.',
  };
  const documents = [...gathered.documents].map(
    ([doctype, texts]) => `${JSON.stringify(doctype)}:[${texts.join(',')}]`,
  );
  return `${JSON.stringify(head).slice(0, -1)},"documents":{${documents.join(',')}}}`;
}

async function accountOf(ctx: Context): Promise<Record<string, unknown>> {
  const ask = (columns: string, table: string) =>
    ctx.services.db.query({
      text: `select ${columns} from ${table} t join "user" u on u.id = t.user_id where u.name = $1 order by t.created limit 1000`,
      values: [ctx.actor.user],
    });
  const sessions = `${time('created')}, ${time('last_used')}, ${time('expires')}, t.ip, t.agent, t.method`;
  return {
    sessions: await ask(sessions, 'm_session'),
    api_keys: await ask(`t.label, t.scopes, ${time('created')}, ${time('expires')}, ${time('last_used')}`, 'm_api_key'),
    identities: await ask(`t.issuer, t.subject, t.email, ${time('created')}`, 'm_identity'),
    comments: await ctx.services.db.query({
      text: `select t.content, ${time('creation')} from comment t where t.owner = $1 order by t.creation, t.id limit 1000`,
      values: [ctx.actor.user],
    }),
    list_settings: await ctx.services.db.query({
      text: `select t.for_doctype as doctype, t.data from user_setting t where t."user" = $1 order by t.for_doctype limit 1000`,
      values: [ctx.actor.user],
    }),
    second_factor: await ask(`${time('created')}, ${time('confirmed')}`, 'm_totp'),
  };
}

async function gather(ctx: Context): Promise<Gathered> {
  const gathered: Gathered = { documents: new Map(), truncated: [], count: 0, characters: 0 };
  const links = linksToUser(ctx);
  for (const name of ctx.snapshot.names) {
    const plan = ctx.snapshot.find(name);
    if (plan?.storage !== 'table') continue;
    const access = accessTo(ctx, plan, 'read');
    if (!access.allowed) continue;
    const fieldnames = ['owner', ...(links.get(name) ?? [])].filter((fieldname) => access.canRead(fieldname));
    if (plan.name === 'User') fieldnames.push('name');
    if (fieldnames.length > 0) await gatherOne(ctx, { plan, fieldnames, gathered });
  }
  return gathered;
}

async function gatherOne(
  ctx: Context,
  q: { plan: DocTypePlan; fieldnames: readonly string[]; gathered: Gathered },
): Promise<void> {
  const { plan, gathered } = q;
  const left = MAX_DOCUMENTS - gathered.count;
  const isFull = left <= 0 || gathered.characters > MAX_CHARACTERS;
  const wish = {
    or_filters: JSON.stringify(q.fieldnames.map((fieldname) => [fieldname, '=', ctx.actor.user])),
    fields: plan.tables.length === 0 ? '*' : 'name',
    limit: String(isFull ? 1 : Math.min(left, PER_DOCTYPE)),
    order_by: 'creation asc',
    count: 'none',
  };
  const page = JSON.parse(
    await readList(ctx, { doctype: plan.name, request: parseListRequest(new Map(Object.entries(wish))) }),
  ) as {
    items: { name: string }[];
    has_more: boolean;
  };
  if (page.items.length === 0) return;
  if (isFull || page.has_more) gathered.truncated.push(plan.name);
  if (isFull) return;
  const texts: string[] = [];
  for (const item of page.items) {
    const text = plan.tables.length === 0 ? JSON.stringify(item) : await readWhole(ctx, plan, item.name);
    if (text === undefined) continue;
    gathered.characters += text.length;
    texts.push(text);
  }
  gathered.count += texts.length;
  gathered.documents.set(plan.name, texts);
}

/** With its rows; undefined when it went meanwhile. */
async function readWhole(ctx: Context, plan: DocTypePlan, name: string): Promise<string | undefined> {
  try {
    return (await readDocument(ctx, { doctype: plan.name, name })).text;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'not_found' || error.code === 'forbidden')) return undefined;
    throw error;
  }
}

function linksToUser(ctx: Context): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { plan, field } of inboundOf(ctx.snapshot).links.get('User') ?? [])
    if (plan.storage === 'table') found.set(plan.name, [...(found.get(plan.name) ?? []), field.fieldname]);
  return found;
}
