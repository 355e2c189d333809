/**
 * The numbers of a tree whose documents were there before it was one (nested sets, documents/tree.ts): one
 * UPDATE that follows the parents. Documents whose parents go round in a circle keep no place.
 */
import { sql } from 'kysely';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { compileSql } from './ddl.ts';

/** Depth first, siblings in the order of their ids: `lft` is twice the place in that order, less the depth. */
export function numberTreeSql(plan: DocTypePlan): string {
  const column = (fieldname: string) => sql.id(plan.byName.get(fieldname)?.column as string);
  const parent = column(plan.treeParentField);
  const table = sql.id(plan.table);
  const tenant = sql.id(TENANT_COLUMN);
  const same = plan.tenancy === 'own' ? sql` and p.${tenant} = c.${tenant}` : sql``;
  return compileSql(sql`with recursive walk(id, path) as (
      select c.id, array[c.id] from ${table} c where not exists (select from ${table} p where p.name = c.${parent}${same})
      union all
      select c.id, w.path || c.id from walk w join ${table} p on p.id = w.id join ${table} c on c.${parent} = p.name${same}),
    placed as (select id, path, cardinality(path) as depth, row_number() over (order by path) as place from walk),
    sizes as (select a.id, count(*) as size from placed, unnest(path) as a(id) group by a.id)
    update ${table} t set ${column('lft')} = 2 * placed.place - placed.depth,
      ${column('rgt')} = 2 * placed.place - placed.depth + 2 * sizes.size - 1,
      ${column('is_group')} = t.${column('is_group')} or sizes.size > 1, ${column('old_parent')} = t.${parent}
    from placed join sizes using (id) where t.id = placed.id`).text;
}
