/**
 * Passwords as argon2id hashes. Hashing costs memory and time on purpose, so few run at once and few
 * wait; a user who does not exist costs as much as one who does. Knows no user and no table.
 */
import { argon2id, hash, verify } from 'argon2';
import { AppError } from '../kernel/error.ts';

export const MAX_PASSWORD = 500;
const AT_ONCE = 2;
const MAX_WAITING = 64;
/** OWASP's second choice: 19 MiB, two passes, one lane. */
const COST = { type: argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export interface PasswordCheck {
  /** Whether the password made the stored hash; with none, false after as long a time. Throws `rate_limited` when too many wait. */
  verify(stored: string | undefined, password: string): Promise<boolean>;
}

/** The hash to keep. Throws `validation` for an empty password and one of more than 500 characters. */
export async function hashPassword(password: string): Promise<string> {
  if (password === '' || password.length > MAX_PASSWORD) {
    const message = `A password has 1 to ${MAX_PASSWORD} characters; this one has ${password.length}.`;
    throw new AppError('validation', message, { errors: [{ field: 'password', code: 'length', message }] });
  }
  return hash(password, COST);
}

export function createPasswordCheck(): PasswordCheck {
  const turn = createTurns();
  let nobodys: Promise<string> | undefined;
  return {
    async verify(stored, password) {
      if (password.length > MAX_PASSWORD) return false;
      nobodys ??= hash('the password of nobody', COST);
      const against = stored ?? (await nobodys);
      const isRight = await turn(() => verify(against, password));
      return isRight && stored !== undefined;
    },
  };
}

/** Runs work two at a time; what does not fit in the queue is refused at once. */
function createTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < AT_ONCE) running++;
    else {
      if (waiting.length >= MAX_WAITING) {
        throw new AppError(
          'rate_limited',
          'Too many people are signing in at this moment. Try again in a few seconds.',
        );
      }
      await new Promise<void>((resolve) => waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      // The place is handed on, not given back and taken again: nobody slips in between.
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };
}
