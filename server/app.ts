/**
 * The application as one value: services, sign-in and the HTTP routes over them. `createApp` is for the
 * server and for every test alike; nothing here listens or reads the environment.
 */
import { type Auth, createAuth, hasPassword, setPassword } from './auth/login.ts';
import { purgeSessions } from './auth/sessions.ts';
import { ensureGivenRecords, randomPassword } from './first-start.ts';
import { createHttp } from './http/app.ts';
import { purgeIdempotency } from './http/idempotency.ts';
import { ADMINISTRATOR } from './kernel/actor.ts';
import { type OpenServices, openServices, type ServicesInput } from './services.ts';

export interface AppInput extends ServicesInput {
  /** First password of Administrator; random when absent. */
  adminPassword?: string;
  bodyLimitBytes?: number;
  isProduction?: boolean;
  version?: string;
}

export interface Application extends OpenServices {
  auth: Auth;
  http: ReturnType<typeof createHttp>;
  /** Set when this start made the first password. */
  firstPassword: string | undefined;
}

export async function createApp(input: AppInput): Promise<Application> {
  const open = await openServices(input);
  const auth = createAuth({ db: open.db, clock: open.services.clock });
  await ensureGivenRecords(open);
  const firstPassword = await ensurePassword(open, input.adminPassword);
  const http = createHttp({
    services: open.services,
    store: open.store,
    auth,
    functions: new Map((input.apps ?? []).flatMap((app) => Object.entries(app.functions ?? {}))),
    bodyLimit: input.bodyLimitBytes ?? 10 * 1024 * 1024,
    isProduction: input.isProduction ?? false,
    version: input.version ?? '0.0.0',
    isReady: () => isReady(open),
  });
  const purging = setInterval(() => void purge(open), PURGE_EVERY_MS);
  purging.unref();
  return {
    ...open,
    auth,
    http,
    firstPassword,
    close() {
      clearInterval(purging);
      return open.close();
    },
  };
}

const PURGE_EVERY_MS = 3_600_000;

/** What has had its day: repeated requests' answers, and sessions that have ended. */
async function purge(open: OpenServices): Promise<void> {
  const now = open.services.clock.now();
  try {
    await Promise.all([purgeIdempotency(open.db, now), purgeSessions(open.db, now)]);
  } catch (error) {
    open.services.log.warn(
      { error: String(error) },
      'old sessions and answers could not be purged; they will be in an hour',
    );
  }
}

/** Only when Administrator has none: a password in the environment does not overwrite a changed one. */
async function ensurePassword(open: OpenServices, given: string | undefined): Promise<string | undefined> {
  if (await hasPassword(open.db, ADMINISTRATOR)) return undefined;
  const password = given ?? randomPassword();
  await setPassword(open.db, ADMINISTRATOR, password);
  return password;
}

/** Ready when the database answers. */
async function isReady(open: OpenServices): Promise<boolean> {
  try {
    await open.db.query({ name: 'ready', text: 'select 1', values: [] });
    return true;
  } catch {
    return false;
  }
}
