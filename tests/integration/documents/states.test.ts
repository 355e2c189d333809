import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { removeDocument } from '../../../server/documents/remove.ts';
import { amendDocument, cancelDocument, submitDocument } from '../../../server/documents/transition.ts';
import type { DocField, DocTypeJson } from '../../../server/kernel/doctype.ts';
import { type Answer, openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';

const field = (fieldname: string, fieldtype: string, more: Partial<DocField> = {}): DocField => ({
  fieldname,
  fieldtype,
  ...more,
});
const doctype = (name: string, fields: DocField[], more: Partial<DocTypeJson> = {}): DocTypeJson => ({
  name,
  module: 'Test',
  fields,
  permissions: [],
  autoname: 'hash',
  ...more,
});

let services: TestServices;
const go =
  (step: typeof submitDocument) =>
  async (doctypeName: string, name: string, version?: number): Promise<Answer> =>
    JSON.parse((await step(services.context(), { doctype: doctypeName, name, version })).text);
const submit = go((ctx, q) => submitDocument(ctx, q));
const cancel = go((ctx, q) => cancelDocument(ctx, q));
const amend = go((ctx, q) => amendDocument(ctx, q));

beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      doctype(
        'Bill',
        [
          field('title', 'Data', { reqd: 1 }),
          field('remark', 'Data', { allow_on_submit: 1 }),
          field('cancel_reason', 'Data', { no_copy: 1 }),
          field('private', 'Data', { no_copy: 1 }),
          field('secret', 'Password'),
          field('customer', 'Link', { options: 'Payer' }),
          field('phone', 'Data', { fetch_from: 'customer.phone' }),
          field('open_phone', 'Data', { fetch_from: 'customer.phone', allow_on_submit: 1 }),
          field('lines', 'Table', { options: 'Bill Line' }),
          field('notes', 'Table', { options: 'Bill Note', allow_on_submit: 1 }),
        ],
        { is_submittable: 1, track_changes: 1 },
      ),
      doctype('Bill Line', [field('item', 'Data'), field('note', 'Data', { allow_on_submit: 1 })], { istable: 1 }),
      doctype('Bill Note', [field('text', 'Data'), field('more', 'Data', { allow_on_submit: 1 })], { istable: 1 }),
      doctype('Payer', [field('phone', 'Data')], { autoname: 'Prompt' }),
      doctype(
        'Payment',
        [
          field('bill', 'Link', { options: 'Bill' }),
          field('kind', 'Link', { options: 'DocType' }),
          field('party', 'Dynamic Link', { options: 'kind' }),
        ],
        { is_submittable: 1 },
      ),
      doctype('Memo', [field('bill', 'Link', { options: 'Bill' })]),
    ],
  });
  await services.create('Payer', { name: 'Ada', phone: '1' });
});

afterAll(() => services?.close());

const bill = (more = {}): Promise<Answer> =>
  services.create('Bill', { title: 'a', lines: [{ item: 'x' }, { item: 'y' }], notes: [{ text: 'n' }], ...more });

describe('submit', () => {
  test('makes the document and its rows submitted', async () => {
    const done = await submit('Bill', (await bill()).name);
    expect(done).toMatchObject({ docstatus: 1, _version: 2, lines: [{ docstatus: 1 }, { docstatus: 1 }] });
    expect((await refusal(submit('Bill', done.name))).code).toBe('wrong_state');
  });

  test('is for submittable DocTypes, for what is there, and for the version that was seen', async () => {
    const memo = await services.create('Memo');
    expect((await refusal(submit('Memo', memo.name))).code).toBe('wrong_state');
    expect((await refusal(submit('Bill', 'nothing'))).code).toBe('not_found');
    const made = await bill();
    await services.update('Bill', made.name, { title: 'b' });
    expect((await refusal(submit('Bill', made.name, 1))).code).toBe('conflict');
    await submit('Bill', made.name, 2);
  });

  test('docstatus cannot be written by hand', async () => {
    const made = await bill();
    expect(problems(await refusal(services.update('Bill', made.name, { docstatus: 1 })))).toEqual([
      'docstatus server_set',
    ]);
    expect(problems(await refusal(services.create('Bill', { title: 'x', docstatus: 1 })))).toEqual([
      'docstatus server_set',
    ]);
  });

  test('by two at once happens once', async () => {
    const made = await bill();
    const outcomes = await Promise.allSettled([
      submit('Bill', made.name),
      submit('Bill', made.name),
      submit('Bill', made.name),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await services.read('Bill', made.name))._version).toBe(2);
  });
});

describe('after submit', () => {
  test('only allow_on_submit fields change, also in rows', async () => {
    const made = await submit('Bill', (await bill()).name);
    expect(problems(await refusal(services.update('Bill', made.name, { title: 'b' })))).toEqual(['title submitted']);
    expect(await services.update('Bill', made.name, { remark: 'seen', title: 'a' })).toMatchObject({
      remark: 'seen',
      docstatus: 1,
      _version: 3,
    });
    const [first, second] = made.lines;
    expect(
      problems(await refusal(services.update('Bill', made.name, { lines: [{ name: first.name, item: 'z' }, second] }))),
    ).toEqual(['lines[0].item submitted']);
    expect(
      (await services.update('Bill', made.name, { lines: [{ name: first.name, note: 'ok' }, { name: second.name }] }))
        .lines[0],
    ).toMatchObject({ item: 'x', note: 'ok' });
    for (const lines of [[first], [first, second, { item: 'new' }], []]) {
      expect((await refusal(services.update('Bill', made.name, { lines }))).code).toBe('validation');
    }
  });

  test('a table that allows it takes new rows, and its old ones stay as they are', async () => {
    const made = await submit('Bill', (await bill()).name);
    const [note] = made.notes;
    const changed = await services.update('Bill', made.name, {
      notes: [{ name: note.name, more: 'm' }, { text: 'new' }],
    });
    expect(changed.notes).toMatchObject([
      { text: 'n', more: 'm', docstatus: 1 },
      { text: 'new', docstatus: 1 },
    ]);
    expect(
      problems(await refusal(services.update('Bill', made.name, { notes: [{ name: note.name, text: 'other' }] }))),
    ).toEqual(['notes[0].text submitted']);
  });

  test('a row is not replaced by another of the same number', async () => {
    const made = await submit('Bill', (await bill()).name);
    expect((await refusal(services.update('Bill', made.name, { lines: [{ item: 'x' }, { item: 'y' }] }))).code).toBe(
      'validation',
    );
  });

  test('a draft is submitted as it was seen: only allow_on_submit fields are fetched anew', async () => {
    await services.create('Payer', { name: 'Grace', phone: '1' });
    const made = await bill({ customer: 'Grace' });
    await services.update('Payer', 'Grace', { phone: '2' });
    expect(await submit('Bill', made.name)).toMatchObject({ phone: '1', open_phone: '2' });
  });

  test('only allow_on_submit fields are fetched anew', async () => {
    const made = await submit('Bill', (await bill({ customer: 'Ada' })).name);
    await services.update('Payer', 'Ada', { phone: '2' });
    expect(await services.update('Bill', made.name, { remark: 'r' })).toMatchObject({ phone: '1', open_phone: '2' });
  });

  test('it is not deleted', async () => {
    const made = await submit('Bill', (await bill()).name);
    expect((await refusal(removeDocument(services.context(), { doctype: 'Bill', name: made.name }))).code).toBe(
      'wrong_state',
    );
  });
});

describe('cancel', () => {
  test('ends the document: no change, no second cancel; it may be deleted', async () => {
    const made = await submit('Bill', (await bill()).name);
    expect(await cancel('Bill', made.name)).toMatchObject({
      docstatus: 2,
      lines: [{ docstatus: 2 }, { docstatus: 2 }],
      _version: 3,
    });
    expect((await refusal(services.update('Bill', made.name, { remark: 'x' }))).code).toBe('wrong_state');
    expect((await refusal(cancel('Bill', made.name))).code).toBe('wrong_state');
    expect((await refusal(submit('Bill', made.name))).code).toBe('wrong_state');
    await removeDocument(services.context(), { doctype: 'Bill', name: made.name });
  });

  test('of a draft is refused', async () => {
    expect((await refusal(cancel('Bill', (await bill()).name))).code).toBe('wrong_state');
  });

  test('is refused while submitted documents link to it; drafts and others do not hold it', async () => {
    const made = await submit('Bill', (await bill()).name);
    await services.create('Memo', { bill: made.name });
    const draft = await services.create('Payment', { bill: made.name });
    const paid = await submit('Payment', (await services.create('Payment', { bill: made.name })).name);
    const party = await submit('Payment', (await services.create('Payment', { kind: 'Bill', party: made.name })).name);
    const error = await refusal(cancel('Bill', made.name));
    expect(error.code).toBe('linked');
    expect(error.extra.links).toHaveLength(2);
    expect(error.extra.links).toEqual(
      expect.arrayContaining([
        { doctype: 'Payment', name: paid.name, field: 'bill' },
        { doctype: 'Payment', name: party.name, field: 'party' },
      ]),
    );
    expect((await services.read('Bill', made.name)).docstatus).toBe(1);
    await cancel('Payment', paid.name);
    await cancel('Payment', party.name);
    await cancel('Bill', made.name);
    expect((await refusal(submit('Payment', draft.name))).message).toContain('cancelled');
  });
});

describe('amend', () => {
  test('makes a new draft with everything but secrets, once', async () => {
    const made = await submit('Bill', (await bill({ private: 'p', secret: 's', cancel_reason: 'none' })).name);
    expect((await refusal(amend('Bill', made.name))).code).toBe('wrong_state');
    await cancel('Bill', made.name);
    const amended = await amend('Bill', made.name);
    expect(amended).toMatchObject({
      name: `${made.name}-1`,
      amended_from: made.name,
      docstatus: 0,
      title: 'a',
      private: 'p',
      secret: null,
      cancel_reason: null,
      _version: 1,
      lines: [{ item: 'x', docstatus: 0, parent: `${made.name}-1` }, { item: 'y' }],
    });
    expect(amended.lines[0].name).not.toBe(made.lines[0].name);
    expect((await refusal(amend('Bill', made.name))).message).toContain(amended.name);
    await submit('Bill', amended.name);
  });
});

describe('versions', () => {
  test('say what changed, in fields, rows and state', async () => {
    const made = await bill();
    const [first, second] = made.lines;
    await services.update('Bill', made.name, {
      title: 'b',
      lines: [{ name: second.name, item: 'Y' }, { item: 'new' }],
    });
    await submit('Bill', made.name);
    const versions = await services.list('Version', {
      filters: [['docname', '=', made.name]],
      fields: ['data', 'version_no'],
      order_by: 'version_no asc',
    });
    expect(versions.map((version) => version.version_no)).toEqual([2, 3]);
    const data = versions.map((version) =>
      typeof version.data === 'string' ? JSON.parse(version.data) : version.data,
    );
    expect(data[0]).toMatchObject({
      changed: [['title', 'a', 'b']],
      removed: [['lines', { name: first.name }]],
      added: [['lines', { item: 'new' }]],
      row_changed: [['lines', 0, second.name, [['item', 'y', 'Y']]]],
    });
    expect(data[1].changed).toEqual([['docstatus', 0, 1]]);
  });
});
