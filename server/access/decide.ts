/**
 * May this actor do this to documents of this DocType, and to which of them? One description, from
 * which both the in-memory decision and the SQL predicate come: `rows` is the client's Filter AST.
 * Every read and write asks here; SQL is only made of a plan that carries the answer.
 */
import { type Actor, ADMINISTRATOR } from '../kernel/actor.ts';
import { ALL, and, type Filter, NONE, or } from '../kernel/filter.ts';
import { isTenant } from '../kernel/tenancy.ts';
import type { DocTypePlan, FieldPlan, Snapshot } from '../schema/plan.ts';
import { grantsOf, hasAnyRight, levelOf, levelsOf, type Right } from './grants.ts';
import { grantsFor, type RowRule, rowsByRole } from './row-rules.ts';
import { isInScope } from './scopes.ts';
import { hasShares, isShareable, sharedRows } from './shares.ts';

/** What somebody wants to do: a right, or an operation that needs several. */
export type Action = Right | 'rename' | 'merge' | 'duplicate';

export interface Access {
  allowed: boolean;
  /** Which rows: ANDed to whatever the caller asks for. */
  rows: Filter;
  canRead(fieldname: string): boolean;
  canWrite(fieldname: string): boolean;
  /** Part of the key of every cached statement: two actors with one key get the same SQL. */
  key: string;
  /** Whether the actor may know that the DocType exists: some right on it, or a share. */
  isVisible: boolean;
  /** With tenants that have their own rows: whose are meant. Beside `rows`, and beneath it row security. */
  tenant?: string;
}

/** Access to a DocType, or to the rows of a child table within the documents of another. */
export type AccessTo = (plan: DocTypePlan, within?: DocTypePlan) => Access;

export interface AccessQuestion {
  snapshot: Snapshot;
  plan: DocTypePlan;
  actor: Actor;
  action: Action;
  /** For a child table: the DocType whose documents the rows are part of. Without it nobody reaches rows. */
  within?: DocTypePlan;
  /** Rules of apps for the plan (for `within`, when there is one). */
  rules?: readonly RowRule[];
  /** For a child table: which of its rows may be seen in a document that may be. */
  rowsWithin?: readonly RowRule[];
}

/** What the server itself may: for rules, and for the write path's own reading. */
export const EVERYTHING: Access = {
  allowed: true,
  rows: ALL,
  canRead: () => true,
  canWrite: () => true,
  key: 'all',
  isVisible: true,
};
const NOTHING: Access = {
  allowed: false,
  rows: NONE,
  canRead: () => false,
  canWrite: () => false,
  key: 'none',
  isVisible: false,
};

const COMMON: Access = { ...NOTHING, key: 'common', isVisible: true };

/** The rights that an action needs, all of them on the same document (SEMANTICS.md 3.3). */
const NEEDED: ReadonlyMap<Action, readonly Right[]> = new Map([
  ['submit', ['write', 'submit']],
  ['cancel', ['write', 'cancel']],
  ['amend', ['read', 'amend']],
  ['duplicate', ['read']],
  ['rename', ['write']],
  ['merge', ['write', 'delete']],
] as const);

/** Answers are remembered with the actor, which is made anew when rights change, per Snapshot. */
const known = new WeakMap<Actor, WeakMap<Snapshot, Map<string, Access>>>();

export function decide(q: AccessQuestion): Access {
  if (isCommonToTenants(q)) return COMMON;
  if (isAdministrator(q.actor)) return EVERYTHING;
  const bySnapshot = known.get(q.actor) ?? new WeakMap<Snapshot, Map<string, Access>>();
  known.set(q.actor, bySnapshot);
  const answers = bySnapshot.get(q.snapshot) ?? new Map<string, Access>();
  bySnapshot.set(q.snapshot, answers);
  const key = `${q.action}\n${q.plan.name}\n${q.within?.name ?? ''}`;
  let answer = answers.get(key);
  if (!answer) {
    const asked = { ...q, plan: asItIs(q, q.plan), within: q.within && asItIs(q, q.within) };
    answer = asked.plan.definition.istable ? decideRows(asked) : decideDocuments(asked);
    answers.set(key, answer);
  }
  return answer;
}

/**
 * The DocType as rules know it. A plan that was cut down to what somebody may read has not all the Links that User
 * Permissions are about, and the answer is remembered for everybody who asks with a whole one.
 */
function asItIs({ snapshot }: AccessQuestion, plan: DocTypePlan): DocTypePlan {
  return snapshot.find(plan.name) ?? plan;
}

/** What all tenants share, none of them changes: that is the operator's. */
function isCommonToTenants({ plan, actor, action }: AccessQuestion): boolean {
  return plan.tenancy === 'common' && isTenant(actor.tenant) && !READING.has(action);
}

const READING: ReadonlySet<Action> = new Set(['select', 'read', 'report', 'export', 'print', 'email', 'duplicate']);

/** Administrator has every right, but with a limited credential only as far as that goes. */
export function isAdministrator(actor: Actor): boolean {
  return actor.roles.includes(ADMINISTRATOR) && actor.scopes === undefined;
}

function decideDocuments(q: AccessQuestion): Access {
  const { plan, actor } = q;
  const rights = NEEDED.get(q.action) ?? [q.action as Right];
  const rows = and(...rights.map((right) => rowsOf({ ...q, right, ...begun(actor) })));
  const fields = fieldRights(q, plan, q.action === 'select' && selectsMore(q));
  return {
    // With a right and no row to use it on, a list is empty; without the right it is refused.
    allowed: rights.every((right) => mayEver(q, right)),
    rows,
    ...fields,
    isVisible: actor.roles.includes(ADMINISTRATOR) || hasAnyRight(plan, actor.roles) || hasShares(actor, plan),
  };
}

/** Rows of a child table: as visible as the documents that they are part of, by those documents' field levels. */
function decideRows(q: AccessQuestion): Access {
  const { within } = q;
  if (!within) return q.actor.roles.includes(ADMINISTRATOR) ? decideDocuments(q) : NOTHING;
  const outer = decide({ ...q, plan: within, within: undefined });
  return {
    ...fieldRights({ ...q, plan: within }, q.plan),
    allowed: outer.allowed,
    rows: rowsWithin(q),
    isVisible: outer.isVisible,
  };
}

function rowsWithin({ snapshot, plan, actor, rowsWithin: rules = [] }: AccessQuestion): Filter {
  return and(...rules.map((rule) => rule({ snapshot, plan, actor, right: 'read' }) ?? ALL));
}

function mayEver(q: AccessQuestion, right: Right): boolean {
  const { plan, actor } = q;
  if (!isInScope(actor, plan.name, right)) return false;
  if (actor.roles.includes(ADMINISTRATOR) || grantsFor({ plan, actor, right }).length > 0) return true;
  return mayBeShared(q, right);
}

function mayBeShared({ plan, actor }: AccessQuestion, right: Right): boolean {
  return isShareable(right) && (right !== 'submit' || plan.isSubmittable) && hasShares(actor, plan);
}

/**
 * As what lists are made: who may select but not read sees all that he may choose, and of it what a picker
 * shows, whatever else was shared with him.
 */
export function listAction({ plan, actor }: Pick<AccessQuestion, 'plan' | 'actor'>): 'read' | 'select' {
  const { roles } = actor;
  const isChooser = grantsOf(plan, roles, 'read').length === 0 && grantsOf(plan, roles, 'select').length > 0;
  return isChooser && !roles.includes(ADMINISTRATOR) ? 'select' : 'read';
}

/** Whether the actor has the right itself on some document: `select` is not `read` here. For what describes rights. */
export function hasRight(q: Omit<AccessQuestion, 'action'> & { action: Right }): boolean {
  const { plan, actor, action } = q;
  if (!isInScope(actor, plan.name, action)) return false;
  if (actor.roles.includes(ADMINISTRATOR)) return true;
  return grantsOf(plan, actor.roles, action).length > 0 || mayBeShared(q, action);
}

interface RowsQuestion extends AccessQuestion {
  right: Right;
  /** Givers on the way: a share that comes back to one of them is worth nothing. */
  visited: readonly string[];
  budget: { left: number };
}

/** Chains of shares go so far, and so many givers are asked for one right. */
const MAX_CHAIN = 4;
const MAX_GIVERS = 1_000;

function begun(actor: Actor): Pick<RowsQuestion, 'visited' | 'budget'> {
  return { visited: [actor.user], budget: { left: MAX_GIVERS } };
}

function rowsOf(q: RowsQuestion): Filter {
  const { snapshot, plan, actor, right } = q;
  if (!isInScope(actor, plan.name, right)) return NONE;
  if (actor.roles.includes(ADMINISTRATOR)) return ALL;
  const own = rowsByRole({ snapshot, plan, actor, right, rules: q.rules ?? [] });
  // Who may only select has nothing to show to others.
  const given = right === 'select' ? 'read' : right;
  const shared = sharedRows({
    plan,
    actor,
    right,
    budget: q.budget,
    rowsOf: (giver) =>
      q.visited.includes(giver.user) || q.visited.length >= MAX_CHAIN
        ? NONE
        : rowsOf({ ...q, right: given, actor: giver, visited: [...q.visited, giver.user] }),
  });
  return or(own, shared);
}

/** The levels of `plan`'s fields, opened by the permission rows of the DocType asked about. */
function fieldRights(
  q: AccessQuestion,
  plan: DocTypePlan,
  isPicker = false,
): Pick<Access, 'canRead' | 'canWrite' | 'key'> {
  const { roles } = q.actor;
  if (roles.includes(ADMINISTRATOR)) return { canRead: () => true, canWrite: () => true, key: 'all' };
  const levels = levelsOf(q.plan, roles);
  const part = isPicker ? 'some' : readablePart(q);
  const selectable = part === 'some' ? selectableFields(plan) : undefined;
  return {
    canRead(fieldname) {
      const field = plan.byName.get(fieldname);
      if (!field || part === 'none') return false;
      if (selectable && !selectable.has(fieldname)) return false;
      return isOpen(field, levels.readable);
    },
    canWrite(fieldname) {
      const field = plan.byName.get(fieldname);
      return field !== undefined && isOpen(field, levels.writable);
    },
    key: `${part} ${[...levels.readable].sort().join()}`,
  };
}

/** Level 0 as a whole, only what a Link picker shows (`select` without `read`), or nothing. */
function readablePart(q: AccessQuestion): 'all' | 'some' | 'none' {
  const { plan, actor } = q;
  if (grantsOf(plan, actor.roles, 'read').length > 0 || hasShares(actor, plan)) return 'all';
  return grantsOf(plan, actor.roles, 'select').length > 0 ? 'some' : 'none';
}

/** `select` covers documents that `read` does not: of those, only what a picker shows may be read. */
function selectsMore(q: AccessQuestion): boolean {
  const { plan, actor } = q;
  if (grantsOf(plan, actor.roles, 'select').length === 0 || readablePart(q) === 'some') return false;
  return rowsOf({ ...q, right: 'read', ...begun(actor) }).kind !== 'all';
}

/** What a Link picker shows, and what it leaves the retired out by. */
function selectableFields(plan: DocTypePlan): ReadonlySet<string> {
  return new Set(['id', 'name', 'enabled', 'disabled', plan.titleField, ...plan.searchFields]);
}

function isOpen(field: FieldPlan, levels: ReadonlySet<number>): boolean {
  const level = levelOf(field.field);
  return level === 0 || levels.has(level);
}
