import { describe, expect, test } from 'vitest';
import { fromWire, NO_FILTERS } from '../../../desk/src/meta/filters.ts';
import { graphqlValue, shellQuoted } from '../../../desk/src/meta/sample-text.ts';
import { formSamples, listSamples, typeName } from '../../../desk/src/meta/samples.ts';
import { field, meta } from './support.ts';
import { typeErrors } from './type-errors.ts';

const TEXT = { operators: ['=', '!=', 'like', 'in', 'is'] };
const NUMBER = { operators: ['=', '>', 'between', 'is'] };
const line = meta(
  [
    field('name', 'data', { is_standard: true }),
    field('item', 'link', TEXT),
    field('qty', 'float', NUMBER),
    field('note', 'data'),
  ],
  {
    name: 'Order Line',
    istable: true,
  },
);
const order = meta(
  [
    field('name', 'data', { ...TEXT, is_standard: true, may_write: false }),
    field('title', 'data', TEXT),
    field('total', 'currency', NUMBER),
    field('paid', 'check', { operators: ['='] }),
    field('due', 'date', { operators: ['=', 'timespan', 'is'] }),
    field('secret', 'password', { operators: [] }),
    field('serial', 'data', { no_copy: 1 }),
    field('lines', 'table', { operators: [], options: 'Order Line' }),
  ],
  { name: 'Order', graphql_name: 'order_1a2b', title_field: 'title' },
);
const scene = { meta: order, origin: 'https://erp.example.com', children: new Map([['Order Line', line]]) };

function list(filters: unknown[], more: { q?: string; order?: string } = {}) {
  return listSamples({
    ...scene,
    columns: order.fields.filter(({ fieldname }) => ['title', 'total'].includes(fieldname)),
    filters: filters.length > 0 ? fromWire(filters) : NO_FILTERS,
    q: more.q ?? '',
    order: more.order ?? 'total desc,name asc',
    limit: 50,
  });
}

/** What stands in `where` of the query. */
const where = (filters: unknown[], q = ''): string =>
  /\(where: (.*), order_by: \[/.exec(list(filters, { q }).graphql)?.[1] ?? '';

describe('a list as code', () => {
  test('REST has fields, filters, order and page', () => {
    expect(list([['title', 'like', "%O'Neil%"]]).rest).toBe(
      `curl -sS -G 'https://erp.example.com/api/v1/Order' \\
  -H "Authorization: Bearer $TOKEN" \\
  --data-urlencode 'fields=["name","title","total"]' \\
  --data-urlencode 'filters=[["title","like","%O'\\''Neil%"]]' \\
  --data-urlencode 'order_by=total desc,name asc' \\
  --data-urlencode 'limit=50'
`,
    );
  });

  test('GraphQL has the name of the metadata, not one that it guesses', () => {
    expect(list([]).graphql).toBe(`query {
  order_1a2b(order_by: [{total: desc}, {name: asc}], limit: 50) {
    name
    title
    total
  }
}
`);
  });

  test.each([
    [[['title', '=', 'A "b"']], '{title: {_eq: "A \\"b\\""}}'],
    [[['paid', '=', 1]], '{paid: {_eq: true}}'],
    [[['total', '>', '5']], '{total: {_gt: 5}}'],
    [[['total', 'between', [1, 2]]], '{total: {_between: [1, 2]}}'],
    [[['title', 'in', ['a', 'b']]], '{title: {_in: ["a", "b"]}}'],
    // Text that is not set may be "" as well.
    [[['title', 'is', 'not set']], '{title: {_eq: ""}}'],
    [[['due', 'is', 'set']], '{due: {_is_null: false}}'],
    [
      [
        ['title', '=', 'a'],
        ['title', '!=', 'b'],
      ],
      '{_and: [{title: {_eq: "a"}}, {title: {_neq: "b"}}]}',
    ],
    [[['or', ['title', '=', 'a'], ['total', '>', 1]]], '{_or: [{title: {_eq: "a"}}, {total: {_gt: 1}}]}'],
    // Conditions on one table are about the same row of it.
    [
      [
        ['lines.item', '=', 'X'],
        ['paid', '=', 0],
        ['lines.qty', '>', 2],
      ],
      '{paid: {_eq: false}, lines: {item: {_eq: "X"}, qty: {_gt: 2}}}',
    ],
  ])('%j is %s', (filters, expected) => {
    expect(where(filters)).toBe(expected);
  });

  test('each searched word occurs somewhere', () => {
    expect(where([], 'red 5%')).toBe(
      '{_and: [{_or: [{name: {_ilike: "%red%"}}, {title: {_ilike: "%red%"}}]}, {_or: [{name: {_ilike: "%5\\\\%%"}}, {title: {_ilike: "%5\\\\%%"}}]}]}',
    );
  });

  test('what GraphQL has no word for is named, and left out', () => {
    const { lost, graphql } = list([
      ['due', 'timespan', 'this week'],
      ['title', '=', 'a'],
    ]);
    expect(lost).toEqual(['due timespan "this week"']);
    expect(graphql).toContain('where: {title: {_eq: "a"}}');
    expect(graphql).not.toContain('due');
  });
});

describe('a document as code', () => {
  const doc = {
    name: 'O/1',
    title: "it's",
    total: 3,
    paid: false,
    secret: 'x',
    serial: '9',
    lines: [{ name: 'r1', idx: 1, parent: 'O/1', item: 'X', qty: 2, note: null }],
  };
  const form = (operation: 'read' | 'create' | 'update', changes = {}) =>
    formSamples({ ...scene, operation, doc, changes });

  test('it is read with its rows, and without what is secret', () => {
    expect(form('read').rest).toContain("curl -sS 'https://erp.example.com/api/v1/Order/O%2F1'");
    expect(form('read').graphql).toContain('order_1a2b_by_pk(name: "O/1") {');
    expect(form('read').graphql).toContain('    lines {\n      name\n      item\n      qty\n      note\n    }');
    expect(form('read').graphql).not.toContain('secret');
  });

  test('one like it has no secrets, nothing that is not to be copied, and rows without what the server gave them', () => {
    expect(form('create').graphql).toContain(
      `insert_order_1a2b_one(object: {title: "it's", total: 3, paid: false, lines: [{item: "X", qty: 2}]})`,
    );
    expect(form('create').rest).toContain('-X POST');
    expect(form('create').rest).toContain('"title": "it\'\\\'\'s"');
  });

  test('a change is what is not saved, rows with the names that they are matched by; otherwise one field', () => {
    expect(form('update', { paid: true, lines: doc.lines }).graphql).toContain(
      '_set: {paid: true, lines: [{name: "r1", item: "X", qty: 2}]}',
    );
    expect(form('update').graphql).toContain(`_set: {title: "it's"}`);
  });

  test('the TypeScript of each passes the compiler', () => {
    const all = {
      list: list([['title', 'like', "%O'Neil%"]]).typescript,
      read: form('read').typescript,
      create: form('create').typescript,
      update: form('update', { paid: true, lines: doc.lines }).typescript,
    };
    const wrong = { wrong: 'export const a: string = 1;' };
    expect(typeErrors({ ...all, ...wrong })).toEqual({ wrong: [expect.stringContaining('not assignable')] });
  });
});

test('names and values are quoted as each language wants it', () => {
  expect(shellQuoted("a'b")).toBe("'a'\\''b'");
  expect(graphqlValue({ a: [1, null, 'x\n'], 'no name': 1, c: undefined })).toBe('{a: [1, null, "x\\n"]}');
  expect(typeName('Sales Order')).toBe('SalesOrder');
  expect(typeName('2nd thing')).toBe('Document2ndThing');
});
