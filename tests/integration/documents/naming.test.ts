import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDocument } from '../../../server/documents/create.ts';
import { removeDocument } from '../../../server/documents/remove.ts';
import { restoreDocument } from '../../../server/documents/restore.ts';
import { amendDocument, cancelDocument, submitDocument } from '../../../server/documents/transition.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { docType } from '../../support/plans.ts';
import { openTestServices, problems, refusal, type TestServices } from '../../support/services.ts';

let services: TestServices;
const named = (
  name: string,
  autoname: string | undefined,
  fields: string[] = ['title Data'],
  more: Partial<DocTypeJson> = {},
): DocTypeJson => docType(name, fields, { autoname, ...more });
const nameOf = async (doctype: string, given = {}): Promise<string> => (await services.create(doctype, given)).name;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;

beforeAll(async () => {
  services = await openTestServices({
    doctypes: [
      named('N Hash', 'hash'),
      named('N None', undefined),
      named('N Prompt', 'Prompt'),
      named('N Uuid', 'UUID'),
      named('N Auto', 'autoincrement'),
      named('N Field', 'field:code', ['code Data', 'title Data']),
      named('N Series', 'naming_series:', ['naming_series Select \nSER-.YYYY.-.###\nX-.##', 'title Data']),
      named('N Format', 'format:T-{YY}{MM}-{code}-{####}', ['code Data']),
      named('N Old', 'OLD-.YYYY.-.{code}.-.####', ['code Data']),
      named('N Month', 'M-.MM.-.##'),
      named('N Other', 'M-.MM.-.##'),
      named('N Amend', 'A-.##', ['title Data'], { is_submittable: 1 }),
      named('N Field Amend', 'field:code', ['code Data', 'title Data'], { is_submittable: 1 }),
      named('N Script', 'hash'),
      named('N Failing', 'F-.##'),
    ],
    apps: [
      {
        controllers: {
          'N Script': {
            autoname: ({ doc }) => (doc.title ? `by script ${doc.title}` : undefined),
            hooks: {
              before_naming: ({ doc }) => {
                if (doc.title === 'early') doc.title = 'named early';
              },
            },
          },
          'N Failing': { hooks: { on_update: ({ doc, fail }) => void (doc.title === 'bad' && fail('no')) } },
        },
      },
    ],
  });
});

afterAll(() => services?.close());

describe('rules that make a name', () => {
  test('hash, and none at all: ten letters', async () => {
    const names = await Promise.all(['N Hash', 'N Hash', 'N None'].map((doctype) => nameOf(doctype)));
    for (const name of names) expect(name).toMatch(/^[0-9a-v]{10}$/);
    expect(new Set(names).size).toBe(3);
  });

  test('UUID: of version 7, or one that is given', async () => {
    expect(await nameOf('N Uuid')).toMatch(UUID);
    const own = '01890A5D-AC96-774B-BCCE-B302099A8057';
    expect(await nameOf('N Uuid', { name: own })).toBe(own.toLowerCase());
    expect((await refusal(services.create('N Uuid', { name: 'x' }))).code).toBe('validation');
  });

  test('autoincrement: 1, 2, 3', async () => {
    expect([await nameOf('N Auto'), await nameOf('N Auto'), await nameOf('N Auto')]).toEqual(['1', '2', '3']);
    expect(problems(await refusal(services.create('N Auto', { name: '77' })))).toEqual(['name invalid_name']);
  });

  test('Prompt: the name that is given, once', async () => {
    expect(await nameOf('N Prompt', { name: '  Ünïcode / "quoted" ' })).toBe('Ünïcode / "quoted"');
    expect(problems(await refusal(services.create('N Prompt')))).toEqual(['name invalid_name']);
    expect((await refusal(services.create('N Prompt', { name: 'Ünïcode / "quoted"' }))).code).toBe('duplicate');
    for (const name of ['<x>', 'N Prompt', 'a\tb', 'x'.repeat(141), 'e\u0301', '\u202eabc', 'a\ud800', '.']) {
      expect(problems(await refusal(services.create('N Prompt', { name }))), name).toEqual(['name invalid_name']);
    }
  });

  test('field: its value, which only a rename changes', async () => {
    expect(await nameOf('N Field', { code: ' C1 ' })).toBe('C1');
    expect(problems(await refusal(services.create('N Field', {})))).toEqual(['code invalid_name']);
    expect((await refusal(services.create('N Field', { code: 'C1' }))).code).toBe('duplicate');
    expect(problems(await refusal(services.update('N Field', 'C1', { code: 'C2' })))).toEqual(['code names_document']);
  });

  test('naming_series: the first option, or the chosen one; no other', async () => {
    services.setNow('2026-05-06T00:00:00Z');
    expect([
      await nameOf('N Series'),
      await nameOf('N Series'),
      await nameOf('N Series', { naming_series: 'X-.##' }),
    ]).toEqual(['SER-2026-001', 'SER-2026-002', 'X-01']);
    services.setNow('2027-01-01T00:00:00Z');
    expect(await nameOf('N Series')).toBe('SER-2027-001');
    services.setNow(undefined);
    expect((await refusal(services.create('N Series', { naming_series: 'Y-.##' }))).code).toBe('validation');
    expect((await refusal(services.create('N Series', { name: 'mine' }))).code).toBe('validation');
  });

  test('format and the old expressions: dates, fields and a counter of their own', async () => {
    services.setNow('2026-05-06T00:00:00Z');
    expect([
      await nameOf('N Format', { code: 'a' }),
      await nameOf('N Format', { code: 'a' }),
      await nameOf('N Format', { code: 'b' }),
    ]).toEqual(['T-2605-a-0001', 'T-2605-a-0002', 'T-2605-b-0001']);
    expect([await nameOf('N Old', { code: 'k' }), await nameOf('N Old', { code: 'k' })]).toEqual([
      'OLD-2026-k-0001',
      'OLD-2026-k-0002',
    ]);
    services.setNow(undefined);
  });

  test('a counter grows past its digits', async () => {
    services.setNow('2026-07-01T00:00:00Z');
    const names = [];
    for (let n = 0; n < 101; n++) names.push(await nameOf('N Month'));
    services.setNow(undefined);
    expect([names[0], names[98], names[99], names[100]]).toEqual(['M-07-01', 'M-07-99', 'M-07-100', 'M-07-101']);
  });

  test('a script of the app, after before_naming', async () => {
    expect(await nameOf('N Script', { title: 'a' })).toBe('by script a');
    expect(await nameOf('N Script', { title: 'early' })).toBe('by script named early');
    expect(await nameOf('N Script')).toMatch(/^[0-9a-v]{10}$/);
  });
});

describe('counters', () => {
  test('have no gap and no repeat, however many write at once and fail', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 40 }, (_, n) => services.create('N Failing', { title: n % 3 === 0 ? 'bad' : 'good' })),
    );
    const names = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value.name] : []));
    // Only the bad ones fail: whatever else was refused says why.
    const reasons = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [String(outcome.reason)] : []));
    expect(reasons.filter((reason) => !reason.includes(reasons[0] as string))).toEqual([]);
    expect(names).toHaveLength(26);
    expect(names.sort()).toEqual(Array.from({ length: 26 }, (_, n) => `F-${String(n + 1).padStart(2, '0')}`));
  });

  test('the last number is given back when its document is deleted, another is not', async () => {
    const [first, second] = [await nameOf('N Amend'), await nameOf('N Amend')];
    await removeDocument(services.context(), { doctype: 'N Amend', name: second });
    expect(await nameOf('N Amend')).toBe(second);
    await removeDocument(services.context(), { doctype: 'N Amend', name: first });
    expect(await nameOf('N Amend')).not.toBe(first);
  });

  test('go on after a document that came back from the recycle bin', async () => {
    const name = await nameOf('N Amend');
    await removeDocument(services.context(), { doctype: 'N Amend', name });
    await restoreDocument(services.context(), { doctype: 'N Amend', name });
    const next = await nameOf('N Amend');
    expect(Number(next.slice(2))).toBe(Number(name.slice(2)) + 1);
  });

  test('two DocTypes of one pattern share it, as Frappe does, without repeating a name', async () => {
    services.setNow('2026-08-01T00:00:00Z');
    const names = [await nameOf('N Month'), await nameOf('N Other'), await nameOf('N Month')];
    services.setNow(undefined);
    expect(new Set(names).size).toBe(3);
  });
});

describe('amendments', () => {
  const amend = async (name: string, doctype = 'N Amend'): Promise<string> => {
    await submitDocument(services.context(), { doctype, name });
    await cancelDocument(services.context(), { doctype, name });
    return (await amendDocument(services.context(), { doctype, name })).name;
  };

  test('of documents that are named by a field change the field too', async () => {
    const name = await nameOf('N Field Amend', { code: ' F1 ' });
    const amended = await amend(name, 'N Field Amend');
    expect(await services.read('N Field Amend', amended)).toMatchObject({
      name: 'F1-1',
      code: 'F1-1',
      amended_from: 'F1',
    });
    expect(await services.update('N Field Amend', amended, { title: 'x' })).toMatchObject({ code: 'F1-1', title: 'x' });
  });

  test('are counted after the name', async () => {
    const first = (await createDocument(services.context(), { doctype: 'N Amend', given: {} })).name;
    const second = await amend(first);
    expect([second, await amend(second)]).toEqual([`${first}-1`, `${first}-2`]);
  });
});
