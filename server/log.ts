/**
 * The log: JSON lines for machines, one short line for a person at a terminal. Secrets are blanked
 * here, whoever logs them. Knows nothing of what is logged; the Logger port is in kernel/ports.ts.
 */
import { pino } from 'pino';
import type { LogLevel } from './config-variables.ts';
import type { Logger } from './kernel/ports.ts';

export interface LogOptions {
  level: LogLevel;
  /** A person reads it; default: whether standard output is a terminal. */
  isTerminal?: boolean;
  /** Where lines go; default: standard output. */
  write?(line: string): void;
}

/** A Logger that writes at once (no line is lost when the process ends) and never throws. */
export function createLog({ level, isTerminal = process.stdout.isTTY === true, write }: LogOptions): Logger {
  const settings = {
    level,
    base: undefined,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: levelName },
  };
  const out = write ?? writeToStdout;
  const stream = { write: (line: string) => out(isTerminal ? readable(line) : line) };
  const lines = pino(settings, stream);
  const at = (name: 'debug' | 'info' | 'warn' | 'error') => (data: object, message: string) => {
    if (lines.isLevelEnabled(name)) lines[name](withoutSecrets(data), withoutCredentials(message));
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

const BLANK = '[secret]';
const SECRET_KEY =
  /^(proxy-)?authorization$|^(set-)?cookies?$|password|passwd|^pwd$|secret|token|api_?-?key|^otp$|^sid$/i;
/** `postgres://user:password@host`. */
const URL_PASSWORD = /(:\/\/[^\s:/@]*:)[^\s@]+@/g;
/** `Bearer …`, `Basic …` of a length that no English word has, and Frappe's `token key:secret`. */
const AUTHORIZATION = /\b(Bearer|Basic|token) +([\w.~+/=-]{16,}|[\w-]+:[\w-]+)/gi;
const MAX_DEPTH = 6;

/** A copy with the values of secret keys blanked, however deep, and errors as plain data. */
function withoutSecrets(data: object): Record<string, unknown> {
  const clean = cleaned(data, 0);
  return typeof clean === 'object' && clean !== null && !Array.isArray(clean)
    ? (clean as Record<string, unknown>)
    : { data: clean };
}

function cleaned(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return withoutCredentials(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return '[deeper]';
  if (value instanceof Error) return errorData(value, depth);
  if (Array.isArray(value)) return value.map((entry) => cleaned(entry, depth + 1));
  if (value instanceof Date || ArrayBuffer.isView(value)) return String(value).slice(0, 100);
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [
      key,
      SECRET_KEY.test(key) && entry ? BLANK : cleaned(entry, depth + 1),
    ]),
  );
}

/** PostgreSQL's `detail` is left out: it quotes the row. */
function errorData(error: Error, depth: number): Record<string, unknown> {
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  return {
    type: error.name,
    message: withoutCredentials(error.message),
    ...(code === undefined ? {} : { code }),
    stack: withoutCredentials(error.stack ?? ''),
    ...(cause === undefined ? {} : { cause: cleaned(cause, depth + 1) }),
  };
}

/** Blanks what is secret inside a text. */
function withoutCredentials(text: string): string {
  return text.replace(URL_PASSWORD, `$1${BLANK}@`).replace(AUTHORIZATION, `$1 ${BLANK}`);
}

function levelName(label: string): object {
  return { level: label };
}

/** `12:30:05 WARN  message key=value`; a stack follows on lines of its own. */
function readable(line: string): string {
  const { level, time, msg, ...data } = JSON.parse(line) as Record<string, unknown>;
  const stacks: string[] = [];
  const words = Object.entries(data).map(([key, value]) => {
    const stack = (value as { stack?: string } | null)?.stack;
    if (stack) stacks.push(stack);
    return `${key}=${stack ? (value as { message: string }).message : brief(value)}`;
  });
  const head = `${String(time).slice(11, 19)} ${String(level).toUpperCase().padEnd(5)} ${[msg, ...words].join(' ')}`;
  return `${[head, ...stacks].join('\n')}\n`;
}

function brief(value: unknown): string {
  return typeof value === 'string' && !/[\s"]/.test(value) ? value : JSON.stringify(value);
}

function writeToStdout(line: string): void {
  process.stdout.write(line);
}
