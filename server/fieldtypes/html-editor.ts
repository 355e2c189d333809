/** HTML Editor: HTML that a person writes by hand, sanitised on write. */
import { isMarkupMissing } from './families/markup.ts';
import { longTextType } from './families/text.ts';

export const htmlEditor = longTextType({ name: 'HTML Editor', html: true, isMissing: isMarkupMissing });
