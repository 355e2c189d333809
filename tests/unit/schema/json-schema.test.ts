/** The JSON Schema of a document: a real validator takes good documents and refuses bad ones by it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { builtinFieldTypes, createRegistry } from '../../../server/fieldtypes/registry.ts';
import type { DocTypeJson } from '../../../server/kernel/doctype.ts';
import { compileDocType } from '../../../server/schema/compile.ts';
import { documentJsonSchema } from '../../../server/schema/json-schema.ts';
import type { DocTypePlan } from '../../../server/schema/plan.ts';

const registry = createRegistry(builtinFieldTypes);

function plan(definition: DocTypeJson): DocTypePlan {
  const states = definition.fields.map(({ fieldname }) => ({ id: fieldname, fieldname, column: fieldname }));
  return compileDocType({ definition, states, table: 'x', version: 17, app: 'test', registry });
}

const row = plan({
  name: 'Order Item',
  istable: 1,
  fields: [
    { fieldname: 'item', fieldtype: 'Data', label: 'Item', reqd: 1 },
    { fieldname: 'qty', fieldtype: 'Int' },
  ],
});
const order = plan({
  name: 'Sales Order',
  description: 'What a customer wants.',
  autoname: 'Prompt',
  fields: [
    { fieldname: 'details', fieldtype: 'Section Break', label: 'Details' },
    {
      fieldname: 'customer',
      fieldtype: 'Link',
      label: 'Customer',
      options: 'Customer',
      reqd: 1,
      depends_on: 'eval:doc.status',
    },
    { fieldname: 'status', fieldtype: 'Select', options: 'Open\nClosed', description: 'How it stands' },
    { fieldname: 'paid', fieldtype: 'Check' },
    { fieldname: 'items', fieldtype: 'Table', options: 'Order Item', reqd: 1 },
    { fieldname: 'more', fieldtype: 'Table', options: 'Order Item' },
  ],
});
const find = (name: string) => (name === 'Order Item' ? row : undefined);

describe('documentJsonSchema', () => {
  const schema = documentJsonSchema(order, find) as {
    $id: string;
    properties: Record<string, Record<string, unknown>>;
    required: string[];
    $defs: Record<string, unknown>;
  };

  it('says what it is a schema of', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: '/api/meta/Sales%20Order/schema?v=17',
      title: 'Sales Order',
      description: 'What a customer wants.',
    });
    expect(schema.required).toEqual(['customer', 'items']);
  });

  it('describes each value, with Frappe’s words beside', () => {
    expect(schema.properties.customer).toMatchObject({
      type: ['string'],
      title: 'Customer',
      'x-frappe-fieldtype': 'Link',
      'x-frappe-options': 'Customer',
      'x-frappe-label': 'Customer',
      'x-frappe-depends_on': 'eval:doc.status',
    });
    expect(schema.properties.status).toMatchObject({ description: 'How it stands' });
    expect(Object.keys(schema.properties)).not.toContain('details');
  });

  it('marks what only the server sets', () => {
    const readOnly = (name: string) => schema.properties[name]?.readOnly === true;
    expect(
      ['id', 'doctype', 'owner', 'creation', 'modified', 'docstatus', '_version'].filter((name) => !readOnly(name)),
    ).toEqual([]);
    expect(['customer', 'status', 'items', 'name'].filter(readOnly)).toEqual([]);
    const named = documentJsonSchema(plan({ name: 'Note', autoname: 'hash', fields: [] })) as typeof schema;
    expect(named.properties.name?.readOnly).toBe(true);
  });

  const ajv = new Ajv2020({ strict: false, formats: { uuid: true, date: true, 'date-time': true, time: true } });
  const validate = ajv.compile(schema);
  const good = {
    name: 'SO-1',
    customer: 'Ada',
    status: 'Open',
    paid: true,
    items: [{ name: 'r1', item: 'Pen', qty: 2 }],
    more: [],
  };

  it('takes a good document, children included', () => {
    expect(validate(good), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...good, status: null })).toBe(true);
  });

  it.each<[string, Record<string, unknown>]>([
    ['no customer', { customer: undefined }],
    ['a null customer', { customer: null }],
    ['an unknown status', { status: 'Lost' }],
    ['a text for a flag', { paid: 'yes' }],
    ['no rows', { items: [] }],
    ['a row without its item', { items: [{ qty: 1 }] }],
    ['an unknown key', { colour: 'red' }],
    ['an unknown key in a row', { more: [{ item: 'Pen', colour: 'red' }] }],
  ])('refuses %s', (_what, change) => {
    expect(validate(JSON.parse(JSON.stringify({ ...good, ...change })))).toBe(false);
  });

  it('refers to child tables that it is not given', () => {
    const alone = documentJsonSchema(order) as typeof schema;
    expect(alone.properties.items).toMatchObject({ items: { $ref: '/api/meta/Order%20Item/schema' } });
    expect(alone.$defs).toBeUndefined();
  });

  it('ends for a table that holds itself', () => {
    const tree: DocTypePlan = plan({
      name: 'Loop',
      istable: 1,
      fields: [{ fieldname: 'rows', fieldtype: 'Table', options: 'Loop' }],
    });
    expect(Object.keys((documentJsonSchema(tree, () => tree) as typeof schema).$defs)).toEqual(['Loop']);
  });
});
