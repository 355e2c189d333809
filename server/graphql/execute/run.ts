/** What running an operation needs, as data; and the JSON that it makes. Types only. */
import type { Context } from '../../documents/contract.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Compiled, Root } from '../compile/operation.ts';
import type { Variables } from '../compile/values.ts';
import type { Limits } from '../limits.ts';

/** What other rooms do for this one. */
export interface GraphqlPorts {
  /** Who somebody is, for `me`. */
  profileOf(actor: Actor): Promise<{ user: string; full_name: string; roles: readonly string[] }>;
}

export interface Run {
  ctx: Context;
  compiled: Compiled;
  variables: Variables;
  limits: Limits;
  ports: GraphqlPorts;
}

export type JsonObject = { [key: string]: unknown };

export type MutationRoot = Root & { kind: 'mutation' };
