/**
 * The product without its edges, on a database of its own: for tests that call the documents operations
 * as every edge does. `root` is the repository, so migrations and built-in DocTypes are the real ones.
 */
import { importDocTypes } from '../../server/doctypes/import.ts';
import type { App, Context } from '../../server/documents/contract.ts';
import { createDocument } from '../../server/documents/create.ts';
import { readDocument, readList } from '../../server/documents/read.ts';
import { updateDocument } from '../../server/documents/update.ts';
import { ensureGivenRecords } from '../../server/first-start.ts';
import { type Actor, systemActor } from '../../server/kernel/actor.ts';
import type { DocTypeJson } from '../../server/kernel/doctype.ts';
import { AppError } from '../../server/kernel/error.ts';
import type { Logger } from '../../server/kernel/ports.ts';
import type { TenancyMode } from '../../server/kernel/tenancy.ts';
import { parseListRequest } from '../../server/query/wire.ts';
import { createContext, type OpenServices, openServices } from '../../server/services.ts';
import { createDatabase } from './postgres.ts';
import { silentLog } from './silent-log.ts';
import { ROOT } from './sources.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers are JSON, and a test says which member it means.
export type Answer = any;

export interface TestServices {
  open: OpenServices;
  url: string;
  /** A request that begins now; `now` of the clock that the test sets. */
  context(actor?: Actor): Context;
  create(doctype: string, given?: Record<string, unknown>): Promise<Answer>;
  update(doctype: string, name: string, given: Record<string, unknown>): Promise<Answer>;
  read(doctype: string, name: string): Promise<Answer>;
  /** The items of a list; parameters as in a URL, objects and lists as JSON. */
  list(doctype: string, params?: Record<string, unknown>): Promise<Answer[]>;
  import(...doctypes: DocTypeJson[]): Promise<void>;
  /** Rows of one SQL statement. */
  sql(text: string, values?: (string | number)[]): Promise<Answer[]>;
  /** Sets the clock; undefined lets it run. */
  setNow(moment: string | undefined): void;
  close(): Promise<void>;
}

export interface TestServicesInput {
  doctypes?: readonly DocTypeJson[];
  apps?: readonly App[];
  log?: Logger;
  tenancy?: TenancyMode;
  poolSize?: number;
  statementTimeoutMs?: number;
}

export async function openTestServices(input: TestServicesInput = {}): Promise<TestServices> {
  const database = await createDatabase();
  let now: number | undefined;
  const open = await openServices({
    databaseUrl: database.url,
    secret: 'a secret for tests of thirty-two bytes',
    log: input.log ?? silentLog,
    root: ROOT,
    apps: input.apps,
    tenancy: input.tenancy,
    poolSize: input.poolSize ?? 6,
    statementTimeoutMs: input.statementTimeoutMs,
    clock: { now: () => now ?? Date.now() },
  });
  await ensureGivenRecords(open);
  const context = (actor: Actor = systemActor('a test')): Context => createContext(open, actor);
  const services: TestServices = {
    open,
    url: database.url,
    context,
    create: async (doctype, given = {}) => JSON.parse((await createDocument(context(), { doctype, given })).text),
    update: async (doctype, name, given) =>
      JSON.parse((await updateDocument(context(), { doctype, name, given })).text),
    read: async (doctype, name) => JSON.parse((await readDocument(context(), { doctype, name })).text),
    async list(doctype, params = {}) {
      const text = new Map(
        Object.entries(params).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
      );
      return JSON.parse(await readList(context(), { doctype, request: parseListRequest(text) })).items;
    },
    async import(...doctypes) {
      const files = doctypes.map((definition) => ({ definition, app: 'test', file: `${definition.name}.json` }));
      await importDocTypes(open.schema, {
        actor: systemActor('a test'),
        files: { doctypes: files, customFields: [], propertySetters: [] },
      });
    },
    sql: (text, values = []) => open.db.query({ text, values }),
    setNow(moment) {
      now = moment === undefined ? undefined : Date.parse(moment);
    },
    async close() {
      await open.close();
      await database.drop();
    },
  };
  if (input.doctypes && input.doctypes.length > 0) await services.import(...input.doctypes);
  return services;
}

/** The error that a refused operation throws; fails when it is not refused, or fails in another way. */
export async function refusal(work: Promise<unknown>): Promise<AppError> {
  const outcome = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (outcome instanceof AppError) return outcome;
  throw outcome ?? new Error('it was not refused');
}

/** `field code` of each problem, to compare. */
export function problems(error: AppError): string[] {
  return error.errors.map(({ field, code }) => `${field} ${code}`);
}
