/** One HTTP request as the routes see it, and what they answer: plain data, no Hono. Types, and the answers' makers. */
import type { Auth } from '../auth/login.ts';
import type { SchemaServices } from '../doctypes/edits.ts';
import type { SnapshotStore } from '../doctypes/store.ts';
import type { App, Context, Services } from '../documents/contract.ts';
import type { Actor } from '../kernel/actor.ts';
import type { Metrics } from './metrics.ts';

export interface HttpInput {
  services: Services;
  store: SnapshotStore;
  auth: Auth;
  /** The functions of all apps by dotted path, for POST /api/v1/rpc/fn/{path}. */
  functions?: ReadonlyMap<string, NonNullable<App['functions']>[string]>;
  /** Bytes of a request body. */
  bodyLimit: number;
  isProduction: boolean;
  version: string;
  /** Whether requests can be served: /ready. Default: whether the database answers. */
  isReady?(): Promise<boolean>;
}

/** The input with what the edge makes of it once. */
export interface Served extends HttpInput {
  /** For the routes that review or revert a DocType. */
  schema: SchemaServices;
  metrics: Metrics;
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
  /** Address of the other end of the connection; "" when there is none. */
  ip: string;
  requestId: string;
  /** When it began, milliseconds UTC. */
  now: number;
  /** Nobody on routes that are open, before the sign-in is looked at. */
  actor: Actor | undefined;
  token: string | undefined;
  /** The JSON object of the body; empty when there was none. */
  given: Readonly<Record<string, unknown>>;
  /** The body's text. */
  text: string;
}

export interface Answer {
  status: number;
  body?: string;
  headers?: Readonly<Record<string, string>>;
}

/** What a route does: everything but open ones run under a Context, again when the schema moved on meanwhile. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/*`: literal segments, and `*` for one of any text. */
  path: string;
  /** The query parameters that it knows; others are refused. Undefined: it does not care. */
  query?: readonly string[];
} & (
  | { access: 'open'; answer(call: Call): Promise<Answer> | Answer }
  | {
      access: 'signed-in';
      /** Changes data: honours Idempotency-Key. */
      isWrite?: true;
      answer(call: Call, ctx: Context): Promise<Answer> | Answer;
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
