/** Whether an answer is the predicted one: no value more, none less, none different. */
import type { Row, Value, World } from './world.ts';

/** Fieldnames that rules are about: an answer may carry other keys (`id`, `creation`), but of these only the predicted ones. */
export function guardedNames(world: World): ReadonlySet<string> {
  return new Set([...world.types.values()].flatMap((type) => type.fields.map((field) => field.name)));
}

/** Undefined when they are alike, else where and how they differ. */
export function difference(
  guarded: ReadonlySet<string>,
  expected: Value,
  actual: unknown,
  at = 'answer',
): string | undefined {
  if (Array.isArray(expected)) {
    if (isObject(actual)) return objectDifference(guarded, expected[0] as Row, actual, at);
    if (expected.length === 2 && actual === expected[1]?.name) return undefined;
    if (!Array.isArray(actual)) return differ(at, expected, actual ?? null);
    if (actual.length !== expected.length)
      return `${at}: ${expected.length} expected, ${actual.length} came${extra(expected, actual)}`;
    return first(expected.map((row, i) => objectDifference(guarded, row, actual[i], `${at}[${i}]`)));
  }
  return isAlike(expected, actual) ? undefined : differ(at, expected, actual);
}

function objectDifference(
  guarded: ReadonlySet<string>,
  expected: Row,
  actual: unknown,
  at: string,
): string | undefined {
  if (!isObject(actual)) return differ(at, expected as unknown as Value, actual);
  const more = Object.keys(actual).find((key) => guarded.has(key) && !Object.hasOwn(expected, key));
  if (more !== undefined) return `${at}.${more} must not be there: ${JSON.stringify(actual[more])}`;
  return first(Object.entries(expected).map(([key, value]) => difference(guarded, value, actual[key], `${at}.${key}`)));
}

/** 0 and false, nothing and the empty text are one here: both doors write them differently. */
function isAlike(expected: Value, actual: unknown): boolean {
  if (expected === null || expected === undefined || expected === '')
    return actual === null || actual === undefined || actual === '';
  if (typeof expected === 'boolean' || typeof actual === 'boolean') return Number(expected) === Number(actual);
  return (
    expected === actual || (typeof expected === 'number' && typeof actual === 'string' && Number(actual) === expected)
  );
}

function extra(expected: readonly Row[], actual: readonly unknown[]): string {
  const wanted = new Set(expected.map((row) => row.name));
  const came = new Set(actual.map((row) => (isObject(row) ? row.name : undefined)));
  const more = [...came].filter((name) => name !== undefined && !wanted.has(name as string));
  const less = [...wanted].filter((name) => name !== undefined && !came.has(name));
  return ` (too many: ${more.join(', ') || '-'}; missing: ${less.join(', ') || '-'})`;
}

function differ(at: string, expected: Value, actual: unknown): string {
  return `${at}: ${JSON.stringify(expected)} expected, ${JSON.stringify(actual)} came`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((each) => each !== undefined);
}
