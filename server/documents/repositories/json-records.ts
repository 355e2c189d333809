/**
 * The text of a file of records, and back: a list of objects or an object by name, in its order, with
 * the keys that no field knows and the indentation that it came with. Knows no DocType and no disk.
 */
import { AppError } from '../../kernel/error.ts';
import { isObject, own } from '../../kernel/json.ts';
import { parseExactly } from './exact-numbers.ts';

export type JsonRecord = Readonly<Record<string, unknown>>;

export interface JsonRecords {
  /** A list of objects that hold their name, or an object whose keys are the names. */
  shape: 'list' | 'object';
  byName: ReadonlyMap<string, JsonRecord>;
  indent: string;
  /** The file ended in a line break. */
  endsLine: boolean;
}

/** Throws `unavailable`, which says what is wrong with the text. */
export function parseRecords(text: string, keyField: string): JsonRecords {
  const root = parse(text.startsWith('\ufeff') ? text.slice(1) : text);
  const shape = Array.isArray(root) ? 'list' : 'object';
  const entries = Array.isArray(root)
    ? root.map((record, index) => namedRecord({ record, index, keyField }))
    : entriesOf(root);
  const byName = new Map<string, JsonRecord>();
  for (const [name, record] of entries) {
    if (byName.has(name)) throw broken(`the name ${JSON.stringify(name)} occurs twice`);
    byName.set(name, record);
  }
  return {
    shape,
    byName,
    indent: /^[[{]\r?\n([ \t]+)/.exec(text)?.[1] ?? (text.includes('\n') ? '  ' : ''),
    endsLine: text.endsWith('\n'),
  };
}

export function printRecords(records: JsonRecords): string {
  // fromEntries defines own keys, whatever they are called.
  const root = records.shape === 'list' ? [...records.byName.values()] : Object.fromEntries(records.byName);
  return JSON.stringify(root, null, records.indent) + (records.endsLine ? '\n' : '');
}

/** The record with other values under some keys; new keys come last. */
export function withValues(record: JsonRecord, values: ReadonlyMap<string, unknown>): JsonRecord {
  return Object.fromEntries(new Map<string, unknown>([...Object.entries(record), ...values]));
}

function parse(text: string): unknown {
  try {
    return parseExactly(text);
  } catch (error) {
    throw broken(`it is no JSON (${(error as Error).message})`);
  }
}

function namedRecord(q: { record: unknown; index: number; keyField: string }): [string, JsonRecord] {
  const { record, index, keyField } = q;
  if (!isObject(record)) throw broken(`its element ${index + 1} is no object`);
  const name = own(record, keyField);
  if ((typeof name === 'string' && name !== '') || typeof name === 'number') return [String(name), record];
  throw broken(`its element ${index + 1} has no ${JSON.stringify(keyField)}, which is to name it`);
}

function entriesOf(root: unknown): [string, JsonRecord][] {
  if (!isObject(root)) throw broken('it holds neither a list of objects nor an object by name');
  return Object.entries(root).map(([name, record]) => {
    if (!isObject(record) || name === '') throw broken(`its entry ${JSON.stringify(name)} is no object with a name`);
    return [name, record];
  });
}

function broken(why: string): AppError {
  return new AppError('unavailable', why);
}
