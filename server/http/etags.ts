/** ETags: of a document `"<version>.<plan version>.<hash>"`, of everything else a hash. If-Match reads the version back. */
import { hash } from 'node:crypto';
import type { ReadDocument } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { type Answer, type Call, jsonText } from './call.ts';

/** The hash tells what the version does not: a link whose target was renamed, a computed field, the chosen fields. */
export function documentTag(plan: DocTypePlan | undefined, read: ReadDocument): string {
  return `"${read.version}.${plan?.version ?? 0}.${shortHash(read.text)}"`;
}

/** 304 when the client has this text already; else 200 with its tag. */
export function tagged(call: Call, text: string, tag = `"${shortHash(text)}"`): Answer {
  const headers = { etag: tag, 'cache-control': 'private, no-cache' };
  return hasAlready(call.header('if-none-match'), tag) ? { status: 304, headers } : jsonText(text, 200, headers);
}

/** No document has it: the version of a tag that is none of ours. */
const NO_VERSION = -1;

/**
 * The document version that the caller saw: from `"7"`, `"7.3.…"` or `W/"7"`; undefined without If-Match or with `*`.
 * Of several tags the newest, since documents only move on. A tag of another form matches no document.
 */
export function ifMatch(call: Call): number | undefined {
  const header = call.header('if-match')?.trim();
  if (header === undefined || header === '' || header === '*') return undefined;
  const version = /^(?:W\/)?"?(\d{1,15})(?:\.[\w.-]*)?"?$/.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  const tags = header.split(',').map((tag) => /^(?:W\/)?"([^"]*)"$/.exec(tag.trim())?.[1]);
  if (!tags.includes(undefined))
    return Math.max(...tags.map((tag) => Number(/^(\d{1,15})(?:\.[\w.-]*)?$/.exec(tag ?? '')?.[1] ?? NO_VERSION)));
  throw new AppError(
    'bad_request',
    `If-Match must be the ETag of the document or its version, as "7"; it is ${JSON.stringify(header.slice(0, 80))}.`,
  );
}

/** Whether If-None-Match names the tag. */
export function hasAlready(header: string | null, tag: string): boolean {
  if (header === null) return false;
  return (
    header === tag || header.split(',').some((part) => part.trim() === '*' || part.trim().replace(/^W\//, '') === tag)
  );
}

function shortHash(text: string): string {
  return hash('sha1', text, 'base64url').slice(0, 16);
}
