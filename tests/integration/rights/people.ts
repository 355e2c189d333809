/** People with roles for these tests: made as documents, and asked of the principals as a request would be. */
import type { Context } from '../../../server/documents/contract.ts';
import type { TestServices } from '../../support/services.ts';

export async function makeRoles(services: TestServices, ...roles: string[]): Promise<void> {
  for (const role_name of roles) await services.create('Role', { role_name });
}

export async function makeUser(
  services: TestServices,
  name: string,
  roles: string[],
  more: object = {},
): Promise<void> {
  await services.create('User', { name, first_name: name, roles: roles.map((role) => ({ role })), ...more });
}

/** A request of this user that begins now. */
export async function as(services: TestServices, user: string): Promise<Context> {
  const actor = await services.open.principals.of(user);
  if (!actor) throw new Error(`${user} cannot act`);
  return services.context(actor);
}
