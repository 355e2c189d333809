/**
 * The content of a file as an answer: streamed, in parts when asked so, and under headers that let nothing in it
 * run. What a browser does not merely show is downloaded.
 */

import { isShown, servedType } from '../files/kinds.ts';
import type { FileContent } from '../files/open.ts';
import type { FileStore } from '../files/store.ts';
import type { Answer, Call } from './call.ts';
import { hasAlready } from './etags.ts';
import { noSuchRange } from './problem.ts';
import { rangeOf } from './ranges.ts';

export async function contentAnswer(
  call: Call,
  q: { content: FileContent; store: FileStore; isDownload: boolean },
): Promise<Answer> {
  const { row, key, size } = q.content;
  const tag = `"${key.hash.slice(0, 32)}"`;
  const headers = { ...headersOf(row, q.isDownload), etag: tag };
  if (hasAlready(call.header('if-none-match'), tag)) return { status: 304, headers };
  const range = rangeOf(rangeHeader(call, tag), size);
  if (range === 'none') return noSuchRange({ size, requestId: call.requestId });
  const { first, last } = range ?? { first: 0, last: size - 1 };
  const length = last - first + 1;
  const part: Record<string, string> = range ? { 'content-range': `bytes ${first}-${last}/${size}` } : {};
  return {
    status: range ? 206 : 200,
    headers: { ...headers, ...part, 'content-length': String(length) },
    body: call.method === 'HEAD' || length === 0 ? undefined : await q.store.open(key, { first, last }),
  };
}

/** A part of something else than the client has had is of no use to it. */
function rangeHeader(call: Call, tag: string): string | null {
  const only = call.header('if-range');
  return only === null || only.trim() === tag ? call.header('range') : null;
}

function headersOf(row: FileContent['row'], isDownload: boolean): Record<string, string> {
  const type = row.file_type ?? '';
  const place = isShown(type) && !isDownload ? 'inline' : 'attachment';
  return {
    'content-type': servedType(type),
    'content-disposition': `${place}; ${nameParameters(row.file_name ?? 'file')}`,
    'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'",
    'cross-origin-resource-policy': row.is_private ? 'same-origin' : 'cross-origin',
    'cache-control': row.is_private ? 'private, no-cache' : 'public, no-cache',
    'accept-ranges': 'bytes',
  };
}

/** RFC 6266: the name in ASCII for old clients, and in full. */
export function nameParameters(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const full = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `filename="${plain}"; filename*=UTF-8''${full}`;
}
