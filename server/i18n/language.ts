/**
 * Which language somebody is answered in (SEMANTICS.md 8.6): the one that the request names, the user's, a cookie's,
 * the browser's, the system's. A language code is a tag such as `de` or `pt-BR`; `pt-BR` falls back to `pt`.
 */

/** The language that labels are written in: it needs no dictionary. */
export const SOURCE_LANGUAGE = 'en';

const TAG = /^[a-z]{2,3}(?:-[a-z0-9]{1,8}){0,3}$/i;

/** The tag in its usual letters (`pt-BR`, `zh-Hans`), or undefined for what is none. */
export function languageTag(given: string | null | undefined): string | undefined {
  const text = given?.trim().replaceAll('_', '-') ?? '';
  if (!TAG.test(text)) return undefined;
  const [first = '', ...rest] = text.split('-');
  const parts = rest.map((part) =>
    part.length === 2
      ? part.toUpperCase()
      : part.length === 4
        ? part[0]?.toUpperCase() + part.slice(1).toLowerCase()
        : part,
  );
  return [first.toLowerCase(), ...parts].join('-');
}

/** `pt-BR` → `['pt-BR', 'pt']`: the most special first. */
export function withParents(language: string): string[] {
  const parts = language.split('-');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

export interface LanguageWish {
  /** `_lang` of the request. */
  asked?: string;
  ofUser?: string | null;
  cookie?: string | null;
  acceptLanguage?: string | null;
  ofSystem?: string | null;
  /** Languages that there is a dictionary of. */
  known: ReadonlySet<string>;
}

/** What somebody chose holds whether or not there is a dictionary of it; what the browser says only if there is. */
export function chooseLanguage(q: LanguageWish): string {
  return (
    languageTag(q.asked) ??
    languageTag(q.ofUser) ??
    languageTag(q.cookie) ??
    accepted(q.acceptLanguage, q.known) ??
    languageTag(q.ofSystem) ??
    SOURCE_LANGUAGE
  );
}

const MOST_ACCEPTED = 20;

/** Of `de-AT,de;q=0.9,en;q=0.8` the best that there is something of. */
function accepted(header: string | null | undefined, known: ReadonlySet<string>): string | undefined {
  const wishes = (header ?? '')
    .slice(0, 1000)
    .split(',', MOST_ACCEPTED)
    .map((part, index) => {
      const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim());
      const weight = parameters.map((each) => /^q=([01](?:\.\d{1,3})?)$/i.exec(each)?.[1]).find((each) => each);
      return { tag: languageTag(tag), weight: weight === undefined ? 1 : Number(weight), index };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight || a.index - b.index);
  const isThere = (tag: string): boolean =>
    withParents(tag).some((each) => each === SOURCE_LANGUAGE || known.has(each));
  return wishes.map(({ tag }) => tag).find((tag) => tag !== undefined && isThere(tag));
}

const RIGHT_TO_LEFT: ReadonlySet<string> = new Set([
  'ar',
  'arc',
  'ckb',
  'dv',
  'fa',
  'he',
  'ku',
  'ps',
  'sd',
  'ug',
  'ur',
  'yi',
]);

export function isRightToLeft(language: string): boolean {
  const [first = '', ...rest] = language.split('-');
  if (rest.includes('Latn') || rest.includes('Cyrl')) return false;
  return RIGHT_TO_LEFT.has(first);
}
