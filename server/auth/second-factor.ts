/**
 * Between the first proof and the session: who has a second factor is asked for it, whichever way they
 * came (password, link by mail, another provider). The wait in between is a one-time token, `tmp_id`.
 */
import type { Queryable } from '../db/pool.ts';
import { AppError } from '../kernel/error.ts';
import { makeToken, seeToken, takeToken } from './one-time-tokens.ts';
import { checkCode, hasTotp, type TotpEnv } from './totp.ts';

/** What the client is told instead of a session, as Frappe words it. */
export interface Verification {
  verification: { method: 'TOTP'; setup: true; prompt: string };
  tmp_id: string;
}

export interface SecondFactor {
  /** Undefined: the user has none, and the first proof suffices. */
  ask(userId: string): Promise<Verification | undefined>;
  /** The user's id, once. Throws `unauthenticated` for a wrong code or an old `tmp_id`, and `rate_limited`. */
  answer(given: { tmpId: unknown; otp: unknown }): Promise<string>;
}

const MINUTES = 10;

export function createSecondFactor(env: TotpEnv): SecondFactor {
  const { db, clock } = env;
  return {
    async ask(userId) {
      if (!(await hasTotp(db, userId))) return undefined;
      const data = { password: await passwordState(db, userId) };
      const wish = { subject: userId, data, now: clock.now(), minutes: MINUTES };
      const tmpId = await makeToken(db, { purpose: 'second-factor', ...wish });
      const prompt = 'Give the code of your authenticator app, or a recovery code.';
      return { verification: { method: 'TOTP', setup: true, prompt }, tmp_id: tmpId };
    },
    async answer({ tmpId, otp }) {
      const given = { purpose: 'second-factor', token: tmpId, now: clock.now() } as const;
      // Seen first and taken last: a mistyped code does not send the person back to the password.
      const seen = await seeToken(db, given);
      // A new password ends what began with the old one.
      if (!seen || seen.data.password !== (await passwordState(db, seen.subject))) throw tooOld();
      await checkCode(env, { userId: seen.subject, otp });
      if (!(await takeToken(db, given))) throw tooOld();
      return seen.subject;
    },
  };
}

/** Changes with the password; "" without one. */
async function passwordState(db: Queryable, userId: string): Promise<string> {
  const [row] = await db.query({
    text: 'select md5(password_hash) as state from m_credential where user_id = $1::uuid',
    values: [userId],
  });
  return (row?.state as string | undefined) ?? '';
}

function tooOld(): AppError {
  return new AppError(
    'unauthenticated',
    'This sign-in has taken too long, or a newer one was begun. Sign in again from the start.',
  );
}
