import { expect, test } from 'vitest';
import { kanbanFields } from '../../../desk/src/components/list/kanban/kanban-fields.ts';
import { docStateOf, toneOf } from '../../../desk/src/meta/colors.ts';
import { fieldsToAsk, listColumns, orderOf } from '../../../desk/src/meta/columns.ts';
import { modulesOf } from '../../../desk/src/meta/modules.ts';
import { errorsByField } from '../../../desk/src/meta/problems.ts';
import { createSlugs, slugOf } from '../../../desk/src/meta/slug.ts';
import { numberOf } from '../../../desk/src/meta/titles.ts';
import { field, meta } from './support.ts';

test.each([
  ['Sales Order', 'sales-order'],
  ['DocType', 'doctype'],
  ['Größe & Maß', 'größe-maß'],
  ['A/B', 'a-b'],
])('the slug of %s', (name, slug) => expect(slugOf(name)).toBe(slug));

test('a slug finds its DocType; two of one slug keep their names', () => {
  const slugs = createSlugs(['Sales Order', 'A B', 'A-B']);
  expect(slugs.find('sales-order')).toBe('Sales Order');
  expect(slugs.find('Sales Order')).toBe('Sales Order');
  expect(slugs.find('a-b')).toBeUndefined();
  expect(slugs.of('A B')).toBe('A B');
  expect(slugs.find('A-B')).toBe('A-B');
  expect(slugs.find('nothing')).toBeUndefined();
});

test('the colour of a state is the one of the DocType, or what its words say', () => {
  const order = meta([], { states: [{ title: 'Open', color: 'Yellow' }], is_submittable: true });
  expect(toneOf('Open', order)).toBe('amber');
  expect(toneOf('Open')).toBe('blue');
  expect(toneOf('Whatever')).toBe('gray');
  expect(docStateOf(order, { docstatus: 2, status: 'Open' })).toEqual({ label: 'Cancelled', tone: 'red' });
  expect(docStateOf(order, { docstatus: 1 })).toEqual({ label: 'Submitted', tone: 'blue' });
  expect(docStateOf(meta([]), { docstatus: 0 })).toBeUndefined();
});

test('a list shows the title, the state, what the DocType wants, and when it was changed', () => {
  const order = meta(
    [
      field('name', 'data', { is_standard: true }),
      field('modified', 'datetime', { is_standard: true }),
      field('title'),
      field('total', 'currency', { options: 'currency' }),
      field('currency', 'link'),
      field('status', 'select'),
    ],
    { title_field: 'title', list_fields: ['total', 'title', 'status'], order: [{ path: 'title', direction: 'desc' }] },
  );
  const columns = listColumns(order);
  expect(columns.map(({ fieldname }) => fieldname)).toEqual(['title', 'status', 'total', 'modified']);
  expect(new Set(fieldsToAsk(order, columns))).toEqual(
    new Set(['name', '_version', 'title', 'status', 'total', 'modified', 'currency']),
  );
  expect(orderOf(order)).toBe('title desc');
  expect(orderOf(meta([]))).toBe('modified desc');
});

test('modules of apps come before the framework’s own; child tables are in none', () => {
  const of = (name: string, module: string, app: string, istable = false) => ({
    ...meta([]),
    name,
    module,
    app,
    istable,
  });
  const groups = modulesOf([of('User', 'Core', 'core'), of('Row', 'Sales', 'crm', true), of('Order', 'Sales', 'crm')]);
  expect(groups.map(({ name, doctypes }) => [name, doctypes.map((one) => one.name)])).toEqual([
    ['Sales', ['Order']],
    ['Core', ['User']],
  ]);
});

test('errors stand at their field, those of a row at its table', () => {
  const errors = errorsByField([
    { field: 'title', message: 'is missing' },
    { field: 'title', message: 'is wrong' },
    { field: 'items.1.qty', message: 'must be positive' },
    { field: '', message: 'of the document' },
  ]);
  expect([...errors]).toEqual([
    ['title', 'is missing'],
    ['items[1].qty', 'must be positive'],
    ['items', 'Row 2: must be positive'],
  ]);
});

test('the number of a document stands beside its title, unless nobody would say it', () => {
  const of = (rule: string) => meta([], { title_field: 'customer', naming: { rule, autoname: '' } });
  expect(numberOf(of('series'), { name: 'SO-1', customer: 'Ada' })).toBe('SO-1');
  expect(numberOf(of('series'), { name: 'SO-1' })).toBe('');
  expect(numberOf(of('hash'), { name: '1f3c', customer: 'Ada' })).toBe('');
});

test('a board is arranged by the state, then by what has the states of the DocType, then by a stage', () => {
  const select = (name: string, options: string) => field(name, 'select', { options });
  const fields = [select('party', 'A\nB'), select('stage', 'C\nD'), select('step', 'E\nF'), select('status', 'G\nH')];
  const names = kanbanFields(meta(fields, { states: [{ title: 'F', color: 'Blue' }] })).map((one) => one.fieldname);
  expect(names).toEqual(['status', 'step', 'stage', 'party']);
});
