/**
 * A transaction that is thought out before it begins: it reads outside of any, notes what it would send, and
 * sends all of it at once. The first statement sees to it that what was read still holds.
 */
import type { Statement } from '../kernel/statement.ts';
import type { Queryable, Transaction } from './statements.ts';

export interface Noted {
  tx: Transaction;
  statements: readonly Statement[];
  /** To be run when the statements are committed. */
  effects: readonly (() => void)[];
}

/** The work needs a transaction that is open while it thinks: nothing was written, begin it so. */
export class NeedsTransaction extends Error {
  constructor() {
    super('this write cannot be thought out beforehand');
    this.name = 'NeedsTransaction';
  }
}

/** Throws NeedsTransaction for what must be locked before it is read, and for reading what was written. */
export function noteTransaction(reading: Queryable, tenant: string | undefined): Noted {
  const statements: Statement[] = [];
  const effects: (() => void)[] = [];
  const tx: Transaction = {
    tenant,
    async query(statement) {
      if (statements.length > 0) throw new NeedsTransaction();
      return reading.query(statement);
    },
    send(statement) {
      if (statements.length === 0 && statement.expectsRow !== true) throw new NeedsTransaction();
      statements.push(statement);
    },
    afterCommit: (effect) => effects.push(effect),
    savepoint: () => Promise.reject(new NeedsTransaction()),
  };
  return { tx, statements, effects };
}
