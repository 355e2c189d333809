/** Root fields of no DocType: who asks, what a DocType is, where words occur. */
import { listAction } from '../../access/decide.ts';
import { askAhead, listAccess } from '../../documents/context.ts';
import type { Context } from '../../documents/contract.ts';
import { describeDocType } from '../../http/meta.ts';
import { isSet } from '../../kernel/doctype.ts';
import { ALL } from '../../kernel/filter.ts';
import { refusal, shown } from '../../query/request.ts';
import type { ListArguments, TreeItem, TreeList } from '../../query/tree.ts';
import { treeStatement } from '../../query/tree-statement.ts';
import type { DocTypePlan, OrderTerm } from '../../schema/plan.ts';
import type { Root } from '../compile/operation.ts';
import { wholePlan } from '../compile/shape.ts';
import { nodeValue } from '../compile/values.ts';
import type { View } from '../view.ts';
import { newObject } from './project.ts';
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
  const object = newObject();
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
  const plans = readable(
    ctx,
    searched(run.compiled.schema.view, argument(run, root, 'doctypes')).map((plan) =>
      wholePlan(run.compiled.schema, plan),
    ),
  );
  if (words.length === 0 || plans.length === 0 || limit === 0) return [];
  const roots = plans.map((plan, place) => ({ key: `d${place}`, list: searchList(ctx, plan, place) }));
  const args = roots.map(({ list }): ListArguments => {
    const isDated = itemsOf(list).some(({ key }) => key === MODIFIED);
    return { filter: ALL, search: words, limit, order: isDated ? NEWEST : undefined };
  });
  const key = `search ${JSON.stringify(roots.map(({ list }) => [list.plan.name, ...itemsOf(list).map((item) => item.key)]))}`;
  const statement = treeStatement({
    snapshot: ctx.snapshot,
    access: listAccess(ctx),
    tree: { key, roots },
    args,
    now: ctx.now,
  });
  const [row] = await (ctx.tx ?? ctx.services.db).query(statement);
  const found = Object.values(JSON.parse(String(row?.data)) as Record<string, JsonObject[]>).flat();
  const dateOf = (each: JsonObject): string => String(each[MODIFIED] ?? '');
  return found.sort((a, b) => Number(dateOf(a) < dateOf(b)) - Number(dateOf(b) < dateOf(a))).slice(0, limit);
}

function limitOf(value: unknown): number {
  if (value === undefined || value === null) return USUAL_FOUND;
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= MOST_FOUND) return value as number;
  throw refusal('limit', `expected a whole number from 0 to ${MOST_FOUND}, but got ${shown(value)}`);
}

/** Those that are asked for; otherwise those that have their name or a field in the global search, or all when none has. */
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
  const marked = all.filter(isMarked);
  return (marked.length > 0 ? marked : all).slice(0, MOST_DOCTYPES);
}

function isMarked({ definition, fields }: DocTypePlan): boolean {
  return isSet(definition.show_name_in_global_search) || fields.some(({ field }) => isSet(field.in_global_search));
}

const MODIFIED = 'modified';
const NEWEST: readonly OrderTerm[] = [{ path: MODIFIED, direction: 'desc' }];

/** Without what the policy engine refuses. */
function readable(ctx: Context, plans: readonly DocTypePlan[]): DocTypePlan[] {
  const access = listAccess(ctx);
  const { actor } = ctx;
  for (const action of ['read', 'select'] as const)
    askAhead(
      ctx,
      plans.filter((plan) => listAction({ plan, actor }) === action),
      [action],
    );
  return plans.filter((plan) => access(plan).allowed);
}

/** What may be read of the name, the title and the time. */
function searchList(ctx: Context, plan: DocTypePlan, place: number): TreeList {
  const { canRead } = listAccess(ctx)(plan);
  const column = (key: string, name: string): TreeItem[] => {
    const field = canRead(name) ? plan.byName.get(name) : undefined;
    return field?.column ? [{ kind: 'column', key, field }] : [];
  };
  const items: TreeItem[] = [
    { kind: 'constant', key: 'doctype', value: plan.name },
    ...column('name', 'name'),
    ...column('title', plan.titleField),
    ...column(MODIFIED, MODIFIED),
  ];
  return { plan, origin: { kind: 'all' }, place, form: { kind: 'many', items } };
}

function itemsOf({ form }: TreeList): readonly TreeItem[] {
  return form.kind === 'many' ? form.items : [];
}
