/**
 * Live queries: each is asked again when something that it depends on was committed, in any process, and its reader
 * gets the answer when it is another one. A change that nobody depends on costs a look-up. Each answer is what the
 * caller may see at that moment; who may not ask any more is told so, and that is the end.
 */
import { OperationTypeNode } from 'graphql';
import type { SnapshotStore } from '../../doctypes/store.ts';
import type { Services } from '../../documents/contract.ts';
import { ABOUT_RIGHTS } from '../../documents/rights-changes.ts';
import type { ChangeBatch } from '../../events/change-buffer.ts';
import { type ChangeFeed, isHeardBy } from '../../events/change-feed.ts';
import type { Call } from '../../http/call.ts';
import { counted, createAdmission } from '../../http/socket/admission.ts';
import { type DocumentChange, isAbout, SIGNED_OUT } from '../../kernel/changes.ts';
import { AppError } from '../../kernel/error.ts';
import type { OperationRequest, OperationSettings } from '../operations.ts';
import { noteRefusal } from '../refusals.ts';
import { createDependents } from './dependencies.ts';
import type { Follower, LiveAnswer, Question } from './follower.ts';
import { createLatest, type Latest } from './latest.ts';
import { createRounds } from './rounds.ts';
import { endedOf } from './sessions.ts';

export interface Live {
  /** Answers, the first one at once. Begins when it is read. */
  follow(call: Call, request: OperationRequest): Latest<LiveAnswer>;
  /** Ends them all: the server stops. */
  end(): void;
  /** Live queries, and how often something was asked for them. */
  figures(): { followers: number; runs: number };
}

export interface LiveTimes {
  gatherMs: number;
  againMs: number;
  /** Sessions are looked at after so long, though nothing is heard of them. */
  sessionsMs: number;
  /** Rights are remembered for a while, sessions for a second: whoever is asked after this has none but the new. */
  rightsMs: number;
}

export const DEFAULT_TIMES: LiveTimes = { gatherMs: 50, againMs: 60_000, sessionsMs: 2_000, rightsMs: 1_200 };

export interface LiveInput {
  settings: OperationSettings;
  services: Pick<Services, 'rightsChanged' | 'log'>;
  changes: Pick<ChangeFeed, 'subscribe'>;
  store: Pick<SnapshotStore, 'follow'>;
  times?: Partial<LiveTimes>;
}

const USER = 'User';
const MOST_TICK_MS = 1000;

export function createLive(q: LiveInput): Live {
  const times = { ...DEFAULT_TIMES, ...q.times };
  const { limits } = q.settings;
  const followers = new Set<Follower>();
  const dependents = createDependents<Follower>();
  /** By the trees that User Permissions of the caller reach into. */
  const restricted = createDependents<Follower>();
  const all = createAdmission(limits.allSubscriptions, full);
  const users = createAdmission(limits.userSubscriptions, fullForUser);
  let isEnded = false;
  let rightsVersion = 0;
  let looked = 0;
  let ticking: NodeJS.Timeout | undefined;
  let telling: NodeJS.Timeout | undefined;

  const admit = (follower: Follower, { actor }: Question): void => {
    if (follower.isEnded) return;
    const trees = (actor.restrictions ?? []).map(({ doctype }) => doctype);
    restricted.set(follower, new Set(trees));
    if (follower.isAdmitted) return;
    follower.leave.push(users.enter(counted(follower.call, actor)));
    follower.isAdmitted = true;
  };
  const rounds = createRounds({
    ...times,
    settings: q.settings,
    dependents,
    rightsVersion: () => rightsVersion,
    admit,
  });
  const everybody = (): void => followers.forEach(rounds.due);
  /** At once for who is asked next; the others are asked when nobody remembers anything of before. */
  const rightsChanged = (): void => {
    rightsVersion++;
    q.services.rightsChanged();
    telling ??= setTimeout(() => {
      telling = undefined;
      everybody();
    }, times.rightsMs).unref();
  };
  /** Who may have been signed out, or disabled, is asked at once. */
  const askAbout = (change: DocumentChange): void => {
    for (const follower of followers) if (isAbout(change, follower.call.actor?.user)) rounds.due(follower);
  };
  const hear = ({ changes, isComplete }: ChangeBatch): void => {
    if (followers.size === 0) return;
    if (!isComplete) {
      rightsChanged();
      everybody();
    }
    for (const change of changes) {
      if (ABOUT_RIGHTS.has(change.doctype)) rightsChanged();
      if (change.doctype === SIGNED_OUT || change.doctype === USER) askAbout(change);
      for (const follower of restricted.of(change.doctype)) {
        rightsVersion++;
        q.services.rightsChanged();
        rounds.due(follower);
      }
      for (const follower of dependents.of(change.doctype))
        if (isHeardBy(follower.tenant, change)) rounds.due(follower);
    }
  };
  const tick = (): void => {
    const now = performance.now();
    for (const each of followers) if (each.again <= now && !each.isAsked) rounds.due(each);
    if (now - looked < times.sessionsMs) return;
    looked = now;
    // What cannot be said now is asked again.
    endedOf(followers).then(
      (ended) => ended.forEach(rounds.due),
      () => undefined,
    );
  };
  const enter = (follower: Follower): void => {
    if (isEnded) throw new AppError('unavailable', 'The server is stopping. Connect again in a moment.');
    follower.leave.push(all.enter(''));
    followers.add(follower);
    ticking ??= setInterval(tick, Math.min(MOST_TICK_MS, times.againMs, times.sessionsMs)).unref();
    rounds.first(follower);
  };
  const leave = (follower: Follower): void => {
    follower.isEnded = true;
    followers.delete(follower);
    dependents.remove(follower);
    restricted.remove(follower);
    for (const undo of follower.leave.splice(0)) undo();
    if (followers.size > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  };
  const schemaChanged = (): void => {
    rightsVersion++;
    everybody();
  };
  const stops = [q.changes.subscribe(hear), q.store.follow(schemaChanged)];
  return {
    figures: () => ({ followers: followers.size, runs: rounds.runs() }),
    follow(call, request) {
      const begin = (): void => {
        try {
          enter(follower);
        } catch (error) {
          follower.latest.end({ errors: noteRefusal(call, error, OperationTypeNode.SUBSCRIPTION).errors });
        }
      };
      const latest = createLatest<LiveAnswer>({ begin, leave: () => leave(follower) });
      const follower = begun(call, request, latest);
      return latest;
    },
    end() {
      isEnded = true;
      for (const stop of stops) stop();
      clearTimeout(telling);
      for (const { latest } of [...followers]) latest.end();
    },
  };
}

function begun(call: Call, request: OperationRequest, latest: Latest<LiveAnswer>): Follower {
  return {
    call,
    request,
    latest,
    tenant: undefined,
    isAsked: false,
    isDue: false,
    isEnded: false,
    isAdmitted: false,
    isAnswered: false,
    failures: 0,
    again: Number.POSITIVE_INFINITY,
    leave: [],
  };
}

function full(most: number): string {
  return `This server follows ${most} live queries already, which is all it takes. Try again later.`;
}

function fullForUser(most: number): string {
  return `You have ${most} live queries open, which is all that one user may. End some first.`;
}
