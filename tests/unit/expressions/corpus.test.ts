/**
 * Every real condition of Frappe's DocTypes means here what it means in Frappe: the browser's JavaScript on
 * a document whose Checks are 0 and 1, ours on the same document with its Checks as booleans.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { compileExpression } from '../../../server/expressions/compile.ts';
import { compileCondition, isConditionValid } from '../../../server/expressions/condition.ts';

interface Field {
  fieldname?: string;
  fieldtype?: string;
  [key: string]: unknown;
}

interface Case {
  text: string;
  fields: readonly Field[];
}

const CORPUS = fileURLToPath(new URL('../../../../shared/frappe/doctypes', import.meta.url));
const ABSENT = 'The real DocTypes of ../shared/frappe/doctypes are not here, so their conditions cannot be compared.';
const KEYS = ['depends_on', 'mandatory_depends_on', 'read_only_depends_on', 'collapsible_depends_on'];
const DOCUMENTS = 12;

test('every real condition compiles, and is as true as in JavaScript on random documents', ({ skip }) => {
  if (!existsSync(CORPUS)) skip(ABSENT);
  const cases = readCases();
  expect(cases.length).toBeGreaterThan(250);
  const random = generator(20_260_101);
  const seen = { true: 0, false: 0, threw: 0 };
  const differences: string[] = [];
  for (const { text, fields } of cases) {
    if (!isConditionValid(text).ok) differences.push(`refused: ${text}`);
    const condition = compileCondition(text);
    for (let i = 0; i < DOCUMENTS; i++) {
      const doc = randomDocument({ text, fields, random });
      const parent = randomDocument({ text, fields, random });
      const theirs = askFrappe(text, toFrappe(doc, fields), toFrappe(parent, fields));
      const ours = condition.evaluate({ doc, parent });
      if (ours !== (theirs === true))
        differences.push(`${text} on ${JSON.stringify(doc)}: ours ${ours}, Frappe ${theirs}`);
      if (threw(text, { doc, parent }) !== (theirs === 'threw')) differences.push(`only one of both threw: ${text}`);
      seen[`${theirs}`] += 1;
    }
  }
  expect(differences).toEqual([]);
  // Both answers must come up often, or the comparison says little.
  expect(seen.true).toBeGreaterThan(cases.length);
  expect(seen.false).toBeGreaterThan(cases.length);
});

function readCases(): Case[] {
  const cases = new Map<string, Case>();
  for (const file of readdirSync(CORPUS, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.json')) continue;
    const { fields = [] } = JSON.parse(readFileSync(`${CORPUS}/${file}`, 'utf8')) as { fields?: Field[] };
    for (const field of fields) {
      for (const key of KEYS) {
        const text = field[key];
        if (typeof text === 'string' && text.trim() !== '') cases.set(text, { text, fields });
      }
    }
  }
  return [...cases.values()];
}

/** Values of the right kind for every field, often one that the condition compares with, sometimes none. */
function randomDocument(wish: {
  text: string;
  fields: readonly Field[];
  random: () => number;
}): Record<string, unknown> {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(wish.random() * values.length)] as T;
  const literals = [...wish.text.matchAll(/"([^"]*)"|'([^']*)'/g)].map((found) => found[1] ?? found[2]);
  const doc: Record<string, unknown> = {
    docstatus: pick([0, 1, 2]),
    name: pick(['new', 'X-1']),
    __islocal: pick([1, undefined]),
  };
  for (const { fieldname, fieldtype = '' } of wish.fields) {
    if (fieldname === undefined) continue;
    if (wish.random() < 0.1) continue;
    if (fieldtype === 'Check') doc[fieldname] = pick([true, false]);
    else if (fieldtype.startsWith('Table')) doc[fieldname] = pick([[], [{ idx: 1 }], [{ idx: 1 }, { idx: 2 }]]);
    else if (['Int', 'Float', 'Currency', 'Percent'].includes(fieldtype)) doc[fieldname] = pick([0, 1, 2, 10.5, null]);
    else doc[fieldname] = pick([...literals, ...literals, 'other', '', null]);
  }
  return doc;
}

function toFrappe(doc: Record<string, unknown>, fields: readonly Field[]): Record<string, unknown> {
  const checks = new Set(fields.filter((field) => field.fieldtype === 'Check').map((field) => field.fieldname));
  return Object.fromEntries(
    Object.entries(doc).map(([key, value]) => [key, checks.has(key) && value !== undefined ? Number(value) : value]),
  );
}

/** Frappe's form, as documented: a bare fieldname, or `eval:` run as JavaScript with its four functions. */
function askFrappe(text: string, doc: Record<string, unknown>, parent: Record<string, unknown>): boolean | 'threw' {
  const code = text.trimStart();
  if (!code.startsWith('eval:')) {
    const value = doc[text];
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  }
  const inList = (list: readonly unknown[], item: unknown) => list.includes(item);
  const cint = (value: unknown) => Number.parseInt(String(value), 10) || 0;
  try {
    const body = `let out = ${code.slice('eval:'.length)}; return out`;
    return Boolean(new Function('doc', 'parent', 'in_list', 'cint', body)(doc, parent, inList, cint));
  } catch {
    return 'threw';
  }
}

function threw(text: string, scope: { doc: Record<string, unknown>; parent: Record<string, unknown> }): boolean {
  const code = text.trimStart();
  if (!code.startsWith('eval:')) return false;
  try {
    compileExpression(code.slice('eval:'.length)).evaluate(scope);
    return false;
  } catch {
    return true;
  }
}

/** A small repeatable source of numbers in [0, 1), so that a failure can be seen again. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
