/**
 * The audit log: who did what to whom, from where, in `m_audit`. Rows are only ever added; PostgreSQL
 * itself refuses to change them. Whoever writes one gives no secret: no password, no token, no key.
 */
import type { Queryable } from '../db/pool.ts';
import { toTimestamp } from '../kernel/time.ts';

export interface AuditEntry {
  /** The User's name; Guest for somebody unknown. */
  actor: string;
  /** Such as `login`, `login_failed`, `session_revoked`: nouns and verbs in snake_case. */
  action: string;
  /** Who or what it was done to. */
  subject?: string;
  ip?: string;
  requestId?: string;
  details?: Readonly<Record<string, unknown>>;
}

const LONGEST = 500;
/** What PostgreSQL's text cannot hold. */
const NUL = /\0/g;

/** Adds one row. In a transaction it is there only if that commits. */
export async function audit(db: Queryable, entry: AuditEntry): Promise<void> {
  const { actor, action, subject = '', ip = '', requestId = '', details = {} } = entry;
  const texts = [actor, action, subject, ip, requestId].map((text) => text.replace(NUL, '').slice(0, LONGEST));
  await db.query({
    name: 'audit',
    text: `insert into m_audit (at, actor, action, subject, ip, request_id, details)
      values ($1, $2, $3, $4, $5, $6, $7::jsonb)`,
    values: [toTimestamp(Date.now()), ...texts, JSON.stringify(details).replaceAll('\\u0000', '')],
  });
}
