/** What a Frappe client may call before it has signed in. */
import { type Answer, type Call, json } from '../call.ts';
import { refuseForeignPage } from '../sign-in.ts';
import { argumentsOf, textOf } from './arguments.ts';
import { login } from './methods/session.ts';

type Open = (call: Call) => Promise<Answer> | Answer;

interface OpenMethod {
  /** Also by GET: it changes nothing. */
  reads?: true;
  answer: Open;
}

/** Those that are answered without a session, by their path. */
export const OPEN_METHODS: ReadonlyMap<string, OpenMethod> = new Map([
  ['login', { answer: login }],
  ['ping', { reads: true, answer: said('pong') }],
  ['version', { reads: true, answer: (call) => said(call.http.version)(call) }],
  ['frappe.ping', { reads: true, answer: said('pong') }],
  ['frappe.core.doctype.user.user.reset_password', { answer: forgotPassword }],
] as const);

function said(message: string): Open {
  return (call) => json(call.segments[1] === 'v2' ? { data: message } : { message });
}

/** The same answer whether or not there is such a user; the mail leaves afterwards. */
async function forgotPassword(call: Call): Promise<Answer> {
  refuseForeignPage(call);
  await call.http.accounts.forgotPassword({ user: textOf(argumentsOf(call), 'user'), ip: call.ip });
  return said('If there is such an account, a mail is on its way.')(call);
}
