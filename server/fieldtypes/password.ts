/** Password: text that is encrypted before it is stored and never read back; a filter may only ask if it is set. */
import { coerceText, longTextType } from './families/text.ts';
import { PRESENCE } from './operators.ts';

const LONGEST_PASSWORD = 500;

export const password = longTextType({
  name: 'Password',
  json: 'secret',
  secret: true,
  operators: PRESENCE,
  jsonSchema: () => ({ type: ['string', 'null'], maxLength: LONGEST_PASSWORD, writeOnly: true }),
  coerce: (value) => coerceText(value, LONGEST_PASSWORD),
});
