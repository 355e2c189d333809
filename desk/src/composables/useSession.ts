/**
 * Who is signed in: one state for the whole desk. A session that ends by itself leaves everything as it stands, what
 * was typed too, until the same person is signed in again; the requests that were refused meanwhile go once more.
 */
import { computed, readonly, shallowRef } from 'vue';
import * as auth from '../api/auth.ts';
import { onSignedOut } from '../api/client.ts';

const user = shallowRef<auth.User | undefined>(undefined);
const isKnown = shallowRef(false);
const isExpired = shallowRef(false);
let asking: Promise<void> | undefined;
/** The server ends the session before the answer brings the next one: that is no end. */
let isChanging = false;
const waiting = new Set<(isAgain: boolean) => void>();
/** Other tabs share the cookie: they hear who has come and gone. */
const others = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('desk-session');

onSignedOut(() => {
  if (user.value === undefined) return Promise.resolve(false);
  isExpired.value = true;
  return new Promise((resolve) => waiting.add(resolve));
});

others?.addEventListener('message', ({ data }: MessageEvent<string>) => {
  if (user.value === undefined) return;
  if (data === '') isExpired.value = true;
  else follow(data);
});

const leaving = new Set<(user: string) => unknown>();

/** What this browser keeps for a user is cleared when they sign out. */
export function onSignOut(clear: (user: string) => unknown): void {
  leaving.add(clear);
}

export function useSession() {
  return {
    /** Undefined: nobody, or not known yet. */
    user: readonly(user),
    isKnown: readonly(isKnown),
    /** The session of `user` has ended by itself. */
    isExpired: readonly(isExpired),
    hasRole: (role: string) => computed(() => user.value?.roles.includes(role) === true),
    load,
    check,
    signIn,
    answerChallenge,
    signOut,
    forgotPassword: auth.forgotPassword,
    changePassword,
    setPasswordOf: auth.setPasswordOf,
    listProviders: auth.listProviders,
    providerUrl: auth.providerUrl,
  };
}

/** Asks once who this browser is. Throws ProblemError when the server cannot say. */
function load(): Promise<void> {
  if (isKnown.value) return Promise.resolve();
  asking ??= (auth.cameAsNobody() ? Promise.resolve(undefined) : auth.whoAmI())
    .then((who) => {
      begin(who);
    })
    .finally(() => {
      asking = undefined;
    });
  return asking;
}

/** Asks again: an answer that nobody is signed in ends the session here, one that somebody is begins it anew. */
async function check(): Promise<void> {
  if (isChanging) return;
  const who = await auth.whoAmI().catch(() => user.value);
  if (who === undefined) isExpired.value = user.value !== undefined;
  else if (isExpired.value) follow(who.user);
}

/** Gives the challenge when a second step is asked for. */
async function signIn(name: string, password: string): Promise<auth.Challenge | undefined> {
  const answer = await auth.signIn(name, password);
  if ('tmp_id' in answer) return answer;
  enter(answer);
  return undefined;
}

async function answerChallenge(tmpId: string, otp: string): Promise<void> {
  enter(await auth.answerChallenge(tmpId, otp));
}

async function signOut(): Promise<void> {
  const name = user.value?.user ?? '';
  await auth.signOut();
  await Promise.allSettled([...leaving].map((clear) => clear(name)));
  user.value = undefined;
  others?.postMessage('');
}

async function changePassword(current: string, fresh: string): Promise<void> {
  isChanging = true;
  try {
    enter(await auth.changePassword(current, fresh));
  } finally {
    isChanging = false;
  }
}

function enter(who: auth.User): void {
  if (user.value === undefined) begin(who);
  else follow(who.user);
  others?.postMessage(who.user);
}

function begin(who: auth.User | undefined): void {
  user.value = who && {
    user: who.user,
    full_name: who.full_name,
    roles: who.roles,
    time_zone: who.time_zone,
    chosen: who.chosen,
    map: who.map,
    stream_cursor: who.stream_cursor,
  };
  isKnown.value = true;
}

/** The cookie is this person's now: the same goes on; for another one this page is not. */
function follow(name: string): void {
  if (name !== user.value?.user) {
    window.location.reload();
    return;
  }
  isExpired.value = false;
  for (const resolve of waiting) resolve(true);
  waiting.clear();
}
