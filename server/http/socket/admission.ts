/** How many there may be, of each key and of all: who comes in says so, and leaves again. */
import { networkOf } from '../../auth/addresses.ts';
import { type Actor, GUEST } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/error.ts';
import type { Call } from '../call.ts';

export interface Admission {
  /** Gives the way out. Throws `rate_limited` when it is full. */
  enter(key: string): () => void;
  count(): number;
}

/** `refuse`: the sentence for who does not come in. */
export function createAdmission(most: number, refuse: (most: number) => string): Admission {
  const inside = new Map<string, number>();
  let all = 0;
  return {
    count: () => all,
    enter(key) {
      const others = inside.get(key) ?? 0;
      if (others >= most) throw new AppError('rate_limited', refuse(most));
      inside.set(key, others + 1);
      all++;
      let isInside = true;
      return () => {
        if (!isInside) return;
        isInside = false;
        all--;
        const left = (inside.get(key) ?? 1) - 1;
        if (left > 0) inside.set(key, left);
        else inside.delete(key);
      };
    },
  };
}

/** As whom somebody is counted: guests are not one user. */
export function counted(call: Pick<Call, 'ip'>, { user }: Pick<Actor, 'user'>): string {
  return user === GUEST ? `${GUEST} ${networkOf(call.ip)}` : user;
}

/** What stays open, WebSockets and event streams alike: so many of a user, so many of the process. */
export interface Connections {
  /** One more of the process. */
  all: Admission;
  /** One more of a user: see counted. */
  users: Admission;
}

export function createConnections(q: { user: number; all: number }): Connections {
  return {
    all: createAdmission(
      q.all,
      (most) => `This server has ${most} connections open already, which is all it takes. Try again later.`,
    ),
    users: createAdmission(
      q.user,
      (most) => `You have ${most} connections open, which is all that one user may. Close some first.`,
    ),
  };
}
