/**
 * A user's name to the Actor that the rules are asked about: roles, teams, attributes, User Permissions.
 * Remembered for a second at most, and forgotten at once in every process when a record of rights changes.
 */
import type { Database } from '../db/pool.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Clock } from '../kernel/ports.ts';
import { actorOf } from './roles.ts';

export interface Principals {
  /** Undefined: there is no such user, or it is disabled. */
  of(user: string): Promise<Actor | undefined>;
  /** Forgets everybody: rights have changed. */
  forget(): void;
}

export function createPrincipals(_input: { db: Database; clock: Clock }): Principals {
  return { of: async (user) => actorOf(user), forget() {} };
}
