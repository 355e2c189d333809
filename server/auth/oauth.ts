/**
 * Signing in with another provider: the way out (`start`) and the way back (`finish`). Everything between
 * is in m_oauth_state; all addresses are made of PUBLIC_URL.
 */
import { randomNonce, randomPKCECodeVerifier } from 'openid-client';
import type { Egress } from '../egress/fetch.ts';
import { AppError } from '../kernel/error.ts';
import { type AccountsEnv, systemContext } from './account-env.ts';
import { networkOf } from './addresses.ts';
import { accountOf, type Found } from './oauth-accounts.ts';
import { createOAuthClients } from './oauth-clients.ts';
import { type OidcSettings, type Provider, readProviders } from './oauth-providers.ts';
import { rememberState, takeState } from './oauth-states.ts';
import { ownPath } from './redirects.ts';
import { countRequest } from './request-limits.ts';

export interface OAuth {
  /** What a sign-in page shows. */
  list(): Promise<{ name: string; label: string; icon: string }[]>;
  /** Where to send the browser, and what to put into its cookie. Throws `not_found`, `bad_request`, `unavailable`. */
  start(q: StartWish): Promise<{ url: string; browser: string }>;
  /** Who came back, once. Throws `bad_request` when the return is not one that was begun, `forbidden` when no account is theirs. */
  finish(q: {
    provider: string;
    query: ReadonlyMap<string, string>;
    browser: string | undefined;
  }): Promise<Found & { redirectTo: string }>;
}

export interface StartWish {
  provider: string;
  redirectTo: string | undefined;
  ip: string;
  /** Of somebody who connects the provider to their account. */
  userId?: string;
}

export interface OAuthInput {
  env: AccountsEnv;
  egress: Egress;
  /** The provider of OIDC_*. */
  environment: OidcSettings | undefined;
  isLocalAllowed: boolean;
}

const HOME = '/';
const STARTS = 300;
const START_MINUTES = 10;

export function createOAuth(input: OAuthInput): OAuth {
  const { env } = input;
  const { clock, cipher, db, log } = env.services;
  const clients = createOAuthClients({ ...input, clock });
  const providers = (): Promise<Provider[]> =>
    readProviders(systemContext(env, 'which providers people sign in with'), input.environment);
  const find = async (name: string): Promise<Provider> => {
    const provider = (await providers()).find((each) => each.name === name);
    if (provider) return provider;
    throw new AppError('not_found', `There is no such provider to sign in with. GET /api/v1/auth/oauth lists them.`);
  };
  const stateEnv = () => ({ db, cipher, now: clock.now() });
  return {
    async list() {
      return (await providers()).map(({ name, label, icon }) => ({ name, label, icon }));
    },
    async start({ provider: name, redirectTo = HOME, ip, userId }) {
      const provider = await find(name);
      await limitStarts(env, ip);
      const redirectUri = callbackOf(env, provider.name);
      const verifier = randomPKCECodeVerifier();
      const nonce = randomNonce();
      const pending = { provider: provider.name, verifier, nonce, redirectTo: checkedPath(redirectTo), userId };
      const { state, browser } = await rememberState(stateEnv(), pending);
      try {
        const url = await clients.authorizationUrl(provider, { redirectUri, state, nonce, verifier });
        return { url: url.href, browser };
      } catch (error) {
        log.error({ error, provider: provider.name }, 'a provider to sign in with cannot be used');
        throw new AppError(
          'unavailable',
          `${provider.label} cannot be reached at the moment. Try again, or sign in another way.`,
        );
      }
    },
    async finish({ provider: name, query, browser }) {
      const provider = await find(name);
      const state = query.get('state');
      const pending = await takeState(stateEnv(), { state, browser, provider: provider.name });
      if (!pending) throw notBegun();
      const returned = new URL(callbackOf(env, provider.name));
      for (const [key, value] of query) returned.searchParams.append(key, value);
      const checks = { returned, state: state as string, nonce: pending.nonce, verifier: pending.verifier };
      const claims = await clients.exchange(provider, checks).catch((error: unknown) => {
        // What a stranger can cause at will is no error of ours.
        log.warn({ error, provider: provider.name }, 'somebody came back from a provider and was not let in');
        throw new AppError(
          'bad_request',
          `${provider.label} did not confirm who you are. Sign in again from the start.`,
        );
      });
      const found = await accountOf(env, { provider, claims, connectTo: pending.userId });
      return { ...found, redirectTo: pending.redirectTo };
    },
  };
}

/** Each start is remembered for ten minutes; strangers cannot have us remember without end. */
async function limitStarts(env: AccountsEnv, ip: string): Promise<void> {
  const { db, clock } = env.services;
  const key = `oauth starts from ${networkOf(ip)}`;
  if (ip === '' || (await countRequest(db, { key, most: STARTS, minutes: START_MINUTES, now: clock.now() }))) return;
  throw new AppError('rate_limited', 'Too many sign-ins were begun from your address. Try again in ten minutes.', {
    extra: { retry_after: START_MINUTES * 60 },
  });
}

function callbackOf(env: AccountsEnv, provider: string): string {
  if (env.publicUrl === undefined)
    throw new AppError('unavailable', 'Signing in with a provider needs PUBLIC_URL to be set. Ask an administrator.');
  return `${env.publicUrl}/api/v1/auth/oauth/${encodeURIComponent(provider)}/callback`;
}

function checkedPath(given: string): string {
  const path = ownPath(given);
  if (path !== undefined) return path;
  const message = 'redirect_to must be a path of this site, such as /app.';
  throw new AppError('bad_request', message, { errors: [{ field: 'redirect_to', code: 'bad_redirect', message }] });
}

function notBegun(): AppError {
  return new AppError(
    'bad_request',
    'This return from the provider does not belong to a sign-in that this browser began, or it was used already, or it took longer than ten minutes. Sign in again from the start.',
  );
}
