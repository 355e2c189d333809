/** What a Link may be set to, as a picker asks for it: what may be chosen, of that what is in use. */
import { GUEST } from '../kernel/actor.ts';
import { AppError } from '../kernel/error.ts';
import { and, condition, type Filter } from '../kernel/filter.ts';
import type { ListRequest } from '../query/request.ts';
import type { DocTypePlan } from '../schema/plan.ts';
import { accessTo, planOf } from './context.ts';
import type { Context } from './contract.ts';
import { readList } from './read.ts';

export interface ChoicesWish {
  doctype: string;
  request: ListRequest;
  /** What is switched off too: for titles of what is chosen already, and to look for it. */
  withDisabled?: boolean;
}

/**
 * All that may be chosen, of which a picker shows no more than name, title and search fields. A question about other
 * fields is one about documents that may be read.
 */
export async function readChoices(ctx: Context, { withDisabled, ...q }: ChoicesWish): Promise<string> {
  const filter = withDisabled ? q.request.filter : and(q.request.filter, inUse(ctx, planOf(ctx, q.doctype)));
  const asked = { doctype: q.doctype, request: { ...q.request, filter } };
  try {
    return await readList(ctx, { ...asked, action: 'select' });
  } catch (error) {
    if (error instanceof AppError && error.code === 'bad_request') return readList(ctx, asked);
    throw error;
  }
}

/** What is switched off is not chosen any more, and nobody is Guest. */
function inUse(ctx: Context, plan: DocTypePlan): Filter {
  const { canRead } = accessTo(ctx, plan, 'select');
  const isCheck = (name: string): boolean => plan.byName.get(name)?.sql?.type === 'boolean' && canRead(name);
  return and(
    ...(isCheck('enabled') ? [condition('enabled', '=', true)] : []),
    ...(isCheck('disabled') ? [condition('disabled', '=', false)] : []),
    ...(plan.name === 'User' ? [condition('name', '!=', GUEST)] : []),
  );
}
