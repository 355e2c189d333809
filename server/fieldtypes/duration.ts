/** Duration: a number of seconds. */
import { decimalType } from './families/number.ts';

export const duration = decimalType({ name: 'Duration' });
