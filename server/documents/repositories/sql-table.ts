/**
 * Documents of a virtual DocType out of a table of another SQL database. Values are expected to fit
 * their fields: one that does not is shown empty, and filters may pass it by. A change of that table
 * is in no transaction of ours: it stays when the request fails afterwards.
 */
import {
  type ForeignCondition,
  type ForeignSource,
  type ForeignTable,
  type ForeignValue,
  openForeignTable,
} from '../../db/foreign-table.ts';
import type { Row } from '../../db/pool.ts';
import type { Document, Value } from '../../kernel/document.ts';
import { AppError } from '../../kernel/error.ts';
import type { Logger } from '../../kernel/ports.ts';
import type { DocTypePlan, FieldPlan } from '../../schema/plan.ts';
import { movedOn } from '../accept.ts';
import type { Context, Repository } from '../contract.ts';
import { sameValue } from '../values.ts';
import type { Write } from '../write.ts';
import { masked, toOutsideDocument } from './outside-document.ts';
import { found, insertOutside, removeOutside, updateOutside } from './outside-write.ts';
import { pushDown } from './pushdown.ts';
import { standIn } from './stand-in.ts';

export type SqlTableOptions = ForeignSource & {
  /** `rates`, or `schema.rates`. */
  table: string;
  /** The column that names a document; unique. */
  key: string;
  /**
   * Columns that are not called like their field; null where the table has none. `modified`, `_version`
   * and the other standard keys are read (and written) only when they stand here.
   */
  columns?: Readonly<Record<string, string | null>>;
  writable?: boolean;
};

export interface SqlTableRepository extends Repository {
  /** Ends the connections that a `url` opened. */
  close(): Promise<void>;
}

const MAX_LISTED = 10_000;

/** Connects on first use. An `autoincrement` DocType leaves the key to the other database. */
export function sqlTableRepository(options: SqlTableOptions): SqlTableRepository {
  const table = openForeignTable(options);
  const mapped = new Map(Object.entries(options.columns ?? {}));
  const columnOf = (field: FieldPlan): string | undefined => {
    if (field.fieldname === 'name') return options.key;
    const column = mapped.get(field.fieldname);
    if (column !== undefined) return column ?? undefined;
    return field.isStandard ? undefined : field.fieldname;
  };
  const source: Source = { table, key: options.key, columnOf };
  const readOnly: SqlTableRepository = {
    async list(ctx, plan, request) {
      const stand = standIn(plan);
      const where = pushDown(
        {
          plan: stand,
          hasIlike: table.hasIlike,
          columnOf: (fieldname) => columnOf(stand.byName.get(fieldname) as FieldPlan),
        },
        request.filter,
      );
      const columns = columnsOf(source, plan);
      const rows = await logged(ctx.services.log, async () => {
        const fitting = where && (await table.select({ columns, where, limit: MAX_LISTED + 1 }));
        return fitting ?? (await table.select({ columns, limit: MAX_LISTED + 1 })) ?? [];
      });
      if (rows.length > MAX_LISTED) throw tooMany(plan);
      return documentsOf({ ctx, plan, source, rows });
    },
    async get(ctx, plan, name) {
      const document = await find(ctx, plan, source, name);
      return document && masked(ctx.snapshot, plan, document);
    },
    close: table.close,
  };
  if (!options.writable) return readOnly;
  return {
    ...readOnly,
    insert(ctx, plan, given) {
      const namesItself = plan.naming.kind === 'autoincrement';
      const store = async (write: Write): Promise<void> => {
        const values = valuesOf(source, write, (field) => write.doc[field.fieldname] !== null);
        if (!namesItself) values.set(options.key, String(write.doc.name));
        const made = await logged(ctx.services.log, () => table.insert({ values, returning: options.key }));
        if (namesItself) write.doc.name = String(made);
      };
      return insertOutside({ ctx, plan, given, store, namesItself });
    },
    async update(ctx, plan, name, given) {
      const before = found(await find(ctx, plan, source, name), plan, name);
      return updateOutside({
        ctx,
        plan,
        given,
        before,
        store: (write) => logged(ctx.services.log, () => updateRow(source, write, before)),
      });
    },
    async remove(ctx, plan, name) {
      const before = found(await find(ctx, plan, source, name), plan, name);
      const store = async (): Promise<void> => {
        const met = await logged(ctx.services.log, () => table.remove(byKey(source, before)));
        if (met === 0) throw gone(before);
      };
      await removeOutside({ ctx, plan, before, store });
    },
  };
}

interface Source {
  table: ForeignTable;
  key: string;
  columnOf(field: FieldPlan): string | undefined;
}

/** By name alone: the ids of such documents are made here and cannot be looked up there. */
async function find(ctx: Context, plan: DocTypePlan, source: Source, name: string): Promise<Document | undefined> {
  const where: ForeignCondition = { kind: 'compare', column: source.key, operator: '=', value: name };
  const rows = await logged(ctx.services.log, () =>
    source.table.select({ columns: columnsOf(source, plan), where, limit: 2 }),
  );
  const documents = documentsOf({ ctx, plan, source, rows: rows ?? [] });
  // A database that compares loosely finds "USD" for "usd", and 7 for "007".
  return documents.find((document) => document.name === name);
}

function columnsOf(source: Source, plan: DocTypePlan): string[] {
  const columns = standIn(plan).columns.map(source.columnOf);
  return [...new Set([source.key, ...columns.filter((column) => column !== undefined)])];
}

function documentsOf(q: { ctx: Context; plan: DocTypePlan; source: Source; rows: readonly Row[] }): Document[] {
  return q.rows.map((row) => documentOf({ ...q, row })).filter((document) => document !== undefined);
}

function documentOf(q: { ctx: Context; plan: DocTypePlan; source: Source; row: Row }): Document | undefined {
  const { ctx, plan, source, row } = q;
  const name = row[source.key];
  if (name === null || name === undefined || name === '') return undefined;
  const read = (fieldname: string): unknown => {
    const field = standIn(plan).byName.get(fieldname);
    const column = field?.column ? source.columnOf(field) : undefined;
    return column === undefined || !Object.hasOwn(row, column) ? undefined : row[column];
  };
  return toOutsideDocument({ snapshot: ctx.snapshot, now: ctx.now }, plan, { name: String(name), read, changed: null });
}

/** Identity is the key's, and the version is counted by itself. */
const FIXED = new Set(['name', 'id', '_version']);

function valuesOf(source: Source, write: Write, isWritten: (field: FieldPlan) => boolean): Map<string, ForeignValue> {
  const values = new Map<string, ForeignValue>();
  for (const field of write.plan.columns) {
    const column = source.columnOf(field);
    if (!column || column === source.key || !isWritten(field)) continue;
    if (write.before && FIXED.has(field.fieldname)) continue;
    values.set(column, parameterOf(field, write.doc[field.fieldname] ?? null));
  }
  return values;
}

function parameterOf(field: FieldPlan, value: Value): ForeignValue {
  if (value === null) return null;
  return field.type.toColumn ? field.type.toColumn(value) : (value as ForeignValue);
}

/** Sets what changed; with a version column, only when nobody else did so meanwhile. */
async function updateRow(source: Source, write: Write, before: Document): Promise<void> {
  const { plan, doc } = write;
  for (const field of plan.columns) {
    if (
      field.isStandard ||
      source.columnOf(field) !== source.key ||
      sameValue(before[field.fieldname], doc[field.fieldname])
    )
      continue;
    const message = `${field.fieldname} names this document and cannot change.`;
    throw new AppError('validation', message, {
      errors: [{ field: field.fieldname, code: 'names_document', message }],
    });
  }
  const values = valuesOf(source, write, (field) => !sameValue(before[field.fieldname], doc[field.fieldname]));
  const version = plan.byName.get('_version');
  const counter = version && source.columnOf(version);
  if (counter) values.set(counter, Number(before._version) + 1);
  if (values.size === 0) return;
  const same: ForeignCondition[] = counter
    ? [{ kind: 'compare', column: counter, operator: '=', value: Number(before._version) }]
    : [];
  const met = await source.table.update({ values, where: { kind: 'and', of: [byKey(source, before), ...same] } });
  if (met === 0) throw counter ? movedOn(before) : gone(before);
}

function byKey(source: Source, document: Document): ForeignCondition {
  return { kind: 'compare', column: source.key, operator: '=', value: String(document.name) };
}

function gone(document: Document): AppError {
  return new AppError('conflict', `${document.name} is no longer in the other database. Read the list again.`);
}

function tooMany(plan: DocTypePlan): AppError {
  return new AppError(
    'bad_request',
    `More than ${MAX_LISTED} ${plan.name} documents would have to be looked at. Narrow the list by a filter that the other database can decide, such as name = … or a range of dates.`,
  );
}

/** What the other database said stays here. */
async function logged<T>(log: Logger, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError && error.code === 'unavailable')
      log.error({ error: String(error.cause) }, 'another database failed');
    throw error;
  }
}
