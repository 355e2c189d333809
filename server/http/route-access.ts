/** What is refused by the route alone, before a body is read: credentials with scopes, and guests without hope. */
import { type Action, decide } from '../access/decide.ts';
import { GUEST_ACTOR } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import type { Call, Route } from './call.ts';
import { refuseGuest } from './sign-in.ts';

const CHANGES: readonly Action[] = ['create', 'write', 'delete', 'submit', 'cancel'];

/** Default deny: a credential with scopes reaches only routes whose whole effect its scopes limit. */
export function refuseScoped(route: Route & { access: 'signed-in' | 'many' }, call: Call): void {
  if (call.actor?.scopes === undefined || route.scoped) return;
  throw new AppError(
    'forbidden',
    'This credential has scopes, which do not reach here. Sign in, or use an API key without scopes.',
  );
}

/** A guest who may change no document of this DocType is told so before a body is read; GraphQL names its in the body. */
export function refuseHopeless(route: Route, call: Call): void {
  const at = route.path.split('/').slice(1).indexOf('*');
  if (at < 0 && route.access === 'many') return;
  const snapshot = call.http.store.current();
  const plan = snapshot.find(call.segments[at] ?? '');
  const may = (action: Action): boolean =>
    plan !== undefined && decide({ snapshot, plan, actor: GUEST_ACTOR, action }).allowed;
  if (!CHANGES.some(may)) refuseGuest(call);
}
