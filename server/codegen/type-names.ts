/**
 * What the types of a DocType are called: its name in PascalCase. Of several that would have one name, the
 * first by name has it and the others a suffix that follows from their own name alone. Asked of the whole
 * snapshot, so that a client for a part of it has the same names.
 */
import { shortHash } from '../kernel/names.ts';
import type { Snapshot } from '../schema/plan.ts';

export interface TypeNames {
  doc: string;
  insert: string;
  update: string;
}

/** Types that the generated files use or declare themselves. */
const TAKEN: readonly string[] = [
  ...['DocTypes', 'Int64', 'ChangedRow', 'Partial', 'Omit', 'Pick', 'Record', 'Required', 'Readonly', 'Exclude'],
  ...['Extract', 'Array', 'String', 'Number', 'Boolean', 'Object', 'Function', 'Symbol', 'Promise'],
];

export function typeNames(snapshot: Snapshot): ReadonlyMap<string, TypeNames> {
  const taken = new Set(TAKEN);
  const names = new Map<string, TypeNames>();
  for (const doctype of snapshot.names) {
    const plain = namesFrom(pascalCase(doctype));
    const isFree = Object.values(plain).every((name) => !taken.has(name));
    // Hexadecimal in capitals: json-schema-to-typescript would write a letter after a digit so.
    const own = isFree ? plain : namesFrom(`${plain.doc}X${shortHash(doctype).toUpperCase()}`);
    for (const name of Object.values(own)) taken.add(name);
    names.set(doctype, own);
  }
  return names;
}

function namesFrom(doc: string): TypeNames {
  return { doc, insert: `${doc}Insert`, update: `${doc}Update` };
}

/** `Sales Order` is `SalesOrder`, `GSTR 3b Report` is `GSTR3BReport`, `2FA Token` is `D2FAToken`. */
export function pascalCase(doctype: string): string {
  const words = doctype.split(/[^A-Za-z0-9]+/).filter(Boolean);
  const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  const cased = joined.replace(/\d+[a-z]/g, (match) => match.toUpperCase());
  return /^[A-Z]/.test(cased) ? cased : `D${cased}`;
}
