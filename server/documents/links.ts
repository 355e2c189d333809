/**
 * Links and what is fetched through them (SEMANTICS.md 1.10): every Link and Dynamic Link that is set
 * must lead somewhere, no submittable document may link to a cancelled one, and `fetch_from` copies.
 * Two questions to the database at most, however many links there are.
 */

import { isAdministrator } from '../access/decide.ts';
import { levelOf, levelsOf } from '../access/grants.ts';
import { holdTargetsStatement, linkTargetsStatement } from '../db/link-targets.ts';
import { isSet } from '../kernel/doctype.ts';
import { CANCELLED, type Document, isEmpty, rowsOf, SUBMITTED, type Value } from '../kernel/document.ts';
import { type FieldProblem, refuseProblems } from '../kernel/error.ts';
import type { DocTypePlan, FieldPlan } from '../schema/plan.ts';
import { accessTo } from './context.ts';
import { hiddenLinks, knowsDocType } from './link-visibility.ts';
import { presentable } from './rights.ts';
import { sourcesThrough, type Target, type Targets, targetKey, toTargets } from './stored-targets.ts';
import { sameValue, takeValue, UNCHANGED } from './values.ts';
import type { Write } from './write.ts';

interface Use {
  row: Document;
  before: Document | undefined;
  plan: DocTypePlan;
  field: FieldPlan;
  path: string;
  target: string;
  name: string;
  isDynamic: boolean;
  /** It stood in the document before: nobody chose it now. */
  isStored: boolean;
}

export async function resolveLinks(write: Write): Promise<void> {
  const problems: FieldProblem[] = [];
  const uses = collectUses(write, problems);
  const chosen = uses.filter((use) => !use.isStored);
  const [targets, hidden] = await Promise.all([readTargets(write, uses), hiddenLinks(write.ctx, chosen)]);
  for (const use of uses) checkUse({ write, use, targets: hidden.has(use) ? NOWHERE : targets, problems });
  refuseProblems(presentable(write.ctx, write.plan, problems), `The ${write.plan.name} cannot be saved`);
  for (const use of uses) fetchThrough({ write, use, targets });
}

const NOWHERE: Targets = new Map();

/** Everybody may lead to a DocType that they know of (link-visibility.ts), by a Link or a Dynamic Link. */
const DOCTYPE = 'DocType';

/** Rows of the document with their plans: the document itself first. */
export function eachRow(
  write: Write,
): { row: Document; before: Document | undefined; plan: DocTypePlan; path: string }[] {
  const rows = [{ row: write.doc, before: write.before, plan: write.plan, path: '' }];
  for (const table of write.plan.tables) {
    const child = write.ctx.snapshot.find(table.childDocType as string);
    if (child?.storage !== 'child') continue;
    const stored = new Map(write.before ? rowsOf(write.before, table.fieldname).map((row) => [row.id, row]) : []);
    rowsOf(write.doc, table.fieldname).forEach((row, index) => {
      rows.push({ row, before: stored.get(row.id), plan: child, path: `${table.fieldname}[${index}].` });
    });
  }
  return rows;
}

function collectUses(write: Write, problems: FieldProblem[]): Use[] {
  const uses: Use[] = [];
  for (const { row, before, plan, path } of eachRow(write)) {
    const feeds = new Set(plan.columns.map((field) => field.fetch?.link));
    for (const field of plan.links) {
      const name = row[field.fieldname];
      if (isEmpty(name) || !field.link) continue;
      const isDynamic = 'pointer' in field.link;
      const target = 'pointer' in field.link ? row[field.link.pointer] : field.link.doctype;
      if (isEmpty(target)) {
        problems.push({
          field: path + field.fieldname,
          code: 'missing_pointer',
          message: `${path}${field.fieldname}: set ${'pointer' in field.link ? field.link.pointer : 'its DocType'} first, so that it is known what this links to.`,
        });
        continue;
      }
      // What is stored already is kept true by the database; only what feeds a fetch is read again, and what may have been cancelled since.
      const isStored =
        before !== undefined &&
        sameValue(before[field.fieldname], name) &&
        (!isDynamic || sameValue(before[(field.link as { pointer: string }).pointer], target));
      const mayBeCancelled =
        write.plan.isSubmittable && write.ctx.snapshot.find(String(target))?.isSubmittable === true;
      if (isStored && !feeds.has(field.fieldname) && !mayBeCancelled) continue;
      uses.push({
        row,
        before,
        plan,
        field,
        path: path + field.fieldname,
        target: String(target),
        name: String(name),
        isDynamic,
        isStored,
      });
    }
  }
  return uses;
}

async function readTargets(write: Write, uses: readonly Use[]): Promise<Targets> {
  const { ctx } = write;
  const wishes = new Map<string, { plan: DocTypePlan; sources: FieldPlan[]; names: Set<string> }>();
  const held = new Map<string, Set<string>>();
  // What the document links to already came with it.
  const targets: Targets = new Map(await write.storedTargets);
  const virtual: Promise<void>[] = [];
  for (const use of uses) {
    const plan = ctx.snapshot.find(use.target);
    if (!plan || (!use.isDynamic && targets.has(targetKey(use.target, use.name)))) continue;
    if (plan.storage === 'virtual') {
      virtual.push(readVirtual({ write, plan, use, targets }));
      continue;
    }
    if (use.isDynamic) held.set(use.target, (held.get(use.target) ?? new Set()).add(use.name));
    let wish = wishes.get(use.target);
    if (!wish) {
      wish = { plan, sources: [], names: new Set<string>() };
      wishes.set(use.target, wish);
    }
    wish.names.add(use.name);
    for (const source of sourcesThrough(use.plan, use.field, plan))
      if (!wish.sources.includes(source)) wish.sources.push(source);
  }
  await Promise.all(virtual);
  for (const [doctype, names] of held)
    ctx.tx.send(holdTargetsStatement(ctx.snapshot.find(doctype) as DocTypePlan, [...names].sort()));
  if (wishes.size === 0) return targets;
  const statement = linkTargetsStatement([...wishes.values()].map((wish) => ({ ...wish, names: [...wish.names] })));
  for (const [key, target] of toTargets(await ctx.tx.query(statement))) targets.set(key, target);
  return targets;
}

async function readVirtual(q: {
  write: Write;
  plan: DocTypePlan;
  use: Use;
  targets: Map<string, Target>;
}): Promise<void> {
  const { ctx } = q.write;
  const found = await ctx.services.repositories.find(q.plan.name)?.get(ctx, q.plan, q.use.name);
  if (found) q.targets.set(targetKey(q.plan.name, q.use.name), { docstatus: 0, fetched: found });
}

function checkUse(q: { write: Write; use: Use; targets: ReadonlyMap<string, Target>; problems: FieldProblem[] }): void {
  const { use, write } = q;
  const plan = write.ctx.snapshot.find(use.target);
  if (!plan || (use.isDynamic && !use.isStored && plan.name !== DOCTYPE && !knowsDocType(write.ctx, plan))) {
    // A Link whose target DocType has not come yet (an import) cannot be checked; a Dynamic Link can.
    if (use.isDynamic)
      q.problems.push({
        field: use.path,
        code: 'link_not_found',
        message: `${use.path}: there is no DocType ${JSON.stringify(use.target)}.`,
      });
    return;
  }
  if (plan.storage === 'single' && use.name === plan.name) return;
  const target = q.targets.get(targetKey(use.target, use.name));
  if (!target) {
    if (plan.name === write.plan.name && use.name === write.doc.name) return;
    if (write.defaulted.get(use.row)?.has(use.field.fieldname)) {
      use.row[use.field.fieldname] = null;
      return;
    }
    q.problems.push({
      field: use.path,
      code: 'link_not_found',
      message: `${use.path}: there is no ${use.target} called ${JSON.stringify(use.name)}. Create it first or choose another.`,
    });
  } else if (plan.isSubmittable && write.plan.isSubmittable) {
    const problem = stateProblem(use, target.docstatus);
    if (problem) q.problems.push(problem);
  }
}

/** Nothing submittable links to what is cancelled, but an amendment, which links to nothing else. */
function stateProblem(use: Use, docstatus: number): FieldProblem | undefined {
  const isCancelled = docstatus === CANCELLED;
  const isAmendment = use.field.fieldname === 'amended_from';
  if (isCancelled === isAmendment) return undefined;
  return isAmendment
    ? {
        field: use.path,
        code: 'not_cancelled',
        message: `${use.path}: ${use.name} is not cancelled, so it cannot be amended. Cancel it first.`,
      }
    : {
        field: use.path,
        code: 'link_cancelled',
        message: `${use.path}: the ${use.target} ${use.name} is cancelled. Choose another.`,
      };
}

function fetchThrough(q: { write: Write; use: Use; targets: ReadonlyMap<string, Target> }): void {
  const { use, write } = q;
  const target = q.targets.get(targetKey(use.target, use.name));
  if (!target) return;
  for (const field of use.plan.columns) {
    if (field.fetch?.link !== use.field.fieldname) continue;
    const source = write.ctx.snapshot.find(use.target)?.byName.get(field.fetch.source);
    if (!source || !mayFetch({ write, use, source, field })) continue;
    const current = use.row[field.fieldname];
    if (field.fetch.ifEmpty && !isEmpty(current) && current !== 0 && current !== false) continue;
    if (use.before && Number(write.doc.docstatus) === SUBMITTED && !isSet(field.field.allow_on_submit)) continue;
    use.row[field.fieldname] = converted({ write, field, value: target.fetched?.[field.fetch.source] });
  }
}

/** Nobody copies by a Link what is at a level closed to him, and nobody writes so what he may not write. */
function mayFetch(q: { write: Write; use: Use; source: FieldPlan; field: FieldPlan }): boolean {
  const { write, use } = q;
  const { ctx } = write;
  if (isAdministrator(ctx.actor)) return true;
  const target = ctx.snapshot.find(use.target) as DocTypePlan;
  const within = use.plan === write.plan ? undefined : write.plan;
  const level = levelOf(q.source.field);
  const isReadable = level === 0 || levelsOf(target, ctx.actor.roles).readable.has(level);
  return isReadable && accessTo(ctx, use.plan, 'write', within).canWrite(q.field.fieldname);
}

/** The source may be of another type (rich text into Data): what does not fit the target is left empty. */
function converted(q: { write: Write; field: FieldPlan; value: Value | undefined }): Value {
  const { field, write } = q;
  const plain = typeof q.value === 'string' && !field.type.html ? q.value.replace(/<[^>]*>/g, '') : q.value;
  const value = typeof q.value === 'string' && q.value.startsWith('<') ? plain : q.value;
  const taken = takeValue(field, typeof value === 'object' && value !== null ? JSON.stringify(value) : value, {
    now: write.ctx.now,
    cipher: write.ctx.services.cipher,
  });
  return taken === UNCHANGED || 'problem' in taken ? null : taken.value;
}
