/** Two tenants with the same DocTypes, the same names of documents, and no permission rule that keeps them apart. */
import { type Actor, ADMINISTRATOR } from '../../../server/kernel/actor.ts';
import { createContext } from '../../../server/services.ts';
import { docType } from '../../support/plans.ts';
import { type Answer, openTestServices, type TestServices, type TestServicesInput } from '../../support/services.ts';

export const DOCTYPES = [
  docType('Country', ['code'], { autoname: 'field:code', tenancy: 'Common' }),
  docType('Customer', ['customer_name!', 'tax_id', 'country Link Country', 'manager Link User'], {
    autoname: 'field:customer_name',
    allow_rename: 1,
    track_changes: 1,
    search_fields: 'tax_id',
  }),
  docType('Order Item', ['item!', 'qty Int', 'customer Link Customer'], { istable: 1 }),
  docType(
    'Order',
    [
      'customer! Link Customer',
      'ref_type Link DocType',
      'ref Dynamic_Link ref_type',
      'items Table Order Item',
      'total Int',
    ],
    {
      autoname: 'ORD-.####',
      is_submittable: 1,
      title_field: 'customer',
    },
  ),
  docType('Area', ['area_name'], { autoname: 'field:area_name', is_tree: 1 }),
  docType('Shop Settings', ['motto'], { issingle: 1 }),
  docType('Ticket', ['subject'], { autoname: 'autoincrement' }),
];
const [, customer] = DOCTYPES;
for (const field of customer?.fields ?? []) if (field.fieldname === 'tax_id') field.unique = 1;

/** With every right: only the tenant keeps them from anything. */
export function adminOf(tenant: string | undefined, user = `admin@${tenant}`): Actor {
  return { user, roles: [ADMINISTRATOR, 'System Manager', 'All'], tenant };
}

export interface Side {
  actor: Actor;
  doors: Record<
    'get' | 'list' | 'create' | 'update' | 'remove' | 'submit' | 'cancel',
    (doctype: string, ...rest: Answer[]) => Promise<Answer>
  >;
  context(): ReturnType<typeof createContext>;
}

export interface World extends TestServices {
  of(tenant: string | undefined): Side;
}

export async function openWorld(input: TestServicesInput = {}): Promise<World> {
  const services = await openTestServices({ tenancy: 'column', doctypes: DOCTYPES, ...input });
  const of = (tenant: string | undefined): Side => {
    const actor = adminOf(tenant);
    const context = () => createContext(services.open, actor);
    const doors = Object.fromEntries(
      Object.entries(services.open.services.doors).map(([name, door]) => [
        name,
        (...rest: unknown[]) => (door as (...all: unknown[]) => unknown)(context(), ...rest),
      ]),
    ) as Side['doors'];
    return { actor, context, doors };
  };
  return { ...services, of };
}
