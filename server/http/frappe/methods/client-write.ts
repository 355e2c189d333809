/** `frappe.client.*` that write: set a value, insert, save, rename, submit, cancel, delete, many at once. */
import { inTransaction, planOf } from '../../../documents/context.ts';
import { removeDocument } from '../../../documents/remove.ts';
import { renameDocument } from '../../../documents/rename.ts';
import { cancelDocument } from '../../../documents/transition.ts';
import { SUBMITTED } from '../../../kernel/document.ts';
import { AppError } from '../../../kernel/error.ts';
import { isObject } from '../../../kernel/json.ts';
import { refusal } from '../../given.ts';
import type { Outcome } from '../answers.ts';
import { type Args, jsonOf, listOf, objectOf, optionalFlag, textOf } from '../arguments.ts';
import { doctypeOf, insertAsFrappe, type Saved, saveAsFrappe, shown, updateAsFrappe } from '../documents.ts';
import { addRow, changeRow, isChild, removeRow } from '../rows.ts';
import type { MethodCall, Methods } from './method.ts';

const MOST_INSERTED = 200;
const MOST_UPDATED = 500;

function saved({ document, notes }: Saved): Outcome {
  return { message: document, notes };
}

/** `fieldname` and `value`, or `fieldname` as an object of several. Of a row, the parent is saved and given. */
async function setValue({ ctx, args }: MethodCall): Promise<Outcome> {
  const wish = {
    doctype: textOf(args, 'doctype'),
    name: textOf(args, 'name'),
    given: valuesOf(args),
    nulls: 'kept',
  } as const;
  return saved(isChild(ctx, wish.doctype) ? await changeRow(ctx, wish) : await updateAsFrappe(ctx, wish));
}

function valuesOf(args: Args): Record<string, unknown> {
  const field = jsonOf(args, 'fieldname');
  const values = isObject(field) ? field : { [textOf(args, 'fieldname')]: jsonIfRows(args) };
  const standard = Object.keys(values).find((key) => STANDARD.has(key));
  if (standard === undefined) return values;
  // Apps send the name along with what they change.
  if (isObject(field) && standard === 'name')
    return Object.fromEntries(Object.entries(values).filter(([key]) => key !== 'name'));
  throw refusal(
    'fieldname',
    `${standard} is set by the server; frappe.client.set_value cannot change it.`,
    'server_set',
  );
}

/** A form holds the rows of a table as text. */
function jsonIfRows(args: Args): unknown {
  const given = args.get('value');
  const parsed = typeof given === 'string' && given.startsWith('[{') ? jsonOf(args, 'value') : given;
  return parsed ?? null;
}

const STANDARD: ReadonlySet<string> = new Set(
  'doctype name owner creation modified modified_by docstatus idx parent parenttype parentfield'.split(' '),
);

async function insert({ ctx, args }: MethodCall): Promise<Outcome> {
  const given = objectOf(args, 'doc');
  const doctype = doctypeOf(given);
  return saved(
    isChild(ctx, doctype)
      ? await addRow(ctx, { given, nulls: 'kept' })
      : await insertAsFrappe(ctx, { doctype, given, nulls: 'kept' }),
  );
}

/** All or none; the names. */
async function insertMany({ ctx, args }: MethodCall): Promise<Outcome> {
  const docs = listOf(args, 'docs');
  if (docs.length > MOST_INSERTED)
    throw refusal('docs', `docs has ${docs.length} documents; at most ${MOST_INSERTED} go at once.`);
  const names = await inTransaction(ctx, async (within) => {
    const made: string[] = [];
    for (const [index, given] of docs.entries()) {
      if (!isObject(given)) throw refusal('docs', `docs[${index}] must be an object.`);
      made.push((await insertAsFrappe(within, { doctype: doctypeOf(given), given, nulls: 'kept' })).name);
    }
    return made;
  });
  return { message: names };
}

async function save({ ctx, args }: MethodCall): Promise<Outcome> {
  const given = objectOf(args, 'doc');
  return saved(await saveAsFrappe(ctx, { doctype: doctypeOf(given), given, nulls: 'kept' }));
}

async function submit({ ctx, args }: MethodCall): Promise<Outcome> {
  const given = { ...objectOf(args, 'doc'), docstatus: SUBMITTED };
  const doctype = doctypeOf(given);
  const plan = planOf(ctx, doctype);
  if (!plan.isSubmittable) throw new AppError('wrong_state', `${plan.name} documents are not submittable.`);
  return saved(await saveAsFrappe(ctx, { doctype, given, nulls: 'kept' }));
}

async function cancel({ ctx, args }: MethodCall): Promise<Outcome> {
  const plan = planOf(ctx, textOf(args, 'doctype'));
  const read = await cancelDocument(ctx, { doctype: plan.name, name: textOf(args, 'name') });
  return { message: shown(ctx, plan, read, 'kept') };
}

async function rename({ ctx, args }: MethodCall): Promise<Outcome> {
  const read = await renameDocument(ctx, {
    doctype: textOf(args, 'doctype'),
    name: textOf(args, 'old_name'),
    to: textOf(args, 'new_name'),
    merge: optionalFlag(args, 'merge'),
  });
  return { message: read.name };
}

async function remove({ ctx, args }: MethodCall): Promise<Outcome> {
  const wish = { doctype: textOf(args, 'doctype'), name: textOf(args, 'name') };
  await (isChild(ctx, wish.doctype) ? removeRow(ctx, wish) : removeDocument(ctx, wish));
  return {};
}

/** Each on its own: what fails is named with the reason, the others are saved. */
async function bulkUpdate({ ctx, args }: MethodCall): Promise<Outcome> {
  const docs = listOf(args, 'docs');
  if (docs.length > MOST_UPDATED)
    throw refusal('docs', `docs has ${docs.length} documents; at most ${MOST_UPDATED} go at once.`);
  const failed: { doc: unknown; exc: string }[] = [];
  await inTransaction(ctx, async (within) => {
    for (const doc of docs) {
      try {
        if (!isObject(doc)) throw refusal('docs', 'each of docs must be an object with doctype and docname.');
        const { docname, flags: _flags, ...given } = doc;
        const name = textOf(new Map([['docname', docname ?? doc.name]]), 'docname');
        const wish = { doctype: doctypeOf(given), name, given: { ...given, name }, nulls: 'kept' } as const;
        await within.tx.savepoint(() => updateAsFrappe(within, wish));
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        failed.push({ doc, exc: error.message });
      }
    }
  });
  return { message: { failed_docs: failed } };
}

const writes = true;

export const clientWriteMethods: Methods = [
  ['frappe.client.set_value', { writes, run: setValue }],
  ['frappe.client.insert', { writes, run: insert }],
  ['frappe.client.insert_many', { writes, run: insertMany }],
  ['frappe.client.save', { writes, run: save }],
  ['frappe.client.submit', { writes, run: submit }],
  ['frappe.client.cancel', { writes, run: cancel }],
  ['frappe.client.rename_doc', { writes, run: rename }],
  ['frappe.client.delete', { writes, run: remove }],
  ['frappe.client.bulk_update', { writes, run: bulkUpdate }],
];
