/** What the caller may do with one document now: the right and the state of the document together. */
import type { Action } from '../access/decide.ts';
import { accessTo, askAhead } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { CANCELLED, SUBMITTED } from '../kernel/document.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { mayDo } from '../sharing/rows.ts';
import type { Subject } from './subject.ts';

const ASKED = [
  'read',
  'write',
  'delete',
  'submit',
  'cancel',
  'amend',
  'share',
  'print',
  'email',
  'export',
  'rename',
  'duplicate',
] as const satisfies readonly Action[];

export type DocumentRights = Record<(typeof ASKED)[number], boolean>;

/** Rules that are the same are asked once. */
export async function rightsOn(ctx: Context, subject: Subject): Promise<DocumentRights> {
  const { plan } = subject;
  askAhead(ctx, [plan], [...ASKED, 'create']);
  const asked = new Map<string, Promise<boolean>>();
  const holds = (action: Action): Promise<boolean> => {
    const { allowed, rows } = accessTo(ctx, plan, action);
    if (!allowed || rows.kind === 'none') return Promise.resolve(false);
    // A document that nobody has saved, and one without a table, has no row to ask.
    if (rows.kind === 'all' || subject.id === undefined) return Promise.resolve(true);
    const key = JSON.stringify(rows);
    const known = asked.get(key) ?? mayDo(ctx, { plan, name: subject.id, action });
    asked.set(key, known);
    return known;
  };
  const rights = await Promise.all(
    ASKED.map(async (action) => [action, fits(plan, subject, action) && (await holds(action))] as const),
  );
  const found = Object.fromEntries(rights) as DocumentRights;
  const mayCreate = accessTo(ctx, plan, 'create').allowed;
  return { ...found, amend: found.amend && mayCreate, duplicate: found.duplicate && mayCreate };
}

function fits(plan: DocTypePlan, { docstatus }: Subject, action: Action): boolean {
  const isTable = plan.storage === 'table';
  switch (action) {
    case 'write':
      return docstatus !== CANCELLED;
    case 'delete':
      return plan.storage !== 'single' && docstatus !== SUBMITTED;
    case 'submit':
      return plan.isSubmittable && docstatus === 0;
    case 'cancel':
      return plan.isSubmittable && docstatus === SUBMITTED;
    case 'amend':
      return plan.isSubmittable && docstatus === CANCELLED;
    case 'share':
      return isTable;
    case 'rename':
      return plan.storage === 'virtual' || (isTable && plan.allowsRename);
    case 'duplicate':
      return isTable;
    default:
      return true;
  }
}
