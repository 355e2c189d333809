/** What is shown of people beside what they did: the name and the picture, as every mention of them has it. */
import type { Context } from '../documents/contract.ts';

export interface Face {
  full_name: string;
  user_image: string | null;
}

/** By user name; one that is gone has the name alone. */
export async function facesOf(ctx: Context, users: Iterable<string | null>): Promise<Record<string, Face>> {
  const names = [...new Set(users)].filter((user): user is string => user !== null && user !== '').sort();
  if (names.length === 0) return {};
  const rows = await (ctx.tx ?? ctx.services.db).query({
    name: 'faces',
    text: 'select name, full_name, user_image from "user" where name = any($1::text[])',
    values: [names],
  });
  const known = new Map(rows.map((row) => [String(row.name), row]));
  return Object.fromEntries(
    names.map((name): [string, Face] => {
      const row = known.get(name);
      return [name, { full_name: String(row?.full_name || name), user_image: (row?.user_image as string) || null }];
    }),
  );
}
