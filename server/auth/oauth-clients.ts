/**
 * The conversation with a provider, by openid-client: where to send the browser, and who came back. PKCE
 * (S256), state and nonce always; ID tokens are verified against the issuer's keys. GitHub is no OpenID
 * provider and is asked for the user and the addresses instead.
 */
import * as client from 'openid-client';
import type { Egress } from '../egress/fetch.ts';
import type { Clock } from '../kernel/ports.ts';
import type { Provider } from './oauth-providers.ts';

/** Who came back, as the provider says. */
export interface Claims {
  issuer: string;
  subject: string;
  /** "" when the provider tells none. */
  email: string;
  /** Only when the provider says exactly so. */
  isEmailVerified: boolean;
  fullName: string;
}

export interface OAuthClients {
  /** The provider's page. Throws when the provider cannot be asked what its pages are. */
  authorizationUrl(
    provider: Provider,
    q: { redirectUri: string; state: string; nonce: string; verifier: string },
  ): Promise<URL>;
  /** `returned`: our callback's address with what the provider added to it. Throws when anything is not as it must be. */
  exchange(provider: Provider, q: { returned: URL; state: string; nonce: string; verifier: string }): Promise<Claims>;
}

const KNOWN_MS = 600_000;
const MAX_KNOWN = 100;
const TIMEOUT_S = 5;

export function createOAuthClients(q: { egress: Egress; isLocalAllowed: boolean; clock: Clock }): OAuthClients {
  // What a provider says of itself, for ten minutes; the key holds the secret's change too.
  const known = new Map<string, { until: number; config: Promise<client.Configuration> }>();
  const configOf = (provider: Provider): Promise<client.Configuration> => {
    const key = JSON.stringify([provider.protocol, provider.issuer, provider.clientId, provider.clientSecret]);
    const found = known.get(key);
    if (found && found.until > q.clock.now()) return found.config;
    const config = configure(provider, q);
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(key, { until: q.clock.now() + KNOWN_MS, config });
    config.catch(() => known.delete(key));
    return config;
  };
  return {
    async authorizationUrl(provider, { redirectUri, state, nonce, verifier }) {
      const page = client.buildAuthorizationUrl(await configOf(provider), {
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: provider.protocol === 'github' ? 'read:user user:email' : 'openid email profile',
        state,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(provider.protocol === 'github' ? {} : { nonce }),
      });
      // The browser goes wherever the provider's own description says, if that is a page.
      if (page.protocol === 'https:' || (page.protocol === 'http:' && q.isLocalAllowed)) return page;
      throw new Error(`${provider.name} names a sign-in page that does not begin with https://`);
    },
    async exchange(provider, { returned, state, nonce, verifier }) {
      const config = await configOf(provider);
      const checks = { expectedState: state, pkceCodeVerifier: verifier };
      if (provider.protocol === 'github') {
        const tokens = await client.authorizationCodeGrant(config, returned, checks);
        return githubClaims(config, provider, tokens.access_token);
      }
      const tokens = await client.authorizationCodeGrant(config, returned, { ...checks, expectedNonce: nonce });
      return oidcClaims(config, tokens);
    },
  };
}

async function configure(
  provider: Provider,
  q: { egress: Egress; isLocalAllowed: boolean },
): Promise<client.Configuration> {
  const customFetch: client.CustomFetch = (url, init) => q.egress(url, init);
  const issuer = new URL(provider.issuer);
  const isInsecure = q.isLocalAllowed && issuer.protocol === 'http:';
  const secret = provider.clientSecret === '' ? client.None() : undefined;
  if (provider.protocol === 'github') {
    const site = provider.issuer;
    const config = new client.Configuration(
      {
        issuer: site,
        authorization_endpoint: `${site}/login/oauth/authorize`,
        token_endpoint: `${site}/login/oauth/access_token`,
      },
      provider.clientId,
      provider.clientSecret,
      secret ?? client.ClientSecretPost(provider.clientSecret),
    );
    config[client.customFetch] = customFetch;
    config.timeout = TIMEOUT_S;
    if (isInsecure) client.allowInsecureRequests(config);
    return config;
  }
  return client.discovery(issuer, provider.clientId, provider.clientSecret, secret, {
    [client.customFetch]: customFetch,
    timeout: TIMEOUT_S,
    execute: [client.enableNonRepudiationChecks, ...(isInsecure ? [client.allowInsecureRequests] : [])],
  });
}

type Tokens = Awaited<ReturnType<typeof client.authorizationCodeGrant>>;

async function oidcClaims(config: client.Configuration, tokens: Tokens): Promise<Claims> {
  const token = tokens.claims();
  if (!token) throw new Error('the provider gave no ID token');
  const tellsEmail = token.email !== undefined;
  // Many issuers keep the address out of the ID token. What they say of another subject is refused.
  const more =
    tellsEmail || config.serverMetadata().userinfo_endpoint === undefined
      ? token
      : await client.fetchUserInfo(config, tokens.access_token, token.sub);
  return {
    issuer: token.iss,
    subject: token.sub,
    email: textOf(more.email),
    isEmailVerified: more.email_verified === true || isVerifiedByMicrosoft(token),
    fullName: textOf(more.name),
  };
}

/** Entra ID has no email_verified; this optional claim says that the owner of the domain stands behind the address. */
function isVerifiedByMicrosoft(token: client.IDToken): boolean {
  const isMicrosoft = token.iss.startsWith('https://login.microsoftonline.com/');
  return isMicrosoft && (token.xms_edov === true || token.xms_edov === 1 || token.xms_edov === '1');
}

async function githubClaims(config: client.Configuration, provider: Provider, accessToken: string): Promise<Claims> {
  const api = provider.issuer === 'https://github.com' ? 'https://api.github.com' : `${provider.issuer}/api/v3`;
  const headers = new Headers({ accept: 'application/vnd.github+json', 'user-agent': 'framework-m' });
  const ask = async (path: string): Promise<unknown> => {
    const answer = await client.fetchProtectedResource(
      config,
      accessToken,
      new URL(`${api}${path}`),
      'GET',
      undefined,
      headers,
    );
    if (!answer.ok) throw new Error(`GitHub answered ${path} with ${answer.status}`);
    return answer.json();
  };
  const user = (await ask('/user')) as { id?: unknown; name?: unknown } | null;
  if (typeof user?.id !== 'number' || !Number.isSafeInteger(user.id))
    throw new Error('GitHub did not tell the id of the user');
  const emails = await ask('/user/emails');
  const list = (Array.isArray(emails) ? emails : []) as { email?: unknown; primary?: unknown; verified?: unknown }[];
  const primary = list.find((entry) => entry?.primary === true);
  return {
    issuer: provider.issuer,
    subject: String(user.id),
    email: textOf(primary?.email),
    isEmailVerified: primary?.verified === true,
    fullName: textOf(user.name),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 500) : '';
}
