/** Who keeps content and who sweeps it away must not meet: a lock by its key, to the end of the transaction. */
import type { Transaction } from '../db/pool.ts';
import type { ContentKey } from './store.ts';

const LOCK = `hashtextextended('content of a file ' || $1, 0)`;

function keyText({ space, hash }: ContentKey): string {
  return `${space}/${hash}`;
}

/** Any number may keep the same content at once. */
export async function holdContent(tx: Transaction, key: ContentKey): Promise<void> {
  await tx.query({
    name: 'hold_content',
    text: `select pg_advisory_xact_lock_shared(${LOCK})`,
    values: [keyText(key)],
  });
}

/** False: somebody keeps it at this moment. */
export async function seizeContent(tx: Transaction, key: ContentKey): Promise<boolean> {
  const [row] = await tx.query({
    name: 'seize_content',
    text: `select pg_try_advisory_xact_lock(${LOCK}) as seized`,
    values: [keyText(key)],
  });
  return row?.seized === true;
}
