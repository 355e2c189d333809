/** Tags on a document: who may read it sees them, who may write it puts them there and takes them away. */
import { asSystem, forbidden, inTransaction } from '../documents/context.ts';
import type { Context, WriteContext } from '../documents/contract.ts';
import { createDocument } from '../documents/create.ts';
import { removeDocument } from '../documents/remove.ts';
import { AppError } from '../kernel/error.ts';
import { mayDo } from '../sharing/rows.ts';
import { type Address, lockActivity, noteActivity, type Subject, subjectForWrite, subjectOf } from './subject.ts';
import { plainTable, prepared, TAG_LINK, tableOf } from './tables.ts';

const WHY = 'a tag on a document that the user may write';
const LONGEST = 60;
const MOST_TAGS = 50;

/** In the order of the alphabet. Throws `not_found`. */
export async function tagsOf(ctx: Context, q: Address): Promise<string[]> {
  return tagRows(ctx, await subjectOf(ctx, q));
}

/** The same for a document that was read already. */
export async function tagRows(ctx: Context, { plan, name }: Subject): Promise<string[]> {
  const table = tableOf(ctx, TAG_LINK);
  const rows = await (ctx.tx ?? ctx.services.db).query(
    prepared({
      text: `select distinct t.${table.column('tag')} as tag from ${table.name} t where ${table.isAbout('$1', '$2', 't')} order by 1`,
      values: [plan.name, name],
    }),
  );
  return rows.map((row) => String(row.tag));
}

/** Makes tags that are not there yet; a known one is found whatever its case. Throws `validation`, `forbidden`, `not_found`. */
export async function addTags(ctx: Context, q: Address & { tags: readonly string[] }): Promise<string[]> {
  const wanted = [...new Set(q.tags.map(acceptTag))];
  return changeTags(ctx, q, async (within, subject) => {
    const there = new Set(await tagRows(within, subject));
    lockTags(within, wanted);
    const known = await knownTags(within, wanted);
    for (const tag of wanted) {
      const name = known.get(tag.toLowerCase()) ?? tag;
      if (there.has(name)) continue;
      there.add(name);
      if (there.size > MOST_TAGS) throw refusal(`A document has at most ${MOST_TAGS} tags. Take others away first.`);
      if (!known.has(tag.toLowerCase())) {
        await createDocument(asSystem(within, WHY), { doctype: 'Tag', given: { name } });
        known.set(tag.toLowerCase(), name);
      }
      const given = { tag: name, [TAG_LINK.typeField]: subject.plan.name, [TAG_LINK.nameField]: subject.name };
      await createDocument(asSystem(within, WHY), { doctype: TAG_LINK.doctype, given });
    }
  });
}

/** One that is not there is no fault. Throws `forbidden`, `not_found`. */
export async function removeTag(ctx: Context, q: Address & { tag: string }): Promise<string[]> {
  const table = tableOf(ctx, TAG_LINK);
  return changeTags(ctx, q, async (within, { plan, name }) => {
    if (q.tag.includes('\0')) return;
    const rows = await within.tx.query(
      prepared({
        text: `select t.name from ${table.name} t where ${table.isAbout('$1', '$2', 't')} and lower(t.${table.column('tag')}) = lower($3)`,
        values: [plan.name, name, q.tag.trim()],
      }),
    );
    for (const row of rows)
      await removeDocument(asSystem(within, WHY), { doctype: TAG_LINK.doctype, name: String(row.name), hard: true });
  });
}

async function changeTags(
  ctx: Context,
  q: Address,
  change: (ctx: WriteContext, subject: Subject) => Promise<void>,
): Promise<string[]> {
  return inTransaction(ctx, async (within) => {
    const subject = await subjectForWrite(within, q);
    const { plan, name } = subject;
    if (!(await mayDo(within, { plan, name, action: 'write' }))) throw forbidden(within, plan, 'write', name);
    lockActivity(within, subject);
    await change(within, subject);
    noteActivity(within, subject);
    return tagRows(within, subject);
  });
}

/** Two who make the same tag, on whichever documents, wait for each other; in one order, so that none waits for ever. */
function lockTags(ctx: WriteContext, tags: readonly string[]): void {
  for (const tag of [...new Set(tags.map((each) => each.toLowerCase()))].sort())
    ctx.tx.send({
      name: 'lock_tag',
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`tag ${tag}`],
    });
}

/** As they are written, by how they are written in small letters. */
async function knownTags(ctx: WriteContext, tags: readonly string[]): Promise<Map<string, string>> {
  const table = plainTable(ctx, 'Tag');
  const rows = await ctx.tx.query(
    prepared({
      text: `select name from ${table.name} where lower(name) = any($1::text[]) order by creation desc`,
      values: [tags.map((tag) => tag.toLowerCase())],
    }),
  );
  return new Map(rows.map((row) => [String(row.name).toLowerCase(), String(row.name)]));
}

function acceptTag(given: string): string {
  const tag = given.trim().replace(/\s+/g, ' ');
  // A comma parts tags in Frappe's columns, and what cannot be seen tells no tags apart.
  if (tag === '' || tag.length > LONGEST || /[,<>\p{C}]/u.test(tag))
    throw refusal(`A tag is a word or a few, at most ${LONGEST} characters, without commas, < and >.`);
  return tag;
}

function refusal(message: string): AppError {
  return new AppError('validation', message, { errors: [{ field: 'tags', code: 'bad_tag', message }] });
}
