/** Files: `POST /api/v1/file/upload`, and their content by document or by address. */
import type { Context } from '../documents/contract.ts';
import { findContent, type Wanted } from '../files/open.ts';
import { isForm, type Received, type Receiver, receiveForm, receiveRaw } from '../files/receive.ts';
import { saveUploads, type UploadWish } from '../files/upload.ts';
import { leaveBody } from './body.ts';
import { type Answer, type Call, jsonText, type Route } from './call.ts';
import { contentAnswer } from './file-answer.ts';
import { takeUpload } from './file-upload.ts';
import { flagOf, refusal, refuseUnknown } from './given.ts';

const GIVEN = ['file_name', 'is_private', 'folder', 'attached_to_doctype', 'attached_to_name', 'attached_to_field'];

function upload(call: Call): Promise<Answer> {
  return takeUpload(call, {
    receive: (receiver) => receive(call, receiver),
    async save(ctx, received) {
      const wish = wishOf(new Map([...call.query, ...received.fields]));
      const saved = await saveUploads(ctx, call.http.files.store, { ...wish, files: received.files });
      const [only] = saved;
      const place =
        only && saved.length === 1 ? { location: `/api/v1/File/${encodeURIComponent(only.name)}` } : undefined;
      return jsonText(`{"items":[${saved.map(({ text }) => text).join(',')}]}`, 201, place);
    },
  });
}

async function receive(call: Call, receiver: Receiver): Promise<Received> {
  // What is asked in the query is known to be wrong before a byte is read.
  wishOf(call.query);
  if (isForm(call.header('content-type'))) return receiveForm(call.request, receiver);
  const name = call.query.get('file_name') ?? namedByHeader(call);
  return { files: [await receiveRaw(call.request, name, receiver)], fields: new Map() };
}

/** Fields of the form, and parameters beneath them. Throws `bad_request` for what is no such thing. */
function wishOf(given: ReadonlyMap<string, string>): UploadWish {
  refuseUnknown(given.keys(), GIVEN, 'field of an upload');
  const text = (name: string): string | undefined => given.get(name) || undefined;
  const [doctype, name] = [text('attached_to_doctype'), text('attached_to_name')];
  if ((doctype === undefined) !== (name === undefined))
    throw refusal('attached_to_name', 'Say both, attached_to_doctype and attached_to_name, or neither.');
  return {
    isPrivate: flagOf(given.get('is_private'), 'is_private', true),
    fileName: text('file_name'),
    folder: text('folder'),
    attachTo: doctype && name ? { doctype, name, field: text('attached_to_field') } : undefined,
  };
}

/** For clients that send the file as it is: `X-File-Name`, percent-encoded, or Content-Disposition. */
function namedByHeader(call: Call): string {
  const disposition = call.header('content-disposition') ?? '';
  const full = call.header('x-file-name') ?? /filename\*\s*=\s*UTF-8''([^;]+)/i.exec(disposition)?.[1];
  if (full === undefined) return /filename\s*=\s*"?([^";]+)/i.exec(disposition)?.[1] ?? '';
  try {
    return decodeURIComponent(full);
  } catch {
    throw refusal('X-File-Name', 'The name of the file must be percent-encoded UTF-8, as r%C3%A9sum%C3%A9.pdf.');
  }
}

export async function answerContent(call: Call, ctx: Context, wanted: Wanted, isDownload: boolean): Promise<Answer> {
  const { store } = call.http.files;
  return contentAnswer(call, { content: await findContent(ctx, store, wanted), store, isDownload });
}

const asked = (call: Call): boolean => flagOf(call.query.get('download'), 'download');

function byDocument(call: Call, ctx: Context): Promise<Answer> {
  return answerContent(call, ctx, { name: call.segments[3] ?? '' }, asked(call));
}

function byAddress(call: Call, ctx: Context): Promise<Answer> {
  const at = call.segments[0] === 'private' ? 2 : 1;
  return answerContent(call, ctx, { tail: call.segments.slice(at).join('/') }, asked(call));
}

const reading = { method: 'GET', access: 'signed-in', guests: true, scoped: true } as const;

export const fileRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/v1/file/upload',
    query: GIVEN,
    access: 'many',
    scoped: true,
    readBody: leaveBody,
    answer: upload,
  },
  { path: '/api/v1/file/*', query: ['download'], ...reading, answer: byDocument },
  // The name is for people, and for the file that they save.
  { path: '/api/v1/file/*/*', query: ['download'], ...reading, answer: byDocument },
  { path: '/private/files/**', query: ['download', 'fid'], ...reading, answer: byAddress },
  { path: '/files/**', query: ['download', 'fid'], ...reading, answer: byAddress },
];
