/**
 * Edits to prepared records: what each touched DocType will be, before anything is checked against the
 * rules or the database. Reads, never writes.
 */
import type { Transaction } from '../db/pool.ts';
import { type DocTypeJson, isSet } from '../kernel/doctype.ts';
import { AppError, type FieldProblem } from '../kernel/error.ts';
import { canonicalJson } from '../kernel/json.ts';
import { CHILD_KEYS, identifier, STANDARD_KEYS, shortHash, snakeCase } from '../kernel/names.ts';
import { TENANT_COLUMN } from '../kernel/tenancy.ts';
import { nextFieldStates, type Rename } from '../schema/field-states.ts';
import type { PlanSource } from '../schema/snapshot.ts';
import { PARENT_ID_COLUMN } from '../schema/standard-fields.ts';
import { type ChangePolicy, NEW, type SchemaEdit, type SchemaServices } from './edits.ts';
import { type DocTypeRecord, effectiveDefinition, type Layering, noLayers, planSource } from './record.ts';
import { readBaseFields, readLayerings, readRecords } from './rows.ts';
import { checksumOf, withoutIdentity } from './stored-form.ts';

export const CORE_APP = 'core';

export interface PreparedRecord {
  action: string;
  before?: DocTypeRecord;
  /** Undefined: the DocType goes. */
  after?: DocTypeRecord;
  layering: Layering;
  effective?: DocTypeJson;
  /** The definition as it was given, field ids included. */
  given?: DocTypeJson;
  renames: Rename[];
  warnings: string[];
  /** What the meta-schema finds wrong with the definition that was given. */
  problems?: readonly FieldProblem[];
  /** The fields of a built-in DocType that come with the framework. */
  baseFields: readonly string[];
}

export interface PreparedLayer {
  doctype: string;
  app: string;
  definition: DocTypeJson;
  checksum: string;
}

export interface Prepared {
  records: Map<string, PreparedRecord>;
  layers: PreparedLayer[];
  sources: Map<string, PlanSource | undefined>;
}

interface Preparation {
  services: SchemaServices;
  policy: ChangePolicy;
  tx: Transaction;
  existing: Map<string, DocTypeRecord>;
  layerings: Map<string, Layering>;
  tombstones: Map<string, DocTypeRecord>;
  tables: Set<string>;
  baseFields: Map<string, string[]>;
  now: string;
  prepared: Prepared;
}

export async function prepareEdits(q: {
  services: SchemaServices;
  policy: ChangePolicy;
  tx: Transaction;
  edits: readonly SchemaEdit[];
  now: string;
}): Promise<Prepared> {
  const names = [...new Set(q.edits.flatMap(namesOf))];
  const [records, layerings, baseFields, tables] = await Promise.all([
    readRecords(q.tx, names),
    readLayerings(q.tx, names),
    readBaseFields(q.tx, { names, app: CORE_APP }),
    q.tx.query({
      name: 'relation_names',
      text: `select relname as name from pg_class where relnamespace = current_schema()::regnamespace`,
      values: [],
    }),
  ]);
  const existing = new Map(records.map((record) => [record.name, record]));
  const fresh = names.filter((name) => !existing.has(name));
  const state: Preparation = {
    ...q,
    existing,
    layerings,
    baseFields,
    tombstones: await readTombstones(q.tx, fresh),
    tables: new Set(tables.map((row) => row.name as string)),
    prepared: { records: new Map(), layers: [], sources: new Map() },
  };
  for (const edit of q.edits) prepareEdit(state, edit);
  return state.prepared;
}

function namesOf(edit: SchemaEdit): string[] {
  if (edit.kind === 'define' || edit.kind === 'layer') return [String(edit.definition.name)];
  return edit.kind === 'rename' ? [edit.from, edit.to] : [edit.doctype];
}

/** A DocType that was removed leaves its table; making it again takes the table and its columns back. */
async function readTombstones(tx: Transaction, names: readonly string[]): Promise<Map<string, DocTypeRecord>> {
  if (names.length === 0) return new Map();
  const rows = await tx.query({
    text: `select distinct on (doctype) doctype, table_name, states, version from m_doctype_history h
      where doctype = any($1::text[]) and action = 'remove' and not exists (select 1 from doctype d where d.table_name = h.table_name)
      order by doctype, id desc`,
    values: [[...names]],
  });
  return new Map(
    rows.map((row) => [
      row.doctype as string,
      { tableName: row.table_name, states: row.states, version: Number(row.version) } as DocTypeRecord,
    ]),
  );
}

function prepareEdit(state: Preparation, edit: SchemaEdit): void {
  switch (edit.kind) {
    case 'define':
      prepareDefinition(state, edit);
      return;
    case 'layer':
      prepareLayer(state, edit);
      return;
    case 'relayer': {
      const record = state.existing.get(edit.doctype);
      if (record)
        settle(state, { action: 'customize', before: record, definition: record.definition, name: record.name });
      return;
    }
    case 'remove': {
      const before = mustExist(state, edit.doctype);
      state.prepared.records.set(edit.doctype, {
        action: 'remove',
        before,
        layering: layeringOf(state, edit.doctype),
        renames: [],
        warnings: [],
        baseFields: [],
      });
      state.prepared.sources.set(edit.doctype, undefined);
      return;
    }
    case 'rename': {
      const before = mustExist(state, edit.from);
      if (state.existing.has(edit.to)) throw new AppError('duplicate', `A DocType ${edit.to} exists already.`);
      state.prepared.sources.set(edit.from, undefined);
      state.layerings.set(edit.to, layeringOf(state, edit.from));
      settle(state, {
        action: 'rename',
        before,
        definition: { ...(edit.definition ?? before.definition), name: edit.to },
        name: edit.to,
      });
    }
  }
}

function mustExist(state: Preparation, name: string): DocTypeRecord {
  const record = state.existing.get(name);
  if (!record) throw new AppError('not_found', `There is no DocType ${name}.`);
  return record;
}

function layeringOf(state: Preparation, name: string): Layering {
  let layering = state.layerings.get(name);
  if (!layering) {
    layering = noLayers();
    state.layerings.set(name, layering);
  }
  return layering;
}

/** A file that bears the name of a built-in DocType becomes a layer over it. */
function prepareDefinition(state: Preparation, edit: Extract<SchemaEdit, { kind: 'define' }>): void {
  const before = state.existing.get(edit.definition.name);
  if (before?.app === CORE_APP && edit.app !== CORE_APP && edit.action === 'import') {
    prepareLayer(state, { kind: 'layer', definition: edit.definition, app: edit.app });
    return;
  }
  if (before && edit.version === NEW) throw alreadyThere(before.name);
  if (before && edit.version !== undefined && edit.version !== before.version) {
    throw new AppError(
      'conflict',
      `The DocType ${before.name} has been changed since: you edited version ${edit.version}, it is at ${before.version}. Load it again.`,
    );
  }
  const app = before && edit.action !== 'import' ? before.app : edit.app;
  settle(state, {
    action: before ? edit.action : 'create',
    before,
    definition: edit.definition,
    name: edit.definition.name,
    app,
    problems: edit.problems,
  });
}

export function alreadyThere(name: string): AppError {
  return new AppError('duplicate', `A DocType ${name} exists already. Change it with PUT, or choose another name.`);
}

function prepareLayer(state: Preparation, edit: Extract<SchemaEdit, { kind: 'layer' }>): void {
  const before = mustExist(state, edit.definition.name);
  const layering = layeringOf(state, before.name);
  const same = layering.apps.find((layer) => layer.app === edit.app);
  const checksum = checksumOf(edit.definition);
  if (same && checksumOf(same.definition) === checksum) return;
  if (same) same.definition = edit.definition;
  else layering.apps.push({ app: edit.app, definition: edit.definition });
  state.prepared.layers.push({ doctype: before.name, app: edit.app, definition: edit.definition, checksum });
  settle(state, { action: 'layer', before, definition: before.definition, name: before.name });
}

interface Settlement {
  action: string;
  before?: DocTypeRecord;
  definition: DocTypeJson;
  name: string;
  app?: string;
  problems?: readonly FieldProblem[];
}

/** Gives the record its next version, its columns and its plan; nothing when nothing changes. */
function settle(state: Preparation, q: Settlement): void {
  const { services, policy, prepared } = state;
  const { before } = q;
  const layering = layeringOf(state, q.name);
  const stored = withoutIdentity(q.definition);
  const checksum = checksumOf(stored);
  const { definition: effective, warnings } = effectiveDefinition(q.definition, layering);
  const origin = before ?? state.tombstones.get(q.name);
  const { states, renames } = nextFieldStates({
    fields: effective.fields,
    columnTypeOf: (field) =>
      isSet(field.is_virtual) || STANDARD_KEYS.includes(field.fieldname)
        ? undefined
        : services.registry.find(field.fieldtype)?.column?.type,
    hasRows: (field) => services.registry.find(field.fieldtype)?.children === true,
    previous: origin?.states ?? [],
    taken: TAKEN_COLUMNS,
    newId: () => services.ids.uuid(),
  });
  const unchanged = before && before.checksum === checksum && canonicalJson(before.states) === canonicalJson(states);
  if (unchanged && (q.action === 'import' || q.action === 'update' || q.action === 'core')) return;
  const record: DocTypeRecord = {
    id: before?.id ?? services.ids.uuid(),
    name: q.name,
    key: snakeCase(q.name),
    tableName: origin?.tableName ?? freeTable(state, q.name),
    module: String(stored.module ?? ''),
    app: q.app ?? before?.app ?? '',
    definition: stored,
    states,
    version: (origin?.version ?? 0) + 1,
    checksum,
    owner: before?.owner ?? policy.actor.user,
    creation: before?.creation ?? state.now,
    modified: state.now,
    modifiedBy: policy.actor.user,
  };
  prepared.records.set(q.name, {
    action: q.action,
    before,
    after: record,
    layering,
    effective,
    given: q.definition,
    renames,
    warnings,
    problems: q.problems,
    baseFields: state.baseFields.get(q.name) ?? [],
  });
  prepared.sources.set(
    q.name,
    planSource({ record, layering, registry: services.registry, tenancy: services.tenancy }),
  );
}

const TAKEN_COLUMNS: ReadonlySet<string> = new Set([...STANDARD_KEYS, ...CHILD_KEYS, PARENT_ID_COLUMN, TENANT_COLUMN]);

/** The DocType in snake_case; a stable hash where that is taken by something else. */
function freeTable(state: Preparation, name: string): string {
  const plain = identifier(snakeCase(name));
  const table = state.tables.has(plain) ? identifier(plain.slice(0, 54), shortHash(name)) : plain;
  state.tables.add(table);
  return table;
}
