/** Attach: the URL of a file. */
import { longTextType } from './families/text.ts';

export const attach = longTextType({ name: 'Attach', file: true });
