/** Documents that people have open, and who is told so: those who have it open too, as far as they may still read it. */

import { placeInTenant } from '../http/tenant.ts';
import type { Hub } from './hub.ts';
import { type Listener, topicOf } from './listener.ts';
import type { Person } from './messages.ts';
import type { Place, Presence } from './presence.ts';

export interface Openings {
  open(listener: Listener, of: { doctype: string; name: string; editing: boolean }): Promise<void>;
  /** Whether they change it, of one that is open; false: it is not. */
  note(listener: Listener, of: { doctype: string; name: string; editing: boolean }): boolean;
  close(listener: Listener, of: { doctype: string; name: string }): void;
  /** Others came or went. */
  changed(place: Place): void;
}

/** Who comes and goes at once is told once. */
const GATHER_MS = 30;
/** People that are told of. */
const MOST_TOLD = 50;

export function createOpenings(hub: Hub, presence: () => Presence): Openings {
  const tenants = new WeakMap<Listener, string | undefined>();
  /** What each was told last, by DocType and name: the same is not told again. */
  const told = new WeakMap<Listener, Map<string, string>>();
  const waiting = new Map<string, Place>();

  const atOf = ({ doctype, name, tenant }: Place): Listener[] =>
    hub.followers
      .of(doctype)
      .filter((each) => each.topics.get(doctype)?.open.has(name) && tenants.get(each) === tenant);
  const tell = async (): Promise<void> => {
    const places = [...waiting.values()];
    waiting.clear();
    for (const [doctype, of] of Map.groupBy(places, (place) => place.doctype)) {
      await hub.recheck(doctype, [...new Set(of.flatMap(atOf))]);
      for (const place of of) tellOne(place);
    }
  };
  const tellOne = (place: Place): void => {
    const people = presence().of(place);
    const { doctype, name } = place;
    for (const listener of atOf(place)) {
      const users = people.filter(({ user }) => user !== listener.actor.user).slice(0, MOST_TOLD);
      const text = JSON.stringify(users);
      const own = told.get(listener);
      const key = JSON.stringify([doctype, name]);
      if (own?.get(key) === text) continue;
      own?.set(key, text);
      listener.outbox.put({ type: 'presence', doctype, name, users });
    }
  };
  const changed = (place: Place): void => {
    if (waiting.size === 0) setTimeout(() => hub.after(tell), GATHER_MS).unref();
    waiting.set(JSON.stringify(place), place);
  };
  return {
    changed,
    note(listener, { doctype, name, editing }) {
      const opened = listener.topics.get(doctype)?.open.get(name);
      opened?.note(editing);
      return opened !== undefined;
    },
    async open(listener, { doctype, name, editing }) {
      const { call, actor } = listener;
      const { tenant } = await placeInTenant(call, actor);
      const { full_name } = await call.http.auth.profileOf(actor);
      if (listener.isEnded) return;
      const place: Place = { tenant, doctype, name };
      const person: Person = { user: actor.user, full_name };
      const topic = topicOf(listener, doctype);
      tenants.set(listener, tenant);
      const key = JSON.stringify([doctype, name]);
      const own = told.get(listener) ?? new Map<string, string>();
      told.set(listener, own);
      const { note, leave } = presence().enter(place, person);
      note(editing);
      const close = (): void => {
        topic.open.delete(name);
        own.delete(key);
        leave();
      };
      topic.open.set(name, { note, close });
      hub.followers.follow(listener, doctype);
      // He is told who is there, though nobody has to be told of him.
      changed(place);
    },
    close(listener, { doctype, name }) {
      listener.topics.get(doctype)?.open.get(name)?.close();
      hub.followers.forget(listener, doctype);
    },
  };
}
