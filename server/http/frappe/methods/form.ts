/** `frappe.desk.form.*`: what the forms of Frappe's desk load and save. Answers carry `docs`. */

import { RIGHTS } from '../../../access/grants.ts';
import { accessTo, planOf } from '../../../documents/context.ts';
import type { Context } from '../../../documents/contract.ts';
import { cancelDocument } from '../../../documents/transition.ts';
import { CANCELLED, SUBMITTED } from '../../../kernel/document.ts';
import { sharesOf } from '../../../sharing/list.ts';
import { mayDo } from '../../../sharing/rows.ts';
import { refusal } from '../../given.ts';
import type { Outcome } from '../answers.ts';
import { objectOf, optionalText, textOf } from '../arguments.ts';
import { doctypeOf, getAsFrappe, saveAsFrappe, shown } from '../documents.ts';
import { metaWithTables } from '../meta.ts';
import { activityInfo } from './activity.ts';
import type { MethodCall, Methods } from './method.ts';

async function getDoc({ ctx, args }: MethodCall): Promise<Outcome> {
  const doctype = textOf(args, 'doctype');
  const name = optionalText(args, 'name') ?? doctype;
  const document = await getAsFrappe(ctx, { doctype, name, nulls: 'kept' });
  return { docs: [document], docinfo: await docInfo(ctx, doctype, String(document.name)) };
}

async function getDocInfo({ ctx, args }: MethodCall): Promise<Outcome> {
  const { doctype, name } = { doctype: textOf(args, 'doctype'), name: textOf(args, 'name') };
  const document = await getAsFrappe(ctx, { doctype, name, nulls: 'kept' });
  return { docinfo: await docInfo(ctx, doctype, String(document.name)) };
}

function getDocType({ ctx, args }: MethodCall): Outcome {
  return { docs: metaWithTables(ctx, textOf(args, 'doctype')), user_settings: '{}' };
}

const STATES: ReadonlyMap<string, number | undefined> = new Map([
  ['Save', undefined],
  ['Submit', SUBMITTED],
  ['Update', SUBMITTED],
  ['Cancel', CANCELLED],
]);

/** A document that the client has edited or made; the answer says under `localname` what the client had called it. */
async function saveDocs({ ctx, args }: MethodCall): Promise<Outcome> {
  const given = objectOf(args, 'doc');
  const action = optionalText(args, 'action') ?? 'Save';
  if (!STATES.has(action)) throw refusal('action', `action is one of ${[...STATES.keys()].join(', ')}.`);
  const state = STATES.get(action);
  const doctype = doctypeOf(given);
  const wish = state === undefined ? given : { ...given, docstatus: state };
  const { document, name, notes } = await saveAsFrappe(ctx, { doctype, given: wish, nulls: 'kept' });
  const local = given.__islocal ? { localname: given.name } : {};
  return { docs: [{ ...document, ...local }], docinfo: await docInfo(ctx, doctype, name), notes };
}

async function cancel({ ctx, args }: MethodCall): Promise<Outcome> {
  const plan = planOf(ctx, textOf(args, 'doctype'));
  const read = await cancelDocument(ctx, { doctype: plan.name, name: textOf(args, 'name') });
  return { docs: [shown(ctx, plan, read, 'kept')], docinfo: await docInfo(ctx, plan.name, read.name) };
}

/** What stands beside a form. What has not come yet is empty, as the desk expects it. */
async function docInfo(ctx: Context, doctype: string, name: string): Promise<Record<string, unknown>> {
  const plan = planOf(ctx, doctype);
  const rights: [string, number][] = [];
  for (const action of RIGHTS) {
    const isGiven =
      plan.storage === 'table' ? await mayDo(ctx, { plan, name, action }) : accessTo(ctx, plan, action).allowed;
    rights.push([action, Number(isGiven)]);
  }
  const isKept = plan.storage === 'table' && rights.some(([action, given]) => action === 'read' && given === 1);
  return {
    doctype,
    name,
    permissions: Object.fromEntries(rights),
    shared:
      plan.storage === 'table'
        ? (await sharesOf(ctx, { doctype, name })).map(({ id, ...share }) => ({ ...share, name: id }))
        : [],
    ...Object.fromEntries(EMPTY.map((key) => [key, []])),
    tags: '',
    user_info: {},
    ...(isKept ? await activityInfo(ctx, { doctype, name }) : {}),
  };
}

const EMPTY =
  'attachments communications automated_messages comments versions assignments assignment_logs attachment_logs info_logs like_logs views'.split(
    ' ',
  );

export const formMethods: Methods = [
  ['frappe.desk.form.load.getdoc', { run: getDoc }],
  ['frappe.desk.form.load.getdoctype', { run: getDocType }],
  ['frappe.desk.form.save.savedocs', { writes: true, run: saveDocs }],
  ['frappe.desk.form.save.cancel', { writes: true, run: cancel }],
  ['frappe.desk.form.load.get_docinfo', { run: getDocInfo }],
];
