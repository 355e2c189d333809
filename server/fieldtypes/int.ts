/** Int: a whole number of 64 bits, whatever `length` says. */
import { integerType } from './families/number.ts';

export const int = integerType({ name: 'Int' });
