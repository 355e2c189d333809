import { expect, test } from 'vitest';
import { places, sourcesOf, withoutComments } from '../support/sources.ts';

const FIELD_TYPES = [
  'Attach',
  'Attach Image',
  'Autocomplete',
  'Barcode',
  'Button',
  'Check',
  'Code',
  'Color',
  'Column Break',
  'Currency',
  'Data',
  'Date',
  'Datetime',
  'Duration',
  'Dynamic Link',
  'Float',
  'Fold',
  'Geolocation',
  'Heading',
  'HTML',
  'HTML Editor',
  'Icon',
  'Image',
  'Int',
  'JSON',
  'Link',
  'Long Int',
  'Long Text',
  'Markdown Editor',
  'Password',
  'Percent',
  'Phone',
  'Rating',
  'Read Only',
  'Section Break',
  'Select',
  'Signature',
  'Small Text',
  'Tab Break',
  'Table',
  'Table MultiSelect',
  'Text',
  'Text Editor',
  'Time',
];

/** Files where such a word is something else than a question about a field's type, with the reason. */
const ALLOWED: ReadonlyMap<string, string> = new Map([
  ['server/schema/standard-fields.ts', 'defines the fields that every document has, as a DocType JSON would'],
  ['server/schema/complete.ts', 'adds the fields that a tree or a submittable DocType brings, as a DocType JSON would'],
  ['server/schema/layers.ts', "reads a Property Setter's property_type, a vocabulary of its own that shares two words"],
  ['server/codegen/templates/graphql-text.ts', "names the types of GraphQL's arguments, which share a word"],
  ['server/schema/order-fields.ts', 'names a field that came without name and type, as the editor of Frappe does'],
]);

/** GraphQL's own scalars share two words: in its room these are theirs. */
const IN_GRAPHQL = /'(Int|Float)'/;

const LITERAL = new RegExp(`(['"\`])(${FIELD_TYPES.join('|')})\\1`, 'g');

test('only server/fieldtypes knows field types by name; everyone else asks the registry', () => {
  const others = sourcesOf('server').filter(
    (source) => !source.path.startsWith('server/fieldtypes/') && !ALLOWED.has(source.path),
  );
  const found = places(others, LITERAL);
  expect(found.filter(({ at, match }) => !(at.startsWith('server/graphql/') && IN_GRAPHQL.test(match)))).toEqual([]);
});

test('the exceptions are needed', () => {
  const literals = new Map(sourcesOf('server').map(({ path, text }) => [path, withoutComments(text).match(LITERAL)]));
  expect([...ALLOWED.keys()].filter((file) => !literals.get(file))).toEqual([]);
});

test('the search finds what it looks for, and leaves comments alone', () => {
  const text = "if (type === 'Dynamic Link') {}\n// 'Data'\n/* 'Link' */ const label = 'Data Import';";
  expect(places([{ path: 'x.ts', text }], LITERAL)).toEqual([{ at: 'x.ts:1', match: "'Dynamic Link'" }]);
});
