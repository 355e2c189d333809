/** Small Text: a few lines of plain text. */
import { isMarkupMissing } from './families/markup.ts';
import { longTextType } from './families/text.ts';

export const smallText = longTextType({ name: 'Small Text', isMissing: isMarkupMissing });
