/** One connection as those see it who push to it: who it is, what it wants to hear of, and what waits for it. Plain data. */
import type { Identity } from '../auth/chain/contract.ts';
import type { Call } from '../http/call.ts';
import { problemBody } from '../http/problem.ts';
import { type Actor, GUEST_ACTOR } from '../kernel/actor.ts';
import type { ErrorCode } from '../kernel/error.ts';
import { AppError } from '../kernel/error.ts';
import type { ServerMessage } from './messages.ts';
import type { Outbox } from './outbox.ts';

/** What a connection wants of one DocType. */
export interface Topic {
  /** Ids of subscriptions to all of it. */
  all: Set<string>;
  /** By document. */
  names: Map<string, Set<string>>;
  /** Documents that are open. */
  open: Map<string, Opened>;
}

export interface Opened {
  note(isEditing: boolean): void;
  close(): void;
}

export interface Listener {
  /** With the credential that is looked at again and again. */
  call: Call;
  identity: Identity | undefined;
  actor: Actor;
  outbox: Outbox;
  topics: Map<string, Topic>;
  /** By id of the client's. */
  subscriptions: Map<string, { doctype: string; name?: string }>;
  /** Documents that it was told of, the last ones: it knows of them. */
  told: Set<string>;
  /** By the process's own clock: when the credential was looked at as a whole, and when its session was. */
  identified: number;
  sessionSeen: number;
  /** The version of everybody's rights then. */
  rights: number;
  isEnded: boolean;
}

export function createListener(call: Call, outbox: Outbox, rights: number): Listener {
  const now = performance.now();
  return {
    call,
    identity: call.identity,
    actor: call.actor ?? GUEST_ACTOR,
    outbox,
    topics: new Map(),
    subscriptions: new Map(),
    told: new Set(),
    identified: now,
    sessionSeen: now,
    rights,
    isEnded: false,
  };
}

export function topicOf(listener: Listener, doctype: string): Topic {
  const topic = listener.topics.get(doctype) ?? { all: new Set(), names: new Map(), open: new Map() };
  listener.topics.set(doctype, topic);
  return topic;
}

/** Ids and open documents count alike. */
export function sizeOf({ subscriptions, topics }: Listener): number {
  let size = subscriptions.size;
  for (const { open } of topics.values()) size += open.size;
  return size;
}

export function isEmpty({ all, names, open }: Topic): boolean {
  return all.size + names.size + open.size === 0;
}

/** Whether it has asked for this very document. */
export function hasNamed({ names, open }: Topic, name: string): boolean {
  return names.has(name) || open.has(name);
}

const MOST_TOLD = 1_000;

export function noteTold({ told }: Listener, key: string): void {
  told.delete(key);
  told.add(key);
  if (told.size > MOST_TOLD) told.delete(told.values().next().value as string);
}

/** What was wrong, in the words of the REST routes; of a fault of ours nothing. */
export function toError(error: unknown, about: { id?: string; doctype?: string; name?: string } = {}): ServerMessage {
  if (error instanceof AppError) {
    const status = Number(problemBody(error).status);
    return { type: 'error', ...about, code: error.code satisfies ErrorCode, status, message: error.message };
  }
  const message = 'Something went wrong inside. It is in the error log.';
  return { type: 'error', ...about, code: 'internal', status: 500, message };
}
