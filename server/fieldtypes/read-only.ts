/** Read Only: one line of text that the form only shows, mostly fetched from a link. */
import { shortTextType } from './families/text.ts';

export const readOnly = shortTextType({ name: 'Read Only', canBeUnique: true });
