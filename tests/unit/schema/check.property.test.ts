/** Whatever JSON comes: the checks answer with problems, never with an exception, and not slowly. */

import { expect, it } from 'vitest';
import { builtinFieldTypes, createRegistry } from '../../../server/fieldtypes/registry.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { checkDocType, MAX_PROBLEMS } from '../../../server/schema/check.ts';
import { checkShape } from '../../../server/schema/check-shape.ts';
import { checkAgainstMetaSchema } from '../../../server/schema/meta-schema.ts';
import fc from '../../support/properties.ts';

const registry = createRegistry(builtinFieldTypes);

const awkward = fc.constantFrom<unknown>(
  '__proto__',
  'constructor',
  'toString',
  'a',
  'b',
  'c',
  'Thing',
  'Other',
  'name',
  '',
  '.',
  'a.b',
  'a.a',
  'eval:doc.a',
  'eval:(',
  '{',
  'format:{a}{#}',
  'field:a',
  '#.#',
  0,
  1,
  -1,
  1e308,
  true,
  null,
  [],
  {},
  { toString: 1, valueOf: 2 },
  ['a'],
);
const value = fc.oneof({ weight: 3, arbitrary: awkward }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });

function record(
  keys: readonly string[],
  known: Record<string, fc.Arbitrary<unknown>> = {},
): fc.Arbitrary<Record<string, unknown>> {
  const model = Object.fromEntries(keys.map((key) => [key, known[key] ?? value]));
  return fc.record(model, { requiredKeys: [] });
}

const fieldtype = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...registry.names) },
  { weight: 1, arbitrary: value },
);
const fieldname = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'c', 'lft', 'title', 'naming_series') },
  value,
);
const field = record(
  [
    'fieldname',
    'fieldtype',
    'label',
    'options',
    'default',
    'reqd',
    'hidden',
    'unique',
    'search_index',
    'length',
    'precision',
    'depends_on',
    'mandatory_depends_on',
    'fetch_from',
    'is_virtual',
    'in_list_view',
    'in_global_search',
    'max_height',
    'permlevel',
    'description',
    'oldfieldname',
    'columns',
    'not_nullable',
    'non_negative',
  ],
  { fieldname, fieldtype },
);
const listOf = (row: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 8, arbitrary: fc.array(row, { maxLength: 6 }) }, value);
const permission = record([
  'role',
  'permlevel',
  'if_owner',
  'read',
  'write',
  'create',
  'submit',
  'cancel',
  'amend',
  'import',
]);
const doctype = record(
  [
    'name',
    'module',
    'fields',
    'permissions',
    'field_order',
    'autoname',
    'istable',
    'issingle',
    'is_submittable',
    'is_tree',
    'is_virtual',
    'nsm_parent_field',
    'title_field',
    'search_fields',
    'sort_field',
    'sort_order',
    'image_field',
    'timeline_field',
    'has_web_view',
    'email_append_to',
    'sender_field',
    'links',
    'actions',
    'states',
  ],
  {
    name: fc.oneof({ weight: 6, arbitrary: fc.constantFrom('Thing', 'Other') }, value),
    fields: listOf(fc.oneof({ weight: 8, arbitrary: field }, value)),
    permissions: listOf(fc.oneof({ weight: 8, arbitrary: permission }, value)),
  },
);

it('never throws for JSON that passed checkShape', () => {
  fc.assert(
    fc.property(
      fc.oneof({ weight: 9, arbitrary: doctype }, fc.object({ maxDepth: 4 })),
      doctype,
      fc.option(doctype),
      (it, other, before) => {
        fc.pre(checkShape(it).length === 0 && checkShape(other).length === 0);
        checkAgainstMetaSchema(it);
        const known = new Map([['Other', other as unknown as DocTypeJson]]);
        const problems = checkDocType({
          definition: it as unknown as DocTypeJson,
          registry,
          known: (name) => known.get(name),
          knownNames: known.keys(),
          before: before as unknown as DocTypeJson | undefined,
        });
        for (const problem of problems) {
          expect(typeof problem.field).toBe('string');
          expect(problem.code).toMatch(/^[a-z_]+$/);
          expect(problem.message.length).toBeLessThan(2000);
        }
      },
    ),
    { numRuns: 300 },
  );
});

it('stays quick and short for the worst that passes the guard', () => {
  const names = Array.from(
    { length: 1000 },
    (_, i) => `Document Number ${i} ${'of a rather long name'.slice(0, i % 20)}`,
  );
  const fields = Array.from({ length: 1500 }, (_, i) => ({
    fieldname: `Wrong ${i}`,
    fieldtype: 'Link',
    options: `Documemt Nmber ${i} ${'of a rather lomg name'}`,
    fetch_from: `wrng_${i}.sourse`,
    depends_on: `eval:${'('.repeat(300)}`,
  }));
  const long = `${'x'.repeat(500)},`.repeat(1000);
  const definition = {
    name: 'Worst',
    fields: [...fields, { fieldname: 'title', fieldtype: 'Data', default: '{nobody}'.repeat(10_000) }],
    search_fields: long,
    sort_field: 'x,'.repeat(900),
    autoname: `format:${'{a}{b}'.repeat(200)}`,
  };
  expect(checkShape(definition)).toEqual([]);
  const started = performance.now();
  const problems = checkDocType({ definition, registry, known: () => undefined, knownNames: names });
  expect(performance.now() - started).toBeLessThan(3000);
  expect(problems.length).toBe(MAX_PROBLEMS);
  expect(JSON.stringify(problems).length).toBeLessThan(500_000);
});
