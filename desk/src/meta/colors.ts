/** The colour of a state: what the DocType says, or what the words usually mean. */
import type { DocTypeMeta } from './types.ts';

export type Tone = 'gray' | 'blue' | 'green' | 'amber' | 'red';

/** Colour names of Frappe's definitions as our five tones. */
const NAMED: Readonly<Record<string, Tone>> = {
  gray: 'gray',
  grey: 'gray',
  darkgrey: 'gray',
  blue: 'blue',
  'light blue': 'blue',
  cyan: 'blue',
  purple: 'blue',
  green: 'green',
  yellow: 'amber',
  orange: 'amber',
  red: 'red',
  pink: 'red',
};

const WORDS: readonly [RegExp, Tone][] = [
  [/^(done|completed?|closed|delivered|paid|approved|active|enabled|won|success|submitted|converted)$/i, 'green'],
  [/(overdue|cancel|reject|fail|error|lost|expired|high|urgent|blocked)/i, 'red'],
  [/(pending|waiting|hold|partly|partial|to deliver|medium|on trial|review)/i, 'amber'],
  [/(open|new|progress|working|running|lead|sent|replied|interested|quotation)/i, 'blue'],
];

export function toneOf(value: string, meta?: DocTypeMeta): Tone {
  const stated = meta?.states.find((state) => state.title === value)?.color;
  const named = stated === undefined ? undefined : NAMED[stated.toLowerCase()];
  return named ?? WORDS.find(([pattern]) => pattern.test(value))?.[1] ?? 'gray';
}

export interface DocState {
  label: string;
  tone: Tone;
}

const DOCSTATUS: readonly DocState[] = [
  { label: 'Draft', tone: 'gray' },
  { label: 'Submitted', tone: 'blue' },
  { label: 'Cancelled', tone: 'red' },
];

/** The mark of a document: its status field, else its docstatus where documents are submitted. */
export function docStateOf(meta: DocTypeMeta, doc: Readonly<Record<string, unknown>>): DocState | undefined {
  if (doc.docstatus === 2) return DOCSTATUS[2];
  const { status } = doc;
  if (typeof status === 'string' && status !== '') return { label: status, tone: toneOf(status, meta) };
  return meta.is_submittable && typeof doc.docstatus === 'number' ? DOCSTATUS[doc.docstatus] : undefined;
}
