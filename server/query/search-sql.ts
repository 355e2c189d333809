/** Text search of a list (`q=`): a word occurs in the name, the title or another searchable field. */
import { sql } from 'kysely';
import { isSet } from '../kernel/doctype.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { typeOf } from './predicates.ts';
import { type Reader, readableColumns } from './resolve.ts';
import { fieldColumn, type Scope, type Sql, slot, type Weaving } from './sql-scope.ts';

/** The columns that a search looks into, as far as the caller may read them. */
export function searchedColumns(reader: Reader, plan: DocTypePlan): FieldPlan[] {
  const named = new Set(['name', plan.titleField, ...plan.searchFields]);
  return readableColumns(reader, plan).filter((field) => {
    const isText = typeOf(field) === 'text' && !field.type.secret;
    return isText && (named.has(field.fieldname) || isSet(field.field.in_global_search));
  });
}

/** One word of the search, as a condition on the scope. */
export function searchSql(q: { weaving: Weaving; scope: Scope; term: number }): Sql {
  const { term, scope } = q;
  const columns = searchedColumns(q.weaving.reader, scope.plan);
  if (columns.length === 0) return sql`false`;
  const pattern = sql`${termSlot(term)}::text`;
  const found = columns.map((field) => sql`${fieldColumn(scope, field)} ilike ${pattern}`);
  return sql`(${sql.join(found, sql` or `)})`;
}

/** Apart, so that it closes over nothing else (predicate-sql.ts). */
function termSlot(term: number): Sql {
  return slot(`term ${term}`, (binding) => `%${escapeLike(binding.terms?.[term] ?? '')}%`);
}

function escapeLike(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
