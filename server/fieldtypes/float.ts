/** Float: a decimal number. */
import { preciseType } from './families/number.ts';

export const float = preciseType({ name: 'Float' });
