/**
 * From the feed to the listeners: changes are numbered, gathered for a moment, and pushed, one push after the other,
 * so that whoever goes on from a cursor misses nothing. What could not be looked at is told as a resync.
 */
import type { SnapshotStore } from '../doctypes/store.ts';
import type { Services } from '../documents/contract.ts';
import { ABOUT_RIGHTS } from '../documents/rights-changes.ts';
import type { ChangeBatch } from '../events/change-buffer.ts';
import { type ChangeFeed, isHeardBy } from '../events/change-feed.ts';
import {
  addChange,
  type ChangeMap,
  CONCERNED,
  type DocumentChange,
  isAbout,
  SIGNED_OUT,
  someOf,
} from '../kernel/changes.ts';
import { createFollowers, type Followers } from './followers.ts';
import { createIdentityCheck } from './identities.ts';
import type { Listener } from './listener.ts';
import { createPushes, type Told } from './push.ts';
import { createRing, type NumberedChange } from './ring.ts';

export interface HubTimes {
  /** Changes are gathered for so long. */
  pushMs: number;
  /** Sessions are looked at after so long, though nothing happens. */
  sessionsMs: number;
  /** Rights and sessions of everybody are looked at again after so long, and after a change of rights. */
  recheckMs: number;
  afterRightsMs: number;
}

export const DEFAULT_HUB_TIMES: HubTimes = {
  pushMs: 40,
  sessionsMs: 2_000,
  recheckMs: 20_000,
  afterRightsMs: 900,
};

export interface HubInput {
  services: Pick<Services, 'rightsChanged' | 'log'>;
  changes: Pick<ChangeFeed, 'subscribe'>;
  store: Pick<SnapshotStore, 'follow'>;
  times: HubTimes;
}

export interface Hub {
  followers: Omit<Followers, 'enter'>;
  enter(listener: Listener): void;
  /** Tells what came after the cursor. */
  resume(listener: Listener, cursor: string): void;
  /** Work that must not run beside a push. */
  after(work: () => Promise<void>): void;
  /** Who may not read the document has it no longer. */
  recheck(doctype: string, listeners: readonly Listener[]): Promise<void>;
  rightsVersion(): number;
  /** Up to which everything was pushed. */
  cursor(): string;
  figures(): { listeners: number; statements: number };
  end(): void;
}

/** Whose account may have been disabled. */
const USER = 'User';
const MOST_PENDING = 1_000;
const TRIES = 3;

export function createHub(q: HubInput): Hub {
  const { times, services } = q;
  const ring = createRing();
  const followers = createFollowers();
  const { all, lost } = followers;
  let pending: ChangeMap = new Map();
  let concerned: DocumentChange[] = [];
  let line: Promise<void> = Promise.resolve();
  let gathering: NodeJS.Timeout | undefined;
  let rechecking: NodeJS.Timeout | undefined;
  let rightsVersion = 0;
  let rechecked = 0;
  let pushed = 0;
  let newest = 0;
  let statements = 0;

  const count = (): void => void statements++;
  const { alive, checkSessions } = createIdentityCheck({
    againMs: times.recheckMs,
    rightsVersion: () => rightsVersion,
    count,
    lost,
  });
  const pushes = createPushes({
    cursorOf: ring.cursorOf,
    count,
    lostDocType: followers.lostDocType,
    lostDocument: followers.lostDocument,
  });
  const after = (work: () => Promise<void>): void => {
    line = line.then(work).catch((error: unknown) => services.log.error({ error }, 'a push to listeners failed'));
  };
  const pushAll = async (changes: readonly NumberedChange[], only?: Listener): Promise<void> => {
    const told: Told = new Map();
    for (const [doctype, some] of Map.groupBy(changes, (change) => change.doctype)) {
      const among = only ? [only] : followers.of(doctype);
      if (among.length === 0) continue;
      try {
        for (const [listener, messages] of await pushOne(doctype, some, among))
          told.set(listener, [...(told.get(listener) ?? []), ...messages]);
      } catch (error) {
        services.log.warn(
          { error: String(error), doctype },
          'changes could not be looked at: listeners are told to reload',
        );
        for (const listener of among) put(listener, { type: 'resync', cursor: ring.cursor() });
      }
    }
    // By number: who has one has all before it.
    for (const [listener, messages] of told)
      for (const { message } of messages.sort((a, b) => a.number - b.number)) put(listener, message);
  };
  /** Looked at with rights that changed meanwhile, it is looked at again. */
  const pushOne = async (doctype: string, changes: readonly NumberedChange[], among: readonly Listener[]) => {
    for (let attempt = 1; ; attempt++) {
      const rights = rightsVersion;
      const { told, settle } = await pushes.push(doctype, changes, await alive(among));
      if (rights === rightsVersion) {
        settle();
        return told;
      }
      if (attempt === TRIES) throw new Error('rights change faster than they can be looked at');
    }
  };
  const put = (listener: Listener, message: Parameters<Listener['outbox']['put']>[0]): void => {
    if (!listener.isEnded) listener.outbox.put(message);
  };
  const gathered = async (): Promise<void> => {
    const changes = [...pending.values()] as NumberedChange[];
    const upTo = newest;
    pending = new Map();
    await pushAll(changes);
    pushed = upTo;
    await tellConcerned();
  };
  const tellConcerned = async (): Promise<void> => {
    const changes = concerned;
    concerned = [];
    const among = [...all].filter((listener) => changes.some((change) => isMeant(change, listener)));
    if (among.length === 0) return;
    for (const listener of await alive(among)) put(listener, { type: 'notification', cursor: ring.cursorOf(pushed) });
  };
  const recheckAll = async (): Promise<void> => {
    rechecking = undefined;
    try {
      const rights = rightsVersion;
      await alive([...all]);
      const isMoved = rights !== rechecked;
      for (const doctype of followers.doctypes()) await pushes.recheck(doctype, followers.of(doctype), isMoved);
      if (rights !== rightsVersion) recheckSoon(times.afterRightsMs);
      else rechecked = rights;
    } catch (error) {
      services.log.warn({ error: String(error) }, 'the rights of listeners could not be looked at; they will be');
    } finally {
      if (all.size > 0) recheckSoon(times.recheckMs);
    }
  };
  let recheckAt = Number.POSITIVE_INFINITY;
  const recheckSoon = (ms: number): void => {
    const at = performance.now() + ms;
    if (rechecking && recheckAt <= at) return;
    clearTimeout(rechecking);
    recheckAt = at;
    rechecking = setTimeout(after, ms, recheckAll).unref();
  };
  const rightsChanged = (): void => {
    if (all.size === 0) return;
    rightsVersion++;
    services.rightsChanged();
    recheckSoon(times.afterRightsMs);
  };
  const signedOut = (change: DocumentChange): void => {
    const among = [...all].filter(({ identity }) => identity && isAbout(change, identity.actor.user));
    // As if nobody had looked at their credentials yet.
    for (const each of among) each.sessionSeen = each.identified = Number.NEGATIVE_INFINITY;
    if (among.length > 0) after(async () => void (await alive(among)));
  };
  const hear = ({ changes, isComplete }: ChangeBatch): void => {
    if (!isComplete) {
      newest = ring.breakOff();
      rightsChanged();
      for (const listener of all) put(listener, { type: 'resync', cursor: ring.cursor() });
    }
    for (const change of changes) {
      if (change.doctype === CONCERNED) {
        newest = ring.add(change).number;
        // Of so many nobody keeps the names: anybody may be meant.
        concerned = concerned.length < MOST_PENDING ? [...concerned, change] : [someOf(CONCERNED)];
        continue;
      }
      if (change.doctype === SIGNED_OUT) {
        signedOut(change);
        continue;
      }
      const numbered = ring.add(change);
      newest = numbered.number;
      if (ABOUT_RIGHTS.has(change.doctype) || isRestricting(change.doctype)) rightsChanged();
      if (change.doctype === USER) signedOut(change);
      if (followers.isFollowed(change.doctype)) addChange(pending, numbered);
    }
    if (pending.size > MOST_PENDING) pending = folded(pending);
    gathering ??= setTimeout(() => {
      gathering = undefined;
      after(gathered);
    }, times.pushMs).unref();
  };
  /** Somebody's User Permission reaches into a tree of these. */
  const isRestricting = (doctype: string): boolean => {
    for (const { actor } of all) if (actor.restrictions?.some((each) => each.doctype === doctype)) return true;
    return false;
  };
  // What cannot be said now is asked again.
  const looking = setInterval(() => {
    if (all.size > 0) after(() => checkSessions([...all]).catch(() => undefined));
  }, times.sessionsMs).unref();
  const doctypesChanged = (): void => {
    rightsChanged();
    for (const listener of all) put(listener, { type: 'meta', cursor: ring.cursorOf(pushed) });
  };
  const stops = [q.changes.subscribe(hear), q.store.follow(doctypesChanged)];
  return {
    followers,
    enter(listener) {
      followers.enter(listener);
      recheckSoon(times.recheckMs);
    },
    resume(listener, cursor) {
      after(async () => {
        const missed = ring.since(cursor);
        if (missed && missed.length <= MOST_PENDING) {
          const changes: ChangeMap = new Map();
          for (const change of missed) if (change.doctype !== CONCERNED) addChange(changes, change);
          await pushAll([...changes.values()] as NumberedChange[], listener);
          if (missed.some((change) => change.doctype === CONCERNED && isMeant(change, listener)))
            for (const each of await alive([listener]))
              put(each, { type: 'notification', cursor: ring.cursorOf(pushed) });
          put(listener, { type: 'resumed', cursor: ring.cursorOf(pushed) });
        } else put(listener, { type: 'resync', cursor: ring.cursor() });
      });
    },
    after,
    recheck: (doctype, listeners) => pushes.recheck(doctype, listeners, true),
    rightsVersion: () => rightsVersion,
    cursor: () => ring.cursorOf(pushed),
    figures: () => ({ listeners: all.size, statements }),
    end() {
      for (const stop of stops) stop();
      clearTimeout(gathering);
      clearTimeout(rechecking);
      clearInterval(looking);
    },
  };
}

function isMeant(change: DocumentChange, { actor }: Listener): boolean {
  return isAbout(change, actor.user) && isHeardBy(actor.tenant, change);
}

/** Which documents is not known any more, only of which DocTypes. */
function folded(changes: ChangeMap): ChangeMap {
  const lists: ChangeMap = new Map();
  for (const { number, doctype, tenant } of changes.values() as MapIterator<NumberedChange>)
    addChange(lists, { ...someOf(doctype, tenant), number } as NumberedChange);
  return lists;
}
