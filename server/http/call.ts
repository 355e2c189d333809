/** One HTTP request as the routes see it, and what they answer: plain data, no Hono. Types, and the answers' makers. */
import type { Accounts } from '../auth/accounts.ts';
import type { TrustedProxies } from '../auth/addresses.ts';
import type { Identity } from '../auth/chain/contract.ts';
import type { Identities } from '../auth/identity.ts';
import type { Auth } from '../auth/login.ts';
import type { Principals } from '../auth/principals.ts';
import type { SchemaServices } from '../doctypes/edits.ts';
import type { SnapshotStore } from '../doctypes/store.ts';
import type { App, Context, Services } from '../documents/contract.ts';
import type { Files } from '../files/files.ts';
import type { Dictionaries } from '../i18n/dictionaries.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Tenants } from '../tenancy/tenants.ts';
import type { Body } from './body.ts';
import type { Denials } from './denials.ts';
import type { Gauge, Metrics } from './metrics.ts';

export interface HttpInput {
  services: Services;
  store: SnapshotStore;
  auth: Auth;
  accounts: Accounts;
  /** Who asks, by whichever credential; and the credentials other than passwords. */
  identities: Identities;
  /** PUBLIC_URL, without a slash at its end. */
  publicUrl?: string;
  /** Origins of other sites' pages that may call, or `*`. */
  corsOrigins: readonly string[];
  /** For the routes that review or revert a DocType. */
  schema: SchemaServices;
  files: Files;
  /** Undefined: there is only one. */
  tenants?: Tenants;
  /** Whose headers about the client and its tenant count. */
  proxies: TrustedProxies;
  /** Who somebody is: their roles and restrictions now. */
  principals: Principals;
  /** Routes of other edges. */
  more?: readonly Route[];
  /** Texts of the surface in other languages. */
  dictionaries: Dictionaries;
  /** The functions of all apps by dotted path, for POST /api/v1/rpc/fn/{path}. */
  functions?: ReadonlyMap<string, NonNullable<App['functions']>[string]>;
  /** Where the built desk lies; without it there is none. */
  deskFolder?: string;
  /** Bytes of a request body. */
  bodyLimit: number;
  isProduction: boolean;
  version: string;
  /** What the stream goes on from, for whoever reads before they listen. */
  streamCursor?(): string;
  /** More for /metrics. */
  gauges?(): readonly Gauge[];
  /** Whether requests can be served: /ready. Default: whether the database answers. */
  isReady?(): Promise<boolean>;
}

/** The input with what the edge makes of it once. */
export interface Served extends HttpInput {
  metrics: Metrics;
  denials: Denials;
}

export interface Call {
  http: Served;
  method: string;
  /** As it came, undecoded and without the query. */
  path: string;
  /** Decoded once. */
  segments: readonly string[];
  query: ReadonlyMap<string, string>;
  header(name: string): string | null;
  request: Request;
  /** Address of the client, behind the proxies that are trusted; "" when there is none. */
  ip: string;
  /** Address of the other end of the connection, perhaps a proxy's. */
  peer: string;
  /** The client came by https. */
  isSecure: boolean;
  requestId: string;
  /** When it began, milliseconds UTC. */
  now: number;
  /** Undefined on routes that are open, before the sign-in is looked at. */
  actor: Actor | undefined;
  /** How the actor signed in; undefined for a guest. */
  identity: Identity | undefined;
  /** The session's, where one came. */
  token: string | undefined;
  /** The JSON object of the body; empty when there was none. */
  given: Readonly<Record<string, unknown>>;
  /** The body's text. */
  text: string;
}

export interface Answer {
  status: number;
  /** A stream where an answer goes on. */
  body?: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  headers?: Readonly<Record<string, string>>;
  /** Each becomes a Set-Cookie header of its own. */
  cookies?: readonly string[];
}

/** What a route does: everything but open ones run under a Context, again when the schema moved on meanwhile. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/*`: literal segments, `*` for one of any text, and `**` at the end for one or more. */
  path: string;
  /** The query parameters that it knows; others are refused. Undefined: it does not care. */
  query?: readonly string[];
  /** How its body is read; absent: a JSON object. */
  readBody?(request: Request, limit: number): Promise<Body>;
} & (
  | { access: 'open'; answer(call: Call): Promise<Answer> | Answer }
  | {
      access: 'signed-in';
      /** Reaches documents alone, whose rules say what a guest may; without it nobody comes here who is not signed in. */
      guests?: true;
      /** Does nothing that scopes do not limit; without it no credential with scopes comes here. */
      scoped?: true;
      /** Changes data: honours Idempotency-Key. */
      isWrite?: true;
      answer(call: Call, ctx: Context): Promise<Answer> | Answer;
    }
  | {
      /** Like signed-in, of a request that carries several operations: the route makes a Context for each. */
      access: 'many';
      guests?: true;
      scoped?: true;
      answer(call: Call): Promise<Answer>;
    }
);

/** An answer whose text is JSON already. */
export function jsonText(body: string, status = 200, headers?: Readonly<Record<string, string>>): Answer {
  return { status, body, headers };
}

export function json(value: unknown, status = 200, headers?: Readonly<Record<string, string>>): Answer {
  return { status, body: JSON.stringify(value), headers };
}

export const NO_CONTENT: Answer = { status: 204 };

/** A cookie as the browser sent it; undefined when there is none of the name. */
export function cookieOf(call: Call, name: string): string | undefined {
  for (const pair of (call.header('cookie') ?? '').split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && pair.slice(0, equals).trim() === name) return pair.slice(equals + 1).trim();
  }
  return undefined;
}
