/**
 * What a policy engine takes away from the built-in decision. Decisions are made at once and engines answer
 * later: a question without an answer throws PolicyPending, which rolls back what is under way, and
 * `answering` asks and runs the operation again. Each answer holds for the whole request.
 */
import type { Access, Action } from '../access/decide.ts';
import { type Following, followedDocTypes } from '../access/followed-rows.ts';
import { type Actor, ADMINISTRATOR } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { and, condition, NONE } from '../kernel/filter.ts';
import type { Policy, PolicyAnswer, PolicyAnswers, PolicyQuestion } from '../kernel/policy.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import type { Context } from './contract.ts';

export function noPolicyAnswers(): PolicyAnswers {
  return { known: new Map(), open: new Map() };
}

/** An answer is missing: not a failure, and not to be caught but by `answering`. */
export class PolicyPending extends Error {
  constructor() {
    super('the policy engine has to be asked first: run the operation by answering()');
    this.name = 'PolicyPending';
  }
}

/** The built-in decision, or nothing of it where the engine refuses. Throws PolicyPending. */
export function underPolicy(ctx: Context, q: { plan: DocTypePlan; action: Action; access: Access }): Access {
  const { policy } = ctx.services;
  if (!policy || !q.access.allowed || isBeyondPolicy(ctx.actor)) return q.access;
  if (answerOf(ctx, policy, q).allowed) {
    const following = ctx.services.following.get(q.plan.name);
    return following ? withoutRefused(ctx, { ...q, policy, following }) : q.access;
  }
  // That the DocType exists is no secret of the engine's: the answer is 403, not 404.
  return { ...q.access, allowed: false, rows: NONE, canRead: () => false, canWrite: () => false, key: 'none' };
}

/** Rows about documents of a DocType that the engine refuses are refused with them. */
function withoutRefused(
  ctx: Context,
  q: { plan: DocTypePlan; action: Action; access: Access; policy: Policy; following: Following },
): Access {
  const { following, policy, access } = q;
  const refused: string[] = [];
  let pending: PolicyPending | undefined;
  for (const { name } of followedDocTypes({ ...ctx, ...q }, following)) {
    const plan = ctx.snapshot.find(name) as DocTypePlan;
    try {
      if (!answerOf(ctx, policy, { plan, action: following.needs(q.action) }).allowed) refused.push(name);
    } catch (error) {
      // All that is not known is asked at once.
      if (!(error instanceof PolicyPending)) throw error;
      pending = error;
    }
  }
  if (pending) throw pending;
  if (refused.length === 0) return access;
  return { ...access, rows: and(access.rows, condition(following.doctypeField, 'not in', refused)) };
}

/** What the engine is asked of an actor. */
export function policyQuestion(actor: Actor, q: { doctype: string; action: Action }): PolicyQuestion {
  const { user, roles, teams = [], attributes = {}, tenant } = actor;
  return {
    principal: { user, roles, teams, attributes, ...(tenant === undefined ? {} : { tenant }) },
    action: q.action,
    resource: { doctype: q.doctype },
  };
}

/** Administrator and the server itself: somebody must be able to mend a policy that refuses everything. */
export function isBeyondPolicy(actor: Actor): boolean {
  return actor.reason !== undefined || actor.roles.includes(ADMINISTRATOR);
}

/** The engine's refusal in this request; undefined when it was not asked or has allowed it. */
export function policyRefusal(ctx: Context, q: { plan: DocTypePlan; action: Action }): PolicyAnswer | undefined {
  const answer = ctx.policyAnswers?.known.get(keyOf(ctx.actor, q));
  return answer?.allowed === false ? answer : undefined;
}

/** To be called before a transaction ends: code of apps may have caught what it should not. */
export function refuseUnanswered(ctx: Context): void {
  const answers = ctx.policyAnswers;
  if (answers && [...answers.open.keys()].some((key) => !answers.known.has(key))) throw new PolicyPending();
}

/** Reruns without end would be a fault of ours; each brings an answer. */
const MOST_ROUNDS = 500;
/** Questions under way at once, of one request. */
const AT_ONCE = 16;

/** Runs the operation, again after each question that came up, until all are answered. */
export async function answering<T>(ctx: Context, operation: (ctx: Context) => Promise<T>): Promise<T> {
  const { policy } = ctx.services;
  const answers = ctx.policyAnswers;
  if (!policy || !answers) return operation(ctx);
  for (let round = 0; round <= MOST_ROUNDS; round++) {
    try {
      return await operation(ctx);
    } catch (error) {
      if (!(error instanceof PolicyPending)) throw error;
      await askOpen(policy, answers);
    }
  }
  throw new AppError(
    'unavailable',
    `This request would need more than ${MOST_ROUNDS} answers of the policy engine. Ask for less at once.`,
  );
}

async function askOpen(policy: Policy, { known, open }: PolicyAnswers): Promise<void> {
  const questions = [...open].filter(([key]) => !known.has(key));
  open.clear();
  for (let at = 0; at < questions.length; at += AT_ONCE) {
    const part = questions.slice(at, at + AT_ONCE);
    await Promise.all(part.map(async ([key, question]) => known.set(key, await policy.ask(question))));
  }
}

function answerOf(ctx: Context, policy: Policy, q: { plan: DocTypePlan; action: Action }): PolicyAnswer {
  const answers = ctx.policyAnswers;
  const key = keyOf(ctx.actor, q);
  const known = answers?.known.get(key);
  if (known) return known;
  const question = policyQuestion(ctx.actor, { doctype: q.plan.name, action: q.action });
  const recalled = policy.recall(question);
  if (!recalled) {
    answers?.open.set(key, question);
    throw new PolicyPending();
  }
  answers?.known.set(key, recalled);
  return recalled;
}

function keyOf(actor: Actor, q: { plan: DocTypePlan; action: Action }): string {
  return `${actor.user}\n${q.action}\n${q.plan.name}`;
}
