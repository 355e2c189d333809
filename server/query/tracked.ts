/**
 * The statement of a change whose DocType tracks changes: what was there is locked first, and what differs
 * afterwards becomes a Version in the same breath (documents/versions.ts says what one holds).
 */
import { sql } from 'kysely';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { jsonColumn } from './object-sql.ts';
import { column, fieldColumn, fromTable, type Scope, type Sql, slot, type Weaving } from './sql-scope.ts';

const WAS = 'was';

export function trackedSql(q: {
  weaving: Weaving;
  scope: Scope;
  /** Those that are set. */
  fields: readonly FieldPlan[];
  where: Sql;
  sets: Sql;
  answer: Sql;
}): Sql {
  const { scope, fields } = q;
  const before = sql.join([column(scope, 'id'), ...fields.map((field) => fieldColumn(scope, field))]);
  const alias = sql.id(scope.alias);
  const changes = sql.join(
    fields.map((field) => changeSql(scope, field)),
    sql` || `,
  );
  return sql`with ${sql.id(WAS)} as materialized (select ${before} from ${fromTable(scope)} where ${q.where} for update of ${alias}),
    changed as (update ${fromTable(scope)} set ${q.sets} from ${sql.id(WAS)} where ${column(scope, 'id')} = ${sql.id(WAS, 'id')}
      returning ${q.answer}, ${column(scope, 'modified')} as modified, ${changes} as changes),
    kept as (${versionSql(q.weaving, scope.plan)})
    select doc, id, name, _version, is_readable, stale from changed`;
}

/** `[["status", "Open", "Closed"]]`, or `[]`: NULL and an empty text are the same to a person. */
function changeSql(scope: Scope, field: FieldPlan): Sql {
  const [was, is] = [sql.id(WAS, field.column as string), fieldColumn(scope, field)].map((value) => ({
    text: sql`nullif(${value}::text, '')`,
    json: jsonColumn(value, field.json),
  })) as [{ text: Sql; json: Sql }, { text: Sql; json: Sql }];
  const change = sql`jsonb_build_array(jsonb_build_array(${sql.lit(field.fieldname)}::text, ${was.json}, ${is.json}))`;
  return sql`case when ${was.text} is distinct from ${is.text} then ${change} else '[]'::jsonb end`;
}

function versionSql(weaving: Weaving, plan: DocTypePlan): Sql {
  const version = weaving.reader.snapshot.find('Version');
  if (!version) throw new Error('the built-in DocType Version is missing');
  const by = slot('by', ({ change }) => change?.by ?? null);
  const values: readonly (readonly [string, Sql])[] = [
    ['id', sql`${slot('record id', ({ change }) => change?.record?.id ?? null)}::uuid`],
    ['name', sql`${slot('record name', ({ change }) => change?.record?.name ?? null)}::text`],
    ['owner', sql`${by}::text`],
    ['creation', sql`modified`],
    ['modified', sql`modified`],
    ['modified_by', sql`${by}::text`],
    ['docstatus', sql`0`],
    ['idx', sql`0`],
    ['_version', sql`1`],
    ['ref_doctype', sql.lit(plan.name)],
    ['docname', sql`name`],
    ['version_no', sql`_version::bigint`],
    [
      'data',
      sql`jsonb_build_object('changed', changes, 'added', '[]'::jsonb, 'removed', '[]'::jsonb, 'row_changed', '[]'::jsonb)`,
    ],
  ];
  const columns = values.map(([fieldname]) => sql.id(version.byName.get(fieldname)?.column ?? fieldname));
  const selected = sql.join(values.map(([, value]) => value));
  return sql`insert into ${sql.id(version.table)} (${sql.join(columns)}) select ${selected} from changed where changes <> '[]'::jsonb`;
}
