/** Percent: 12.5 means 12.5 %. More than 100 and less than 0 are allowed. */
import { preciseType } from './families/number.ts';

export const percent = preciseType({ name: 'Percent' });
