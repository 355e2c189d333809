/** Long Int: the same as Int, which is as long here. */
import { integerType } from './families/number.ts';

export const longInt = integerType({ name: 'Long Int' });
