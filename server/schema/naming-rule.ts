/**
 * `autoname` to a NamingRule (FORMAT.md section 6, SEMANTICS.md 1.14). Only the text decides;
 * `naming_rule` is the editor's label for it. Making names from a rule is documents/naming.ts.
 */
import { type DocTypeJson, isSet } from '../kernel/doctype.ts';
import { identifier, snakeCase } from '../kernel/names.ts';
import type { NamePart, NamingRule } from './plan.ts';

const DATE_PARTS = new Set(['YYYY', 'YY', 'MM', 'DD', 'WW', 'JJJ', 'timestamp']);

export function compileNaming(definition: DocTypeJson): NamingRule {
  if (isSet(definition.issingle)) return { kind: 'single' };
  const autoname = (definition.autoname ?? '').trim();
  const lower = autoname.toLowerCase();
  const isField = (name: string): boolean => definition.fields.some(({ fieldname }) => fieldname === name);
  if (autoname === 'autoincrement')
    return { kind: 'autoincrement', sequence: identifier(snakeCase(definition.name), 'id_seq') };
  if (autoname === 'UUID') return { kind: 'uuid' };
  if (lower === 'prompt') return { kind: 'prompt' };
  if (lower.startsWith('field:')) return { kind: 'field', fieldname: autoname.slice('field:'.length).trim() };
  if (lower.startsWith('naming_series:') || (autoname === '' && isField('naming_series'))) {
    const field = definition.fields.find((candidate) => candidate.fieldname === 'naming_series');
    const options = (field?.options ?? '')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean);
    return { kind: 'series', fieldname: 'naming_series', options };
  }
  if (lower.startsWith('format:'))
    return { kind: 'pattern', parts: formatParts(autoname.slice('format:'.length).trim()) };
  if (autoname.includes('#')) return { kind: 'pattern', parts: seriesParts(autoname, isField) };
  return { kind: 'hash' };
}

/** `SO-.YYYY.-.#####`: split at dots; only the first run of # counts; a bare part that is a field is its value. */
export function seriesParts(series: string, isField: (name: string) => boolean): NamePart[] {
  const parts: NamePart[] = [];
  for (const text of series.split('.')) {
    if (text === '') continue;
    if (/^#+$/.test(text)) {
      if (!parts.some((part) => part.kind === 'counter')) parts.push({ kind: 'counter', digits: text.length });
      continue;
    }
    parts.push(wordPart(text, isField));
  }
  if (!parts.some((part) => part.kind === 'counter')) parts.push({ kind: 'counter', digits: 5 });
  return parts;
}

/** `format:INV-{YYYY}-{customer}-{####}`: only what stands in braces is replaced. */
function formatParts(format: string): NamePart[] {
  const parts: NamePart[] = [];
  let rest = format;
  while (rest.length > 0) {
    const open = rest.indexOf('{');
    const close = rest.indexOf('}', open);
    if (open < 0 || close < 0) break;
    if (open > 0) parts.push({ kind: 'text', text: rest.slice(0, open) });
    const word = rest.slice(open + 1, close).trim();
    if (/^#+$/.test(word)) parts.push({ kind: 'counter', digits: word.length });
    else parts.push(isDateWord(word) ? { kind: 'date', format: word } : { kind: 'field', fieldname: word });
    rest = rest.slice(close + 1);
  }
  if (rest.length > 0) parts.push({ kind: 'text', text: rest });
  return parts.filter((part) => part.kind !== 'field' || part.fieldname !== '');
}

function wordPart(text: string, isField: (name: string) => boolean): NamePart {
  const braced = /^\{([^{}]*)\}$/.exec(text);
  const word = braced ? (braced[1] as string).trim() : text;
  if (isDateWord(word)) return { kind: 'date', format: word };
  if (braced || isField(word)) return { kind: 'field', fieldname: word };
  return { kind: 'text', text };
}

function isDateWord(word: string): boolean {
  return DATE_PARTS.has(word);
}
