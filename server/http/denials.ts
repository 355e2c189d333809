/**
 * Refusals in the audit log: who was told "not allowed", where. The same one once a minute, so that somebody
 * who asks a thousand times fills no table. Written after the answer; losing one is logged, and no harm.
 */
import { audit } from '../audit/audit.ts';
import type { Services } from '../documents/contract.ts';
import { type Actor, GUEST } from '../kernel/actor.ts';

const AGAIN_AFTER_MS = 60_000;
const MOST_REMEMBERED = 5_000;
const FORBIDDEN = 403;

/** What is noted of a call. */
export interface Denied {
  actor: Actor | undefined;
  method: string;
  path: string;
  ip: string;
  requestId: string;
}

export interface Denials {
  /** To be told of every answer, and of what is refused within one: by GraphQL, and long after a stream began. */
  note(call: Denied, status: number): void;
}

export function createDenials({ db, clock, log }: Pick<Services, 'db' | 'clock' | 'log'>): Denials {
  const noted = new Map<string, number>();
  return {
    note(call, status) {
      const user = call.actor?.user;
      if (status !== FORBIDDEN || user === undefined || user === GUEST) return;
      const subject = `${call.method} ${call.path}`;
      const key = `${user}\n${subject}`;
      const now = clock.now();
      if ((noted.get(key) ?? 0) > now) return;
      if (noted.size >= MOST_REMEMBERED) noted.clear();
      noted.set(key, now + AGAIN_AFTER_MS);
      audit(db, { actor: user, action: 'denied', subject, ip: call.ip, requestId: call.requestId }).catch(
        (error: unknown) => log.warn({ error: String(error), user }, 'a refusal could not be put into the audit log'),
      );
    },
  };
}
