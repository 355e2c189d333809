/** Fills a field that is fetched through a link from now on, where it is empty (FORMAT.md 4.5): one UPDATE. */
import { sql } from 'kysely';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { compileSql } from './ddl.ts';

export interface Backfill {
  table: string;
  column: string;
  link: string;
  targetTable: string;
  source: string;
  /** Tenants have rows of their own under one name: only the same tenant's is meant. */
  withinTenant: boolean;
}

/** Fields that did not fetch before and whose source has the same type; others are fetched on the next save. */
export function backfills(before: DocTypePlan, after: DocTypePlan, snapshot: Snapshot): Backfill[] {
  const old = new Map(before.fields.map((field) => [field.id, field]));
  return after.columns.flatMap((field) => {
    if (!field.fetch || !field.column || old.get(field.id)?.fetch) return [];
    const link = after.byName.get(field.fetch.link);
    const target = link?.link && 'doctype' in link.link ? snapshot.find(link.link.doctype) : undefined;
    const source = target?.byName.get(field.fetch.source);
    if (!link?.column || !target || target.table === '' || target.storage === 'single' || !isCopy(field, source))
      return [];
    return [
      {
        table: after.table,
        column: field.column,
        link: link.column,
        targetTable: target.table,
        source: source?.column as string,
        withinTenant: target.tenancy === 'own',
      },
    ];
  });
}

function isCopy(field: FieldPlan, source: FieldPlan | undefined): boolean {
  return (
    source?.column !== undefined && source.sql?.type === field.sql?.type && !source.type.html && !source.type.secret
  );
}

export function backfillSql(fill: Backfill): string {
  const column = sql.id(fill.column);
  return compileSql(sql`update ${sql.id(fill.table)} t set ${column} = s.${sql.id(fill.source)} from ${sql.id(fill.targetTable)} s
    where s.name = t.${sql.id(fill.link)}${fill.withinTenant ? sql` and s.${sql.id(TENANT_COLUMN)} = t.${sql.id(TENANT_COLUMN)}` : sql``} and (t.${column} is null or t.${column}::text in ('', '0')) and s.${sql.id(fill.source)} is not null`)
    .text;
}
