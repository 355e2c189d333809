/** For whom values are written as text: said once by whoever knows the reader, asked by all that writes values. */

export interface Reader {
  /** IANA name; undefined: that of the browser. */
  timeZone: string | undefined;
  yes: string;
  no: string;
}

export const reader: Reader = { timeZone: undefined, yes: 'Yes', no: 'No' };

export function setReader(part: Partial<Reader>): void {
  Object.assign(reader, part);
}

/** The zone if this browser knows it. */
export function knownZone(name: string | null | undefined): string | undefined {
  if (!name) return undefined;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone && name;
  } catch {
    return undefined;
  }
}
