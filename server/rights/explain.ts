/**
 * Why somebody may or may not: the rules that decide.ts decides by, taken apart and each asked of the one document.
 * Nothing is decided here; the answer of each right is decide's own. Who asks sees only what they may see anyway.
 */
import { EVERYTHING } from '../access/decide.ts';
import { RIGHTS, type Right } from '../access/grants.ts';
import { planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { getDocument, readDocument } from '../documents/read.ts';
import { type Actor, ADMINISTRATOR } from '../kernel/actor.ts';
import { type Document, isEmpty } from '../kernel/document.ts';
import { AppError } from '../kernel/error.ts';
import type { Filter } from '../kernel/filter.ts';
import { documentStatement } from '../query/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { explainFields, type FieldsExplained } from './explain-fields.ts';
import { reasonsFor } from './explain-reasons.ts';
import {
  explainPermissions,
  explainRowRule,
  explainShares,
  explainUserPermissions,
  type PermissionExplained,
  type RuleExplained,
  type ShareExplained,
  type UserPermissionExplained,
} from './explain-rules.ts';
import { accessOf, type Subject } from './explain-subject.ts';
import { isManager } from './grants.ts';

export interface ExplainWish {
  doctype: string;
  /** Absent: the DocType as a whole. */
  name?: string;
  /** Absent: oneself. */
  user?: string;
}

export interface Explanation {
  doctype: string;
  name: string | null;
  user: string;
  /** False: disabled, so that nothing is allowed. */
  is_enabled: boolean;
  roles: readonly string[];
  teams: readonly string[];
  rights: Record<Right, { allowed: boolean; because: string[] }>;
  permissions: PermissionExplained[];
  row_rule: RuleExplained | null;
  user_permissions: UserPermissionExplained[];
  shares: ShareExplained[];
  fields: FieldsExplained;
}

/**
 * Throws `forbidden` unless a System Manager asks, or somebody about themselves; `not_found` for a document, DocType
 * or user that the asker may not see.
 */
export async function explainAccess(
  ctx: Context,
  q: ExplainWish,
  personOf: (user: string) => Promise<Actor | undefined>,
): Promise<Explanation> {
  const user = q.user ?? ctx.actor.user;
  const asksAsManager = isManager(ctx.actor);
  if (user !== ctx.actor.user && !asksAsManager)
    throw new AppError(
      'forbidden',
      'Only a System Manager may ask about somebody else. Leave user out to ask about you.',
    );
  const plan = planOf(ctx, q.doctype);
  if (plan.storage === 'child')
    throw new AppError('wrong_state', `${plan.name} rows go with their document. Ask about that one.`);
  const doc = await documentOf(ctx, plan, q.name);
  if (user !== ctx.actor.user) await readDocument(ctx, { doctype: 'User', name: user, fields: ['name'] });
  const person = user === ctx.actor.user ? ctx.actor : await personOf(user);
  const actor: Actor = person ?? { user, roles: [] };
  const subject: Subject = { ctx, plan, actor, doc, isManager: asksAsManager, holds: holder(ctx, plan, doc) };
  const parts = {
    permissions: await explainPermissions(subject),
    row_rule: await explainRowRule(subject),
    user_permissions: await explainUserPermissions(subject),
    shares: await explainShares(subject),
  };
  return {
    doctype: plan.name,
    name: doc ? String(doc.name) : null,
    user,
    is_enabled: person !== undefined,
    roles: actor.roles,
    teams: actor.teams ?? [],
    rights: await explainRights(subject, parts, person !== undefined),
    ...parts,
    fields: explainFields(subject),
  };
}

async function explainRights(
  subject: Subject,
  parts: Pick<Explanation, 'permissions' | 'row_rule' | 'user_permissions' | 'shares'>,
  isEnabled: boolean,
): Promise<Explanation['rights']> {
  const rights = {} as Explanation['rights'];
  for (const right of RIGHTS) {
    const access = accessOf(subject, right);
    const allowed = isEnabled && access.allowed && (right === 'create' || (await subject.holds(access.rows)));
    const because = !isEnabled
      ? ['The user is disabled.']
      : subject.actor.roles.includes(ADMINISTRATOR)
        ? [`${ADMINISTRATOR} may do everything.`]
        : await reasonsFor(subject, { ...parts, right });
    rights[right] = { allowed, because };
  }
  return rights;
}

/** As the asker reads it. A Single that nobody has saved has no row to ask of, nor has a virtual document. */
async function documentOf(ctx: Context, plan: DocTypePlan, name: string | undefined): Promise<Document | undefined> {
  if (name === undefined) return undefined;
  const doc = await getDocument(ctx, plan.name, name);
  return plan.storage === 'virtual' || isEmpty(doc.id) ? undefined : doc;
}

/** Asks PostgreSQL by the predicate that lists have, each rule once. */
function holder(ctx: Context, plan: DocTypePlan, doc: Document | undefined): Subject['holds'] {
  const known = new Map<string, Promise<boolean>>();
  const ask = async (rows: Filter): Promise<boolean> => {
    const access = () => ({ ...EVERYTHING, rows });
    const wish = { snapshot: ctx.snapshot, plan, access, key: String(doc?.id), fields: [], now: ctx.now };
    return (await (ctx.tx ?? ctx.services.db).query(documentStatement(wish))).length > 0;
  };
  return (filter) => {
    if (filter.kind === 'all' || filter.kind === 'none') return Promise.resolve(filter.kind === 'all');
    if (!doc) return Promise.resolve(true);
    const key = JSON.stringify(filter);
    const answer = known.get(key) ?? ask(filter);
    known.set(key, answer);
    return answer;
  };
}
