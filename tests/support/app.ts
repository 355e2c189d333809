/** The whole application on a database and a port of its own, and a signed-in client for it. */
import path from 'node:path';
import { type AppInput, type Application, createApp } from '../../server/app.ts';
import { setPassword } from '../../server/auth/login.ts';
import { createDocument } from '../../server/documents/create.ts';
import { type Listening, listen } from '../../server/http/listen.ts';
import { systemActor } from '../../server/kernel/actor.ts';
import { createContext } from '../../server/services.ts';
import { createDatabase } from './postgres.ts';
import { silentLog } from './silent-log.ts';

export const ADMIN_PASSWORD = 'correct horse battery';

export interface Reply {
  status: number;
  headers: Headers;
  /** The parsed JSON, or the text when it is none; undefined without a body. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads into answers of every shape
  body: any;
  text: string;
}

export interface Client {
  token: string;
  /** Sends JSON; `path` is sent as it is given. */
  json(method: string, path: string, ask?: unknown, headers?: Readonly<Record<string, string>>): Promise<Reply>;
}

export interface UserClient extends Client {
  user: string;
}

export interface NewUser {
  name: string;
  roles?: readonly string[];
  /** Absent: nobody can sign in with a password as this user. */
  password?: string;
  /** Further fields of the User document. */
  fields?: Readonly<Record<string, unknown>>;
}

export interface TestApp extends Client {
  url: string;
  app: Application;
  databaseUrl: string;
  server: Listening;
  /** Signed in as nobody. */
  anonymous: Client;
  /** Another session of Administrator. */
  signIn(): Promise<Client>;
  /** Makes a user, and the roles that are not there, and signs in as that user. */
  user(wish: NewUser): Promise<UserClient>;
  /** A new session of a user who is there. */
  as(name: string): Promise<UserClient>;
  close(): Promise<void>;
}

/** `json` of the app itself is signed in as Administrator. With a `databaseUrl` it is another process of that database. */
export async function createTestApp(options: Partial<AppInput> = {}): Promise<TestApp> {
  const database = options.databaseUrl === undefined ? await createDatabase() : undefined;
  const databaseUrl = database?.url ?? (options.databaseUrl as string);
  const app = await createApp({
    secret: 'a secret of the tests',
    log: process.env.TEST_LOG ? (console as never) : silentLog,
    root: path.resolve(import.meta.dirname, '../..'),
    poolSize: 4,
    adminPassword: ADMIN_PASSWORD,
    version: '1.2.3',
    ...options,
    databaseUrl,
  });
  const server: Listening = await listen(app.http, { host: '127.0.0.1', port: 0, lasting: app.lasting });
  const anonymous = clientOf(server.url, '');
  const signIn = async (): Promise<Client> => {
    const { body } = await anonymous.json('POST', '/api/v1/auth/login', {
      user: 'Administrator',
      password: ADMIN_PASSWORD,
    });
    return clientOf(server.url, body.token as string);
  };
  const as = async (name: string): Promise<UserClient> => {
    const { token } = await app.auth.sessions.begin({ user: name, ip: '127.0.0.1', agent: 'tests' });
    return { ...clientOf(server.url, token), user: name };
  };
  return {
    ...(await signIn()),
    url: server.url,
    server,
    app,
    databaseUrl,
    anonymous,
    signIn,
    as,
    async user(wish) {
      await makeUser(app, wish);
      return as(wish.name);
    },
    async close() {
      await server.close();
      await app.close();
      await database?.drop();
    },
  };
}

async function makeUser(app: Application, { name, roles = [], password, fields }: NewUser): Promise<void> {
  const ctx = createContext(app, systemActor('a user of the tests'));
  const there = await app.db.query({
    text: 'select name from role where name = any($1::text[])',
    values: [[...roles]],
  });
  const known = new Set(there.map((row) => row.name));
  for (const role of roles)
    if (!known.has(role)) await createDocument(ctx, { doctype: 'Role', given: { role_name: role } });
  const given = { name, first_name: name, ...fields, roles: roles.map((role) => ({ role })) };
  await createDocument(ctx, { doctype: 'User', given });
  if (password !== undefined) await setPassword(app.db, name, password);
}

export function clientOf(url: string, token: string): Client {
  return {
    token,
    async json(method, target, ask, headers = {}) {
      const body = ask === undefined ? undefined : typeof ask === 'string' ? ask : JSON.stringify(ask);
      const response = await fetch(url + target, {
        method,
        body,
        headers: {
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
          ...headers,
        },
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, text, body: parsed(text) };
    },
  };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}
