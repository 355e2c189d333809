/**
 * Asking for live queries again: those that are due are gathered for a moment, each is made a question, then
 * questions that are the same are asked once. Never two runs of one at a time, never a line of runs: what becomes
 * due meanwhile is asked once more afterwards.
 */
import { createHash } from 'node:crypto';
import { OperationTypeNode } from 'graphql';
import { isStale } from '../../db/errors.ts';
import { AppError, type ErrorCode } from '../../kernel/error.ts';
import type { OperationSettings } from '../operations.ts';
import { noteEnd, noteRefusal } from '../refusals.ts';
import type { Dependents } from './dependencies.ts';
import { type Follower, type Question, toQuestion } from './follower.ts';
import { createShared, createSlots } from './slots.ts';

export interface RoundsInput {
  settings: OperationSettings;
  dependents: Dependents<Follower>;
  /** Changes are gathered for so long. */
  gatherMs: number;
  /** After so long it is asked again, whatever was heard. */
  againMs: number;
  /** Moves on whenever anybody's rights may be others, by documents or by the schema. */
  rightsVersion(): number;
  /** Throws when the caller may not have one more. */
  admit(follower: Follower, question: Question): void;
}

export interface Rounds {
  /** It has just begun. */
  first(follower: Follower): void;
  /** Something that it depends on may have changed. */
  due(follower: Follower): void;
  /** Questions that PostgreSQL or a repository was asked, in all. */
  runs(): number;
}

/** Of the connections to the database: requests want the others. */
const AT_ONCE = 4;
const PASSING: ReadonlySet<ErrorCode> = new Set(['unavailable', 'conflict']);
const STALE_TRIES = 5;

interface Answer {
  text: string;
  mark: string;
}

type Asked = Question | { error: unknown };

/** When a round began, and what was known of rights then. */
interface Moment {
  now: number;
  rights: number;
}

export function createRounds(q: RoundsInput): Rounds {
  const slots = createSlots(AT_ONCE);
  const share = createShared<Answer>(slots);
  let runs = 0;

  const round = async (gathered: readonly Follower[]): Promise<void> => {
    const followers = gathered.filter((each) => !each.isEnded && !isBusy(each));
    for (const each of followers) each.isAsked = true;
    const at: Moment = { now: followers[0]?.call.http.services.clock.now() ?? 0, rights: q.rightsVersion() };
    const toAsked = (each: Follower): Promise<Asked> => questionOf(each, at).catch((error: unknown) => ({ error }));
    const asked = await Promise.all(followers.map(toAsked));
    // All at once: the same questions must meet before one of them is asked.
    for (const [index, each] of followers.entries()) void answer(each, asked[index] as Asked, at);
  };
  const questionOf = (follower: Follower, { now }: Moment): Promise<Question> =>
    slots.run(async () => {
      if (follower.isEnded) throw new Error('it has ended');
      return toQuestion(follower, { settings: q.settings, now });
    });
  const answer = async (follower: Follower, asked: Asked, at: Moment): Promise<void> => {
    if (follower.isEnded) return;
    let again = q.againMs * (0.75 + Math.random() / 2);
    try {
      if ('error' in asked) throw asked.error;
      const { text, mark } = await ask(follower, asked);
      if (!follower.isAnswered) follower.call.http.metrics.countOperation(OperationTypeNode.SUBSCRIPTION, 'done');
      follower.isAnswered = true;
      follower.failures = 0;
      // Asked with rights that were perhaps taken away before it was answered: would it be asked the same now?
      const isCurrent =
        at.rights === q.rightsVersion() ||
        (asked.key !== undefined && asked.key === (await questionOf(follower, at)).key);
      if (isCurrent) follower.latest.offer({ text }, mark);
      else follower.isDue = true;
    } catch (error) {
      if (!follower.isEnded) again = Math.min(again, failed(follower, error));
    } finally {
      follower.isAsked = false;
      follower.again = performance.now() + again;
      if (follower.isDue) due(follower);
    }
  };
  const ask = async (follower: Follower, question: Question): Promise<Answer> => {
    q.admit(follower, question);
    follower.tenant = question.actor.tenant;
    const doctypes = new Set(question.doctypes);
    const tell = (more: Iterable<string>): void => {
      for (const doctype of more) doctypes.add(doctype);
      if (!follower.isEnded) q.dependents.add(follower, doctypes);
    };
    // Before it is asked: what changes from now on is heard.
    tell([]);
    const run = async (): Promise<Answer> => {
      runs++;
      const text = await question.ask(tell);
      return { text, mark: createHash('sha256').update(text).digest('base64') };
    };
    const found = await (question.key === undefined ? slots.run(run) : share(question.key, run));
    if (!follower.isEnded) q.dependents.set(follower, doctypes);
    return found;
  };
  const soon = gathering(q.gatherMs, (all) => void round(all));
  const atOnce = gathering(0, (all) => void round(all));
  const due = (follower: Follower): void => {
    follower.isDue = false;
    if (!follower.isEnded) soon(follower);
  };
  return { first: atOnce, due, runs: () => runs };
}

/** What is asked for already is asked again when that is done. */
function isBusy(follower: Follower): boolean {
  if (follower.isAsked) follower.isDue = true;
  return follower.isAsked;
}

/** Ends it, unless the failure may pass: milliseconds until it is worth trying again. */
function failed(follower: Follower, error: unknown): number {
  const { store } = follower.call.http;
  follower.failures++;
  if (isStale(error) && follower.failures < STALE_TRIES) {
    follower.isDue = true;
    store.refresh().catch(() => undefined);
    return Number.POSITIVE_INFINITY;
  }
  const mayPass = error instanceof AppError && PASSING.has(error.code);
  // What it said before is still the newest that anybody knows.
  if (mayPass && follower.isAnswered) return 500 * 2 ** follower.failures;
  const { call, isAnswered } = follower;
  const { errors } = isAnswered ? noteEnd(call, error) : noteRefusal(call, error, OperationTypeNode.SUBSCRIPTION);
  follower.latest.end({ errors });
  return Number.POSITIVE_INFINITY;
}

function gathering(ms: number, work: (all: readonly Follower[]) => void): (one: Follower) => void {
  const gathered = new Set<Follower>();
  return (one) => {
    if (gathered.size === 0)
      setTimeout(() => {
        const all = [...gathered];
        gathered.clear();
        work(all);
      }, ms).unref();
    gathered.add(one);
  };
}
