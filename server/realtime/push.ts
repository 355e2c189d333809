/**
 * What each listener is told of some changes, decided by what he may read at this moment. Told with its name is only
 * what he may read now; and what he cannot any more, or is gone, as far as he could have known of it before.
 */

import { holdsInMemory } from '../documents/rule-in-memory.ts';
import { isHeardBy } from '../events/change-feed.ts';
import type { Document } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import type { Filter } from '../kernel/filter.ts';
import { hasNamed, type Listener, noteTold, type Topic } from './listener.ts';
import { type Grant, grantFor, type Looked, look, lookElsewhere } from './look.ts';
import type { ServerMessage } from './messages.ts';
import type { NumberedChange } from './ring.ts';

export interface PushInput {
  cursorOf(number: number): string;
  /** A statement was asked. */
  count(): void;
  /** He has no right to the DocType any more, or it is gone. */
  lostDocType(listener: Listener, doctype: string, error: AppError): void;
  /** He cannot read the document any more, whether or not it is there. */
  lostDocument(listener: Listener, doctype: string, name: string): void;
}

/** In the order of the changes, for each listener. */
export type Told = Map<Listener, { number: number; message: ServerMessage }[]>;

export interface Pushed {
  told: Told;
  /** What is another afterwards: not before it is certain that it is told so. */
  settle(): void;
}

type Granted = { listener: Listener; topic: Topic; grant: Grant };

/** Documents as they were when somebody was told of them last: what has left somebody's rights since, he could see. */
export function createPushes(q: PushInput) {
  const before = createBefore();

  /** Changes of one DocType. Throws what makes the look impossible now. */
  const push = async (
    doctype: string,
    changes: readonly NumberedChange[],
    listeners: readonly Listener[],
  ): Promise<Pushed> => {
    const told: Told = new Map();
    const effects: (() => void)[] = [];
    const names = new Set(changes.map(({ name }) => name));
    const all = listeners.filter((each) => wants(each.topics.get(doctype), names));
    for (const granted of byTenant(await grantsFor(doctype, all))) {
      const { grant } = granted[0] as Granted;
      const { tenant } = grant.ctx.actor;
      const heard = changes.filter((change) => isHeardBy(tenant, change));
      if (heard.length === 0) continue;
      if (grant.plan.storage !== 'table') {
        for (const each of granted) tellList(told, each, heard.at(-1) as NumberedChange);
        continue;
      }
      const known = heard.flatMap(({ name }) => (name === '' ? [] : [name]));
      const looked = known.length === 0 ? NOTHING : await look(grantsOf(granted), known, q.count);
      for (const change of heard) {
        const key = JSON.stringify([tenant ?? '', doctype, change.name]);
        for (const each of granted) tell(told, each, { change, looked, key, effects });
        const document = looked.documents.get(change.name);
        if (document) effects.push(() => before.keep(key, document));
      }
    }
    return { told, settle: () => effects.forEach((effect) => void effect()) };
  };
  const tell = (
    told: Told,
    each: Granted,
    at: { change: NumberedChange; looked: Looked; key: string; effects: (() => void)[] },
  ): void => {
    const { listener, topic, grant } = each;
    const { change, looked, key, effects } = at;
    const { name, number } = change;
    const { doctype } = change;
    if (name === '') {
      tellList(told, each, change);
      return;
    }
    const isNamed = hasNamed(topic, name);
    if (topic.all.size === 0 && !isNamed) return;
    const isSeen = looked.maySee(grant, name);
    const isAll = grant.access.rows.kind === 'all';
    if (isSeen || isAll) {
      put(told, listener, number, eventOf(grant, change, looked.documents.get(name)));
      effects.push(() => noteTold(listener, key));
    } else if (isNamed || listener.told.has(key) || couldSee(grant, before.of(key))) {
      effects.push(() => void listener.told.delete(key));
      put(told, listener, number, { type: 'list', cursor: q.cursorOf(number), doctype });
    }
    const isGone = !isSeen && isNamed;
    if (isGone) effects.push(() => q.lostDocument(listener, doctype, name));
  };
  const tellList = (told: Told, { listener, grant }: Granted, { doctype, number }: NumberedChange): void => {
    if (grant.access.rows.kind === 'none') return;
    put(told, listener, number, { type: 'list', cursor: q.cursorOf(number), doctype });
  };
  const eventOf = (grant: Grant, change: NumberedChange, document: Document | undefined): ServerMessage => {
    const { doctype, name, event } = change;
    const about = { type: 'event', cursor: q.cursorOf(change.number), doctype, name, event } as const;
    const text = (fieldname: string): string | undefined => {
      const value = grant.access.canRead(fieldname) ? document?.[fieldname] : undefined;
      return typeof value === 'string' ? value : undefined;
    };
    const modified = text('modified');
    const by = text('modified_by');
    return { ...about, ...(modified === undefined ? {} : { modified }), ...(by === undefined ? {} : { by }) };
  };
  /** With whoever has lost his right to the DocType left out, and told so. */
  const grantsFor = async (doctype: string, listeners: readonly Listener[]): Promise<Granted[]> => {
    const asked = listeners.map(async (listener): Promise<Granted[]> => {
      try {
        const grant = await grantFor(listener, doctype);
        const topic = listener.topics.get(doctype);
        return topic ? [{ listener, topic, grant }] : [];
      } catch (error) {
        if (!(error instanceof AppError) || error.code === 'unavailable') throw error;
        q.lostDocType(listener, doctype, error);
        return [];
      }
    });
    return (await Promise.all(asked)).flat();
  };
  /** Documents that listeners have asked for by name: who may not read one any more has it no longer. */
  const recheck = async (doctype: string, listeners: readonly Listener[], withNames: boolean): Promise<void> => {
    const all = await grantsFor(doctype, listeners);
    for (const granted of withNames ? byTenant(all) : []) {
      const { plan } = (granted[0] as Granted).grant;
      const unsure = granted.filter(({ grant }) => grant.access.rows.kind !== 'all');
      if (unsure.length === 0) continue;
      const names = new Set(unsure.flatMap(({ topic }) => [...topic.names.keys(), ...topic.open.keys()]));
      if (names.size === 0) continue;
      const lookAt = plan.storage === 'table' ? look : lookElsewhere;
      const { maySee } = await lookAt(grantsOf(unsure), [...names], q.count);
      for (const { listener, topic, grant } of unsure)
        for (const name of new Set([...topic.names.keys(), ...topic.open.keys()]))
          if (!maySee(grant, name)) q.lostDocument(listener, doctype, name);
    }
  };
  return { push, recheck };
}

const NOTHING: Looked = { documents: new Map(), maySee: () => false };

function wants(topic: Topic | undefined, names: ReadonlySet<string>): boolean {
  if (!topic) return false;
  if (topic.all.size > 0 || names.has('')) return true;
  for (const name of names) if (hasNamed(topic, name)) return true;
  return false;
}

function byTenant(granted: readonly Granted[]): Granted[][] {
  return [...Map.groupBy(granted, ({ grant }) => grant.ctx.actor.tenant).values()];
}

function grantsOf(granted: readonly Granted[]): Grant[] {
  return granted.map(({ grant }) => grant);
}

function put(told: Told, listener: Listener, number: number, message: ServerMessage): void {
  const messages = told.get(listener) ?? [];
  messages.push({ number, message });
  told.set(listener, messages);
}

/** His rule of now held of it as it was: then he could have read it. */
function couldSee({ ctx, plan, access }: Grant, document: Document | undefined): boolean {
  if (!document || !hasAll(access.rows, document)) return false;
  return holdsInMemory(ctx, plan, access.rows, document) === true;
}

/** A value that nobody looked at is not one that is empty. */
function hasAll(rule: Filter, document: Document): boolean {
  if (rule.kind === 'condition') return rule.path in document;
  if (rule.kind === 'and' || rule.kind === 'or') return rule.of.every((each) => hasAll(each, document));
  return rule.kind === 'not' ? hasAll(rule.of, document) : true;
}

const MOST_BEFORE = 5_000;

function createBefore() {
  const kept = new Map<string, Document>();
  return {
    of: (key: string) => kept.get(key),
    keep(key: string, document: Document) {
      kept.delete(key);
      kept.set(key, document);
      if (kept.size > MOST_BEFORE) kept.delete(kept.keys().next().value as string);
    },
  };
}
