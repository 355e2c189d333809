/** Seeds of random tests: the same in every run, so that a failure is of the change that it came with. */

const USUAL = 20_261_128;

/** The number in the variable repeats a run; `random` looks where nobody has looked before. */
export function seedFrom(variable: 'PERMISSION_SEED' | 'FUZZ_SEED' | 'QUERY_SEED'): number {
  const asked = process.env[variable];
  if (asked === 'random') return Date.now() % 1_000_000_000;
  const seed = Number(asked ?? USUAL);
  if (!Number.isInteger(seed)) throw new Error(`${variable} is a whole number or "random", not "${asked}".`);
  return seed;
}
