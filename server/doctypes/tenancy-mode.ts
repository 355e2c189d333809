/**
 * Whether the database holds one tenant or many, and the way from the one to the other, which leads in one
 * direction only. What was there belongs to the tenant `default` afterwards.
 */
import { readCatalog } from '../db/catalog.ts';
import { ddl } from '../db/ddl.ts';
import type { Queryable, Transaction } from '../db/pool.ts';
import { insertRows, quote } from '../db/rows.ts';
import { ADMINISTRATOR, GUEST } from '../kernel/actor.ts';
import { type Document, newDocument } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import { EVERY_TENANT, OPERATOR, TENANT_COLUMN, type TenancyMode } from '../kernel/tenancy.ts';
import { toTimestamp } from '../kernel/time.ts';
import { diffTable, type TableChange } from '../schema/diff.ts';
import type { DocTypePlan, Snapshot } from '../schema/plan.ts';
import { wantedRowSecurity } from '../schema/row-security.ts';
import { wantedTable } from '../schema/tables.ts';
import { inOrder } from './assess.ts';
import type { SchemaServices } from './edits.ts';

/** Whose the documents are that were there before there were tenants. */
export const FIRST_TENANT = 'default';

/** What the database is. Throws AppError for what cannot be: back to one tenant, or a role that row security does not bind. */
export async function readTenancy(db: Queryable, wanted: TenancyMode): Promise<TenancyMode> {
  const [row] = await db.query({ text: 'select mode from m_tenancy', values: [] });
  const stored: TenancyMode = row?.mode === 'column' ? 'column' : 'single';
  if (stored === 'column' && wanted === 'single') {
    throw new AppError(
      'wrong_state',
      'This database holds the documents of many tenants, and TENANCY is single: everybody would see those of all. Set TENANCY=column. There is no way back but a new database.',
    );
  }
  if (wanted === 'column') await refuseUnboundRole(db);
  return stored;
}

async function refuseUnboundRole(db: Queryable): Promise<void> {
  const [role] = await db.query({
    text: 'select rolname as name, rolsuper as is_super from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)',
    values: [],
  });
  if (!role) return;
  throw new AppError(
    'wrong_state',
    `With TENANCY=column row security keeps the tenants apart, and the database role ${JSON.stringify(role.name)} ${role.is_super ? 'is a superuser' : 'has BYPASSRLS'}, which it does not bind. Use another role in DATABASE_URL: alter role … nosuperuser nobypassrls.`,
  );
}

/** Makes a database of one tenant one of many, in one transaction; other processes must be stopped. Gives the number of tables. */
export function switchToColumn(services: SchemaServices): Promise<number> {
  return services.db.forTenant(EVERY_TENANT).transaction(async (tx) => {
    tx.send({ text: `set local statement_timeout = '30min'`, values: [] });
    tx.send({ text: `select pg_advisory_xact_lock(hashtext('framework-m schema ' || current_schema()))`, values: [] });
    const snapshot = services.store.current();
    const plans = snapshot.names
      .map((name) => snapshot.find(name))
      .filter((plan): plan is DocTypePlan => plan !== undefined && plan.table !== '');
    const catalog = await readCatalog(
      tx,
      plans.map((plan) => plan.table),
    );
    const changes = inOrder(plans.flatMap((plan) => diffTable(wantedTable(plan, snapshot), catalog.get(plan.table))));
    const [columns, rest] = [changes.filter(isTenantColumn), changes.filter((change) => !isTenantColumn(change))];
    for (const change of columns) for (const text of addFilled(change)) tx.send({ text, values: [] });
    if (columns.length > 0) giveToOperator(tx, plans, snapshot);
    for (const change of rest) for (const text of ddl(change)) tx.send({ text, values: [] });
    const tenants = snapshot.find('Tenant');
    if (tenants) tx.send(insertRows(tenants, [{ values: firstTenant(services) }]));
    tx.send({ text: `update m_tenancy set mode = 'column'`, values: [] });
    return columns.length;
  });
}

function firstTenant(services: SchemaServices): Document {
  const now = toTimestamp(services.clock.now());
  return newDocument([
    ['id', services.ids.uuid()],
    ['name', FIRST_TENANT],
    ['owner', ADMINISTRATOR],
    ['modified_by', ADMINISTRATOR],
    ['creation', now],
    ['modified', now],
    ['docstatus', 0],
    ['idx', 0],
    ['_version', 1],
    ['enabled', true],
  ]);
}

type AddColumn = Extract<TableChange, { op: 'add_column' }>;

function isTenantColumn(change: TableChange): change is AddColumn {
  return change.op === 'add_column' && change.column === TENANT_COLUMN;
}

/** Rows that exist get a constant, which costs nothing; new ones get the tenant that their statement asks for. */
function addFilled(change: AddColumn): string[] {
  const { wanted } = change;
  if (!wanted.isCall) return ddl(change);
  const filled = { ...change, wanted: { ...wanted, default: FIRST_TENANT, isCall: undefined } };
  return [...ddl(filled), ...ddl({ op: 'set_default', table: change.table, column: change.column, wanted })];
}

/** The operator and the guest, what is part of them, and rows of what is common to all. */
function giveToOperator(tx: Transaction, plans: readonly DocTypePlan[], snapshot: Snapshot): void {
  const set = `set ${TENANT_COLUMN} = $1`;
  const values = [OPERATOR];
  const users = [ADMINISTRATOR, GUEST];
  tx.send({ text: `update "user" ${set} where name = any($2::text[])`, values: [...values, users] });
  for (const plan of plans) {
    if (plan.storage !== 'child') continue;
    const { commonParents } = wantedRowSecurity(plan, snapshot);
    tx.send({
      text: `update ${quote(plan.table)} ${set} where parenttype = any($2::text[]) or (parenttype = 'User' and parent = any($3::text[]))`,
      values: [...values, [...commonParents], users],
    });
  }
}
