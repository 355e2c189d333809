/** Reads and writes of the `doctype` table, its layers and its history: SQL and nothing else. */

import type { Queryable, Row } from '../db/pool.ts';
import type { DocPerm, DocTypeJson } from '../kernel/doctype.ts';
import { STANDARD_KEYS } from '../kernel/names.ts';
import type { Statement } from '../kernel/statement.ts';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import type { FieldState } from '../schema/field-states.ts';
import type { CustomField, PropertySetter } from '../schema/layers.ts';
import { type DocTypeRecord, type Layering, noLayers } from './record.ts';

const TIMESTAMP = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;
const COLUMNS = `id, name, key, table_name, module, app, definition, states, version, checksum, owner,
  to_char(creation at time zone 'UTC', ${TIMESTAMP}) as creation,
  to_char(modified at time zone 'UTC', ${TIMESTAMP}) as modified, modified_by`;

/** All rows, or those of the given names. */
export async function readRecords(db: Queryable, names?: readonly string[]): Promise<DocTypeRecord[]> {
  const rows = names
    ? await db.query({
        name: 'doctype_some',
        text: `select ${COLUMNS} from doctype where name = any($1::text[]) order by name`,
        values: [[...names]],
      })
    : await db.query({ text: `select ${COLUMNS} from doctype order by name`, values: [] });
  return rows.map(toRecord);
}

function toRecord(row: Row): DocTypeRecord {
  return {
    id: row.id as string,
    name: row.name as string,
    key: row.key as string,
    tableName: row.table_name as string,
    module: row.module as string,
    app: row.app as string,
    definition: row.definition as DocTypeJson,
    states: row.states as FieldState[],
    version: Number(row.version),
    checksum: row.checksum as string,
    owner: row.owner as string,
    creation: row.creation as string,
    modified: row.modified as string,
    modifiedBy: row.modified_by as string,
  };
}

export async function readSchemaVersion(db: Queryable): Promise<number> {
  const [row] = await db.query({ name: 'schema_version', text: 'select version from m_schema_state', values: [] });
  return Number(row?.version ?? 0);
}

/** Layers by DocType: those of apps, Custom Fields, Property Setters, Custom DocPerms. The latter three are DocTypes themselves. */
export async function readLayerings(db: Queryable, names?: readonly string[]): Promise<Map<string, Layering>> {
  const filter = names ? [[...names]] : [];
  const where = (column: string) => (names ? ` where ${column} = any($1::text[])` : '');
  const [tables] = await db.query({
    name: 'customization_tables',
    text: `select to_regclass('custom_field') is not null as fields, to_regclass('property_setter') is not null as setters,
      to_regclass('custom_docperm') is not null as permissions`,
    values: [],
  });
  const layerings = new Map<string, Layering>();
  const of = (doctype: string): Layering => {
    let layering = layerings.get(doctype);
    if (!layering) {
      layering = noLayers();
      layerings.set(doctype, layering);
    }
    return layering;
  };
  const none: Promise<Row[]> = Promise.resolve([]);
  const [apps, fields, setters, permissions] = await Promise.all([
    db.query({
      text: `select doctype, app, definition from m_doctype_layer${where('doctype')} order by position`,
      values: filter,
    }),
    tables?.fields
      ? db.query({
          text: `select to_jsonb(t) as row from custom_field t${where('dt')} order by idx, creation, id`,
          values: filter,
        })
      : none,
    tables?.setters
      ? db.query({
          text: `select to_jsonb(t) as row from property_setter t${where('doc_type')} order by creation, id`,
          values: filter,
        })
      : none,
    tables?.permissions
      ? db.query({
          text: `select to_jsonb(t) as row from custom_docperm t${where('ref_doctype')} order by permlevel, idx, creation, id`,
          values: filter,
        })
      : none,
  ]);
  for (const row of apps)
    of(row.doctype as string).apps.push({ app: row.app as string, definition: row.definition as DocTypeJson });
  for (const { row } of fields as { row: Record<string, unknown> }[]) {
    if (row.fieldname) of(String(row.dt)).customFields.push(toCustomField(row));
  }
  for (const { row } of setters as { row: PropertySetter & { doc_type: string } }[])
    of(row.doc_type).propertySetters.push(row);
  for (const { row } of permissions as { row: Record<string, unknown> }[])
    of(String(row.ref_doctype)).customPermissions.push(toCustomPermission(row));
  return layerings;
}

/** Our own bookkeeping of the Custom Field document; the rest are DocField keys. */
const NOT_FIELD_KEYS: ReadonlySet<string> = new Set([
  ...STANDARD_KEYS.filter((key) => key !== 'id'),
  TENANT_COLUMN,
  'dt',
]);

export function toCustomField(row: Record<string, unknown>): CustomField {
  return { is_custom_field: 1, ...setKeys(row, NOT_FIELD_KEYS) } as unknown as CustomField;
}

const NOT_PERMISSION_KEYS: ReadonlySet<string> = new Set([
  ...STANDARD_KEYS.filter((key) => key !== 'name'),
  TENANT_COLUMN,
  'ref_doctype',
]);

export function toCustomPermission(row: Record<string, unknown>): DocPerm {
  return setKeys(row, NOT_PERMISSION_KEYS) as DocPerm;
}

/** A stored row as the JSON of a DocType writes it: what is off or empty is absent, what is on is 1. */
function setKeys(row: Record<string, unknown>, left: ReadonlySet<string>): Record<string, unknown> {
  const isOff = (value: unknown) => value === null || value === '' || value === false || value === 0;
  return Object.fromEntries(
    Object.entries(row).flatMap(([key, value]) =>
      left.has(key) || isOff(value) ? [] : [[key, value === true ? 1 : value]],
    ),
  );
}

export function upsertRecord(record: DocTypeRecord): Statement {
  return {
    text: `insert into doctype (id, name, key, table_name, module, app, definition, states, version, checksum, owner, creation, modified, modified_by)
      values ($1, $2, $3, $4, $5, $6, $7::json, $8::jsonb, $9, $10, $11, $12, $13, $14)
      on conflict (id) do update set name = excluded.name, key = excluded.key, module = excluded.module, app = excluded.app,
        definition = excluded.definition, states = excluded.states, version = excluded.version, checksum = excluded.checksum,
        modified = excluded.modified, modified_by = excluded.modified_by`,
    values: [
      record.id,
      record.name,
      record.key,
      record.tableName,
      record.module,
      record.app,
      JSON.stringify(record.definition),
      JSON.stringify(record.states),
      record.version,
      record.checksum,
      record.owner,
      record.creation,
      record.modified,
      record.modifiedBy,
    ],
  };
}

export function deleteRecord(name: string): Statement {
  return { text: 'delete from doctype where name = $1', values: [name] };
}

export function upsertLayer(layer: {
  doctype: string;
  app: string;
  definition: DocTypeJson;
  checksum: string;
}): Statement {
  return {
    text: `insert into m_doctype_layer (doctype, app, definition, checksum) values ($1, $2, $3::json, $4)
      on conflict (doctype, app) do update set definition = excluded.definition, checksum = excluded.checksum`,
    values: [layer.doctype, layer.app, JSON.stringify(layer.definition), layer.checksum],
  };
}

export function insertHistory(q: {
  record: DocTypeRecord;
  action: string;
  schemaVersion: number;
  operations: unknown;
  user: string;
  at: string;
}): Statement {
  const { record } = q;
  return {
    text: `insert into m_doctype_history (doctype_id, doctype, action, version, schema_version, definition, states, table_name, app, checksum, operations, changed_by, changed_at)
      values ($1, $2, $3, $4, $5, $6::json, $7::jsonb, $8, $9, $10, $11::jsonb, $12, $13)`,
    values: [
      record.id,
      record.name,
      q.action,
      record.version,
      q.schemaVersion,
      JSON.stringify(record.definition),
      JSON.stringify(record.states),
      record.tableName,
      record.app,
      record.checksum,
      JSON.stringify(q.operations),
      q.user,
      q.at,
    ],
  };
}

/** Sets the schema version and tells the other processes, in the transaction that made it. */
export function publishVersion(version: number, names: readonly string[]): Statement[] {
  const payload = JSON.stringify({ version, names });
  const notice = Buffer.byteLength(payload) < 7000 ? payload : JSON.stringify({ version });
  return [
    { text: 'update m_schema_state set version = $1', values: [version] },
    { text: `select pg_notify('m_schema_' || current_schema(), $1)`, values: [notice] },
  ];
}

/** By DocType: the fields of its definition as the framework itself, the app of that name, brought it last. */
export async function readBaseFields(
  db: Queryable,
  q: { names: readonly string[]; app: string },
): Promise<Map<string, string[]>> {
  const rows = await db.query({
    name: 'base_fields',
    text: `select distinct on (doctype) doctype, array(select f ->> 'fieldname' from json_array_elements(definition -> 'fields') f) as fields
      from m_doctype_history where doctype = any($1::text[]) and app = $2 and action in ('create', 'core')
      order by doctype, id desc`,
    values: [[...q.names], q.app],
  });
  return new Map(rows.map((row) => [row.doctype as string, row.fields as string[]]));
}
