/** Files that are attached to a document, as its form lists them. Who may read the document may know of them. */
import type { Context } from '../documents/contract.ts';
import type { Subject } from './subject.ts';
import { plainTable, prepared, timeSql } from './tables.ts';

export interface Attachment {
  name: string;
  file_name: string | null;
  file_url: string | null;
  file_size: number | null;
  file_type: string | null;
  is_private: boolean;
  field: string | null;
  owner: string;
  creation: string;
}

const MOST = 200;

/** Newest first, of a document that was read already. */
export async function attachmentsOf(ctx: Context, { plan, name }: Subject): Promise<Attachment[]> {
  const { name: table, column } = plainTable(ctx, 'File');
  const rows = await ctx.services.db.query(
    prepared({
      text: `select f.name, f.${column('file_name')} as file_name, f.${column('file_url')} as file_url,
        f.${column('file_size')}::float8 as file_size, f.${column('file_type')} as file_type,
        coalesce(f.${column('is_private')}, false) as is_private, f.${column('attached_to_field')} as field, f.owner,
        ${timeSql('f.creation')} as creation
      from ${table} f where f.${column('attached_to_doctype')} = $1 and f.${column('attached_to_name')} = $2
      order by f.creation desc, f.id desc limit ${MOST}`,
      values: [plan.name, name],
    }),
  );
  return rows as unknown as Attachment[];
}
