/**
 * Documents by their names, as an operation selects them: from their table in one statement, or from where a
 * virtual DocType has them. What may not be read is not there.
 */
import { listAction } from '../../access/decide.ts';
import { accessTo, listAccess } from '../../documents/context.ts';
import { parseDocument } from '../../documents/load.ts';
import { readDocument } from '../../documents/read.ts';
import type { Document } from '../../kernel/document.ts';
import { AppError } from '../../kernel/error.ts';
import { ALL, condition } from '../../kernel/filter.ts';
import type { ListArguments } from '../../query/tree.ts';
import { treeStatement } from '../../query/tree-statement.ts';
import { listArguments } from '../compile/arguments.ts';
import { type DocumentSelection, SELECTED_NAME } from '../compile/operation.ts';
import { project } from './project.ts';
import type { JsonObject, Run } from './run.ts';

/** By name, as they came: finish.ts does what is left to do. */
export async function fetchDocuments(
  run: Run,
  selection: DocumentSelection,
  names: readonly string[],
): Promise<ReadonlyMap<string, JsonObject>> {
  if (names.length === 0) return new Map();
  return selection.plan.storage === 'table' ? fromTable(run, selection, names) : fromOutside(run, selection, names);
}

async function fromTable(
  run: Run,
  selection: DocumentSelection,
  names: readonly string[],
): Promise<Map<string, JsonObject>> {
  const { ctx } = run;
  const { plan } = selection;
  if (!accessTo(ctx, plan, listAction({ plan, actor: ctx.actor })).allowed) return new Map();
  const args = selectionArguments(run, selection, { filter: condition('name', 'in', names), limit: names.length });
  const statement = treeStatement({
    snapshot: ctx.snapshot,
    access: listAccess(ctx),
    tree: selection.tree,
    args,
    now: ctx.now,
  });
  const [row] = await (ctx.tx ?? ctx.services.db).query(statement);
  const { documents } = JSON.parse(String(row?.data)) as { documents: JsonObject[] };
  return new Map(
    documents.map((object) => {
      const name = String(object[SELECTED_NAME]);
      delete object[SELECTED_NAME];
      return [name, object];
    }),
  );
}

async function fromOutside(
  run: Run,
  selection: DocumentSelection,
  names: readonly string[],
): Promise<Map<string, JsonObject>> {
  const found = new Map<string, JsonObject>();
  for (const name of names) {
    const doc = await readWhole(run, selection.plan.name, name);
    if (doc) found.set(name, projected(run, selection, doc));
  }
  return found;
}

/** Undefined for what is not there, or not the caller's to see. */
export async function readWhole({ ctx }: Run, doctype: string, name: string): Promise<Document | undefined> {
  try {
    return parseDocument((await readDocument(ctx, { doctype, name })).text);
  } catch (error) {
    if (error instanceof AppError && HIDDEN.has(error.code)) return undefined;
    throw error;
  }
}

const HIDDEN: ReadonlySet<string> = new Set(['not_found', 'forbidden', 'unauthenticated']);

/** What is selected of a whole document. */
export function projected(run: Run, selection: DocumentSelection, doc: Document): JsonObject {
  const args = selectionArguments(run, selection, { filter: ALL, limit: 1 });
  return project({ ctx: run.ctx, args }, doc, selection.items);
}

/** `first`: the documents themselves. */
function selectionArguments(run: Run, { lists }: DocumentSelection, first: ListArguments): ListArguments[] {
  const { compiled, variables, limits } = run;
  return listArguments({ schema: compiled.schema, lists, variables, cost: limits.cost, first });
}
