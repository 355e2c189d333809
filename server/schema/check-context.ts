/**
 * What every rule about a definition may ask: the definition as read, its former self, the other
 * DocTypes. Made once per check; answers about other DocTypes are remembered for its duration.
 */
import type { Registry } from '../fieldtypes/registry.ts';
import { type DocTypeJson, isSet } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import { CHILD_KEYS, STANDARD_KEYS } from '../kernel/names.ts';
import { type ReadField, type Reading, readDefinition } from './check-reading.ts';
import { type Suggest, suggester } from './check-wording.ts';

export interface CheckQuestion {
  /** As the author wrote it, with a fieldname on every field: paths of problems count its `fields`. */
  definition: DocTypeJson;
  registry: Registry;
  /** The definition of another DocType, by its exact name. */
  known(name: string): DocTypeJson | undefined;
  knownNames: Iterable<string>;
  /** What the DocType was until now; absent for a new one. */
  before?: DocTypeJson;
}

export interface CheckContext extends CheckQuestion {
  reading: Reading;
  suggest: Suggest;
  /** A DocType by exact name, the checked one included. */
  find(doctype: string): Reading | undefined;
}

export type Rule = (context: CheckContext) => FieldProblem[];

export function openCheck(question: CheckQuestion): CheckContext {
  const reading = readDefinition(question.definition, question.registry);
  const found = new Map<string, Reading | undefined>([[reading.definition.name, reading]]);
  return {
    ...question,
    // Read more than once, and an iterable such as map.keys() gives its names only once.
    knownNames: [...question.knownNames],
    reading,
    suggest: suggester(),
    find(doctype) {
      if (!found.has(doctype)) {
        const definition = question.known(doctype);
        found.set(doctype, definition && readDefinition(definition, question.registry));
      }
      return found.get(doctype);
    },
  };
}

/** Columns that Frappe gives every table besides the standard ones; files name them in sort orders. */
const OPTIONAL_KEYS = ['_user_tags', '_comments', '_assign', '_liked_by', '_seen'];

/** Whether a name is a key that documents of this DocType have without a field. */
export function isStandardKey(name: string, definition: DocTypeJson): boolean {
  if (STANDARD_KEYS.includes(name) || OPTIONAL_KEYS.includes(name)) return true;
  return isSet(definition.istable) && CHILD_KEYS.includes(name);
}

/** Whether documents hold a single stored value for the field. */
export function hasColumn(read: ReadField): boolean {
  return read.type?.column !== undefined && !isSet(read.field.is_virtual);
}
