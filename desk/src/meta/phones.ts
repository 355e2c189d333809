/** Telephone numbers as links, and the country that somebody is likely in. Pure. */

/** What a telephone dials: signs that are only for reading are left out. */
export function dialLink(number: string): string | undefined {
  const digits = number.replaceAll(/[^+\d]/g, '');
  return /^\+?\d{3,}$/.test(digits) ? `tel:${digits}` : undefined;
}

/** `GB` of `en-GB`; of `de` alone the country where most speak it. */
export function regionOf(language: string | undefined): string | undefined {
  try {
    return language ? new Intl.Locale(language).maximize().region : undefined;
  } catch {
    return undefined;
  }
}
