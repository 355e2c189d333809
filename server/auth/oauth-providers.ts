/**
 * The providers that people may sign in with: the enabled Social Login Keys, and the one of the
 * environment. A secret leaves this file only inside a Provider.
 */

import { quote } from '../db/rows.ts';
import { planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { listDocuments } from '../documents/read.ts';
import { isEmpty } from '../kernel/document.ts';
import { parseListRequest } from '../query/wire.ts';

export interface Provider {
  /** As it stands in addresses: `our_login`. */
  name: string;
  label: string;
  icon: string;
  protocol: 'oidc' | 'github';
  /** The issuer; of GitHub its site. */
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Undefined: as System Settings say. */
  allowsSignUp: boolean | undefined;
}

export interface OidcSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

const ISSUERS: ReadonlyMap<string, string> = new Map([
  ['GitHub', 'https://github.com'],
  ['Google', 'https://accounts.google.com'],
  ['Microsoft', 'https://login.microsoftonline.com/common/v2.0'],
  ['Office 365', 'https://login.microsoftonline.com/common/v2.0'],
]);
const ENVIRONMENT = 'oidc';
const MOST = 50;

/** Those that are enabled and complete; the environment's comes last, under the name `oidc` unless that is taken. */
export async function readProviders(ctx: Context, environment: OidcSettings | undefined): Promise<Provider[]> {
  const secrets = await readSecrets(ctx);
  const wish = {
    filters: '[["enable_social_login","=",1]]',
    fields: '["name","provider_name","social_login_provider","icon","client_id","base_url","sign_ups"]',
    limit: String(MOST),
    order_by: 'creation asc',
    count: 'none',
  };
  const keys = await listDocuments(ctx, 'Social Login Key', parseListRequest(new Map(Object.entries(wish))));
  const providers = keys.flatMap((key): Provider[] => {
    const kind = String(key.social_login_provider);
    const issuer = isEmpty(key.base_url) ? ISSUERS.get(kind) : String(key.base_url);
    if (issuer === undefined || !URL.canParse(issuer) || isEmpty(key.client_id)) return [];
    const sealed = secrets.get(String(key.name));
    return [
      {
        name: slugOf(String(key.provider_name)),
        label: String(key.provider_name),
        icon: isEmpty(key.icon) ? '' : String(key.icon),
        protocol: kind === 'GitHub' ? 'github' : 'oidc',
        // An issuer is compared letter by letter, its last slash included; GitHub's is the front of other addresses.
        issuer: kind === 'GitHub' ? issuer.replace(/\/+$/, '') : issuer,
        clientId: String(key.client_id),
        clientSecret: sealed === undefined ? '' : ctx.services.cipher.decrypt(sealed),
        allowsSignUp: isEmpty(key.sign_ups) ? undefined : key.sign_ups === 'Allow',
      },
    ];
  });
  const given = environment && { ...environment, name: ENVIRONMENT, label: new URL(environment.issuer).host };
  const all = given
    ? [...providers, { ...given, icon: '', protocol: 'oidc' as const, allowsSignUp: undefined }]
    : providers;
  // Of two that are written alike in addresses the older one counts.
  return [...new Map(all.toReversed().map((provider) => [provider.name, provider])).values()].toReversed();
}

/** Reading gives no Password field to anybody, so the sealed ones come from the table. */
async function readSecrets(ctx: Context): Promise<ReadonlyMap<string, string>> {
  const plan = planOf(ctx, 'Social Login Key');
  const column = plan.byName.get('client_secret')?.column;
  if (column === undefined) return new Map();
  const rows = await ctx.services.db.query({
    text: `select name, ${quote(column)} as sealed from ${quote(plan.table)} where ${quote(column)} <> '' limit 1000`,
    values: [],
  });
  return new Map(rows.map((row) => [row.name as string, row.sealed as string]));
}

function slugOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '');
}
