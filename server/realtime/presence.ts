/**
 * Who has which document open, over all processes: soft state. Each process tells the others of its own people, when
 * that changes and again and again; what is not told again is forgotten, so nobody stays behind a killed process.
 */
import type { ChangeFeed } from '../events/change-feed.ts';
import { MAX_NOTE_BYTES } from '../events/payload.ts';
import type { Person } from './messages.ts';

export interface Place {
  tenant: string | undefined;
  doctype: string;
  name: string;
}

export interface Presence {
  /** Somebody looks at it. */
  enter(place: Place, person: Person): Visit;
  /** Everybody, of all processes. */
  of(place: Place): Person[];
  end(): void;
}

export interface Visit {
  /** Whether they change it. */
  note(isEditing: boolean): void;
  leave(): void;
}

export interface PresenceInput {
  feed: Pick<ChangeFeed, 'sendNote' | 'onNote'>;
  /** What is not told again for so long is forgotten. */
  presenceMs: number;
  changed(place: Place): void;
}

/** People of one process at one document that others are told of. */
const MOST_PEOPLE = 20;
const MOST_PLACES = 50_000;
const TELL_MS = 50;

/** A third place holds 1 for who changes it. */
type Row = [key: string, people: (readonly [user: string, fullName: string, editing?: number])[]];

interface Guest {
  person: Person;
  /** Windows in which they have it open, and those in which they change it. */
  count: number;
  editing: number;
}

interface Other {
  places: Map<string, { people: Person[]; until: number }>;
}

export function createPresence({ feed, presenceMs, changed }: PresenceInput): Presence {
  const own = new Map<string, Map<string, Guest>>();
  const others = new Map<string, Other>();
  const dirty = new Set<string>();
  let telling: NodeJS.Timeout | undefined;

  const tellSoon = (keys: Iterable<string>): void => {
    for (const key of keys) dirty.add(key);
    telling ??= setTimeout(() => {
      telling = undefined;
      const rows = [...dirty].map(rowOf);
      dirty.clear();
      send(feed, rows);
    }, TELL_MS).unref();
  };
  const rowOf = (key: string): Row => {
    const people = [...(own.get(key)?.values() ?? [])].slice(0, MOST_PEOPLE);
    return [key, people.map(toEntry)];
  };
  const note = (key: string, people: Person[], from: string): void => {
    const { places } = others.get(from) ?? { places: new Map() };
    others.set(from, { places });
    const before = places.get(key)?.people ?? [];
    places.delete(key);
    if (people.length > 0 && places.size < MOST_PLACES) places.set(key, { people, until: Date.now() + presenceMs });
    if (textOf(before) !== textOf(people)) changed(placeOf(key));
  };
  const stopHearing = feed.onNote((text, from) => {
    const isNew = !others.has(from);
    for (const [key, people] of rowsIn(text))
      note(
        key,
        people.map(([user, full_name, editing]) => personOf({ user, full_name }, editing === 1)),
        from,
      );
    // It has just begun, and knows nobody.
    if (isNew && others.has(from)) tellSoon(own.keys());
  });
  const sweep = (): void => {
    const now = Date.now();
    for (const [from, { places }] of others) {
      for (const [key, { until }] of places) {
        if (until > now) continue;
        places.delete(key);
        changed(placeOf(key));
      }
      if (places.size === 0) others.delete(from);
    }
  };
  const timers = [
    setInterval(() => tellSoon(own.keys()), presenceMs / 3).unref(),
    setInterval(sweep, presenceMs / 6).unref(),
  ];
  return {
    enter(place, person) {
      const key = keyOf(place);
      const people = own.get(key) ?? new Map<string, Guest>();
      own.set(key, people);
      const entry = people.get(person.user) ?? { person, count: 0, editing: 0 };
      people.set(person.user, entry);
      const tell = (): void => {
        tellSoon([key]);
        changed(place);
      };
      if (entry.count++ === 0) tell();
      let isIn = true;
      let isEditing = false;
      const note = (next: boolean): void => {
        if (!isIn || next === isEditing) return;
        isEditing = next;
        entry.editing += next ? 1 : -1;
        if (entry.editing === (next ? 1 : 0)) tell();
      };
      const leave = (): void => {
        if (!isIn) return;
        note(false);
        isIn = false;
        if (--entry.count > 0) return;
        people.delete(person.user);
        if (people.size === 0) own.delete(key);
        tell();
      };
      return { note, leave };
    },
    of(place) {
      const key = keyOf(place);
      const found = new Map<string, Person>();
      const add = (person: Person): void => {
        if (!found.get(person.user)?.editing) found.set(person.user, person);
      };
      for (const { person, editing } of own.get(key)?.values() ?? []) add(personOf(person, editing > 0));
      for (const { places } of others.values()) for (const person of places.get(key)?.people ?? []) add(person);
      return [...found.values()].sort((a, b) => (a.user < b.user ? -1 : 1));
    },
    end() {
      stopHearing();
      clearTimeout(telling);
      for (const timer of timers) clearInterval(timer);
      send(
        feed,
        [...own.keys()].map((key) => [key, []]),
      );
    },
  };
}

function toEntry({ person, editing }: Guest): Row[1][number] {
  const { user, full_name } = person;
  return editing > 0 ? [user, full_name, 1] : [user, full_name];
}

function personOf({ user, full_name }: Person, isEditing: boolean): Person {
  return isEditing ? { user, full_name, editing: true } : { user, full_name };
}

/** In as many notes as they need. A row that fits into none has fewer people. */
function send(feed: PresenceInput['feed'], rows: readonly Row[]): void {
  let part: Row[] = [];
  let bytes = 0;
  const flush = (): void => {
    if (part.length > 0) void feed.sendNote(JSON.stringify({ is: 'presence', of: part }));
    part = [];
    bytes = 0;
  };
  for (const row of rows) {
    let [key, people] = row;
    let size = sizeOf([key, people]);
    while (size > MAX_NOTE_BYTES - 100 && people.length > 0) {
      people = people.slice(0, people.length / 2);
      size = sizeOf([key, people]);
    }
    if (bytes + size > MAX_NOTE_BYTES - 100) flush();
    part.push([key, people]);
    bytes += size;
  }
  flush();
}

function sizeOf(row: Row): number {
  return Buffer.byteLength(JSON.stringify(row)) + 1;
}

/** Of a text of a process like this one: what else is sent is passed over. */
function rowsIn(text: string): Row[] {
  const { is, of } = JSON.parse(text) as { is?: unknown; of?: unknown };
  return is === 'presence' && Array.isArray(of) ? of.filter(isRow) : [];
}

function isRow(row: unknown): row is Row {
  if (!Array.isArray(row) || typeof row[0] !== 'string' || !Array.isArray(row[1])) return false;
  return row[1].every((each) => Array.isArray(each) && typeof each[0] === 'string' && typeof each[1] === 'string');
}

function keyOf({ tenant, doctype, name }: Place): string {
  return JSON.stringify([tenant ?? null, doctype, name]);
}

function placeOf(key: string): Place {
  const [tenant, doctype, name] = JSON.parse(key) as [string | null, string, string];
  return { tenant: tenant ?? undefined, doctype, name };
}

function textOf(people: readonly Person[]): string {
  return JSON.stringify(people);
}
