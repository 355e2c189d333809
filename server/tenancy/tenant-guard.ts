/** The guard of Tenant: only the operator makes them, under names that fit everywhere, and keeps them. */
import type { Guard } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { isTenant, isTenantName } from '../kernel/tenancy.ts';

export const TENANT_GUARD: Guard = {
  check({ ctx, doc }) {
    if (isTenant(ctx.actor.tenant)) throw new AppError('forbidden', 'Only the operator makes and changes tenants.');
    if (isTenantName(String(doc.name))) return;
    const message = `The name of a tenant has 1 to 63 of a-z, 0-9 and "-", and begins and ends with none; it is ${JSON.stringify(String(doc.name).slice(0, 80))}.`;
    throw new AppError('validation', message, { errors: [{ field: 'name', code: 'invalid_name', message }] });
  },
  renaming() {
    throw new AppError('wrong_state', 'A tenant keeps its name: every row of its documents carries it.');
  },
  removing({ doc }) {
    throw new AppError(
      'wrong_state',
      `The documents of ${String(doc.name)} would belong to nobody. Switch the tenant off instead: clear "enabled".`,
    );
  },
};
