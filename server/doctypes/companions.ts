/** Modules and roles that a DocType names come into being with it, as Frappe does (SEMANTICS.md 2.3). */
import type { Transaction } from '../db/pool.ts';
import { insertRows, quote } from '../db/rows.ts';
import { noteChange } from '../documents/changes.ts';
import { ADMINISTRATOR } from '../kernel/actor.ts';
import type { DocTypeJson } from '../kernel/doctype.ts';
import { newDocument } from '../kernel/document.ts';
import { toTimestamp } from '../kernel/time.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { SchemaServices } from './edits.ts';

/** Adds the Module Defs and Roles that are missing, in the edit's transaction. */
export async function ensureCompanions(
  services: SchemaServices,
  tx: Transaction,
  definitions: readonly DocTypeJson[],
): Promise<void> {
  const modules = new Set(definitions.map((definition) => text(definition.module)).filter(Boolean));
  const roles = new Set(
    definitions.flatMap((definition) => (definition.permissions ?? []).map((row) => text(row?.role))).filter(Boolean),
  );
  const snapshot = services.store.current();
  await ensure({ services, tx, plan: snapshot.find('Module Def'), fieldname: 'module_name', names: modules });
  await ensure({ services, tx, plan: snapshot.find('Role'), fieldname: 'role_name', names: roles });
}

function text(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, 140) : '';
}

async function ensure(q: {
  services: SchemaServices;
  tx: Transaction;
  plan: DocTypePlan | undefined;
  fieldname: string;
  names: ReadonlySet<string>;
}): Promise<void> {
  const { services, tx, plan } = q;
  if (plan?.storage !== 'table' || q.names.size === 0) return;
  const known = await tx.query({
    text: `select name from ${quote(plan.table)} where name = any($1::text[])`,
    values: [[...q.names]],
  });
  const present = new Set(known.map((row) => row.name));
  const now = toTimestamp(services.clock.now());
  const rows = [...q.names]
    .filter((name) => !present.has(name))
    .map((name) => ({
      values: newDocument([
        ['id', services.ids.uuid()],
        ['name', name],
        ['owner', ADMINISTRATOR],
        ['modified_by', ADMINISTRATOR],
        ['creation', now],
        ['modified', now],
        ['docstatus', 0],
        ['idx', 0],
        ['_version', 1],
        [q.fieldname, name],
      ]),
    }));
  if (rows.length > 0) tx.send(insertRows(plan, rows));
  for (const { values } of rows) noteChange(q, plan, { name: String(values.name), event: 'insert' });
}
