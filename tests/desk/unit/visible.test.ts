import { describe, expect, test } from 'vitest';
import type { Doc, FieldMeta } from '../../../desk/src/meta/types.ts';
import { isMandatory, type Scene, statusOf } from '../../../desk/src/meta/visible.ts';
import { field } from './support.ts';

const scene = (doc: Doc, more: Partial<Scene> = {}): Scene => ({ doc, isNew: false, mayWrite: true, ...more });

describe('what a form shows of a field', () => {
  const cases: [string, Partial<FieldMeta>, Scene, string][] = [
    ['plain', {}, scene({}), 'write'],
    ['of a document that may only be read', {}, scene({}, { mayWrite: false }), 'read'],
    ['of a level that may only be read', { may_write: false, permlevel: 1 }, scene({}), 'read'],
    ['of a new document, by who may only create', { may_write: false }, scene({}, { isNew: true }), 'write'],
    ['hidden', { hidden: 1 }, scene({}), 'none'],
    ['whose condition does not hold', { depends_on: 'eval:doc.kind == "A"' }, scene({ kind: 'B' }), 'none'],
    ['whose condition holds', { depends_on: 'eval:doc.kind == "A"' }, scene({ kind: 'A' }), 'write'],
    ['that depends on an empty table', { depends_on: 'rows' }, scene({ rows: [] }), 'none'],
    ['of a submitted document', {}, scene({ docstatus: 1 }), 'read'],
    ['that may change after submit', { allow_on_submit: 1 }, scene({ docstatus: 1 }), 'write'],
    ['of a cancelled document', { allow_on_submit: 1 }, scene({ docstatus: 2 }), 'read'],
    ['read only', { read_only: 1 }, scene({}), 'read'],
    ['read only when it says so', { read_only_depends_on: 'eval:doc.locked' }, scene({ locked: true }), 'read'],
    ['set only once, when new', { set_only_once: 1 }, scene({}, { isNew: true }), 'write'],
    ['set only once, later', { set_only_once: 1 }, scene({}), 'read'],
    ['computed', { is_virtual: true }, scene({}), 'read'],
    ['of a row', { may_write: false }, scene({}, { table: 'write', parent: {} }), 'write'],
    ['of a row in a table that is read', {}, scene({}, { table: 'read', parent: {} }), 'read'],
    ['of a row of a submitted document', {}, scene({}, { table: 'write', parent: { docstatus: 1 } }), 'read'],
    ['of a row, by its parent', { depends_on: 'eval:parent.kind' }, scene({}, { table: 'write', parent: {} }), 'none'],
    ['with a condition that does not compile', { depends_on: 'eval:doc.(' }, scene({}), 'none'],
  ];
  test.each(cases)('%s', (_, more, where, expected) => {
    expect(statusOf(field('x', 'data', more), where)).toBe(expected);
  });
});

test('mandatory by itself, or by a condition', () => {
  expect(isMandatory(field('x', 'data', { reqd: 1 }), scene({}))).toBe(true);
  const due = field('due', 'date', { mandatory_depends_on: 'eval:doc.priority == "Urgent"' });
  expect(isMandatory(due, scene({ priority: 'Low' }))).toBe(false);
  expect(isMandatory(due, scene({ priority: 'Urgent' }))).toBe(true);
});
