/** Code: source text of the language in `options`, kept to the letter and never run or checked here. */
import { longTextType } from './families/text.ts';

export const code = longTextType({ name: 'Code' });
