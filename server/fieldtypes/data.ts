/** Data: one line of text. Its options may demand an address, a phone number, a URL … (families/data-options.ts). */
import { accept } from './families/answer.ts';
import { dataProblem } from './families/data-options.ts';
import { optionsText } from './families/definition.ts';
import { isMarkupMissing } from './families/markup.ts';
import { shortTextType } from './families/text.ts';

export const data = shortTextType({
  name: 'Data',
  canBeUnique: true,
  isMissing: isMarkupMissing,
  refine: (text, field) => {
    // A field that was of another type once holds what it held then; Frappe spares it as well.
    const wasOther = typeof field.oldfieldtype === 'string' && !['', 'Data'].includes(field.oldfieldtype);
    const problem = wasOther ? undefined : dataProblem(optionsText(field), text);
    return problem ? { problem } : accept(text);
  },
});
