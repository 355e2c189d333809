/** Link: the name of a document of the DocType in `options`. That it exists is documents/ and the database's to know. */
import { accept, isBlank } from './families/answer.ts';
import { optionsText, requireOptions } from './families/definition.ts';
import { coerceText, lengthLimit, shortTextType } from './families/text.ts';
import { LINKED } from './operators.ts';

/** What Frappe's editor writes where no DocType is chosen. */
const UNCHOSEN = '[Select]';

export const link = shortTextType({
  name: 'Link',
  operators: LINKED,
  canBeUnique: true,
  // No document has an empty name, so an empty link is null for the foreign key.
  coerce: (value, field) => (isBlank(value) ? accept(null) : coerceText(value, lengthLimit(field))),
  linkTarget: (field) => {
    const doctype = optionsText(field).trim();
    return doctype === '' || doctype === UNCHOSEN ? undefined : { doctype };
  },
  checkOwn: (field) => requireOptions(field, 'the DocType that it links to'),
});
