/** The depends_on family: the forms of its text, what it says of a broken one, what it reads. */
import { describe, expect, test } from 'vitest';
import { compileCondition, isConditionValid } from '../../../server/expressions/condition.ts';

const doc = { enabled: true, off: false, status: 'Open', items: [{}], none: [], zero: 0, empty: '', 'fn:x': undefined };

function holds(text: string): unknown {
  return compileCondition(text).evaluate({ doc, parent: { status: 'Closed' } });
}

describe('forms', () => {
  test.each<[string, boolean]>([
    ['enabled', true],
    ['off', false],
    ['items', true],
    ['none', false],
    ['zero', false],
    ['empty', false],
    ['missing', false],
    [' enabled\n', true],
    ['eval:doc.status == "Open"', true],
    ['eval: doc.status == "Open";', true],
    ['  eval:\n doc.status == "Open" &&\n !doc.off ; \n', true],
    ['eval:parent.status == "Open"', false],
    ['eval:doc.none', true],
    ['eval:doc.enabled == "1" && doc.off === 0', true],
    ['fn:x', false],
    ['doc.enabled', false],
    ['constructor', false],
    ['__proto__', false],
    ['toString', false],
    ['', false],
  ])('%j is %s', (text, expected) => {
    expect(holds(text)).toBe(expected);
  });

  test('what cannot be evaluated is false, as in Frappe', () => {
    expect(holds('eval:doc.missing.deeper')).toBe(false);
    expect(holds('eval:frappe.boot.sysdefaults.country == "India"')).toBe(false);
    expect(holds('eval:!cur_frm.is_new()')).toBe(false);
  });

  test('what does not even compile is false, so a document stays usable', () => {
    expect(holds('eval:doc.enabled = 1')).toBe(false);
    expect(compileCondition('eval:doc.enabled = 1').reads).toEqual([]);
  });
});

test('reads names the fields, in both forms', () => {
  expect(compileCondition(' items ').reads).toEqual(['items']);
  expect(compileCondition('eval:doc.a && in_list(["x"], doc.b) && parent.c').reads).toEqual(['a', 'b']);
});

describe('what may be saved', () => {
  test.each(['enabled', '', 'eval:doc.a == 1;', 'eval:frappe.utils.x(doc.a)', 'eval:doc.a >= 1 || doc.b !== "a=b"'])(
    '%j may',
    (text) => {
      expect(isConditionValid(text)).toEqual({ ok: true });
    },
  );

  test.each<[string, number]>([
    ['eval:doc.a = 1', 11],
    ['  eval: doc.a == ', 17],
    ['doc.a = 1', 6],
    ['eval:', 5],
    ['eval:doc.constructor', 9],
    ['eval:doc.a doc.b', 11],
    ['eval:() => 1', 8],
  ])('%j may not, and position %i says where', (text, position) => {
    expect(isConditionValid(text)).toMatchObject({ ok: false, position, message: expect.stringMatching(/\.$/) });
  });

  test.each(['doc.icon', 'fn:x', 'enabled && off'])('%j may, with the warning that it never holds', (text) => {
    expect(isConditionValid(text)).toMatchObject({ ok: true, warning: expect.stringContaining('always false') });
  });
});
