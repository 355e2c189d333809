/** Methods that carry a file as text: `frappe.client.attach_file`, and `upload_file` when it is called by `cmd`. */
import { inTransaction } from '../../../documents/context.ts';
import { updateDocument } from '../../../documents/update.ts';
import { discardAll } from '../../../files/receive.ts';
import { refusal } from '../../given.ts';
import type { Outcome } from '../answers.ts';
import { optionalFlag, optionalText, textOf } from '../arguments.ts';
import { receiveData, saveAsFrappe } from '../files.ts';
import type { MethodCall, Methods } from './method.ts';

async function uploadFile({ call, ctx, args }: MethodCall, isBase64 = true): Promise<Outcome> {
  const received = await receiveData(args, call.http.files, isBase64);
  try {
    return { message: await saveAsFrappe(call, ctx, received) };
  } finally {
    await discardAll(received.files);
  }
}

/** `docfield` names the field of the document that holds the address from then on. */
async function attachFile(request: MethodCall): Promise<Outcome> {
  const { ctx, args } = request;
  const [doctype, name, field] = ['doctype', 'docname', 'docfield'].map((each) => optionalText(args, each));
  textOf(args, 'filedata');
  if (field !== undefined && (doctype === undefined || name === undefined))
    throw refusal('docfield', 'docfield is a field of a document: say doctype and docname too.');
  return inTransaction(ctx, async (within) => {
    const attached = await uploadFile({ ...request, ctx: within }, optionalFlag(args, 'decode_base64'));
    const { file_url } = attached.message as { file_url: string };
    if (field !== undefined && doctype !== undefined && name !== undefined)
      await updateDocument(within, { doctype, name, given: { [field]: file_url } });
    return attached;
  });
}

export const attachMethods: Methods = [
  ['upload_file', { writes: true, run: (request) => uploadFile(request) }],
  ['frappe.client.attach_file', { writes: true, run: attachFile }],
];
