/** Phone: a telephone number that exists, with its country code: `+49 30 901820`, `+91-9876543210`. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { accept, refuse, shown } from './families/answer.ts';
import { shortTextType } from './families/text.ts';

/** The library also finds a number within prose; here the text has to be one. */
const NUMBER = /^\+[0-9 ()./-]{4,40}$/;

export const phone = shortTextType({
  name: 'Phone',
  refine: (text) => {
    const number = text.trim();
    if (NUMBER.test(number) && parsePhoneNumberFromString(number)?.isValid()) return accept(number);
    return refuse(
      'invalid_phone',
      `Expected a telephone number with its country code, such as +49 30 901820, got ${shown(text)}.`,
    );
  },
});
