/**
 * `upload_file` and `download_file` as Frappe's clients call them: a form with one file, base64 in a field, or the
 * address of a file that is there. Private unless the client says otherwise; pictures are kept as they come.
 */

import { planOf } from '../../documents/context.ts';
import type { Context } from '../../documents/contract.ts';
import { createDocument } from '../../documents/create.ts';
import { type ReadDocument, readDocument } from '../../documents/read.ts';
import { tailOf } from '../../files/file-name.ts';
import { takeIn } from '../../files/incoming.ts';
import { isForm, type Received, type Receiver, receiveForm } from '../../files/receive.ts';
import { FILE } from '../../files/rows.ts';
import { requireTarget } from '../../files/target.ts';
import { saveUploads, type UploadWish } from '../../files/upload.ts';
import { AppError } from '../../kernel/error.ts';
import { leaveBody } from '../body.ts';
import type { Answer, Call, Route } from '../call.ts';
import { takeUpload } from '../file-upload.ts';
import { answerContent } from '../files.ts';
import { refusal } from '../given.ts';
import { outcomeAnswer } from './answers.ts';
import { type Args, argumentsOf, optionalFlag, optionalText, textOf } from './arguments.ts';
import { readFrappeBody } from './body.ts';
import { shown } from './documents.ts';
import type { FrappeDocument } from './values.ts';

function upload(call: Call): Promise<Answer> {
  return takeUpload(call, {
    receive: (receiver) => receive(call, receiver),
    async save(ctx, received) {
      const message = await saveAsFrappe(call, ctx, received);
      return outcomeAnswer({ message }, call.segments[1] === 'v2' ? 2 : 1);
    },
  });
}

/** Fields of a form, or arguments of a JSON body, are the call's arguments from then on. */
async function receive(call: Call, receiver: Receiver): Promise<Received> {
  if (isForm(call.header('content-type'))) {
    const received = await receiveForm(call.request, receiver);
    call.given = Object.fromEntries(received.fields);
    return received;
  }
  const { given } = await readFrappeBody(call.request, call.http.bodyLimit);
  call.given = given;
  return receiveData(argumentsOf(call), receiver);
}

/** `filedata` as base64, with or without the beginning of a data URL; without it nothing was received. */
export async function receiveData(args: Args, receiver: Receiver, isBase64 = true): Promise<Received> {
  const data = optionalText(args, 'filedata');
  if (data === undefined) return { files: [], fields: new Map() };
  const fileName = optionalText(args, 'filename') ?? optionalText(args, 'file_name') ?? '';
  const source = [isBase64 ? decoded(data) : Buffer.from(data)] as unknown as AsyncIterable<Uint8Array>;
  const file = await takeIn({ ...receiver, fileName, source });
  return { files: [file], fields: new Map([['filedata', file.hash]]) };
}

function decoded(data: string): Buffer {
  const text = data.replace(/^data:[^,]{0,200},/, '').replace(/\s+/g, '');
  if (/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return Buffer.from(text, 'base64');
  throw refusal('filedata', 'filedata must be base64.');
}

export async function saveAsFrappe(call: Call, ctx: Context, received: Received): Promise<FrappeDocument> {
  const args = argumentsOf(call);
  if (optionalText(args, 'method') !== undefined)
    throw refusal('method', 'An upload is not given to another method here. Upload the file, then call the method.');
  const wish = wishOf(args);
  const saved =
    received.files.length > 0
      ? await saveUploads(ctx, call.http.files.store, { ...wish, files: received.files })
      : [await holdExisting(ctx, args, wish)];
  const [first] = saved;
  if (!first) throw new AppError('bad_request', 'No file came.');
  return shown(ctx, planOf(ctx, FILE), first, 'kept');
}

/** `file_url` or `library_file_name`: what is there already, or a link to elsewhere. */
async function holdExisting(ctx: Context, args: Args, wish: UploadWish): Promise<ReadDocument> {
  const library = optionalText(args, 'library_file_name');
  const address = library === undefined ? optionalText(args, 'file_url') : await addressIn(ctx, library);
  if (address === undefined)
    throw refusal('file', 'No file came: send file, filedata or file_url.', 'required_argument');
  const target = wish.attachTo && (await requireTarget(ctx, wish.attachTo));
  return createDocument(ctx, {
    doctype: FILE,
    given: {
      file_url: address,
      // Another hold on what is kept here is private.
      is_private: wish.isPrivate || tailOf(address) !== undefined,
      ...(wish.fileName === undefined ? {} : { file_name: wish.fileName }),
      folder: wish.folder ?? null,
      attached_to_doctype: target?.doctype ?? null,
      attached_to_name: target?.name ?? null,
      attached_to_field: target?.field ?? null,
    },
  });
}

async function addressIn(ctx: Context, name: string): Promise<string> {
  const { text } = await readDocument(ctx, { doctype: FILE, name, fields: ['file_url'] });
  return String((JSON.parse(text) as { file_url: string | null }).file_url ?? '');
}

/** Folders that Frappe makes by itself: here they are the top. */
const TOP: ReadonlySet<string> = new Set(['Home', 'Home/Attachments']);

function wishOf(args: Args): UploadWish {
  const [doctype, name, folder] = ['doctype', 'docname', 'folder'].map((each) => optionalText(args, each));
  // A form that is not saved yet: the file is its sender's until the document names it.
  const isUnsaved = name?.startsWith('new-') === true && doctype !== undefined && name.startsWith(temporary(doctype));
  return {
    isPrivate: optionalFlag(args, 'is_private', true),
    fileName: optionalText(args, 'file_name'),
    folder: folder === undefined || TOP.has(folder) ? undefined : folder,
    attachTo: doctype && name && !isUnsaved ? { doctype, name, field: optionalText(args, 'fieldname') } : undefined,
  };
}

function temporary(doctype: string): string {
  return `new-${doctype.toLowerCase().replaceAll(' ', '-')}-`;
}

function download(call: Call, ctx: Context): Promise<Answer> {
  const tail = tailOf(textOf(argumentsOf(call), 'file_url'));
  if (tail === undefined) throw new AppError('not_found', 'There is no such file.');
  return answerContent(call, ctx, { tail }, true);
}

const DOWNLOADS = [
  'download_file',
  'frappe.core.doctype.file.file.download_file',
  'frappe.utils.file_manager.download_file',
];

export const fileRoutes: readonly Route[] = ['/api/method/', '/api/v2/method/'].flatMap((start): Route[] => [
  { method: 'POST', path: `${start}upload_file`, access: 'many', scoped: true, readBody: leaveBody, answer: upload },
  ...DOWNLOADS.map(
    (name): Route => ({
      method: 'GET',
      path: start + name,
      access: 'signed-in',
      guests: true,
      scoped: true,
      answer: download,
    }),
  ),
]);
