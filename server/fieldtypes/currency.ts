/** Currency: an amount; `options` says where its currency stands, which only a form needs to know. */
import { preciseType } from './families/number.ts';

export const currency = preciseType({ name: 'Currency' });
