/**
 * Reading one variable of the environment: a number, a switch, a URL, a list. What does not fit stops the
 * start with a sentence that names the variable, and never repeats what may hold a password.
 */
import { ConfigError } from './config-error.ts';

export type Env = Readonly<Record<string, string | undefined>>;

export function integer(
  env: Env,
  name: string,
  { fallback, from, to }: { fallback: number; from: number; to: number },
): number {
  const text = env[name]?.trim();
  if (text === undefined) return fallback;
  const value = Number(text);
  // Leading zeros are refused: is 0100 a hundred or sixty-four?
  if (/^(0|[1-9]\d{0,11})$/.test(text) && value >= from && value <= to) return value;
  return refuse(name, `a whole number from ${from} to ${to}, in plain digits`, quoted(text));
}

export function flag(env: Env, name: string): boolean | undefined {
  const text = env[name]?.trim();
  if (text === undefined) return undefined;
  if (text === '1' || text === 'true') return true;
  if (text === '0' || text === 'false') return false;
  return refuse(name, '1 or 0', quoted(text));
}

export function oneOf<T extends string>(env: Env, name: string, values: readonly T[]): T | undefined {
  const text = env[name]?.trim();
  if (text === undefined) return undefined;
  return values.find((value) => value === text) ?? refuse(name, `one of ${values.join(', ')}`, quoted(text));
}

export function url(
  env: Env,
  name: string,
  { protocols, example }: { protocols: readonly string[]; example: string },
): string | undefined {
  const text = env[name]?.trim();
  if (text === undefined) return undefined;
  const expected = `a URL such as ${example}`;
  const parsed = URL.parse(text);
  if (!parsed) return refuse(name, expected, 'not a URL (a special character in a password must be written as %XX)');
  const protocol = parsed.protocol.slice(0, -1);
  if (!protocols.includes(protocol)) return refuse(name, expected, `one that begins with "${protocol}:"`);
  if (!parsed.hostname && !parsed.searchParams.has('host')) return refuse(name, expected, 'one without a host');
  return text;
}

export function list(
  env: Env,
  name: string,
  { is, expected }: { is(entry: string): boolean; expected: string },
): string[] {
  const entries = (env[name] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const wrong = entries.find((entry) => !is(entry));
  return wrong === undefined ? entries : refuse(name, expected, `with the entry ${quoted(wrong)}`);
}

/** False when none of the group is set; refuses a group that is set in part. */
export function together(env: Env, required: readonly string[], optional: readonly string[]): boolean {
  const present = [...required, ...optional].find((name) => env[name] !== undefined);
  if (!present) return false;
  const missing = required.find((name) => env[name] === undefined);
  return missing === undefined || refuse(missing, `set when ${present} is`, 'not set');
}

/** "PORT must be …; it is …". What a variable with a password holds is never repeated. */
export function refuse(name: string, expected: string, came: string): never {
  throw new ConfigError(`${name} must be ${expected}; it is ${came}.`);
}

export function quoted(value: string): string {
  return `"${value.length > 80 ? `${value.slice(0, 80)}…` : value}"`;
}
