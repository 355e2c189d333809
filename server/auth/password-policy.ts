/**
 * Which passwords people may choose. Length is what counts; beside it only what everybody guesses first is
 * refused. An operator's password (ADMIN_PASSWORD, `m user passwd`) does not pass here.
 */
import { AppError } from '../kernel/error.ts';
import { MAX_PASSWORD } from './passwords.ts';

/** Least length by System Settings' minimum_password_score: fair, strong, very strong. */
const LEAST: ReadonlyMap<number, number> = new Map([
  [2, 8],
  [3, 10],
  [4, 12],
]);
const FEWEST_DIFFERENT = 4;
/** What remains of the usual lists when the short ones are out; digits at the end do not help. */
const GUESSED_FIRST =
  /^(password|passwort|passw0rd|qwertyui|qwertyuiop|qwerty|asdfghjk|asdfghjkl|letmein|welcome|iloveyou|administrator|admin|changeme|football|baseball|sunshine|princess|trustno1|superman|abcdefgh|abcdefghi|secret|starwars|whatever)[\d!.?]*$/;

/** Throws `validation` on `field` with what is expected. `names`: what the user is called, which is no password. */
export function checkNewPassword(q: {
  password: string;
  names: readonly string[];
  score: number;
  field?: string;
}): void {
  const problem = problemOf(q);
  if (problem === undefined) return;
  const { field = 'new_password' } = q;
  throw new AppError('validation', problem, { errors: [{ field, code: 'weak_password', message: problem }] });
}

function problemOf({ password, names, score }: { password: string; names: readonly string[]; score: number }) {
  const least = LEAST.get(score) ?? 8;
  const length = [...password].length;
  if (length < least || password.length > MAX_PASSWORD)
    return `The password must have ${least} to ${MAX_PASSWORD} characters; it has ${length}. Several words are easy to keep in mind.`;
  const lower = password.toLowerCase();
  if (new Set(lower).size < FEWEST_DIFFERENT || isSequence(lower))
    return 'The password is the same few characters again and again, or a row of them. Choose several words instead.';
  if (GUESSED_FIRST.test(lower))
    return 'The password is one that everybody guesses first. Choose several words instead.';
  const own = names.flatMap((name) => [name.toLowerCase(), name.toLowerCase().split('@')[0] as string]);
  if (own.some((name) => name.length >= 3 && lower.replace(/[\d!.?]+$/, '') === name))
    return 'The password is your own name. Choose several words instead.';
  return undefined;
}

/** 12345678, abcdefgh: each character follows the last one. */
function isSequence(text: string): boolean {
  const steps = new Set([...text].slice(1).map((letter, at) => letter.charCodeAt(0) - text.charCodeAt(at)));
  return steps.size === 1;
}
