import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDocument } from '../../../server/documents/create.ts';
import { removeDocument } from '../../../server/documents/remove.ts';
import { docType } from '../../support/plans.ts';
import fc from '../../support/properties.ts';
import { type Answer, openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';

let services: TestServices;

beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      docType('List', ['title Data', 'items Table Entry', 'others Table Entry', 'tags Table_MultiSelect Tag Row'], {
        autoname: 'hash',
        track_changes: 1,
      }),
      docType('Entry', ['text Data', 'qty Int', 'secret Password'], { istable: 1 }),
      docType('Tag', ['color Data'], { autoname: 'Prompt' }),
      docType('Tag Row', ['tag Link Tag'], { istable: 1 }),
    ],
  });
});

afterAll(() => services?.close());

const texts = (doc: Answer, table = 'items'): unknown[] => doc[table].map((row: Answer) => row.text);
const make = (...rows: string[]): Promise<Answer> => services.create('List', { items: rows.map((text) => ({ text })) });
const put = (doc: Answer, items: unknown[]): Promise<Answer> => services.update('List', doc.name, { items });

describe('child rows', () => {
  test('stand in the order in which they came, whatever idx says', async () => {
    const made = await services.create('List', {
      items: [{ text: 'a', idx: 3 }, { text: 'b', idx: 1 }, { text: 'c' }],
    });
    expect(made.items.map((row: Answer) => [row.text, row.idx])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]);
    expect(made.items[0]).toMatchObject({
      parent: made.name,
      parenttype: 'List',
      parentfield: 'items',
      docstatus: 0,
      owner: 'Administrator',
      _version: 1,
    });
  });

  test('are matched by name or id: kept, changed, moved, added and removed', async () => {
    const made = await make('a', 'b', 'c', 'd');
    const [a, b, c, d] = made.items;
    const changed = await put(made, [{ name: c.name }, { text: 'new' }, { id: a.id, text: 'A' }, { ...d, qty: 4 }]);
    expect(changed.items.map((row: Answer) => [row.text, row.idx, row.qty])).toEqual([
      ['c', 1, 0],
      ['new', 2, 0],
      ['A', 3, 0],
      ['d', 4, 4],
    ]);
    expect([changed.items[0].name, changed.items[2].id, changed.items[3].creation]).toEqual([c.name, a.id, d.creation]);
    expect(await services.sql('select 1 from entry where id = $1::uuid', [b.id])).toEqual([]);
    expect(await services.read('List', made.name)).toEqual(changed);
  });

  test('stay when the table is not given, and go when it is empty', async () => {
    const made = await make('a', 'b');
    expect(texts(await services.update('List', made.name, { title: 'x' }))).toEqual(['a', 'b']);
    expect(texts(await put(made, []))).toEqual([]);
    expect(texts(await put(await make('z'), null as never))).toEqual([]);
  });

  test('that are not this document’s are refused, and nothing happens to them', async () => {
    const [mine, theirs] = [await make('mine'), await make('theirs')];
    expect(problems(await refusal(put(mine, [{ name: theirs.items[0].name, text: 'stolen' }])))).toEqual([
      'items[0] unknown_row',
    ]);
    expect(problems(await refusal(put(mine, [{ id: theirs.items[0].id }])))).toEqual(['items[0] unknown_row']);
    expect(problems(await refusal(put(mine, [{ name: 'invented' }])))).toEqual(['items[0] unknown_row']);
    expect(
      problems(await refusal(services.update('List', mine.name, { others: [{ name: mine.items[0].name }] }))),
    ).toEqual(['others[0] unknown_row']);
    expect([texts(await services.read('List', mine.name)), texts(await services.read('List', theirs.name))]).toEqual([
      ['mine'],
      ['theirs'],
    ]);
  });

  test('given twice, or of another parent, are refused', async () => {
    const made = await make('a');
    const [a] = made.items;
    expect(problems(await refusal(put(made, [{ name: a.name }, { id: a.id }])))).toEqual(['items[1] repeated_row']);
    expect(problems(await refusal(put(made, [{ name: a.name, parent: 'other' }])))).toEqual([
      'items[0].parent server_set',
    ]);
    expect(problems(await refusal(put(made, [{ txt: 'x' }, { qty: 'many' }])))).toEqual([
      'items[0].txt unknown_field',
      'items[1].qty invalid_integer',
    ]);
  });

  test('a new document takes rows that were copied from another', async () => {
    const source = await make('a', 'b');
    const copy = await services.create('List', { items: source.items });
    expect(texts(copy)).toEqual(['a', 'b']);
    expect(copy.items[0].name).not.toBe(source.items[0].name);
    expect(texts(await services.read('List', source.name))).toEqual(['a', 'b']);
  });

  test('of two tables of one child DocType stay apart', async () => {
    const made = await services.create('List', { items: [{ text: 'i' }], others: [{ text: 'o1' }, { text: 'o2' }] });
    expect([texts(made), texts(made, 'others')]).toEqual([['i'], ['o1', 'o2']]);
    const changed = await services.update('List', made.name, { others: [{ name: made.others[1].name }] });
    expect([texts(changed), texts(changed, 'others')]).toEqual([['i'], ['o2']]);
  });

  test('keep their secrets when stars come back', async () => {
    const made = await services.create('List', { items: [{ secret: 'hush' }] });
    expect(made.items[0].secret).toBe('********');
    await put(made, made.items);
    const [{ secret }] = await services.sql('select secret from entry where id = $1::uuid', [made.items[0].id]);
    expect(secret).toBeTruthy();
    expect(secret).not.toContain('*');
  });

  test('are written with their parent only, and go with it', async () => {
    expect((await refusal(createDocument(services.context(), { doctype: 'Entry', given: { text: 'x' } }))).code).toBe(
      'wrong_state',
    );
    const made = await make('a');
    await removeDocument(services.context(), { doctype: 'List', name: made.name });
    expect(await services.sql('select 1 from entry where parent = $1', [made.name])).toEqual([]);
  });

  test('raise the parent’s version when only a row changed; an untouched row keeps its time', async () => {
    const made = await make('a', 'b');
    const [a, b] = made.items;
    const changed = await put(made, [{ name: a.name }, { name: b.name, qty: 1 }]);
    expect([changed._version, changed.items[0].modified, changed.items[0]._version, changed.items[1]._version]).toEqual(
      [2, a.modified, 1, 2],
    );
  });

  test('of a multiselect are rows with one link each', async () => {
    await services.create('Tag', { name: 'red' });
    const made = await services.create('List', { tags: [{ tag: 'red' }] });
    expect(made.tags).toMatchObject([{ tag: 'red', idx: 1 }]);
    expect(problems(await refusal(services.update('List', made.name, { tags: [{ tag: 'blue' }] })))).toEqual([
      'tags[0].tag link_not_found',
    ]);
    expect((await refusal(removeDocument(services.context(), { doctype: 'Tag', name: 'red' }))).code).toBe('linked');
  });

  test('any edit leaves what was sent, in its order', async () => {
    const rows = fc.array(
      fc.record({ keep: fc.nat(5), text: fc.option(fc.constantFrom('x', 'y', '')), fresh: fc.boolean() }),
      { maxLength: 8 },
    );
    const property = fc.asyncProperty(fc.array(rows, { minLength: 1, maxLength: 4 }), async (edits) => {
      let doc = await make('a', 'b', 'c');
      for (const edit of edits) {
        const stored = [...doc.items];
        const sent = edit.flatMap(({ keep, text, fresh }) => {
          const row = fresh ? undefined : stored.splice(keep, 1)[0];
          if (!fresh && !row) return [];
          return [{ ...(row ? { name: row.name } : {}), ...(text === null ? {} : { text }), was: row?.text ?? null }];
        });
        doc = await put(
          doc,
          sent.map(({ was, ...row }) => row),
        );
        expect(texts(doc)).toEqual(sent.map(({ was, ...row }) => ('text' in row ? row.text : was)));
        expect(doc.items.map((row: Answer) => row.idx)).toEqual(sent.map((_, index) => index + 1));
      }
    });
    await fc.assert(property, { numRuns: 30 });
  });
});
