/** Documents as a mutation gives them: the keys of inputs as fieldnames, rows included. */

import type { GivenDocument } from '../../documents/contract.ts';
import { isObject } from '../../kernel/json.ts';
import { refusal, shown } from '../../query/request.ts';
import type { LiveSchema } from '../schema.ts';

/** `type`: the name of the input. Throws bad_request for a key that it does not have. */
export function givenDocument(schema: LiveSchema, type: string, value: unknown, path: string): GivenDocument {
  if (!isObject(value)) throw refusal(path, `expected an object (${type}), but got ${shown(value)}`);
  const def = schema.definition(type);
  const given: Record<string, unknown> = Object.create(null);
  for (const [key, each] of Object.entries(value)) {
    const field = def?.kind === 'INPUT_OBJECT' ? def.fields.find(key) : undefined;
    if (!field) throw refusal(`${path}.${key.slice(0, 100)}`, `${type} has no such field`);
    const { meaning } = field;
    if (meaning?.kind === 'rows')
      given[meaning.field.fieldname] = givenRows(schema, meaning.child, each, `${path}.${key}`);
    else given[meaning?.kind === 'column' ? meaning.field.fieldname : key] = each;
  }
  return given;
}

function givenRows(schema: LiveSchema, child: string, value: unknown, path: string): unknown {
  if (value === null) return null;
  const type = `${schema.view.names.of(child)}_insert_input`;
  const rows = Array.isArray(value) ? value : [value];
  return rows.map((row, index) => givenDocument(schema, type, row, `${path}[${index}]`));
}
