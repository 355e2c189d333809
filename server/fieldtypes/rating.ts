/** Rating: the share of the stars, 0 to 1; `options` says how many stars there are (5). */
import { checkBounds } from './families/definition.ts';
import { decimalType } from './families/number.ts';

export const rating = decimalType({
  name: 'Rating',
  jsonSchema: () => ({ type: ['number', 'null'], minimum: 0, maximum: 1 }),
  refine: (share) => Math.min(1, Math.max(0, share)),
  checkOwn: (field) => checkBounds(field, { key: 'options', min: 3, max: 10, what: 'a number of stars' }),
});
