/** Text: plain text of several lines. */
import { isMarkupMissing } from './families/markup.ts';
import { longTextType } from './families/text.ts';

export const text = longTextType({ name: 'Text', isMissing: isMarkupMissing });
