/** Changes that a stolen session or key must not be enough for: the password once more, or a sign-in of just now. */
import type { Session } from '../auth/sessions.ts';
import type { Context } from '../documents/contract.ts';
import { ADMINISTRATOR } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import type { Call } from './call.ts';

const FRESH_MS = 10 * 60_000;

/** Throws `forbidden` for API keys and the like: what is done here, a person does. */
export function requireSession(call: Call): Session {
  const session = call.identity?.session;
  if (session) return session;
  throw new AppError('forbidden', 'This is for people who have signed in; an API key cannot do it. Sign in first.');
}

/** A session, and the password or a sign-in of the last ten minutes. Throws `forbidden`. */
export async function requireProof(call: Call, ctx: Context, password: string | undefined): Promise<void> {
  const session = requireSession(call);
  if (password !== undefined) return requirePassword(call, ctx, password);
  if (call.now - session.authenticated <= FRESH_MS) return;
  const message = 'You signed in a while ago. Give your password with this request, or sign in again first.';
  throw new AppError('forbidden', message, { errors: [{ field: 'password', code: 'proof_required', message }] });
}

/** Throws `forbidden` on `field` for a wrong password, which is counted as at a sign-in, and `rate_limited`. */
export async function requirePassword(call: Call, ctx: Context, password: string, field = 'password'): Promise<void> {
  const agent = call.header('user-agent') ?? '';
  const given = { user: ctx.actor.user, password, ip: call.ip, agent, requestId: call.requestId };
  if (await call.http.auth.isPassword(given)) return;
  const message = 'This is not your password. Give the one that you sign in with.';
  throw new AppError('forbidden', message, { errors: [{ field, code: 'wrong_password', message }] });
}

/** Those who manage users. Throws `forbidden`. */
export function requireManager(ctx: Context): void {
  const { roles } = ctx.actor;
  if (roles.includes(ADMINISTRATOR) || roles.includes('System Manager')) return;
  throw new AppError('forbidden', 'Only a System Manager does this for others. Ask one.');
}

/** The user that a path below /api/v1/auth/users names, when the caller may manage them. Throws `forbidden`, `not_found`. */
export async function managedUser(call: Call, ctx: Context, password: string | undefined): Promise<string> {
  requireManager(ctx);
  await requireProof(call, ctx, password);
  // Whom the caller may not see, he does not manage: the documents' own door decides.
  const user = String((await ctx.services.doors.get(ctx, 'User', call.segments[4] ?? '')).name);
  if (user === ADMINISTRATOR && ctx.actor.user !== ADMINISTRATOR)
    throw new AppError('forbidden', 'Nobody does this for Administrator. The operator can: m user passwd.');
  return user;
}
