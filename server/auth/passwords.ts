/**
 * Passwords as argon2id hashes. Hashing costs memory and time on purpose, so few run at once and few
 * wait; a user who does not exist costs as much as one who does. Knows no user and no table.
 */
import { argon2id, hash, needsRehash, verify } from 'argon2';
import { AppError } from '../kernel/error.ts';

export const MAX_PASSWORD = 500;
/** Of the four threads that Node has for such work: two stay free for everybody else. */
const AT_ONCE = 2;
const MAX_WAITING = 64;

export interface PasswordCost {
  /** KiB. */
  memoryCost: number;
  /** Passes over the memory. */
  timeCost: number;
}

/** OWASP's second choice: 19 MiB, two passes, one lane. */
export const DEFAULT_COST: PasswordCost = { memoryCost: 19_456, timeCost: 2 };

export interface Passwords {
  /** Whether the password made the stored hash; with none, false after as long a time. Throws `rate_limited` when too many wait. */
  verify(stored: string | undefined, password: string, cost: PasswordCost): Promise<boolean>;
  /** The hash to keep. Throws `validation` for an empty password and one of more than 500 characters. */
  hash(password: string, cost: PasswordCost): Promise<string>;
}

export function createPasswords(): Passwords {
  const turn = createTurns();
  let nobodys: { cost: PasswordCost; hash: Promise<string> } | undefined;
  return {
    async verify(stored, password, cost) {
      if (password.length > MAX_PASSWORD) return false;
      const isRight = await turn(async () => {
        if (stored !== undefined) return verify(stored, password);
        if (nobodys?.cost.memoryCost !== cost.memoryCost || nobodys.cost.timeCost !== cost.timeCost)
          nobodys = { cost, hash: hash('the password of nobody', optionsOf(cost)) };
        return verify(await nobodys.hash, password);
      });
      return isRight && stored !== undefined;
    },
    hash: (password, cost) => turn(() => hashPassword(password, cost)),
  };
}

/** As `Passwords.hash`, but without waiting for a turn: for the operator's own work. */
export async function hashPassword(password: string, cost: PasswordCost): Promise<string> {
  if (password === '' || password.length > MAX_PASSWORD) {
    const message = `A password has 1 to ${MAX_PASSWORD} characters; this one has ${password.length}.`;
    throw new AppError('validation', message, { errors: [{ field: 'password', code: 'length', message }] });
  }
  return hash(password, optionsOf(cost));
}

/** Whether the hash was made with other parameters than those of now. */
export function isOutdated(stored: string, cost: PasswordCost): boolean {
  return needsRehash(stored, optionsOf(cost));
}

function optionsOf({ memoryCost, timeCost }: PasswordCost) {
  return { type: argon2id, memoryCost, timeCost, parallelism: 1 } as const;
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
