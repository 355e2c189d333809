/**
 * Every variable of the environment with its default and its rule. `.env.example` has a line for each
 * (a test compares them). Reads nothing but the values it is given; config.ts brings them.
 */
import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import path from 'node:path';
import { GRAPHQL_VARIABLES, graphqlLimits } from './config-graphql.ts';
import { policy } from './config-policy.ts';
import { type Env, flag, integer, list, oneOf, quoted, refuse, together, url } from './config-values.ts';
import { AUTH_WAYS, type AuthWay, DEFAULT_CHAIN } from './kernel/auth-ways.ts';
import type { Limits } from './kernel/graphql-limits.ts';
import type { TenancyMode } from './kernel/tenancy.ts';
import type { HttpPolicySettings } from './policy/http-engine.ts';

export type { Env } from './config-values.ts';
export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent';

export interface Variables {
  /** Undefined: the embedded PostgreSQL. */
  databaseUrl: string | undefined;
  host: string;
  /** 0: any free port. */
  port: number;
  givenSecret: string | undefined;
  adminPassword: string | undefined;
  /** Undefined: when the database is embedded and empty. */
  demo: boolean | undefined;
  logLevel: LogLevel;
  /** Without a slash at its end. */
  publicUrl: string | undefined;
  /** Addresses and CIDR ranges whose X-Forwarded-* headers count. */
  trustedProxies: readonly string[];
  /** Origins, or the one entry `*`. */
  corsOrigins: readonly string[];
  /** Ways to sign in, in the order in which they are tried. */
  authChain: readonly AuthWay[];
  /** Folders of apps, absolute. */
  apps: readonly string[];
  /** One tenant, or many in one database with a column that says whose a row is. */
  tenancy: TenancyMode;
  poolSize: number;
  statementTimeoutMs: number;
  bodyLimitBytes: number;
  smtpUrl: string | undefined;
  /** Who mails are from: `Name <address>`, or the address alone. */
  mailFrom: string;
  natsUrl: string | undefined;
  s3: S3 | undefined;
  oidc: Oidc | undefined;
  /** The engine that is asked beside the built-in permissions. */
  policy: HttpPolicySettings | undefined;
  graphqlLimits: Limits;
}

export interface S3 {
  endpoint: string | undefined;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
}

export interface Oidc {
  issuer: string;
  clientId: string;
  clientSecret: string;
}

export const VARIABLE_NAMES: readonly string[] = [
  'DATABASE_URL',
  'HOST',
  'PORT',
  'APP_SECRET',
  'ADMIN_PASSWORD',
  'DEMO',
  'LOG_LEVEL',
  'PUBLIC_URL',
  'TRUSTED_PROXIES',
  'CORS_ORIGINS',
  'AUTH_CHAIN',
  'APPS',
  'TENANCY',
  'POOL_SIZE',
  'STATEMENT_TIMEOUT_MS',
  'BODY_LIMIT_BYTES',
  'SMTP_URL',
  'MAIL_FROM',
  'NATS_URL',
  'S3_ENDPOINT',
  'S3_REGION',
  'S3_BUCKET',
  'S3_ACCESS_KEY_ID',
  'S3_SECRET_ACCESS_KEY',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'POLICY_URL',
  'POLICY_SHAPE',
  'POLICY_TIMEOUT_MS',
  'POLICY_CACHE_MS',
  'POLICY_ON_ERROR',
  'POLICY_TOKEN',
  ...GRAPHQL_VARIABLES,
];

const TENANCY_MODES: readonly TenancyMode[] = ['single', 'column'];

const LOG_LEVELS: readonly LogLevel[] = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];

export function isVariable(name: string): boolean {
  return VARIABLE_NAMES.includes(name);
}

/** Checks and converts all of them; `root` is what relative folders start from. Throws ConfigError. */
export function readVariables(env: Env, root: string): Variables {
  return {
    databaseUrl: url(env, 'DATABASE_URL', {
      protocols: ['postgres', 'postgresql'],
      example: 'postgres://user:password@host:5432/database',
    }),
    host: host(env),
    port: integer(env, 'PORT', { fallback: 8000, from: 0, to: 65_535 }),
    givenSecret: secret(env),
    adminPassword: env.ADMIN_PASSWORD,
    demo: flag(env, 'DEMO'),
    logLevel: oneOf(env, 'LOG_LEVEL', LOG_LEVELS) ?? 'info',
    publicUrl: publicUrl(env),
    trustedProxies: list(env, 'TRUSTED_PROXIES', {
      is: isAddressRange,
      expected: 'IP addresses or CIDR ranges with commas between them, such as 10.0.0.0/8',
    }),
    corsOrigins: list(env, 'CORS_ORIGINS', {
      is: isOrigin,
      expected: 'origins with commas between them, such as https://app.example.com, or *',
    }),
    authChain: authChain(env),
    apps: list(env, 'APPS', {
      is: (entry) => isFolder(path.resolve(root, entry)),
      expected: 'folders that exist, with commas between them',
    }).map((entry) => path.resolve(root, entry)),
    tenancy: oneOf(env, 'TENANCY', TENANCY_MODES) ?? 'single',
    poolSize: integer(env, 'POOL_SIZE', { fallback: 10, from: 1, to: 1000 }),
    statementTimeoutMs: integer(env, 'STATEMENT_TIMEOUT_MS', { fallback: 5000, from: 1, to: 86_400_000 }),
    bodyLimitBytes: integer(env, 'BODY_LIMIT_BYTES', { fallback: 10 * 1024 * 1024, from: 1024, to: 1024 ** 3 }),
    smtpUrl: url(env, 'SMTP_URL', {
      protocols: ['smtp', 'smtps'],
      example: 'smtp://user:password@mail.example.com:587',
    }),
    mailFrom: mailFrom(env),
    natsUrl: url(env, 'NATS_URL', { protocols: ['nats', 'tls', 'ws', 'wss'], example: 'nats://localhost:4222' }),
    s3: s3(env),
    oidc: oidc(env),
    policy: policy(env),
    graphqlLimits: graphqlLimits(env),
  };
}

function host(env: Env): string {
  const text = env.HOST?.trim() ?? '127.0.0.1';
  if (isIP(text) || /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(text)) return text;
  return refuse(
    'HOST',
    'an address or a host name to listen on, without port or "http://", such as 0.0.0.0',
    quoted(text),
  );
}

function secret(env: Env): string | undefined {
  const text = env.APP_SECRET;
  const least = env.NODE_ENV === 'production' ? 32 : 1;
  if (text === undefined || text.length >= least) return text;
  return refuse(
    'APP_SECRET',
    `a secret text of at least ${least} characters with NODE_ENV=production`,
    `${text.length} long`,
  );
}

function publicUrl(env: Env): string | undefined {
  const expected = 'the address that browsers use, such as https://app.example.com';
  const text = url(env, 'PUBLIC_URL', { protocols: ['http', 'https'], example: 'https://app.example.com' });
  if (text === undefined) return undefined;
  const { username, search, hash, href } = new URL(text);
  if (username || search || hash) return refuse('PUBLIC_URL', expected, 'one with a user, a query or a fragment');
  return href.replace(/\/+$/, '');
}

/** Of no address that is set, mails come from the host that people know. */
function mailFrom(env: Env): string {
  const text = env.MAIL_FROM?.trim();
  if (text === undefined) return `no-reply@${URL.parse(env.PUBLIC_URL?.trim() ?? '')?.hostname || 'localhost'}`;
  // No line break: it would begin another header.
  if (/^(?:[^<>\p{Cc}]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$/u.test(text)) return text;
  return refuse('MAIL_FROM', 'an address such as Framework M <no-reply@example.com>', quoted(text));
}

/** Each way once; a way that is not named does not exist. */
function authChain(env: Env): readonly AuthWay[] {
  const ways = list(env, 'AUTH_CHAIN', {
    is: (entry) => (AUTH_WAYS as readonly string[]).includes(entry),
    expected: `some of ${AUTH_WAYS.join(', ')}, with commas between them`,
  });
  const again = ways.find((way, at) => ways.indexOf(way) !== at);
  if (again !== undefined) refuse('AUTH_CHAIN', 'a list that names each way once', `one with ${quoted(again)} twice`);
  if (ways.includes('gateway') && env.TRUSTED_PROXIES === undefined)
    refuse('TRUSTED_PROXIES', 'set when AUTH_CHAIN names gateway, to the addresses of the gateway', 'not set');
  return ways.length === 0 ? DEFAULT_CHAIN : (ways as AuthWay[]);
}

function isAddressRange(entry: string): boolean {
  const [address = '', bits, ...rest] = entry.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function isOrigin(entry: string): boolean {
  if (entry === '*') return true;
  const parsed = URL.parse(entry);
  return parsed !== null && /^https?:$/.test(parsed.protocol) && parsed.origin === entry;
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function s3(env: Env): S3 | undefined {
  if (!together(env, ['S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'], ['S3_ENDPOINT', 'S3_REGION']))
    return undefined;
  return {
    endpoint: url(env, 'S3_ENDPOINT', { protocols: ['http', 'https'], example: 'https://s3.example.com' }),
    region: env.S3_REGION ?? 'us-east-1',
    bucket: env.S3_BUCKET ?? '',
    accessKeyId: env.S3_ACCESS_KEY_ID ?? '',
    secretAccessKey: env.S3_SECRET_ACCESS_KEY ?? '',
  };
}

function oidc(env: Env): Oidc | undefined {
  if (!together(env, ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'], [])) return undefined;
  return {
    issuer: url(env, 'OIDC_ISSUER', { protocols: ['http', 'https'], example: 'https://login.example.com' }) ?? '',
    clientId: env.OIDC_CLIENT_ID ?? '',
    clientSecret: env.OIDC_CLIENT_SECRET ?? '',
  };
}
