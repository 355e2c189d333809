/**
 * What a user keeps of a DocType, or of the desk: at once in this browser, soon on the server, from where every other
 * browser has it. What was kept without the server goes there with the next page; of two the newer one holds.
 */
import { readonly, type ShallowRef, shallowRef } from 'vue';
import { type Kept, readRooms, writeRooms } from '../api/settings.ts';
import { useSession } from './useSession.ts';

const PAUSE_MS = 800;

interface Shelf {
  doctype: string;
  rooms: Map<string, { key: string; value: ShallowRef<unknown> }>;
  unsent: Set<string>;
  timer: ReturnType<typeof setTimeout> | undefined;
  /** The server has said what it has, or cannot. */
  isKnown: ShallowRef<boolean>;
}

/** By user and DocType. */
const shelves = new Map<string, Shelf>();
let isServed = true;

/** For a page of its own without our server's settings: everything stays in this browser. */
export function keepInBrowserOnly(): void {
  isServed = false;
}

/** One value of this user, shared by all who ask for it. */
export function useKept<T>(room: string, doctype: string, otherwise: T) {
  const { user } = useSession();
  const name = user.value?.user ?? '';
  const shelf = shelfOf(name, doctype);
  const key = `desk-${room}:${name}:${doctype}`;
  const known = shelf.rooms.get(room);
  const value = (known?.value ?? shallowRef<unknown>(stored(key)?.value ?? otherwise)) as ShallowRef<T>;
  if (!known) shelf.rooms.set(room, { key, value });
  const write = (next: T): void => {
    value.value = next;
    keep(key, { value: next, at: Date.now() });
    shelf.unsent.add(room);
    sendSoon(name, shelf);
  };
  return {
    value: readonly(value) as Readonly<ShallowRef<T>>,
    /** False while the server may still bring another value than this browser has. */
    isKnown: readonly(shelf.isKnown) as Readonly<ShallowRef<boolean>>,
    write,
  };
}

function shelfOf(name: string, doctype: string): Shelf {
  const key = JSON.stringify([name, doctype]);
  const known = shelves.get(key);
  if (known) return known;
  const isAsked = isServed && name !== '';
  const shelf: Shelf = {
    doctype,
    rooms: new Map(),
    unsent: new Set(),
    timer: undefined,
    isKnown: shallowRef(!isAsked),
  };
  shelves.set(key, shelf);
  // Not before who asks first is done: what it asks for is on the shelf then.
  if (isAsked) queueMicrotask(() => void fill(name, shelf));
  return shelf;
}

async function fill(name: string, shelf: Shelf): Promise<void> {
  try {
    take(name, shelf, await readRooms(shelf.doctype));
  } catch {
    // What this browser has must do.
  } finally {
    shelf.isKnown.value = true;
  }
}

function take(name: string, shelf: Shelf, rooms: Readonly<Record<string, Kept>>): void {
  for (const [room, there] of Object.entries(rooms)) {
    const key = `desk-${room}:${name}:${shelf.doctype}`;
    if ((stored(key)?.at ?? -1) >= there.at) continue;
    keep(key, there);
    const known = shelf.rooms.get(room);
    if (known) known.value.value = there.value;
    else shelf.rooms.set(room, { key, value: shallowRef(there.value) });
  }
  for (const [room, { key }] of shelf.rooms)
    if ((stored(key)?.at ?? 0) > (rooms[room]?.at ?? 0)) shelf.unsent.add(room);
  if (shelf.unsent.size > 0) sendSoon(name, shelf);
}

function sendSoon(name: string, shelf: Shelf): void {
  if (!isServed || name === '') return;
  clearTimeout(shelf.timer);
  shelf.timer = setTimeout(() => void send(name, shelf), PAUSE_MS);
}

/** What cannot be sent now is sent with the next change, or by the next page. */
async function send(name: string, shelf: Shelf): Promise<void> {
  const sent = [...shelf.unsent];
  shelf.unsent.clear();
  const mine = Object.fromEntries(
    sent.flatMap((room): [string, Kept][] => {
      const kept = stored(`desk-${room}:${name}:${shelf.doctype}`);
      return kept ? [[room, kept]] : [];
    }),
  );
  try {
    const rooms = await writeRooms(shelf.doctype, mine);
    if (shelf.unsent.size === 0) take(name, shelf, rooms);
  } catch {
    for (const room of sent) shelf.unsent.add(room);
  }
}

function stored(key: string): Kept | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? 'null') as Kept | null;
    return typeof kept?.at === 'number' && 'value' in kept ? kept : undefined;
  } catch {
    return undefined;
  }
}

function keep(key: string, kept: Kept): void {
  try {
    localStorage.setItem(key, JSON.stringify(kept));
  } catch {
    // A full or forbidden storage: it then holds until the page is left.
  }
}
