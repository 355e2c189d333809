/**
 * The tenants that there are: documents of the DocType Tenant among the operator's own. And an actor within
 * one: who may be where, with what the tenant brings along. Remembered for less than a second.
 */
import type { Database } from '../db/pool.ts';
import { type Actor, ADMINISTRATOR, type Attributes } from '../kernel/actor.ts';
import { attributesOf } from '../kernel/attributes.ts';
import { AppError } from '../kernel/error.ts';
import type { Clock } from '../kernel/ports.ts';
import { isTenant, isTenantName, OPERATOR } from '../kernel/tenancy.ts';
import { boundedMap } from '../query/bounded-map.ts';

export interface Tenants {
  /**
   * The actor where the request belongs: in the tenant of the user, or in the one that a trusted proxy names.
   * Throws `forbidden` when these differ and for a tenant that is not there or switched off, `bad_request` for
   * what is no name of one. Nobody gets a tenant by default.
   */
  place(actor: Actor, asked: string | undefined): Promise<Actor>;
  /** Forgets what is remembered: a Tenant was written. */
  forget(): void;
}

interface Tenant {
  isEnabled: boolean;
  attributes: Attributes;
  features: readonly string[];
  /** Actors that were placed here; the same one each time, since decisions are remembered with it. */
  placed: WeakMap<Actor, Actor>;
}

const REMEMBERED_MS = 800;
const MAX_REMEMBERED = 1000;

export function createTenants(q: { db: Database; clock: Clock }): Tenants {
  const db = q.db.forTenant(OPERATOR);
  let remembered = boundedMap<{ tenant: Promise<Tenant | undefined>; until: number }>(MAX_REMEMBERED);
  const find = (name: string): Promise<Tenant | undefined> => {
    const known = remembered.get(name);
    if (known && known.until > q.clock.now()) return known.tenant;
    const tenant = read(db, name);
    const entry = { tenant, until: q.clock.now() + REMEMBERED_MS };
    remembered.set(name, entry, 1);
    tenant.catch(() => {
      entry.until = 0;
    });
    return tenant;
  };
  return {
    async place(actor, asked) {
      if (asked !== undefined) refuseForeign(actor, asked);
      const name = asked ?? actor.tenant;
      if (!isTenant(name)) return actor;
      const tenant = await find(name);
      if (!tenant?.isEnabled)
        throw new AppError('forbidden', `There is no tenant ${JSON.stringify(name)}, or it is switched off.`);
      return placed(actor, name, tenant);
    },
    forget() {
      remembered = boundedMap(MAX_REMEMBERED);
    },
  };
}

/** Only the operator chooses; a guest, who is nobody yet, is where the proxy says. */
function refuseForeign(actor: Actor, asked: string): void {
  if (!isTenantName(asked))
    throw new AppError(
      'bad_request',
      `X-Tenant-ID must be the name of one tenant (a-z, 0-9 and -); it is ${JSON.stringify(asked.slice(0, 80))}.`,
    );
  if (actor.tenant === undefined || actor.tenant === asked) return;
  if (actor.tenant === OPERATOR && actor.user === ADMINISTRATOR) return;
  throw new AppError('forbidden', 'You are signed in to another tenant than the one that this address belongs to.');
}

function placed(actor: Actor, name: string, tenant: Tenant): Actor {
  const known = tenant.placed.get(actor);
  if (known) return known;
  // What the operator says of a tenant, nobody in it can say otherwise.
  const attributes = { ...actor.attributes, ...tenant.attributes };
  const made: Actor = { ...actor, tenant: name, attributes, features: tenant.features };
  tenant.placed.set(actor, made);
  return made;
}

async function read(db: Database, name: string): Promise<Tenant | undefined> {
  const [row] = await db.query({
    name: 'tenant_by_name',
    text: 'select enabled, attributes, features from tenant where name = $1',
    values: [name],
  });
  if (!row) return undefined;
  return {
    isEnabled: row.enabled === true,
    attributes: attributesOf(row.attributes),
    features: featuresOf(row.features),
    placed: new WeakMap(),
  };
}

/** A JSON list of names; anything else switches nothing on. */
function featuresOf(stored: unknown): string[] {
  return Array.isArray(stored) ? stored.filter((name): name is string => typeof name === 'string') : [];
}
