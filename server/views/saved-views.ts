/**
 * Saved views: ways to look at a DocType, as documents. Everybody has their own; a shared one is found by all who may
 * see the DocType and have one of its roles, and written by its owner and System Managers. One of the shared ones may be
 * what lists of the DocType open on; System Managers say which (a field of level 1).
 */
import { decide } from '../access/decide.ts';
import type { RowRule } from '../access/row-rules.ts';
import { asSystem } from '../documents/context.ts';
import type { App, Guard, WriteContext } from '../documents/contract.ts';
import type { Actor } from '../kernel/actor.ts';
import { type Document, rowsOf } from '../kernel/document.ts';
import { refuseProblems } from '../kernel/error.ts';
import { ALL, and, condition, NONE, or } from '../kernel/filter.ts';
import { SYSTEM_MANAGER } from '../rights/grants.ts';
import type { Snapshot } from '../schema/plan.ts';
import { columnsShape, filtersShape, groupShape, problemsOf, type Shape, settingsShape, sortShape } from './shapes.ts';

const VIEW = 'Saved View';

const SHAPES: ReadonlyMap<string, Shape> = new Map([
  ['columns', columnsShape],
  ['filters', filtersShape],
  ['sort', sortShape],
  ['group_by', groupShape],
  ['settings', settingsShape],
]);

const GUARD: Guard = {
  async check({ ctx, doc, before }) {
    const values = Object.fromEntries([...SHAPES.keys()].map((key) => [key, parsed(doc[key])]));
    refuseProblems(problemsOf(SHAPES, values), 'The view cannot be saved');
    // Roles narrow what is shared; what is one's own is nobody else's in any case.
    if (doc.is_shared !== true && rowsOf(doc, 'roles').length > 0) doc.roles = [];
    // Whoever owns it may move it, and takes no other list with it.
    const isMoved = before !== undefined && before.for_doctype !== doc.for_doctype;
    if (doc.is_shared !== true || isMoved) doc.is_default = false;
    if (doc.is_default === true && before?.is_default !== true) await endOtherDefaults(ctx, doc);
  },
};

/** A list opens on one view. */
async function endOtherDefaults(ctx: WriteContext, { name, for_doctype }: Document): Promise<void> {
  const within = asSystem(ctx, 'another view is the default of its DocType');
  const { doors } = ctx.services;
  const others = await doors.list(within, VIEW, {
    fields: ['name'],
    filters: [
      ['for_doctype', '=', for_doctype],
      ['is_default', '=', true],
      ['name', '!=', name ?? ''],
    ],
  });
  for (const other of others) await doors.update(within, VIEW, String(other.name), { is_default: false });
}

/** A view of a user who goes is of no use to anybody else unless it is shared. */
const WITH_USER: Guard = {
  removing({ ctx, plan, doc }) {
    if (plan.name !== 'User') return;
    const values = [String(doc.name)];
    ctx.tx.send({
      text: `delete from saved_view_role where parent_id in (select id from saved_view where owner = $1 and not is_shared)`,
      values,
    });
    ctx.tx.send({ text: 'delete from saved_view where owner = $1 and not is_shared', values });
    ctx.tx.send({ text: 'delete from user_setting where "user" = $1', values });
  },
};

const rowRule: RowRule = ({ snapshot, actor, right }) => {
  const isOwn = condition('owner', '=', actor.user);
  const isManager = actor.roles.includes(SYSTEM_MANAGER);
  if (right === 'create') return isOwn;
  if (right !== 'read' && right !== 'select' && !isManager) return isOwn;
  const forRole = or(condition('roles.role', 'is', 'not set'), condition('roles.role', 'in', [...actor.roles]));
  const shown = visibleDocTypes(snapshot, actor);
  const isShown = shown.length === 0 ? NONE : condition('for_doctype', 'in', shown);
  return or(isOwn, and(condition('is_shared', '=', true), isManager ? ALL : forRole, isShown));
};

/** A view tells the name of its DocType, so it is not there for who may not know of that. */
function visibleDocTypes(snapshot: Snapshot, actor: Actor): string[] {
  return snapshot.names.filter((name) => {
    const plan = name === VIEW ? undefined : snapshot.find(name);
    return (
      plan !== undefined && !plan.definition.istable && decide({ snapshot, plan, actor, action: 'read' }).isVisible
    );
  });
}

export const VIEWS_RULES: App['controllers'] = { [VIEW]: { rowRule }, 'User Setting': { rowRule: () => NONE } };

export const VIEWS_GUARDS: readonly (readonly [string, Guard])[] = [
  [VIEW, GUARD],
  ['*', WITH_USER],
];

/** JSON fields hold values, or their text on the way in. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
