/** Routes of one's own record: changing the profile, taking one's data along, ending the account. */
import { audit } from '../audit/audit.ts';
import { exportMyData } from '../auth/my-data.ts';
import { PROFILE_FIELDS, updateProfile } from '../auth/profile.ts';
import { countRequest } from '../auth/request-limits.ts';
import type { Context } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { leaveCookies } from './auth-entry.ts';
import { textsOf } from './auth-given.ts';
import { requireProof, requireSession } from './auth-proof.ts';
import { type Answer, type Call, json, jsonText, type Route } from './call.ts';
import { takes } from './given.ts';

const EXPORTS_PER_HOUR = 5;

async function change(call: Call, ctx: Context): Promise<Answer> {
  requireSession(call);
  takes(call, PROFILE_FIELDS);
  return json(await updateProfile(ctx, call.given));
}

/** Looks through every DocType, so it can be asked for only now and then. */
async function exportAll(call: Call, ctx: Context): Promise<Answer> {
  requireSession(call);
  const { db, clock } = ctx.services;
  const limit = { key: `export of ${ctx.actor.user}`, most: EXPORTS_PER_HOUR, minutes: 60, now: clock.now() };
  if (!(await countRequest(db, limit)))
    throw new AppError(
      'rate_limited',
      `Your data can be exported ${EXPORTS_PER_HOUR} times an hour. Try again later.`,
      {
        extra: { retry_after: 3600 },
      },
    );
  const text = await exportMyData(ctx);
  return jsonText(text, 200, { 'content-disposition': 'attachment; filename="my-data.json"' });
}

async function end(call: Call, ctx: Context): Promise<Answer> {
  const { password } = textsOf(call, [], ['password']);
  await requireProof(call, ctx, password);
  const { accounts } = call.http;
  const name = await accounts.anonymise(await accounts.userOf(ctx));
  await audit(ctx.services.db, {
    actor: name,
    action: 'account_anonymised',
    subject: name,
    requestId: call.requestId,
  });
  return { status: 204, cookies: leaveCookies(call) };
}

export const profileRoutes: readonly Route[] = [
  { method: 'PATCH', path: '/api/v1/auth/me', access: 'signed-in', query: [], answer: change },
  { method: 'GET', path: '/api/v1/auth/me/export', access: 'signed-in', query: [], answer: exportAll },
  { method: 'POST', path: '/api/v1/auth/me/delete', access: 'signed-in', query: [], answer: end },
];
