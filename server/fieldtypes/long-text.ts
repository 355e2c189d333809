/** Long Text: plain text of any length. */
import { isMarkupMissing } from './families/markup.ts';
import { longTextType } from './families/text.ts';

export const longText = longTextType({ name: 'Long Text', isMissing: isMarkupMissing });
