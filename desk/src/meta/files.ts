/** Addresses, names and sizes of files as a person reads them. Pure. */

/** Kinds that a browser shows as a picture and the server gives out as one. */
export const PICTURE_TYPES = ['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif', 'image/bmp'] as const;
const PICTURE_ENDING = /\.(png|jpe?g|gif|webp|avif|bmp)$/i;
/** What the server puts into an address so that nobody guesses it. */
const CHANCE = /-[0-9a-v]{16}(?=\.[A-Za-z0-9]+$|$)/;

/** Leads to a file or a page, never to a script. */
export function isFileAddress(address: string): boolean {
  return /^(https?:\/\/|\/(?!\/))/i.test(address);
}

/** Kept by this server, not a link to elsewhere. */
export function isKeptHere(address: string): boolean {
  return /^\/(private\/)?files\//.test(address);
}

export function isPrivateAddress(address: string): boolean {
  return address.startsWith('/private/files/');
}

/** Shown as a picture: only of this server, because the policy of the page allows no other. */
export function isPicture(address: string): boolean {
  return isKeptHere(address) && PICTURE_ENDING.test(address.split(/[?#]/)[0] as string);
}

/** `report.pdf` of `/private/files/report-0f3….pdf`. */
export function fileNameOf(address: string): string {
  const last = (address.split(/[?#]/)[0] as string).split('/').at(-1) ?? '';
  const name = isKeptHere(address) ? last.replace(CHANCE, '') : last;
  try {
    return decodeURIComponent(name) || address;
  } catch {
    return name || address;
  }
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** `1.2 MB` in the reader's language. */
export function formatBytes(bytes: number, locale?: string): string {
  const at = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const options: Intl.NumberFormatOptions = {
    style: 'unit',
    unit: UNITS[at],
    unitDisplay: at === 0 ? 'long' : 'short',
    maximumFractionDigits: at === 0 ? 0 : 1,
  };
  return new Intl.NumberFormat(locale, options).format(bytes / 1000 ** at);
}
