/**
 * What the features around accounts share: the system's Context, letters that leave after the answer, and
 * how a person is signed in once they have proved who they are. Types, and the few functions over them.
 */
import { servicesFor } from '../documents/actor-services.ts';
import type { Context, Services } from '../documents/contract.ts';
import type { Actor } from '../kernel/actor.ts';
import { systemActor } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import type { Mailer } from '../kernel/ports.ts';
import type { Snapshot } from '../schema/plan.ts';
import { networkOf } from './addresses.ts';
import type { Background } from './background.ts';
import type { Letter } from './letters.ts';
import type { Principals } from './principals.ts';
import { countRequest } from './request-limits.ts';
import type { UserRecord } from './user-records.ts';

export interface AccountsEnv {
  services: Services;
  snapshot(): Snapshot;
  mailer: Mailer;
  background: Background;
  principals: Principals;
  /** Without a slash at its end; undefined: no link can be written. */
  publicUrl: string | undefined;
}

/** Where a request comes from. */
export interface Visitor {
  ip: string;
  agent: string;
  requestId?: string;
}

/** A Context of the system, for everybody or within one tenant. `user`: who stands in `modified_by`, when a person asked. */
export function systemContext(env: AccountsEnv, reason: string, as: { user?: string; tenant?: string } = {}): Context {
  const actor: Actor = { ...systemActor(reason), ...as };
  const services = servicesFor(env.services, actor);
  return { services, actor, snapshot: env.snapshot(), requestId: services.ids.uuid(), now: services.clock.now() };
}

/** The same, to write the record of somebody: where it belongs. Throws `unauthenticated` for somebody disabled. */
export async function contextFor(env: AccountsEnv, reason: string, user: UserRecord): Promise<Context> {
  const actor = await env.principals.of(user.name);
  if (!actor) throw new AppError('unauthenticated', 'This account is disabled. Ask an administrator.');
  return systemContext(env, reason, { tenant: actor.tenant });
}

/** Does the work after the answer, which therefore says nothing of it. */
export function later(env: AccountsEnv, what: string, work: () => Promise<void>): void {
  env.background.run(what, work);
}

/** The address of a page, from PUBLIC_URL alone: what a request says of its host is never believed. */
export function linkTo(env: AccountsEnv, path: string): string {
  if (env.publicUrl === undefined)
    throw new Error('PUBLIC_URL is not set, so that no link can be written into a mail; nothing was sent');
  return `${env.publicUrl}${path}`;
}

export function sendLetter(env: AccountsEnv, to: string, letter: Letter): Promise<void> {
  return env.mailer.send({ to, ...letter });
}

const MAILS_PER_ADDRESS = 30;
const MAILS_PER_ACCOUNT = 5;
const MAIL_MINUTES = 60;

/** Throws `rate_limited` when too many mails were asked for from this network. The same for known and unknown people. */
export async function limitMailsFrom(env: AccountsEnv, ip: string): Promise<void> {
  const { db, clock } = env.services;
  const key = `mails from ${networkOf(ip)}`;
  if (ip === '' || (await countRequest(db, { key, most: MAILS_PER_ADDRESS, minutes: MAIL_MINUTES, now: clock.now() })))
    return;
  throw new AppError('rate_limited', 'Too many mails were asked for from your address. Try again in an hour.', {
    extra: { retry_after: MAIL_MINUTES * 60 },
  });
}

/** False when this person was sent enough mails of the kind lately. */
export function mayMail(env: AccountsEnv, kind: string, whom: string): Promise<boolean> {
  const { db, clock } = env.services;
  const key = `${kind} to ${whom}`;
  return countRequest(db, { key, most: MAILS_PER_ACCOUNT, minutes: MAIL_MINUTES, now: clock.now() });
}

/** For a token that is unknown, used or expired: one answer for all three. */
export function linkExpired(): AppError {
  const message =
    'This link does not work: it was used already, it is too old, or a newer one was sent. Ask for a new one.';
  return new AppError('bad_request', message, { errors: [{ field: 'token', code: 'invalid_token', message }] });
}
