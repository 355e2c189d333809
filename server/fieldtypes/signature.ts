/** Signature: a drawing as a data URL. */
import { longTextType } from './families/text.ts';

export const signature = longTextType({ name: 'Signature' });
