/**
 * One live query, and what is asked for it each time: who its caller is now, what the operation means in the schema
 * of now, and the statement that both make. Two followers are asked for by one statement only when it is the same
 * to the last value and of the same tenant.
 */
import { OperationTypeNode } from 'graphql';
import type { Context } from '../../documents/contract.ts';
import type { Call } from '../../http/call.ts';
import { withFreshPlan } from '../../http/fresh.ts';
import { type Actor, GUEST_ACTOR } from '../../kernel/actor.ts';
import { AppError } from '../../kernel/error.ts';
import type { GraphqlErrorJson } from '../errors.ts';
import { isWhole, queryStatement } from '../execute/query.ts';
import type { Run } from '../execute/run.ts';
import { type OperationRequest, type OperationSettings, prepareOperation, runOperation } from '../operations.ts';
import { docTypesIn, telling } from './dependencies.ts';
import type { Latest } from './latest.ts';

/** The body of an answer; or what was wrong, and nothing comes after it. */
export type LiveAnswer = { text: string } | { errors: readonly GraphqlErrorJson[] };

export interface Follower {
  /** With the credential that is looked at again each time. */
  call: Call;
  request: OperationRequest;
  latest: Latest<LiveAnswer>;
  /** As of the last time it was asked for. */
  tenant: string | undefined;
  isAsked: boolean;
  /** Something changed while it was asked for. */
  isDue: boolean;
  isEnded: boolean;
  /** The user has been counted. */
  isAdmitted: boolean;
  isAnswered: boolean;
  /** In a row, of those that may pass. */
  failures: number;
  /** When it is asked for again at the latest, by the process's own clock. */
  again: number;
  /** What is to be undone when it ends. */
  leave: (() => void)[];
}

export interface Question {
  actor: Actor;
  /** The same for followers who share the answer; undefined: it is asked for this one alone. */
  key: string | undefined;
  /** What it depends on, as far as it is known beforehand. */
  doctypes: Iterable<string>;
  /** The JSON text of the answer. Tells what else it depends on. */
  ask(tell: (doctypes: Iterable<string>) => void): Promise<string>;
}

/** Throws what the operation would throw now: `unauthenticated` for a session that has ended, and so on. */
export async function toQuestion(
  follower: Follower,
  q: { settings: OperationSettings; now: number },
): Promise<Question> {
  const { request } = follower;
  const call: Call = { ...follower.call, now: q.now };
  const identity = await call.http.identities.identify(call);
  const actor = identity?.actor ?? GUEST_ACTOR;
  return withFreshPlan(call, actor, async (ctx) => {
    const run = prepareOperation(ctx, request, q.settings);
    if (run.compiled.type !== OperationTypeNode.SUBSCRIPTION)
      throw new AppError('bad_request', 'Only a subscription is followed; a query is answered once.');
    if (isWhole(run.compiled)) return shared(run);
    const outside = run.compiled.roots.flatMap((root) => (root.kind === 'outside' ? [root.plan.name] : []));
    return {
      actor: ctx.actor,
      key: undefined,
      doctypes: outside,
      // Its schema is the one of the time when it runs, which may be later.
      ask: (tell) => withFreshPlan(call, actor, (fresh) => runAlone(fresh, { request, settings: q.settings, tell })),
    };
  });
}

function shared(run: Run): Question {
  const { ctx } = run;
  const statement = queryStatement(run);
  const { text, values } = statement;
  return {
    actor: ctx.actor,
    key: `${ctx.actor.tenant ?? ''}\n${JSON.stringify(values)}\n${text}`,
    doctypes: docTypesIn(ctx.snapshot, text),
    async ask() {
      const [row] = await ctx.services.db.query(statement);
      return `{"data":${String(row?.data)}}`;
    },
  };
}

function runAlone(
  ctx: Context,
  q: { request: OperationRequest; settings: OperationSettings; tell(doctypes: Iterable<string>): void },
): Promise<string> {
  const run = prepareOperation(ctx, q.request, q.settings);
  return runOperation({ ...run, ctx: telling(ctx, q.tell) });
}
