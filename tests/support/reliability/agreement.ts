/**
 * Whether database and metadata agree: tables as the definitions say, each definition its history's last,
 * a start that would change nothing. Asked of the database alone, whatever the servers believe.
 */
import path from 'node:path';
import { expect } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/pool.ts';
import { syncCore } from '../../../server/doctypes/core.ts';
import { findDrift } from '../../../server/doctypes/drift.ts';
import { openSnapshotStore } from '../../../server/doctypes/store.ts';
import { builtinFieldTypes, createRegistry } from '../../../server/fieldtypes/registry.ts';
import { silentLog } from '../silent-log.ts';
import { ROOT } from '../sources.ts';

const registry = createRegistry(builtinFieldTypes);

export function openObserver(url: string): Database {
  return openDatabase({ url, size: 2, statementTimeoutMs: 30_000, log: silentLog });
}

/** The version that is in force. Fails with the differences. `removed`: tables that DocTypes left behind. */
export async function expectAgreement(db: Database): Promise<number> {
  const store = await openSnapshotStore({ db, registry, log: silentLog });
  const snapshot = store.current();
  const drift = await findDrift(db, snapshot);
  expect(drift.changes).toEqual([]);
  expect(await db.query({ text: STRAYED, values: [] })).toEqual([]);
  // Tables that belong to nobody were left by a DocType that was removed: its history says so.
  const left = await db.query({ text: `select distinct table_name as name from m_doctype_history`, values: [] });
  const known = new Set(left.map((row) => row.name));
  expect(drift.strangers.filter((name) => !known.has(name))).toEqual([]);
  const invalid = await db.query({
    text: 'select indexrelid::regclass::text from pg_index where not indisvalid',
    values: [],
  });
  expect(invalid).toEqual([]);
  return snapshot.version;
}

/** A start would find nothing to bring up to date. */
export async function expectCoreUpToDate(db: Database): Promise<void> {
  const store = await openSnapshotStore({ db, registry, log: silentLog });
  const ids = { uuid: () => crypto.randomUUID() as string };
  const changes = { publish: () => undefined };
  const services = { db, store, registry, clock: { now: () => Date.now() }, ids, log: silentLog, changes };
  expect(await syncCore(services, path.join(ROOT, 'schemas'))).toEqual([]);
}

/** DocTypes that are not what their history says last, and the other way round. */
const STRAYED = `
  select coalesce(d.name, h.doctype) as name, d.version, h.version as in_history, h.action
  from doctype d
  full join (select distinct on (doctype_id) * from m_doctype_history order by doctype_id, id desc) h on h.doctype_id = d.id
  where (d.id is null and h.action <> 'remove')
     or (d.id is not null and (h.id is null or h.action = 'remove' or h.version <> d.version or h.checksum <> d.checksum
         or h.doctype <> d.name or h.definition::text <> d.definition::text or h.states <> d.states))`;
