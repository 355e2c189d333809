/** Documents that are in no table: a virtual DocType's repository has them, a Single is one that is always there. */
import { listAction } from '../../access/decide.ts';
import { listAccess, permit } from '../../documents/context.ts';
import { listDocuments } from '../../documents/read.ts';
import type { Document } from '../../kernel/document.ts';
import type { Filter } from '../../kernel/filter.ts';
import { matches } from '../../query/in-memory-filter.ts';
import type { ListArguments } from '../../query/tree.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import { listArguments } from '../compile/arguments.ts';
import type { Root } from '../compile/operation.ts';
import { projected, readWhole } from './documents.ts';
import { finish } from './finish.ts';
import type { JsonObject, Run } from './run.ts';

/** The selected documents, or the one that is meant; null when it is not there for the caller. */
export async function outsideDocuments(
  run: Run,
  root: Root & { kind: 'outside' },
): Promise<JsonObject[] | JsonObject | null> {
  const { ctx, variables, limits, compiled } = run;
  const { plan, one, selection } = root;
  permit(ctx, plan, one ? 'read' : listAction({ plan, actor: ctx.actor }));
  const lists = [root.list];
  const [args] = listArguments({ schema: compiled.schema, lists, variables, cost: limits.cost });
  if (!args) throw new Error('a list has no arguments');
  const names = await namesOf(run, plan, { one, args });
  const objects: JsonObject[] = [];
  for (const name of names) {
    const doc = await readWhole(run, plan.name, name);
    if (doc && (plan.storage !== 'single' || isWanted(run, plan, doc, args.filter)))
      objects.push(projected(run, selection, doc));
  }
  await finish(run, objects, selection.after);
  return one ? (objects[0] ?? null) : objects;
}

async function namesOf(run: Run, plan: DocTypePlan, q: { one: boolean; args: ListArguments }): Promise<string[]> {
  const { filter, order, limit = 0, offset = 0 } = q.args;
  if (plan.storage === 'single') return offset > 0 || limit === 0 ? [] : [plan.name];
  if (q.one && filter.kind === 'condition' && filter.path === 'name') return [String(filter.value)];
  const found = await listDocuments(run.ctx, plan.name, {
    fields: [{ kind: 'path', path: 'name' }],
    filter,
    order,
    search: [],
    groupBy: [],
    limit,
    offset,
    count: 'none',
    expand: [],
  });
  return found.map(({ name }) => String(name));
}

function isWanted(run: Run, plan: DocTypePlan, document: Document, filter: Filter): boolean {
  const { ctx } = run;
  const reader = { snapshot: ctx.snapshot, access: listAccess(ctx) };
  return matches({ reader, plan, now: ctx.now, where: 'where' }, filter, { document });
}
