/**
 * A query to the JSON text of its data: one statement for all roots that PostgreSQL answers, whose text goes
 * out as it came where nothing is left to do.
 */
import { listAction } from '../../access/decide.ts';
import { accessFor, listAccess, permit } from '../../documents/context.ts';
import type { Context } from '../../documents/contract.ts';
import type { Statement } from '../../kernel/statement.ts';
import type { ListArguments, Tree, TreeList } from '../../query/tree.ts';
import { SCHEMA_VERSION, treeStatement } from '../../query/tree-statement.ts';
import { isFixed, listArguments } from '../compile/arguments.ts';
import type { Compiled, Root } from '../compile/operation.ts';
import { finish } from './finish.ts';
import { introspect, type Measure, newMeasure } from './introspection.ts';
import { outsideDocuments } from './outside.ts';
import { ownAnswer } from './own.ts';
import { placed } from './placed.ts';
import { newObject } from './project.ts';
import type { JsonObject, Run } from './run.ts';
import { refuseOlder, refuseOlderSnapshot } from './schema-version.ts';

/** Throws AppError: no part of the data is given then. */
export async function runQuery(run: Run): Promise<string> {
  const { compiled } = run;
  const trees = treesOf(run);
  const [first] = trees;
  if (!first && compiled.roots.some(isOfSchema)) await refuseOlderSnapshot(run.ctx);
  if (first && trees.length === 1 && isWhole(compiled)) return runTree(run, first);
  const data = newObject();
  for (const tree of trees) Object.assign(data, JSON.parse(await runTree(run, tree)));
  for (const root of compiled.roots) {
    if (root.kind === 'tree') await finish(run, objectsIn(data[root.key]), root.after);
  }
  const parts: string[] = [];
  const measure = newMeasure();
  for (const root of compiled.roots)
    parts.push(`${JSON.stringify(root.key)}:${await partOf(run, root, data, measure)}`);
  return `{${parts.join(',')}}`;
}

/** Of an operation that asks for the schema alone: the data in pieces as they come, since it may be long. */
export async function* introspectionData(run: Run): AsyncGenerator<string> {
  const measure = newMeasure();
  let mark = '{';
  for (const root of run.compiled.roots) {
    yield `${mark}${JSON.stringify(root.key)}:`;
    mark = ',';
    if (root.kind === 'introspection') yield* introspect(run, root.selected, measure);
    else yield await partOf(run, root, {}, measure);
  }
  yield '}';
}

/** Whether it asks for the schema, and for nothing that has to be read. */
export function asksForSchema({ roots }: Compiled): boolean {
  const isIntrospection = roots.some((root) => root.kind === 'introspection');
  return isIntrospection && roots.every((root) => root.kind === 'introspection' || root.kind === 'constant');
}

async function whole(pieces: AsyncIterable<string>): Promise<string> {
  const parts: string[] = [];
  for await (const piece of pieces) parts.push(piece);
  return parts.join('');
}

/** All but who asks. */
function isOfSchema(root: Root): boolean {
  return root.kind !== 'constant' && !(root.kind === 'own' && root.asks === 'me');
}

/** Nothing but what the statement answers. */
export function isWhole(compiled: Compiled): boolean {
  return compiled.roots.every((root) => root.kind === 'tree' && root.after.length === 0);
}

/**
 * One statement for all, save for documents by their keys of which lists show what may be chosen: those are read,
 * as REST reads them, each by itself.
 */
function treesOf({ ctx, compiled }: Run): Tree[] {
  const { tree } = compiled;
  if (!tree) return [];
  const apart = tree.roots.filter(({ list }) => isReadApart(ctx, list));
  if (apart.length === 0 || tree.roots.length === 1) return [tree];
  const rest = tree.roots.filter((root) => !apart.includes(root));
  const parts = [...(rest.length === 0 ? [] : [rest]), ...apart.map((root) => [root])];
  return parts.map((roots) => ({ key: `${tree.key} ${roots.map(({ list }) => list.place).join()}`, roots }));
}

function isReadApart(ctx: Context, list: TreeList): boolean {
  return actionOf(ctx, list) !== listAction({ plan: list.plan, actor: ctx.actor });
}

function actionOf({ actor }: Context, { form, plan }: TreeList): 'read' | 'select' {
  return form.kind === 'one' ? 'read' : listAction({ plan, actor });
}

async function runTree(run: Run, tree: Tree): Promise<string> {
  const { ctx, compiled } = run;
  const statement = queryStatement(run, tree);
  const db = ctx.tx ?? ctx.services.db;
  const [row] = await (ctx.tx === undefined && isByKey(compiled)
    ? ctx.services.db.queryByKey(statement)
    : db.query(statement));
  refuseOlder(ctx, row?.[SCHEMA_VERSION]);
  return String(row?.data);
}

/** The statement of all roots that are in tables, or of some. Throws for what the caller may not ask. */
export function queryStatement(run: Run, tree = run.compiled.tree): Statement {
  const { ctx } = run;
  if (!tree) throw new Error('no root is in a table');
  for (const { list } of tree.roots) permit(ctx, list.plan, actionOf(ctx, list));
  const [{ list: first } = {}] = tree.roots;
  const isApart = first && tree.roots.length === 1 && isReadApart(ctx, first);
  return treeStatement({
    snapshot: ctx.snapshot,
    access: isApart ? accessFor(ctx, 'read', first.plan) : listAccess(ctx),
    tree,
    args: argumentsOf(run),
    now: ctx.now,
  });
}

const fixed = new WeakMap<Compiled, readonly ListArguments[]>();

function argumentsOf(run: Run): readonly ListArguments[] {
  const { compiled, variables, limits } = run;
  const known = fixed.get(compiled);
  if (known) return known;
  const { schema, lists } = compiled;
  const args = listArguments({ schema, lists, variables, cost: limits.cost });
  if (isFixed(lists)) fixed.set(compiled, args);
  return args;
}

const MOST_ROWS_LISTS = 8;

/** One document with a few tables is bounded work, which need not wait behind lists. */
function isByKey({ tree, lists }: Compiled): boolean {
  if (tree?.roots.length !== 1 || lists.length > MOST_ROWS_LISTS) return false;
  return lists.every(({ list }, place) => (place === 0 ? list.form.kind === 'one' : list.origin.kind === 'rows'));
}

function objectsIn(value: unknown): JsonObject[] {
  if (Array.isArray(value)) return value as JsonObject[];
  return value === null || value === undefined ? [] : [value as JsonObject];
}

async function partOf(run: Run, root: Root, data: JsonObject, measure: Measure): Promise<string> {
  switch (root.kind) {
    case 'tree':
      return JSON.stringify(data[root.key] ?? null);
    case 'constant':
      return JSON.stringify(root.value);
    case 'outside':
      return JSON.stringify(await placed(root, () => outsideDocuments(run, root)));
    case 'own':
      return JSON.stringify(await placed(root, () => ownAnswer(run, root)));
    case 'introspection':
      return whole(introspect(run, root.selected, measure));
    case 'mutation':
      throw new Error('a query changes nothing');
  }
}
