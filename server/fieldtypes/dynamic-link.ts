/** Dynamic Link: the name of a document whose DocType stands in the field that `options` names. */
import { accept, isBlank } from './families/answer.ts';
import { optionsText, requireOptions } from './families/definition.ts';
import { coerceText, lengthLimit, shortTextType } from './families/text.ts';

export const dynamicLink = shortTextType({
  name: 'Dynamic Link',
  coerce: (value, field) => (isBlank(value) ? accept(null) : coerceText(value, lengthLimit(field))),
  linkTarget: (field) => {
    const pointer = optionsText(field).trim();
    return pointer === '' ? undefined : { pointer };
  },
  checkOwn: (field) => requireOptions(field, 'the fieldname that holds the DocType'),
});
