/** Text Editor: formatted text as HTML, sanitised on write. */
import { isMarkupMissing } from './families/markup.ts';
import { longTextType } from './families/text.ts';

export const textEditor = longTextType({ name: 'Text Editor', html: true, isMissing: isMarkupMissing });
