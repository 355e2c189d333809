/** A batch as the text of one notice, and back. What is too long for PostgreSQL is said with less detail. */
import type { ChangeEvent, DocumentChange } from '../kernel/changes.ts';
import { ANYTHING, type ChangeBatch, docTypesOf } from './change-buffer.ts';

/** NOTIFY takes less than 8,000 bytes. */
const MAX_BYTES = 7999;

/** `from`: the process that tells it, which hears its own notices too. */
export function encodePayload(from: string, batch: ChangeBatch): string {
  if (batch.isComplete) {
    for (const changes of [batch.changes, docTypesOf(batch.changes)]) {
      const text = JSON.stringify([from, changes.map(toRow)]);
      if (Buffer.byteLength(text) <= MAX_BYTES) return text;
    }
  }
  return JSON.stringify([from, null]);
}

/** A note that is not about documents: a text of the sender's, whole or not at all. */
export function encodeNote(from: string, note: string): string {
  return JSON.stringify([from, null, note]);
}

/** Bytes of a note that fit, whatever is in it. */
export const MAX_NOTE_BYTES = 3_900;

/** Never throws: what another version of this program meant by a text that is unknown here may be anything. */
export function decodePayload(text: string): { from: string; batch: ChangeBatch; note?: string } {
  try {
    const [from, rows, note] = JSON.parse(text) as [unknown, unknown, unknown];
    if (rows === null && typeof note === 'string')
      return { from: String(from), batch: { changes: [], isComplete: true }, note };
    const isKnown = Array.isArray(rows) && rows.every(isRow);
    return { from: String(from), batch: isKnown ? { changes: rows.map(fromRow), isComplete: true } : ANYTHING };
  } catch {
    return { from: '', batch: ANYTHING };
  }
}

type Row = [doctype: string, name: string, event: ChangeEvent, tenant?: string];

function toRow({ doctype, name, event, tenant }: DocumentChange): Row {
  return tenant === undefined ? [doctype, name, event] : [doctype, name, event, tenant];
}

function isRow(row: unknown): row is Row {
  return Array.isArray(row) && row.length >= 3 && row.every((cell) => typeof cell === 'string');
}

function fromRow([doctype, name, event, tenant]: Row): DocumentChange {
  return tenant === undefined ? { doctype, name, event } : { doctype, name, event, tenant };
}
