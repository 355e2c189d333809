/** What a window follows and has open, however the connection comes and goes: who asks twice for the same shares it. */
import type { Heard, Person, Topic } from './stream-messages.ts';

export interface Followed {
  id: string;
  topic: Topic;
  listeners: Set<(heard: Heard) => void>;
}

export interface Opened {
  topic: Required<Topic>;
  listeners: Set<(people: readonly Person[]) => void>;
  /** Those who change it, of those who have it open here. */
  editors: Set<object>;
  people: readonly Person[];
}

const AFTERWORD_MS = 1_000;

export function keyOf({ doctype, name }: Topic): string {
  return JSON.stringify(name === undefined ? [doctype] : [doctype, name]);
}

export function createTopics() {
  const followed = new Map<string, Followed>();
  const opened = new Map<string, Opened>();
  const lost = new Map<string, Followed['listeners']>();
  let last = 0;
  return {
    followed,
    opened,
    /** A new one, or the one that is there. */
    follow(topic: Topic): { one: Followed; isNew: boolean } {
      const key = keyOf(topic);
      const known = followed.get(key);
      if (known) return { one: known, isNew: false };
      last += 1;
      const one: Followed = { id: String(last), topic, listeners: new Set() };
      followed.set(key, one);
      return { one, isNew: true };
    },
    ofId: (id: string) => [...followed.values()].find((one) => one.id === id),
    open(topic: Required<Topic>): { one: Opened; isNew: boolean } {
      const key = keyOf(topic);
      const known = opened.get(key);
      if (known) return { one: known, isNew: false };
      const one: Opened = { topic, listeners: new Set(), editors: new Set(), people: [] };
      opened.set(key, one);
      return { one, isNew: true };
    },
    drop: (topic: Topic) => followed.delete(keyOf(topic)),
    /** Not followed any more; why is told just after that. */
    lose({ topic, listeners }: Followed): void {
      const key = keyOf(topic);
      followed.delete(key);
      lost.set(key, listeners);
      setTimeout(() => lost.get(key) === listeners && lost.delete(key), AFTERWORD_MS);
    },
    close: (topic: Topic) => opened.delete(keyOf(topic)),
    tell(topic: Topic, heard: Heard): void {
      const key = keyOf(topic);
      for (const listener of [...(followed.get(key)?.listeners ?? lost.get(key) ?? [])]) listener(heard);
    },
    tellAll(heard: Heard, doctype?: string): void {
      for (const { topic, listeners } of [...followed.values()])
        if (doctype === undefined || topic.doctype === doctype) for (const listener of [...listeners]) listener(heard);
    },
    show(topic: Topic, people: readonly Person[]): void {
      const one = opened.get(keyOf(topic));
      if (!one) return;
      one.people = people;
      for (const listener of one.listeners) listener(people);
    },
  };
}
