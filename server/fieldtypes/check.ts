/** Check: yes or no; no is 0, and never missing. */
import { accept, isBlank, refuse, shown } from './families/answer.ts';
import { fieldType } from './families/define.ts';
import { defaultText, problem } from './families/definition.ts';
import { YES_OR_NO } from './operators.ts';

const WORDS: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ['1', true],
  ['true', true],
  [false, false],
  [0, false],
  ['0', false],
  ['false', false],
]);
const DEFAULTS: readonly string[] = ['', '0', '1'];

export const check = fieldType({
  name: 'Check',
  column: { type: 'boolean', zero: 'false' },
  graphql: 'Boolean',
  operators: YES_OR_NO,
  jsonSchema: () => ({ type: 'boolean' }),
  coerce: (value) => {
    if (isBlank(value)) return accept(false);
    const answer = WORDS.get(typeof value === 'string' ? value.trim().toLowerCase() : value);
    if (answer !== undefined) return accept(answer);
    return refuse('invalid_check', `Expected true, false, 1 or 0, got ${shown(value)}.`);
  },
  isMissing: () => false,
  checkOwn: (field) => {
    const text = defaultText(field).trim();
    if (DEFAULTS.includes(text)) return [];
    return [problem('default', 'invalid_default', `Expected the default 0 or 1, got ${shown(text)}.`)];
  },
});
