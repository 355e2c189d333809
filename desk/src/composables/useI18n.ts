/**
 * Texts in the reader's language. The key is the English text itself, as in Frappe; a missing one stays English. The
 * words are data of the server (`Translation`), kept in this browser too, so that a page need not wait for them.
 */
import { computed, readonly, shallowRef } from 'vue';
import { getWords, type Words } from '../api/words.ts';
import { firstTag } from '../meta/language-tags.ts';
import { knownZone, setReader } from '../meta/reader.ts';

const KEY = 'desk-words';
const ENGLISH: Words = { language: 'en', dir: 'ltr', languages: ['en'], messages: {}, contexts: {} };
/** What a reader wants beyond the language: how numbers and dates look, and where they live. */
export interface Region {
  /** BCP 47; undefined: as the language and the browser have it. */
  format?: string;
  timeZone?: string | null;
}

const words = shallowRef<Words>(ENGLISH);
const region = shallowRef<Region>({});
const isKnown = shallowRef(false);

/** Of numbers and dates: the region that the browser has of the language, if any. */
const locale = computed<string>(() => {
  const { language } = words.value;
  return firstTag(
    region.value.format,
    navigator.languages.find((one) => baseOf(one) === baseOf(language)),
    language,
  );
});

/** `__('Delete {0} documents', 3)`. */
export function __(text: string, ...args: readonly (string | number)[]): string {
  return fill(wordFor(words.value.messages, text) ?? text, args);
}

/** A context tells apart what English spells alike; what it does not have is that of everywhere. */
export function __in(context: string, text: string, ...args: readonly (string | number)[]): string {
  const { contexts, messages } = words.value;
  const special = Object.hasOwn(contexts, context) ? wordFor(contexts[context] ?? {}, text) : undefined;
  return fill(special ?? wordFor(messages, text) ?? text, args);
}

/**
 * `__n(1, '{0} document', '{0} documents')`. A language with more forms of the plural has the others in contexts:
 * "plural few" of the second text, for one.
 */
export function __n(count: number, one: string, many: string): string {
  const form = new Intl.PluralRules(firstTag(words.value.language)).select(count);
  const said = new Intl.NumberFormat(locale.value).format(count);
  return form === 'one' ? __(one, said) : __in(`plural ${form}`, many, said);
}

/** Words of `language`, or else of who is signed in, or else of the browser. Those kept here hold until they come. */
export async function loadWords(language?: string): Promise<void> {
  const kept = stored();
  if (kept && !isKnown.value) use(kept);
  const loading = getWords(language).then(
    (now) => {
      use(now);
      localStorage.setItem(KEY, JSON.stringify(now));
    },
    // English will do.
    () => undefined,
  );
  if (!kept) await loading;
}

export function setRegion(next: Region): void {
  region.value = next;
  setReader({ timeZone: knownZone(next.timeZone) });
}

/** For tests and for whoever has words from elsewhere. */
export function use(next: Words): void {
  if (JSON.stringify(next) === JSON.stringify(words.value)) return;
  isKnown.value = true;
  words.value = next;
  document.documentElement.lang = firstTag(next.language);
  document.documentElement.dir = next.dir;
  setReader({ yes: __('Yes'), no: __('No') });
}

export function useI18n() {
  return {
    __,
    __in,
    __n,
    locale,
    language: computed(() => words.value.language),
    languages: computed(() => words.value.languages),
    region: readonly(region),
    dir: computed(() => words.value.dir),
  };
}

/** Texts may be called as what every object has. */
function wordFor(texts: Readonly<Record<string, string>>, text: string): string | undefined {
  return Object.hasOwn(texts, text) ? texts[text] : undefined;
}

function baseOf(tag: string): string {
  return tag.split(/[-_@.]/)[0] ?? tag;
}

function stored(): Words | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? 'null') as Words | null;
    return kept?.messages && kept.contexts && Array.isArray(kept.languages) ? kept : undefined;
  } catch {
    return undefined;
  }
}

function fill(text: string, args: readonly (string | number)[]): string {
  return args.length === 0 ? text : text.replaceAll(/\{(\d+)\}/g, (whole, at) => String(args[Number(at)] ?? whole));
}
