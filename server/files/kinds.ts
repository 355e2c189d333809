/**
 * What a file is, judged by its first bytes alone: neither its name nor what the sender says of it counts. A
 * small table and no parser: content of strangers is looked at, never unpacked.
 */

/** So much of the beginning is looked at. */
export const HEAD_BYTES = 4096;

/** Nothing is known of it. */
export const UNKNOWN = 'application/octet-stream';

type Signature = readonly [type: string, at: number, bytes: string];

/** Bytes as Latin-1 text; the first that fits wins. */
const SIGNATURES: readonly Signature[] = [
  ['image/png', 0, '\x89PNG\r\n\x1a\n'],
  ['image/jpeg', 0, '\xff\xd8\xff'],
  ['image/gif', 0, 'GIF87a'],
  ['image/gif', 0, 'GIF89a'],
  ['image/webp', 8, 'WEBP'],
  ['audio/wav', 8, 'WAVE'],
  ['video/x-msvideo', 8, 'AVI '],
  ['image/bmp', 6, '\0\0\0\0'],
  ['image/tiff', 0, 'II*\0'],
  ['image/tiff', 0, 'MM\0*'],
  ['image/avif', 4, 'ftypavi'],
  ['image/heic', 4, 'ftyphei'],
  ['image/heic', 4, 'ftypmif1'],
  ['audio/mp4', 4, 'ftypM4A'],
  ['video/quicktime', 4, 'ftypqt'],
  ['video/mp4', 4, 'ftyp'],
  ['video/webm', 0, '\x1a\x45\xdf\xa3'],
  ['audio/ogg', 0, 'OggS'],
  ['audio/flac', 0, 'fLaC'],
  ['audio/mpeg', 0, 'ID3'],
  ['audio/mpeg', 0, '\xff\xfb'],
  ['application/pdf', 0, '%PDF-'],
  ['application/zip', 0, 'PK\x03\x04'],
  ['application/zip', 0, 'PK\x05\x06'],
  ['application/gzip', 0, '\x1f\x8b'],
  ['application/x-7z-compressed', 0, '7z\xbc\xaf\x27\x1c'],
  ['application/vnd.rar', 0, 'Rar!\x1a\x07'],
  ['application/x-xz', 0, '\xfd7zXZ\0'],
  ['application/x-ole-storage', 0, '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['application/rtf', 0, '{\\rtf'],
];

/** What else must stand at the very beginning of signatures that begin later, or say little. */
const BEGINNINGS: ReadonlyMap<string, string> = new Map([
  ['image/webp', 'RIFF'],
  ['audio/wav', 'RIFF'],
  ['video/x-msvideo', 'RIFF'],
  ['image/bmp', 'BM'],
]);

/** Names of parts that stand near the beginning of such archives. */
const INSIDE_ZIP: readonly (readonly [part: string, type: string])[] = [
  ['mimetypeapplication/vnd.oasis.opendocument.text', 'application/vnd.oasis.opendocument.text'],
  ['mimetypeapplication/vnd.oasis.opendocument.spreadsheet', 'application/vnd.oasis.opendocument.spreadsheet'],
  ['mimetypeapplication/vnd.oasis.opendocument.presentation', 'application/vnd.oasis.opendocument.presentation'],
  ['word/', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xl/', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['ppt/', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
];

/** A browser shows these and runs nothing in them. */
const SHOWN: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'audio/wav',
  'audio/mp4',
  'audio/ogg',
  'audio/flac',
  'audio/mpeg',
  'video/mp4',
  'video/webm',
  'text/plain',
]);

/** Text that a browser might take for a page or a script's home, under whichever name. */
const MARKUP: readonly (readonly [sign: RegExp, type: string])[] = [
  [/<svg[\s>:]/i, 'image/svg+xml'],
  [/<!doctype\s+html|<(?:html|head|body|script|iframe|object|embed|img|style|link|meta|form)[\s>/]/i, 'text/html'],
  [/^\s*<|<\?xml|<!doctype|<!entity/i, 'application/xml'],
  [/^mime-version:|^content-type:\s*multipart/im, 'message/rfc822'],
];

/** The media type of content that begins so; `isWhole`: there is no more of it. */
export function judgeContent(head: Uint8Array, isWhole: boolean): string {
  if (head.byteLength === 0) return UNKNOWN;
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength).toString('latin1');
  const found = SIGNATURES.find(
    ([type, at, sign]) => bytes.startsWith(sign, at) && bytes.startsWith(BEGINNINGS.get(type) ?? ''),
  );
  if (found) return found[0] === 'application/zip' ? insideZip(bytes) : found[0];
  const text = textOf(head, isWhole);
  if (text === undefined) return UNKNOWN;
  return MARKUP.find(([sign]) => sign.test(text))?.[1] ?? 'text/plain';
}

/** Whether it may be opened in the browser; whatever may not is downloaded. */
export function isShown(type: string): boolean {
  return SHOWN.has(type);
}

/** Whether everybody may be given it: nothing that runs, and nothing of which nothing is known. */
export function isPublishable(type: string): boolean {
  return SHOWN.has(type) || KNOWN.has(type);
}

/** Types that are told to whoever downloads; under another one nothing is opened by mistake. */
export function servedType(type: string): string {
  if (type === 'text/plain') return 'text/plain; charset=utf-8';
  return isPublishable(type) ? type : UNKNOWN;
}

const KNOWN: ReadonlySet<string> = new Set([
  ...SIGNATURES.map(([type]) => type),
  ...INSIDE_ZIP.map(([, type]) => type),
]);

function insideZip(bytes: string): string {
  return INSIDE_ZIP.find(([part]) => bytes.includes(part))?.[1] ?? 'application/zip';
}

/** Undefined: it is no UTF-8 text, or has characters that no text has. */
function textOf(head: Uint8Array, isWhole: boolean): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !isWhole });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    return /[\x00-\x08\x0e-\x1a\x1c-\x1f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
