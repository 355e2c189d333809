/**
 * Reading rows of unknown JSON: text where text belongs, lists of objects where lists belong. What is
 * otherwise becomes a problem in the given list. Knows no key of a DocType by name but the longest ones.
 */
import type { FieldProblem } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';
import { kindOf } from './check-shape.ts';

const MAX_LINE = 2000;
const MAX_DESCRIPTION = 20_000;

/** The text keys of a row: numbers become text, null counts as absent, the rest is a problem. */
export function readText(q: {
  row: Record<string, unknown>;
  keys: readonly string[];
  path: string;
  problems: FieldProblem[];
}): Record<string, string> {
  const text: Record<string, string> = {};
  for (const key of q.keys) {
    const value = ownValue(q.row, key);
    if (value === undefined) continue;
    if (typeof value === 'string') text[key] = value;
    else if (typeof value === 'number') text[key] = String(value);
    else {
      text[key] = '';
      const path = q.path ? `${q.path}.${key}` : key;
      if (value !== null) q.problems.push(wrongType({ path, expected: 'text', value }));
    }
  }
  return text;
}

/** Lists of fieldnames and patterns: what is longer is no list, and is not taken apart. */
export function withoutLongText(text: Record<string, string>, problems: FieldProblem[]): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(text)) {
    const most = key === 'description' ? MAX_DESCRIPTION : MAX_LINE;
    // The name has a rule of its own, which says more.
    if (value.length <= most || key === 'name') {
      kept[key] = value;
      continue;
    }
    kept[key] = '';
    const message = `${key} may have ${most.toLocaleString('en')} characters; got ${value.length.toLocaleString('en')}.`;
    problems.push({ field: key, code: 'too_long', message });
  }
  return kept;
}

export function readRows(q: {
  value: unknown;
  path: string;
  problems: FieldProblem[];
}): { row: Record<string, unknown>; path: string }[] {
  const { value, path, problems } = q;
  if (value === undefined || value === null || value === '') return [];
  if (!Array.isArray(value)) {
    problems.push(wrongType({ path, expected: 'a list of objects', value }));
    return [];
  }
  const rows: { row: Record<string, unknown>; path: string }[] = [];
  value.forEach((row: unknown, index) => {
    const at = `${path}[${index}]`;
    if (isObject(row)) rows.push({ row, path: at });
    else problems.push(wrongType({ path: at, expected: 'an object', value: row }));
  });
  return rows;
}

export function wrongType(q: { path: string; expected: string; value: unknown }): FieldProblem {
  return { field: q.path, code: 'wrong_type', message: `${q.path} must be ${q.expected}; got ${kindOf(q.value)}.` };
}

export function ownValue(row: Record<string, unknown>, key: string): unknown {
  return Object.hasOwn(row, key) ? row[key] : undefined;
}
