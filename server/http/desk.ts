/**
 * Serves the built desk from its folder: hashed files that never change, and one page for every address
 * of the application. Only what was in the folder when it was read can be asked for, so no path leads out.
 */
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { SESSION_COOKIE } from '../auth/chain/session.ts';
import { AppError } from '../kernel/error.ts';
import { originOf, tilesOf } from '../kernel/map-tiles.ts';
import { type Answer, type Call, cookieOf, type Route } from './call.ts';
import { type Preloads, preloadLinks } from './desk-preloads.ts';

interface DeskFile {
  type: string;
  tag: string;
  bytes: Uint8Array<ArrayBuffer>;
  br: Uint8Array<ArrayBuffer> | undefined;
  gzip: Uint8Array<ArrayBuffer> | undefined;
}

interface Desk {
  /** When its page was written: another time is another build. */
  built: number;
  /** By path from the folder, as `assets/main-1a2b.js`. */
  files: ReadonlyMap<string, DeskFile>;
  preloads: Preloads;
}

const PAGE = 'index.html';
/** Which files a page needs; written by the build, and served to nobody. */
const PRELOADS = 'preloads.json';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json; charset=utf-8',
  '.txt': 'text/plain; charset=utf-8',
};

/** `pictures`: another host that pictures may come from. */
const policyWith = (pictures: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' data: blob:${pictures}`,
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const FOREVER = 'public, max-age=31536000, immutable';

/** Every address of the application is the same page; its script reads the address. */
async function page(call: Call): Promise<Answer> {
  const desk = deskOf(call);
  const file = desk?.files.get(PAGE);
  if (!desk || !file) return NOT_BUILT;
  const link = preloadLinks(call, desk.preloads, cookieOf(call, SESSION_COOKIE) !== undefined);
  const headers = {
    'content-security-policy': policyWith(await tileHost(call)),
    ...(link === undefined ? {} : { link }),
  };
  // Kept by the browser, it would still be said when somebody has signed in.
  if (await isNobody(call)) return freshAnswer(call, file, { ...headers, 'cache-control': 'no-store', ...NOBODY });
  return fileAnswer(call, file, { ...headers, 'cache-control': 'no-cache' });
}

/** Read by the desk's script, which then does not ask what would be refused. */
const NOBODY = { 'server-timing': 'desk-nobody' };

/** Of who comes with a session, it is asked when the desk asks. */
async function isNobody(call: Call): Promise<boolean> {
  if (cookieOf(call, SESSION_COOKIE) !== undefined) return false;
  return (await call.http.identities.identify(call).catch(() => NOT_KNOWN)) === undefined;
}

const NOT_KNOWN = null;

/** Of maps, where System Settings have one. Without an answer maps do without. */
async function tileHost({ http }: Call): Promise<string> {
  try {
    const [row] = await http.services.db.query({
      name: 'map_tiles',
      text: 'select map_tiles, map_attribution from system_settings limit 1',
      values: [],
    });
    const origin = originOf(tilesOf(row?.map_tiles, row?.map_attribution)?.url ?? '');
    return origin === undefined ? '' : ` ${origin}`;
  } catch {
    return '';
  }
}

function asset(call: Call): Answer {
  const file = deskOf(call)?.files.get(call.segments.join('/'));
  if (!file) throw new AppError('not_found', 'The desk has no such file. Reload the page: there may be a newer one.');
  return fileAnswer(call, file, { 'cache-control': FOREVER });
}

/** A person who opens the server's bare address wants the desk. */
function front(call: Call): Answer {
  if ((call.header('accept') ?? '').includes('text/html')) return { status: 302, headers: { location: '/app' } };
  throw new AppError('not_found', 'There is nothing at /. The desk is at /app, the routes stand in /openapi.json.');
}

/** One that the browser has already is not sent again. */
function fileAnswer(call: Call, file: DeskFile, more: Readonly<Record<string, string>>): Answer {
  const [encoding] = encoded(call.header('accept-encoding') ?? '', file);
  const etag = encoding === undefined ? `"${file.tag}"` : `"${file.tag}-${encoding}"`;
  const headers = { ...more, etag };
  if (call.header('if-none-match')?.includes(etag))
    return { status: 304, headers: { ...headers, vary: 'accept-encoding' } };
  return freshAnswer(call, file, headers);
}

function freshAnswer(call: Call, file: DeskFile, more: Readonly<Record<string, string>>): Answer {
  const [encoding, bytes] = encoded(call.header('accept-encoding') ?? '', file);
  return {
    status: 200,
    body: bytes,
    headers: {
      ...more,
      vary: 'accept-encoding',
      'content-type': file.type,
      'content-length': String(bytes.byteLength),
      ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
    },
  };
}

function encoded(accepted: string, file: DeskFile): [string | undefined, Uint8Array<ArrayBuffer>] {
  if (file.br && /\bbr\b/.test(accepted)) return ['br', file.br];
  if (file.gzip && /\bgzip\b/.test(accepted)) return ['gzip', file.gzip];
  return [undefined, file.bytes];
}

/** By folder: a desk is half a megabyte and is read once for each build. */
const desks = new Map<string, Desk>();

function deskOf({ http: { deskFolder } }: Call): Desk | undefined {
  if (deskFolder === undefined) return undefined;
  const built = statSync(path.join(deskFolder, PAGE), { throwIfNoEntry: false })?.mtimeMs;
  if (built === undefined) return undefined;
  const known = desks.get(deskFolder);
  if (known?.built === built) return known;
  const files = readFiles(deskFolder);
  const desk = { built, files, preloads: readPreloads(files.get(PRELOADS)) };
  desks.set(deskFolder, desk);
  return desk;
}

function readFiles(folder: string): Map<string, DeskFile> {
  const files = new Map<string, DeskFile>();
  for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const type = TYPES[path.extname(entry)];
    if (type === undefined) continue;
    const file = path.join(folder, entry);
    const bytes = readFileSync(file) as Uint8Array<ArrayBuffer>;
    const beside = (ending: string): Uint8Array<ArrayBuffer> | undefined =>
      existsSync(file + ending) ? (readFileSync(file + ending) as Uint8Array<ArrayBuffer>) : undefined;
    const tag = hash('sha1', bytes, 'base64url').slice(0, 16);
    files.set(entry.replaceAll(path.sep, '/'), { type, tag, bytes, br: beside('.br'), gzip: beside('.gz') });
  }
  return files;
}

/** A desk that was built without them is only slower. */
function readPreloads(file: DeskFile | undefined): Preloads {
  return file ? (JSON.parse(Buffer.from(file.bytes).toString('utf8')) as Preloads) : {};
}

const NOT_BUILT: Answer = {
  status: 503,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    'retry-after': '5',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
  },
  body: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>The desk is not built</title></head>
<body><main><h1>The desk is not built</h1>
<p><code>npm start</code> builds it, and so does <code>npm run build</code>. If it is being built just now, reload this page in a few seconds.</p>
<p>The API works meanwhile: its routes stand in <a href="/openapi.json">/openapi.json</a>.</p></main></body>
</html>
`,
};

export const deskRoutes: readonly Route[] = [
  { method: 'GET', path: '/', access: 'open', answer: front },
  { method: 'GET', path: '/login', access: 'open', answer: page },
  { method: 'GET', path: '/docs', access: 'open', answer: page },
  { method: 'GET', path: '/docs/**', access: 'open', answer: page },
  { method: 'GET', path: '/app', access: 'open', answer: page },
  { method: 'GET', path: '/app/**', access: 'open', answer: page },
  { method: 'GET', path: '/assets/**', access: 'open', answer: asset },
];
