/** Any valid DocType can become any other: the tables are exactly those of the new one, and the way back as well. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeSchema } from '../../../server/doctypes/change.ts';
import { findDrift } from '../../../server/doctypes/drift.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import type { DocField, DocTypeJson } from '../../../server/kernel/doctype.ts';
import { AppError } from '../../../server/kernel/error.ts';
import fc from '../../support/properties.ts';
import { openTestServices, type TestServices } from '../../support/services.ts';

const RUNS = Number(process.env.FUZZ_EDITS ?? 25);

let services: TestServices;
beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      {
        name: 'Diff Row',
        module: 'Test',
        istable: 1,
        fields: [{ fieldname: 'a', fieldtype: 'Data' }],
        permissions: [],
      },
      { name: 'Diff Target', module: 'Test', fields: [{ fieldname: 'a', fieldtype: 'Data' }], permissions: [] },
    ],
  });
});
afterAll(() => services?.close());

const flag = fc.constantFrom(0, 1);
const named = (more: Record<string, fc.Arbitrary<unknown>>, types: readonly string[]) =>
  fc.record({
    fieldname: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
    fieldtype: fc.constantFrom(...types),
    ...more,
  });

const field = fc.oneof(
  named({ unique: flag, length: fc.constantFrom(0, 30, 140, 800), default: fc.constantFrom('', 'x', "it's") }, [
    'Data',
  ]),
  named({ unique: flag, default: fc.constantFrom('', '0', '7') }, ['Int']),
  named({ search_index: flag, default: fc.constantFrom('', '2026-01-02', 'Today') }, ['Date']),
  named({ search_index: flag }, ['Data', 'Int', 'Datetime', 'Time', 'Float', 'Currency', 'Percent']),
  named({ options: fc.constant('one\ntwo'), default: fc.constantFrom('', 'two'), search_index: flag }, ['Select']),
  named({ options: fc.constantFrom('Diff Target', 'Role'), unique: flag }, ['Link']),
  named({ options: fc.constant('Diff Row') }, ['Table']),
  named({ default: fc.constantFrom('0', '1') }, ['Check']),
  named({ not_nullable: flag, default: fc.constantFrom('', '1.5') }, ['Float', 'Currency']),
  named({ reqd: flag }, [
    'Text',
    'Small Text',
    'Long Text',
    'Code',
    'JSON',
    'Duration',
    'Rating',
    'Long Int',
    'Color',
    'Password',
  ]),
  named({}, ['Section Break', 'Column Break', 'HTML', 'Button']),
);

/** A DocType without its name; the fieldnames `a` to `g` meet those of the other with every type. */
const shape = fc.record({
  fields: fc.uniqueArray(field as fc.Arbitrary<DocField>, { selector: (each) => each.fieldname, maxLength: 7 }),
  autoname: fc.constantFrom(
    '',
    'hash',
    'autoincrement',
    'naming_series:',
    'format:X-{####}',
    'prompt',
    'field:a',
    'UUID',
  ),
  is_submittable: flag,
  is_tree: flag,
  sort_field: fc.constantFrom('', 'creation', 'a', 'b desc, modified asc'),
  title_field: fc.constantFrom('', 'a'),
});
type Shape = typeof shape extends fc.Arbitrary<infer T> ? T : never;

let serial = 0;

/** Saves as a person does; false when the rules do not allow such a DocType. */
async function save(name: string, given: Shape): Promise<boolean> {
  const definition: DocTypeJson = { name, module: 'Test', permissions: [], ...given };
  const { schema } = services.open;
  try {
    await schema.db.transaction((tx) =>
      changeSchema({
        services: schema,
        tx,
        policy: { actor: systemActor('a test'), strictness: 'strict' },
        edits: [{ kind: 'define', definition, app: '', action: 'update' }],
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'validation') return false;
    throw error;
  }
}

async function driftOf(): Promise<unknown[]> {
  return (await findDrift(services.open.db, services.open.store.current())).changes;
}

test('A to B and back to A: each time the database is what the definition says', async () => {
  let changed = 0;
  const property = fc.asyncProperty(shape, shape, async (a, b) => {
    const name = `Diff ${++serial}`;
    for (const each of [a, b, a, b]) {
      if (await save(name, each)) changed += 1;
      expect(await driftOf()).toEqual([]);
    }
    // To save it as it is changes nothing.
    const { version } = services.open.store.current();
    await save(name, b);
    expect(await driftOf()).toEqual([]);
    expect(services.open.store.current().version).toBeLessThanOrEqual(version + 1);
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(changed).toBeGreaterThan(RUNS);
}, 120_000);

test('with rows in it: what the edit refuses is left as it was, what it does loses nothing of the other fields', async () => {
  let refused = 0;
  const property = fc.asyncProperty(shape, shape, async (a, b) => {
    const name = `Diff ${++serial}`;
    const kept: DocField = { fieldname: 'kept', fieldtype: 'Data' };
    const start: Shape = { ...a, fields: [...a.fields, kept], autoname: 'prompt', is_tree: 0 };
    if (!(await save(name, start))) return;
    const table = services.open.store.current().find(name)?.table as string;
    // A unique Int takes one 0 only.
    const rows = start.fields.some((each) => each.unique) ? ['r1'] : ['r1', 'r2'];
    for (const row of rows) {
      await services.sql(
        `insert into "${table}" (id, name, owner, creation, modified, modified_by, kept) values (gen_random_uuid(), $1, 'x', now(), now(), 'x', $1)`,
        [row],
      );
    }
    await save(name, { ...b, fields: [...b.fields, kept] }).catch((error: unknown) => {
      // Data would be lost, the plan is dangerous and nobody has confirmed it, or what is empty becomes a second 0.
      const refusals = ['conflict', 'confirmation_required', 'duplicate'];
      if (!(error instanceof AppError) || !refusals.includes(error.code)) throw error;
      refused += 1;
    });
    expect(await driftOf()).toEqual([]);
    expect(await services.sql(`select kept from "${table}" order by name`)).toEqual(rows.map((row) => ({ kept: row })));
  });
  await fc.assert(property, { numRuns: RUNS });
  expect(refused).toBeLessThan(RUNS);
}, 120_000);
