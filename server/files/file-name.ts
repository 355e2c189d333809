/**
 * Names of files: what a sender gives, made fit to be shown; and addresses, which only the server makes. No path
 * on the disk is ever made of either.
 */
import { randomBytes } from 'node:crypto';

const LONGEST = 140;
const LONGEST_ENDING = 20;

/** Control characters, and those that show a name as another than it is. */
const HIDDEN = /[\p{Cc}\p{Bidi_Control}\u00ad\u200b\u2028\u2029\u2060\ufeff]/gu;

/** The last part of a path, at most 140 characters that can be seen; `file` when nothing is left. */
export function cleanFileName(given: string): string {
  const last = given.split(/[\\/]/).at(-1) ?? '';
  const seen = last
    .toWellFormed()
    .normalize('NFC')
    .replace(HIDDEN, '')
    .replace(/[<>:"|?*]/g, '_')
    .replace(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
  return shortened(seen === '' ? 'file' : seen);
}

/** The ending stays: people know files by it. */
function shortened(name: string): string {
  const letters = [...name];
  if (letters.length <= LONGEST) return name;
  const ending = endingOf(name);
  return letters.slice(0, LONGEST - ending.length).join('') + ending;
}

/** `.pdf`, or nothing. */
function endingOf(name: string): string {
  return new RegExp(`\\.[A-Za-z0-9]{1,${LONGEST_ENDING - 1}}$`).exec(name)?.[0] ?? '';
}

const PUBLIC = '/files/';
const PRIVATE = '/private/files/';
const BASE32 = '0123456789abcdefghijklmnopqrstuv';

/** An address that nobody else has and nobody guesses, and that tells nothing of other files: `/private/files/report-….pdf`. */
export function newAddress(name: string, isPrivate: boolean): string {
  const ending = endingOf(name);
  const plain = name
    .slice(0, name.length - ending.length)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60);
  const chance = [...randomBytes(16)].map((byte) => BASE32[byte % 32]).join('');
  return addressOf(`${plain === '' ? 'file' : plain}-${chance}${ending}`, isPrivate);
}

export function addressOf(tail: string, isPrivate: boolean): string {
  return (isPrivate ? PRIVATE : PUBLIC) + tail;
}

/** The same file may be asked for by both: it keeps its last part when it is published or withdrawn. */
export function bothAddresses(tail: string): readonly string[] {
  return [addressOf(tail, true), addressOf(tail, false)];
}

/** The last part of an address of ours, however it is written; undefined: it is the address of something else. */
export function tailOf(value: string): string | undefined {
  const text = value.trim();
  const start = [PRIVATE, PUBLIC].find((each) => text.startsWith(each));
  if (start === undefined) return undefined;
  const [tail = ''] = text.slice(start.length).split(/[?#]/);
  try {
    return decodeURIComponent(tail);
  } catch {
    return tail;
  }
}

/** Whether it is a link to elsewhere, which the server neither follows nor keeps. */
export function isWebAddress(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}
