/** Who is signed in: one state for the whole desk. Ends when any answer says that the session has. */
import { computed, readonly, shallowRef } from 'vue';
import * as auth from '../api/auth.ts';
import { onSignedOut } from '../api/client.ts';

const user = shallowRef<auth.User | undefined>(undefined);
const isKnown = shallowRef(false);
let asking: Promise<void> | undefined;
const ended = new Set<() => void>();

onSignedOut(() => {
  const wasSignedIn = user.value !== undefined;
  user.value = undefined;
  if (wasSignedIn) for (const listener of ended) listener();
});

/** Called when a session ends by itself, not by `signOut`. */
export function onSessionEnd(listener: () => void): void {
  ended.add(listener);
}

export function useSession() {
  return {
    /** Undefined: nobody, or not known yet. */
    user: readonly(user),
    isKnown: readonly(isKnown),
    hasRole: (role: string) => computed(() => user.value?.roles.includes(role) === true),
    load,
    signIn,
    answerChallenge,
    signOut,
    listProviders: auth.listProviders,
    providerUrl: auth.providerUrl,
  };
}

/** Asks once who this browser is. Throws ProblemError when the server cannot say. */
function load(): Promise<void> {
  if (isKnown.value) return Promise.resolve();
  asking ??= auth
    .whoAmI()
    .then(begin)
    .finally(() => {
      asking = undefined;
    });
  return asking;
}

/** Gives the challenge when a second step is asked for. */
async function signIn(name: string, password: string): Promise<auth.Challenge | undefined> {
  const answer = await auth.signIn(name, password);
  if ('tmp_id' in answer) return answer;
  begin(answer);
  return undefined;
}

async function answerChallenge(tmpId: string, otp: string): Promise<void> {
  begin(await auth.answerChallenge(tmpId, otp));
}

async function signOut(): Promise<void> {
  await auth.signOut();
  user.value = undefined;
}

function begin(who: auth.User | undefined): void {
  user.value = who && { user: who.user, full_name: who.full_name, roles: who.roles };
  isKnown.value = true;
}
