/** What a callable method is: which requests may call it, and what it does with its arguments. Types only. */
import type { Context } from '../../../documents/contract.ts';
import type { Call } from '../../call.ts';
import type { Outcome } from '../answers.ts';
import type { Args } from '../arguments.ts';

export interface MethodCall {
  call: Call;
  ctx: Context;
  args: Args;
}

export interface Method {
  /** Changes data, so no GET calls it. */
  writes?: true;
  run(request: MethodCall): Outcome | Promise<Outcome>;
}

/** By dotted path: what is not listed cannot be called. */
export type Methods = readonly (readonly [path: string, method: Method])[];
