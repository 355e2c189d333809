/**
 * A renamed user stays who they were: documents that they own are still theirs, and a new user of the old name
 * gets none of them.
 */
import { foldEmail } from '../auth/user-records.ts';
import { quote } from '../db/rows.ts';
import { noteSome } from '../documents/changes.ts';
import type { WriteContext } from '../documents/contract.ts';
import type { Value } from '../kernel/document.ts';

export async function carryOwner(
  ctx: WriteContext,
  q: { id: string; email: Value | undefined; from: string; to: string; merge: boolean },
): Promise<void> {
  const { tx } = ctx;
  // Every table is looked through: that takes its time, and happens once in a user's life.
  tx.send({ text: `set local statement_timeout = '10min'`, values: [] });
  const columns = await tx.query({
    text: `select c.table_name as table, c.column_name as column from information_schema.columns c
      join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = current_schema() and t.table_type = 'BASE TABLE'
        and c.column_name in ('owner', 'modified_by') and c.table_name not like 'm\\_%'`,
    values: [],
  });
  for (const { table, column } of columns) {
    const [on, of] = [quote(String(table)), quote(String(column))];
    tx.send({ text: `update ${on} set ${of} = $2 where ${of} = $1`, values: [q.from, q.to] });
  }
  // Whose documents they were, nobody has counted.
  for (const name of ctx.snapshot.names) {
    const plan = ctx.snapshot.find(name);
    if (plan?.storage === 'table' || plan?.storage === 'single') noteSome(ctx, plan);
  }
  tx.send({
    text: `update deleted_document set data = jsonb_set(data, '{owner}', to_jsonb($2::text)) where data->>'owner' = $1`,
    values: [q.from, q.to],
  });
  const hasNameAsEmail = typeof q.email === 'string' && q.email === foldEmail(q.from);
  if (hasNameAsEmail && !q.merge && q.to.includes('@'))
    tx.send({
      text: 'update "user" set email = $2, email_verified = false where id = $1::uuid',
      values: [q.id, foldEmail(q.to)],
    });
}
