/** What somebody keeps for themselves on the server: for a DocType, or (without one) for the desk. One bag, by room. */
import { pathOf, request } from './client.ts';

export interface Kept {
  value: unknown;
  /** Milliseconds UTC: the newer one holds, wherever it was written. */
  at: number;
}

type Rooms = Record<string, Kept>;

interface Settings {
  settings?: { rooms?: Rooms; [other: string]: unknown };
  [other: string]: unknown;
}

function placeOf(doctype: string): string {
  return doctype === '' ? pathOf('settings', 'user') : pathOf('settings', 'user', doctype);
}

export async function readRooms(doctype: string): Promise<Rooms> {
  return (await request<Settings>('GET', placeOf(doctype))).settings?.rooms ?? {};
}

/** What is newer there stays, and so does all else that is kept with it. Gives what holds now. */
export async function writeRooms(doctype: string, mine: Rooms): Promise<Rooms> {
  const there = await request<Settings>('GET', placeOf(doctype));
  const rooms = newestOf(there.settings?.rooms ?? {}, mine);
  await request('PUT', placeOf(doctype), { body: { ...there, settings: { ...there.settings, rooms } } });
  return rooms;
}

export function newestOf(left: Rooms, right: Rooms): Rooms {
  const newest = { ...left };
  for (const [room, kept] of Object.entries(right))
    if (!Object.hasOwn(newest, room) || (newest[room] as Kept).at < kept.at) newest[room] = kept;
  return newest;
}
