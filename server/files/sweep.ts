/**
 * What nothing names any more goes: drafts that were never kept, and content that no File has named for a while,
 * not even one in the recycle bin. May run at any time, in several processes, and be cut off anywhere.
 */
import type { Database, Transaction } from '../db/pool.ts';
import type { Queryable } from '../db/statements.ts';
import type { Logger } from '../kernel/ports.ts';
import { TENANT_COLUMN, type TenancyMode } from '../kernel/tenancy.ts';
import { seizeContent } from './locks.ts';
import { spaceOf } from './rows.ts';
import type { ContentKey, FileStore } from './store.ts';

export interface SweepInput {
  store: FileStore;
  /** For the rows of all tenants. */
  db: Database;
  tenancy: TenancyMode;
  log: Logger;
}

export interface SweepTimes {
  now: number;
  /** A draft that nobody has written to for so long is nobody's. */
  draftMs: number;
  /** So long content stays that nothing names. */
  graceMs: number;
}

export interface Swept {
  drafts: number;
  contents: number;
}

export async function sweepFiles(q: SweepInput, times: SweepTimes): Promise<Swept> {
  const drafts = await q.store.removeDrafts(times.now - times.draftMs);
  let contents = 0;
  for await (const keys of q.store.list()) {
    const named = await namedAmong(q, q.db, keys);
    for (const key of keys) {
      if (named.has(textOf(key))) await q.store.unmarkOrphan(key);
      else if ((await q.store.markOrphan(key, times.now)) <= times.now - times.graceMs && (await removeContent(q, key)))
        contents += 1;
    }
  }
  if (drafts + contents > 0) q.log.info({ drafts, contents }, 'files that nothing names were removed');
  return { drafts, contents };
}

/** Asked again under the lock: an upload of the same content may have come since. */
function removeContent(q: SweepInput, key: ContentKey): Promise<boolean> {
  return q.db.transaction(async (tx: Transaction) => {
    if (!(await seizeContent(tx, key)) || (await namedAmong(q, tx, [key])).has(textOf(key))) return false;
    await q.store.remove(key);
    return true;
  });
}

/** Those that a File names, or one in the recycle bin. */
async function namedAmong(q: SweepInput, db: Queryable, keys: readonly ContentKey[]): Promise<ReadonlySet<string>> {
  const tenant = q.tenancy === 'column' ? TENANT_COLUMN : `''::text as ${TENANT_COLUMN}`;
  const rows = await db.query({
    text: `select content_hash as hash, ${tenant} from "file" where content_hash = any($1::text[])
      union select data->>'content_hash', ${tenant} from deleted_document
      where deleted_doctype = 'File' and not restored and data->>'content_hash' = any($1::text[])`,
    values: [[...new Set(keys.map(({ hash }) => hash))]],
  });
  return new Set(rows.map((row) => textOf({ hash: String(row.hash), space: spaceOf(tenantOf(row)) })));
}

function tenantOf(row: Readonly<Record<string, unknown>>): string | undefined {
  const tenant = row[TENANT_COLUMN];
  return typeof tenant === 'string' && tenant !== '' ? tenant : undefined;
}

function textOf({ space, hash }: ContentKey): string {
  return `${space}/${hash}`;
}
