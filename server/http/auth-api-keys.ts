/** Routes of API keys: one's own, made with a recent sign-in or the password; the secret is shown once. */
import { isAddressRange } from '../auth/addresses.ts';
import { parseScopes } from '../auth/scopes.ts';
import type { Context } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { requireProof, requireSession } from './auth-proof.ts';
import { type Answer, type Call, json, NO_CONTENT, type Route } from './call.ts';
import { refusal, takes } from './given.ts';

const MAX_LABEL = 140;
const MAX_IPS = 50;
const DAY_MS = 24 * 3600_000;
const MOMENT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d))?$/;

async function list(call: Call, ctx: Context): Promise<Answer> {
  requireSession(call);
  return json({ items: await call.http.identities.apiKeys.list(ctx.actor.user) });
}

async function create(call: Call, ctx: Context): Promise<Answer> {
  takes(call, ['label', 'scopes', 'ips', 'expires', 'password']);
  const { given } = call;
  const wish = {
    label: labelOf(given.label),
    scopes: parseScopes(given.scopes),
    ips: ipsOf(given.ips),
    expires: expiryOf(given.expires, call.now),
  };
  if (given.password !== undefined && typeof given.password !== 'string')
    throw refusal('password', 'password must be a text: the one that you sign in with.');
  await requireProof(call, ctx, given.password);
  const { ip, requestId } = call;
  const made = await call.http.identities.apiKeys.create({ ...wish, user: ctx.actor.user, ip, requestId });
  const { id, key, secret } = made;
  const body = { id, label: wish.label, key, secret, token: `${key}:${secret}`, scopes: wish.scopes ?? ['*'] };
  return json(body, 201, { location: `/api/v1/auth/api-keys/${id}` });
}

async function revoke(call: Call, ctx: Context): Promise<Answer> {
  requireSession(call);
  const { ip, requestId } = call;
  const q = { user: ctx.actor.user, id: call.segments[4] ?? '', ip, requestId };
  if (await call.http.identities.apiKeys.revoke(q)) return NO_CONTENT;
  throw new AppError('not_found', 'You have no API key of this id. GET /api/v1/auth/api-keys lists them.');
}

function labelOf(given: unknown): string {
  if (typeof given === 'string' && given.trim() !== '' && given.length <= MAX_LABEL && !given.includes('\0'))
    return given.trim();
  throw refusal(
    'label',
    `label must be a text of 1 to ${MAX_LABEL} characters that says what the key is for.`,
    'required',
  );
}

function ipsOf(given: unknown): readonly string[] | undefined {
  if (given === undefined || given === null) return undefined;
  const isList = Array.isArray(given) && given.length > 0 && given.length <= MAX_IPS;
  if (isList && given.every((entry) => typeof entry === 'string' && isAddressRange(entry))) return given as string[];
  throw refusal('ips', `ips must be a list of 1 to ${MAX_IPS} addresses or ranges such as "10.0.0.0/8".`);
}

/** A day ends at its end, in UTC. */
function expiryOf(given: unknown, now: number): number | undefined {
  if (given === undefined || given === null) return undefined;
  if (typeof given === 'string' && MOMENT.test(given)) {
    const moment = Date.parse(given) + (given.length === 10 ? DAY_MS : 0);
    if (moment > now) return moment;
  }
  throw refusal(
    'expires',
    'expires must be a day or a moment to come, such as "2030-12-31" or "2030-12-31T12:00:00Z".',
  );
}

const PATH = '/api/v1/auth/api-keys';
const signedIn = { access: 'signed-in', query: [] } as const;

export const apiKeyRoutes: readonly Route[] = [
  { method: 'GET', path: PATH, ...signedIn, answer: list },
  { method: 'POST', path: PATH, ...signedIn, answer: create },
  { method: 'DELETE', path: `${PATH}/*`, ...signedIn, answer: revoke },
];
