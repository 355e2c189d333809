/**
 * Any JSON object read as a DocType: what has the right kind goes on to the rules, what has not is one
 * `wrong_type` problem and left out. So the rules (check-*.ts) work on text, numbers and lists only.
 */
import type { FieldType } from '../fieldtypes/contract.ts';
import { data } from '../fieldtypes/data.ts';
import type { Registry } from '../fieldtypes/registry.ts';
import type { DocField, DocPerm, DocTypeJson } from '../kernel/doctype.ts';
import type { FieldProblem } from '../kernel/error.ts';
import { ownValue, readRows, readText, withoutLongText, wrongType } from './check-rows.ts';
import { completeDefinition } from './complete.ts';

export interface ReadField {
  field: DocField;
  /** `fields[3]`. */
  path: string;
  /** Undefined: nobody knows its fieldtype. */
  type: FieldType | undefined;
}

export interface ReadPermission {
  permission: DocPerm;
  path: string;
}

export interface Reading {
  /** With text where text belongs, and only readable fields and permissions. */
  definition: DocTypeJson;
  fields: readonly ReadField[];
  /** The first field of each name. Fields that a tree or a submittable DocType gets by itself are in it. */
  byName: ReadonlyMap<string, ReadField>;
  permissions: readonly ReadPermission[];
  problems: readonly FieldProblem[];
}

const DOCTYPE_TEXT = [
  'name',
  'module',
  'autoname',
  'title_field',
  'search_fields',
  'image_field',
  'timeline_field',
  'is_published_field',
  'sort_field',
  'sort_order',
  'nsm_parent_field',
  'rls_field',
  'tenancy',
  'description',
  'sender_field',
  'sender_name_field',
  'subject_field',
  'recipient_account_field',
  'website_search_field',
] as const;

const FIELD_TEXT = [
  'id',
  'fieldname',
  'fieldtype',
  'label',
  'options',
  'precision',
  'depends_on',
  'mandatory_depends_on',
  'read_only_depends_on',
  'collapsible_depends_on',
  'fetch_from',
  'oldfieldname',
  'oldfieldtype',
  'description',
  'max_height',
  'width',
  'placeholder',
] as const;

const FIELD_SCALARS = [
  'default',
  'reqd',
  'unique',
  'search_index',
  'length',
  'non_negative',
  'not_nullable',
  'read_only',
  'hidden',
  'set_only_once',
  'allow_on_submit',
  'no_copy',
  'permlevel',
  'ignore_user_permissions',
  'fetch_if_empty',
  'is_virtual',
  'in_list_view',
  'in_standard_filter',
  'in_global_search',
  'ignore_xss_filter',
  'columns',
  'bold',
  'translatable',
] as const;

/** Reads `definition` with the field types of `registry`; never throws for a value that passed checkShape. */
export function readDefinition(definition: DocTypeJson, registry: Registry): Reading {
  const problems: FieldProblem[] = [];
  const fieldRows = readRows({ value: ownValue(definition, 'fields'), path: 'fields', problems });
  const permissionRows = readRows({ value: ownValue(definition, 'permissions'), path: 'permissions', problems });
  const fields: ReadField[] = [];
  for (const { row, path } of fieldRows) {
    const field = readField({ row, path, problems });
    if (field) fields.push({ field, path, type: registry.find(field.fieldtype) });
  }
  const permissions = permissionRows.map(({ row, path }) => ({
    permission: { ...row, ...readText({ row, keys: ['role', 'condition'], path, problems }) } as DocPerm,
    path,
  }));
  const read: DocTypeJson = {
    ...definition,
    name: '',
    ...withoutLongText(readText({ row: definition, keys: DOCTYPE_TEXT, path: '', problems }), problems),
    fields: fields.map(({ field }) => field),
    permissions: permissions.map(({ permission }) => permission),
  };
  return {
    definition: read,
    fields,
    byName: fieldsByName({ definition: read, fields, registry }),
    permissions,
    problems,
  };
}

function fieldsByName(q: {
  definition: DocTypeJson;
  fields: readonly ReadField[];
  registry: Registry;
}): ReadonlyMap<string, ReadField> {
  const byName = new Map<string, ReadField>();
  for (const read of q.fields) {
    if (!byName.has(read.field.fieldname)) byName.set(read.field.fieldname, read);
  }
  for (const field of completeDefinition(q.definition).fields.slice(q.fields.length)) {
    byName.set(field.fieldname, { field, path: 'fields', type: q.registry.find(field.fieldtype) });
  }
  return byName;
}

function readField(q: { row: Record<string, unknown>; path: string; problems: FieldProblem[] }): DocField | undefined {
  const { row, path, problems } = q;
  const before = problems.length;
  const text = readText({ row, keys: FIELD_TEXT, path, problems });
  for (const key of FIELD_SCALARS) {
    const value = ownValue(row, key);
    if (typeof value !== 'object' || value === null) continue;
    problems.push(wrongType({ path: `${path}.${key}`, expected: 'a number or text', value }));
  }
  if (problems.length > before) return undefined;
  const field: DocField = { ...row, ...text, fieldname: text.fieldname ?? '', fieldtype: text.fieldtype || data.name };
  for (const key of FIELD_SCALARS) if (field[key] === null) delete field[key];
  return field;
}
