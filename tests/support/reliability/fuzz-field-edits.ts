/** The fuzzer's edits of the fields of a DocType: each alters the list as it was read, or finds nothing to do. */
import type { Random } from '../../integration/query/random.ts';
import { type FuzzField, VALUE_TYPES } from './fuzz-values.ts';
import { CHILD, type Known, TARGET, type World } from './fuzz-world.ts';
import type { ServerProcess } from './server-process.ts';

export interface Edit {
  world: World;
  known: Known;
  server: ServerProcess;
  random: Random;
}

export type FieldEdit = (fields: FuzzField[], edit: Edit) => Record<string, unknown> | undefined;

export const plain = (fields: readonly FuzzField[]): FuzzField[] =>
  fields.filter((field) => VALUE_TYPES.includes(field.fieldtype));

export function fresh(edit: Edit, fieldtype: string): FuzzField {
  const field: Omit<FuzzField, 'id'> = { fieldname: `f${++edit.world.serial}`, fieldtype, label: 'A field' };
  if (fieldtype === 'Select') field.options = 'one\ntwo\nthree';
  if (fieldtype === 'Link') field.options = TARGET;
  if (fieldtype === 'Table') field.options = CHILD;
  return field as FuzzField;
}

function retyped({ id, fieldname, label }: FuzzField, fieldtype: string): FuzzField {
  const field = { id, fieldname, fieldtype, label } as FuzzField;
  if (fieldtype === 'Select') field.options = 'one\ntwo\nthree';
  if (fieldtype === 'Link') field.options = TARGET;
  return field;
}

/** Replaces one field; nothing to do without one that fits. */
function one(
  fits: (field: FuzzField) => boolean,
  alter: (field: FuzzField, edit: Edit) => FuzzField | undefined,
): FieldEdit {
  return (fields, edit) => {
    const candidates = fields.filter(fits);
    if (candidates.length === 0) return undefined;
    const chosen = edit.random.pick(candidates);
    return { fields: fields.flatMap((field) => (field === chosen ? (alter(field, edit) ?? []) : [field])) };
  };
}

export const isPlain = (field: FuzzField): boolean => VALUE_TYPES.includes(field.fieldtype);
const flip = (value: unknown): 0 | 1 => (value ? 0 : 1);

export const FIELD_EDITS: readonly [string, FieldEdit][] = [
  ['add', (fields, edit) => ({ fields: [...fields, fresh(edit, edit.random.pick(VALUE_TYPES))] })],
  ['add', (fields, edit) => ({ fields: [fresh(edit, edit.random.pick(VALUE_TYPES)), ...fields] })],
  ['add table', (fields, edit) => ({ fields: [...fields, fresh(edit, 'Table')] })],
  ['rename', one(isPlain, (field, edit) => ({ ...field, fieldname: `f${++edit.world.serial}` }))],
  [
    'rename table',
    one(
      (field) => field.fieldtype === 'Table',
      (field, edit) => ({ ...field, fieldname: `rows_${++edit.world.serial}` }),
    ),
  ],
  [
    'remove',
    one(
      (field) => isPlain(field) && field.fieldname !== 'title',
      () => undefined,
    ),
  ],
  [
    'remove table',
    one(
      (field) => field.fieldtype === 'Table',
      () => undefined,
    ),
  ],
  ['retype', one(isPlain, (field, edit) => retyped(field, edit.random.pick(VALUE_TYPES)))],
  ['to text', one(isPlain, (field, edit) => retyped(field, edit.random.pick(['Data', 'Small Text', 'Long Text'])))],
  [
    'unique',
    one(
      (field) => ['Data', 'Int'].includes(field.fieldtype),
      (field) => ({ ...field, unique: flip(field.unique), default: undefined }),
    ),
  ],
  [
    'index',
    one(
      (field) => ['Data', 'Int', 'Date', 'Select'].includes(field.fieldtype),
      (field) => ({ ...field, search_index: flip(field.search_index) }),
    ),
  ],
  ['reqd', one(isPlain, (field) => ({ ...field, reqd: flip(field.reqd) }))],
  [
    'length',
    one(
      (field) => field.fieldtype === 'Data',
      (field, edit) => ({ ...field, length: edit.random.pick([2, 40, 200]) }),
    ),
  ],
  [
    'default',
    one(
      (field) => ['Int', 'Small Text', 'Float'].includes(field.fieldtype),
      (field, edit) => ({ ...field, default: String(edit.random.int(1, 9)), unique: 0 }),
    ),
  ],
  [
    'options',
    one(
      (field) => field.fieldtype === 'Select',
      (field, edit) => ({ ...field, options: edit.random.pick(['one\ntwo\nthree\nfour', 'one\ntwo', 'three']) }),
    ),
  ],
  ['naming', (fields, edit) => ({ fields, autoname: edit.random.pick(['prompt', 'hash', 'format:N-{#####}']) })],
  ['sort', (fields) => ({ fields, sort_field: plain(fields).at(-1)?.fieldname ?? 'creation', sort_order: 'DESC' })],
];
