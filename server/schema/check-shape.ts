/**
 * The guard before everything else: is this value JSON of a bearable size and depth? Linear work,
 * no recursion deeper than the limit. Knows nothing of what a DocType means.
 */
import type { FieldProblem } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';

export const MAX_DEPTH = 20;
export const MAX_BYTES = 2 * 1024 * 1024;
/** Keys and list items together. The largest real DocType has about 4,000. */
export const MAX_VALUES = 100_000;
/** PostgreSQL's limit for one table, the standard columns included. */
export const MAX_COLUMNS = 1600;

interface Budget {
  bytes: number;
  values: number;
}

/** PostgreSQL keeps neither in a text. */
const BAD_TEXT = {
  code: 'invalid_text',
  message:
    'U+0000 and halves of surrogate pairs are no characters and not allowed anywhere in a DocType. Leave them out.',
};

function isText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** Any value in; at most one problem out, since nothing after it would be worth reading. */
export function checkShape(value: unknown): FieldProblem[] {
  if (!isObject(value)) {
    return [{ field: '', code: 'wrong_type', message: `A DocType is a JSON object; got ${kindOf(value)}.` }];
  }
  const fields = Object.hasOwn(value, 'fields') ? value.fields : undefined;
  if (Array.isArray(fields) && fields.length > MAX_COLUMNS) return [tooManyColumns(fields.length)];
  const problem = walk({ value, path: '', depth: 1, budget: { bytes: MAX_BYTES, values: MAX_VALUES } });
  return problem ? [problem] : [];
}

export function tooManyColumns(count: number): FieldProblem {
  const most = MAX_COLUMNS.toLocaleString('en');
  return {
    field: 'fields',
    code: 'too_many_columns',
    message:
      `PostgreSQL allows ${most} columns in a table, the standard ones included; ` +
      `this DocType would need ${count.toLocaleString('en')}. Move fields into a child table or a second DocType.`,
  };
}

/** "a list", "text", "null" …: how messages name what came. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  switch (typeof value) {
    case 'string':
      return 'text';
    case 'object':
      return 'an object';
    case 'undefined':
      return 'nothing';
    default:
      return `a ${typeof value}`;
  }
}

function walk(q: { value: unknown; path: string; depth: number; budget: Budget }): FieldProblem | undefined {
  const { value, path, depth, budget } = q;
  budget.values -= 1;
  if (depth > MAX_DEPTH) {
    const message = `A DocType may be nested ${MAX_DEPTH} levels deep; this goes deeper. Flatten it.`;
    return { field: path, code: 'too_deep', message };
  }
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) {
      const problem = overBudget(budget) ?? walk({ value: value[i], path: `${path}[${i}]`, depth: depth + 1, budget });
      if (problem) return problem;
      budget.bytes -= 1;
    }
    return overBudget(budget);
  }
  if (typeof value === 'object' && value !== null) return walkObject({ value, path, depth, budget });
  budget.bytes -= textSize(value, budget);
  if (typeof value === 'string' && !isText(value)) return { field: path, ...BAD_TEXT };
  if (!isScalar(value)) {
    return { field: path, code: 'wrong_type', message: `Expected JSON; got ${kindOf(value)}, which JSON cannot hold.` };
  }
  return overBudget(budget);
}

function walkObject(q: { value: object; path: string; depth: number; budget: Budget }): FieldProblem | undefined {
  const { path, depth, budget } = q;
  const prototype: unknown = Object.getPrototypeOf(q.value);
  if (prototype !== Object.prototype && prototype !== null) {
    return { field: path, code: 'wrong_type', message: 'Expected a plain JSON object; got an instance of a class.' };
  }
  for (const [key, value] of Object.entries(q.value)) {
    if (key === '__proto__') {
      return {
        field: path,
        code: 'reserved_key',
        message: 'The key `__proto__` is not allowed anywhere in a DocType.',
      };
    }
    if (!isText(key)) return { field: path, ...BAD_TEXT };
    budget.bytes -= textSize(key, budget) + 2;
    const problem =
      overBudget(budget) ?? walk({ value, path: path ? `${path}.${key}` : key, depth: depth + 1, budget });
    if (problem) return problem;
  }
  return undefined;
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean';
}

/** Bytes of the value as JSON text; a text that alone breaks the budget is not copied to measure it. */
function textSize(value: unknown, budget: Budget): number {
  if (typeof value !== 'string') return String(value).length;
  return value.length > budget.bytes ? value.length : Buffer.byteLength(JSON.stringify(value));
}

function overBudget(budget: Budget): FieldProblem | undefined {
  if (budget.bytes < 0) {
    return { field: '', code: 'too_large', message: 'A DocType may have 2 MB of JSON text; this one has more.' };
  }
  if (budget.values < 0) {
    const most = MAX_VALUES.toLocaleString('en');
    return { field: '', code: 'too_large', message: `A DocType may hold ${most} values; this one holds more.` };
  }
  return undefined;
}
