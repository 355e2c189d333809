/** DocShare is written by sharing alone, and a share goes with the document that it is about. */
import { quote } from '../db/rows.ts';
import type { Guard, GuardArgument } from '../documents/contract.ts';
import { AppError } from '../kernel/error.ts';
import { noteShares, sharePlan } from './rows.ts';

const refuse = (): never => {
  throw new AppError(
    'forbidden',
    'Shares are not written as documents. Share with POST /api/v1/share, and take back with DELETE /api/v1/share.',
  );
};

const DOCSHARE_GUARD: Guard = { check: refuse, removing: refuse, renaming: refuse };

const GOES_WITH_DOCUMENT: Guard = {
  removing: deleteSharesOf,
  // What was given of the one is not given of the other.
  renaming: (argument) => (argument.rename?.merge ? deleteSharesOf(argument) : undefined),
};

export const SHARING_GUARDS: readonly (readonly [string, Guard])[] = [
  ['DocShare', DOCSHARE_GUARD],
  ['*', GOES_WITH_DOCUMENT],
];

function deleteSharesOf({ ctx, plan, doc }: GuardArgument): void {
  if (plan.storage !== 'table') return;
  ctx.tx.send({
    text: `delete from ${quote(sharePlan(ctx).table)} where share_doctype = $1 and share_name = $2`,
    values: [plan.name, String(doc.name)],
  });
  noteShares(ctx);
}
