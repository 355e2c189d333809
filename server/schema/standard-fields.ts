/** The fields that every document has, as plans: set by the server, readable like any other. */
import type { FieldType } from '../fieldtypes/contract.ts';
import type { Registry } from '../fieldtypes/registry.ts';
import type { DocField } from '../kernel/doctype.ts';
import type { FieldPlan, Storage } from './plan.ts';

interface StandardField {
  fieldname: string;
  label: string;
  /** Which field type's behaviour it borrows, by the registry's name. */
  as: string;
  sql?: FieldType['column'];
}

const BASE: readonly StandardField[] = [
  { fieldname: 'id', label: 'ID', as: 'Data', sql: { type: 'uuid' } },
  { fieldname: 'name', label: 'Name', as: 'Data' },
  { fieldname: 'owner', label: 'Owner', as: 'Data' },
  { fieldname: 'creation', label: 'Created On', as: 'Datetime' },
  { fieldname: 'modified', label: 'Last Modified On', as: 'Datetime' },
  { fieldname: 'modified_by', label: 'Last Modified By', as: 'Data' },
  { fieldname: 'docstatus', label: 'Document Status', as: 'Int' },
  { fieldname: 'idx', label: 'Index', as: 'Int' },
  { fieldname: '_version', label: 'Version', as: 'Int' },
];

const CHILD: readonly StandardField[] = [
  { fieldname: 'parent', label: 'Parent', as: 'Data' },
  { fieldname: 'parenttype', label: 'Parent Type', as: 'Data' },
  { fieldname: 'parentfield', label: 'Parent Field', as: 'Data' },
];

/** Columns that are no fields: taken for every table, of children for child tables. */
export const PARENT_ID_COLUMN = 'parent_id';

interface Standard {
  fields: readonly FieldPlan[];
  names: ReadonlySet<string>;
}

const known = new WeakMap<Registry, { rows: Standard; documents: Standard }>();

/** The same for all rows, and for all documents. */
export function standardFields(registry: Registry, storage: Storage): Standard {
  let made = known.get(registry);
  if (!made) {
    made = { rows: standardOf(registry, [...BASE, ...CHILD]), documents: standardOf(registry, BASE) };
    known.set(registry, made);
  }
  return storage === 'child' ? made.rows : made.documents;
}

function standardOf(registry: Registry, list: readonly StandardField[]): Standard {
  const fields = makeFields(registry, list);
  return { fields, names: new Set(fields.map(({ fieldname }) => fieldname)) };
}

function makeFields(registry: Registry, list: readonly StandardField[]): FieldPlan[] {
  return list.map((standard) => {
    const type = registry.find(standard.as);
    if (!type) throw new Error(`the registry has no field type ${standard.as}, which standard fields need`);
    const field: DocField = {
      fieldname: standard.fieldname,
      fieldtype: type.name,
      label: standard.label,
      read_only: 1,
    };
    return {
      id: standard.fieldname,
      fieldname: standard.fieldname,
      label: standard.label,
      field,
      type,
      column: standard.fieldname,
      sql: standard.sql ?? type.column,
      // Small numbers: never beyond what JSON carries, so PostgreSQL need not look.
      json: type.json === 'integer' ? 'plain' : type.json,
      isStandard: true,
      isReadable: true,
      isVirtual: false,
    };
  });
}
