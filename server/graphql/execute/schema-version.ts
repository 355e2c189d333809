/**
 * Whether a query was answered with the schema as it is. Another process may have edited it a moment ago, and
 * word of that is still on its way: a field that was taken away would be shown once more. So each statement says
 * which version it met, and an answer from an older one is made again.
 */
import { readSchemaVersion } from '../../doctypes/rows.ts';
import type { Context } from '../../documents/contract.ts';
import { AppError } from '../../kernel/error.ts';

/** Throws what http/fresh.ts runs again with a newer Snapshot. In a transaction the schema may be its own. */
export function refuseOlder(ctx: Context, version: unknown): void {
  if (ctx.tx !== undefined || Number(version) === ctx.snapshot.version) return;
  throw new AppError('bad_request', 'DocTypes are being edited at this moment. Send the request again.');
}

/** For what no statement of its own has told. */
export async function refuseOlderSnapshot(ctx: Context): Promise<void> {
  if (ctx.tx === undefined) refuseOlder(ctx, await readSchemaVersion(ctx.services.db));
}
