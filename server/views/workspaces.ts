/**
 * Workspaces as documents: who reads and writes them, and what must be true of one. Whoever may not manage them has
 * their own, and of the public ones through these doors nothing but the title, to put their own under: the names of
 * DocTypes in one are not for everybody who may open it. What of it they see, workspace-page.ts says.
 */
import { hasRight } from '../access/decide.ts';
import type { RowRule } from '../access/row-rules.ts';
import { noteSome } from '../documents/changes.ts';
import type { App, Guard, GuardArgument, HookArgument } from '../documents/contract.ts';
import type { Actor } from '../kernel/actor.ts';
import { type Document, isEmpty, rowsOf } from '../kernel/document.ts';
import { type FieldProblem, refuseProblems } from '../kernel/error.ts';
import { ALL, and, condition, type Filter, or } from '../kernel/filter.ts';
import { isManager } from '../rights/grants.ts';
import { isSafeAddress, parsedFilter } from './workspace-values.ts';

export const WORKSPACE = 'Workspace';
export const WORKSPACE_MANAGER = 'Workspace Manager';

/** Who arranges what everybody sees. */
export function managesWorkspaces(actor: Actor): boolean {
  return isManager(actor) || actor.roles.includes(WORKSPACE_MANAGER);
}

/** What leads where somebody may not read they are not shown, nor what a workspace calls it. */
function leadsTo(kindField: string, others: readonly string[]): RowRule {
  return ({ snapshot, actor }) => {
    const hidden = snapshot.names.filter((name) => {
      const plan = snapshot.find(name);
      return plan !== undefined && !hasRight({ snapshot, plan, actor, action: 'read' });
    });
    if (hidden.length === 0) return undefined;
    const isElsewhere = condition(kindField, 'in', others);
    return or(isElsewhere, condition('link_to', 'is', 'not set'), condition('link_to', 'not in', hidden));
  };
}

/** Of an entry of the sidebar that has no page: the same of the whole of it. */
const ENTRY = leadsTo('link_type', ['Report', 'Page']);

function entryRule(q: Parameters<RowRule>[0]): Filter | undefined {
  const rule = ENTRY(q);
  return rule && or(condition('type', 'is', 'not set'), condition('type', 'in', [WORKSPACE, 'URL']), rule);
}

const rowRule: RowRule = (q) => {
  const { actor, right } = q;
  const isPublic = and(condition('public', '=', true), entryRule(q) ?? ALL);
  const isOwn = and(condition('public', '=', false), condition('for_user', '=', actor.user));
  if (managesWorkspaces(actor)) return or(isPublic, isOwn);
  if (right !== 'select') return isOwn;
  const isForRole = or(condition('roles.role', 'is', 'not set'), condition('roles.role', 'in', [...actor.roles]));
  return or(isOwn, and(isPublic, isForRole));
};

/** A name that nobody has to think of: the title, and of one's own whose it is. */
function complete({ doc, before, actor }: HookArgument): void {
  if (doc.public === true) doc.for_user = null;
  else if (isEmpty(doc.for_user)) doc.for_user = before?.for_user ?? before?.owner ?? actor.user;
  if (isEmpty(doc.title)) doc.title = doc.label ?? null;
  if (!before && doc.public === true && isEmpty(doc.label)) doc.label = doc.title ?? null;
  if (!before && doc.public !== true && !isNameOf(doc, doc.label, actor)) doc.label = ownName(doc);
  for (const row of [...rowsOf(doc, 'shortcuts'), ...rowsOf(doc, 'links')])
    if (isEmpty(row.label) && (!isEmpty(row.link_to) || !isEmpty(row.url))) row.label = row.link_to ?? row.url ?? null;
}

const MOST_NAME = 140;

/** What says in the name of a workspace whose own it is. */
function ending(doc: Document): string {
  return `-${String(doc.for_user)}`.slice(-MOST_NAME);
}

function ownName(doc: Document): string {
  const title = isEmpty(doc.title) ? WORKSPACE : String(doc.title);
  return title.slice(0, MOST_NAME - ending(doc).length) + ending(doc);
}

/** Nobody takes with their own the name of one for all, or of somebody else's, nor tries out what others have. */
function isNameOf(doc: Document, name: unknown, actor: Actor): boolean {
  return !isEmpty(name) && (managesWorkspaces(actor) || String(name).endsWith(ending(doc)));
}

function keepEnding({ doc, actor, rename, fail }: HookArgument): void {
  if (doc.public === true || isNameOf(doc, rename?.to, actor)) return;
  fail(`The name of a workspace of your own ends with ${ending(doc)}. Its title is yours to choose.`, 'name');
}

const GUARD: Guard = {
  async check(argument) {
    const problems = [...addressProblems(argument), ...filterProblems(argument), ...(await placeProblems(argument))];
    refuseProblems(problems, 'The workspace cannot be saved');
  },
  stored: tellEverybody,
  removing: tellEverybody,
  renamed: tellEverybody,
  restored: tellEverybody,
};

/** What came in from a file may be otherwise: it is not shown, and nobody has to mend it to change something else. */
function addressProblems({ doc, before }: GuardArgument): FieldProblem[] {
  const own = { field: 'external_link', url: doc.external_link, was: before?.external_link };
  const given = [own, ...changedRows(doc, before, 'url').map(({ field, value }) => ({ field, url: value, was: null }))];
  return given.flatMap(({ field, url, was }): FieldProblem[] => {
    if (isEmpty(url) || url === was || isSafeAddress(url)) return [];
    const message = `${field} must be an address that begins with https://, http:// or, on this site, /.`;
    return [{ field, code: 'bad_address', message }];
  });
}

function filterProblems({ doc, before }: GuardArgument): FieldProblem[] {
  return changedRows(doc, before, 'stats_filter').flatMap(({ field, value }): FieldProblem[] => {
    const read = parsedFilter(value, '');
    return 'problem' in read ? [{ field, code: 'bad_shape', message: `${field} ${read.problem}.` }] : [];
  });
}

function changedRows(doc: Document, before: Document | undefined, fieldname: string) {
  const stored = new Map((before ? rowsOf(before, 'shortcuts') : []).map((row) => [row.id, row[fieldname]]));
  return rowsOf(doc, 'shortcuts').flatMap((row, index) => {
    const value = row[fieldname];
    return stored.has(row.id) && stored.get(row.id) === value
      ? []
      : [{ field: `shortcuts[${index}].${fieldname}`, value }];
  });
}

/** Nothing stands under itself, however far around. */
async function placeProblems({ ctx, doc, before }: GuardArgument): Promise<FieldProblem[]> {
  if (isEmpty(doc.parent_page)) return [];
  const [row] = await ctx.tx.query({
    name: 'workspace_above',
    text: `with recursive above as (
        select name, parent_page, 1 as depth from workspace where name = $1
        union all
        select w.name, w.parent_page, above.depth + 1 from workspace w join above on w.name = above.parent_page
          where above.depth < 20)
      select 1 from above where name = $2 limit 1`,
    values: [String(doc.parent_page), String(before?.name ?? doc.name)],
  });
  if (!row) return [];
  const message = `${String(doc.parent_page)} stands under this workspace, or is this one. Choose another.`;
  return [{ field: 'parent_page', code: 'own_place', message }];
}

/** Many see of a public one what it shows and may not read the document: they hear that something changed, no name. */
function tellEverybody({ ctx, plan, doc, before }: GuardArgument): void {
  if (doc.public === true || before?.public === true) noteSome(ctx, plan);
}

/** What was somebody's own goes with them. */
const WITH_USER: Guard = {
  removing({ ctx, plan, doc }) {
    if (plan.name !== 'User') return;
    const values = [String(doc.name)];
    const own = 'select id from workspace where for_user = $1 and not public';
    for (const table of ['workspace_shortcut', 'workspace_link', 'workspace_role'])
      ctx.tx.send({ text: `delete from ${table} where parent_id in (${own})`, values });
    ctx.tx.send({
      text: `update workspace set parent_page = null where parent_page in
        (select name from workspace where for_user = $1 and not public)`,
      values,
    });
    ctx.tx.send({ text: 'delete from workspace where for_user = $1 and not public', values });
  },
};

export const WORKSPACE_RULES: App['controllers'] = {
  'Workspace Shortcut': { rowsWithin: leadsTo('type', ['URL', 'Report', 'Page', 'Dashboard']) },
  'Workspace Link': { rowsWithin: leadsTo('link_type', ['Report', 'Page']) },
  [WORKSPACE]: { rowRule, hooks: { before_insert: complete, before_validate: complete, before_rename: keepEnding } },
};

export const WORKSPACE_GUARDS: readonly (readonly [string, Guard])[] = [
  [WORKSPACE, GUARD],
  ['*', WITH_USER],
];
