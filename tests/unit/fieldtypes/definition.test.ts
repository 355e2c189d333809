/** What the editor of a DocType is told about a field, and what Frappe allows and we do too. */
import { describe, expect, test } from 'vitest';
import type { FieldType } from '../../../server/fieldtypes/contract.ts';
import { builtinFieldTypes, createRegistry } from '../../../server/fieldtypes/registry.ts';
import type { DocField } from '../../../server/kernel/doctype.ts';

const registry = createRegistry(builtinFieldTypes);

function check(fieldtype: string, keys: Partial<DocField>): string[] {
  const type = registry.find(fieldtype) as FieldType;
  return type.checkField({ fieldname: 'x', fieldtype, ...keys }).map((problem) => `${problem.field}: ${problem.code}`);
}

describe('a definition that breaks a rule is told which key and why', () => {
  test.each<[string, Partial<DocField>, string]>([
    ['Link', {}, 'options: options_required'],
    ['Link', { options: ' ' }, 'options: options_required'],
    ['Dynamic Link', {}, 'options: options_required'],
    ['Table', {}, 'options: options_required'],
    ['Table MultiSelect', { options: '' }, 'options: options_required'],
    ['Rating', { options: '2' }, 'options: invalid_options'],
    ['Rating', { options: 'many' }, 'options: invalid_options'],
    ['Check', { default: '2' }, 'default: invalid_default'],
    ['Check', { default: 'yes' }, 'default: invalid_default'],
    ['Select', { options: 'a\nb', default: 'c' }, 'default: invalid_default'],
    ['Int', { default: 'abc' }, 'default: invalid_default'],
    ['Int', { default: 'Today' }, 'default: invalid_default'],
    ['Currency', { default: '1,5' }, 'default: invalid_default'],
    ['Date', { default: '31-12-2024' }, 'default: invalid_default'],
    ['Time', { default: 'noon' }, 'default: invalid_default'],
    ['Data', { length: 1001 }, 'length: invalid_length'],
    ['Data', { length: -1 }, 'length: invalid_length'],
    ['Data', { length: 3, default: 'long' }, 'default: invalid_default'],
    ['Float', { precision: '10' }, 'precision: invalid_precision'],
    ['Currency', { precision: 'two' }, 'precision: invalid_precision'],
    ['Select', { unique: 1 }, 'unique: not_allowed'],
    ['Float', { unique: 1 }, 'unique: not_allowed'],
    ['Section Break', { unique: 1 }, 'unique: not_allowed'],
    ['Text', { search_index: 1 }, 'search_index: not_allowed'],
    ['Code', { search_index: true }, 'search_index: not_allowed'],
    ['Attach Image', { in_list_view: 1 }, 'in_list_view: not_allowed'],
    ['Table', { in_list_view: 1, options: 'Row' }, 'in_list_view: not_allowed'],
    ['HTML', { in_list_view: 1 }, 'in_list_view: not_allowed'],
    ['Section Break', { reqd: 1 }, 'reqd: not_allowed'],
    ['Button', { reqd: 1 }, 'reqd: not_allowed'],
    ['Data', { reqd: 1, hidden: 1 }, 'default: default_required'],
    ['Code', { max_height: '10 bananas' }, 'max_height: invalid_max_height'],
  ])('%s %j', (fieldtype, keys, problem) => {
    expect(check(fieldtype, keys)).toEqual([problem]);
  });
});

describe('what real files do is in order', () => {
  test.each<[string, Partial<DocField>]>([
    ['Link', { options: 'Customer', unique: 1, search_index: 1, default: '__user' }],
    ['Data', { unique: 1, length: 1000, in_list_view: 1, reqd: 1 }],
    ['Data', { options: 'Email', default: '__user' }],
    ['Data', { options: 'Something odd' }],
    ['Data', { length: 0, precision: '' }],
    ['Read Only', { unique: 1 }],
    ['Int', { unique: 1, default: '0', length: 20 }],
    ['Int', { default: 7 }],
    ['Currency', { default: ':Company', precision: '9' }],
    ['Float', { default: '1.00', precision: '0' }],
    ['Check', { default: '1', reqd: 1, in_list_view: 1 }],
    ['Select', { options: '\na\nb', default: 'b' }],
    ['Select', { default: 'filled by a script' }],
    ['Date', { default: 'Today' }],
    ['Datetime', { default: 'Today' }],
    ['Time', { default: 'now' }],
    ['Rating', { options: '10' }],
    ['Table', { options: 'Row', reqd: 1 }],
    ['Data', { reqd: 1, hidden: 1, default: 'x' }],
    ['Code', { max_height: '3rem' }],
    ['Section Break', { default: 'noise', options: 'fa fa-list' }],
  ])('%s %j', (fieldtype, keys) => {
    expect(check(fieldtype, keys)).toEqual([]);
  });
});

test('links say where they lead', () => {
  const target = (fieldtype: string, options: string | undefined) =>
    registry.find(fieldtype)?.linkTarget?.({ fieldname: 'x', fieldtype, options });
  expect(target('Link', 'Customer')).toEqual({ doctype: 'Customer' });
  expect(target('Link', '[Select]')).toBeUndefined();
  expect(target('Link', undefined)).toBeUndefined();
  expect(target('Dynamic Link', 'party_type')).toEqual({ pointer: 'party_type' });
  expect(target('Data', 'Customer')).toBeUndefined();
});

test('only the two HTML types are sanitised, and only Password is secret', () => {
  expect(builtinFieldTypes.filter((type) => type.html).map((type) => type.name)).toEqual([
    'Text Editor',
    'HTML Editor',
  ]);
  expect(builtinFieldTypes.filter((type) => type.secret).map((type) => type.name)).toEqual(['Password']);
});
