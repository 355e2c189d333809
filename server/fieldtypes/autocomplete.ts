/** Autocomplete: one line of free text; the lines of `options` are suggestions only. */
import { shortTextType } from './families/text.ts';

export const autocomplete = shortTextType({ name: 'Autocomplete' });
