/**
 * Language tags that Intl takes. A browser on a system whose language is `C` or `POSIX` says `en-US@posix`, Frappe
 * writes `pt_BR`, and Intl throws at both: a page must not go blank for it.
 */

/** The tag as Intl writes it; undefined where it is none. */
export function languageTag(given: string | undefined): string | undefined {
  if (!given) return undefined;
  try {
    return Intl.getCanonicalLocales(given.replaceAll('_', '-').replace(/[@.].*$/, ''))[0];
  } catch {
    return undefined;
  }
}

/** The first of them that is one; English else. */
export function firstTag(...given: readonly (string | undefined)[]): string {
  for (const one of given) {
    const tag = languageTag(one);
    if (tag !== undefined) return tag;
  }
  return 'en';
}

/** What the language or region is called in another language, as `German` or `Deutsch`; the tag where nobody knows. */
export function languageName(tag: string, inLanguage: string): string {
  const known = languageTag(tag);
  return (known && new Intl.DisplayNames([firstTag(inLanguage)], { type: 'language' }).of(known)) || tag;
}
