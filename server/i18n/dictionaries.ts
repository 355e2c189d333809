/**
 * Translations as dictionaries: those of a language with what its parent language has beyond them. Kept in memory
 * until a Translation is written anywhere, and for a minute at most.
 */
import type { Database } from '../db/pool.ts';
import type { DocumentChange } from '../kernel/changes.ts';
import type { Clock } from '../kernel/ports.ts';
import { EVERY_TENANT } from '../kernel/tenancy.ts';
import { SOURCE_LANGUAGE, withParents } from './language.ts';

export interface Dictionary {
  language: string;
  isEmpty: boolean;
  /** Tells it from what it was before: part of the key of whatever is made with it. */
  stamp: string;
  /** The text in the language; in a context first, then anywhere; the text itself where there is none. */
  of(text: string, context?: string): string;
  /** By source text; those of a context by context. */
  messages: ReadonlyMap<string, string>;
  contexts: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

/** Texts as they are written. */
export const UNTRANSLATED: Dictionary = {
  language: SOURCE_LANGUAGE,
  isEmpty: true,
  stamp: SOURCE_LANGUAGE,
  of: (text) => text,
  messages: new Map(),
  contexts: new Map(),
};

export interface Languages {
  known: ReadonlySet<string>;
  /** Of System Settings. */
  system: string | null;
}

/** Whose translations: the database of a context, and whose tenant that is. */
export interface Whose {
  services: { db: Database };
  actor: { tenant?: string };
}

export interface Dictionaries {
  of(whose: Whose, language: string): Promise<Dictionary>;
  languages(whose: Whose): Promise<Languages>;
  stop(): void;
}

interface Heard {
  changes: readonly DocumentChange[];
  isComplete: boolean;
}

interface Source {
  clock: Clock;
  /** Tells of changes until it is called back. */
  subscribe(listener: (heard: Heard) => void): () => void;
}

const KEPT_MS = 60_000;
const MOST_KEPT = 200;
const MOST_TEXTS = 50_000;
const ABOUT: ReadonlySet<string> = new Set(['Translation', 'System Settings']);

export function createDictionaries({ clock, subscribe }: Source): Dictionaries {
  const kept = new Map<string, { made: Promise<unknown>; until: number }>();
  const stop = subscribe(({ changes, isComplete }) => {
    // What was being read meanwhile goes too: it may be of before.
    if (!isComplete || changes.some(({ doctype }) => ABOUT.has(doctype))) kept.clear();
  });
  const remember = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const now = clock.now();
    const known = kept.get(key);
    if (known && known.until > now) return known.made as Promise<T>;
    const made = make();
    kept.delete(key);
    if (kept.size >= MOST_KEPT) kept.delete(kept.keys().next().value as string);
    kept.set(key, { made, until: now + KEPT_MS });
    made.catch(() => kept.get(key)?.made === made && kept.delete(key));
    return made;
  };
  const keyOf = ({ actor }: Whose): string => actor.tenant ?? EVERY_TENANT;
  return {
    of: (whose, language) => remember(`${keyOf(whose)}\n${language}`, () => readDictionary(whose, language)),
    languages: (whose) => remember(keyOf(whose), () => readLanguages(whose)),
    stop,
  };
}

async function readLanguages({ services }: Whose): Promise<Languages> {
  const [row] = await services.db.query({
    name: 'languages',
    text: `select coalesce(array_agg(distinct language), '{}') as known,
      (select language from system_settings limit 1) as system from translation`,
    values: [],
  });
  return { known: new Set(row?.known as string[]), system: (row?.system as string | null) || null };
}

async function readDictionary({ services }: Whose, language: string): Promise<Dictionary> {
  const chain = withParents(language);
  const rows = await services.db.query({
    name: 'dictionary',
    text: `select coalesce(context, '') as context, source_text, translated_text from translation
      where language = any($1::text[]) and translated_text <> ''
      order by array_position($1::text[], language) desc, modified, id limit ${MOST_TEXTS}`,
    values: [chain],
  });
  // Parents come first, so that the special one has the last word.
  const messages = new Map<string, string>();
  const contexts = new Map<string, Map<string, string>>();
  for (const { context, source_text: text, translated_text: translated } of rows) {
    const into = context === '' ? messages : (contexts.get(String(context)) ?? new Map<string, string>());
    into.set(String(text), String(translated));
    if (context !== '') contexts.set(String(context), into);
  }
  stamps += 1;
  return {
    language,
    isEmpty: rows.length === 0,
    stamp: rows.length === 0 ? SOURCE_LANGUAGE : `${language} ${stamps}`,
    of: (text, context) =>
      (context === undefined ? undefined : contexts.get(context)?.get(text)) ?? messages.get(text) ?? text,
    messages,
    contexts,
  };
}

/** Of this process: what is made with a dictionary is kept here too. */
let stamps = 0;
