/**
 * Each rule of a definition, broken alone in a DocType that is otherwise right: the one problem that
 * comes back, with its path and code.
 */
import { describe, expect, it } from 'vitest';
import { builtinFieldTypes, createRegistry } from '../../../server/fieldtypes/registry.ts';
import type { DocField, DocTypeJson } from '../../../server/kernel/doctype.ts';
import { checkDocType, isFatal } from '../../../server/schema/check.ts';

const registry = createRegistry(builtinFieldTypes);

const field = (fieldname: string, fieldtype = 'Data', more: Partial<DocField> = {}): DocField => ({
  fieldname,
  fieldtype,
  label: fieldname,
  ...more,
});

const territory: DocTypeJson = { name: 'Territory', fields: [field('title')], autoname: 'TER-.#####' };

const others: DocTypeJson[] = [
  { name: 'Customer', fields: [field('territory', 'Link', { options: 'Territory' }), field('notes', 'Section Break')] },
  territory,
  { name: 'Order Item', istable: 1, fields: [field('item'), field('qty', 'Int')] },
  { name: 'Order Tag', istable: 1, fields: [field('customer', 'Link', { options: 'Customer' })] },
  { name: 'Broken', fields: 'none' as unknown as DocField[] },
  { name: 'DocType', fields: [] },
  {
    name: 'Shipment',
    fields: [field('order', 'Link', { options: 'Order' }), field('note', 'Data', { fetch_from: 'order.note' })],
  },
];

const salesUser = { role: 'Sales User', read: 1, write: 1, create: 1, submit: 1, cancel: 1, amend: 1, import: 1 };

const order: DocTypeJson = {
  name: 'Order',
  module: 'Sales',
  is_submittable: 1,
  allow_import: 1,
  autoname: 'format:ORD-{YYYY}-{#####}',
  title_field: 'title',
  search_fields: 'customer, status',
  sort_field: 'modified desc, title asc',
  fields: [
    field('title', 'Data', { reqd: 1 }),
    field('customer', 'Link', { options: 'Customer' }),
    field('territory', 'Link', { options: 'Territory', fetch_from: 'customer.territory' }),
    field('items', 'Table', { options: 'Order Item' }),
    field('tags', 'Table MultiSelect', { options: 'Order Tag' }),
    field('party_type', 'Select', { options: 'Customer\nTerritory' }),
    field('party', 'Dynamic Link', { options: 'party_type', depends_on: 'eval:doc.party_type' }),
    field('picture', 'Attach Image'),
    field('status', 'Select', { options: 'Open\nClosed', default: 'Open' }),
    field('parent_order', 'Link', { options: 'Order' }),
    field('note', 'Data', { fetch_from: 'parent_order.note' }),
  ],
  permissions: [salesUser, { role: 'Sales User', permlevel: 1, read: 1 }],
};

function check(definition: DocTypeJson, more: { before?: DocTypeJson; others?: DocTypeJson[] } = {}) {
  const known = new Map([...others, ...(more.others ?? [])].map((doctype) => [doctype.name, doctype]));
  return checkDocType({
    definition,
    registry,
    known: (name) => known.get(name),
    knownNames: known.keys(),
    before: more.before,
  });
}

/** The problems of the sound DocType with some keys changed, as "path code". */
function broken(change: Partial<DocTypeJson>, more: Parameters<typeof check>[1] = {}): string[] {
  return check({ ...order, ...change }, more).map((problem) => `${problem.field} ${problem.code}`);
}

/** The same with one more field, the twelfth. */
function brokenField(extra: DocField, change: Partial<DocTypeJson> = {}): string[] {
  return broken({ ...change, fields: [...order.fields, extra] });
}

it('finds nothing in a sound DocType', () => {
  expect(check(order)).toEqual([]);
});

describe('names of DocTypes', () => {
  it.each([
    '',
    '1st',
    'Sales/Order',
    ' Order',
    'Order ',
    'Órder',
    "Robert'); drop",
    '__proto__',
    'A'.repeat(62),
    'a\u200bb',
  ])('refuses %j', (name) => {
    const problems = check({ name, fields: [] });
    expect(problems.map((problem) => `${problem.field} ${problem.code}`)).toEqual(['name invalid_name']);
    expect(problems.map(isFatal)).toEqual([true]);
  });

  it.each(['rpc', 'stream', 'constructor', 'hasOwnProperty', 'toString', 'then'])(
    'refuses the reserved word %s',
    (name) => {
      const [problem] = check({ name, fields: [] });
      expect(problem).toMatchObject({ field: 'name', code: 'reserved_name' });
      expect(problem && isFatal(problem)).toBe(true);
    },
  );

  it('lets an import have Frappe’s own "Workflow", which an edit may not make anew', () => {
    const [problem] = check({ name: 'Workflow', fields: [] });
    expect(problem).toMatchObject({ field: 'name', code: 'confusing_name' });
    expect(problem && isFatal(problem)).toBe(false);
    expect(check({ name: 'Workflow', fields: [] }, { before: { name: 'Workflow', fields: [] } })).toEqual([]);
  });

  it.each(['Order-Item', 'order item', 'Order_Item', 'ORDER ITEM'])('refuses %s beside "Order Item"', (name) => {
    const [problem] = check({ name, fields: [] });
    expect(problem).toMatchObject({ field: 'name', code: 'name_collision' });
    expect(problem?.message).toContain('"Order Item"');
    expect(problem && isFatal(problem)).toBe(true);
  });

  it('lets a DocType change the spelling of its own name', () => {
    expect(check({ ...territory, name: 'territory' }, { before: territory })).toEqual([]);
  });
});

describe('fieldnames', () => {
  it.each([
    ['Status', 'invalid_fieldname'],
    ['due date', 'invalid_fieldname'],
    ['naïve', 'invalid_fieldname'],
    ['x"; drop table "y', 'invalid_fieldname'],
    ['a'.repeat(64), 'invalid_fieldname'],
    ['__proto__', 'forbidden_fieldname'],
    ['constructor', 'forbidden_fieldname'],
    ['toJSON', 'forbidden_fieldname'],
    ['then', 'forbidden_fieldname'],
    ['__typename', 'forbidden_fieldname'],
    ['owner', 'reserved_fieldname'],
    ['docstatus', 'reserved_fieldname'],
    ['flags', 'reserved_fieldname'],
    ['2nd_choice', 'leading_digit'],
    ['', 'missing_fieldname'],
  ])('refuses %j as %s', (fieldname, code) => {
    expect(brokenField(field(fieldname))[0]).toBe(`fields[11].fieldname ${code}`);
  });

  it('allows idx and SQL keywords', () => {
    const names = ['idx', 'user', 'order', 'select', 'a'.repeat(63)];
    expect(broken({ fields: [...order.fields, ...names.map((name) => field(name))] })).toEqual([]);
  });

  it('suggests a fieldname that would do', () => {
    const [problem] = check({ ...order, fields: [...order.fields, field('Due Date')] });
    expect(problem?.message).toContain('"due_date"');
  });

  it.each(['title', 'TITLE'])('refuses a second title spelled %s', (fieldname) => {
    expect(brokenField(field(fieldname))).toContain('fields[11].fieldname duplicate_fieldname');
  });

  it('counts columns with the standard ones and states the limit', () => {
    const fields = (count: number) => Array.from({ length: count }, (_, i) => field(`f${i}`));
    expect(check({ name: 'Wide', fields: fields(1591) })).toEqual([]);
    const [problem] = check({ name: 'Wide', fields: fields(1592) });
    expect(problem).toMatchObject({ field: 'fields', code: 'too_many_columns' });
    expect(problem?.message).toContain('1,600');
    expect(problem && isFatal(problem)).toBe(true);
  });
});

describe('fields by themselves', () => {
  it.each<[string, DocField]>([
    ['fields[11].fieldtype unknown_fieldtype', field('x', 'Dta')],
    ['fields[11].fieldtype unknown_fieldtype', field('x', '__proto__')],
    ['fields[11].options options_required', field('x', 'Link')],
    ['fields[11].options options_required', field('x', 'Table')],
    ['fields[11].reqd not_allowed', field('x', 'Section Break', { reqd: 1 })],
    ['fields[11].default default_required', field('x', 'Data', { reqd: 1, hidden: 1 })],
    ['fields[11].unique not_allowed', field('x', 'Check', { unique: 1 })],
    ['fields[11].search_index not_allowed', field('x', 'Text', { search_index: 1 })],
    ['fields[11].in_list_view not_allowed', field('x', 'Heading', { in_list_view: 1 })],
    ['fields[11].in_global_search not_allowed', field('x', 'Heading', { in_global_search: 1 })],
    ['fields[11].default invalid_default', field('x', 'Select', { options: 'A\nB', default: 'C' })],
    ['fields[11].max_height invalid_max_height', field('x', 'Code', { max_height: '10 metres' })],
    ['fields[11].depends_on bad_condition', field('x', 'Data', { depends_on: 'eval:doc.status = "Open"' })],
    ['fields[11].mandatory_depends_on bad_condition', field('x', 'Data', { mandatory_depends_on: 'eval:doc.(' })],
    [
      'fields[11].collapsible_depends_on bad_condition',
      field('x', 'Section Break', { collapsible_depends_on: 'eval:)' }),
    ],
    ['fields[11].label too_long', field('x', 'Data', { label: 'x'.repeat(256) })],
    ['fields[11].description too_long', field('x', 'Data', { description: 'x'.repeat(20_001) })],
    ['fields[11].options wrong_type', field('x', 'Data', { options: {} as unknown as string })],
    ['fields[11].depends_on wrong_type', field('x', 'Data', { depends_on: ['a'] as unknown as string })],
  ])('says %s', (expected, extra) => {
    expect(brokenField(extra)).toEqual([expected]);
  });

  it('suggests the nearest field type', () => {
    const [problem] = check({ ...order, fields: [...order.fields, field('x', 'Curency')] });
    expect(problem?.message).toContain('"Currency"');
    expect(problem && isFatal(problem)).toBe(false);
  });

  it('allows one Fold', () => {
    const folded = [...order.fields, field('fold_a', 'Fold')];
    expect(broken({ fields: folded })).toEqual([]);
    expect(broken({ fields: [...folded, field('fold_b', 'Fold')] })).toEqual(['fields[12].fieldtype second_fold']);
  });

  it('takes the options of a virtual field for an expression', () => {
    expect(brokenField(field('x', 'Link', { is_virtual: 1, options: 'doc.customer' }))).toEqual([]);
  });
});

describe('links', () => {
  it('wants the exact spelling and suggests it', () => {
    const [problem] = check({ ...order, fields: [...order.fields, field('x', 'Link', { options: 'customer' })] });
    expect(problem).toMatchObject({ field: 'fields[11].options', code: 'unknown_doctype' });
    expect(problem?.message).toContain('"Customer"');
  });

  it.each<[string, DocField]>([
    ['fields[11].options unknown_doctype', field('x', 'Link', { options: '__proto__' })],
    ['fields[11].options unknown_doctype', field('x', 'Table', { options: 'Nowhere' })],
    ['fields[11].options not_a_child_table', field('x', 'Table', { options: 'Customer' })],
    ['fields[11].options no_link_in_child', field('x', 'Table MultiSelect', { options: 'Order Item' })],
    ['fields[11].options unknown_field', field('x', 'Dynamic Link', { options: 'party_typ' })],
    ['fields[11].options bad_pointer', field('x', 'Dynamic Link', { options: 'title' })],
    ['fields[11].options bad_pointer', field('x', 'Dynamic Link', { options: 'customer' })],
    ['fields[11].options bad_pointer', field('x', 'Dynamic Link', { options: 'x' })],
  ])('says %s', (expected, extra) => {
    expect(brokenField(extra)).toEqual([expected]);
  });

  it('allows a Link to itself, and a Link to DocType as pointer', () => {
    const fields = [field('kind', 'Link', { options: 'DocType' }), field('what', 'Dynamic Link', { options: 'kind' })];
    expect(broken({ fields: [...order.fields, ...fields, field('original', 'Link', { options: 'Order' })] })).toEqual(
      [],
    );
  });

  it('refuses tables inside child tables, and real children of virtual DocTypes', () => {
    const rows = [field('rows', 'Table', { options: 'Order Item' })];
    expect(check({ name: 'Nested', istable: 1, fields: rows }).map((p) => `${p.field} ${p.code}`)).toEqual([
      'fields[0].fieldtype nested_table',
    ]);
    expect(check({ name: 'Ghost', is_virtual: 1, fields: rows }).map((p) => `${p.field} ${p.code}`)).toEqual([
      'fields[0].options child_not_virtual',
    ]);
  });
});

describe('fetch_from', () => {
  it.each([
    ['customer', 'bad_fetch'],
    ['.territory', 'bad_fetch'],
    ['custmer.territory', 'unknown_field'],
    ['title.territory', 'bad_fetch'],
    ['customer.teritory', 'unknown_field'],
    ['customer.notes', 'bad_fetch'],
    ['customer.__proto__', 'unknown_field'],
  ])('refuses %s as %s', (fetch_from, code) => {
    expect(brokenField(field('x', 'Data', { fetch_from }))).toEqual([`fields[11].fetch_from ${code}`]);
  });

  it.each(['customer.name', 'customer.modified', 'party.anything', '.', 'territory.title'])(
    'allows %s',
    (fetch_from) => {
      expect(brokenField(field('x', 'Data', { fetch_from }))).toEqual([]);
    },
  );

  it('refuses a field that is fetched through itself', () => {
    const extra = field('x', 'Link', { options: 'Customer', fetch_from: 'x.territory' });
    expect(brokenField(extra)).toEqual(['fields[11].fetch_from self_fetch']);
  });

  it('refuses a circle within the DocType, once', () => {
    const fields = [
      field('a', 'Data', { fetch_from: 'parent_order.b' }),
      field('b', 'Data', { fetch_from: 'parent_order.c' }),
      field('c', 'Data', { fetch_from: 'parent_order.a' }),
      field('d', 'Data', { fetch_from: 'parent_order.a' }),
    ];
    expect(broken({ fields: [...order.fields, ...fields] })).toEqual(['fields[11].fetch_from cyclic_fetch']);
  });

  it('refuses a circle through another DocType', () => {
    const fields = [
      field('shipment', 'Link', { options: 'Shipment' }),
      field('note', 'Data', { fetch_from: 'shipment.note' }),
    ];
    const problems = check({ name: 'Order', fields });
    expect(problems.map((p) => `${p.field} ${p.code}`)).toEqual(['fields[1].fetch_from cyclic_fetch']);
    expect(problems[0]?.message).toContain('Order.note ← Shipment.note ← Order.note');
  });
});

describe('the DocType’s own keys', () => {
  it.each<[string, Partial<DocTypeJson>]>([
    ['title_field unknown_field', { title_field: 'titel' }],
    ['title_field wrong_field', { title_field: 'items' }],
    ['search_fields unknown_field', { search_fields: 'title, custmer' }],
    ['sort_field unknown_field', { sort_field: 'statu' }],
    ['sort_field unknown_field', { sort_field: 'modified desc, nope asc' }],
    ['sort_field bad_order', { sort_field: 'modified downwards' }],
    ['sort_order bad_order', { sort_order: 'SIDEWAYS' }],
    ['image_field unknown_field', { image_field: 'pictur' }],
    ['image_field wrong_field', { image_field: 'title' }],
    ['timeline_field wrong_field', { timeline_field: 'title' }],
    ['is_published_field unknown_field', { is_published_field: 'published' }],
    ['sender_field missing_field', { email_append_to: 1 }],
    ['has_web_view missing_field', { has_web_view: 1 }],
    ['search_fields too_long', { search_fields: 'title,'.repeat(1000) }],
    ['title_field wrong_type', { title_field: ['title'] as unknown as string }],
    [
      'fields[0].default unknown_field',
      { fields: [field('title', 'Data', { default: '{nobody}' }), ...order.fields.slice(1)] },
    ],
  ])('says %s', (expected, change) => {
    expect(broken(change)).toEqual([expected]);
  });

  it('allows standard keys, and the fields that it gets by itself', () => {
    const change = {
      title_field: 'name',
      search_fields: 'owner,amended_from',
      sort_field: '`tabOrder`.`idx` asc',
      image_field: 'picture',
      timeline_field: 'customer',
    };
    expect(broken(change)).toEqual([]);
  });
});

describe('autoname', () => {
  it.each([
    'field:title',
    'FIELD:title',
    'hash',
    'Prompt',
    'prompt',
    'UUID',
    'autoincrement',
    'format:{title}',
    'format:O {creation} {##}',
    'ORD-.YYYY.-.#####',
    'ORD-.{customer}.-.##',
    '.####',
    '',
  ])('allows %j', (autoname) => {
    expect(broken({ autoname })).toEqual([]);
  });

  it.each([
    ['field:titel', 'unknown_field'],
    ['field:items', 'bad_autoname'],
    ['naming_series:', 'unknown_field'],
    ['format:{##}-{###}', 'second_counter'],
    ['format:{nobody}', 'unknown_field'],
    ['format:{#', 'bad_autoname'],
    ['ORD-####', 'bad_autoname'],
    ['ORD;.####', 'bad_autoname'],
    ['ORD-.{nobody}.####', 'unknown_field'],
    ['TER-.####', 'shared_prefix'],
    ['title', 'bad_autoname'],
    ['Hash', 'bad_autoname'],
  ])('refuses %j as %s', (autoname, code) => {
    expect(broken({ autoname })).toEqual([`autoname ${code}`]);
  });

  it('is at ease with naming_series: once the field is there', () => {
    expect(
      brokenField(field('naming_series', 'Select', { options: 'ORD-.####' }), { autoname: 'naming_series:' }),
    ).toEqual([]);
  });
});

describe('kinds of DocTypes', () => {
  const plain = { name: 'Thing', fields: [field('title')] };
  const codes = (definition: DocTypeJson, before?: DocTypeJson) =>
    check(definition, { before }).map((p) => `${p.field} ${p.code}`);

  it('refuses kinds that exclude each other', () => {
    expect(codes({ ...plain, issingle: 1, istable: 1 })).toEqual(['issingle contradiction']);
    expect(codes({ ...plain, issingle: 1, is_submittable: 1 })).toEqual(['issingle contradiction']);
    expect(codes({ ...plain, istable: 1, is_submittable: 1 })).toEqual(['istable contradiction']);
    expect(codes({ ...plain, istable: 1, is_tree: 1 })).toEqual(['istable contradiction']);
  });

  it('refuses to switch a stored DocType to another kind', () => {
    expect(codes({ ...plain, istable: 1 }, plain)).toEqual(['istable kind_changed']);
    expect(codes(plain, { ...plain, issingle: 1 })).toEqual(['issingle kind_changed']);
    expect(codes({ ...plain, issingle: true }, { ...plain, issingle: 1 })).toEqual([]);
  });

  it('gives a tree its fields, and refuses wrong ones', () => {
    expect(codes({ ...plain, is_tree: 1, search_fields: 'lft, is_group, parent_thing' })).toEqual([]);
    const fields = [field('lft'), field('parent_thing', 'Link', { options: 'Customer' })];
    expect(codes({ ...plain, is_tree: 1, fields })).toEqual([
      'nsm_parent_field bad_tree_field',
      'fields[0].fieldtype bad_tree_field',
    ]);
    expect(codes({ ...plain, is_tree: 1, nsm_parent_field: 'title' })).toEqual(['nsm_parent_field bad_tree_field']);
  });
});

describe('permissions', () => {
  it.each<[string, Record<string, unknown>[]]>([
    ['permissions[0].role missing_role', [{ read: 1 }]],
    ['permissions[0] no_right', [{ role: 'A', report: 1 }]],
    ['permissions[0].cancel missing_right', [{ ...salesUser, submit: 0 }]],
    ['permissions[0].submit missing_right', [{ role: 'A', submit: 1 }]],
    ['permissions[0].amend missing_right', [{ role: 'A', read: 1, amend: 1 }]],
    ['permissions[0].import missing_right', [{ role: 'A', read: 1, import: 1 }]],
    ['permissions[1] duplicate_permission', [salesUser, salesUser]],
    ['permissions[0].permlevel no_level_zero', [{ role: 'A', permlevel: 1, read: 1 }]],
    ['permissions[0].permlevel bad_permlevel', [{ role: 'A', permlevel: 'x', read: 1 }]],
    ['permissions[0].role wrong_type', [{ role: { a: 1 }, read: 1 }]],
    ['permissions[0] wrong_type', ['all' as unknown as Record<string, unknown>]],
  ])('says %s', (expected, permissions) => {
    expect(broken({ permissions: permissions as DocTypeJson['permissions'] })[0]).toBe(expected);
  });

  it('ties submit to is_submittable and import to allow_import', () => {
    expect(broken({ is_submittable: 0, allow_import: 0 })).toEqual([
      'permissions[0].submit not_submittable',
      'permissions[0].amend not_submittable',
      'permissions[0].import not_importable',
    ]);
  });

  it('does not look at the rows of a child table, nor at a level for everybody', () => {
    expect(check({ name: 'Row', istable: 1, fields: [], permissions: [{ role: '' }] })).toEqual([]);
    expect(
      broken({ permissions: [salesUser, { role: 'All', permlevel: 1, read: 1 }, { ...salesUser, if_owner: 1 }] }),
    ).toEqual([]);
  });
});
