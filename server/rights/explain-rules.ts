/** The rules about rows, one by one: permission rows, the DocType's own rule, User Permissions, shares. */
import { levelOf, RIGHTS, type Right } from '../access/grants.ts';
import { ownerRule, rowsOfGrant } from '../access/row-rules.ts';
import { sharedRows } from '../access/shares.ts';
import { allowedNames, linksOf, namesFor, restrictionsFilter } from '../access/user-permissions.ts';
import { isSet } from '../kernel/doctype.ts';
import { type Document, isEmpty, rowsOf } from '../kernel/document.ts';
import { ALL } from '../kernel/filter.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { type ShareRow, shareRows } from '../sharing/rows.ts';
import { accessOf, type Subject } from './explain-subject.ts';

export interface PermissionExplained {
  role: string;
  permlevel: number;
  if_owner: boolean;
  condition: string | null;
  rights: Right[];
  has_role: boolean;
  /** Whether the row counts for the document; null where none is meant or it is about fields. */
  holds: boolean | null;
}

export interface RuleExplained {
  field: string;
  holds: boolean;
}

export interface UserPermissionExplained {
  allow: string;
  /** The first of them. */
  allowed: string[];
  holds: boolean;
  /** Links that lead elsewhere, as far as the asker may see them. */
  outside: { field: string; value: string }[];
}

export interface ShareExplained {
  user: string | null;
  everyone: boolean;
  shared_by: string;
  rights: ('read' | 'write' | 'submit' | 'share')[];
  /** Those that the giver may still do. */
  worth: ('read' | 'write' | 'submit' | 'share')[];
}

/** All rows for a System Manager; for somebody else those of their own roles. */
export async function explainPermissions(subject: Subject): Promise<PermissionExplained[]> {
  const { plan, actor, doc } = subject;
  const explained: PermissionExplained[] = [];
  for (const row of plan.permissions) {
    const hasRole = actor.roles.includes(row.role);
    if (!hasRole && !subject.isManager) continue;
    const level = levelOf(row);
    explained.push({
      role: row.role,
      permlevel: level,
      if_owner: isSet(row.if_owner),
      condition: typeof row.condition === 'string' && row.condition !== '' ? row.condition : null,
      rights: RIGHTS.filter((right) => isSet(row[right])),
      has_role: hasRole,
      holds: doc && level === 0 ? await subject.holds(rowsOfGrant(row, actor, false)) : null,
    });
  }
  return explained;
}

export async function explainRowRule(subject: Subject): Promise<RuleExplained | null> {
  const { ctx, plan, actor } = subject;
  const filter = ownerRule({ snapshot: ctx.snapshot, plan, actor, right: 'read', rules: [] });
  const field = String(plan.definition.rls_field ?? '');
  if (filter === ALL) return null;
  return { field: field === '' ? 'owner' : field, holds: await subject.holds(filter) };
}

export async function explainUserPermissions(subject: Subject): Promise<UserPermissionExplained[]> {
  const { ctx, plan, actor } = subject;
  const restrictions = actor.restrictions ?? [];
  const explained: UserPermissionExplained[] = [];
  for (const [allow, names] of allowedNames(restrictions, plan.name)) {
    const only = { ...actor, restrictions: restrictions.filter((each) => each.doctype === allow) };
    const filter = restrictionsFilter({ snapshot: ctx.snapshot, plan, actor: only, isNew: false });
    if (filter === ALL) continue;
    const outside = outsideOf(subject, allow, names);
    explained.push({ allow, allowed: [...names].slice(0, 20), holds: await subject.holds(filter), outside });
  }
  return explained;
}

/** The document is the asker's view of it: what they may not read is not in it. */
function outsideOf(subject: Subject, allow: string, names: readonly string[]): UserPermissionExplained['outside'] {
  const { ctx, plan, doc } = subject;
  if (!doc) return [];
  const outside: UserPermissionExplained['outside'] = [];
  const allowed = new Map([[allow, names]]);
  const look = (row: Document, of: DocTypePlan, path: string): void => {
    for (const field of linksOf(of)) {
      const value = row[field.fieldname];
      if (isEmpty(value) || !namesFor(field, allowed) || names.includes(String(value))) continue;
      outside.push({ field: path + field.fieldname, value: String(value) });
    }
  };
  if (plan.name === allow && !names.includes(String(doc.name)))
    outside.push({ field: 'name', value: String(doc.name) });
  look(doc, plan, '');
  for (const table of plan.tables) {
    const child = ctx.snapshot.find(table.childDocType as string);
    if (child)
      for (const [index, row] of rowsOf(doc, table.fieldname).entries())
        look(row, child, `${table.fieldname}[${index}].`);
  }
  return outside.slice(0, 20);
}

const SHAREABLE = ['read', 'write', 'submit', 'share'] as const;

export async function explainShares(subject: Subject): Promise<ShareExplained[]> {
  const { ctx, plan, doc, actor } = subject;
  if (!doc || plan.storage !== 'table') return [];
  const rows = await shareRows(ctx, { doctype: plan.name, name: String(doc.name) });
  const mine = rows.filter((row) => (row.everyone || row.user === actor.user) && row.shared_by !== actor.user);
  return Promise.all(mine.slice(0, 50).map((row) => explainShare(subject, row)));
}

async function explainShare(subject: Subject, row: ShareRow): Promise<ShareExplained> {
  const given = SHAREABLE.filter((right) => row[right]);
  const worth: ShareExplained['worth'] = [];
  for (const right of given) if (await isWorth(subject, row, right)) worth.push(right);
  return { user: row.user, everyone: row.everyone, shared_by: row.shared_by, rights: given, worth };
}

/** By this giver's shares alone. */
function isWorth(subject: Subject, row: ShareRow, right: (typeof SHAREABLE)[number]): Promise<boolean> {
  const { ctx, plan, actor } = subject;
  const sharers = (actor.sharers ?? []).filter((sharer) => sharer.by.user === row.shared_by);
  const filter = sharedRows({
    plan,
    actor: { ...actor, sharers },
    right,
    rowsOf: (giver) => accessOf({ ctx, plan, actor: giver }, right).rows,
    budget: { left: sharers.length },
  });
  return subject.holds(filter);
}
