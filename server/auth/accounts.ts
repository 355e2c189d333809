/**
 * Everything about accounts beside password, session and key, as one value for the edge: links by mail,
 * sign-up, providers, second factor, and the end of an account. Whoever is let in passes `enter`.
 */
import { audit } from '../audit/audit.ts';
import type { Context, Services } from '../documents/contract.ts';
import { createEgress } from '../egress/fetch.ts';
import { AppError } from '../kernel/error.ts';
import type { Mailer } from '../kernel/ports.ts';
import { toTimestamp } from '../kernel/time.ts';
import type { Snapshot } from '../schema/plan.ts';
import { type AccountsEnv, later, sendLetter, systemContext, type Visitor } from './account-env.ts';
import { anonymise } from './anonymise.ts';
import { createBackground } from './background.ts';
import { noticeLetter } from './letters.ts';
import type { Auth, Login } from './login.ts';
import { askMagicLink, useMagicLink } from './magic-link.ts';
import { createOAuth, type OAuth } from './oauth.ts';
import type { OidcSettings } from './oauth-providers.ts';
import { forgotPassword, resetPassword } from './password-reset.ts';
import type { Principals } from './principals.ts';
import type { SecondFactor, Verification } from './second-factor.ts';
import { finishSignUp, signUp } from './sign-up.ts';
import { findUser, findUserById, type UserRecord } from './user-records.ts';

export interface AccountsInput {
  services: Services;
  snapshot(): Snapshot;
  principals: Principals;
  mailer: Mailer;
  publicUrl: string | undefined;
  /** The provider of OIDC_*. */
  oidc: OidcSettings | undefined;
  isProduction: boolean;
  secondFactor: SecondFactor;
  auth: Pick<Auth, 'beginSession' | 'checkPassword' | 'setPassword' | 'sessions'>;
}

export interface Accounts {
  forgotPassword(q: { user: string; ip: string }): Promise<void>;
  resetPassword(q: { token: unknown; password: string }, visitor: Visitor): Promise<void>;
  askMagicLink(q: { email: string; ip: string }): Promise<void>;
  useMagicLink(token: unknown, visitor: Visitor): Promise<Login | Verification>;
  signUp(q: { email: string; fullName: string; ip: string }): Promise<void>;
  finishSignUp(q: { token: unknown; password: string | undefined }, visitor: Visitor): Promise<Login | Verification>;
  oauth: OAuth;
  /** The second step of signing in. Throws `unauthenticated` and `rate_limited`. */
  answer(given: { tmpId: unknown; otp: unknown }, visitor: Visitor): Promise<Login>;
  /** Begins the session, or asks for the second factor first. Throws `unauthenticated` for somebody disabled. */
  enter(user: UserRecord, method: string, visitor: Visitor): Promise<Login | Verification>;
  /** Tells the person, by mail, that their account was changed. */
  notify(user: string, what: string): void;
  anonymise(user: UserRecord): Promise<string>;
  userOf(ctx: Context): Promise<UserRecord>;
  /** Throws `unauthenticated` when there is nobody of this name. */
  userNamed(name: string): Promise<UserRecord>;
  purge(now: number): Promise<void>;
  /** Resolves when no mail is under way. */
  settle(): Promise<void>;
}

const EGRESS = { timeoutMs: 5000, maxBytes: 1_000_000 };

export function createAccounts(input: AccountsInput): Accounts {
  const { services, auth, principals, secondFactor } = input;
  const background = createBackground(services.log);
  const env: AccountsEnv = { ...input, background };
  const isLocalAllowed = !input.isProduction;
  const egress = createEgress({ ...EGRESS, isLocalAllowed });
  const check = (password: string, user: { name: string; email: string }): Promise<void> =>
    auth.checkPassword({ password, names: [user.name, user.email], field: 'password' });
  const setPassword = (user: string, password: string, visitor: Visitor): Promise<void> =>
    auth.setPassword({ ...visitor, user, password, by: user, field: 'password' });
  const begin = async (user: string, method: string, visitor: Visitor): Promise<Login> => {
    const actor = await principals.of(user);
    if (!actor) throw new AppError('unauthenticated', 'This account is disabled. Ask an administrator.');
    return { ...(await auth.beginSession({ ...visitor, user, method })), actor };
  };
  const enter: Accounts['enter'] = async (user, method, visitor) =>
    (await secondFactor.ask(user.id)) ?? begin(user.name, method, visitor);
  return {
    enter,
    forgotPassword: (q) => forgotPassword(env, q),
    async answer(given, visitor) {
      const id = await secondFactor.answer(given);
      const user = await findUserById(systemContext(env, 'the second step of signing in'), id);
      return begin(user?.name ?? '', 'second_factor', visitor);
    },
    async resetPassword({ token, password }, visitor) {
      await resetPassword(env, {
        token,
        check: (user) => check(password, user),
        setPassword: (user) => setPassword(user.name, password, visitor),
      });
    },
    askMagicLink: (q) => askMagicLink(env, q),
    async useMagicLink(token, visitor) {
      return enter(await useMagicLink(env, token), 'magic_link', visitor);
    },
    signUp: (q) => signUp(env, q),
    async finishSignUp({ token, password }, visitor) {
      const user = await finishSignUp(env, {
        token,
        check: async (email) => (password === undefined ? undefined : check(password, { name: email, email })),
      });
      const { ip, requestId } = visitor;
      await audit(services.db, { actor: user.name, action: 'signed_up', subject: user.name, ip, requestId });
      if (password !== undefined) await setPassword(user.name, password, visitor);
      return enter(user, 'sign_up', visitor);
    },
    oauth: createOAuth({ env, egress, environment: input.oidc, isLocalAllowed }),
    notify(user, what) {
      later(env, 'a notice of a changed account', async () => {
        const { email } = await userNamed(env, user);
        if (email !== '') await sendLetter(env, email, noticeLetter(what));
      });
    },
    async anonymise(user) {
      const name = await anonymise(env, user);
      auth.sessions.forget();
      principals.forget();
      return name;
    },
    userOf: (ctx) => userNamed(env, ctx.actor.user),
    userNamed: (name) => userNamed(env, name),
    async purge(now) {
      for (const table of ['m_one_time_token', 'm_oauth_state', 'm_request_count'])
        await services.db.query({ text: `delete from ${table} where expires < $1`, values: [toTimestamp(now)] });
    },
    settle: background.settle,
  };
}

async function userNamed(env: AccountsEnv, name: string): Promise<UserRecord> {
  const user = await findUser(systemContext(env, 'somebody looks after their account'), name);
  if (user?.name === name) return user;
  throw new AppError('unauthenticated', 'Your account is not there any more. Sign in again.');
}
