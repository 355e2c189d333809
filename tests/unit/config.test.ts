import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Config, ConfigError, readConfig } from '../../server/config.ts';
import { VARIABLE_NAMES } from '../../server/config-variables.ts';
import { DEFAULT_LIMITS } from '../../server/kernel/graphql-limits.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'framework-m-config-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

/** The sentence that stops the start. */
function refusal(env: Record<string, string | undefined>): string {
  try {
    readConfig(env, root);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('readConfig took it');
}

function dotEnv(text: string): void {
  writeFileSync(path.join(root, '.env'), text);
}

test('an empty environment gives the defaults', () => {
  const config = readConfig({}, root);
  expect(config).toMatchObject({
    databaseUrl: undefined,
    host: '127.0.0.1',
    port: 8000,
    demo: undefined,
    logLevel: 'info',
    trustedProxies: [],
    corsOrigins: [],
    apps: [],
    statementTimeoutMs: 5000,
    bodyLimitBytes: 10_485_760,
    isProduction: false,
    dataDir: path.join(root, '.data'),
  });
});

test('a value of nothing but spaces is as good as none', () => {
  expect(readConfig({ PORT: ' ', DATABASE_URL: '', APP_SECRET: '' }, root)).toMatchObject({
    port: 8000,
    databaseUrl: undefined,
  });
});

describe('values that are taken', () => {
  const taken: [Record<string, string>, Partial<Config>][] = [
    [{ PORT: '0' }, { port: 0 }],
    [{ PORT: '65535' }, { port: 65_535 }],
    [{ HOST: '::' }, { host: '::' }],
    [{ HOST: 'localhost' }, { host: 'localhost' }],
    [{ DATABASE_URL: 'postgresql://u:p@db:5432/x' }, { databaseUrl: 'postgresql://u:p@db:5432/x' }],
    [{ DATABASE_URL: 'postgres:///x?host=/run/postgresql' }, { databaseUrl: 'postgres:///x?host=/run/postgresql' }],
    [{ DEMO: '0' }, { demo: false }],
    [{ GRAPHQL_MAX_DEPTH: '20' }, { graphqlLimits: { ...DEFAULT_LIMITS, depth: 20 } }],
    [{ GRAPHQL_MAX_BATCH: '1' }, { graphqlLimits: { ...DEFAULT_LIMITS, batch: 1 } }],
    [{ DEMO: 'true' }, { demo: true }],
    [{ LOG_LEVEL: 'debug' }, { logLevel: 'debug' }],
    [{ PUBLIC_URL: 'https://a.example/' }, { publicUrl: 'https://a.example' }],
    [{ TRUSTED_PROXIES: '10.0.0.0/8, ::1' }, { trustedProxies: ['10.0.0.0/8', '::1'] }],
    [{ CORS_ORIGINS: '*' }, { corsOrigins: ['*'] }],
    [
      { OIDC_ISSUER: 'https://i', OIDC_CLIENT_ID: 'c', OIDC_CLIENT_SECRET: 's' },
      { oidc: { issuer: 'https://i', clientId: 'c', clientSecret: 's' } },
    ],
  ];
  test.each(taken)('%j', (env, expected) => {
    expect(readConfig(env, root)).toMatchObject(expected);
  });
});

describe('values that stop the start with the name, what was expected and what came', () => {
  const refused: [Record<string, string>, RegExp][] = [
    [{ PORT: '65536' }, /^PORT must be a whole number from 0 to 65535.*it is "65536"/],
    [{ PORT: '08000' }, /^PORT .*plain digits; it is "08000"/],
    [{ PORT: '-1' }, /^PORT /],
    [{ PORT: '80.5' }, /^PORT /],
    [{ PORT: '0x50' }, /^PORT /],
    [{ PORT: '1e3' }, /^PORT /],
    [{ PORT: '８０００' }, /^PORT /],
    [{ HOST: 'http://localhost' }, /^HOST .*without port or "http:\/\/"/],
    [{ HOST: 'localhost:8000' }, /^HOST /],
    [{ DATABASE_URL: 'mysql://u:p@db/x' }, /^DATABASE_URL .*begins with "mysql:"/],
    [{ DATABASE_URL: 'localhost' }, /^DATABASE_URL .*not a URL/],
    [{ DATABASE_URL: 'postgres://' }, /^DATABASE_URL /],
    [{ DEMO: 'yes' }, /^DEMO must be 1 or 0; it is "yes"/],
    [{ LOG_LEVEL: 'verbose' }, /^LOG_LEVEL must be one of fatal, .*it is "verbose"/],
    [{ LOG_LEVEL: 'constructor' }, /^LOG_LEVEL /],
    [{ PUBLIC_URL: 'app.example.com' }, /^PUBLIC_URL /],
    [{ PUBLIC_URL: 'https://a.example/?x=1' }, /^PUBLIC_URL .*a query/],
    [{ TRUSTED_PROXIES: '10.0.0.0/33' }, /^TRUSTED_PROXIES .*entry "10.0.0.0\/33"/],
    [{ TRUSTED_PROXIES: 'proxy.local' }, /^TRUSTED_PROXIES /],
    [{ CORS_ORIGINS: 'https://a.example/path' }, /^CORS_ORIGINS .*entry "https:\/\/a.example\/path"/],
    [{ APPS: 'no/such/folder' }, /^APPS must be folders that exist.*"no\/such\/folder"/],
    [{ GRAPHQL_MAX_DEPTH: '0' }, /^GRAPHQL_MAX_DEPTH must be a whole number from 1 to 50/],
    [{ GRAPHQL_MAX_FIELDS: 'all' }, /^GRAPHQL_MAX_FIELDS /],
    [{ GRAPHQL_MAX_ROOT_FIELDS: '-1' }, /^GRAPHQL_MAX_ROOT_FIELDS /],
    [{ GRAPHQL_MAX_BATCH: '1e3' }, /^GRAPHQL_MAX_BATCH /],
    [{ GRAPHQL_MAX_COST: '0' }, /^GRAPHQL_MAX_COST /],
    [{ GRAPHQL_MAX_QUERY_BYTES: '99' }, /^GRAPHQL_MAX_QUERY_BYTES /],
    [{ GRAPHQL_MAX_SUBSCRIPTIONS: '2.5' }, /^GRAPHQL_MAX_SUBSCRIPTIONS /],
    [{ POOL_SIZE: '0' }, /^POOL_SIZE /],
    [{ STATEMENT_TIMEOUT_MS: '5s' }, /^STATEMENT_TIMEOUT_MS /],
    [{ BODY_LIMIT_BYTES: '10MB' }, /^BODY_LIMIT_BYTES /],
    [{ SMTP_URL: 'mail.example.com:587' }, /^SMTP_URL /],
    [{ MAIL_FROM: 'Framework M' }, /^MAIL_FROM must be an address/],
    [{ MAIL_FROM: 'a@b.c\nBcc: d@e.f' }, /^MAIL_FROM /],
    [{ S3_BUCKET: 'b' }, /^S3_ACCESS_KEY_ID must be set when S3_BUCKET is/],
    [{ OIDC_CLIENT_ID: 'c' }, /^OIDC_ISSUER must be set when OIDC_CLIENT_ID is/],
  ];
  test.each(refused)('%j', (env, sentence) => {
    expect(refusal(env)).toMatch(sentence);
  });

  test('a secret is never repeated', () => {
    expect(refusal({ DATABASE_URL: 'mysql://u:hunter2@db/x' })).not.toContain('hunter2');
    expect(refusal({ DATABASE_URL: 'postgres://u:hun ter2@d b/x' })).not.toContain('ter2');
    expect(refusal({ SMTP_URL: 'http://u:hunter2@db/x' })).not.toContain('hunter2');
    expect(refusal({ NODE_ENV: 'production', APP_SECRET: 'hunter2' })).not.toContain('hunter2');
  });
});

describe('.env', () => {
  test('fills what the environment leaves out; the environment wins', () => {
    dotEnv('PORT=9000\nHOST="0.0.0.0" # everywhere\nexport LOG_LEVEL=warn\n');
    expect(readConfig({ PORT: '9001' }, root)).toMatchObject({ port: 9001, host: '0.0.0.0', logLevel: 'warn' });
  });

  test('an unknown variable in it stops the start and the nearest one is named', () => {
    dotEnv('PROT=9000\n');
    expect(refusal({})).toMatch(/^\.env sets PROT, .*did you mean PORT\?/);
    dotEnv('COLOUR_OF_THE_SKY=blue\n');
    expect(refusal({})).toMatch(/^\.env sets COLOUR_OF_THE_SKY, .*\.env\.example/);
  });

  test('NODE_ENV in it counts', () => {
    dotEnv('NODE_ENV=production\n');
    expect(refusal({})).toMatch(/^APP_SECRET is not set/);
  });
});

describe('misspelt names in the environment', () => {
  test.each([
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['DATABSE_URL', 'DATABASE_URL'],
    ['ADMIN_PASWORD', 'ADMIN_PASSWORD'],
    ['APP_SERCET', 'APP_SECRET'],
    ['LOG_LEVLE', 'LOG_LEVEL'],
  ])('%s is taken for %s', (name, meant) => {
    expect(refusal({ [name]: 'x' })).toContain(`did you mean ${meant}?`);
  });

  const FOREIGN = [
    'HOSTNAME',
    'POST',
    'SPORT',
    'AMQP_URL',
    'HTTP_URL',
    'REDIS_URL',
    'LOGLEVEL',
    'DATABASE_URLS',
    'DATABASE_URL_2',
    'SMTP_URLS',
    'APP_SECRETS',
    'S3_BUCKET_NAME',
    'PUBLIC_URLS',
    'TEST_DATABASE_URL',
    'constructor',
    '__proto__',
    'PATH',
  ];
  test.each(FOREIGN)("%s is somebody else's", (name) => {
    expect(readConfig(Object.fromEntries([[name, 'x']]), root).port).toBe(8000);
  });

  test('nobody is asked when the right one is there too', () => {
    expect(readConfig({ DATABASE_ULR: 'x', DATABASE_URL: 'postgres://db/x' }, root).databaseUrl).toBe(
      'postgres://db/x',
    );
  });
});

describe('AUTH_CHAIN', () => {
  test('is an order of known ways, each once', () => {
    expect(readConfig({}, root).authChain).toEqual(['session', 'jwt', 'api-key', 'basic']);
    expect(readConfig({ AUTH_CHAIN: 'jwt, session' }, root).authChain).toEqual(['jwt', 'session']);
    expect(refusal({ AUTH_CHAIN: 'session,magic' })).toMatch(/^AUTH_CHAIN .*"magic"/);
    expect(refusal({ AUTH_CHAIN: 'session,session' })).toMatch(/^AUTH_CHAIN .*"session" twice/);
  });

  test('gateway needs to know the gateway', () => {
    expect(refusal({ AUTH_CHAIN: 'gateway' })).toMatch(/^TRUSTED_PROXIES .*gateway/);
    const env = { AUTH_CHAIN: 'gateway', TRUSTED_PROXIES: '10.0.0.1' };
    expect(readConfig(env, root).authChain).toEqual(['gateway']);
  });
});

describe('APP_SECRET', () => {
  test('is made once and kept for this user alone', () => {
    const first = readConfig({}, root).appSecret;
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(readConfig({}, root).appSecret).toBe(first);
    expect(statSync(path.join(root, '.data/secret')).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(root, '.data/.gitignore'), 'utf8')).toBe('*\n');
  });

  test('must be given, and be long enough, in production', () => {
    expect(refusal({ NODE_ENV: 'production' })).toMatch(/^APP_SECRET is not set/);
    expect(refusal({ NODE_ENV: 'production', APP_SECRET: 'short' })).toMatch(
      /^APP_SECRET .*at least 32 characters.*5 long/,
    );
    // Everybody knows the one of .env.example.
    const known = { NODE_ENV: 'production', APP_SECRET: 'output-of-openssl-rand-hex-32' };
    expect(refusal(known)).toMatch(/^APP_SECRET .*at least 32/);
    expect(readConfig({ NODE_ENV: 'production', APP_SECRET: 'x'.repeat(32) }, root).appSecret).toBe('x'.repeat(32));
  });

  test('an empty file is not taken for a secret, nor replaced', () => {
    mkdirSync(path.join(root, '.data'));
    writeFileSync(path.join(root, '.data/secret'), '');
    expect(refusal({})).toMatch(/secret is empty/);
  });
});

test('.env.example has a line for each variable and no other, and is a valid .env when its lines are used', () => {
  const text = readFileSync('.env.example', 'utf8');
  const named = [...text.matchAll(/^# ([A-Z0-9_]+)=/gm)].map((match) => match[1]);
  expect(named.toSorted()).toEqual(VARIABLE_NAMES.toSorted());
  mkdirSync(path.join(root, 'apps/crm'), { recursive: true });
  mkdirSync(path.join(root, 'apps/hr'), { recursive: true });
  dotEnv(text.replaceAll(/^# ([A-Z0-9_]+=)/gm, '$1'));
  expect(readConfig({}, root)).toMatchObject({
    s3: { bucket: 'framework-m-files' },
    publicUrl: 'https://app.example.com',
  });
});
