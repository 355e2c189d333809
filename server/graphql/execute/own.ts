/** Root fields of no DocType: who asks, what a DocType is, where words occur. */
import { listAccess } from '../../documents/context.ts';
import { describeDocType } from '../../http/meta.ts';
import { isSet } from '../../kernel/doctype.ts';
import { ALL } from '../../kernel/filter.ts';
import { refusal, shown } from '../../query/request.ts';
import type { ListArguments, TreeItem, TreeList } from '../../query/tree.ts';
import { treeStatement } from '../../query/tree-statement.ts';
import type { DocTypePlan } from '../../schema/plan.ts';
import type { Root } from '../compile/operation.ts';
import { wholePlan } from '../compile/shape.ts';
import { nodeValue } from '../compile/values.ts';
import type { View } from '../view.ts';
import type { JsonObject, Run } from './run.ts';

type Own = Root & { kind: 'own' };

export async function ownAnswer(run: Run, root: Own): Promise<unknown> {
  switch (root.asks) {
    case 'me':
      return chosen(run, root, 'user_info', { ...(await run.ports.profileOf(run.ctx.actor)) });
    case 'meta': {
      const plan = run.compiled.schema.view.find(String(argument(run, root, 'name')));
      return plan ? describeDocType(run.ctx, plan) : null;
    }
    case 'search':
      return (await search(run, root)).map((found) => chosen(run, root, 'search_result', found));
  }
}

function argument(run: Run, { selected }: Own, name: string): unknown {
  const node = selected.args.get(name);
  return node && nodeValue(node, run.variables);
}

/** The selected members of an object whose members have no selections of their own. */
function chosen(run: Run, { selected }: Own, type: string, value: JsonObject): JsonObject {
  const object: JsonObject = {};
  for (const { key, name } of run.compiled.collect(type, selected.sets))
    object[key] = name === '__typename' ? type : (value[name] ?? null);
  return object;
}

const MOST_DOCTYPES = 100;
const MOST_FOUND = 100;
const USUAL_FOUND = 20;
const MOST_WORDS = 10;

/** One statement for all DocTypes: of each the newest in which all words occur. */
async function search(run: Run, root: Own): Promise<JsonObject[]> {
  const { ctx } = run;
  const words = String(argument(run, root, 'text'))
    .split(/\s+/)
    .filter(Boolean)
    .slice(0, MOST_WORDS);
  const limit = limitOf(argument(run, root, 'limit'));
  const plans = searched(run.compiled.schema.view, argument(run, root, 'doctypes')).map((plan) =>
    wholePlan(run.compiled.schema, plan),
  );
  if (words.length === 0 || plans.length === 0 || limit === 0) return [];
  const roots = plans.map((plan, place) => ({ key: `d${place}`, list: searchList(plan, place) }));
  const one: ListArguments = { filter: ALL, search: words, limit, order: [{ path: 'modified', direction: 'desc' }] };
  const key = `search ${JSON.stringify(plans.map(({ name }) => name))}`;
  const statement = treeStatement({
    snapshot: ctx.snapshot,
    access: listAccess(ctx),
    tree: { key, roots },
    args: plans.map(() => one),
    now: ctx.now,
  });
  const [row] = await (ctx.tx ?? ctx.services.db).query(statement);
  const found = Object.values(JSON.parse(String(row?.data)) as Record<string, JsonObject[]>).flat();
  return found.sort((a, b) => (String(a.modified) < String(b.modified) ? 1 : -1)).slice(0, limit);
}

function limitOf(value: unknown): number {
  if (value === undefined || value === null) return USUAL_FOUND;
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_FOUND) return value as number;
  throw refusal('limit', `expected a whole number from 0 to ${MOST_FOUND}, but got ${shown(value)}`);
}

/** Those that are asked for; otherwise those that have a field for the global search, or all when none has. */
function searched(view: View, names: unknown): DocTypePlan[] {
  const isSearchable = (plan: DocTypePlan | undefined): plan is DocTypePlan =>
    plan?.storage === 'table' && view.canList(plan);
  if (names !== undefined && names !== null) {
    const list = Array.isArray(names) ? names : [names];
    if (list.length > MOST_DOCTYPES)
      throw refusal('doctypes', `at most ${MOST_DOCTYPES} DocTypes are searched at once`);
    return [...new Set(list)].map((name) => view.find(String(name))).filter(isSearchable);
  }
  const all = [...view.all()].filter(isSearchable);
  const marked = all.filter((plan) => plan.fields.some(({ field }) => isSet(field.in_global_search)));
  return (marked.length > 0 ? marked : all).slice(0, MOST_DOCTYPES);
}

function searchList(plan: DocTypePlan, place: number): TreeList {
  const column = (key: string, name: string): TreeItem[] => {
    const field = plan.byName.get(name);
    return field?.column ? [{ kind: 'column', key, field }] : [];
  };
  const items: TreeItem[] = [
    { kind: 'constant', key: 'doctype', value: plan.name },
    ...column('name', 'name'),
    ...column('title', plan.titleField),
    ...column('modified', 'modified'),
  ];
  return { plan, origin: { kind: 'all' }, place, form: { kind: 'many', items } };
}
