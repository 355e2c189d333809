/** `m config`: which settings hold and where each comes from. Secrets are never shown. */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseEnv } from 'node:util';
import type { Command } from 'commander';
import type { Config } from '../config.ts';
import { limitNamed } from '../config-graphql.ts';
import { VARIABLE_NAMES } from '../config-variables.ts';
import { sayJson, sayTable } from './output.ts';
import { projectConfig } from './project.ts';

export function addConfig(program: Command): void {
  const group = program
    .command('config')
    .description('the settings that hold, and their sources')
    .option('--json', 'as JSON')
    .action(runShow);
  group
    .command('show')
    .description('every setting with its source; secrets are masked')
    .option('--json', 'as JSON')
    .action(runShow);
}

const MASK = '********';
const SECRETS: ReadonlySet<string> = new Set([
  'APP_SECRET',
  'ADMIN_PASSWORD',
  'S3_SECRET_ACCESS_KEY',
  'OIDC_CLIENT_SECRET',
  'POLICY_TOKEN',
]);

/** What holds when nothing is given, in words. */
function defaultOf(name: string, config: Config): string {
  switch (name) {
    case 'DATABASE_URL':
      return `embedded, in ${path.join(config.dataDir, 'postgres')}`;
    case 'HOST':
      return config.host;
    case 'PORT':
      return String(config.port);
    case 'APP_SECRET':
      return `${MASK} (in ${path.join(config.dataDir, 'secret')})`;
    case 'ADMIN_PASSWORD':
      return 'made at the first start';
    case 'DEMO':
      return '1 when the database is embedded and empty';
    case 'LOG_LEVEL':
      return config.logLevel;
    case 'TENANCY':
      return config.tenancy;
    case 'POOL_SIZE':
      return String(config.poolSize);
    case 'STATEMENT_TIMEOUT_MS':
      return String(config.statementTimeoutMs);
    case 'BODY_LIMIT_BYTES':
      return String(config.bodyLimitBytes);
    case 'POLICY_URL':
      return 'none: the built-in permissions alone';
    default:
      return String(limitNamed(config.graphqlLimits, name) ?? '');
  }
}

function runShow(options: { json?: true }): void {
  const config = projectConfig();
  const file = readFile(config.root);
  const settings = VARIABLE_NAMES.map((name) => {
    const [value, source] = given(name, process.env, 'environment') ??
      given(name, file, '.env') ?? [defaultOf(name, config), 'default'];
    return { name, value, source };
  });
  if (options.json) sayJson(settings);
  else
    sayTable(
      ['setting', 'value', 'source'],
      settings.map(({ name, value, source }) => [name, value, source]),
    );
}

function given(
  name: string,
  from: Readonly<Record<string, string | undefined>>,
  source: string,
): [value: string, source: string] | undefined {
  const value = Object.hasOwn(from, name) ? from[name]?.trim() : undefined;
  return value ? [masked(name, value), source] : undefined;
}

/** Also the password inside a URL, and what a query may hide. */
function masked(name: string, value: string): string {
  if (SECRETS.has(name)) return MASK;
  const url = name.endsWith('_URL') ? URL.parse(value) : null;
  if (!url) return value;
  const user = url.username ? `${url.username}${url.password ? `:${MASK}` : ''}@` : '';
  const query = [...url.searchParams]
    .map(([key, text]) => `${key}=${/pass|secret|key|token/i.test(key) ? MASK : text}`)
    .join('&');
  return `${url.protocol}//${user}${url.host}${url.pathname}${query ? `?${query}` : ''}`;
}

function readFile(root: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(path.join(root, '.env'), 'utf8'));
  } catch {
    return {};
  }
}
