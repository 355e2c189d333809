/** Deals with clients and steps, a seller and a junior, and an application that asks an engine about them. */
import type { App } from '../../../server/documents/contract.ts';
import type { DocPerm } from '../../../server/kernel/doctype.ts';
import type { Logger } from '../../../server/kernel/ports.ts';
import type { HttpPolicySettings } from '../../../server/policy/http-engine.ts';
import { createTestApp, type TestApp, type UserClient } from '../../support/app.ts';
import { docType } from '../../support/plans.ts';
import { silentLog } from '../../support/silent-log.ts';
import type { Engine } from './engine.ts';

export interface World {
  app: TestApp;
  /** May do everything with deals and clients. */
  seller: UserClient;
  /** Only with deals that are theirs. */
  junior: UserClient;
  /** Has no role that deals name. */
  stranger: UserClient;
}

const FULL = { read: 1, write: 1, create: 1, delete: 1, report: 1, export: 1, share: 1 } as const;

export async function openWorld(
  engine: Engine,
  q: { settings?: Partial<HttpPolicySettings>; apps?: readonly App[]; log?: Logger } = {},
): Promise<World> {
  const app = await createTestApp({
    apps: q.apps,
    log: q.log ?? silentLog,
    policy: { url: engine.url, shape: 'opa', timeoutMs: 500, cacheMs: 0, onError: 'deny', ...q.settings },
  });
  for (const role_name of ['Seller', 'Junior']) await must(app, 'POST', '/api/v1/Role', { role_name });
  const permissions: DocPerm[] = [
    { role: 'Seller', ...FULL },
    { role: 'Junior', ...FULL, if_owner: 1 },
  ];
  for (const doctype of [
    docType('Client', ['region Data', 'secret Data'], { autoname: 'prompt', permissions }),
    docType('Deal Step', ['what Data'], { istable: 1 }),
    docType('Deal', ['title Data', 'note Data', 'client Link Client', 'steps Table Deal_Step'], {
      autoname: 'DEAL-.####',
      permissions,
    }),
  ])
    await must(app, 'POST', '/api/v1/DocType', { ...doctype, fields: doctype.fields?.map(named) });
  const seller = await app.user({
    name: 'seller@example.com',
    roles: ['Seller'],
    fields: { attributes: { region: 'EU', limits: [1, 2] } },
  });
  const junior = await app.user({ name: 'junior@example.com', roles: ['Junior'] });
  const stranger = await app.user({ name: 'stranger@example.com' });
  await must(app, 'POST', '/api/v1/Client', { name: 'ACME', region: 'north', secret: 'plans' });
  return { app, seller, junior, stranger };
}

/** Sends it as Administrator and gives the body. Throws when it is refused. */
export async function must(app: TestApp, method: string, path: string, body?: unknown) {
  const reply = await app.json(method, path, body);
  if (reply.status >= 300) throw new Error(reply.text);
  return reply.body;
}

function named<F extends { options?: string }>(field: F): F {
  return field.options === undefined ? field : { ...field, options: field.options.replaceAll('_', ' ') };
}
