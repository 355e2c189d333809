/** `frappe.desk.reportview.*`: the list view of Frappe's desk. */
import { inTransaction } from '../../../documents/context.ts';
import { removeDocument } from '../../../documents/remove.ts';
import { AppError } from '../../../kernel/error.ts';
import { refusal } from '../../given.ts';
import type { Outcome } from '../answers.ts';
import { listOf, optionalNumber, textOf } from '../arguments.ts';
import { countAsFrappe, listAsFrappe } from '../lists.ts';
import type { MethodCall, Methods } from './method.ts';

const MOST_DELETED = 500;

/** Names of the columns once, and the rows as lists of values; an empty list when there are none. */
async function get({ ctx, args }: MethodCall): Promise<Outcome> {
  const { rows, notes } = await listAsFrappe(ctx, { doctype: textOf(args, 'doctype'), args });
  const [first] = rows;
  if (!first) return { message: [], notes };
  return { message: { keys: Object.keys(first), values: rows.map((row) => Object.values(row)), user_info: {} }, notes };
}

async function getList({ ctx, args }: MethodCall): Promise<Outcome> {
  const { rows, notes } = await listAsFrappe(ctx, { doctype: textOf(args, 'doctype'), args });
  return { message: rows, notes };
}

/** With `limit` the desk wants to know whether there are more than that, and no more. */
async function getCount({ ctx, args }: MethodCall): Promise<Outcome> {
  const count = await countAsFrappe(ctx, { doctype: textOf(args, 'doctype'), args });
  return { message: Math.min(count, optionalNumber(args, 'limit') || Number.MAX_SAFE_INTEGER) };
}

/** Each on its own; the names of those that could not be deleted. */
async function deleteItems({ ctx, args }: MethodCall): Promise<Outcome> {
  const doctype = textOf(args, 'doctype');
  const names = listOf(args, 'items').map(String);
  if (names.length > MOST_DELETED)
    throw refusal('items', `items has ${names.length} names; at most ${MOST_DELETED} are deleted at once.`);
  const kept: string[] = [];
  const notes: string[] = [];
  await inTransaction(ctx, async (within) => {
    for (const name of names) {
      try {
        await within.tx.savepoint(() => removeDocument(within, { doctype, name }));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        kept.push(name);
        notes.push(`${name}: ${error.message}`);
      }
    }
  });
  return { message: kept, notes };
}

export const reportViewMethods: Methods = [
  ['frappe.desk.reportview.get', { run: get }],
  ['frappe.desk.reportview.get_list', { run: getList }],
  ['frappe.desk.reportview.get_count', { run: getCount }],
  ['frappe.desk.reportview.delete_items', { writes: true, run: deleteItems }],
];
