/**
 * In which tenant a request is: the one of its user, or the one that a trusted proxy names by its address.
 * What anybody else writes into X-Tenant-ID is not looked at.
 */

import type { Context } from '../documents/contract.ts';
import type { Actor } from '../kernel/actor.ts';
import { isTenant } from '../kernel/tenancy.ts';
import type { Call } from './call.ts';

export const TENANT_HEADER = 'x-tenant-id';

/** The actor there (tenancy/tenants.ts says what it throws); with a single tenant the actor as it is. */
export function placeInTenant(call: Call, actor: Actor): Promise<Actor> | Actor {
  const { tenants, proxies } = call.http;
  if (!tenants) return actor;
  const asked = proxies.has(call.peer) ? call.header(TENANT_HEADER) : null;
  return tenants.place(actor, asked ?? undefined);
}

/** Another user as somebody may ask about them: undefined when there is none, or not in the same tenant. */
export async function fellow(call: Call, { actor }: Context, user: string): Promise<Actor | undefined> {
  const found = await call.http.principals.of(user);
  return isTenant(actor.tenant) && found?.tenant !== actor.tenant ? undefined : found;
}
