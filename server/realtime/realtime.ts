/** The room put together: what the server gives it, and the two doors that lead to it. */
import type { SnapshotStore } from '../doctypes/store.ts';
import type { Services } from '../documents/contract.ts';
import type { ChangeFeed } from '../events/change-feed.ts';
import type { Route } from '../http/call.ts';
import type { Connections } from '../http/socket/admission.ts';
import type { Door } from '../http/socket/sockets.ts';
import { streamRoutes } from './event-stream.ts';
import { createHub, DEFAULT_HUB_TIMES, type HubTimes } from './hub.ts';
import { createOpenings } from './openings.ts';
import type { Outbox } from './outbox.ts';
import { createPresence, type Presence } from './presence.ts';
import { streamDoor } from './socket.ts';

export interface RealtimeTimes extends HubTimes {
  /** Who has a document open is forgotten when his process does not say it again for so long. */
  presenceMs: number;
  /** Who does not take a message for so long is dropped. */
  slowMs: number;
  /** An event stream says at least that it is there. */
  beatMs: number;
}

const DEFAULT_TIMES: RealtimeTimes = { ...DEFAULT_HUB_TIMES, presenceMs: 30_000, slowMs: 20_000, beatMs: 15_000 };
/** Subscriptions and open documents of one connection. */
const MOST = 500;
const GOING_AWAY = 1001;

export interface Realtime {
  door: Door;
  routes: readonly Route[];
  /** What somebody who reads now goes on from, once they listen. */
  cursor(): string;
  /** Connections that listen, and statements that were asked for them. */
  figures(): { listeners: number; statements: number };
  /** Ends what goes on: the server stops. */
  end(): void;
}

export interface RealtimeInput {
  services: Pick<Services, 'rightsChanged' | 'log'>;
  changes: Pick<ChangeFeed, 'subscribe' | 'sendNote' | 'onNote'>;
  store: Pick<SnapshotStore, 'follow'>;
  connections: Connections;
  times?: Partial<RealtimeTimes>;
}

export function createRealtime(q: RealtimeInput): Realtime {
  const times = { ...DEFAULT_TIMES, ...q.times };
  const hub = createHub({ ...q, times });
  const openings = createOpenings(hub, (): Presence => presence);
  const presence = createPresence({ feed: q.changes, presenceMs: times.presenceMs, changed: openings.changed });
  const streams = new Set<Outbox>();
  let isEnded = false;
  const room = { hub, openings, most: MOST, slowMs: times.slowMs };
  return {
    door: streamDoor(room),
    routes: streamRoutes({
      ...room,
      connections: q.connections,
      pingMs: times.beatMs,
      streams,
      isEnded: () => isEnded,
    }),
    cursor: hub.cursor,
    figures: hub.figures,
    end() {
      if (isEnded) return;
      isEnded = true;
      for (const outbox of [...streams]) outbox.close(GOING_AWAY, 'The server is stopping');
      presence.end();
      hub.end();
    },
  };
}
