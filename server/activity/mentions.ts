/**
 * Who is named in a text: `data-mention="user"` (and the `data-id` of Frappe's mentions), and @user in what is read.
 * Looked for in the sanitised text, so that what counts is what is shown. Only enabled users are found.
 */
import type { WriteContext } from '../documents/contract.ts';
import { GUEST } from '../kernel/actor.ts';

const MOST = 50;
const MARKED = /<[a-z][^<>]*\sdata-mention="([^"]{1,200})"[^<>]*>/gi;
const FRAPPES = /<span\b[^<>]*\bclass="(?:[^"]*\s)?mention(?:\s[^"]*)?"[^<>]*>/gi;
const DATA_ID = /\sdata-id="([^"]{1,200})"/i;
/** A name, perhaps an e-mail address; not the end of one. */
const SPOKEN = /(?<![\p{L}\p{N}._@+-])@([\p{L}\p{N}_.+-]{1,100}(?:@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63})+)?)/gu;

/** Words that may be names of users, in the order in which they stand, at most 50. */
export function namedIn(html: string): string[] {
  const found: string[] = [];
  for (const [, name] of html.matchAll(MARKED)) found.push(decoded(name as string));
  for (const [tag] of html.matchAll(FRAPPES)) {
    const id = DATA_ID.exec(tag)?.[1];
    if (id !== undefined) found.push(decoded(id));
  }
  const text = decoded(html.replace(/<[^<>]*>/g, ' '));
  for (const [, name] of text.matchAll(SPOKEN)) found.push((name as string).replace(/[.+-]+$/, ''));
  return [...new Set(found.filter((name) => name !== ''))].slice(0, MOST);
}

/** Those of them who are enabled users, by name or username. */
export async function mentionedUsers(ctx: WriteContext, html: string): Promise<string[]> {
  const named = namedIn(html).filter((name) => !name.includes('\0'));
  if (named.length === 0) return [];
  const wanted = [...new Set([...named, ...named.map((name) => name.toLowerCase())])];
  const rows = await ctx.tx.query({
    name: 'mentioned_users',
    text: `select name from "user" where enabled and name <> $2 and (name = any($1::text[]) or username = any($1::text[]))
      order by name limit ${MOST}`,
    values: [wanted, GUEST],
  });
  return rows.map((row) => String(row.name));
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&nbsp;', ' '],
]);

function decoded(text: string): string {
  return text.replace(/&(?:amp|lt|gt|quot|#39|nbsp);/g, (entity) => ENTITIES.get(entity) ?? entity);
}
