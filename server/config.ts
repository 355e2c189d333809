/**
 * What the environment says, as one value: read once at the start by main.ts and the command line.
 * The variables themselves, with their rules, are in config-variables.ts; here are their sources
 * (`.env` under the real environment), misspelt names, and the secret that is made when none is given.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import { ConfigError } from './config-error.ts';
import { type Env, isVariable, readVariables, VARIABLE_NAMES, type Variables } from './config-variables.ts';
import { nearest } from './kernel/error.ts';

export { ConfigError } from './config-error.ts';

export interface Config extends Variables {
  /** The folder of the project: where `.env` and `.data` are. */
  root: string;
  /** `<root>/.data`: the embedded database, the made secret, uploaded files. */
  dataDir: string;
  /** NODE_ENV=production. */
  isProduction: boolean;
  /** Signs tokens, encrypts Password fields. Never empty. */
  appSecret: string;
}

/**
 * Reads and checks every variable. Takes `process.env` and the project's folder; `.env` in that folder
 * fills what the environment leaves out. Throws ConfigError, one sentence for the first thing wrong.
 */
export function readConfig(env: Env, root: string): Config {
  const file = readEnvFile(root);
  refuseUnknown(file);
  refuseMisspelt(env);
  const given = { ...withoutEmpty(file), ...withoutEmpty(env) };
  const variables = readVariables(given, root);
  const dataDir = path.join(root, '.data');
  const isProduction = given.NODE_ENV === 'production';
  const appSecret = variables.givenSecret ?? makeSecret(dataDir, isProduction);
  return { ...variables, root, dataDir, isProduction, appSecret };
}

/** What others may set in `.env` beside our own: Node's and the system's. */
const FOREIGN = new Set(['NODE_ENV', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'TZ', 'LANG']);

function readEnvFile(root: string): Env {
  try {
    return parseEnv(readFileSync(path.join(root, '.env'), 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    throw new ConfigError(`.env cannot be read (${code}): expected a text file with lines such as PORT=8000.`);
  }
}

function refuseUnknown(file: Env): void {
  for (const name of Object.keys(file)) {
    if (isVariable(name) || FOREIGN.has(name)) continue;
    const meant = VARIABLE_NAMES.find((known) => isOneSlipAway(name, known)) ?? nearest(name, VARIABLE_NAMES);
    const hint = meant ? `did you mean ${meant}?` : 'remove the line, or see .env.example for the known ones.';
    throw new ConfigError(`.env sets ${name}, which is not a variable of Framework M: ${hint}`);
  }
}

/**
 * The environment is full of other programs' variables, so only what is one slip of the finger away
 * from a long name of ours is judged, and only while the right one is not set: DATABASE_ULR.
 */
function refuseMisspelt(env: Env): void {
  for (const name of Object.keys(env)) {
    if (name.length < 8 || isVariable(name)) continue;
    const meant = VARIABLE_NAMES.find((known) => known.length >= 8 && isOneSlipAway(name, known));
    if (!meant || env[meant]) continue;
    throw new ConfigError(`${name} is set in the environment; did you mean ${meant}? Set that, or unset ${name}.`);
  }
}

/** One letter changed, left out, doubled or added in the middle, or two neighbours swapped. Plurals, suffixes and `_` are other names. */
function isOneSlipAway(name: string, known: string): boolean {
  if (name[0] !== known[0] || name.replaceAll('_', '') === known.replaceAll('_', '')) return false;
  let start = 0;
  while (start < name.length && name[start] === known[start]) start++;
  let end = 0;
  while (end < Math.min(name.length, known.length) - start && name.at(-1 - end) === known.at(-1 - end)) end++;
  const ours = known.slice(start, known.length - end);
  const theirs = name.slice(start, name.length - end);
  if (ours.length <= 1 && theirs.length <= 1) return end > 0;
  return ours.length === 2 && theirs === `${ours[1]}${ours[0]}`;
}

function withoutEmpty(env: Env): Env {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''));
}

/** The secret in `.data/secret`, made at the first start. Throws ConfigError in production, where it must be given. */
function makeSecret(dataDir: string, isProduction: boolean): string {
  if (isProduction) {
    throw new ConfigError(
      'APP_SECRET is not set: expected a secret text of at least 32 characters with NODE_ENV=production. Make one with "openssl rand -hex 32", and keep it: what it encrypted is lost without it.',
    );
  }
  const file = path.join(dataDir, 'secret');
  const existing = readSecret(file);
  if (existing) return existing;
  mkdirSync(dataDir, { recursive: true });
  // What a project commits is everything but what its ignore files name, and nobody is to commit this.
  const ignore = path.join(dataDir, '.gitignore');
  if (!existsSync(ignore)) writeFileSync(ignore, '*\n');
  // link() refuses an existing name: of two first starts at once, one secret wins and both use it.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readSecret(file) as string;
}

function readSecret(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8').trim();
    if (text) return text;
    throw new ConfigError(
      `${file} is empty: expected the secret that was made at the first start. Restore it, or set APP_SECRET.`,
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code)
      throw new ConfigError(`${file} cannot be read (${code}): start as the user who made it, or set APP_SECRET.`);
    throw error;
  }
}
