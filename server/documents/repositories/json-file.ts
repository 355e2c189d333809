/**
 * Documents of a virtual DocType out of a JSON file: a list of objects, or an object by name. Written
 * only when `writable`, one writer at a time over all processes that share our database. A change of
 * the file is in no transaction: it stays when the request fails afterwards.
 */
import { type Document, isEmpty, rowsOf } from '../../kernel/document.ts';
import { AppError } from '../../kernel/error.ts';
import { isObject, own } from '../../kernel/json.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../../schema/plan.ts';
import type { Context, Repository, WriteContext } from '../contract.ts';
import { hashName } from '../naming.ts';
import { sameValue } from '../values.ts';
import type { Write } from '../write.ts';
import { type JsonRecord, type JsonRecords, parseRecords, printRecords, withValues } from './json-records.ts';
import { masked, type OutsideRecord, toOutsideDocument } from './outside-document.ts';
import { found, insertOutside, removeOutside, updateOutside } from './outside-write.ts';
import { type Loaded, openFile } from './records-on-disk.ts';

export interface JsonFileOptions {
  file: string;
  /** The key that names a record of a list (`name`); in an object by name the keys are the names. */
  keyField?: string;
  writable?: boolean;
}

const MAX_LISTED = 10_000;

/** Throws `unavailable` on use when the file is missing, broken or beyond 50 MB. */
export function jsonFileRepository(options: JsonFileOptions): Repository {
  const keyField = options.keyField ?? 'name';
  const disk = openFile(options.file, (text) => parseRecords(text, keyField));
  const documents = new WeakMap<JsonRecords, WeakMap<Snapshot, Map<string, readonly Document[]>>>();

  async function all(ctx: Context, plan: DocTypePlan): Promise<readonly Document[]> {
    const loaded = await disk.read(ctx.services.log);
    const bySnapshot = ensure(
      documents,
      loaded.content,
      () => new WeakMap<Snapshot, Map<string, readonly Document[]>>(),
    );
    const byDocType = ensure(bySnapshot, ctx.snapshot, () => new Map<string, readonly Document[]>());
    return ensure(byDocType, plan.name, () =>
      [...loaded.content.byName.keys()].map((name) => documentOf(ctx, plan, loaded, name) as Document),
    );
  }

  /** By name, or by id; secrets as they are kept. */
  async function find(ctx: Context, plan: DocTypePlan, key: string): Promise<Document | undefined> {
    const named = documentOf(ctx, plan, await disk.read(ctx.services.log), key);
    if (named || !/^[0-9a-f-]{36}$/i.test(key)) return named;
    return (await all(ctx, plan)).find((document) => document.id === key.toLowerCase());
  }

  let tail: Promise<unknown> = Promise.resolve();
  /** Writers of this process stand in a row; those of others wait for the lock until our transaction ends. */
  function change(
    ctx: WriteContext,
    edit: (records: Map<string, JsonRecord>, shape: JsonRecords['shape']) => void,
  ): Promise<void> {
    const mine = tail.then(async () => {
      const { content } = await disk.read(ctx.services.log);
      const byName = new Map(content.byName);
      edit(byName, content.shape);
      await disk.replace(ctx.services.log, printRecords({ ...content, byName }));
    });
    tail = mine.catch(() => undefined);
    return mine;
  }

  const readOnly: Repository = {
    async list(ctx, plan) {
      const listed = await all(ctx, plan);
      if (listed.length > MAX_LISTED) throw tooMany(plan, listed.length);
      return listed;
    },
    async get(ctx, plan, name) {
      const document = await find(ctx, plan, name);
      return document && masked(ctx.snapshot, plan, document);
    },
  };
  if (!options.writable) return readOnly;
  return {
    ...readOnly,
    async insert(ctx, plan, given) {
      await lock(ctx, options.file);
      const store = (write: Write): Promise<void> =>
        change(ctx, (records, shape) => {
          const name = String(write.doc.name);
          if (records.has(name)) throw taken(plan, name);
          const key = shape === 'list' ? keyField : undefined;
          records.set(name, withValues(key ? { [key]: keyValue({ write, key, name }) } : {}, valuesOf(write, {})));
        });
      return insertOutside({ ctx, plan, given, store });
    },
    async update(ctx, plan, name, given) {
      await lock(ctx, options.file);
      const before = found(await find(ctx, plan, name), plan, name);
      const store = (write: Write): Promise<void> =>
        change(ctx, (records, shape) => {
          const record = records.get(String(before.name));
          if (!record) throw new AppError('conflict', `${before.name} is no longer in the file. Read it again.`);
          if (shape === 'list') keyValue({ write, key: keyField, name: String(before.name) });
          records.set(String(before.name), withValues(record, valuesOf(write, record)));
        });
      return updateOutside({ ctx, plan, given, before, store });
    },
    async remove(ctx, plan, name) {
      await lock(ctx, options.file);
      const before = found(await find(ctx, plan, name), plan, name);
      await removeOutside({
        ctx,
        plan,
        before,
        store: () => change(ctx, (records) => records.delete(String(before.name))),
      });
    },
  };
}

function documentOf(ctx: Context, plan: DocTypePlan, loaded: Loaded<JsonRecords>, name: string): Document | undefined {
  const record = loaded.content.byName.get(name);
  if (!record) return undefined;
  const outside: OutsideRecord = { name, changed: loaded.changed, read: (fieldname) => own(record, fieldname) };
  return toOutsideDocument({ snapshot: ctx.snapshot, now: ctx.now }, plan, outside);
}

/** Held until the transaction ends, by one writer of the file at a time. */
async function lock(ctx: WriteContext, file: string): Promise<void> {
  await ctx.tx.query({ text: `select pg_advisory_xact_lock(hashtextextended('file ' || $1, 0))`, values: [file] });
}

/** What the file is to hold of the document: of a new one every value, of a known one what changed. */
function valuesOf(write: Write, record: JsonRecord): Map<string, unknown> {
  const { doc, before, plan } = write;
  const values = new Map<string, unknown>();
  for (const field of plan.columns) {
    if (!field.isStandard && isChanged(before, doc, field)) values.set(field.fieldname, doc[field.fieldname]);
  }
  for (const table of plan.tables) {
    if (!before || !sameValue(before[table.fieldname], doc[table.fieldname]))
      values.set(table.fieldname, rowValues({ write, table, record }));
  }
  const stamps = before
    ? ['modified', 'modified_by', '_version']
    : ['owner', 'creation', 'modified', 'modified_by', '_version'];
  for (const key of stamps) values.set(key, doc[key]);
  return values;
}

function isChanged(before: Document | undefined, doc: Document, field: FieldPlan): boolean {
  const value = doc[field.fieldname];
  return before ? !sameValue(before[field.fieldname], value) : !isEmpty(value);
}

/** Rows as objects; what a known row holds beside the fields stays in it. */
function rowValues(q: { write: Write; table: FieldPlan; record: JsonRecord }): JsonRecord[] {
  const { write, table } = q;
  const kept = own(q.record, table.fieldname);
  const stored = write.before ? rowsOf(write.before, table.fieldname) : [];
  const child = write.ctx.snapshot.find(table.childDocType as string);
  const fields = child?.fields.filter((field) => field.sql && !field.isStandard) ?? [];
  return rowsOf(write.doc, table.fieldname).map((row) => {
    const position = stored.findIndex((was) => was.id === row.id);
    const record = Array.isArray(kept) && isObject(kept[position]) ? kept[position] : { name: hashName(write.ctx.now) };
    const was = stored[position];
    return withValues(
      record,
      new Map(
        fields.filter((field) => isChanged(was, row, field)).map((field) => [field.fieldname, row[field.fieldname]]),
      ),
    );
  });
}

/** The key that names a record of a list may be a field too: then it says the name and nothing else. */
function keyValue(q: { write: Write; key: string; name: string }): string {
  const given = q.write.plan.byName.get(q.key)?.column && q.key !== 'name' ? q.write.doc[q.key] : undefined;
  if (isEmpty(given) || String(given) === q.name) return q.name;
  const message = `${q.key} names this document: it must be ${JSON.stringify(q.name)}, and is ${JSON.stringify(given)}.`;
  throw new AppError('validation', message, { errors: [{ field: q.key, code: 'names_document', message }] });
}

function taken(plan: DocTypePlan, name: string): AppError {
  const message = `A ${plan.name} called ${name} exists already. Choose another name.`;
  return new AppError('duplicate', message, { errors: [{ field: 'name', code: 'duplicate', message }] });
}

function tooMany(plan: DocTypePlan, count: number): AppError {
  return new AppError(
    'bad_request',
    `${plan.name} has ${count} documents, and lists look at ${MAX_LISTED} at most. Ask for one by its name.`,
  );
}

function ensure<K extends object | string, V>(
  map: { get(key: K): V | undefined; set(key: K, value: V): unknown },
  key: K,
  make: () => V,
): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const value = make();
  map.set(key, value);
  return value;
}
