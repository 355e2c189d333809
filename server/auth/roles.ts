/** Which roles a user has. Until users can be made, only Administrator signs in. */
import { type Actor, ADMINISTRATOR } from '../kernel/actor.ts';

const ROLES: readonly string[] = [ADMINISTRATOR, 'System Manager', 'All'];

export function actorOf(user: string): Actor {
  return { user, roles: user === ADMINISTRATOR ? ROLES : ['All'] };
}
