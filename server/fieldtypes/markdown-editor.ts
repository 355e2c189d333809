/** Markdown Editor: Markdown as it was typed; whoever renders it sanitises the outcome. */
import { isMarkupMissing } from './families/markup.ts';
import { longTextType } from './families/text.ts';

export const markdownEditor = longTextType({ name: 'Markdown Editor', isMissing: isMarkupMissing });
