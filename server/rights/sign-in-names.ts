/**
 * What users sign in with belongs to one of them: a name, an address, a second name or a telephone number that is
 * somebody else's, in whatever spelling, is refused.
 */
import type { WriteContext } from '../documents/contract.ts';
import { type Document, isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';

const FIELDS = ['name', 'email', 'username', 'mobile_no'] as const;

/** Throws `duplicate` that names the field, not its holder. */
export async function refuseTakenNames(ctx: WriteContext, doc: Document, before: Document | undefined): Promise<void> {
  const changed = FIELDS.filter((field) => !isEmpty(doc[field]) && doc[field] !== before?.[field]);
  if (changed.length === 0) return;
  // Two who take the same one at the same moment wait for each other.
  ctx.tx.send({ text: `select pg_advisory_xact_lock(hashtext('framework-m sign-in names'))`, values: [] });
  const wanted = changed.map((field) => String(doc[field]).toLowerCase());
  const rows = await ctx.tx.query({
    text: `select lower(taken.value) as value from "user" u,
        lateral (values (u.name), (u.email), (u.username), (u.mobile_no)) as taken (value)
      where u.id is distinct from $2::uuid and lower(taken.value) = any($1::text[])`,
    values: [wanted, isEmpty(doc.id) ? null : String(doc.id)],
  });
  const taken = new Set(rows.map((row) => row.value));
  const field = changed.find((_, index) => taken.has(wanted[index] as string));
  if (field === undefined) return;
  const message = `Another user signs in with this ${field} already, as a name, an address or a number. Choose another one.`;
  throw new AppError('duplicate', message, { errors: [{ field, code: 'duplicate', message }] });
}
