/**
 * What each root field of a mutation does, through the doors that REST goes through. Every one gives the
 * documents that it has written; what is selected of them is mutation.ts's.
 */
import { inTransaction } from '../../documents/context.ts';
import type { Context, GivenDocument, WriteContext } from '../../documents/contract.ts';
import { createDocument } from '../../documents/create.ts';
import { loadForWrite } from '../../documents/load.ts';
import type { LockWish } from '../../documents/lock-order.ts';
import { lockMatching } from '../../documents/matching.ts';
import type { ReadDocument } from '../../documents/read.ts';
import { renameDocument } from '../../documents/rename.ts';
import { amendDocument, cancelDocument, submitDocument } from '../../documents/transition.ts';
import { updateDocument } from '../../documents/update.ts';
import { AppError } from '../../kernel/error.ts';
import type { Filter } from '../../kernel/filter.ts';
import { isObject } from '../../kernel/json.ts';
import { refusal } from '../../query/request.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import { keyFilter } from '../compile/arguments.ts';
import { givenDocument } from '../compile/given.ts';
import { missingVariable, nodeValue } from '../compile/values.ts';
import { whereFilter } from '../compile/where.ts';
import type { MutationRoot, Run } from './run.ts';

const MOST_DOCUMENTS = 1000;

/** The value of an argument; undefined when it was not given. */
export function argument(run: Run, { selected }: MutationRoot, name: string): unknown {
  const node = selected.args.get(name);
  return node && nodeValue(node, run.variables);
}

export function insertMany(run: Run, root: MutationRoot): GivenDocument[] {
  const value = argument(run, root, 'objects');
  const list = Array.isArray(value) ? value : [value];
  if (list.length > MOST_DOCUMENTS)
    throw refusal('objects', `at most ${MOST_DOCUMENTS} documents are written at once; these are ${list.length}`);
  return list.map((each, index) => inputOf(run, root, 'insert', each, `objects[${index}]`));
}

export function insertOne(run: Run, root: MutationRoot): Promise<ReadDocument> {
  const given = inputOf(run, root, 'insert', argument(run, root, 'object'), 'object');
  return createDocument(run.ctx, { doctype: root.meaning.plan.name, given });
}

function inputOf(
  run: Run,
  root: MutationRoot,
  kind: 'insert' | 'set' | 'inc',
  value: unknown,
  path: string,
): GivenDocument {
  const { schema } = run.compiled;
  const type = `${schema.view.names.of(root.meaning.plan.name)}_${kind}_input`;
  return givenDocument(schema, type, value, path);
}

export interface Changes {
  set: GivenDocument;
  inc: GivenDocument;
}

export function changesOf(run: Run, root: MutationRoot): Changes {
  const set = argument(run, root, '_set') ?? {};
  const inc = argument(run, root, '_inc') ?? {};
  const changes = { set: inputOf(run, root, 'set', set, '_set'), inc: inputOf(run, root, 'inc', inc, '_inc') };
  const twice = Object.keys(changes.inc).find((name) => Object.hasOwn(changes.set, name));
  if (twice !== undefined) throw refusal(`_inc.${twice}`, 'a field is either set or added to, not both');
  return changes;
}

/** `wanted`: the fieldnames that the answer must have; undefined: all. */
export async function updateOne(run: Run, root: MutationRoot, wanted?: readonly string[]): Promise<ReadDocument> {
  const { ctx } = run;
  const key = argument(run, root, 'pk_columns');
  if (!isObject(key)) throw refusal('pk_columns', 'say which document is meant, as {name: "…"}');
  const name = nameOf(keyFilter(key.id, key.name));
  const changes = changesOf(run, root);
  return update(ctx, { plan: root.meaning.plan, name, changes, version: versionOf(run, root), wanted });
}

/** Adding reads the document under its lock, so it wants a transaction around it. */
export function needsLock(run: Run, root: MutationRoot): boolean {
  return root.selected.args.has('_inc') && Object.keys((argument(run, root, '_inc') as object | null) ?? {}).length > 0;
}

export async function update(
  ctx: Context,
  q: { plan: DocTypePlan; name: string; changes: Changes; version?: number; wanted?: readonly string[] },
): Promise<ReadDocument> {
  const { plan, name, changes, ...more } = q;
  const added = await addedTo(ctx, plan, name, changes.inc);
  return updateDocument(ctx, { doctype: plan.name, name, given: { ...changes.set, ...added }, ...more });
}

/** JavaScript's sums of decimals have more digits than were meant. */
const DIGITS = 15;

async function addedTo(ctx: Context, plan: DocTypePlan, name: string, inc: GivenDocument): Promise<GivenDocument> {
  const names = Object.keys(inc);
  if (names.length === 0) return {};
  if (!ctx.tx || plan.storage !== 'table')
    throw new AppError('wrong_state', `Numbers of ${plan.name} cannot be added to; set them.`);
  const stored = await loadForWrite({ ctx: ctx as WriteContext, plan, name, action: 'write' });
  return Object.fromEntries(
    names.map((fieldname) => {
      const [before, more] = [stored[fieldname] ?? 0, inc[fieldname]];
      if (more === null) throw refusal(`_inc.${fieldname}`, 'expected a number, but got null');
      if (plan.byName.get(fieldname)?.sql?.type === 'bigint')
        return [fieldname, String(BigInt(String(before)) + BigInt(String(more)))];
      return [fieldname, Number((Number(before) + Number(more)).toPrecision(DIGITS))];
    }),
  );
}

function versionOf(run: Run, root: MutationRoot): number | undefined {
  const version = argument(run, root, '_version');
  return typeof version === 'number' ? version : undefined;
}

/** A document of this name or id, as the doors take it. */
function nameOf(filter: Filter): string {
  return filter.kind === 'condition' ? String(filter.value) : '';
}

export function keyOf(run: Run, root: MutationRoot): string {
  return nameOf(keyFilter(argument(run, root, 'id'), argument(run, root, 'name')));
}

const LOCKED: ReadonlyMap<string, LockWish['action']> = new Map([
  ['update one', 'write'],
  ['delete one', 'delete'],
  ['submit', 'submit'],
  ['cancel', 'cancel'],
  ['amend', 'amend'],
  ['rename', 'write'],
]);

/** The document that a root field changes, where it says which. */
export function lockWish(run: Run, root: MutationRoot): LockWish[] {
  const { plan, does } = root.meaning;
  const action = LOCKED.get(does);
  const given = does === 'update one' ? argument(run, root, 'pk_columns') : undefined;
  const key = isObject(given) ? given : { name: argument(run, root, 'name'), id: argument(run, root, 'id') };
  const keys = [key.name, key.id].filter((each) => typeof each === 'string');
  return action === undefined ? [] : [{ doctype: plan.name, action, keys }];
}

/** Names of all documents that a filter means, those that may be read. Throws when they are too many for one transaction. */
export async function namesWhere(run: Run, root: MutationRoot, action: 'write' | 'delete'): Promise<string[]> {
  const { name: doctype } = root.meaning.plan;
  const filter = filterOf(run, root);
  const found = await inTransaction(run.ctx, (within) =>
    lockMatching(within, { doctype, filter, action, most: MOST_DOCUMENTS }),
  );
  if (found.length > MOST_DOCUMENTS)
    throw refusal('where', `at most ${MOST_DOCUMENTS} documents are written at once, and these are more; narrow it`);
  return found;
}

function filterOf(run: Run, root: MutationRoot): Filter {
  const { schema } = run.compiled;
  const node = root.selected.args.get('where');
  const missing = node && missingVariable(node, run.variables);
  if (!node || missing !== undefined)
    throw refusal(
      'where',
      `the variable $${missing} was given no value; a condition without one would match everything`,
    );
  return whereFilter(
    schema,
    `${schema.view.names.of(root.meaning.plan.name)}_bool_exp`,
    nodeValue(node, run.variables),
  );
}

/** Submit, cancel, amend, rename: each gives the document as it is then. */
export function transit(run: Run, root: MutationRoot): Promise<ReadDocument> {
  const { ctx } = run;
  const { plan, does } = root.meaning;
  const wish = { doctype: plan.name, name: String(argument(run, root, 'name')), version: versionOf(run, root) };
  switch (does) {
    case 'submit':
      return submitDocument(ctx, wish);
    case 'cancel':
      return cancelDocument(ctx, wish);
    case 'amend':
      return amendDocument(ctx, wish);
    case 'rename':
      return renameDocument(ctx, {
        doctype: plan.name,
        name: wish.name,
        to: String(argument(run, root, 'new_name')),
        merge: argument(run, root, 'merge') === true,
      });
    default:
      throw new Error(`${does} is no transition`);
  }
}
