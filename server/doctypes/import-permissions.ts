/**
 * Custom DocPerms of an import. Frappe keeps the DocType in the row's `parent`, which here is `ref_doctype`.
 * A `custom/<doctype>.json` holds all rows of its DocType and replaces them; a fixture holds single ones.
 */
import type { Transaction } from '../db/pool.ts';
import { quote } from '../db/rows.ts';
import { noteChange } from '../documents/changes.ts';
import type { Actor } from '../kernel/actor.ts';
import { type DocPerm, type DocTypeJson, isSet } from '../kernel/doctype.ts';
import { canonicalJson, isObject } from '../kernel/json.ts';
import { MAX_DOCUMENT_NAME, shortHash } from '../kernel/names.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { ensureCompanions } from './companions.ts';
import type { SchemaServices } from './edits.ts';
import { storeCustomization } from './store-customization.ts';

export interface PermissionRows {
  doctype: string;
  rows: Record<string, unknown>[];
  /** The rows are all that the DocType is to have. */
  isWhole: boolean;
}

/** The `custom_perms` of a customization file; rows without a DocType are those of the file's. */
export function permissionRows(rows: readonly unknown[], fallback: unknown, isWhole: boolean): PermissionRows[] {
  const byDocType = new Map<string, Record<string, unknown>[]>();
  for (const row of rows) {
    if (!isObject(row)) continue;
    const doctype = String(row.ref_doctype ?? row.parent ?? fallback ?? '');
    if (doctype !== '') byDocType.set(doctype, [...(byDocType.get(doctype) ?? []), { ...row, ref_doctype: doctype }]);
  }
  return [...byDocType].map(([doctype, found]) => ({ doctype, rows: found, isWhole }));
}

/** The DocTypes whose permissions changed. A role that is missing is made, as for a DocType's own rows. */
export async function storePermissions(q: {
  services: SchemaServices;
  tx: Transaction;
  actor: Actor;
  permissions: readonly PermissionRows[];
}): Promise<string[]> {
  const plan = q.services.store.current().find('Custom DocPerm');
  const permissions = q.permissions.map((each) => ({ ...each, rows: each.rows.filter((row) => hasRole(row)) }));
  if (plan?.storage !== 'table' || permissions.length === 0) return [];
  const roles = permissions.map(
    ({ doctype, rows }): DocTypeJson => ({ name: doctype, fields: [], permissions: rows as DocPerm[] }),
  );
  await ensureCompanions(q.services, q.tx, roles);
  const touched: string[] = [];
  for (const each of permissions) if (await storeOfDocType({ ...q, plan, each })) touched.push(each.doctype);
  return touched;
}

async function storeOfDocType(q: {
  services: SchemaServices;
  tx: Transaction;
  actor: Actor;
  plan: DocTypePlan;
  each: PermissionRows;
}): Promise<boolean> {
  const { tx, plan, each } = q;
  const named = each.rows.map((row) => ({ row: { ...row, role: String(row.role).trim() }, name: nameOf(row) }));
  let isChanged = false;
  if (each.isWhole && named.length > 0) {
    const gone = await tx.query({
      text: `delete from ${quote(plan.table)} where ref_doctype = $1 and name <> all($2::text[]) returning name`,
      values: [each.doctype, named.map(({ name }) => name)],
    });
    isChanged = gone.length > 0;
    for (const { name } of gone) noteChange(q, plan, { name: String(name), event: 'delete' });
  }
  for (const { row, name } of named) isChanged = (await storeCustomization({ ...q, row, name })) || isChanged;
  return isChanged;
}

function hasRole(row: Record<string, unknown>): boolean {
  return typeof row.role === 'string' && row.role.trim() !== '' && row.role.length <= MAX_DOCUMENT_NAME;
}

/** As it came, or one that says what the row is about and is the same at each import. */
function nameOf(row: Record<string, unknown>): string {
  if (typeof row.name === 'string' && row.name !== '') return row.name.slice(0, MAX_DOCUMENT_NAME);
  const own = isSet(row.if_owner);
  const about = [row.ref_doctype, row.role, Number(row.permlevel) || 0, own, row.condition ?? ''];
  const shown = `${String(row.ref_doctype)}-${String(row.role)}-${Number(row.permlevel) || 0}`;
  return `${shown.slice(0, 120)}-${shortHash(canonicalJson(about))}`;
}
