/**
 * The services as an actor has them: with the database that shows the rows of the actor's tenant. Every Context
 * begins here; one that does not has a database that shows nothing. With a single tenant: the services themselves.
 */
import type { Database } from '../db/pool.ts';
import type { Actor } from '../kernel/actor.ts';
import { EVERY_TENANT, NOBODY } from '../kernel/tenancy.ts';
import type { Services } from './contract.ts';

/** By view of the database, which the pool keeps and forgets. */
const known = new WeakMap<Services, WeakMap<Database, Services>>();

export function servicesFor(services: Services, actor: Actor): Services {
  const db = services.db.forTenant(asksFor(actor));
  if (db === services.db) return services;
  const views = known.get(services) ?? new WeakMap<Database, Services>();
  known.set(services, views);
  const made = views.get(db) ?? { ...services, db };
  views.set(db, made);
  return made;
}

/** Work of the server itself is about everybody, unless it says for whom it is; a person without a tenant gets nothing. */
function asksFor(actor: Actor): string {
  return actor.tenant ?? (actor.reason === undefined ? NOBODY : EVERY_TENANT);
}
