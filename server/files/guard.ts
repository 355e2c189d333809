/**
 * What the server demands of File documents, however they are written: what they say of their content is what the
 * server has seen of it, names are fit to be shown, and only what is harmless is public.
 */
import type { Guard, GuardArgument } from '../documents/contract.ts';
import { type Document, isEmpty } from '../kernel/document.ts';
import { AppError, type FieldProblem, refuseProblems } from '../kernel/error.ts';
import { and, condition } from '../kernel/filter.ts';
import { admittedContent } from './admitted.ts';
import { addressOf, cleanFileName, isWebAddress, tailOf } from './file-name.ts';
import { isPublishable } from './kinds.ts';
import { type FileRow, filesByTail, filesWhere } from './rows.ts';
import { refuseCrowded, refuseHolder } from './target.ts';

/** Set by the server, from the content. */
const OF_CONTENT = ['file_url', 'content_hash', 'file_size', 'file_type', 'is_folder'] as const;

export const FILE_GUARD: Guard = {
  async check(argument) {
    // It was checked when it was made, and its content waits for it.
    if (argument.isRestored) return;
    const { doc, before } = argument;
    if (!isEmpty(doc.file_name)) doc.file_name = cleanFileName(String(doc.file_name));
    if (before) change(doc, before);
    else await begin(argument);
    await checkAttachment(argument);
  },
};

/** A new one: received just now, a folder, a link, or another hold on content that the actor may read. */
async function begin({ ctx, doc }: GuardArgument): Promise<void> {
  const address = doc.file_url;
  const content = admittedContent(ctx.tx, address);
  if (content) {
    Object.assign(doc, content, { is_folder: false });
    refusePublic(doc);
    return;
  }
  const given = isEmpty(address) ? '' : String(address);
  if (doc.is_folder === true) beginFolder(doc, given);
  else if (tailOf(given) !== undefined) copyContent(doc, await sourceOf(ctx, given));
  else if (isWebAddress(given)) Object.assign(doc, EMPTY, { file_name: doc.file_name ?? nameIn(given) });
  else
    refuse('file_url', 'no_content', 'Send the file itself with POST /api/v1/file/upload, which makes its document.');
}

const EMPTY = { content_hash: null, file_size: 0, file_type: null } as const;

function beginFolder(doc: Document, address: string): void {
  if (address !== '') refuse('file_url', 'server_set', 'A folder has no address. Leave file_url out.');
  Object.assign(doc, EMPTY, { file_url: null, is_private: true });
  if (isEmpty(doc.file_name)) refuse('file_name', 'required', 'A folder needs a name: fill file_name.');
}

function nameIn(address: string): string {
  return cleanFileName(decodeURI(new URL(address).pathname));
}

/** Throws alike for what is not there and what the actor may not read. */
async function sourceOf(ctx: GuardArgument['ctx'], address: string): Promise<FileRow> {
  const [source] = (await filesByTail(ctx, [tailOf(address) as string])).values().next().value ?? [];
  return source ?? refuse('file_url', 'file_not_found', `There is no file ${JSON.stringify(address.slice(0, 200))}.`);
}

/**
 * The same last part of the address, so that whoever has it finds the content by either document. Never public:
 * who withdraws a file must not find it kept open by somebody else's hold on it.
 */
function copyContent(doc: Document, source: FileRow): void {
  if (doc.is_private === false)
    refuse('is_private', 'not_public', 'Nothing is published by another hold on it. Upload it as a public file.');
  Object.assign(doc, {
    content_hash: source.content_hash,
    file_size: source.file_size,
    file_type: source.file_type,
    file_name: doc.file_name ?? source.file_name,
    file_url: addressOf(tailOf(source.file_url ?? '') ?? '', true),
  });
}

/** Content never changes; its address only says whether it is public. */
function change(doc: Document, before: Document): void {
  const problems = OF_CONTENT.filter((field) => (doc[field] ?? null) !== (before[field] ?? null)).map(
    (field): FieldProblem => ({
      field,
      code: 'server_set',
      message: `${field} is set by the server, from the content. Leave it out; upload other content as another file.`,
    }),
  );
  refuseProblems(problems, 'The File cannot be saved');
  if (doc.is_private === before.is_private) return;
  const tail = tailOf(String(doc.file_url ?? ''));
  if (tail === undefined) return;
  refusePublic(doc);
  doc.file_url = addressOf(tail, doc.is_private !== false);
}

function refusePublic(doc: Document): void {
  if (doc.is_private !== false || isPublishable(String(doc.file_type))) return;
  refuse(
    'is_private',
    'not_public',
    `A file of this kind (${String(doc.file_type)}) cannot be public: it might run in a browser. Keep it private.`,
  );
}

async function checkAttachment({ ctx, doc, before }: GuardArgument): Promise<void> {
  const { attached_to_doctype: doctype, attached_to_name: name, attached_to_field: field } = doc;
  if (isEmpty(doctype) && isEmpty(name)) {
    doc.attached_to_field = null;
    return;
  }
  if (isEmpty(doctype) || isEmpty(name))
    refuse('attached_to_name', 'required', 'Say both, attached_to_doctype and attached_to_name, or neither.');
  if (doc.is_folder === true) refuse('attached_to_name', 'not_attachable', 'A folder is attached to nothing.');
  const plan = ctx.snapshot.find(String(doctype));
  // A DocType that is not there has been refused as a Link to nothing.
  if (!plan) return;
  refuseHolder(plan);
  const [first = ''] = String(field ?? '').split('.');
  if (first !== '' && !plan.byName.has(first))
    refuse('attached_to_field', 'unknown_field', `${plan.name} has no field ${JSON.stringify(first.slice(0, 80))}.`);
  const isMoved = before?.attached_to_doctype !== doctype || before?.attached_to_name !== name;
  // What goes with a document by itself is not counted: the server says its reason.
  if (!isMoved || ctx.actor.reason !== undefined || !plan.definition.max_attachments) return;
  const there = and(
    condition('attached_to_doctype', '=', String(doctype)),
    condition('attached_to_name', '=', String(name)),
  );
  refuseCrowded(plan, (await filesWhere(ctx, there)).length);
}

function refuse(field: string, code: string, message: string): never {
  throw new AppError('validation', message, { errors: [{ field, code, message }] });
}
