/**
 * The body of a request: JSON, a top-level object, of bounded size and depth. Nothing is parsed
 * before it is known to be small and shallow enough.
 */
import { AppError } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';

/** A PATCH here is a merge, as RFC 7396 has it. */
const JSON_TYPES: ReadonlySet<string> = new Set(['application/json', 'application/merge-patch+json']);

export const MAX_DEPTH = 64;

export interface Body {
  text: string;
  /** Empty when there was no body. */
  given: Readonly<Record<string, unknown>>;
}

const NOTHING: Body = { text: '', given: {} };

/** A body that the route itself reads, as it comes. */
export async function leaveBody(): Promise<Body> {
  return NOTHING;
}

/** Throws `too_large`, `unsupported_media_type`, and `bad_request` with what is wrong with the text. */
export async function readBody(request: Request, limit: number): Promise<Body> {
  const bytes = await readBytes(request, limit);
  if (bytes.byteLength === 0) return NOTHING;
  requireJson(request.headers.get('content-type'));
  const text = decode(bytes);
  return { text, given: parseObject(text) };
}

/** The text of a body, whatever its type says. Throws `too_large`, and `bad_request` when it is no UTF-8. */
export async function readText(request: Request, limit: number): Promise<string> {
  return decode(await readBytes(request, limit));
}

/** The JSON object in a text. Throws `bad_request`. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  const value = parseJson(text);
  if (isObject(value)) return value;
  throw new AppError(
    'bad_request',
    `The body must be a JSON object, as {"title": "Buy milk"}; it is ${kindOf(value)}.`,
  );
}

/** The JSON in a text, not too deep and without a key `__proto__`. Throws `bad_request`. */
export function parseJson(text: string): unknown {
  if (depthOf(text) > MAX_DEPTH)
    throw new AppError('bad_request', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  const value = parse(text);
  // An escape may spell the key; text that has neither cannot hold it.
  if ((text.includes('__proto__') || text.includes('\\u00')) && holdsProto(value)) {
    throw new AppError('bad_request', 'The body has a key "__proto__", which is not allowed anywhere. Leave it out.');
  }
  return value;
}

/** Throws `unsupported_media_type` for a body that says that it is something else. */
export function requireJson(contentType: string | null): void {
  if (contentType === null || contentType === '') return;
  const [type = '', ...parameters] = contentType
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters
    .find((parameter) => parameter.startsWith('charset='))
    ?.slice(8)
    .replaceAll('"', '');
  if (JSON_TYPES.has(type) && (charset === undefined || charset === 'utf-8' || charset === 'utf8')) return;
  throw new AppError(
    'unsupported_media_type',
    `Expected Content-Type: application/json in UTF-8, but got ${JSON.stringify(contentType.slice(0, 100))}.`,
  );
}

async function readBytes(request: Request, limit: number): Promise<Uint8Array> {
  const length = request.headers.get('content-length');
  if (length === '0' || (length === null && request.body === null)) return new Uint8Array();
  // The server never gives us more bytes than were announced.
  if (length !== null && Number(length) > limit) throw tooLarge(limit);
  try {
    return length === null ? await readStream(request, limit) : new Uint8Array(await request.arrayBuffer());
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw new AppError('bad_request', 'The body ended before it was complete.', { cause: error });
  }
}

async function readStream(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Buffer.concat(chunks);
    size += value.byteLength;
    if (size > limit) {
      reader.cancel().catch(() => undefined);
      throw tooLarge(limit);
    }
    chunks.push(value);
  }
}

function tooLarge(limit: number): AppError {
  return new AppError(
    'too_large',
    `The body is larger than ${limit} bytes, which is all that is read. Send less at once.`,
  );
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new AppError('bad_request', 'The body is not valid UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError('bad_request', `The body is not valid JSON: ${(error as Error).message.slice(0, 200)}`);
  }
}

const QUOTE = 34;
const BACKSLASH = 92;

/** How deep brackets nest outside strings, found without recursion. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

/** Where the string that begins at `start` ends: a quote is its end unless an odd number of backslashes is before it. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return text.length;
}

function holdsProto(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsProto);
  if (!isObject(value)) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(holdsProto);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`;
}
