/** Select: one of the lines of `options`, as they are spelled. Without a default a document begins with the first line. */
import type { DocField } from '../kernel/doctype.ts';
import { isBlank, refuse, shown } from './families/answer.ts';
import { coercedDefault } from './families/define.ts';
import { optionLines, optionsText } from './families/definition.ts';
import { coerceText, lengthLimit, shortTextType } from './families/text.ts';

/** Its options are naming patterns, and a document may bring a pattern of its own. */
const NAMING_SERIES = 'naming_series';
const MOST_SHOWN = 12;

export const select = shortTextType({
  name: 'Select',
  jsonSchema: (field) => {
    const text = { type: ['string', 'null'], maxLength: lengthLimit(field) };
    return isOpen(field) ? text : { ...text, enum: [...new Set(optionLines(field)), '', null] };
  },
  coerce: (value, field) => {
    const coerced = coerceText(typeof value === 'string' ? value.trim() : value, lengthLimit(field));
    if ('problem' in coerced || isBlank(coerced.value) || isOpen(field)) return coerced;
    const options = optionLines(field);
    if (options.includes(coerced.value as string)) return coerced;
    return refuse('invalid_option', `Expected one of ${optionList(options)}, got ${shown(coerced.value)}.`);
  },
  defaultValue: (text, field, env) => {
    // The first line counts as it stands: a blank one means that a document begins without a choice.
    const chosen = text === '' ? (optionsText(field).split('\n')[0] ?? '') : text;
    return coercedDefault(select, { text: chosen, field, env });
  },
});

/** Whether any text goes: there are no options (scripts supply them), or the field holds a naming pattern. */
function isOpen(field: DocField): boolean {
  return field.fieldname === NAMING_SERIES || optionLines(field).length === 0;
}

function optionList(options: readonly string[]): string {
  const quoted = options.slice(0, MOST_SHOWN).map(shown).join(', ');
  return options.length > MOST_SHOWN ? `${quoted} … (${options.length} options)` : quoted;
}
