/** Signing in and out as Frappe's clients do it, and who that is. */
import { asSystem } from '../../../documents/context.ts';
import { readDocument } from '../../../documents/read.ts';
import { type Actor, DESK_USER } from '../../../kernel/actor.ts';
import type { Entry } from '../../auth-entry.ts';
import { visitorOf } from '../../auth-given.ts';
import { type Answer, type Call, json } from '../../call.ts';
import { contextOf } from '../../fresh.ts';
import { refuseForeignPage, sessionCookie } from '../../sign-in.ts';
import type { Outcome } from '../answers.ts';
import { argumentsOf, optionalText, textOf } from '../arguments.ts';
import type { MethodCall, Methods } from './method.ts';

/**
 * `usr` and `pwd`, or `otp` with the `tmp_id` of the first step. The session comes as the cookie `sid`, with
 * others that Frappe's pages read. Where a second factor is asked for, the answer says so.
 */
export async function login(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  const entry = await enter(call);
  if (!('token' in entry)) return json(entry);
  const { actor } = entry;
  const person = await readPerson(call, actor);
  const isDesk = actor.roles.includes(DESK_USER);
  const shown = { system_user: isDesk ? 'yes' : 'no', user_id: actor.user, ...person };
  const said = { message: 'Logged In', home_page: isDesk ? '/app' : '/me', full_name: person.full_name };
  return { ...json(said), cookies: [sessionCookie(call, entry), ...shownCookies(call, shown)] };
}

async function enter(call: Call): Promise<Entry | object> {
  const args = argumentsOf(call);
  const visitor = visitorOf(call);
  const tmpId = optionalText(args, 'tmp_id');
  if (tmpId !== undefined) return call.http.accounts.answer({ tmpId, otp: textOf(args, 'otp') }, visitor);
  const credentials = { user: textOf(args, 'usr'), password: textOf(args, 'pwd'), ...visitor };
  const begun = await call.http.auth.login({ ...credentials, requestId: call.requestId });
  return 'challenge' in begun ? begun.challenge : begun;
}

type Person = Record<'full_name' | 'user_image' | 'user_lang', string>;

/** What pages show of somebody who has signed in. His own roles may know nothing of User. */
async function readPerson(call: Call, actor: Actor): Promise<Person> {
  const ctx = asSystem(contextOf(call, actor), 'a sign-in shows who it is');
  const fields = ['full_name', 'user_image', 'language'];
  const { text } = await readDocument(ctx, { doctype: 'User', name: actor.user, fields });
  const user = JSON.parse(text) as Record<string, string | null>;
  return {
    full_name: user.full_name || actor.user,
    user_image: user.user_image ?? '',
    user_lang: user.language || 'en',
  };
}

async function logout({ call, ctx }: MethodCall): Promise<Outcome> {
  const { session } = call.identity ?? {};
  const { user } = ctx.actor;
  if (session)
    await call.http.auth.endSessions({ user, only: session.id, by: user, ip: call.ip, requestId: call.requestId });
  return {};
}

/** The cookies of somebody who has signed out. */
export function endedCookies(call: Call): string[] {
  const shown = { system_user: 'no', full_name: 'Guest', user_id: 'Guest', user_image: '', user_lang: '' };
  return [sessionCookie(call), ...shownCookies(call, shown)];
}

/** What a page shows of the person: its scripts may read these, as the token they may not. */
function shownCookies(call: Call, shown: Readonly<Record<string, string>>): string[] {
  const secure = call.http.isProduction || call.isSecure ? '; Secure' : '';
  return Object.entries(shown).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}; SameSite=Lax; Path=/${secure}`,
  );
}

function versions({ call }: MethodCall): Outcome {
  const { version } = call.http;
  return { message: { frappe: { title: 'Framework M', version, branch: '', branch_version: version } } };
}

export const sessionMethods: Methods = [
  ['logout', { writes: true, run: logout }],
  ['frappe.auth.get_logged_user', { run: ({ ctx }) => ({ message: ctx.actor.user }) }],
  ['frappe.utils.change_log.get_versions', { run: versions }],
];
