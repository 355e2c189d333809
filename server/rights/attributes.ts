/** What `User.attributes` may hold: a few named plain values, or lists of them, which rules compare fields with. */
import type { Document } from '../kernel/document.ts';
import type { FieldProblem } from '../kernel/error.ts';
import { isObject } from '../kernel/json.ts';

const MOST = 100;
const MOST_IN_LIST = 1000;
const NAME = /^[a-z_][a-z0-9_]{0,62}$/i;

export function checkAttributes(doc: Document): FieldProblem[] {
  const { attributes } = doc;
  if (attributes === undefined || attributes === null) return [];
  const wrong = (message: string): FieldProblem[] => [{ field: 'attributes', code: 'bad_attributes', message }];
  if (!isObject(attributes))
    return wrong('attributes is an object of values by name, such as {"region": "EU", "plants": ["A", "B"]}.');
  const entries = Object.entries(attributes);
  if (entries.length > MOST) return wrong(`A user has at most ${MOST} attributes; these are ${entries.length}.`);
  return entries.flatMap(([name, value]) => {
    const shown = JSON.stringify(name.slice(0, 80));
    if (!NAME.test(name)) return wrong(`${shown} is no name of an attribute: letters, digits and _ only.`);
    if (isPlain(value) || (Array.isArray(value) && value.length <= MOST_IN_LIST && value.every(isPlain))) return [];
    return wrong(
      `The attribute ${shown} must be a text, a number, true or false, or a list of at most ${MOST_IN_LIST} of them.`,
    );
  });
}

function isPlain(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
