/** Where this browser keeps what was typed and not saved: a table of IndexedDB. Without one nothing is kept, and nothing fails. */

export interface StoredDraft {
  /** Of the page that wrote it: two tabs at one document write beside each other. */
  page: string;
  user: string;
  doctype: string;
  /** "": a new one. */
  name: string;
  /** Milliseconds UTC. */
  at: number;
  /** The version that it began with; undefined for a new one. */
  version: unknown;
  values: Readonly<Record<string, unknown>>;
  /** What those fields held before. */
  base: Readonly<Record<string, unknown>>;
}

export type DraftPlace = Pick<StoredDraft, 'user' | 'doctype' | 'name'>;

const DATABASE = 'desk';
const TABLE = 'drafts';
const BY_PLACE = 'place';

let opened: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      const table = request.result.createObjectStore(TABLE, { keyPath: ['user', 'doctype', 'name', 'page'] });
      table.createIndex(BY_PLACE, ['user', 'doctype', 'name']);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function inTable<T>(mode: IDBTransactionMode, ask: (table: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await open();
  return new Promise((resolve, reject) => {
    const request = ask(database.transaction(TABLE, mode).objectStore(TABLE));
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

export async function writeDraft(draft: StoredDraft): Promise<void> {
  await inTable('readwrite', (table) => table.put(draft)).catch(() => undefined);
}

export async function removeDraft({
  user,
  doctype,
  name,
  page,
}: Omit<StoredDraft, 'at' | 'version' | 'values' | 'base'>): Promise<void> {
  await inTable('readwrite', (table) => table.delete([user, doctype, name, page])).catch(() => undefined);
}

export async function draftsOf({ user, doctype, name }: DraftPlace): Promise<StoredDraft[]> {
  const ask = (table: IDBObjectStore) => table.index(BY_PLACE).getAll([user, doctype, name]);
  return (await inTable<StoredDraft[]>('readonly', ask).catch(() => [])).sort((a, b) => b.at - a.at);
}

/** All of a user, or all that are older than so long. */
export async function forgetDrafts(which: { user: string } | { before: number }): Promise<void> {
  const all = await inTable<StoredDraft[]>('readonly', (table) => table.getAll()).catch(() => []);
  const gone = all.filter((one) => ('user' in which ? one.user === which.user : one.at < which.before));
  await Promise.all(gone.map(removeDraft));
}
