/**
 * What a Data field's `options` demand of its text. Options not listed here demand nothing, as real
 * files have many. Every pattern is linear: none can be made to hang by a long text.
 */
import { shown } from './answer.ts';

type Rule = (text: string) => boolean;

const RULES: ReadonlyMap<string, { code: string; wanted: string; isValid: Rule }> = new Map([
  ['Email', { code: 'invalid_email', wanted: 'an e-mail address such as ada@example.com', isValid: isEmailList }],
  ['Phone', { code: 'invalid_phone', wanted: 'a phone number of at most 20 digits and signs', isValid: isPhoneText }],
  ['Name', { code: 'invalid_name', wanted: "a person's name of letters, digits, ' and -", isValid: isPersonName }],
  ['URL', { code: 'invalid_url', wanted: 'a URL such as https://example.com, or a path from /', isValid: isUrl }],
  ['IBAN', { code: 'invalid_iban', wanted: 'an IBAN whose check digits are right', isValid: isIban }],
]);

const PHONE = /^[0-9 +_,.*#()-]{1,20}$/;
const PERSON_NAME = /^[\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_'-]*(?: [\p{L}\p{M}\p{N}_][\p{L}\p{M}\p{N}_'-]*)*$/u;
const URL_TEXT = /^([a-z][a-z0-9+.-]*):[^\s]+$/i;
/** Schemes that a browser would run. */
const RUNNING_SCHEMES: ReadonlySet<string> = new Set(['javascript', 'vbscript', 'data']);
const LOCAL_PART = /^[^\s@<>(),;:"[\]\\]{1,64}$/u;
const DOMAIN_LABEL = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;
const IBAN = /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/;
/** Accounts that have no address; their own documents name them where one is expected. */
const ACCOUNTS: ReadonlySet<string> = new Set(['Administrator', 'Guest']);

/** The rule that a text breaks, or undefined. `options` is the field's, untrimmed. */
export function dataProblem(options: string, text: string): { code: string; message: string } | undefined {
  const rule = RULES.get(options.trim());
  if (!rule || rule.isValid(text)) return undefined;
  return { code: rule.code, message: `Expected ${rule.wanted}, got ${shown(text)}.` };
}

function isEmailList(text: string): boolean {
  const entries = splitList(text);
  return entries.length > 0 && entries.every((entry) => ACCOUNTS.has(entry) || isAddress(bareAddress(entry)));
}

/** At commas and line breaks, but not inside quotes: `"Lovelace, Ada" <ada@example.com>` is one. */
function splitList(text: string): string[] {
  const entries: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    if (char === '"') isQuoted = !isQuoted;
    if (i < text.length && char !== '\n' && (char !== ',' || isQuoted)) continue;
    entries.push(text.slice(start, i).trim());
    start = i + 1;
  }
  return entries.filter((entry) => entry !== '');
}

function bareAddress(entry: string): string {
  const open = entry.lastIndexOf('<');
  return open >= 0 && entry.endsWith('>') ? entry.slice(open + 1, -1).trim() : entry;
}

function isAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, Math.max(at, 0));
  const labels = text.slice(at + 1).split('.');
  if (at < 1 || text.length > 254 || labels.length < 2) return false;
  if (local.startsWith('.') || local.endsWith('.') || local.includes('..')) return false;
  return LOCAL_PART.test(local) && labels.every((label) => DOMAIN_LABEL.test(label));
}

function isPhoneText(text: string): boolean {
  return PHONE.test(text.trim());
}

function isPersonName(text: string): boolean {
  return PERSON_NAME.test(text.trim());
}

function isUrl(text: string): boolean {
  if (text.startsWith('/')) return true;
  const scheme = URL_TEXT.exec(text)?.[1]?.toLowerCase();
  return scheme !== undefined && !RUNNING_SCHEMES.has(scheme);
}

/** ISO 13616: country and check digits moved to the end, letters as 10 to 35, modulo 97 is 1. */
function isIban(text: string): boolean {
  const iban = text.replaceAll(' ', '').toUpperCase();
  if (!IBAN.test(iban)) return false;
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const digit = Number.parseInt(char, 36);
    rest = (rest * (digit > 9 ? 100 : 10) + digit) % 97;
  }
  return rest === 1;
}
