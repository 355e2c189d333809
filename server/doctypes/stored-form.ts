/** A definition as it is stored: without what the server adds when it hands it out, and its checksum. */
import { createHash } from 'node:crypto';
import type { DocTypeJson } from '../kernel/doctype.ts';
import { canonicalJson } from '../kernel/json.ts';
import { CHILD_KEYS, STANDARD_KEYS } from '../kernel/names.ts';

/** Equal definitions have equal checksums, whatever their key order. */
export function checksumOf(definition: DocTypeJson): string {
  return createHash('sha256').update(canonicalJson(definition)).digest('hex');
}

/** Row keys that the server adds when it hands a DocType out; they are not part of the definition. */
const IDENTITY: ReadonlySet<string> = new Set([...STANDARD_KEYS, ...CHILD_KEYS]);

export function withoutIdentity(definition: DocTypeJson): DocTypeJson {
  const fields = (Array.isArray(definition.fields) ? definition.fields : []).map((field) =>
    field.id === undefined ? field : Object.fromEntries(Object.entries(field).filter(([key]) => !IDENTITY.has(key))),
  ) as DocTypeJson['fields'];
  return { ...definition, fields };
}
