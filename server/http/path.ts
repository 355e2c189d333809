/**
 * The request target as it was sent, taken apart and percent-decoded exactly once: a name may hold an
 * encoded `/`, `%`, `?` or `..`, which a URL parser would resolve.
 */
import { AppError } from '../kernel/error.ts';

export const MAX_TARGET = 16_384;
const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;

export interface Target {
  path: string;
  segments: readonly string[];
  query: ReadonlyMap<string, string>;
}

const NO_QUERY: ReadonlyMap<string, string> = new Map();

/** Throws `bad_request` for broken escapes and repeated parameters, `too_large` beyond 16 KiB. */
export function parseTarget(target: string): Target {
  if (target.length > MAX_TARGET)
    throw new AppError(
      'too_large',
      `The URL has ${target.length} characters; at most ${MAX_TARGET} are read. Send long filters in parts.`,
    );
  const relative = target.startsWith('/') ? target : target.replace(ORIGIN, '') || '/';
  const mark = relative.indexOf('?');
  const path = mark === -1 ? relative : relative.slice(0, mark);
  return { path, segments: splitPath(path), query: mark === -1 ? NO_QUERY : parseQuery(relative.slice(mark + 1)) };
}

/** `/api/v1/A%2FB/` is `['api', 'v1', 'A/B']`: one slash at the end means nothing. */
export function splitPath(path: string): string[] {
  const parts = path.split('/');
  parts.shift();
  if (parts.at(-1) === '') parts.pop();
  return parts.map((part) => (part.includes('%') ? decode(part, part) : part));
}

/** Names and values of a query string. A parameter that comes twice is refused: which was meant? */
export function parseQuery(text: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decodeForm(equals === -1 ? pair : pair.slice(0, equals), pair);
    if (query.has(name)) {
      const message = `The query parameter ${JSON.stringify(name.slice(0, 80))} was given more than once. Give it once.`;
      throw new AppError('bad_request', message, { errors: [{ field: name.slice(0, 80), code: 'repeated', message }] });
    }
    query.set(name, equals === -1 ? '' : decodeForm(pair.slice(equals + 1), pair));
  }
  return query;
}

function decodeForm(text: string, where: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text;
  return spaced.includes('%') ? decode(spaced, where) : spaced;
}

function decode(text: string, where: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AppError(
      'bad_request',
      `The URL has a broken percent escape in ${JSON.stringify(where.slice(0, 80))}. Encode each part as UTF-8, as encodeURIComponent does.`,
    );
  }
}
