/**
 * Whether listeners are still who they said they are, asked at each push for all of them together: their sessions
 * by one statement a second, the whole credential when rights may have changed, and now and then in any case.
 */

import { GUEST_ACTOR } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import type { Listener } from './listener.ts';

/** A session that has ended is noticed after so long, as it is by requests. */
const SESSION_MS = 1_000;
const AT_ONCE = 4;

export interface IdentitiesInput {
  /** The whole credential is looked at after so long. */
  againMs: number;
  rightsVersion(): number;
  /** A statement was asked. */
  count(): void;
  /** Whoever it was is nobody any more. */
  lost(listener: Listener, error: AppError): void;
}

export function createIdentityCheck(q: IdentitiesInput) {
  /** Gives those that are still there. Throws when that cannot be said now. */
  const alive = async (listeners: readonly Listener[]): Promise<Listener[]> => {
    await checkSessions(listeners, q);
    const due = listeners.filter((each) => !each.isEnded && isDue(each, q));
    for (let at = 0; at < due.length; at += AT_ONCE)
      await Promise.all(due.slice(at, at + AT_ONCE).map((each) => identify(each, q)));
    return listeners.filter((each) => !each.isEnded);
  };
  return { alive, checkSessions: (listeners: readonly Listener[]) => checkSessions(listeners, q) };
}

function isDue({ identity, identified, rights }: Listener, { againMs, rightsVersion }: IdentitiesInput): boolean {
  const age = performance.now() - identified;
  // API keys and the like have no session that could be looked at with all others.
  return rights !== rightsVersion() || age > againMs || (identity && !identity.session ? age > SESSION_MS : false);
}

async function checkSessions(listeners: readonly Listener[], { lost, count }: IdentitiesInput): Promise<void> {
  const now = performance.now();
  const due = listeners.filter(({ identity, sessionSeen }) => identity?.session && now - sessionSeen > SESSION_MS);
  const [first] = due;
  if (!first) return;
  const ids = [...new Set(due.flatMap(({ identity }) => identity?.session?.id ?? []))];
  count();
  const alive = await first.call.http.auth.sessions.aliveOf(ids);
  for (const each of due) {
    each.sessionSeen = now;
    if (!alive.has(each.identity?.session?.id ?? '')) lost(each, ended());
  }
}

async function identify(listener: Listener, q: IdentitiesInput): Promise<void> {
  const now = performance.now();
  const rights = q.rightsVersion();
  const { call } = listener;
  try {
    const identity = await call.http.identities.identify({ ...call, requestId: call.requestId });
    // Who came with a credential does not become a guest.
    if (listener.identity && identity?.actor.user !== listener.actor.user) throw ended();
    listener.identity = identity;
    listener.actor = identity?.actor ?? GUEST_ACTOR;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'unauthenticated') throw error;
    q.lost(listener, error);
  }
  listener.identified = now;
  listener.rights = rights;
}

function ended(): AppError {
  return new AppError('unauthenticated', 'The session has ended. Sign in again.');
}
