import { describe, expect, test } from 'vitest';
import { exampleOf, rowsOf, typeText } from '../../../desk/src/meta/json-schema.ts';
import { findOperations, groupsOf, type OpenApi, operationsOf } from '../../../desk/src/meta/openapi.ts';
import { operationSamples } from '../../../desk/src/meta/operation-samples.ts';
import { typeErrors } from './type-errors.ts';

const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: object) => ({ 'application/json': { schema } });
const name = { name: 'name', in: 'path' as const, required: true, schema: { type: 'string' } };

const api: OpenApi = {
  info: { title: 'Test', version: '1' },
  paths: {
    '/api/v1/auth/login': { post: { summary: 'Sign in', security: [], responses: { 200: { description: 'ok' } } } },
    '/api/v1/Sales%20Order': {
      get: {
        tags: ['Sales'],
        operationId: 'list_sales_order',
        summary: 'List Sales Order documents',
        parameters: [{ name: 'limit', in: 'query', schema: { type: 'integer' } }],
      },
      post: {
        tags: ['Sales'],
        operationId: 'create_sales_order',
        summary: 'Create a Sales Order',
        requestBody: { required: true, content: json(ref('Sales_Order')) },
      },
    },
    '/api/v1/Sales%20Order/{name}': {
      parameters: [name],
      get: { tags: ['Sales'], summary: 'Read one', responses: { default: { $ref: '#/components/responses/Problem' } } },
      delete: { tags: ['Sales'], summary: 'Delete one', responses: { 204: { description: 'Deleted' } } },
    },
  },
  components: {
    schemas: {
      Problem: { type: 'object', properties: { title: { type: 'string' } } },
      Sales_Order: {
        title: 'Sales Order',
        type: 'object',
        required: ['customer', 'items'],
        properties: {
          doctype: { const: 'Sales Order', readOnly: true },
          status: { type: ['string', 'null'], enum: ['', 'Draft', 'Done', null], default: 'Draft' },
          customer: { type: 'string', title: 'Customer' },
          due: { type: ['string', 'null'], format: 'date' },
          items: { type: 'array', items: ref('Sales_Order_Item') },
        },
        'x-frappe-doctype': 'Sales Order',
        'x-graphql-name': 'sales_order',
      },
      Sales_Order_Item: {
        title: 'Sales Order Item',
        type: 'object',
        required: ['qty'],
        properties: { qty: { type: 'number' }, parts: { type: 'array', items: ref('Sales_Order_Item') } },
        'x-frappe-doctype': 'Sales Order Item',
      },
    },
    responses: { Problem: { description: 'Why', content: { 'application/problem+json': { schema: ref('Problem') } } } },
  },
};
const operations = operationsOf(api);
const find = (method: string, path: string) => {
  const found = operations.find((operation) => operation.method === method && operation.path === path);
  if (!found) throw new Error(`no ${method} ${path}`);
  return found;
};

describe('operations', () => {
  test('each has a key of its own, its DocType, its parameters and the refusals behind a reference', () => {
    expect(operations.map(({ key }) => key)).toEqual([
      'post-api-v1-auth-login',
      'list_sales_order',
      'create_sales_order',
      'get-api-v1-Sales-Order-name',
      'delete-api-v1-Sales-Order-name',
    ]);
    const one = find('GET', '/api/v1/Sales Order/{name}');
    expect([one.doctype, one.group, one.isWrite]).toEqual(['Sales Order', 'Sales', false]);
    expect(one.parameters).toEqual([name]);
    expect(one.responses[0]).toMatchObject({ description: 'Why', mediaType: 'application/problem+json' });
    expect(find('POST', '/api/v1/auth/login')).toMatchObject({ isOpen: true, group: 'Sign-in', isWrite: false });
  });

  test('modules stand before fixed routes, and every word of a search must occur', () => {
    expect(groupsOf(operations).map((group) => [group.name, group.count])).toEqual([
      ['Sales', 4],
      ['Sign-in', 1],
    ]);
    expect(findOperations(operations, 'order GET list', 10).map(({ key }) => key)).toEqual(['list_sales_order']);
    expect(findOperations(operations, '', 2)).toHaveLength(2);
  });
});

describe('a schema', () => {
  const schema = ref('Sales_Order');

  test('what is required stands first, what the server sets last', () => {
    const rows = rowsOf(api, schema);
    expect(rows.map((row) => [row.name, row.type, row.isRequired])).toEqual([
      ['customer', 'string', true],
      ['items', 'array of Sales Order Item', true],
      ['status', 'string or null', false],
      ['due', 'string or null · date', false],
      ['doctype', '"Sales Order"', false],
    ]);
    expect(rows[2]).toMatchObject({ choices: ['Draft', 'Done'], standard: '"Draft"', inner: undefined });
    expect(rowsOf(api, rows[1]?.inner).map((row) => row.name)).toEqual(['qty', 'parts']);
    expect(typeText(api, {})).toBe('any');
  });

  test('an example has what is required, and ends where a schema holds itself', () => {
    expect(exampleOf(api, schema)).toEqual({ customer: '', items: [{ qty: 1 }] });
    const endless: OpenApi = { ...api, components: { schemas: { A: { type: 'array', items: ref('A') } } } };
    expect(JSON.stringify(exampleOf(endless, ref('A')))).toBe('[[[[]]]]');
    expect(exampleOf({ ...api, components: { schemas: { B: ref('B') } } }, ref('B'))).toBe('');
  });
});

describe('an operation as code', () => {
  const samples = (method: string, path: string, parameters = {}, body = '') =>
    operationSamples(api, find(method, path), { parameters, body }, 'http://x');

  test('what stands in the boxes is in it, and what does not is left out', () => {
    const list = samples('GET', '/api/v1/Sales Order', { limit: '5' });
    expect(list.curl).toContain("-G 'http://x/api/v1/Sales%20Order'");
    expect(list.curl).toContain("--data-urlencode 'limit=5'");
    expect(list.graphql).toContain('sales_order(limit: 5) {\n    name\n    doctype\n    status');
    expect(list.graphql).not.toContain('items');
    expect(samples('GET', '/api/v1/Sales Order').curl).not.toContain('limit');
    expect(samples('DELETE', '/api/v1/Sales Order/{name}', { name: 'A/1' }).curl).toContain('/Sales%20Order/A%2F1');
  });

  test('writes have their GraphQL twin; what has none has no such tab', () => {
    expect(samples('POST', '/api/v1/Sales Order', {}, '{"customer": "A"}').graphql).toContain(
      'mutation {\n  insert_sales_order_one(object: {customer: "A"}) {',
    );
    expect(samples('POST', '/api/v1/auth/login').graphql).toBeUndefined();
  });

  test('the TypeScript passes the compiler', () => {
    const filled = { parameters: { name: "it's `$" }, body: '{"a": "b"}' };
    const all = operations.map((one) => [one.key, operationSamples(api, one, filled, 'http://x').typescript]);
    expect(typeErrors(Object.fromEntries(all))).toEqual({});
  });
});
