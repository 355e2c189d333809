/** Routes of a DocType's own life: what saving it would do, its history, back to an earlier version. */
import type { ChangeReport } from '../doctypes/edits.ts';
import { readHistory, revertDocType } from '../doctypes/history.ts';
import { planDocTypeWrite } from '../doctypes/repository.ts';
import { inTransaction, permit, planOf } from '../documents/context.ts';
import type { Context } from '../documents/contract.ts';
import { readDocument } from '../documents/read.ts';
import { AppError } from '../kernel/error.ts';
import { type Answer, type Call, json, jsonText, type Route } from './call.ts';
import { refusal, wholeNumber } from './given.ts';

const DOCTYPE = 'DocType';
const MAX_HISTORY = 1000;

/** The list of changes; its hash, which confirms a dangerous one, is in `X-Plan-Hash` too. */
async function plan(call: Call, ctx: Context): Promise<Answer> {
  permit(ctx, planOf(ctx, DOCTYPE), 'write');
  const name = nameOf(call);
  const given = call.given.name ?? name;
  if (given !== name)
    throw refusal(
      'name',
      `name is ${JSON.stringify(given)?.slice(0, 80)}, but the path says ${JSON.stringify(name.slice(0, 80))}. A DocType is renamed with POST /api/v1/DocType/{name}/rename`,
    );
  const report = await planDocTypeWrite(call.http.schema, ctx, { name, given: call.given });
  return json(report.changes, 200, { 'x-plan-hash': report.hash });
}

async function history(call: Call, ctx: Context): Promise<Answer> {
  permit(ctx, planOf(ctx, DOCTYPE), 'read');
  const limit = wholeNumber(call.query.get('limit') || '100', 'limit');
  if (limit < 1 || limit > MAX_HISTORY) throw refusal('limit', `limit must be a whole number from 1 to ${MAX_HISTORY}`);
  const items = await readHistory(ctx.services.db, { doctype: nameOf(call), limit });
  if (items.length === 0)
    throw new AppError(
      'not_found',
      `There is no DocType ${JSON.stringify(nameOf(call).slice(0, 140))}, and there was none.`,
    );
  return json({ items });
}

/** `{"version": 3}` makes version 3 current again; the answer is the DocType as it is then. */
async function revert(call: Call, ctx: Context): Promise<Answer> {
  permit(ctx, planOf(ctx, DOCTYPE), 'write');
  const doctype = nameOf(call);
  const version = wholeNumber(call.given.version, 'version');
  return inTransaction(ctx, async (within) => {
    const wish = { actor: ctx.actor, doctype, version, confirm: ctx.confirm };
    const report: ChangeReport = await revertDocType(call.http.schema, within.tx, wish);
    const read = await readDocument(within, { doctype: DOCTYPE, name: doctype });
    return jsonText(read.text, 200, { 'x-plan-hash': report.hash });
  });
}

function nameOf(call: Call): string {
  return call.segments[3] ?? '';
}

const signedIn = { access: 'signed-in', scoped: true } as const;

export const doctypeRoutes: readonly Route[] = [
  { method: 'POST', path: '/api/v1/doctype/*/plan', query: [], ...signedIn, answer: plan },
  { method: 'GET', path: '/api/v1/doctype/*/history', query: ['limit'], ...signedIn, answer: history },
  { method: 'POST', path: '/api/v1/doctype/*/revert', query: ['confirm'], ...signedIn, isWrite: true, answer: revert },
];
