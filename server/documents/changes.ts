/**
 * What a transaction writes, noted while it runs and told when it is committed, as one batch. Not noted: rows
 * of child tables (they are their parent's change), Naming Counters, and values that an edit of the schema
 * fills in or takes away, which everybody learns from the schema's own version.
 */
import type { Transaction } from '../db/pool.ts';
import {
  addChange,
  type ChangeEvent,
  type ChangeMap,
  type Changes,
  type DocumentChange,
  someOf,
} from '../kernel/changes.ts';
import { EVERY_TENANT, type Tenancy } from '../kernel/tenancy.ts';

interface Noting {
  tx: Transaction;
  services: { changes: Changes };
}

/** The DocType, and whose its documents are. */
interface About {
  name: string;
  tenancy?: Tenancy;
}

/** One document, under its name. To be called by everything that stores, renames or erases documents. */
export function noteChange(at: Noting, about: About, change: { name: string; event: ChangeEvent }): void {
  const tenant = tenantOf(at, about);
  if (tenant === EVERY_TENANT) {
    // Work about all tenants does not know whose document it was: all hear of the DocType, and of no name.
    noteSome(at, about);
    return;
  }
  const { name, event } = change;
  const doctype = about.name;
  at.tx.afterCommit(() =>
    collect(at, tenant === undefined ? { doctype, name, event } : { doctype, name, event, tenant }),
  );
}

/** Some documents of the DocType: what a statement reached that names none. */
export function noteSome(at: Noting, about: About): void {
  const tenant = tenantOf(at, about);
  const change = someOf(about.name, tenant === EVERY_TENANT ? undefined : tenant);
  at.tx.afterCommit(() => collect(at, change));
}

function tenantOf(at: Noting, { tenancy }: About): string | undefined {
  return tenancy === undefined || tenancy === 'common' ? undefined : at.tx.tenant;
}

const committed = new WeakMap<Transaction, ChangeMap>();

/** What is noted in a part that was rolled back never gets here. All of a transaction is told when the last is in. */
function collect({ tx, services }: Noting, change: DocumentChange): void {
  let batch = committed.get(tx);
  if (!batch) {
    const begun: ChangeMap = new Map();
    batch = begun;
    committed.set(tx, begun);
    queueMicrotask(() => services.changes.publish([...begun.values()]));
  }
  addChange(batch, change);
}
