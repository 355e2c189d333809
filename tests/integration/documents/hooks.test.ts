import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bulkDocuments } from '../../../server/documents/bulk.ts';
import type { Controller, HookArgument, HookName } from '../../../server/documents/contract.ts';
import { readDocument } from '../../../server/documents/read.ts';
import { removeDocument } from '../../../server/documents/remove.ts';
import { renameDocument } from '../../../server/documents/rename.ts';
import { cancelDocument, submitDocument } from '../../../server/documents/transition.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import type { Document } from '../../../server/kernel/document.ts';
import { condition } from '../../../server/kernel/filter.ts';
import { docType } from '../../support/plans.ts';
import { openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';

const HOOKS: HookName[] = [
  'before_insert',
  'before_naming',
  'before_validate',
  'validate',
  'before_save',
  'after_insert',
  'on_update',
  'after_save',
  'before_submit',
  'on_submit',
  'before_cancel',
  'on_cancel',
  'before_update_after_submit',
  'on_update_after_submit',
  'before_delete',
  'on_trash',
  'after_delete',
  'before_rename',
  'after_rename',
  'on_change',
];

let services: TestServices;
let calls: string[] = [];
/** What the next hooks of these names do. */
let acts: { [K in HookName]?: (argument: HookArgument) => unknown } = {};

const recorder = (label: string): Controller => ({
  hooks: Object.fromEntries(
    HOOKS.map((name) => [
      name,
      async (argument: HookArgument) => {
        if (argument.doctype !== 'Job') return;
        calls.push(label + name);
        if (label === '') await acts[name]?.(argument);
      },
    ]),
  ),
});

beforeAll(async () => {
  const job = docType(
    'Job',
    ['title Data', 'total Float', 'remark Data', 'lines Table Job Line', 'words Data', 'formula Data'],
    { is_submittable: 1, allow_rename: 1, autoname: 'Prompt' },
  );
  const fields = job.fields.map((field) => {
    if (field.fieldname === 'remark') return { ...field, allow_on_submit: 1 };
    if (field.fieldname === 'words') return { ...field, is_virtual: 1 };
    return field.fieldname === 'formula' ? { ...field, is_virtual: 1, options: "doc.title or 'none'" } : field;
  });
  services = await openTestServices({
    doctypes: [
      { ...job, fields } as DocTypeJson,
      docType('Job Line', ['qty Float', 'price Float', 'amount Float'], { istable: 1 }),
      docType('Log Line', ['text Data unique'], { autoname: 'hash' }),
    ],
    apps: [
      {
        controllers: {
          Job: {
            ...recorder(''),
            computed: {
              words: (doc: Document) => {
                if (doc.title === 'bang') throw new Error('no words');
                return `${doc.title} has ${(doc.lines as Document[]).length}`;
              },
              total: () => 'never: not a virtual field',
            },
          },
          '*': recorder('* '),
        },
      },
      { controllers: { Job: recorder('second ') } },
    ],
  });
});

afterAll(() => services?.close());

beforeEach(() => {
  calls = [];
  acts = {};
});

let count = 0;
const job = (more = {}) => services.create('Job', { name: `job ${++count}`, title: 'a', ...more });
const own = (): string[] => calls.filter((call) => !call.includes(' '));
const q = (name: string) => ({ doctype: 'Job', name });

describe('the order of hooks', () => {
  test('on insert and save', async () => {
    const { name } = await job();
    expect(own()).toEqual([
      'before_insert',
      'before_naming',
      'before_validate',
      'validate',
      'before_save',
      'after_insert',
      'on_update',
      'after_save',
      'on_change',
    ]);
    expect(calls.slice(0, 3)).toEqual(['before_insert', 'second before_insert', '* before_insert']);
    calls = [];
    await services.update('Job', name, { title: 'b' });
    expect(own()).toEqual(['before_validate', 'validate', 'before_save', 'on_update', 'after_save', 'on_change']);
  });

  test('on submit, update after submit and cancel', async () => {
    const { name } = await job();
    calls = [];
    await submitDocument(services.context(), q(name));
    expect(own()).toEqual(['before_validate', 'validate', 'before_submit', 'on_update', 'on_submit', 'on_change']);
    calls = [];
    await services.update('Job', name, { remark: 'r' });
    expect(own()).toEqual(['before_update_after_submit', 'on_update_after_submit', 'on_change']);
    calls = [];
    await cancelDocument(services.context(), q(name));
    expect(own()).toEqual(['before_cancel', 'on_cancel', 'on_change']);
  });

  test('on rename and delete', async () => {
    const { name } = await job();
    calls = [];
    acts.before_rename = ({ rename }) => {
      if (rename) rename.to += ' (by hook)';
    };
    const renamed = await renameDocument(services.context(), { ...q(name), to: `${name} new`, merge: false });
    expect(renamed.name).toBe(`${name} new (by hook)`);
    expect(own()).toEqual(['before_rename', 'after_rename']);
    calls = [];
    await removeDocument(services.context(), q(renamed.name));
    expect(own()).toEqual(['before_delete', 'on_trash', 'after_delete']);
  });
});

describe('a hook', () => {
  test('changes the document before it is stored, rows included, given or not', async () => {
    acts.validate = ({ doc }) => {
      const lines = doc.lines as Document[];
      for (const line of lines) line.amount = Number(line.qty) * Number(line.price) * (doc.title === 'double' ? 2 : 1);
      doc.total = lines.reduce((sum, line) => sum + Number(line.amount), 0);
    };
    const made = await job({
      lines: [
        { qty: 2, price: 3 },
        { qty: 1, price: 4 },
      ],
    });
    expect(made).toMatchObject({ total: 10, lines: [{ amount: 6 }, { amount: 4 }] });
    expect(await services.update('Job', made.name, { title: 'double' })).toMatchObject({
      total: 20,
      lines: [{ amount: 12 }, { amount: 8 }],
    });
    expect(await services.read('Job', made.name)).toMatchObject({ total: 20, lines: [{ amount: 12 }, { amount: 8 }] });
  });

  test('may add and drop rows', async () => {
    acts.validate = ({ doc }) => {
      doc.lines = [...(doc.lines as Document[]).filter((line) => line.qty !== 0), { qty: 9 } as Document];
    };
    const made = await job({ lines: [{ qty: 0 }, { qty: 1 }] });
    expect(made.lines).toMatchObject([
      { qty: 1, idx: 1 },
      { qty: 9, idx: 2 },
    ]);
  });

  test('sees what was stored before', async () => {
    const made = await job({ lines: [{ qty: 1 }] });
    let before: unknown;
    acts.validate = (argument) => {
      before = JSON.parse(
        JSON.stringify([
          argument.before?.title,
          (argument.before as { lines: Document[] } | undefined)?.lines[0]?.qty,
          argument.doc.title,
        ]),
      );
    };
    await services.update('Job', made.name, { title: 'b', lines: [{ name: made.lines[0].name, qty: 5 }] });
    expect(before).toEqual(['a', 1, 'b']);
  });

  test('refuses, and nothing of the write is kept', async () => {
    for (const name of ['before_insert', 'validate', 'after_insert', 'on_update', 'on_change'] as const) {
      acts = {
        before_insert: async ({ doors }) => void (await doors.create('Log Line', { text: `log of ${name}` })),
        [name]: async ({ doors, fail }: HookArgument) => {
          await doors.create('Log Line', { text: `late log of ${name}` });
          fail(`not now: ${name}`, 'title');
        },
      };
      const error = await refusal(services.create('Job', { name: `refused by ${name}` }));
      expect([error.code, error.message, problems(error)]).toEqual([
        'validation',
        `not now: ${name}`,
        ['title refused'],
      ]);
      expect((await refusal(services.read('Job', `refused by ${name}`))).code).toBe('not_found');
    }
    expect(await services.list('Log Line')).toEqual([]);
  });

  test('that breaks rolls back too', async () => {
    acts.on_update = () => {
      throw new TypeError('a bug of the app');
    };
    await expect(services.create('Job', { name: 'broken' })).rejects.toThrow(TypeError);
    expect((await refusal(services.read('Job', 'broken'))).code).toBe('not_found');
  });

  test('that refuses a submit, a cancel, a delete or a rename leaves the document as it was', async () => {
    const made = await job();
    acts.on_submit = ({ fail }) => fail('no');
    await refusal(submitDocument(services.context(), q(made.name)));
    expect(await services.read('Job', made.name)).toEqual(made);
    acts.after_delete = ({ fail }) => fail('no');
    await refusal(removeDocument(services.context(), q(made.name)));
    acts.after_rename = ({ fail }) => fail('no');
    await refusal(renameDocument(services.context(), { ...q(made.name), to: 'else', merge: false }));
    expect(await services.read('Job', made.name)).toEqual(made);
  });

  test('writes what does not fit: the write is refused', async () => {
    acts.validate = ({ doc }) => {
      doc.total = 'a lot';
    };
    expect(problems(await refusal(services.create('Job', { name: 'misfit' })))).toEqual(['total invalid_number']);
  });

  test('works on other documents in the same transaction', async () => {
    acts.after_insert = async ({ doors, doc }) => {
      const line = await doors.create('Log Line', { text: `made ${doc.name}` });
      await doors.update('Log Line', String(line.name), { text: `changed ${doc.name}` });
      expect(await doors.list('Log Line', { filters: [['text', 'like', 'changed%']] })).toHaveLength(1);
      expect((await doors.get('Job', String(doc.name))).title).toBe('a');
      await doors.remove('Log Line', String(line.name));
    };
    await job();
    expect(await services.list('Log Line')).toEqual([]);
  });
});

describe('computed fields', () => {
  test('are there on reading, by a controller or an expression, and are never stored', async () => {
    const made = await job({ lines: [{}, {}], words: 'given', formula: 'given' });
    expect(made).toMatchObject({ words: 'a has 2', formula: 'a', total: 0 });
    expect(
      await services.sql(
        `select column_name from information_schema.columns where table_name = 'job' and column_name in ('words', 'formula')`,
      ),
    ).toEqual([]);
  });

  test('of chosen fields come only when they are asked for, and are made from the whole document', async () => {
    const { name } = await job({ lines: [{ qty: 2 }, { qty: 3 }] });
    const read = async (fields: string[]) =>
      JSON.parse((await readDocument(services.context(), { doctype: 'Job', name, fields })).text);
    expect(await read(['title'])).toEqual({ title: 'a' });
    expect(await read(['words'])).toEqual({ words: 'a has 2' });
    expect(await read(['formula', 'lines.qty'])).toEqual({ formula: 'a', lines: [{ qty: 2 }, { qty: 3 }] });
    expect(await read(['*'])).toMatchObject({ name, title: 'a', words: 'a has 2' });
    await expect(read(['words', 'nothing'])).rejects.toThrow('nothing');
  });

  test('that cannot be computed are empty', async () => {
    expect(await job({ title: 'bang' })).toMatchObject({ words: null, formula: 'bang' });
  });
});

describe('bulk', () => {
  const bulk = (wish: Record<string, unknown>) =>
    bulkDocuments(services.context(), { doctype: 'Log Line', atomic: true, ...wish } as Parameters<
      typeof bulkDocuments
    >[1]);

  test('atomic: all or nothing, and the error says which', async () => {
    const error = await refusal(
      bulk({ action: 'insert', docs: [{ text: 'b1' }, { text: 'b2', nope: 1 }, { text: 'b3' }] }),
    );
    expect(problems(error)).toEqual(['docs[1].nope unknown_field']);
    expect(await services.list('Log Line')).toEqual([]);
    expect((await bulk({ action: 'insert', docs: [{ text: 'b1' }, { text: 'b2' }] })).map(({ ok }) => ok)).toEqual([
      true,
      true,
    ]);
  });

  test('not atomic: each on its own, with a result each', async () => {
    const results = await bulk({
      action: 'insert',
      atomic: false,
      docs: [{ text: 'c1' }, { nope: 1 }, { text: 'c2' }],
    });
    expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(await services.list('Log Line', { filters: [['text', 'like', 'c%']] })).toHaveLength(2);
  });

  test('not atomic inside a transaction: what fails is undone alone', async () => {
    await services.open.db.transaction(async (tx) => {
      const results = await bulkDocuments(
        { ...services.context(), tx },
        {
          doctype: 'Log Line',
          action: 'insert',
          atomic: false,
          docs: [{ text: 'd1' }, { text: 'd2', nope: 1 }, { text: 'd3' }],
        },
      );
      expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
    });
    expect(await services.list('Log Line', { filters: [['text', 'like', 'd%']] })).toHaveLength(2);
  });

  test('by filter; update and delete', async () => {
    expect(await bulk({ action: 'update', filter: condition('text', 'like', 'd%'), data: { text: 'e' } })).toHaveLength(
      2,
    );
    expect(await services.list('Log Line', { filters: [['text', '=', 'e']] })).toHaveLength(2);
    await bulk({ action: 'delete', filter: condition('text', '=', 'e') });
    expect(await services.list('Log Line', { filters: [['text', '=', 'e']] })).toEqual([]);
    const names = (await services.list('Log Line')).map((item) => item.name);
    await bulk({ action: 'delete', docs: names });
    expect(await services.list('Log Line')).toEqual([]);
  });

  test('refuses what is no bulk', async () => {
    for (const wish of [
      { action: 'burn', docs: [] },
      { action: 'insert' },
      { action: 'insert', docs: 'x' },
      { action: 'insert', docs: [1] },
      { action: 'insert', docs: Array(1001).fill({}) },
    ]) {
      expect((await refusal(bulk(wish))).code).toBe('bad_request');
    }
  });
});
