/**
 * A mutation: its root fields one after another in one transaction, all of them or none. What one gives back is
 * selected within it. A lone write whose answer the written document itself has needs no second look.
 */
import { inTransaction } from '../../documents/context.ts';
import type { WriteContext } from '../../documents/contract.ts';
import { createDocument } from '../../documents/create.ts';
import { parseDocument } from '../../documents/load.ts';
import { lockInOrder } from '../../documents/lock-order.ts';
import { callMethod } from '../../documents/methods.ts';
import type { ReadDocument } from '../../documents/read.ts';
import { removeDocument } from '../../documents/remove.ts';
import { GUEST } from '../../kernel/actor.ts';
import type { Document } from '../../kernel/document.ts';
import { AppError, errorWithin } from '../../kernel/error.ts';
import { isObject } from '../../kernel/json.ts';
import type { DocumentSelection } from '../compile/operation.ts';
import {
  argument,
  changesOf,
  insertMany,
  insertOne,
  keyOf,
  lockWish,
  namesWhere,
  needsLock,
  transit,
  update,
  updateOne,
} from './change.ts';
import { projected, readWhole } from './documents.ts';
import { documentsNamed, finish } from './finish.ts';
import { placed } from './placed.ts';
import { isWithin, newObject } from './project.ts';
import type { JsonObject, MutationRoot, Run } from './run.ts';

/** The JSON text of the data. Throws AppError, with the key of the field that failed: nothing is written then. */
export async function runMutation(run: Run): Promise<string> {
  const { roots } = run.compiled;
  const [first] = roots;
  const lone = roots.length === 1 && first?.kind === 'mutation' ? first : undefined;
  const data =
    lone && isSettled(run, lone)
      ? await loneData(run, lone)
      : await inTransaction(run.ctx, (ctx) => eachInTurn({ ...run, ctx }));
  return JSON.stringify(data);
}

/** Whether one operation and its own transaction do all of it. */
function isSettled(run: Run, root: MutationRoot): boolean {
  const { does } = root.meaning;
  if (does === 'call') return true;
  const isOne = does === 'insert one' || does === 'submit' || does === 'cancel' || does === 'amend';
  if (!isOne && !(does === 'update one' && !needsLock(run, root))) return false;
  const selection = selectionOf(run, root);
  return isWithin(selection.items) && selection.after.length === 0 && !hasArguments(selection);
}

function hasArguments({ lists }: DocumentSelection): boolean {
  return lists.some(({ args }) => args.size > 0);
}

async function loneData(run: Run, root: MutationRoot): Promise<JsonObject> {
  return { [root.key]: await placed(root, () => answerOf(run, root)) };
}

async function eachInTurn(run: Run & { ctx: WriteContext }): Promise<JsonObject> {
  const data = newObject();
  await lockInOrder(
    run.ctx,
    run.compiled.roots.flatMap((root) => (root.kind === 'mutation' ? lockWish(run, root) : [])),
  );
  for (const root of run.compiled.roots) {
    if (root.kind === 'constant') data[root.key] = root.value;
    else if (root.kind === 'mutation') data[root.key] = await placed(root, () => answerOf(run, root));
  }
  return data;
}

async function answerOf(run: Run, root: MutationRoot): Promise<unknown> {
  switch (root.meaning.does) {
    case 'insert one':
      return one(run, root, await insertOne(run, root));
    case 'update one':
      return one(run, root, await updateOne(run, root, wantedOf(run, root)));
    case 'submit':
    case 'cancel':
    case 'amend':
    case 'rename':
      return one(run, root, await transit(run, root));
    case 'insert':
      return many(run, root, () => insertEach(run, root));
    case 'update':
      return many(run, root, async () => {
        const changes = changesOf(run, root);
        const names = await namesWhere(run, root, 'write');
        for (const name of names) await update(run.ctx, { plan: root.meaning.plan, name, changes });
        return names;
      });
    case 'delete one':
      return removeOne(run, root);
    case 'delete':
      return removeMany(run, root);
    case 'call':
      return call(run, root);
    default:
      throw new Error(`${root.meaning.does} is no root field`);
  }
}

/** An error says which of them it is about. */
async function insertEach(run: Run, root: MutationRoot): Promise<string[]> {
  const names: string[] = [];
  const { name: doctype } = root.meaning.plan;
  for (const [index, given] of insertMany(run, root).entries()) {
    try {
      names.push((await createDocument(run.ctx, { doctype, given })).name);
    } catch (error) {
      throw error instanceof AppError ? errorWithin(error, `objects[${index}]`) : error;
    }
  }
  return names;
}

function selectionOf(run: Run, { meaning, selected }: MutationRoot): DocumentSelection {
  return run.compiled.select({ plan: meaning.plan, sets: selected.sets });
}

/** The columns that are selected, where nothing else is. */
function wantedOf(run: Run, root: MutationRoot): string[] | undefined {
  const { items, after } = selectionOf(run, root);
  if (after.length > 0) return undefined;
  if (!items.every(({ kind }) => kind === 'column' || kind === 'constant')) return undefined;
  return items.flatMap((item) => (item.kind === 'column' ? [item.field.fieldname] : []));
}

/** What is selected of the document that was written; null for who may write but not read. */
async function one(run: Run, root: MutationRoot, written: ReadDocument): Promise<JsonObject | null> {
  const selection = selectionOf(run, root);
  const doc = written.document?.() ?? parseDocument(written.text);
  const isAll = isWithin(selection.items) && selection.after.length === 0 && !hasArguments(selection);
  if (isAll) return shown(run, selection, doc);
  if (selection.plan.storage !== 'table') {
    const object = shown(run, selection, doc);
    if (object) await finish(run, [object], selection.after);
    return object;
  }
  const found = await documentsNamed(run, selection, [written.name]);
  return found.get(written.name) ?? null;
}

/** Who may not read gets name and id back: a selection of more is null as a whole. */
function shown(run: Run, selection: DocumentSelection, doc: Document): JsonObject | null {
  const isMissing = selection.items.some((item) => item.kind === 'column' && doc[item.field.fieldname] === undefined);
  if (isMissing && !Object.hasOwn(doc, 'modified') && selection.plan.storage === 'table') return null;
  return projected(run, selection, doc);
}

async function many(run: Run, root: MutationRoot, write: () => Promise<string[]>): Promise<JsonObject> {
  const names = await write();
  return response(run, root, names.length, (selection) =>
    documentsNamed(run, selection, names).then((found) => inOrder(names, found)),
  );
}

function inOrder(names: readonly string[], found: ReadonlyMap<string, JsonObject>): JsonObject[] {
  return names.map((name) => found.get(name)).filter((object) => object !== undefined);
}

/** `{affected_rows returning {…}}`. */
async function response(
  run: Run,
  { meaning, selected, type }: MutationRoot,
  count: number,
  returning: (selection: DocumentSelection) => Promise<JsonObject[]>,
): Promise<JsonObject> {
  const object = newObject();
  for (const { key, name, sets } of run.compiled.collect(type, selected.sets)) {
    if (name === '__typename') object[key] = type;
    else if (name === 'affected_rows') object[key] = count;
    else object[key] = await returning(run.compiled.select({ plan: meaning.plan, sets }));
  }
  return object;
}

/** As it was: selected before it is gone. */
async function removeOne(run: Run, root: MutationRoot): Promise<JsonObject | null> {
  const { plan } = root.meaning;
  const key = keyOf(run, root);
  const name = String((await readWhole(run, plan.name, key))?.name ?? key);
  const found = await documentsNamed(run, selectionOf(run, root), [name]);
  await removeDocument(run.ctx, { doctype: plan.name, name: key });
  return found.get(name) ?? null;
}

async function removeMany(run: Run, root: MutationRoot): Promise<JsonObject> {
  const names = await namesWhere(run, root, 'delete');
  const before = new Map<DocumentSelection, JsonObject[]>();
  const select = async (selection: DocumentSelection): Promise<JsonObject[]> => {
    const known = before.get(selection) ?? inOrder(names, await documentsNamed(run, selection, names));
    before.set(selection, known);
    return known;
  };
  const answer = await response(run, root, names.length, select);
  for (const name of names) await removeDocument(run.ctx, { doctype: root.meaning.plan.name, name });
  return answer;
}

/** Code of apps is for people who have signed in, without limits of their credential: as its route in REST. */
async function call(run: Run, root: MutationRoot): Promise<unknown> {
  const { actor } = run.ctx;
  if (actor.user === GUEST) throw new AppError('unauthenticated', 'You are not signed in. Sign in to call a method.');
  if (actor.scopes !== undefined)
    throw new AppError('forbidden', 'This credential has scopes, which do not reach methods of apps.');
  const given = argument(run, root, 'args') ?? {};
  if (!isObject(given)) throw new AppError('bad_request', 'args: expected an object of arguments.');
  const name = argument(run, root, 'name');
  const args = name === undefined || name === null ? given : { ...given, name };
  return callMethod(run.ctx, { doctype: root.meaning.plan.name, method: String(argument(run, root, 'method')), args });
}
