/** What hangs on a document, as a sub-select in its list: rows of a table that names documents by DocType and name. */
import { sql } from 'kysely';
import type { FieldPlan } from '../schema/plan.ts';
import type { Attached } from './request.ts';
import { column, fieldColumn, fromTable, rootScope, type Scope, type Sql, type Weaving } from './sql-scope.ts';

/** A number, or a JSON list of texts in their order. Whoever sees the document sees these. */
export function attachedSql(weaving: Weaving, document: Scope, q: Attached): Sql {
  const plan = weaving.reader.snapshot.find(q.doctype);
  if (plan?.storage !== 'table') throw new Error(`nothing hangs on documents in ${q.doctype}`);
  const scope = rootScope(weaving, plan);
  const at = (fieldname: string): Sql => {
    const field: FieldPlan | undefined = plan.byName.get(fieldname);
    if (!field) throw new Error(`there is no ${q.doctype}.${fieldname}`);
    return fieldColumn(scope, field);
  };
  const conditions = [
    sql`${at(q.typeField)} = ${sql.lit(document.plan.name)}`,
    sql`${at(q.nameField)} = ${column(document, 'name')}`,
    ...q.only.map(([fieldname, value]) => sql`${at(fieldname)} = ${sql.lit(value)}`),
  ];
  const from = sql`from ${fromTable(scope)} where ${sql.join(conditions, sql` and `)}`;
  if (q.value === undefined) return sql`(select count(*) ${from})`;
  const value = at(q.value);
  return sql`coalesce((select json_agg(distinct ${value}) filter (where ${value} is not null) ${from}), '[]'::json)`;
}
