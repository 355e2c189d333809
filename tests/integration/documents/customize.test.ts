import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { syncCore } from '../../../server/doctypes/core.ts';
import { findDrift } from '../../../server/doctypes/drift.ts';
import { readHistory, revertDocType } from '../../../server/doctypes/history.ts';
import { planDocType } from '../../../server/doctypes/save.ts';
import { bulkDocuments } from '../../../server/documents/bulk.ts';
import { createDocument } from '../../../server/documents/create.ts';
import { removeDocument } from '../../../server/documents/remove.ts';
import { renameDocument } from '../../../server/documents/rename.ts';
import { restoreDocument } from '../../../server/documents/restore.ts';
import { updateDocument } from '../../../server/documents/update.ts';
import { systemActor } from '../../../server/kernel/actor.ts';
import type { DocField } from '../../../server/kernel/doctype.ts';
import { docType } from '../../support/plans.ts';
import { type Answer, openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';
import { ROOT } from '../../support/sources.ts';

let services: TestServices;
const actor = systemActor('a test');

beforeAll(async () => {
  services = await openTestServices({ doctypes: [docType('Base', ['title! Data', 'qty Int'], { autoname: 'hash' })] });
});

afterAll(() => services?.close());

const remove = (doctype: string, name: string, more = {}) =>
  removeDocument(services.context(), { doctype, name, ...more });
const definition = (name: string): Promise<Answer> => services.read('DocType', name);
const save = async (name: string, given: Record<string, unknown>, confirm?: string): Promise<Answer> =>
  JSON.parse((await updateDocument({ ...services.context(), confirm }, { doctype: 'DocType', name, given })).text);
const plan = (json: unknown) => planDocType(services.open.schema, { actor, definition: json });
const columns = async (table: string): Promise<string[]> =>
  (
    await services.sql(
      `select column_name as name from information_schema.columns where table_name = $1 and table_schema = current_schema()`,
      [table],
    )
  ).map((row) => row.name);

let count = 0;
/** A DocType of its own for a test, made as a person would. */
async function make(fields: readonly string[], more: Record<string, unknown> = {}): Promise<string> {
  const name = `Made ${++count}`;
  await services.create('DocType', {
    ...docType(name, fields, { autoname: 'hash' }),
    permissions: [{ role: 'All', read: 1 }],
    ...more,
  });
  return name;
}

/** The DocType with its fields changed. */
async function edit(name: string, change: (fields: DocField[]) => DocField[], confirm?: string): Promise<Answer> {
  const { fields } = await definition(name);
  return save(name, { fields: change(fields) }, confirm);
}

describe('Custom Field', () => {
  test('adds a field for the next request, and takes it back', async () => {
    const before = await services.create('Base', { title: 'a' });
    const custom = await services.create('Custom Field', {
      dt: 'Base',
      fieldname: 'color',
      label: 'Color',
      fieldtype: 'Select',
      options: 'red\nblue',
      insert_after: 'title',
      default: 'blue',
    });
    expect(custom.name).toBe('Base-color');
    expect((await services.create('Base', { title: 'b' })).color).toBe('blue');
    expect(await services.update('Base', before.name, { color: 'red' })).toMatchObject({ title: 'a', color: 'red' });
    expect(await services.list('Base', { filters: [['color', '=', 'red']] })).toHaveLength(1);
    expect(problems(await refusal(services.update('Base', before.name, { color: 'green' })))).toEqual([
      expect.stringMatching(/^color /),
    ]);
    await services.update('Custom Field', custom.name, { options: 'red\nblue\ngreen' });
    await services.update('Base', before.name, { color: 'green' });
    await remove('Custom Field', custom.name);
    expect(await services.read('Base', before.name)).not.toHaveProperty('color');
    expect(problems(await refusal(services.update('Base', before.name, { color: 'red' })))).toEqual([
      'color unknown_field',
    ]);
    await services.create('Custom Field', {
      dt: 'Base',
      fieldname: 'color',
      label: 'Color',
      fieldtype: 'Select',
      options: 'red\nblue\ngreen',
    });
    expect((await services.read('Base', before.name)).color).toBe('green');
  });

  test('that makes no sense is refused and leaves nothing behind', async () => {
    const bad = [
      { dt: 'Base', fieldname: 'x', fieldtype: 'No Type' },
      { dt: 'Base', fieldname: 'title', fieldtype: 'Data' },
      { dt: 'Base', fieldname: 'docstatus', fieldtype: 'Int' },
      { dt: 'Base', fieldname: 'x y', fieldtype: 'Data' },
      { dt: 'Base', fieldname: 'rows', fieldtype: 'Table', options: 'No Such' },
      { dt: 'No Such', fieldname: 'x', fieldtype: 'Data' },
    ];
    const [columnsBefore, listed] = [await columns('base'), await services.list('Custom Field')];
    for (const given of bad) {
      const error = await refusal(services.create('Custom Field', { label: 'X', ...given }));
      expect(['validation', 'duplicate', 'not_found', 'bad_request'], JSON.stringify(given)).toContain(error.code);
    }
    expect([await columns('base'), await services.list('Custom Field')]).toEqual([columnsBefore, listed]);
    await services.create('Base', { title: 'still works' });
  });
});

describe('many at once', () => {
  const custom = (fieldname: string, more = {}) => ({
    dt: 'Base',
    fieldname,
    label: fieldname,
    fieldtype: 'Data',
    ...more,
  });
  const bulk = (docs: unknown[]) =>
    bulkDocuments(services.context(), { doctype: 'Custom Field', action: 'insert', atomic: true, docs });

  test('in one transaction: all of them, or none', async () => {
    await refusal(bulk([custom('one'), custom('two'), custom('three', { fieldtype: 'No Type' })]));
    expect(problems(await refusal(services.create('Base', { one: '1' })))).toEqual(['one unknown_field']);
    expect(await columns('base')).not.toContain('one');
    await bulk([custom('one'), custom('two', { insert_after: 'one' })]);
    expect(await services.create('Base', { one: '1', two: '2' })).toMatchObject({ one: '1', two: '2' });
  });

  test('by many writers: none is lost', async () => {
    await Promise.all(
      ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'].map((fieldname) => services.create('Custom Field', custom(fieldname))),
    );
    const given = { w1: '1', w2: '2', w3: '3', w4: '4', w5: '5', w6: '6' };
    expect(await services.create('Base', given)).toMatchObject(given);
    expect((await findDrift(services.open.db, services.open.store.current())).changes).toEqual([]);
  });
});

describe('Property Setter', () => {
  test('of a field that is not there is refused, with the nearest', async () => {
    const setter = {
      doctype_or_field: 'DocField',
      doc_type: 'Base',
      property: 'label',
      property_type: 'Data',
      value: 'T',
    };
    const error = await refusal(services.create('Property Setter', { ...setter, field_name: 'titles' }));
    expect(problems(error)).toEqual(['field_name unknown_field']);
    expect(error.message).toContain('Did you mean "title"?');
    const renaming = { ...setter, field_name: 'title', property: 'fieldname' };
    expect(problems(await refusal(services.create('Property Setter', renaming)))).toEqual(['property not_allowed']);
  });

  test('changes a property of a field, and gives it back', async () => {
    const setter = await services.create('Property Setter', {
      doctype_or_field: 'DocField',
      doc_type: 'Base',
      field_name: 'title',
      property: 'reqd',
      property_type: 'Check',
      value: '1',
    });
    expect(problems(await refusal(services.create('Base', {})))).toEqual(['title required']);
    await services.update('Property Setter', setter.name, { value: '0' });
    await services.create('Base', {});
    await services.update('Property Setter', setter.name, { value: '1' });
    await remove('Property Setter', setter.name);
    await services.create('Base', {});
  });

  test('in a transaction that is rolled back changes nothing', async () => {
    const work = services.open.db.transaction(async (tx) => {
      await createDocument(
        { ...services.context(), tx },
        {
          doctype: 'Property Setter',
          given: {
            doctype_or_field: 'DocField',
            doc_type: 'Base',
            field_name: 'title',
            property: 'reqd',
            property_type: 'Check',
            value: '1',
          },
        },
      );
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    await services.create('Base', {});
  });
});

describe('a DocType as a document', () => {
  test('is made, read, changed and listed like any other', async () => {
    const name = await make(['title Data', 'qty Int'], { description: 'mine', my_own_key: { kept: true } });
    expect(await definition(name)).toMatchObject({
      doctype: 'DocType',
      name,
      description: 'mine',
      my_own_key: { kept: true },
      _version: 1,
      fields: [{ fieldname: 'title', idx: 1, parent: name }, { fieldname: 'qty' }],
    });
    expect((await services.list('DocType', { filters: [['name', '=', name]] })).map((item) => item.name)).toEqual([
      name,
    ]);
    expect(await save(name, { description: 'changed' })).toMatchObject({ description: 'changed', _version: 2 });
    expect((await refusal(save(name, { description: 'late', _version: 1 }))).code).toBe('conflict');
    expect((await refusal(services.create('DocType', docType(name, ['x Data']) as never))).code).toBe('duplicate');
    await services.create(name, { title: 'a', qty: 1 });
  });

  test('that breaks rules is refused with the path of each, and nothing is made', async () => {
    const error = await refusal(
      services.create('DocType', {
        name: 'Bad One',
        module: 'Test',
        fields: [
          { fieldname: 'a', fieldtype: 'Data' },
          { fieldname: 'a', fieldtype: 'Nonsense' },
          { fieldname: 'constructor', fieldtype: 'Data' },
          { fieldname: 'Not small', fieldtype: 'Data' },
          { fieldname: 'shared', fieldtype: 'Link' },
        ],
        permissions: [],
      }),
    );
    expect(error.code).toBe('validation');
    // What the meta-schema says and what the rules say come together, one for each value.
    expect(problems(error)).toEqual(
      expect.arrayContaining(['fields[3].fieldname wrong_pattern', 'fields[4].options options_required']),
    );
    expect(new Set(error.errors.map(({ field }) => field)).size).toBe(error.errors.length);
    expect(error.errors.map(({ field }) => field)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^fields\[1\]/), expect.stringMatching(/^fields\[2\]/)]),
    );
    expect(services.context().snapshot.find('Bad One')).toBeUndefined();
    expect(await columns('bad_one')).toEqual([]);
  });

  test('a field that is renamed by its id keeps its data; two may swap', async () => {
    const name = await make(['first Data', 'second Data']);
    const doc = await services.create(name, { first: '1', second: '2' });
    await edit(name, (fields) =>
      fields.map((field) => (field.fieldname === 'first' ? { ...field, fieldname: 'renamed' } : field)),
    );
    expect(await services.read(name, doc.name)).toMatchObject({ renamed: '1', second: '2' });
    expect(await services.read(name, doc.name)).not.toHaveProperty('first');
    await edit(name, (fields) =>
      fields.map((field) => ({ ...field, fieldname: field.fieldname === 'second' ? 'renamed' : 'second' })),
    );
    expect(await services.read(name, doc.name)).toMatchObject({ renamed: '2', second: '1' });
    expect(await services.list(name, { filters: [['renamed', '=', '2']], fields: ['second'] })).toMatchObject([
      { second: '1' },
    ]);
  });

  test('a field that is renamed by oldfieldname keeps its data', async () => {
    const name = await make(['old Data']);
    const doc = await services.create(name, { old: 'kept' });
    await save(name, { fields: [{ fieldname: 'fresh', fieldtype: 'Data', label: 'Fresh', oldfieldname: 'old' }] });
    expect((await services.read(name, doc.name)).fresh).toBe('kept');
  });

  test('a field that is removed keeps its column, and comes back with its data', async () => {
    const name = await make(['title Data', 'extra Data']);
    const doc = await services.create(name, { title: 'a', extra: 'e' });
    const report = await plan({ ...(await definition(name)), fields: (await definition(name)).fields.slice(0, 1) });
    expect(report.changes).toMatchObject([{ op: 'retire_field', column: 'extra', safety: 'WARNING', rows: 1 }]);
    await edit(name, (fields) => fields.filter((field) => field.fieldname !== 'extra'));
    expect(await services.read(name, doc.name)).not.toHaveProperty('extra');
    expect(await columns(`made_${count}`)).toContain('extra');
    await services.create(name, { title: 'between' });
    await save(name, {
      fields: [...(await definition(name)).fields, { fieldname: 'extra', fieldtype: 'Data', label: 'Extra' }],
    });
    expect((await services.read(name, doc.name)).extra).toBe('e');
  });

  test('a field that ceases to hold values is announced with its rows, and has them again afterwards', async () => {
    await services.import(
      docType('Made Row', ['q Int'], { istable: 1 }),
      docType('Made Other', ['q Int'], { istable: 1 }),
    );
    const name = await make(['title Data', 'extra Data', 'rows Table Made Row']);
    const doc = await services.create(name, { extra: 'e', rows: [{ q: 1 }, { q: 2 }] });
    const as = async (fieldname: string, more: Partial<DocField>) => {
      const before = await definition(name);
      return {
        ...before,
        fields: before.fields.map((field: DocField) => (field.fieldname === fieldname ? { ...field, ...more } : field)),
      };
    };
    for (const [wish, rows] of [
      [await as('extra', { fieldtype: 'Section Break' }), 1],
      [await as('extra', { is_virtual: 1 }), 1],
      [await as('rows', { options: 'Made Other' }), 2],
    ] as const) {
      expect((await plan(wish)).changes).toMatchObject([{ op: 'hide_values', safety: 'WARNING', rows }]);
    }
    await save(name, { fields: (await as('extra', { fieldtype: 'Section Break' })).fields });
    await save(name, { fields: (await as('extra', { fieldtype: 'Data' })).fields });
    expect((await services.read(name, doc.name)).extra).toBe('e');
  });

  test('that becomes virtual leaves its documents behind only when that is confirmed', async () => {
    const name = await make(['title Data']);
    const doc = await services.create(name, { title: 'a' });
    const refused = await refusal(save(name, { is_virtual: 1 }));
    expect(refused.code).toBe('confirmation_required');
    expect(refused.extra?.plan).toMatchObject([{ op: 'leave_table', safety: 'DANGEROUS', rows: 1 }]);
    await save(name, { is_virtual: 1 }, String(refused.extra?.plan_hash));
    expect(await services.list(name)).toEqual([]);
    await save(name, { is_virtual: 0 });
    expect(await services.read(name, doc.name)).toMatchObject({ title: 'a' });
  });

  test('a required field that is removed does not stop new documents', async () => {
    const name = await make(['title Data', 'must Int']);
    await edit(name, (fields) =>
      fields.map((field) => (field.fieldname === 'must' ? { ...field, reqd: 1, unique: 1 } : field)),
    );
    await services.create(name, { title: 'a', must: 1 });
    await edit(name, (fields) => fields.filter((field) => field.fieldname !== 'must'));
    await services.create(name, { title: 'b' });
    await services.create(name, { title: 'c' });
  });

  test('types change where every value survives, and not where one would be lost', async () => {
    const name = await make(['n Int', 'd Data', 'when Data']);
    const doc = await services.create(name, { n: 12, d: '34', when: '2026-01-02' });
    const retype = (fieldname: string, fieldtype: string) =>
      edit(name, (fields) => fields.map((field) => (field.fieldname === fieldname ? { ...field, fieldtype } : field)));
    await retype('n', 'Currency');
    await retype('d', 'Int');
    await retype('when', 'Date');
    expect(await services.read(name, doc.name)).toMatchObject({ n: 12, d: 34, when: '2026-01-02' });
    await retype('d', 'Data');
    await services.create(name, { d: 'no number' });
    const error = await refusal(retype('d', 'Int'));
    expect([error.code, error.errors[0]?.code, error.message]).toEqual([
      'conflict',
      'data_loss',
      expect.stringContaining('1 row'),
    ]);
    expect((error.extra.plan as Answer[]).find((change) => change.refused)).toMatchObject({
      op: 'alter_type',
      safety: 'DANGEROUS',
      rows: 1,
    });
    expect(await services.read(name, doc.name)).toMatchObject({ d: '34' });
  });

  test('unique is refused over duplicates, with their count, and holds afterwards', async () => {
    const name = await make(['code Data']);
    const [a] = [
      await services.create(name, { code: 'x' }),
      await services.create(name, { code: 'x' }),
      await services.create(name, { code: '' }),
      await services.create(name, { code: '' }),
    ];
    const makeUnique = () => edit(name, (fields) => fields.map((field) => ({ ...field, unique: 1 })));
    const error = await refusal(makeUnique());
    expect([error.code, error.message]).toEqual(['conflict', expect.stringContaining('2 rows')]);
    await services.update(name, a.name, { code: 'y' });
    await makeUnique();
    expect((await refusal(services.create(name, { code: 'y' }))).code).toBe('duplicate');
    await services.create(name, { code: '' });
  });

  test('what is dangerous wants the hash of its plan', async () => {
    const name = await make(['title Data']);
    await services.create(name, { title: 'a' });
    const error = await refusal(remove('DocType', name));
    expect(error.code).toBe('confirmation_required');
    const hash = String(error.extra.plan_hash);
    expect(error.extra.plan).toMatchObject([{ safety: 'DANGEROUS', rows: 1 }]);
    const removeWith = (confirm: string) =>
      removeDocument({ ...services.context(), confirm }, { doctype: 'DocType', name });
    expect((await refusal(removeWith('wrong'))).code).toBe('confirmation_required');
    await services.create(name, { title: 'b' });
    expect((await refusal(removeWith(hash))).code).toBe('confirmation_required');
    const again = await refusal(remove('DocType', name));
    await removeWith(String(again.extra.plan_hash));
    expect(services.context().snapshot.find(name)).toBeUndefined();
    expect((await refusal(services.list(name))).code).toBe('not_found');
  });

  test('plan shows the changes and does nothing', async () => {
    const name = await make(['title Data']);
    const json = await definition(name);
    const before = await columns(`made_${count}`);
    const report = await plan({
      ...json,
      fields: [...json.fields, { fieldname: 'fresh', fieldtype: 'Int', label: 'Fresh' }],
    });
    expect(report.changes).toMatchObject([
      {
        op: 'add_column',
        table: `made_${count}`,
        column: 'fresh',
        safety: 'SAFE',
        sql: expect.stringContaining('alter table'),
      },
    ]);
    expect([await columns(`made_${count}`), (await definition(name))._version]).toEqual([before, 1]);
  });

  test('every version can be made current again, with its data', async () => {
    const name = await make(['title Data', 'extra Data']);
    const doc = await services.create(name, { title: 'a', extra: 'e' });
    await edit(name, (fields) =>
      fields.filter((field) => field.fieldname !== 'extra').map((field) => ({ ...field, fieldname: 'headline' })),
    );
    expect(await services.read(name, doc.name)).toMatchObject({ headline: 'a' });
    await services.open.db.transaction((tx) =>
      revertDocType(services.open.schema, tx, { actor, doctype: name, version: 1 }),
    );
    expect(await services.read(name, doc.name)).toMatchObject({ title: 'a', extra: 'e' });
    expect(await services.read(name, doc.name)).not.toHaveProperty('headline');
    const history = await readHistory(services.open.db, { doctype: name, limit: 10 });
    expect(history.map(({ version, action, changed_by }) => [version, action, changed_by])).toEqual([
      [3, 'revert', 'Administrator'],
      [2, 'update', 'Administrator'],
      [1, expect.any(String), 'Administrator'],
    ]);
  });

  test('is renamed with everything that names it', async () => {
    const child = `Child Of ${++count}`;
    await services.create('DocType', { ...docType(child, ['x Data'], { istable: 1 }) } as never);
    const name = await make([
      `self Link Made_${count + 1}`.replace('_', ' '),
      `rows Table ${child.replaceAll(' ', '~')}`.replaceAll('~', ' '),
    ]);
    const user = await make([
      `target Link ${name.replaceAll(' ', '~')}`.replaceAll('~', ' '),
      'kind Link DocType',
      'party Dynamic_Link kind',
    ]);
    const doc = await services.create(name, { rows: [{ x: 1 }] });
    await services.update(name, doc.name, { self: doc.name });
    const link = await services.create(user, { target: doc.name, kind: name, party: doc.name });
    const to = `${name} Anew`;
    await renameDocument(services.context(), { doctype: 'DocType', name, to, merge: false });
    expect(await services.read(to, doc.name)).toMatchObject({
      doctype: to,
      self: doc.name,
      rows: [{ x: '1', parenttype: to }],
    });
    expect(await services.read(user, link.name)).toMatchObject({ target: doc.name, kind: to, party: doc.name });
    expect((await definition(user)).fields[0].options).toBe(to);
    expect((await refusal(services.read(name, doc.name))).code).toBe('not_found');
    expect((await refusal(remove(to, doc.name))).code).toBe('linked');
    await services.create(to, { self: doc.name });
  });

  test('is renamed with its customizations, its versions and its recycle bin', async () => {
    const name = await make(['title Data'], { track_changes: 1 });
    await services.create('Custom Field', { dt: name, fieldname: 'extra', label: 'Extra', fieldtype: 'Data' });
    await services.create('Property Setter', {
      doctype_or_field: 'DocField',
      doc_type: name,
      field_name: 'title',
      property: 'reqd',
      property_type: 'Check',
      value: '1',
    });
    const doc = await services.create(name, { title: 'a', extra: 'e' });
    await services.update(name, doc.name, { title: 'b' });
    const gone = await services.create(name, { title: 'gone' });
    await remove(name, gone.name);
    const to = `${name} Anew`;
    await renameDocument(services.context(), { doctype: 'DocType', name, to, merge: false });
    expect(await services.read(to, doc.name)).toMatchObject({ title: 'b', extra: 'e' });
    expect(problems(await refusal(services.create(to, {})))).toEqual(['title required']);
    expect(await services.list('Custom Field', { filters: [['dt', '=', to]] })).toHaveLength(1);
    expect(await services.list('Version', { filters: [['ref_doctype', '=', to]] })).toHaveLength(1);
    const back = await restoreDocument(services.context(), { doctype: to, name: gone.name });
    expect(JSON.parse(back.text).title).toBe('gone');
    await services.create('Custom Field', { dt: to, fieldname: 'more', label: 'More', fieldtype: 'Data' });
    expect(await services.update(to, doc.name, { more: 'm' })).toMatchObject({ more: 'm', extra: 'e' });
  });

  test('that was renamed has the versions from before, and goes back to them under its new name', async () => {
    const name = await make(['title Data']);
    await edit(name, (fields) => [...fields, { fieldname: 'above', fieldtype: 'Link', options: name }]);
    const top = await services.create(name, { title: 'top' });
    const below = await services.create(name, { title: 'below', above: top.name });
    await edit(name, (fields) => fields.slice(0, 1));
    await renameDocument(services.context(), { doctype: 'DocType', name, to: `${name} Now`, merge: false });
    const versions = (await readHistory(services.open.db, { doctype: `${name} Now`, limit: 9 })).map(
      ({ version, action }) => `${version} ${action}`,
    );
    expect(versions).toEqual(['4 rename', '3 update', '2 update', '1 create']);
    await services.open.db.transaction((tx) =>
      revertDocType(services.open.schema, tx, { actor, doctype: `${name} Now`, version: 2 }),
    );
    expect(await services.read(`${name} Now`, below.name)).toMatchObject({ title: 'below', above: top.name });
    expect((await definition(`${name} Now`)).fields[1]).toMatchObject({ fieldname: 'above', options: `${name} Now` });
  });

  test('of ours keeps its own fields, and an edit of it until a release changes it', async () => {
    const labelled = await edit('File', (fields) =>
      fields.map((field) => (field.fieldname === 'is_private' ? { ...field, label: 'Called' } : field)),
    );
    await edit('File', (fields) => [...fields, { fieldname: 'shelf', fieldtype: 'Data', label: 'Shelf' }]);
    for (const change of [
      (fields: DocField[]) => fields.filter((field) => field.fieldname !== 'is_private'),
      (fields: DocField[]) =>
        fields.map((field) => (field.fieldname === 'is_private' ? { ...field, fieldname: 'called' } : field)),
    ]) {
      expect(problems(await refusal(edit('File', change)))).toEqual(['fields base_field']);
    }
    await edit('File', (fields) => fields.filter((field) => field.fieldname !== 'shelf'));
    expect(await syncCore(services.open.schema, path.join(ROOT, 'schemas'))).toEqual([]);
    expect((await definition('File')).fields).toEqual(labelled.fields);
  });

  test('is not deleted while another refers to it, nor when it is ours', async () => {
    const name = await make(['title Data']);
    await make([`target Link ${name}`]);
    expect((await refusal(remove('DocType', name))).code).toBe('linked');
    expect((await refusal(remove('DocType', 'User'))).code).toBe('wrong_state');
    expect(
      (
        await refusal(
          renameDocument(services.context(), { doctype: 'DocType', name: 'User', to: 'Person', merge: false }),
        )
      ).code,
    ).toBe('wrong_state');
  });

  test('a change while documents are written stops nobody', async () => {
    const name = await make(['title Data']);
    const writes = Array.from({ length: 30 }, (_, n) => services.create(name, { title: `t${n}` }));
    const edits = (async () => {
      for (let n = 0; n < 5; n++)
        await edit(name, (fields) => [...fields, { fieldname: `more_${n}`, fieldtype: 'Data', label: `More ${n}` }]);
    })();
    await Promise.all([...writes, edits]);
    expect(await services.list(name, { limit: 100 })).toHaveLength(30);
  });
});
