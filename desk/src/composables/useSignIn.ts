/** The steps of a sign-in: the password, the code of a second factor, what was refused, how long to wait. */
import { computed, onBeforeUnmount, shallowRef } from 'vue';
import { ProblemError } from '../api/client.ts';
import { useSession } from './useSession.ts';

export function useSignIn() {
  const { signIn, answerChallenge } = useSession();
  const challenge = shallowRef('');
  const message = shallowRef('');
  const isBusy = shallowRef(false);
  const seconds = shallowRef(0);
  let timer: ReturnType<typeof setInterval> | undefined;

  /** True when somebody is signed in now; otherwise `message` or `challenge` says what is missing. */
  async function go(given: { user: string; password: string; code: string }): Promise<boolean> {
    if (isBusy.value || seconds.value > 0) return false;
    isBusy.value = true;
    message.value = '';
    try {
      if (challenge.value !== '') {
        await answerChallenge(challenge.value, given.code.trim());
        return true;
      }
      const asked = await signIn(given.user.trim(), given.password);
      challenge.value = asked?.tmp_id ?? '';
      return asked === undefined;
    } catch (error) {
      refuse(error);
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  function refuse(error: unknown): void {
    message.value = (error as Error).message;
    if (error instanceof ProblemError && error.status === 429) wait(Number(error.problem.retry_after) || 5);
  }

  function wait(many: number): void {
    clearInterval(timer);
    seconds.value = Math.ceil(many);
    timer = setInterval(() => {
      seconds.value -= 1;
      if (seconds.value > 0) return;
      clearInterval(timer);
      message.value = '';
    }, 1_000);
  }

  function startOver(): void {
    challenge.value = '';
    message.value = '';
  }

  onBeforeUnmount(() => clearInterval(timer));
  return { challenge, message, isBusy, seconds, isWaiting: computed(() => seconds.value > 0), go, startOver };
}
